//! What a search command grabs: a pack when a whole season is out, single episodes otherwise (services.md 2.8).

use serde_json::{Map, Value};

use super::{Episode, Inner, Series};
use crate::demo::downloads::{Target, WEB_1080P, WEB_2160P, Wanted};
use crate::demo::servarr::{Command, parts};

impl Inner {
    pub fn carry_out(&self, command: &Command, barren: &dyn Fn(&str) -> bool) -> Vec<Wanted> {
        let body = &command.body;
        if command.name == "RefreshSeries" {
            let mut ids = ints(body, "seriesIds");
            ids.extend(ints(body, "seriesId"));
            ids.into_iter().for_each(|id| self.refresh(id));
            return Vec::new();
        }
        let series_id = ints(body, "seriesId").first().copied();
        let season = ints(body, "seasonNumber").first().copied();
        let episode_ids = ints(body, "episodeIds");
        let all = self.library().series.clone();
        let mut found = Vec::new();
        for series in all.iter().filter(|series| !barren(&series.show.title)) {
            let is_asked = |episode: &&Episode| match command.name.as_str() {
                "SeriesSearch" => series_id == Some(series.id) && episode.is_monitored,
                "SeasonSearch" => {
                    series_id == Some(series.id) && season == Some(i64::from(episode.season)) && episode.is_monitored
                }
                "EpisodeSearch" => episode_ids.contains(&episode.id),
                "MissingEpisodeSearch" => {
                    series_id.is_none_or(|id| id == series.id) && series.is_monitored && episode.is_monitored
                }
                _ => false,
            };
            found.extend(self.grabs(series, series.episodes.iter().filter(is_asked).collect()));
        }
        found
    }

    /// The downloads that bring these episodes, as far as they have aired and are not there.
    fn grabs(&self, series: &Series, asked: Vec<&Episode>) -> Vec<Wanted> {
        let today = self.catalogue.today();
        let busy = self.on_the_way();
        let missing: Vec<&Episode> = asked
            .into_iter()
            .filter(|one| one.file.is_none() && one.has_aired(today) && !busy.contains(&one.id))
            .collect();
        let mut found = Vec::new();
        for (number, _) in &series.seasons {
            let wanted: Vec<&Episode> = missing.iter().copied().filter(|one| one.season == *number).collect();
            let mut whole = series.episodes.iter().filter(|one| one.season == *number);
            if wanted.len() > 1 && whole.all(|one| one.has_aired(today)) {
                found.push(self.wanted(series, *number, &wanted));
            } else {
                found.extend(wanted.iter().map(|one| self.wanted(series, *number, &[one])));
            }
        }
        found
    }

    /// Episodes that are being downloaded.
    fn on_the_way(&self) -> Vec<i64> {
        let jobs = self.base.downloads.jobs_of(&self.base.me);
        let ids = jobs.iter().flat_map(|job| match &job.wanted.target {
            Target::Episodes { episodes, .. } => episodes.iter().map(|(id, _)| *id).collect(),
            Target::Film { .. } => Vec::new(),
        });
        ids.collect()
    }

    pub fn wanted(&self, series: &Series, season: i32, episodes: &[&Episode]) -> Wanted {
        let (is_4k, category) = {
            let common = self.base.common();
            (common.options.is_4k, common.options.category.clone())
        };
        let quality = if is_4k { WEB_2160P } else { WEB_1080P };
        let middle = match episodes {
            [one] => format!("S{season:02}E{:02}", one.number),
            _ => format!("S{season:02}"),
        };
        let size = series.show.runtime_minutes * 42_000_000 * episodes.len() as i64;
        Wanted {
            title: series.show.title.clone(),
            target: Target::Episodes {
                series_id: series.id,
                season,
                episodes: episodes.iter().map(|one| (one.id, one.number)).collect(),
            },
            release: parts::release(&series.show.title, &middle, size, &quality),
            category,
        }
    }
}

/// The numbers of a member that is one or a list.
fn ints(body: &Map<String, Value>, name: &str) -> Vec<i64> {
    match body.get(name) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_i64).collect(),
        Some(one) => one.as_i64().into_iter().collect(),
        None => Vec::new(),
    }
}
