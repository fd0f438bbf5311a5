//! What somebody watches at this moment, as a media server tells it.

/// One stream that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// By which it can be ended; some players give none (plex.md C8).
    pub id: Option<String>,
    /// The plex.tv account that watches; none for the owner, whom a server counts as 1.
    pub account: Option<i64>,
}
