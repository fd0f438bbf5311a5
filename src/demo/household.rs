//! The people, the server and the shares that plex.tv and the media server both know. One state, two hosts.
//! Never speaks a protocol; ids and words follow plex.md B0.

mod people;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use uuid::Uuid;

pub const SERVER_NAME: &str = "The Back Row";

/// Section keys as the media server counts them. plex.tv's global ids are others, see `Section::id`.
pub mod keys {
    pub const FILMS: i64 = 1;
    pub const SERIES: i64 = 2;
    pub const KIDS: i64 = 3;
    pub const DOCUMENTARIES: i64 = 4;
    pub const FILMS_4K: i64 = 5;
    pub const WELCOME: i64 = 6;
}

/// A plex.tv account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: i64,
    pub uuid: String,
    /// None for a managed Home user.
    pub username: Option<String>,
    pub email: Option<String>,
    pub title: String,
    /// Empty when the person never set one.
    pub friendly_name: String,
    /// The account's own token; a shared server refuses it.
    pub token: String,
    pub confirmed: bool,
    pub plex_pass: bool,
    pub home: bool,
    /// A managed Home user.
    pub restricted: bool,
}

/// A library of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// plex.tv's id, used in every sharing call.
    pub id: i64,
    /// The media server's key.
    pub key: i64,
    pub title: String,
    /// movie or show.
    pub kind: String,
    pub agent: String,
    pub uuid: String,
}

/// One person's share of the server, also while the invite is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: i64,
    /// None for an invite to an address without an account.
    pub account_id: Option<i64>,
    pub email: Option<String>,
    /// plex.tv section ids.
    pub sections: Vec<i64>,
    pub all_libraries: bool,
    /// Epoch seconds.
    pub invited_at: i64,
    pub accepted_at: Option<i64>,
    /// What the media server takes from this person.
    pub access_token: String,
    pub invite_token: String,
    /// Accepting makes no friends.
    pub skip_friendship: bool,
    /// Cancelled, yet left behind in the v1 list, where it blocks the next invite (B4).
    pub withdrawn: bool,
}

/// What a person may do, the same on all servers of the owner (B8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    pub allow_sync: bool,
    pub allow_camera_upload: bool,
    pub allow_channels: bool,
    pub allow_subtitle_admin: bool,
    pub allow_tuners: i64,
    pub filter_all: Option<String>,
    pub filter_movies: String,
    pub filter_music: String,
    pub filter_photos: String,
    pub filter_television: String,
}

#[derive(Debug, Clone)]
pub struct Household {
    pub owner_id: i64,
    pub machine_id: String,
    pub server_id: i64,
    pub version: String,
    /// The token `/resources` gives the owner for this server; works beside the account's own.
    pub owner_access_token: String,
    pub accounts: Vec<Account>,
    pub sections: Vec<Section>,
    pub shares: Vec<Share>,
    /// Accounts on the owner's list of friends.
    pub friends: Vec<i64>,
    pub settings: BTreeMap<i64, Settings>,
    /// Accounts that were asked into the owner's Home and have said neither yes nor no.
    pub home_invites: Vec<i64>,
    /// Accounts in the Home of somebody else.
    pub other_homes: Vec<i64>,
    next_share: i64,
}

/// How far a token reaches on the media server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Owner,
    /// Account and section keys.
    Shared(i64, Vec<i64>),
}

impl Household {
    /// The owner alone, with the six libraries.
    pub fn empty() -> Household {
        let owner = people::owner();
        Household {
            owner_id: owner.id,
            machine_id: "9f2c41d07be84a53a1d6c0e2b7745f18d3309ab1".into(),
            server_id: 30_418_227,
            version: "1.43.3.10512-4b8f2a17d".into(),
            owner_access_token: token(),
            accounts: vec![owner],
            sections: people::sections(),
            shares: Vec::new(),
            friends: Vec::new(),
            settings: BTreeMap::new(),
            home_invites: Vec::new(),
            other_homes: Vec::new(),
            next_share: 70_310_042,
        }
    }

    /// A dozen people with what each of them may see.
    pub fn full() -> Household {
        let mut house = Household::empty();
        people::move_in(&mut house);
        house
    }

    pub fn account(&self, id: i64) -> Option<&Account> {
        self.accounts.iter().find(|one| one.id == id)
    }

    /// By user name or address, whatever the case.
    pub fn account_named(&self, name: &str) -> Option<&Account> {
        let is = |one: &Option<String>| one.as_ref().is_some_and(|one| one.eq_ignore_ascii_case(name));
        self.accounts.iter().find(|one| is(&one.username) || is(&one.email))
    }

    pub fn account_by_token(&self, token: &str) -> Option<&Account> {
        self.accounts.iter().find(|one| one.token == token)
    }

    pub fn owner(&self) -> Option<&Account> {
        self.account(self.owner_id)
    }

    pub fn share(&self, id: i64) -> Option<&Share> {
        self.shares.iter().find(|one| one.id == id)
    }

    pub fn share_mut(&mut self, id: i64) -> Option<&mut Share> {
        self.shares.iter_mut().find(|one| one.id == id)
    }

    pub fn share_of(&self, account_id: i64) -> Option<&Share> {
        self.shares.iter().find(|one| one.account_id == Some(account_id))
    }

    /// What the list of people says of the Home: whoever was asked into it is marked like those who are in (B10).
    pub fn is_marked_home(&self, account: &Account) -> bool {
        account.home || self.home_invites.contains(&account.id)
    }

    /// This account stands on the owner's list of people.
    pub fn is_listed(&self, id: i64) -> bool {
        let is_ours =
            |one: &Account| self.is_marked_home(one) || self.friends.contains(&id) || self.share_of(id).is_some();
        id != self.owner_id && self.account(id).is_some_and(is_ours)
    }

    /// An account that plex.tv knows and nobody here has heard of yet.
    pub fn add_account(&mut self, username: &str, email: &str) -> Account {
        let id = self.accounts.iter().map(|one| one.id).max().unwrap_or_default() + 1;
        let account = people::account(id, username, email, username);
        self.accounts.push(account.clone());
        account
    }

    /// A new open invite; an invitee without account is kept by address.
    pub fn invite(&mut self, account_id: Option<i64>, email: Option<String>, sections: Vec<i64>, all: bool) -> Share {
        let share = Share {
            id: self.next_share,
            account_id,
            email,
            sections,
            all_libraries: all,
            invited_at: Utc::now().timestamp(),
            accepted_at: None,
            access_token: token(),
            invite_token: token(),
            skip_friendship: false,
            withdrawn: false,
        };
        self.next_share += 1;
        self.shares.push(share.clone());
        share
    }

    /// What the media server thinks of a token; none is 401.
    pub fn reach(&self, token: &str) -> Option<Reach> {
        if token == self.owner_access_token || self.owner().is_some_and(|owner| owner.token == token) {
            return Some(Reach::Owner);
        }
        let share = self.shares.iter().find(|one| one.accepted_at.is_some() && one.access_token == token)?;
        Some(Reach::Shared(share.account_id?, self.keys_of(share)))
    }

    /// Keys of the sections a share opens.
    pub fn keys_of(&self, share: &Share) -> Vec<i64> {
        let open = |section: &&Section| share.all_libraries || share.sections.contains(&section.id);
        self.sections.iter().filter(open).map(|section| section.key).collect()
    }

    /// plex.tv ids of these section keys.
    pub fn section_ids(&self, keys: &[i64]) -> Vec<i64> {
        self.sections.iter().filter(|one| keys.contains(&one.key)).map(|one| one.id).collect()
    }
}

/// The one household of a world. Clones share it.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Mutex<Household>>);

impl Shared {
    pub fn new(house: Household) -> Shared {
        Shared(Arc::new(Mutex::new(house)))
    }

    pub fn read<T>(&self, look: impl FnOnce(&Household) -> T) -> T {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn write<T>(&self, change: impl FnOnce(&mut Household) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Twenty characters, as classic Plex tokens have.
pub fn token() -> String {
    Uuid::new_v4().simple().to_string().chars().take(20).collect()
}
