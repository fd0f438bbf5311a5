//! A torrent as qBittorrent tells it.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq)]
pub struct Torrent {
    /// Lower-case info-hash.
    pub hash: String,
    pub name: String,
    pub state: TorrentState,
    /// 0 to 1.
    pub progress: f64,
    /// Bytes a second.
    pub speed: i64,
    /// Unknown when qBittorrent can't tell.
    pub eta_seconds: Option<i64>,
    pub size: i64,
    pub amount_left: i64,
    pub category: Option<String>,
    pub added_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TorrentState {
    Downloading,
    Stalled,
    Queued,
    Paused,
    Checking,
    Done,
    Error,
    Other,
}
