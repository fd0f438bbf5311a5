//! Sonarr (services.md 2.3, 2.5): series, seasons, episodes. What it shares with Radarr is reached through `Deref`.

mod seasons;

use std::ops::Deref;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::servarr::wire::{EpisodeWire, positive, rows};
use super::servarr::{LOOKUP, Servarr, done_if_missing, none_if_missing, number};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::fault::{Answer, Fault};
use crate::domain::servarr::{AddTitle, ArrEpisode, ArrTitle, Monitor};

/// A connection to one Sonarr. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sonarr(Servarr);

impl Deref for Sonarr {
    type Target = Servarr;

    fn deref(&self) -> &Servarr {
        &self.0
    }
}

impl Sonarr {
    /// The address may carry a base path; the key is checked only by the first call.
    pub fn new(base_url: &str, api_key: &SecretString) -> Answer<Sonarr> {
        Servarr::new(MediaKind::Series, base_url, api_key).map(Sonarr)
    }

    /// Series by title, or by `tvdb:81189`, `tmdb:1396`. Asks Sonarr's metadata service: slow, and at times down.
    pub async fn lookup(&self, term: &str, timeout: Duration) -> Answer<Vec<Candidate>> {
        let found = self.look_up(term, timeout).await?;
        Ok(found.into_iter().filter_map(|row| self.candidate(row)).collect())
    }

    pub async fn lookup_id(&self, tvdb_id: i64) -> Answer<Option<Candidate>> {
        Ok(self.look_up_series(tvdb_id).await?.and_then(|row| self.candidate(row)))
    }

    /// The series in Sonarr's library.
    pub async fn find(&self, tvdb_id: i64) -> Answer<Option<ArrTitle>> {
        Ok(self.find_raw(tvdb_id).await?.and_then(|row| self.arr_title(row)))
    }

    pub async fn get(&self, id: i64) -> Answer<Option<ArrTitle>> {
        Ok(none_if_missing(self.get_raw(id).await)?.and_then(|row| self.arr_title(row)))
    }

    /// Adds the series and has the wanted seasons searched for; with `Monitor::Future` nothing is searched.
    /// `FaultClass::Already` when Sonarr has it, `Missing` when nobody knows it.
    pub async fn add(&self, title: &AddTitle) -> Answer<ArrTitle> {
        let series = self.look_up_series(title.public_id).await?;
        let unknown = || Fault::missing(format!("Sonarr finds no series with the TVDB id {}.", title.public_id));
        let mut series = members(series.ok_or_else(unknown)?)?;
        if positive(number_of(&series, "id")).is_some() {
            return Err(Fault::already("Sonarr has this series already."));
        }
        seasons::fill(&mut series, title);
        self.add_raw(&Value::Object(series)).await
    }

    /// Adds seasons to what a series that is there already watches, and searches for those that lack episodes.
    /// Nothing watched before is switched off. `now` parts the future from the past. Safe to run twice.
    pub async fn watch(&self, id: i64, monitor: &Monitor, now: DateTime<Utc>) -> Answer<ArrTitle> {
        let before = members(self.get_raw(id).await?)?;
        let episodes = self.episodes(id).await?;
        let flags = seasons::episode_flags(&before, &episodes, monitor, now);
        let mut series = before.clone();
        if seasons::widen(&mut series, monitor) {
            self.put_raw(id, &Value::Object(series.clone())).await?;
        }
        self.set_episodes(&flags.off, false).await?;
        self.set_episodes(&flags.on, true).await?;
        let wanting = seasons::incomplete(&before, &episodes, monitor);
        if !wanting.is_empty() {
            self.search(id, &wanting).await?;
        }
        let odd = || Fault::transient("Sonarr sent a series that makes no sense.");
        self.arr_title(Value::Object(series)).ok_or_else(odd)
    }

    /// No seasons named: the whole series. Only watched episodes are searched for.
    pub async fn search(&self, id: i64, seasons: &[i32]) -> Answer<()> {
        if seasons.is_empty() {
            return self.command(&json!({ "name": "SeriesSearch", "seriesId": id })).await;
        }
        for season in seasons {
            self.command(&json!({ "name": "SeasonSearch", "seriesId": id, "seasonNumber": season })).await?;
        }
        Ok(())
    }

    /// Has it read anew which episodes there are; Sonarr does so by itself some time after an add.
    pub async fn refresh(&self, id: i64) -> Answer<()> {
        self.command(&json!({ "name": "RefreshSeries", "seriesIds": [id] })).await
    }

    /// Stops watching these seasons, or all of it; files stay. A series that is gone counts as done.
    pub async fn unwatch(&self, id: i64, seasons: Option<&[i32]>) -> Answer<()> {
        let Some(series) = none_if_missing(self.get_raw(id).await)? else { return Ok(()) };
        let mut series = members(series)?;
        if !seasons::narrow(&mut series, seasons) {
            return Ok(());
        }
        done_if_missing(self.put_raw(id, &Value::Object(series)).await)
    }

    /// All episodes of a series; none right after an add, before Sonarr's first refresh.
    pub async fn episodes(&self, series_id: i64) -> Answer<Vec<ArrEpisode>> {
        let reply = self.call(self.ask("episode").query(&[("seriesId", series_id)])).await?;
        Ok(rows::<EpisodeWire>(&reply)?.into_iter().filter_map(EpisodeWire::episode).collect())
    }

    async fn look_up_series(&self, tvdb_id: i64) -> Answer<Option<Value>> {
        let found = self.look_up(&format!("tvdb:{tvdb_id}"), LOOKUP).await?;
        Ok(found.into_iter().find(|row| number(row, self.public_key()) == Some(tvdb_id)))
    }

    async fn set_episodes(&self, ids: &[i64], on: bool) -> Answer<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let request = self.request(Method::PUT, "episode/monitor");
        self.call(request.json(&json!({ "episodeIds": ids, "monitored": on }))).await.map(drop)
    }
}

fn members(row: Value) -> Answer<Map<String, Value>> {
    match row {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::transient("Sonarr sent a series that makes no sense.")),
    }
}

fn number_of(series: &Map<String, Value>, key: &str) -> Option<i64> {
    series.get(key).and_then(Value::as_i64)
}
