//! How big the titles of a library are on disk (services.md 2.3, 2.4), for estimates. Reads the whole library, but keeps
//! a few numbers a title; a library too big to send in one piece gives no estimates.

use serde::Deserialize;

use super::Servarr;
use crate::domain::fault::Answer;
use crate::domain::size::Sample;
use crate::vendor::json;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SizeWire {
    #[serde(deserialize_with = "json::flex_i64")]
    quality_profile_id: i64,
    #[serde(deserialize_with = "json::opt_f64")]
    size_on_disk: Option<f64>,
    statistics: Option<StatisticsWire>,
    #[serde(deserialize_with = "json::list")]
    seasons: Vec<SeasonWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SeasonWire {
    #[serde(deserialize_with = "json::flex_i64")]
    season_number: i64,
    statistics: Option<StatisticsWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StatisticsWire {
    #[serde(deserialize_with = "json::opt_i64")]
    episode_file_count: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    total_episode_count: Option<i64>,
    #[serde(deserialize_with = "json::opt_f64")]
    size_on_disk: Option<f64>,
}

impl SizeWire {
    /// Bytes a film, or an episode. A title without files says nothing.
    #[expect(clippy::cast_possible_truncation, reason = "bytes stay far below 2^53")]
    fn sample(self) -> Option<Sample> {
        let statistics = self.statistics.unwrap_or_default();
        let files = statistics.episode_file_count.unwrap_or(1).max(1);
        let bytes = self.size_on_disk.or(statistics.size_on_disk)? as i64 / files;
        let seasons = self.seasons.into_iter().filter_map(SeasonWire::length).collect();
        (bytes > 0).then_some(Sample { profile: self.quality_profile_id, bytes, seasons })
    }
}

impl SeasonWire {
    /// Specials are no season like others.
    fn length(self) -> Option<i64> {
        self.statistics?.total_episode_count.filter(|total| *total > 0 && self.season_number > 0)
    }
}

impl Servarr {
    /// One sample for each title that has files.
    pub async fn sizes(&self) -> Answer<Vec<Sample>> {
        let rows: Vec<SizeWire> = self.call(self.ask(self.resource())).await?.json()?;
        Ok(rows.into_iter().filter_map(SizeWire::sample).collect())
    }
}
