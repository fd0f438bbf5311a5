//! People as plex.tv tells them, and the roles they hold in the house.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::group::Rights;
use super::ids::PersonId;
use super::sharing::ShareSettings;

pub mod home;
pub mod reading;
pub mod rules;
mod sight;

pub use sight::{Reach, Requests, Sees, Sight};

crate::text_enum! {
    /// From least to most: viewer, requester, moderator, admin. An auditor stands aside.
    pub enum Role {
        Viewer = "viewer",
        Requester = "requester",
        Moderator = "moderator",
        Admin = "admin",
        Auditor = "auditor",
    }
}

impl Role {
    pub fn may_request(self) -> bool {
        matches!(self, Role::Requester | Role::Moderator | Role::Admin)
    }

    /// As it is called on pages.
    pub fn label(self) -> &'static str {
        match self {
            Role::Viewer => "Viewer",
            Role::Requester => "Requester",
            Role::Moderator => "Helper",
            Role::Admin => "Admin",
            Role::Auditor => "Checker",
        }
    }

    /// What it lets somebody do, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Role::Viewer => "Searches what is there and watches it.",
            Role::Requester => "Asks for films and series, too.",
            Role::Moderator => "Decides about requests and sorts people. Never settings, never admins.",
            Role::Admin => "May do everything.",
            Role::Auditor => "Reads every page of the back office and changes nothing.",
        }
    }

    /// Approve, decline, edit and retry the requests of others.
    pub fn may_decide(self) -> bool {
        matches!(self, Role::Moderator | Role::Admin)
    }

    /// Open the pages of the back office that moderators share.
    pub fn sees_back_office(self) -> bool {
        matches!(self, Role::Moderator | Role::Admin | Role::Auditor)
    }

    /// Settings, services and secrets: read by admins and auditors, written by admins.
    pub fn sees_settings(self) -> bool {
        matches!(self, Role::Admin | Role::Auditor)
    }

    pub fn is_admin(self) -> bool {
        self == Role::Admin
    }

    /// All requests, not only one's own and followed ones.
    pub fn sees_all_requests(self) -> bool {
        self.sees_back_office()
    }

    /// All libraries of all servers, whatever Plex shares with them.
    pub fn sees_all_libraries(self) -> bool {
        self.sees_settings()
    }
}

/// An account of plex.tv. Identity is the numeric id; names and addresses change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexAccount {
    pub id: i64,
    pub uuid: Option<String>,
    pub username: Option<String>,
    pub email: Option<String>,
    /// What Plex shows: friendly name, title, user name or address, the first that is there.
    pub display_name: String,
    pub thumb: Option<String>,
}

/// Somebody on the owner's list of people (`/api/users`), with the servers shared with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexFriend {
    pub account: PlexAccount,
    pub home: bool,
    pub restricted: bool,
    pub servers: Vec<FriendServer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendServer {
    pub machine_id: String,
    pub share_id: i64,
    pub pending: bool,
    pub all_libraries: bool,
}

/// What one person is given of one server.
#[derive(Debug, Clone, PartialEq)]
pub struct PlexShare {
    pub share_id: i64,
    pub account_id: Option<i64>,
    pub username: Option<String>,
    pub email: Option<String>,
    pub accepted: bool,
    /// What is left of an invite that was taken back: nobody can accept it, and it stands in the way of another one.
    pub left_over: bool,
    pub accepted_at: Option<DateTime<Utc>>,
    pub invited_at: Option<DateTime<Utc>>,
    pub all_libraries: bool,
    /// Section keys (the server's own, local ones) that are shared.
    pub section_keys: Vec<String>,
    pub settings: ShareSettings,
}

/// A section as plex.tv counts it: `id` is global, `key` is the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexSection {
    pub id: i64,
    pub key: String,
    pub title: String,
    pub kind: String,
}

/// Somebody in the owner's Plex Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexHomeUser {
    pub account: PlexAccount,
    /// The owner of the Home.
    pub admin: bool,
    pub guest: bool,
    /// A managed user, without an account of their own.
    pub restricted: bool,
}

/// An invitation that was sent and waits for a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexInvite {
    /// The account id, or the mail address of somebody without an account.
    pub id: String,
    pub username: Option<String>,
    pub email: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    /// It is (also) about servers, a friendship, the Home.
    pub server: bool,
    pub friend: bool,
    pub home: bool,
    /// Names of the servers it is about; Plex doesn't tell their ids here.
    pub server_names: Vec<String>,
}

/// A server from the account's list of resources. No `PartialEq`: secrets are not compared.
#[derive(Debug, Clone)]
pub struct PlexResource {
    pub name: String,
    pub machine_id: String,
    pub version: Option<String>,
    pub owned: bool,
    /// The account that shares it; none for one's own.
    pub owner_id: Option<i64>,
    /// The key that opens this server for this account.
    pub access_token: Option<SecretString>,
    pub connections: Vec<PlexConnection>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexConnection {
    pub uri: String,
    pub local: bool,
    pub relay: bool,
}

/// A sign-in that waits at plex.tv for somebody to say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexPin {
    pub id: i64,
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

/// Whoever acts: a person with their role of this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub theme: Theme,
    pub is_owner: bool,
    /// The session this comes from; none for an API key.
    pub session: Option<String>,
    pub scope: KeyScope,
    /// From their groups, within their role.
    pub rights: Rights,
    pub sees: Sees,
    /// The age up to which titles are shown; none shows all.
    pub ceiling: Option<u8>,
}

impl Actor {
    /// Their membership is over, or paused.
    pub fn is_out(&self) -> bool {
        self.sees == Sees::Out
    }

    /// They still reach as far as when they began.
    pub fn reaches(&self, reach: &Reach) -> bool {
        self.rights == reach.rights && self.sees == reach.sees && self.ceiling == reach.ceiling
    }
}

crate::text_enum! {
    /// The look a person chose; `System` follows the device.
    #[derive(Default)]
    pub enum Theme {
        #[default]
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

crate::text_enum! {
    /// How far an API key reaches, within its person's role. A session reaches as far as the role does.
    pub enum KeyScope {
        Read = "read",
        Write = "write",
        Admin = "admin",
    }
}

/// Someone Usherr knows. The password hash and the Plex token never leave the database with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    /// Local sign-in name, lower case.
    pub username: Option<String>,
    pub has_password: bool,
    pub role: Role,
    pub plex_id: Option<i64>,
    pub plex_username: Option<String>,
    pub thumb: Option<String>,
    pub is_owner: bool,
    pub home: bool,
    pub restricted: bool,
    /// When Plex last said that it keeps their limits in a restriction profile, and takes none from us.
    pub limits_kept_at: Option<DateTime<Utc>>,
    pub theme: Theme,
    pub gone_at: Option<DateTime<Utc>>,
    /// Somebody has removed them from Usherr: they are nobody here until they are taken in again, whatever Plex says.
    pub removed_at: Option<DateTime<Utc>>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Person {
    /// Not gone from Plex, or with a way in of their own; and not removed.
    pub fn is_here(&self) -> bool {
        self.removed_at.is_none() && (self.gone_at.is_none() || self.has_password)
    }

    /// What they see is Plex's to give: they have an account there, or were invited by mail. Not the owner, who has
    /// everything, and not who is gone.
    pub fn is_shared_with(&self) -> bool {
        let invited = self.username.is_none() && self.email.is_some();
        self.gone_at.is_none() && !self.is_owner && (self.plex_id.is_some() || invited)
    }

    /// As the one who acts, without a session: a job or the command line on their behalf, or an API key.
    pub fn actor(&self, reach: Reach, session: Option<String>, scope: KeyScope) -> Actor {
        Actor {
            id: self.id,
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            theme: self.theme,
            is_owner: self.is_owner,
            session,
            scope,
            rights: reach.rights,
            sees: reach.sees,
            ceiling: reach.ceiling,
        }
    }
}

/// One place where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub person: PersonId,
    pub kind: SessionKind,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

crate::text_enum! {
    pub enum SessionKind {
        /// A browser, by cookie.
        Web = "web",
        /// A program, by bearer token.
        Api = "api",
    }
}

crate::text_enum! {
    /// How a sign-in with Plex came out, once it did.
    pub enum PlexVerdict {
        Admitted = "admitted",
        /// An account that has no business here.
        Refused = "refused",
        /// Nobody said yes in time, or somebody said no.
        Lapsed = "lapsed",
        /// Plex could not be asked.
        Unanswered = "unanswered",
    }
}
