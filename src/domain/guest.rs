//! A guest: somebody at the door who has shown their Plex account, and is nobody here yet.

use chrono::{DateTime, Utc};

use super::people::PlexAccount;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub account: PlexAccount,
    /// The account's token, sealed.
    pub token: String,
    pub signed_in_at: DateTime<Utc>,
}
