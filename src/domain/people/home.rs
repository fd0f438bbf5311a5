//! Who is in a Plex Home, and who is only invited to it: the list of people says home="1" of both (plex.md B10).

use super::{PlexFriend, PlexHomeUser, PlexInvite};

pub fn is_in(home: &[PlexHomeUser], account: i64) -> bool {
    home.iter().any(|user| user.account.id == account)
}

/// An invitation to the Home waits for the yes of this account, or somebody who is in it is missing from its list.
pub fn is_asked(friends: &[PlexFriend], invites: Option<&[PlexInvite]>, account: i64) -> bool {
    let marked = friends.iter().any(|friend| friend.home && friend.account.id == account);
    marked || invites.is_some_and(|invites| waits(invites, account))
}

/// Whether somebody on the list of people counts as in the Home. The Home's own list decides; it may be short, so who is
/// missing from it counts unless they are known to be invited only. Where nobody knows who is, being missing says it.
pub fn counts(friend: &PlexFriend, home: &[PlexHomeUser], invites: Option<&[PlexInvite]>) -> bool {
    let is_in = is_in(home, friend.account.id);
    if is_in || !friend.home || friend.restricted {
        return is_in || friend.home;
    }
    match invites {
        Some(invites) => !waits(invites, friend.account.id),
        None => home.is_empty(),
    }
}

fn waits(invites: &[PlexInvite], account: i64) -> bool {
    invites.iter().any(|invite| invite.home && invite.id.parse() == Ok(account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::PlexAccount;

    fn account(id: i64) -> PlexAccount {
        PlexAccount { id, uuid: None, username: None, email: None, display_name: String::new(), thumb: None }
    }

    fn friend(id: i64, home: bool) -> PlexFriend {
        PlexFriend { account: account(id), home, restricted: false, servers: Vec::new() }
    }

    fn user(id: i64) -> PlexHomeUser {
        PlexHomeUser { account: account(id), admin: false, guest: false, restricted: false }
    }

    fn invite(id: &str, home: bool) -> PlexInvite {
        PlexInvite {
            id: id.to_owned(),
            username: None,
            email: None,
            created_at: None,
            server: false,
            friend: false,
            home,
            server_names: Vec::new(),
        }
    }

    #[test]
    fn who_is_only_invited_is_not_in() {
        let (home, marked) = ([user(1), user(2)], friend(3, true));
        let waiting = [invite("jun@example.org", true), invite("3", true)];
        assert!(!counts(&marked, &home, Some(&waiting)));
        assert!(!counts(&marked, &home, None), "the lists of invitations are closed at times");
        assert!(is_asked(std::slice::from_ref(&marked), None, 3) && is_asked(&[], Some(&waiting), 3));
        assert!(!is_asked(&[friend(3, false)], Some(&[invite("3", false)]), 3));
    }

    #[test]
    fn who_is_in_stays_in_when_a_list_is_short() {
        assert!(counts(&friend(2, true), &[user(1), user(2)], None));
        assert!(counts(&friend(2, false), &[user(1), user(2)], None), "the Home's own list knows best");
        assert!(counts(&friend(2, true), &[user(1)], Some(&[])));
        assert!(counts(&friend(2, true), &[], None));
        assert!(counts(&PlexFriend { restricted: true, ..friend(9, true) }, &[user(1)], None));
        assert!(!counts(&friend(4, false), &[user(1)], Some(&[])));
    }
}
