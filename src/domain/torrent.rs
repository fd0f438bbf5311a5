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
    pub completed_at: Option<DateTime<Utc>>,
}

/// What a torrent client moves at this moment, in bytes a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    pub down: i64,
    pub up: i64,
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

/// The info-hash in a download id of Sonarr or Radarr, in lower case: they write it in capitals, and some clients put
/// more after it. `None` for a download that is no torrent.
pub fn info_hash(download_id: &str) -> Option<String> {
    let hash: String = download_id.chars().take_while(char::is_ascii_alphanumeric).collect();
    let is_hash = matches!(hash.len(), 40 | 64) && hash.chars().all(|c| c.is_ascii_hexdigit());
    is_hash.then(|| hash.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::info_hash;

    #[test]
    fn a_download_id_gives_its_hash() {
        let hash = "7fcf20eeaacd0f7810c11fd62e90076e9a25b76f".to_owned();
        assert_eq!(info_hash("7FCF20EEAACD0F7810C11FD62E90076E9A25B76F"), Some(hash.clone()));
        assert_eq!(info_hash("7FCF20EEAACD0F7810C11FD62E90076E9A25B76F:dbid_1267"), Some(hash));
        assert_eq!(info_hash("SABnzbd_nzo_ybbzwtxe"), None);
        assert_eq!(info_hash(""), None);
    }
}
