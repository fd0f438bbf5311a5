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
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::catalogue::{Catalogue, Show};
use super::downloads::{Downloads, Owner};
use super::fault::Faults;
use super::host::Host;
use super::import::OnImport;
use super::journal::Journal;
use super::servarr::{Base, Flavour, Notification, Options, endpoint};
use super::webhooks::Delivery;

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

struct Inner {
    base: Base,
    catalogue: Catalogue,
    library: Mutex<Library>,
    on_import: OnImport,
    /// Its own address, once it has one: posters that would lie at TMDB or TVDB are served there.
    here: OnceLock<String>,
}

/// A running Sonarr. Clones are handles of the same one.
#[derive(Clone)]
pub struct Sonarr {
    inner: Arc<Inner>,
    host: Host,
}

impl Sonarr {
    /// Starts an instance on the loopback.
    pub async fn start(
        options: Options,
        catalogue: Catalogue,
        downloads: Downloads,
        on_import: OnImport,
    ) -> io::Result<Sonarr> {
        let (name, port) = (options.instance_name.clone(), options.port);
        let inner = Arc::new_cyclic(|me: &Weak<Inner>| Inner {
            base: Base::new(Flavour::Sonarr, options, downloads, me.clone() as Weak<dyn Owner>),
            catalogue,
            library: Mutex::default(),
            on_import,
            here: OnceLock::new(),
        });
        let host = Host::start(&name, port, endpoint(inner.clone())).await?;
        inner.here.get_or_init(|| host.url());
        host.journal().add_secret(&inner.base.common().options.api_key);
        Ok(Sonarr { inner, host })
    }

    /// The address to type into a settings page, address base included.
    pub fn url(&self) -> String {
        self.host.url() + &self.inner.base.common().options.url_base
    }

    pub fn api_key(&self) -> String {
        self.inner.base.common().options.api_key.clone()
    }

    pub fn faults(&self) -> &Faults {
        self.host.faults()
    }

    pub fn journal(&self) -> &Journal {
        self.host.journal()
    }

    pub async fn down(&self) {
        self.host.down().await;
    }

    pub async fn up(&self) -> io::Result<()> {
        self.host.up().await
    }

    /// The shared part: settings, tags, history, health, complaints.
    pub fn base(&self) -> &Base {
        &self.inner.base
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

    pub fn notifications(&self) -> Vec<Notification> {
        self.base().common().notifications.clone()
    }

    /// Webhooks sent so far.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.base().post.deliveries()
    }

    /// Waits until all webhooks of what happened so far were sent.
    pub async fn settled(&self) {
        self.base().post.settled().await;
    }

    /// What a client did that it should not do.
    pub fn complaints(&self) -> Vec<String> {
        self.base().common().complaints.clone()
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

    pub fn set_profiles(&self, profiles: Vec<(i64, String)>) {
        self.base().common().options.profiles = profiles;
    }

    pub fn set_version(&self, version: &str) {
        self.base().set_version(version);
    }

    pub fn set_url_base(&self, url_base: &str) {
        self.base().common().options.url_base = url_base.to_owned();
    }

    /// Answers 503 "is starting up" (or stops to).
    pub fn set_starting(&self, is_starting: bool) {
        self.base().common().is_starting = is_starting;
    }

    /// The internet service behind lookups fails (or works again).
    pub fn set_skyhook_down(&self, is_down: bool) {
        self.base().common().skyhook_down = is_down;
    }
}

impl Inner {
    /// Where a lookup's picture lies.
    fn poster(&self, public_id: i64) -> String {
        format!("{}/artwork/{public_id}.png", self.here.get().map_or("", String::as_str))
    }

    fn library(&self) -> MutexGuard<'_, Library> {
        self.library.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn series(&self, id: i64) -> Option<Series> {
        self.library().series.iter().find(|series| series.id == id).cloned()
    }
}

#[cfg(test)]
mod tests;
