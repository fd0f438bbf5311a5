//! The simulated Radarr: a library of films that grows by requests, over the shared pages of `servarr`
//! (services.md 2.4). Films come from the catalogue; files arrive through the pipeline. Never knows series.

mod add;
mod hooks;
mod lookup;
mod movies;
mod resource;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::catalogue::{Catalogue, Film};
use super::downloads::{Downloads, Owner, Quality, WEB_1080P, WEB_2160P};
use super::fault::Faults;
use super::host::Host;
use super::import::OnImport;
use super::journal::Journal;
use super::servarr::{Base, Flavour, Notification, Options, endpoint};
use super::webhooks::Delivery;

/// A film in the library.
#[derive(Debug, Clone)]
pub struct Movie {
    pub id: i64,
    pub film: Film,
    pub path: String,
    pub root: String,
    pub quality_profile_id: i64,
    pub is_monitored: bool,
    pub minimum_availability: &'static str,
    pub tags: Vec<i64>,
    pub added_at: DateTime<Utc>,
    pub file: Option<MovieFile>,
}

/// The file of a film.
#[derive(Debug, Clone)]
pub struct MovieFile {
    pub id: i64,
    pub relative_path: String,
    /// Bytes.
    pub size: i64,
    pub added_at: DateTime<Utc>,
    pub quality: Quality,
    pub group: String,
}

#[derive(Debug, Default)]
struct Library {
    movies: Vec<Movie>,
    last_movie: i64,
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

/// A running Radarr. Clones are handles of the same one.
#[derive(Clone)]
pub struct Radarr {
    inner: Arc<Inner>,
    host: Host,
}

impl Radarr {
    /// Starts an instance on the loopback.
    pub async fn start(
        options: Options,
        catalogue: Catalogue,
        downloads: Downloads,
        on_import: OnImport,
    ) -> io::Result<Radarr> {
        let (name, port) = (options.instance_name.clone(), options.port);
        let inner = Arc::new_cyclic(|me: &Weak<Inner>| Inner {
            base: Base::new(Flavour::Radarr, options, downloads, me.clone() as Weak<dyn Owner>),
            catalogue,
            library: Mutex::default(),
            on_import,
            here: OnceLock::new(),
        });
        let host = Host::start(&name, port, endpoint(inner.clone())).await?;
        inner.here.get_or_init(|| host.url());
        host.journal().add_secret(&inner.base.common().options.api_key);
        Ok(Radarr { inner, host })
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
    pub fn titles(&self) -> Vec<Movie> {
        self.inner.library().movies.clone()
    }

    pub fn title(&self, tmdb_id: i64) -> Option<Movie> {
        self.inner.library().movies.iter().find(|movie| movie.film.tmdb_id == tmdb_id).cloned()
    }

    /// The bodies of all accepted `POST /movie`, oldest first.
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

    /// Puts a film into the library behind everybody's back. None when the catalogue has no such film.
    pub fn add_existing(&self, tmdb_id: i64, is_monitored: bool, has_file: bool) -> Option<i64> {
        self.inner.add_existing(tmdb_id, is_monitored, has_file)
    }

    /// Takes a film out of the library behind everybody's back.
    pub fn remove(&self, tmdb_id: i64) -> bool {
        let mut library = self.inner.library();
        let before = library.movies.len();
        library.movies.retain(|movie| movie.film.tmdb_id != tmdb_id);
        library.movies.len() < before
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

    fn quality(&self) -> Quality {
        if self.base.common().options.is_4k { WEB_2160P } else { WEB_1080P }
    }

    fn add_existing(&self, tmdb_id: i64, is_monitored: bool, has_file: bool) -> Option<i64> {
        let film = self.catalogue.film_by_tmdb(tmdb_id)?;
        let (root, profile) = {
            let common = self.base.common();
            let root = common.options.roots.first().map(|root| root.path.clone()).unwrap_or_default();
            (root, common.options.profiles.first().map_or(1, |(id, _)| *id))
        };
        let release = hooks::release(&film, &self.quality());
        let quality = self.quality();
        let mut library = self.library();
        library.movies.retain(|movie| movie.film.tmdb_id != tmdb_id);
        library.last_movie += 1;
        library.last_file += 1;
        let file = has_file.then(|| MovieFile {
            id: library.last_file,
            relative_path: format!("{}.mkv", release.name),
            size: release.size,
            added_at: Utc::now(),
            quality,
            group: release.group,
        });
        let movie = Movie {
            id: library.last_movie,
            path: format!("{root}/{}", resource::folder(&film)),
            root,
            film,
            quality_profile_id: profile,
            is_monitored,
            minimum_availability: "released",
            tags: Vec::new(),
            added_at: Utc::now(),
            file,
        };
        library.movies.push(movie);
        Some(library.last_movie)
    }
}

#[cfg(test)]
mod tests;
