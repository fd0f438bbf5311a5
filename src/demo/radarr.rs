//! The simulated Radarr: a library of films that grows by requests, over the shared pages of `servarr`
//! (services.md 2.4). Films come from the catalogue; files arrive through the pipeline. Never knows series.

mod add;
mod hooks;
mod lookup;
mod movies;
mod resource;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::catalogue::{Catalogue, Film};
use super::downloads::{Downloads, Quality, WEB_1080P, WEB_2160P};
use super::import::OnImport;
use super::servarr::{Base, Flavour, Instance, Options};

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

pub struct Inner {
    base: Base,
    catalogue: Catalogue,
    library: Mutex<Library>,
    on_import: OnImport,
}

/// A running Radarr. Clones are handles of the same one.
pub type Radarr = Instance<Inner>;

impl Radarr {
    /// Starts an instance on the loopback.
    pub async fn start(
        options: Options,
        catalogue: Catalogue,
        downloads: Downloads,
        on_import: OnImport,
    ) -> io::Result<Self> {
        let make = |base| Inner { base, catalogue, library: Mutex::default(), on_import };
        Instance::open(Flavour::Radarr, options, downloads, make).await
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
}

impl Inner {
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
