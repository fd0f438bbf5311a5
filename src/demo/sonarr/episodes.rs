//! Episode lists, calendar and what is missing (services.md 2.5).

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{Episode, Inner, Series};
use crate::demo::servarr::Body;
use crate::demo::servarr::wire::{Call, Order, Reply, paged};

pub const ORDER: Order =
    Order { keys: &["episodes.airDateUtc", "episodes.lastSearchTime", "series.sortTitle"], descending: true };

impl Inner {
    pub fn episode_list(&self, call: &Call) -> Reply {
        let (series_ids, ids) = (call.ids("seriesId"), call.ids("episodeIds"));
        let files = call.ids("episodeFileId");
        if series_ids.is_empty() && ids.is_empty() && files.is_empty() {
            return Reply::bad_request("seriesId or episodeIds must be provided");
        }
        let season = call.param("seasonNumber").and_then(|text| text.parse::<i32>().ok());
        let fits = |series: &Series, episode: &Episode| {
            let file = episode.file.as_ref().map(|file| file.id);
            (series_ids.contains(&series.id) && season.is_none_or(|number| number == episode.season))
                || ids.contains(&episode.id)
                || file.is_some_and(|id| files.contains(&id))
        };
        Reply::ok(self.written(call, fits).into_iter().collect())
    }

    pub fn one_episode(&self, id: i64) -> Option<Value> {
        let all = self.library().series.clone();
        let mut pairs = all.iter().flat_map(|series| series.episodes.iter().map(move |episode| (series, episode)));
        pairs.find(|(_, episode)| episode.id == id).map(|(series, episode)| self.own_episode(series, episode))
    }

    pub fn monitor_episodes(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        let ids = body.ints("episodeIds")?.unwrap_or_default();
        let is_on = body.flag("monitored")?.unwrap_or_default();
        for series in &mut self.library().series {
            let chosen = series.episodes.iter_mut().filter(|episode| ids.contains(&episode.id));
            chosen.for_each(|episode| episode.is_monitored = is_on);
        }
        Ok(Reply::accepted(self.written(call, |_, episode| ids.contains(&episode.id)).into_iter().collect()))
    }

    /// Episodes in the window; the default one is today and two days more. Dates are compared in UTC.
    pub fn calendar(&self, call: &Call) -> Reply {
        let day = |name: &str, default: NaiveDate| {
            let text = call.param(name).and_then(|text| text.get(..10));
            text.and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        let start = day("start", self.catalogue.today());
        let end = day("end", start + TimeDelta::days(2));
        let unmonitored = call.flag("unmonitored", false);
        let fits = |series: &Series, episode: &Episode| {
            let is_on = unmonitored || (series.is_monitored && episode.is_monitored);
            is_on && episode.air_date.is_some_and(|day| (start..=end).contains(&day))
        };
        let mut found = self.written(call, fits);
        found.sort_by_key(aired);
        Reply::ok(found.into_iter().collect())
    }

    pub fn missing(&self, call: &Call) -> Reply {
        let (today, is_on) = (self.catalogue.today(), call.flag("monitored", true));
        let fits = |series: &Series, episode: &Episode| {
            let monitored = series.is_monitored && episode.is_monitored;
            episode.file.is_none() && episode.has_aired(today) && monitored == is_on
        };
        let mut found = self.written(call, fits);
        found.sort_by_key(|episode| std::cmp::Reverse(aired(episode)));
        paged(call, found, &ORDER, false)
    }

    fn written(&self, call: &Call, fits: impl Fn(&Series, &Episode) -> bool) -> Vec<Value> {
        let all = self.library().series.clone();
        let with_series = call.flag("includeSeries", false);
        let write = |series: &Series, episode: &Episode| {
            let mut resource = self.own_episode(series, episode);
            if let Some(map) = resource.as_object_mut().filter(|_| with_series) {
                map.insert("series".into(), self.own_series(series));
            }
            if let (Some(map), Some(file)) = (resource.as_object_mut(), &episode.file)
                && call.flag("includeEpisodeFile", false)
            {
                map.insert("episodeFile".into(), json!({ "id": file.id, "seriesId": series.id, "size": file.size }));
            }
            resource
        };
        let pairs = all.iter().flat_map(|series| series.episodes.iter().map(move |episode| (series, episode)));
        pairs.filter(|(series, episode)| fits(series, episode)).map(|(series, one)| write(series, one)).collect()
    }
}

fn aired(episode: &Value) -> String {
    episode.get("airDateUtc").and_then(Value::as_str).unwrap_or_default().to_owned()
}
