//! What Sonarr and Radarr send, as loosely typed as they are (services.md 1.2), and what it means in our words.
//! Every member may be absent, null, a number as text, or a float where one expects a count.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::catalog::{Candidate, CandidateSeason, ExternalIds, MediaKind};
use crate::domain::fault::Answer;
use crate::domain::servarr::{ArrEpisode, ArrTitle, QualityProfile, Tag};
use crate::vendor::http::Reply;
use crate::vendor::json;

/// The rows of an array; a row that is no such thing is left out, a body that is no array is a fault.
pub(crate) fn rows<T: DeserializeOwned>(reply: &Reply) -> Answer<Vec<T>> {
    let rows: Vec<Value> = reply.json()?;
    Ok(rows.into_iter().filter_map(|row| T::deserialize(row).ok()).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TitleWire {
    #[serde(deserialize_with = "json::flex_i64")]
    id: i64,
    #[serde(deserialize_with = "json::flex_text")]
    pub title: String,
    #[serde(deserialize_with = "json::opt_text")]
    original_title: Option<String>,
    #[serde(deserialize_with = "json::opt_i32")]
    pub year: Option<i32>,
    #[serde(deserialize_with = "json::opt_text")]
    overview: Option<String>,
    #[serde(deserialize_with = "json::list")]
    images: Vec<ImageWire>,
    #[serde(deserialize_with = "json::opt_text")]
    remote_poster: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    certification: Option<String>,
    #[serde(deserialize_with = "json::list")]
    genres: Vec<String>,
    #[serde(deserialize_with = "json::opt_i64")]
    runtime: Option<i64>,
    #[serde(deserialize_with = "json::opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    network: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    studio: Option<String>,
    #[serde(deserialize_with = "json::opt_date")]
    pub in_cinemas: Option<NaiveDate>,
    #[serde(deserialize_with = "json::opt_date")]
    pub digital_release: Option<NaiveDate>,
    #[serde(deserialize_with = "json::opt_date")]
    pub physical_release: Option<NaiveDate>,
    #[serde(deserialize_with = "json::opt_date")]
    first_aired: Option<NaiveDate>,
    #[serde(deserialize_with = "json::list")]
    seasons: Vec<SeasonWire>,
    #[serde(deserialize_with = "json::flex_bool")]
    pub monitored: bool,
    #[serde(deserialize_with = "json::flex_bool")]
    pub has_file: bool,
    #[serde(deserialize_with = "json::opt_i64")]
    tmdb_id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    tvdb_id: Option<i64>,
    #[serde(deserialize_with = "json::opt_text")]
    imdb_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    path: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    root_folder_path: Option<String>,
    #[serde(deserialize_with = "json::opt_i64")]
    quality_profile_id: Option<i64>,
    #[serde(deserialize_with = "json::list")]
    tags: Vec<NumberWire>,
    #[serde(deserialize_with = "json::opt_f64")]
    size_on_disk: Option<f64>,
    statistics: Option<StatisticsWire>,
}

#[derive(Debug, Deserialize)]
struct NumberWire(#[serde(deserialize_with = "json::flex_i64")] i64);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ImageWire {
    #[serde(deserialize_with = "json::flex_text")]
    cover_type: String,
    #[serde(deserialize_with = "json::opt_text")]
    remote_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SeasonWire {
    #[serde(deserialize_with = "json::opt_i32")]
    season_number: Option<i32>,
    #[serde(deserialize_with = "json::flex_bool")]
    monitored: bool,
    statistics: Option<StatisticsWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StatisticsWire {
    #[serde(deserialize_with = "json::opt_i64")]
    episode_file_count: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    episode_count: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    total_episode_count: Option<i64>,
    #[serde(deserialize_with = "json::opt_f64")]
    size_on_disk: Option<f64>,
}

impl StatisticsWire {
    /// `episodeCount` is what has aired and is watched or there (services.md 2.3).
    fn complete(&self) -> bool {
        let aired = self.episode_count.unwrap_or_default();
        aired > 0 && self.episode_file_count.unwrap_or_default() >= aired
    }
}

impl TitleWire {
    /// `None` for a row without a title.
    pub fn candidate(self, kind: MediaKind) -> Option<Candidate> {
        if self.title.is_empty() {
            return None;
        }
        let poster = self.images.into_iter().find(|image| image.cover_type.eq_ignore_ascii_case("poster"));
        let poster = poster.and_then(|image| image.remote_url).or(self.remote_poster).filter(|url| is_web(url));
        let complete = self.statistics.as_ref().is_some_and(StatisticsWire::complete);
        let is = |word: &str| self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case(word));
        let (upcoming, ended) = (is("upcoming"), is("ended"));
        let season = |season: SeasonWire| season.season(upcoming, ended);
        Some(Candidate {
            kind,
            ids: ExternalIds {
                tmdb: positive(self.tmdb_id),
                tvdb: positive(self.tvdb_id),
                imdb: self.imdb_id.filter(|id| id.starts_with("tt")),
            },
            title: self.title,
            original_title: self.original_title,
            year: self.year.filter(|year| *year > 0),
            overview: self.overview,
            poster,
            certification: self.certification,
            genres: self.genres,
            runtime_minutes: positive(self.runtime),
            status: self.status,
            network: self.network.or(self.studio),
            in_cinemas: real_day(self.in_cinemas),
            digital_release: real_day(self.digital_release),
            physical_release: real_day(self.physical_release),
            first_aired: real_day(self.first_aired),
            seasons: self.seasons.into_iter().filter_map(season).collect(),
            arr_id: positive(Some(self.id)),
            monitored: self.monitored,
            has_file: if kind == MediaKind::Movie { self.has_file } else { complete },
        })
    }

    /// `None` for a row that isn't in the library.
    pub fn arr_title(mut self, kind: MediaKind) -> Option<ArrTitle> {
        let id = positive(Some(self.id))?;
        let in_all = self.statistics.as_ref().and_then(|statistics| statistics.size_on_disk);
        let (path, root_folder) = (self.path.take(), self.root_folder_path.take());
        let quality_profile_id = positive(self.quality_profile_id);
        let tags = self.tags.iter().map(|tag| tag.0).collect();
        let size_on_disk = self.size_on_disk.or(in_all);
        let candidate = self.candidate(kind)?;
        Some(ArrTitle { id, candidate, path, root_folder, quality_profile_id, tags, size_on_disk })
    }
}

impl SeasonWire {
    /// A lookup counts nothing; what it says of the whole series holds for each season.
    fn season(self, upcoming: bool, ended: bool) -> Option<CandidateSeason> {
        let statistics = self.statistics.unwrap_or_default();
        Some(CandidateSeason {
            number: self.season_number?,
            monitored: self.monitored,
            // Of an unwatched season it counts only what is there, which says nothing about what has aired.
            aired: statistics.episode_count.filter(|_| self.monitored).or(upcoming.then_some(0)),
            total: statistics.total_episode_count,
            files: statistics.episode_file_count,
            size_on_disk: statistics.size_on_disk.map(|bytes| bytes as i64),
            is_over: ended,
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct StatusWire {
    #[serde(deserialize_with = "json::flex_text")]
    pub app_name: String,
    #[serde(deserialize_with = "json::flex_text")]
    pub version: String,
}

/// A row with an id and a name: a quality profile, a tag.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct NamedWire {
    #[serde(deserialize_with = "json::flex_i64")]
    id: i64,
    #[serde(alias = "label", deserialize_with = "json::flex_text")]
    name: String,
}

impl NamedWire {
    pub fn profile(self) -> QualityProfile {
        QualityProfile { id: self.id, name: self.name }
    }

    pub fn tag(self) -> Tag {
        Tag { id: self.id, label: self.name }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EpisodeWire {
    #[serde(deserialize_with = "json::flex_i64")]
    id: i64,
    #[serde(deserialize_with = "json::flex_i64")]
    pub series_id: i64,
    #[serde(deserialize_with = "json::opt_i32")]
    pub season_number: Option<i32>,
    #[serde(deserialize_with = "json::opt_i32")]
    pub episode_number: Option<i32>,
    #[serde(deserialize_with = "json::opt_text")]
    pub title: Option<String>,
    #[serde(deserialize_with = "json::opt_date")]
    pub air_date: Option<NaiveDate>,
    #[serde(deserialize_with = "json::opt_time")]
    pub air_date_utc: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "json::flex_bool")]
    has_file: bool,
    #[serde(deserialize_with = "json::flex_bool")]
    monitored: bool,
}

impl EpisodeWire {
    pub fn episode(self) -> Option<ArrEpisode> {
        Some(ArrEpisode {
            id: self.id,
            season: self.season_number?,
            number: self.episode_number?,
            title: self.title,
            air_date: self.air_date_utc.or_else(|| Some(self.air_date?.and_hms_opt(0, 0, 0)?.and_utc())),
            has_file: self.has_file,
            monitored: self.monitored,
        })
    }
}

/// 0 stands for "none" in ids, years and run times.
pub(crate) fn positive(number: Option<i64>) -> Option<i64> {
    number.filter(|number| *number > 0)
}

/// Year 1 and year 9999 stand for "unknown".
pub(crate) fn real_day(day: Option<NaiveDate>) -> Option<NaiveDate> {
    day.filter(|day| (1800..9999).contains(&day.year()))
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
