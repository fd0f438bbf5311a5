//! Titles: films and series, known by their public ids, and what a Plex library has of them.

use chrono::{DateTime, NaiveDate, Utc};

crate::text_enum! {
    pub enum MediaKind {
        Movie = "movie",
        Series = "series",
    }
}

/// The public ids of a title. TMDB names films, TVDB names series; IMDb helps out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ExternalIds {
    pub tmdb: Option<i64>,
    pub tvdb: Option<i64>,
    pub imdb: Option<String>,
}

/// What `/identity` and `/` of a media server say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerIdentity {
    pub machine_id: String,
    pub version: String,
    pub name: Option<String>,
}

/// A library section of a media server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexLibrary {
    pub key: String,
    pub title: String,
    /// Plex's own word: movie, show, artist, photo.
    pub kind: String,
    pub agent: String,
}

/// One film or series as a media server lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlexItem {
    pub rating_key: String,
    pub guid: Option<String>,
    pub kind: MediaKind,
    pub ids: ExternalIds,
    pub title: String,
    pub original_title: Option<String>,
    pub sort_title: Option<String>,
    pub year: Option<i32>,
    pub summary: Option<String>,
    pub content_rating: Option<String>,
    pub genres: Vec<String>,
    pub duration_ms: Option<i64>,
    pub thumb: Option<String>,
    pub added_at: DateTime<Utc>,
    pub updated_at: Option<DateTime<Utc>>,
    pub is_4k: bool,
    /// Episodes there, for a series.
    pub leaf_count: Option<i64>,
}

/// One episode as a media server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexEpisode {
    pub rating_key: String,
    pub show_rating_key: String,
    pub season: i32,
    pub number: i32,
    pub added_at: DateTime<Utc>,
    pub is_4k: bool,
}

/// One page of a paged listing. `total` is what the server says it has in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Rows the server sent, also those left out of `items` because they made no sense.
    pub received: usize,
    pub offset: usize,
    pub total: usize,
}

/// A poster or a face, ready to be passed on: only types a browser shows and never runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    pub content_type: String,
    pub bytes: bytes::Bytes,
}

/// A title as Sonarr's or Radarr's lookup knows it, in the library of theirs or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub kind: MediaKind,
    pub ids: ExternalIds,
    pub title: String,
    pub original_title: Option<String>,
    pub year: Option<i32>,
    pub overview: Option<String>,
    pub poster: Option<String>,
    pub certification: Option<String>,
    pub genres: Vec<String>,
    pub runtime_minutes: Option<i64>,
    pub status: Option<String>,
    pub network: Option<String>,
    pub in_cinemas: Option<NaiveDate>,
    pub digital_release: Option<NaiveDate>,
    pub physical_release: Option<NaiveDate>,
    pub first_aired: Option<NaiveDate>,
    pub seasons: Vec<CandidateSeason>,
    /// The row id in that Sonarr or Radarr when it has the title already.
    pub arr_id: Option<i64>,
    pub monitored: bool,
    /// The film is there; of a series, all that has aired and is watched.
    pub has_file: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateSeason {
    pub number: i32,
    pub monitored: bool,
    /// Aired episodes, when the service knows: it does for watched seasons only.
    pub aired: Option<i64>,
    pub total: Option<i64>,
    pub files: Option<i64>,
    pub size_on_disk: Option<i64>,
    /// The series has ended: all of it has aired.
    pub is_over: bool,
}
