//! The queue as it comes over the wire (services.md 2.6), and what it means. Pure.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::wire::positive;
use crate::domain::servarr::{QueueRecord, QueueStatus, TrackedState};
use crate::vendor::json;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageWire {
    #[serde(default, deserialize_with = "json::flex_i64")]
    pub total_records: i64,
    // Not optional: a page without it is no page, and must not read as an empty queue.
    pub records: Vec<Value>,
}

impl PageWire {
    pub fn records(self) -> impl Iterator<Item = QueueRecord> {
        self.records.into_iter().filter_map(|row| RecordWire::deserialize(row).ok()).map(RecordWire::record)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RecordWire {
    #[serde(deserialize_with = "json::flex_i64")]
    id: i64,
    #[serde(alias = "movieId", deserialize_with = "json::opt_i64")]
    series_id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    episode_id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i32")]
    season_number: Option<i32>,
    // Builds of version 3 nest them only.
    #[serde(alias = "movie")]
    series: Option<RefWire>,
    episode: Option<RefWire>,
    #[serde(deserialize_with = "json::opt_text")]
    download_id: Option<String>,
    #[serde(deserialize_with = "json::flex_text")]
    title: String,
    #[serde(deserialize_with = "json::flex_f64")]
    size: f64,
    #[serde(alias = "sizeLeft", deserialize_with = "json::flex_f64")]
    sizeleft: f64,
    #[serde(deserialize_with = "json::opt_time")]
    estimated_completion_time: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "json::flex_text")]
    status: String,
    #[serde(deserialize_with = "json::flex_text")]
    tracked_download_status: String,
    #[serde(deserialize_with = "json::flex_text")]
    tracked_download_state: String,
    #[serde(deserialize_with = "json::list")]
    status_messages: Vec<MessageWire>,
    #[serde(deserialize_with = "json::opt_text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    protocol: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RefWire {
    #[serde(deserialize_with = "json::opt_i64")]
    id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i32")]
    season_number: Option<i32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MessageWire {
    #[serde(deserialize_with = "json::flex_text")]
    title: String,
    #[serde(deserialize_with = "json::list")]
    messages: Vec<String>,
}

impl MessageWire {
    /// The title is often the release itself; the messages below it say more.
    pub fn texts(self) -> Vec<String> {
        let texts = if self.messages.is_empty() { vec![self.title] } else { self.messages };
        texts.into_iter().filter(|text| !text.trim().is_empty()).collect()
    }
}

impl RecordWire {
    fn record(self) -> QueueRecord {
        let title_id = positive(self.series_id).or_else(|| positive(self.series?.id));
        let season_of_episode = self.episode.as_ref().and_then(|episode| episode.season_number);
        let status = queue_status(&self.status);
        let tracked = self.tracked_download_status.to_ascii_lowercase();
        let warning = matches!(tracked.as_str(), "warning" | "error")
            || matches!(status, QueueStatus::Warning | QueueStatus::Failed | QueueStatus::ClientUnavailable);
        let told = self.status_messages.into_iter().flat_map(MessageWire::texts);
        QueueRecord {
            queue_id: self.id,
            arr_title_id: title_id,
            episode_id: positive(self.episode_id).or_else(|| positive(self.episode?.id)),
            season: self.season_number.or(season_of_episode),
            download_id: self.download_id,
            title: self.title,
            size: self.size,
            size_left: self.sizeleft,
            eta: self.estimated_completion_time,
            status,
            state: tracked_state(&self.tracked_download_state),
            warning,
            messages: self.error_message.into_iter().chain(told).collect(),
            protocol: self.protocol.filter(|word| !word.eq_ignore_ascii_case("unknown")),
        }
    }
}

fn queue_status(word: &str) -> QueueStatus {
    match word.to_ascii_lowercase().as_str() {
        "queued" => QueueStatus::Queued,
        "paused" => QueueStatus::Paused,
        "downloading" => QueueStatus::Downloading,
        "completed" => QueueStatus::Completed,
        "failed" => QueueStatus::Failed,
        "warning" => QueueStatus::Warning,
        "delay" => QueueStatus::Delay,
        "downloadclientunavailable" => QueueStatus::ClientUnavailable,
        _ => QueueStatus::Other(word.to_owned()),
    }
}

fn tracked_state(word: &str) -> TrackedState {
    match word.to_ascii_lowercase().as_str() {
        "downloading" => TrackedState::Downloading,
        "importblocked" => TrackedState::ImportBlocked,
        "importpending" => TrackedState::ImportPending,
        "importing" => TrackedState::Importing,
        "imported" => TrackedState::Imported,
        "failedpending" => TrackedState::FailedPending,
        "failed" => TrackedState::Failed,
        "ignored" => TrackedState::Ignored,
        _ => TrackedState::Other(word.to_owned()),
    }
}
