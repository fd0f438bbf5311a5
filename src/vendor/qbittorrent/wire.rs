//! Torrents as qBittorrent sends them (services.md 4.5), and what they mean. Pure; unknown states pass.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::torrent::{Torrent, TorrentState, Transfer};
use crate::vendor::json;

/// Stands for "unknown" in `eta`.
const NEVER: i64 = 8_640_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TorrentWire {
    #[serde(deserialize_with = "json::flex_text")]
    hash: String,
    #[serde(deserialize_with = "json::flex_text")]
    name: String,
    #[serde(deserialize_with = "json::flex_text")]
    state: String,
    #[serde(deserialize_with = "json::flex_f64")]
    progress: f64,
    #[serde(deserialize_with = "json::flex_i64")]
    dlspeed: i64,
    #[serde(deserialize_with = "json::opt_i64")]
    eta: Option<i64>,
    #[serde(deserialize_with = "json::flex_i64")]
    size: i64,
    #[serde(deserialize_with = "json::flex_i64")]
    amount_left: i64,
    #[serde(deserialize_with = "json::opt_text")]
    category: Option<String>,
    #[serde(deserialize_with = "json::flex_i64")]
    added_on: i64,
    #[serde(deserialize_with = "json::flex_i64")]
    completion_on: i64,
}

impl TorrentWire {
    /// `None` for a row without a hash.
    pub fn torrent(self) -> Option<Torrent> {
        let state = state(&self.state);
        Some(Torrent {
            hash: Some(self.hash.to_ascii_lowercase()).filter(|hash| !hash.is_empty())?,
            name: self.name,
            state,
            progress: self.progress.clamp(0.0, 1.0),
            speed: self.dlspeed.max(0),
            eta_seconds: self.eta.filter(|seconds| (0..NEVER).contains(seconds) && state != TorrentState::Done),
            size: self.size.max(0),
            amount_left: self.amount_left.max(0),
            category: self.category,
            added_at: time(self.added_on),
            completed_at: time(self.completion_on),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TransferWire {
    #[serde(deserialize_with = "json::flex_i64")]
    dl_info_speed: i64,
    #[serde(deserialize_with = "json::flex_i64")]
    up_info_speed: i64,
}

impl TransferWire {
    pub fn transfer(self) -> Transfer {
        Transfer { down: self.dl_info_speed.max(0), up: self.up_info_speed.max(0) }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MainDataWire {
    server_state: ServerStateWire,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServerStateWire {
    #[serde(deserialize_with = "json::opt_i64")]
    free_space_on_disk: Option<i64>,
}

impl MainDataWire {
    pub fn free_space(self) -> Option<i64> {
        self.server_state.free_space_on_disk.filter(|bytes| *bytes >= 0)
    }
}

/// 0 (4.x) and -1 (5.x) stand for "not yet".
fn time(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0)
}

fn state(word: &str) -> TorrentState {
    match word {
        "downloading" | "forcedDL" | "metaDL" | "forcedMetaDL" => TorrentState::Downloading,
        "stalledDL" => TorrentState::Stalled,
        "queuedDL" => TorrentState::Queued,
        "pausedDL" | "stoppedDL" => TorrentState::Paused,
        "checkingDL" | "checkingUP" | "checkingResumeData" | "moving" => TorrentState::Checking,
        "uploading" | "stalledUP" | "forcedUP" | "queuedUP" | "pausedUP" | "stoppedUP" => TorrentState::Done,
        "missingFiles" | "error" => TorrentState::Error,
        _ => TorrentState::Other,
    }
}
