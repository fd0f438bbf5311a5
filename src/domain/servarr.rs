//! What Sonarr and Radarr tell and are told, in words both share.

use chrono::{DateTime, Utc};

use super::catalog::{Candidate, CandidateSeason, MediaKind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrStatus {
    /// "Radarr" or "Sonarr": tells a swapped address.
    pub app_name: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QualityProfile {
    pub id: i64,
    pub name: String,
}

impl QualityProfile {
    /// As people write a name: capitals and blanks around it don't count.
    pub fn called<'a>(profiles: &'a [Self], name: &str) -> Option<&'a Self> {
        let plain = |name: &str| name.trim().to_lowercase();
        profiles.iter().find(|profile| plain(&profile.name) == plain(name))
    }
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RootFolder {
    pub path: String,
    pub accessible: bool,
    /// Bytes; unknown when the folder can't be reached.
    pub free: Option<f64>,
    /// Bytes, by the longest matching disk.
    pub total: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tag {
    pub id: i64,
    pub label: String,
}

/// A film or series in a Radarr or Sonarr library.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrTitle {
    pub id: i64,
    pub candidate: Candidate,
    pub path: Option<String>,
    pub root_folder: Option<String>,
    pub quality_profile_id: Option<i64>,
    pub tags: Vec<i64>,
    pub size_on_disk: Option<f64>,
}

/// Everything that is decided about an add, exactly as it must arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct AddTitle {
    pub kind: MediaKind,
    /// TMDB id of a film, TVDB id of a series.
    pub public_id: i64,
    pub quality_profile_id: i64,
    pub root_folder: String,
    pub tags: Vec<i64>,
    pub monitor: Monitor,
}

/// Which seasons of a series Sonarr shall watch. A film ignores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Monitor {
    /// Exactly these; new seasons stay unwatched.
    Seasons(Vec<i32>),
    /// Every regular season and those to come.
    All,
    /// Only what airs from now on.
    Future,
}

/// One episode as Sonarr knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrEpisode {
    pub id: i64,
    pub season: i32,
    pub number: i32,
    pub title: Option<String>,
    pub air_date: Option<DateTime<Utc>>,
    pub has_file: bool,
    pub monitored: bool,
}

/// Of seasons that it does not watch Sonarr counts no aired episodes; its list of episodes knows better.
pub fn counted(mut seasons: Vec<CandidateSeason>, episodes: &[ArrEpisode], now: DateTime<Utc>) -> Vec<CandidateSeason> {
    for season in &mut seasons {
        let of_season = || episodes.iter().filter(|episode| episode.season == season.number);
        let count = |n: usize| i64::try_from(n).ok();
        if of_season().next().is_some() {
            season.total = count(of_season().count());
            season.aired = count(of_season().filter(|episode| episode.air_date.is_some_and(|at| at <= now)).count());
            season.files = count(of_season().filter(|episode| episode.has_file).count());
        }
    }
    seasons
}

/// A download in the queue, one record per episode; `download_id` joins them.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRecord {
    /// For the one call at hand only: it is a hash that changes.
    pub queue_id: i64,
    pub arr_title_id: Option<i64>,
    pub episode_id: Option<i64>,
    pub season: Option<i32>,
    /// As the service writes it (upper case for torrents).
    pub download_id: Option<String>,
    pub title: String,
    pub size: f64,
    pub size_left: f64,
    pub eta: Option<DateTime<Utc>>,
    pub status: QueueStatus,
    pub state: TrackedState,
    pub warning: bool,
    pub messages: Vec<String>,
    pub protocol: Option<String>,
}

/// The records of one download: a season pack has one for each episode.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedDownload<'a> {
    /// Lower case. `None` while no download client has it.
    pub download_id: Option<String>,
    /// Never empty.
    pub records: Vec<&'a QueueRecord>,
}

impl QueuedDownload<'_> {
    /// Bytes; every record tells the size of the whole download.
    pub fn size(&self) -> f64 {
        self.records.iter().map(|record| record.size).fold(0.0, f64::max)
    }

    pub fn size_left(&self) -> f64 {
        self.records.iter().map(|record| record.size_left).fold(0.0, f64::max)
    }

    /// 0 to 1.
    pub fn progress(&self) -> f64 {
        if self.size() > 0.0 { (1.0 - self.size_left() / self.size()).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Joins queue records by their download, in the order in which the downloads first appear.
pub fn by_download(records: &[QueueRecord]) -> Vec<QueuedDownload<'_>> {
    let mut downloads: Vec<QueuedDownload<'_>> = Vec::new();
    for record in records {
        let id = record.download_id.as_ref().map(|id| id.to_ascii_lowercase());
        let known = downloads.iter_mut().find(|download| id.is_some() && download.download_id == id);
        match known {
            Some(download) => download.records.push(record),
            None => downloads.push(QueuedDownload { download_id: id, records: vec![record] }),
        }
    }
    downloads
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueStatus {
    Queued,
    Paused,
    Downloading,
    Completed,
    Failed,
    Warning,
    Delay,
    ClientUnavailable,
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackedState {
    Downloading,
    ImportBlocked,
    ImportPending,
    Importing,
    Imported,
    FailedPending,
    Failed,
    Ignored,
    Other(String),
}

/// What a webhook of Sonarr or Radarr says, reduced to what moves a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    pub event: HookEvent,
    pub public_id: Option<i64>,
    pub arr_title_id: Option<i64>,
    /// Season and episode numbers.
    pub episodes: Vec<(i32, i32)>,
    pub download_id: Option<String>,
    pub release: Option<String>,
    pub message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookEvent {
    Test,
    Grab,
    Imported,
    TitleAdded,
    TitleDeleted,
    FileDeleted { upgrade: bool },
    ManualInteraction,
    Health,
    Other(String),
}
