//! Changes a series resource of Sonarr: which seasons it watches (services.md 2.3). Pure: JSON in, JSON out.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::domain::servarr::{AddTitle, ArrEpisode, Monitor};
use crate::vendor::servarr::{is_true, number};

/// Turns a lookup result into the body of an add.
pub(super) fn fill(series: &mut Map<String, Value>, title: &AddTitle) {
    for gone in ["id", "path", "statistics", "remotePoster"] {
        series.remove(gone);
    }
    // `skip` takes the seasons exactly as sent; `future` is worked out by Sonarr, which knows the dates.
    let (monitor, new_items) = match &title.monitor {
        Monitor::Seasons(_) => ("skip", "none"),
        Monitor::All => ("skip", "all"),
        Monitor::Future => ("future", "all"),
    };
    match &title.monitor {
        Monitor::Seasons(wanted) => {
            set_seasons(series, |season| Some(wanted.contains(&season)));
            append_missing(series, wanted);
        }
        Monitor::All => set_seasons(series, |season| Some(season > 0)),
        Monitor::Future => {}
    }
    series.insert("qualityProfileId".to_owned(), json!(title.quality_profile_id));
    series.insert("rootFolderPath".to_owned(), json!(title.root_folder));
    series.insert("monitored".to_owned(), json!(true));
    series.insert("seasonFolder".to_owned(), json!(true));
    series.insert("monitorNewItems".to_owned(), json!(new_items));
    series.insert("tags".to_owned(), json!(title.tags));
    series.insert(
        "addOptions".to_owned(),
        json!({
            "monitor": monitor,
            "searchForMissingEpisodes": title.monitor != Monitor::Future,
            "searchForCutoffUnmetEpisodes": false,
        }),
    );
}

/// Adds what is wanted to what is watched already. Tells whether anything changed.
pub(super) fn widen(series: &mut Map<String, Value>, monitor: &Monitor) -> bool {
    let before = series.clone();
    series.insert("monitored".to_owned(), json!(true));
    match monitor {
        Monitor::Seasons(wanted) => {
            set_seasons(series, |season| wanted.contains(&season).then_some(true));
            append_missing(series, wanted);
        }
        Monitor::All => {
            set_seasons(series, |season| (season > 0).then_some(true));
            series.insert("monitorNewItems".to_owned(), json!("all"));
        }
        Monitor::Future => {
            // New episodes take the flag of their season.
            let latest = numbers(series).into_iter().max().filter(|season| *season > 0);
            set_seasons(series, |season| (Some(season) == latest).then_some(true));
            series.insert("monitorNewItems".to_owned(), json!("all"));
        }
    }
    *series != before
}

/// Takes seasons (or everything) off. Nothing watched and nothing to come: the series itself is off, too.
pub(super) fn narrow(series: &mut Map<String, Value>, seasons: Option<&[i32]>) -> bool {
    let before = series.clone();
    set_seasons(series, |season| seasons.is_none_or(|gone| gone.contains(&season)).then_some(false));
    let waits_for_more = series.get("monitorNewItems").is_some_and(|word| word == "all");
    if seasons.is_none() || (watched(series).is_empty() && !waits_for_more) {
        series.insert("monitored".to_owned(), json!(false));
    }
    *series != before
}

/// Which seasons of the scope lack files. Of a watched season the aired episodes count, of another one all of them:
/// `episodeCount` leaves out what is not watched (services.md 2.3), so its unwatched episodes are looked at one by one.
pub(super) fn incomplete(before: &Map<String, Value>, episodes: &[ArrEpisode], monitor: &Monitor) -> Vec<i32> {
    let series_on = before.get("monitored").and_then(Value::as_bool).unwrap_or_default();
    let lacks = |row: &Value| {
        let count = |key| row.get("statistics").and_then(|statistics| number(statistics, key));
        let aired = count("episodeCount").filter(|_| series_on && is_true(row, "monitored"));
        match (count("episodeFileCount"), aired.or(count("totalEpisodeCount"))) {
            (Some(files), Some(whole)) => files < whole,
            _ => true,
        }
    };
    let row_of = |season: i32| seasons(before).find(|(known, _)| *known == season).map(|(_, row)| row);
    let left_out = |season: i32| episodes.iter().any(|episode| episode.season == season && is_left_out(episode));
    let of_scope = scope(before, monitor).into_iter();
    of_scope.filter(|season| row_of(*season).is_none_or(lacks) || left_out(*season)).collect()
}

/// Ids of episodes whose own flag must change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub on: Vec<i64>,
    /// What the flag of a season would have switched on by the way.
    pub off: Vec<i64>,
}

/// Which episodes must change besides their seasons. Those of a season that was off follow its flag; those of one that
/// was on already do not.
pub(super) fn episode_flags(
    before: &Map<String, Value>,
    episodes: &[ArrEpisode],
    monitor: &Monitor,
    now: DateTime<Utc>,
) -> Flags {
    if *monitor == Monitor::Future {
        return future_episodes(before, episodes, now);
    }
    let (wanted, on) = (scope(before, monitor), watched(before));
    let stays_off = |episode: &&ArrEpisode| on.contains(&episode.season) && wanted.contains(&episode.season);
    let lacking = episodes.iter().filter(|episode| is_left_out(episode)).filter(stays_off);
    Flags { on: lacking.map(|episode| episode.id).collect(), off: Vec::new() }
}

/// Only the future of a series is added to what was watched.
fn future_episodes(before: &Map<String, Value>, episodes: &[ArrEpisode], now: DateTime<Utc>) -> Flags {
    let to_come = |episode: &&ArrEpisode| episode.air_date.is_none_or(|at| at >= now) && !episode.has_file;
    let latest = numbers(before).into_iter().max().filter(|season| *season > 0);
    let flipped = latest.filter(|season| !watched(before).contains(season));
    let regular = || episodes.iter().filter(|episode| episode.season > 0 && !episode.monitored);
    let on = regular().filter(to_come).map(|episode| episode.id).collect();
    let past = regular().filter(|episode| !to_come(episode) && Some(episode.season) == flipped);
    Flags { on, off: past.map(|episode| episode.id).collect() }
}

/// Nobody fetches it.
fn is_left_out(episode: &ArrEpisode) -> bool {
    !episode.monitored && !episode.has_file
}

/// The seasons that are meant; none of them for what is to come.
fn scope(series: &Map<String, Value>, monitor: &Monitor) -> Vec<i32> {
    match monitor {
        Monitor::Seasons(wanted) => wanted.clone(),
        Monitor::All => numbers(series).into_iter().filter(|season| *season > 0).collect(),
        Monitor::Future => Vec::new(),
    }
}

fn seasons(series: &Map<String, Value>) -> impl Iterator<Item = (i32, &Value)> {
    let rows = series.get("seasons").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|row| Some((i32::try_from(number(row, "seasonNumber")?).ok()?, row)))
}

fn numbers(series: &Map<String, Value>) -> Vec<i32> {
    seasons(series).map(|(season, _)| season).collect()
}

fn watched(series: &Map<String, Value>) -> Vec<i32> {
    seasons(series).filter(|(_, row)| is_true(row, "monitored")).map(|(season, _)| season).collect()
}

/// `None` leaves a season as it is.
fn set_seasons(series: &mut Map<String, Value>, decide: impl Fn(i32) -> Option<bool>) {
    let Some(rows) = series.get_mut("seasons").and_then(Value::as_array_mut) else { return };
    for row in rows {
        let season = number(row, "seasonNumber").and_then(|season| i32::try_from(season).ok());
        if let (Some(on), Some(members)) = (season.and_then(&decide), row.as_object_mut()) {
            members.insert("monitored".to_owned(), json!(on));
        }
    }
}

/// A season that Sonarr has not heard of yet is watched from the day it appears.
fn append_missing(series: &mut Map<String, Value>, wanted: &[i32]) {
    let known = numbers(series);
    let rows = series.entry("seasons").or_insert_with(|| json!([]));
    if rows.is_null() {
        *rows = json!([]);
    }
    let Some(rows) = rows.as_array_mut() else { return };
    let missing = wanted.iter().filter(|season| !known.contains(season));
    rows.extend(missing.map(|season| json!({ "seasonNumber": season, "monitored": true })));
}
