//! One reading of plex.tv: everybody it names, each once, and whether it can be believed when somebody is missing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::home;
use super::{Person, PlexAccount, PlexFriend, PlexHomeUser, PlexInvite, PlexSection, PlexShare};
use crate::domain::ids::ServerId;

/// Somebody as plex.tv lists them. `plex_id` is missing for who was invited by mail and has no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub plex_id: Option<i64>,
    pub username: Option<String>,
    pub email: Option<String>,
    pub name: String,
    pub thumb: Option<String>,
    pub is_owner: bool,
    pub home: bool,
    pub restricted: bool,
    /// Only an invitation that was not taken up names them.
    pub invited: bool,
}

/// What tells people apart: the account id, or the address where there is no account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    Account(i64),
    Email(String),
}

impl Known {
    pub fn of(account: &PlexAccount) -> Self {
        Self {
            plex_id: Some(account.id),
            username: account.username.clone(),
            email: lower(account.email.as_deref()),
            name: account.display_name.clone(),
            thumb: account.thumb.clone(),
            is_owner: false,
            home: false,
            restricted: false,
            invited: false,
        }
    }

    /// Somebody of whom little more than an address or an id is known.
    fn bare(plex_id: Option<i64>, username: Option<&str>, email: Option<&str>) -> Self {
        let name = username.or(email).unwrap_or_default().to_owned();
        Self {
            plex_id,
            username: username.map(str::to_owned),
            email: lower(email),
            name,
            thumb: None,
            is_owner: false,
            home: false,
            restricted: false,
            invited: false,
        }
    }

    /// Nothing when there is neither an id nor an address.
    pub fn identity(&self) -> Option<Identity> {
        identity(self.plex_id, self.email.as_deref())
    }
}

fn identity(plex_id: Option<i64>, email: Option<&str>) -> Option<Identity> {
    plex_id.map(Identity::Account).or_else(|| lower(email).map(Identity::Email))
}

fn lower(email: Option<&str>) -> Option<String> {
    email.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty())
}

/// What an owner's account says of people.
#[derive(Debug, Clone)]
pub struct OwnersList {
    pub owner: PlexAccount,
    pub friends: Vec<PlexFriend>,
    pub home: Vec<PlexHomeUser>,
    /// None when that list could not be read: plex.tv answers 410 at times (plex.md 2.2).
    pub invites: Option<Vec<PlexInvite>>,
}

/// What is shared of one server.
#[derive(Debug, Clone)]
pub struct ServerShares {
    pub server: ServerId,
    /// What we have changed since then may be missing from it.
    pub read_at: DateTime<Utc>,
    pub machine_id: String,
    pub owner: i64,
    pub sections: Vec<PlexSection>,
    pub shares: Vec<PlexShare>,
}

#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub lists: Vec<OwnersList>,
    pub servers: Vec<ServerShares>,
}

impl Reading {
    /// Everybody, each once. The fuller source wins: accounts, then the Home, then invitations, then bare shares.
    pub fn everybody(&self) -> Vec<Known> {
        let mut all = Everybody::default();
        for list in &self.lists {
            all.add(Known { is_owner: true, ..Known::of(&list.owner) });
        }
        for list in &self.lists {
            for friend in &list.friends {
                let home = home::counts(friend, &list.home, list.invites.as_deref());
                all.add(Known { home, restricted: friend.restricted, ..Known::of(&friend.account) });
            }
            for user in &list.home {
                let known = Known { home: true, restricted: user.restricted, ..Known::of(&user.account) };
                if let Some(before) = all.add(known) {
                    before.home = true;
                    before.restricted |= user.restricted;
                }
            }
            for invite in list.invites.iter().flatten().filter(|invite| invite.server || invite.home) {
                let (plex_id, email) = (invite.id.parse().ok(), invite.email.as_deref());
                let email = email.or(Some(invite.id.as_str()).filter(|id| id.contains('@')));
                all.add(Known { invited: true, ..Known::bare(plex_id, invite.username.as_deref(), email) });
            }
        }
        for share in self.servers.iter().flat_map(|server| &server.shares) {
            let known = Known::bare(share.account_id, share.username.as_deref(), share.email.as_deref());
            if let Some(before) = all.add(known) {
                before.invited = false;
            }
        }
        all.people
    }

    /// Whether all invitations could be read: without them nothing is known of who has nothing but one.
    pub fn knows_invites(&self) -> bool {
        self.lists.iter().all(|list| list.invites.is_some())
    }

    /// Why this reading is no proof that somebody left: an empty list, or lists that contradict each other. `known` are
    /// those from Plex who were here before.
    pub fn doubt(&self, known: &[Person], accepted_shares: i64) -> Option<String> {
        let accounts = known.iter().filter(|person| person.plex_id.is_some()).count();
        if accounts > 0 && self.lists.iter().all(|list| list.friends.is_empty() && list.home.len() < 2) {
            return Some(format!(
                "Plex sent an empty list of people, though {accounts} are known. Nothing was changed for them; the next run looks again."
            ));
        }
        if accepted_shares > 0 && self.servers.iter().all(|server| server.shares.is_empty()) {
            return Some(format!(
                "Plex sent an empty list of shares, though {accepted_shares} are known. They were kept; the next run looks again."
            ));
        }
        let name = self.contradiction()?;
        Some(format!(
            "Plex’s lists contradict each other: {name} has a share in one and none in the other. Nothing was taken away; the next run looks again."
        ))
    }

    /// Somebody with an accepted share whom the list of shares leaves out.
    fn contradiction(&self) -> Option<&str> {
        let listed: HashMap<&str, Listed> =
            self.servers.iter().map(|server| (server.machine_id.as_str(), Listed::of(&server.shares))).collect();
        self.lists.iter().flat_map(|list| &list.friends).find_map(|friend| {
            let missing = friend.servers.iter().any(|theirs| {
                let ours = listed.get(theirs.machine_id.as_str());
                !theirs.pending && ours.is_some_and(|ours| !ours.has(theirs.share_id, friend.account.id))
            });
            missing.then_some(friend.account.display_name.as_str())
        })
    }
}

/// Which shares and accounts a list of shares names.
struct Listed {
    shares: HashSet<i64>,
    accounts: HashSet<i64>,
}

impl Listed {
    fn of(shares: &[PlexShare]) -> Self {
        Self {
            shares: shares.iter().map(|share| share.share_id).collect(),
            accounts: shares.iter().filter_map(|share| share.account_id).collect(),
        }
    }

    fn has(&self, share: i64, account: i64) -> bool {
        self.shares.contains(&share) || self.accounts.contains(&account)
    }
}

/// Whom a share is for.
pub fn holder(share: &PlexShare) -> Option<Identity> {
    identity(share.account_id, share.email.as_deref())
}

#[derive(Default)]
struct Everybody {
    people: Vec<Known>,
    by_account: HashMap<i64, usize>,
    by_email: HashMap<String, usize>,
}

impl Everybody {
    /// Adds somebody, or gives back who is there already.
    fn add(&mut self, known: Known) -> Option<&mut Known> {
        let at = match (known.plex_id, &known.email) {
            (Some(id), _) if self.by_account.contains_key(&id) => self.by_account.get(&id),
            // An invitation by mail to somebody whose account is on the list.
            (None, Some(email)) => self.by_email.get(email),
            _ => None,
        };
        if let Some(at) = at.copied() {
            return self.people.get_mut(at);
        }
        known.identity()?;
        let at = self.people.len();
        known.plex_id.map(|id| self.by_account.insert(id, at));
        known.email.clone().map(|email| self.by_email.entry(email).or_insert(at));
        self.people.push(known);
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::people::FriendServer;
    use crate::domain::sharing::ShareSettings;

    fn account(id: i64, name: &str) -> PlexAccount {
        PlexAccount {
            id,
            uuid: None,
            username: Some(name.to_owned()),
            email: Some(format!("{name}@Example.org")),
            display_name: name.to_owned(),
            thumb: None,
        }
    }

    fn share(share_id: i64, account_id: Option<i64>, email: &str) -> PlexShare {
        PlexShare {
            share_id,
            account_id,
            username: None,
            email: Some(email.to_owned()),
            left_over: false,
            accepted: account_id.is_some(),
            accepted_at: None,
            invited_at: None,
            all_libraries: false,
            section_keys: vec!["1".to_owned()],
            settings: ShareSettings::default(),
        }
    }

    fn friend(id: i64, name: &str, share_id: i64) -> PlexFriend {
        let server = FriendServer { machine_id: "abc".to_owned(), share_id, pending: false, all_libraries: false };
        PlexFriend { account: account(id, name), home: false, restricted: false, servers: vec![server] }
    }

    fn reading() -> Reading {
        let managed = PlexAccount { username: None, email: None, ..account(9, "ida") };
        let invite = |id: &str, server: bool| PlexInvite {
            id: id.to_owned(),
            username: None,
            email: None,
            created_at: None,
            server,
            friend: true,
            home: false,
            server_names: Vec::new(),
        };
        Reading {
            lists: vec![OwnersList {
                owner: account(1, "mara"),
                friends: vec![friend(2, "ana", 20)],
                home: vec![
                    PlexHomeUser { account: account(1, "mara"), admin: true, guest: false, restricted: false },
                    PlexHomeUser { account: managed, admin: false, guest: false, restricted: true },
                ],
                invites: Some(vec![invite("jun@example.org", true), invite("friend@example.org", false)]),
            }],
            servers: vec![ServerShares {
                server: ServerId(1),
                read_at: DateTime::UNIX_EPOCH,
                machine_id: "abc".to_owned(),
                owner: 1,
                sections: Vec::new(),
                shares: vec![share(20, Some(2), "ana@example.org"), share(21, None, "JUN@example.org")],
            }],
        }
    }

    #[test]
    fn everybody_is_named_once() {
        let all = reading().everybody();
        let names: Vec<&str> = all.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["mara", "ana", "ida", "jun@example.org"]);
        assert!(all[0].is_owner && all[0].home);
        assert!(all[2].home && all[2].restricted);
        assert!(all.iter().all(|known| !known.invited), "a share names who was invited to one");
        let mut without = reading();
        without.servers.clear();
        assert!(without.everybody()[3].invited);
        assert_eq!(all[3].identity(), Some(Identity::Email("jun@example.org".to_owned())));
    }

    #[test]
    fn an_empty_or_torn_reading_proves_nothing() {
        let whole = reading();
        assert_eq!(whole.doubt(&[], 1), None);
        let mut torn = whole.clone();
        torn.servers[0].shares.remove(0);
        assert!(torn.doubt(&[], 1).unwrap().contains("ana"));
        let mut empty = whole.clone();
        empty.servers[0].shares.clear();
        assert!(empty.doubt(&[], 3).unwrap().contains("empty list of shares"));
        empty.lists[0].friends.clear();
        assert_eq!(empty.doubt(&[], 0), None, "a new house with nobody in it");
    }
}
