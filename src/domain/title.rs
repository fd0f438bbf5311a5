//! Titles as the house keeps them: one row for a film or a series, whatever told of it first. Says by which address a
//! title goes and which of two rows is meant; it knows nothing of libraries or requests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::catalog::{Candidate, ExternalIds, MediaKind};
use super::ids::TitleId;
use super::search::normalise;

/// A film or a series that somebody has, wants, or looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Title {
    pub id: TitleId,
    pub kind: MediaKind,
    pub ids: ExternalIds,
    pub title: String,
    pub original_title: Option<String>,
    pub sort_title: String,
    pub year: Option<i32>,
    pub overview: Option<String>,
    pub certification: Option<String>,
    pub genres: Vec<String>,
    pub runtime_minutes: Option<i64>,
    /// As Sonarr or Radarr says it: released, continuing, ended …
    pub status: Option<String>,
    pub network: Option<String>,
    /// A picture at another host, as Sonarr or Radarr named it. What Plex has lies with the copy.
    pub poster: Option<String>,
    pub release_date: Option<NaiveDate>,
}

/// As much of a title as a list of requests says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    pub id: TitleId,
    pub kind: MediaKind,
    /// Those that addresses are made of.
    pub ids: ExternalIds,
    pub title: String,
    pub year: Option<i32>,
    pub poster: Option<String>,
    pub release_date: Option<NaiveDate>,
}

impl Caption {
    pub fn path(&self) -> String {
        path(self.kind, &address(self.id, self.kind, &self.ids))
    }

    pub fn picture(&self, thumb: Option<&str>) -> Option<String> {
        Some(picture(self.id, thumb.or(self.poster.as_deref())?))
    }
}

impl Title {
    /// The id in addresses and in the API: TMDB for a film, TVDB for a series, `plex-{row}` without either.
    pub fn address(&self) -> String {
        address(self.id, self.kind, &self.ids)
    }

    /// The path of its picture, when there is one; `thumb` is that of a copy on Plex which the reader may see. The path
    /// changes when the picture does.
    pub fn picture(&self, thumb: Option<&str>) -> Option<String> {
        Some(picture(self.id, thumb.or(self.poster.as_deref())?))
    }

    /// True for two rows or lookups of one title: they have the same page.
    pub fn is_same(&self, other: &Title) -> bool {
        let id = public_id(self.kind, &self.ids);
        let same_id = self.kind == other.kind && id.is_some() && id == public_id(other.kind, &other.ids);
        same_id || (self.id.0 != 0 && self.id == other.id)
    }

    /// The path of its page: "/titles/movie/438631".
    pub fn path(&self) -> String {
        path(self.kind, &self.address())
    }
}

fn address(id: TitleId, kind: MediaKind, ids: &ExternalIds) -> String {
    match public_id(kind, ids) {
        Some(public) => public.to_string(),
        None => format!("plex-{id}"),
    }
}

fn path(kind: MediaKind, address: &str) -> String {
    format!("/titles/{kind}/{address}")
}

fn picture(id: TitleId, source: &str) -> String {
    let version = source.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("/images/title/{id}?v={version:x}")
}

/// The id by which a kind of title is asked for: TMDB for a film, TVDB for a series.
pub fn public_id(kind: MediaKind, ids: &ExternalIds) -> Option<i64> {
    match kind {
        MediaKind::Movie => ids.tmdb,
        MediaKind::Series => ids.tvdb,
    }
}

/// The one of these titles that the ids name: by its proper id, else by another one unless proper ids disagree.
pub fn named<'a>(titles: &'a [Title], kind: MediaKind, ids: &ExternalIds) -> Option<&'a Title> {
    let own = public_id(kind, ids);
    let of_kind = || titles.iter().filter(move |title| title.kind == kind);
    let proper = of_kind().find(|title| own.is_some() && public_id(kind, &title.ids) == own);
    let unnamed = || of_kind().filter(move |title| own.is_none() || public_id(kind, &title.ids).is_none());
    let by_imdb = || unnamed().find(|title| ids.imdb.is_some() && title.ids.imdb == ids.imdb);
    let by_tmdb =
        || unnamed().find(|title| kind == MediaKind::Series && ids.tmdb.is_some() && title.ids.tmdb == ids.tmdb);
    proper.or_else(by_imdb).or_else(by_tmdb)
}

/// What the last part of a title's address means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// TMDB id of a film, TVDB id of a series.
    Public(i64),
    /// A title that Plex has without either.
    Row(TitleId),
}

impl std::str::FromStr for Address {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("plex-") {
            Some(row) => row.parse().map(Self::Row),
            None => text.parse().map(Self::Public),
        }
    }
}

/// The ids that name the title of an address.
pub fn ids_of(kind: MediaKind, public: i64) -> ExternalIds {
    match kind {
        MediaKind::Movie => ExternalIds { tmdb: Some(public), ..ExternalIds::default() },
        MediaKind::Series => ExternalIds { tvdb: Some(public), ..ExternalIds::default() },
    }
}

/// The day a title came out or comes out at home, by what its lookup knows.
pub fn release_date(candidate: &Candidate) -> Option<NaiveDate> {
    let at_home = [candidate.digital_release, candidate.physical_release].into_iter().flatten().min();
    at_home.or(candidate.in_cinemas).or(candidate.first_aired)
}

/// A title as a lookup tells it; it has no row yet.
pub fn from_candidate(candidate: &Candidate) -> Title {
    Title {
        id: TitleId(0),
        kind: candidate.kind,
        ids: candidate.ids.clone(),
        title: candidate.title.clone(),
        original_title: candidate.original_title.clone().filter(|original| *original != candidate.title),
        sort_title: normalise(&candidate.title),
        year: candidate.year,
        overview: candidate.overview.clone(),
        certification: candidate.certification.clone(),
        genres: candidate.genres.clone(),
        runtime_minutes: candidate.runtime_minutes,
        status: candidate.status.clone(),
        network: candidate.network.clone(),
        poster: candidate.poster.clone(),
        release_date: release_date(candidate),
    }
}

/// The host of a picture's address, with the port when it is an unusual one. None for a path at the media server.
pub fn picture_host(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// A title of which something came to Plex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    pub title: TitleId,
    /// What came, when the title was there before.
    pub season: Option<NewSeason>,
}

/// A series comes to Plex in the course of a day; an episode that comes later is news of its own.
pub fn has_grown(came: DateTime<Utc>, episode: DateTime<Utc>) -> bool {
    episode - came > TimeDelta::days(1)
}

/// A season that grew, and how many episodes of it are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSeason {
    pub number: i32,
    pub episodes: i64,
}

/// Numbers of the episodes that are there, by season.
pub type Episodes = BTreeMap<i32, BTreeSet<i32>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_grows_from_its_second_day_on() {
        let came = DateTime::UNIX_EPOCH;
        assert!(!has_grown(came, came + TimeDelta::hours(20)));
        assert!(has_grown(came, came + TimeDelta::hours(25)));
    }

    #[test]
    fn an_address_names_a_public_id_or_a_row() {
        assert_eq!("438631".parse(), Ok(Address::Public(438_631)));
        assert_eq!("plex-7".parse(), Ok(Address::Row(TitleId(7))));
        for odd in ["", "plex-", "plex-x", "-", "7x", "99999999999999999999"] {
            assert!(odd.parse::<Address>().is_err(), "{odd}");
        }
    }
}
