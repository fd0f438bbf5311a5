//! The words of the pipeline: releases, what they are for, one download, and its owner. Pure.

use std::sync::Weak;
use std::time::Duration;

use chrono::{DateTime, Utc};

/// The quality of a release, as both services name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    pub id: i64,
    pub name: &'static str,
    pub resolution: i64,
}

pub const WEB_1080P: Quality = Quality { id: 3, name: "WEBDL-1080p", resolution: 1080 };
pub const WEB_2160P: Quality = Quality { id: 18, name: "WEBDL-2160p", resolution: 2160 };

/// What an indexer offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub name: String,
    pub indexer: String,
    pub group: String,
    /// Bytes.
    pub size: i64,
    pub quality: Quality,
}

/// What a download is for, by the owner's row ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Film {
        movie_id: i64,
    },
    /// Episode ids with their numbers.
    Episodes {
        series_id: i64,
        season: i32,
        episodes: Vec<(i64, i32)>,
    },
}

/// A release an owner decided to grab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Title of the film or series, for `set_progress` and the like.
    pub title: String,
    pub target: Target,
    pub release: Release,
    /// Category in the download client.
    pub category: String,
}

/// Where a download stands, beyond what its torrent tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Downloading,
    Importing,
    Blocked(String),
}

/// One download of one owner.
#[derive(Debug, Clone)]
pub struct Job {
    pub wanted: Wanted,
    /// Lower-case info-hash: the torrent it rides on.
    pub hash: String,
    pub stage: Stage,
    pub grabbed_at: DateTime<Utc>,
    pub(super) owner: Weak<dyn Owner>,
    /// What will block the import once the download is complete.
    pub(super) obstacle: Option<String>,
    pub(super) until_import: Duration,
}

impl Job {
    /// The download id as Radarr and Sonarr write it.
    pub fn download_id(&self) -> String {
        self.hash.to_uppercase()
    }
}

/// A simulated Radarr or Sonarr, as the pipeline calls it. Never called while the pipeline is locked.
pub trait Owner: Send + Sync {
    /// Runs a queued command to its end; returns the releases to grab. `barren` tells titles without any release.
    fn run(&self, command: i64, barren: &dyn Fn(&str) -> bool) -> Vec<Wanted>;
    fn grabbed(&self, job: &Job);
    fn imported(&self, job: &Job);
    /// The import needs a person.
    fn blocked(&self, job: &Job, message: &str);
    /// The download was given up.
    fn failed(&self, job: &Job, message: &str);
}
