//! Reading a download: what Sonarr's or Radarr's queue and qBittorrent say together, and what that means for a request.

use chrono::{DateTime, TimeDelta, Utc};

use super::request::{Cause, Command};
use super::servarr::{QueueStatus, QueuedDownload, TrackedState};
use super::torrent::{Torrent, TorrentState};

crate::text_enum! {
    pub enum DownloadState {
        /// The service waits on purpose before it starts.
        Waiting = "waiting",
        Queued = "queued",
        Downloading = "downloading",
        Stalled = "stalled",
        Paused = "paused",
        Checking = "checking",
        /// Complete; it is being put on the shelf.
        Importing = "importing",
        Blocked = "blocked",
        Failed = "failed",
    }
}

/// One download of a request, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Lower case.
    pub download_id: String,
    pub name: String,
    pub state: DownloadState,
    /// Bytes.
    pub size: i64,
    pub size_left: i64,
    /// Bytes a second; unknown without qBittorrent.
    pub speed: Option<i64>,
    pub eta: Option<DateTime<Utc>>,
    pub message: Option<String>,
    /// When bytes last moved, or its state last changed.
    pub updated_at: DateTime<Utc>,
}

/// Several downloads of one request together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    pub size: i64,
    pub size_left: i64,
    pub speed: Option<i64>,
    pub eta: Option<DateTime<Utc>>,
}

/// A torrent may stand still for so long before we say so.
const STALL_PATIENCE: TimeDelta = TimeDelta::hours(6);
const PAUSE_PATIENCE: TimeDelta = TimeDelta::minutes(30);

impl Download {
    /// What queue and torrent say; `before` is what was known of it.
    pub fn read(
        queued: &QueuedDownload<'_>,
        torrent: Option<&Torrent>,
        before: Option<&Download>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let record = queued.records.first()?;
        let state = state(queued, torrent);
        let (size, size_left) = match torrent.filter(|torrent| torrent.size > 0) {
            Some(torrent) => (torrent.size, torrent.amount_left),
            None => (whole(queued.size()), whole(queued.size_left())),
        };
        let eta = match torrent {
            Some(torrent) => torrent.eta_seconds.and_then(TimeDelta::try_seconds).map(|wait| now + wait),
            None => record.eta.filter(|eta| *eta > now),
        };
        let messages: Vec<&str> =
            queued.records.iter().flat_map(|record| record.messages.iter().map(String::as_str)).take(3).collect();
        let download = Self {
            download_id: queued.download_id.clone().unwrap_or_else(|| format!("queue {}", record.title)),
            name: record.title.chars().take(300).collect(),
            state,
            size,
            size_left: size_left.clamp(0, size.max(0)),
            speed: torrent.map(|torrent| torrent.speed.max(0)),
            eta: eta.filter(|_| state == DownloadState::Downloading),
            message: (!messages.is_empty()).then(|| messages.join(" ").chars().take(500).collect()),
            updated_at: now,
        };
        Some(match before {
            Some(before) if !download.has_moved_since(before) => Self { updated_at: before.updated_at, ..download },
            _ => download,
        })
    }

    fn has_moved_since(&self, before: &Download) -> bool {
        self.state != before.state || self.size_left != before.size_left
    }

    fn has_waited(&self, patience: TimeDelta, now: DateTime<Utc>) -> bool {
        now - self.updated_at >= patience
    }
}

/// More than any disk holds; sums of it stay whole.
const MOST_BYTES: i64 = 1 << 53;

#[expect(clippy::cast_possible_truncation, reason = "a float saturates")]
fn whole(bytes: f64) -> i64 {
    (bytes as i64).clamp(0, MOST_BYTES)
}

fn state(queued: &QueuedDownload<'_>, torrent: Option<&Torrent>) -> DownloadState {
    use DownloadState::{Blocked, Checking, Downloading, Failed, Importing, Paused, Queued, Stalled, Waiting};
    let any = |test: fn(&TrackedState) -> bool| queued.records.iter().any(|record| test(&record.state));
    if any(|state| matches!(state, TrackedState::Failed | TrackedState::FailedPending)) {
        return Failed;
    }
    let warned = queued.records.iter().any(|record| record.warning);
    let complete = queued.records.iter().all(|record| record.status == QueueStatus::Completed);
    if any(|state| *state == TrackedState::ImportBlocked)
        || (warned && complete && any(|state| *state == TrackedState::ImportPending))
    {
        return Blocked;
    }
    if any(|state| matches!(state, TrackedState::ImportPending | TrackedState::Importing | TrackedState::Imported)) {
        return Importing;
    }
    if let Some(torrent) = torrent {
        return match torrent.state {
            TorrentState::Downloading | TorrentState::Other => Downloading,
            TorrentState::Stalled => Stalled,
            TorrentState::Queued => Queued,
            TorrentState::Paused => Paused,
            TorrentState::Checking => Checking,
            TorrentState::Done => Importing,
            TorrentState::Error => Failed,
        };
    }
    match queued.records.first().map(|record| &record.status) {
        Some(QueueStatus::Delay) => Waiting,
        Some(QueueStatus::Paused) => Paused,
        Some(QueueStatus::Failed) => Failed,
        Some(QueueStatus::Warning) if stands_still(queued) => Stalled,
        Some(QueueStatus::Warning) => Failed,
        Some(QueueStatus::Completed) => Importing,
        Some(QueueStatus::Downloading | QueueStatus::Other(_)) => Downloading,
        _ => Queued,
    }
}

/// A warning that passes by itself: nobody sends (services.md 2.6). Without words it is taken for one.
fn stands_still(queued: &QueuedDownload<'_>) -> bool {
    let mut said = queued.records.iter().flat_map(|record| &record.messages).peekable();
    said.peek().is_none() || said.any(|words| words.to_ascii_lowercase().contains("stalled"))
}

/// What the downloads of a request mean for it; nothing when there are none.
pub fn verdict(downloads: &[Download], now: DateTime<Utc>) -> Option<Command> {
    use DownloadState::{Blocked, Checking, Downloading, Failed, Importing, Paused, Queued, Stalled, Waiting};
    let first = downloads.first()?;
    let has = |state: DownloadState| downloads.iter().any(|download| download.state == state);
    let stuck = |cause: Cause, state: DownloadState| {
        let detail = downloads.iter().find(|download| download.state == state).and_then(|found| found.message.clone());
        Some(Command::Stuck { cause, detail })
    };
    if has(Downloading) || has(Checking) {
        return Some(Command::Downloading);
    }
    if has(Queued) || has(Waiting) {
        return Some(match downloads.iter().any(|download| download.size_left < download.size) {
            true => Command::Downloading,
            false => Command::Grabbed { release: Some(first.name.clone()) },
        });
    }
    if has(Failed) {
        return stuck(Cause::DownloadFailed, Failed);
    }
    if has(Blocked) {
        return stuck(Cause::ImportBlocked, Blocked);
    }
    let all = |state, patience| downloads.iter().filter(|d| d.state == state).all(|d| d.has_waited(patience, now));
    if has(Paused) && all(Paused, PAUSE_PATIENCE) {
        return stuck(Cause::DownloadPaused, Paused);
    }
    if has(Stalled) && all(Stalled, STALL_PATIENCE) {
        return stuck(Cause::DownloadStalled, Stalled);
    }
    if has(Stalled) || has(Paused) {
        return Some(Command::Downloading);
    }
    has(Importing).then_some(Command::Imported)
}

impl Progress {
    /// Nothing when nothing is downloaded.
    pub fn of(downloads: &[Download]) -> Option<Self> {
        if downloads.is_empty() {
            return None;
        }
        let speeds: Vec<i64> = downloads.iter().filter_map(|download| download.speed).collect();
        Some(Self {
            size: downloads.iter().map(|download| download.size).sum(),
            size_left: downloads.iter().map(|download| download.size_left).sum(),
            speed: (!speeds.is_empty()).then(|| speeds.iter().sum()),
            eta: downloads.iter().filter_map(|download| download.eta).max(),
        })
    }

    /// 0 to 1; unknown as long as no size is.
    pub fn share(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a share for a bar")]
        let share = (self.size > 0).then(|| 1.0 - self.size_left as f64 / self.size as f64);
        share.map(|share| share.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
