//! The simulated Sonarr: a library of series whose episodes appear with the first refresh, over the shared pages of
//! `servarr` (services.md 2.3, 2.5). Shows come from the catalogue; files arrive through the pipeline.
//! Never knows films.

mod add;
mod episodes;
mod hooks;
mod library;
mod monitor;
mod pages;
mod resource;
mod search;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::catalogue::{Catalogue, Show};
use super::downloads::Downloads;
use super::import::OnImport;
use super::servarr::{Base, Flavour, Instance, Options};

/// A series in the library.
#[derive(Debug, Clone)]
pub struct Series {
    pub id: i64,
    pub show: Show,
    pub path: String,
    pub root: String,
    pub quality_profile_id: i64,
    pub is_monitored: bool,
    /// `all` or `none`.
    pub monitor_new: &'static str,
    pub season_folder: bool,
    /// `standard`, `daily` or `anime`.
    pub series_type: &'static str,
    pub tags: Vec<i64>,
    pub added_at: DateTime<Utc>,
    /// Numbers, and whether each is monitored.
    pub seasons: Vec<(i32, bool)>,
    /// Empty until the first refresh.
    pub episodes: Vec<Episode>,
    /// What the add asked for; carried out by the first refresh.
    rule: Option<monitor::Rule>,
}

/// One episode of a series in the library.
#[derive(Debug, Clone)]
pub struct Episode {
    pub id: i64,
    pub season: i32,
    pub number: i32,
    pub tvdb_id: i64,
    pub title: String,
    pub air_date: Option<NaiveDate>,
    pub is_monitored: bool,
    pub file: Option<EpisodeFile>,
}

#[derive(Debug, Clone)]
pub struct EpisodeFile {
    pub id: i64,
    /// Bytes.
    pub size: i64,
    pub group: String,
}

impl Episode {
    pub fn has_aired(&self, today: NaiveDate) -> bool {
        self.air_date.is_some_and(|day| day <= today)
    }
}

#[derive(Debug, Default)]
struct Library {
    series: Vec<Series>,
    last_series: i64,
    last_episode: i64,
    last_file: i64,
    added: Vec<Value>,
}

pub struct Inner {
    base: Base,
    catalogue: Catalogue,
    library: Mutex<Library>,
    on_import: OnImport,
}

/// A running Sonarr. Clones are handles of the same one.
pub type Sonarr = Instance<Inner>;

impl Sonarr {
    /// Starts an instance on the loopback.
    pub async fn start(
        options: Options,
        catalogue: Catalogue,
        downloads: Downloads,
        on_import: OnImport,
    ) -> io::Result<Self> {
        let make = |base| Inner { base, catalogue, library: Mutex::default(), on_import };
        Instance::open(Flavour::Sonarr, options, downloads, make).await
    }

    /// Everything in the library.
    pub fn titles(&self) -> Vec<Series> {
        self.inner.library().series.clone()
    }

    pub fn title(&self, tvdb_id: i64) -> Option<Series> {
        self.inner.library().series.iter().find(|series| series.show.tvdb_id == tvdb_id).cloned()
    }

    /// The bodies of all accepted `POST /series`, oldest first.
    pub fn added(&self) -> Vec<Value> {
        self.inner.library().added.clone()
    }

    /// Puts a series into the library behind everybody's back, with files for the episodes `has_file` says (season
    /// and number) and these seasons monitored. None when the catalogue has no such series.
    pub fn add_existing(&self, tvdb_id: i64, monitored: &[i32], has_file: impl Fn(i32, i32) -> bool) -> Option<i64> {
        self.inner.add_existing(tvdb_id, monitored, has_file)
    }

    /// Takes a series out of the library behind everybody's back.
    pub fn remove(&self, tvdb_id: i64) -> bool {
        let mut library = self.inner.library();
        let before = library.series.len();
        library.series.retain(|series| series.show.tvdb_id != tvdb_id);
        library.series.len() < before
    }
}

impl Inner {
    fn library(&self) -> MutexGuard<'_, Library> {
        self.library.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn series(&self, id: i64) -> Option<Series> {
        self.library().series.iter().find(|series| series.id == id).cloned()
    }
}

#[cfg(test)]
mod tests;
