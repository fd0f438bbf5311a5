//! What happened to releases and files (services.md 2.7). Values under `data` are strings, all of them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::wire::{Call, Order, Reply, instant, paged};
use super::{Arr, Flavour, languages, quality};
use crate::demo::downloads::{Job, Quality, Target};

const ORDER: Order = Order { keys: &["date", "sourceTitle", "quality", "series.sortTitle"], descending: true };

/// One line of the history.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: i64,
    /// Movie or series.
    pub title_id: i64,
    pub episode_id: Option<i64>,
    pub season: Option<i32>,
    pub source_title: String,
    pub quality: Quality,
    pub at: DateTime<Utc>,
    pub download_id: Option<String>,
    pub kind: &'static str,
    pub data: Vec<(&'static str, String)>,
}

/// Both services number the kinds differently.
fn number(flavour: Flavour, kind: &str) -> i64 {
    let kinds: &[(&str, i64)] = match flavour {
        Flavour::Sonarr => &[
            ("grabbed", 1),
            ("seriesFolderImported", 2),
            ("downloadFolderImported", 3),
            ("downloadFailed", 4),
            ("episodeFileDeleted", 5),
            ("episodeFileRenamed", 6),
            ("downloadIgnored", 7),
        ],
        Flavour::Radarr => &[
            ("grabbed", 1),
            ("downloadFolderImported", 3),
            ("downloadFailed", 4),
            ("movieFileDeleted", 6),
            ("movieFolderImported", 7),
            ("movieFileRenamed", 8),
            ("downloadIgnored", 9),
        ],
    };
    kinds.iter().find(|(name, _)| *name == kind).map_or(0, |(_, number)| *number)
}

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    let flavour = app.base().flavour;
    let events: Vec<Event> = app.base().common().history.iter().rev().cloned().collect();
    Some(match (method, route.as_slice()) {
        ("GET", ["history"]) => {
            let kinds = call.ids("eventType");
            let fits = |event: &&Event| {
                (kinds.is_empty() || kinds.contains(&number(flavour, event.kind))) && fits(flavour, event, call)
            };
            let records = events.iter().filter(fits).map(|event| record(app, call, event)).collect();
            paged(call, records, &ORDER, false)
        }
        ("GET", ["history", "since"]) => since(app, call, &events),
        ("GET", ["history", noun]) if *noun == flavour.noun() => {
            let wanted = call.ids(&format!("{noun}Id"));
            let season = call.param("seasonNumber").and_then(|text| text.parse::<i32>().ok());
            let fits =
                |event: &&Event| wanted.contains(&event.title_id) && (season.is_none() || event.season == season);
            Reply::ok(events.iter().filter(fits).map(|event| record(app, call, event)).collect())
        }
        ("POST", ["history", "failed", id]) => mark_failed(app, &events, id.parse().unwrap_or_default()),
        _ => return None,
    })
}

/// Gives the download of this event up, if it is still under way.
fn mark_failed<A: Arr>(app: &A, events: &[Event], id: i64) -> Reply {
    let Some(event) = events.iter().find(|event| event.id == id) else { return Reply::no_row("History", id) };
    if let Some(download) = &event.download_id {
        app.base().downloads.fail(download, "Manually marked as failed");
    }
    Reply::ok(json!({}))
}

/// The paged list's own filters.
fn fits(flavour: Flavour, event: &Event, call: &Call) -> bool {
    let titles = call.ids(&format!("{}Ids", flavour.noun()));
    let episodes = call.ids("episodeId");
    let download = call.param("downloadId");
    (titles.is_empty() || titles.contains(&event.title_id))
        && (episodes.is_empty() || event.episode_id.is_some_and(|id| episodes.contains(&id)))
        && download.is_none_or(|id| event.download_id.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id)))
}

/// Everything at or after a date; takes the kind by name or number.
fn since<A: Arr>(app: &A, call: &Call, events: &[Event]) -> Reply {
    let date = call.param("date").unwrap_or_default();
    let Ok(date) = DateTime::parse_from_rfc3339(date).or_else(|_| DateTime::parse_from_rfc3339(&format!("{date}Z")))
    else {
        return Reply::problem("date", &format!("The value '{date}' is not valid."));
    };
    let kind = call.param("eventType");
    let flavour = app.base().flavour;
    let is_kind = |event: &Event| {
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case(event.kind) || kind == number(flavour, event.kind).to_string())
    };
    // The database keeps whole seconds, so that an event of this very second is not lost.
    let fits = |event: &&Event| event.at.timestamp() >= date.timestamp() && is_kind(event);
    Reply::ok(events.iter().filter(fits).map(|event| record(app, call, event)).collect())
}

fn record<A: Arr>(app: &A, call: &Call, event: &Event) -> Value {
    let flavour = app.base().flavour;
    let data: serde_json::Map<String, Value> =
        event.data.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut line = json!({
        "id": event.id, "sourceTitle": event.source_title, "languages": languages(),
        "quality": quality(flavour, &event.quality), "customFormats": [], "customFormatScore": 0,
        "qualityCutoffNotMet": false, "date": instant(event.at), "downloadId": event.download_id,
        "eventType": event.kind, "data": data,
    });
    let noun = flavour.noun();
    let Some(map) = line.as_object_mut() else { return line };
    map.insert(format!("{noun}Id"), json!(event.title_id));
    if let Some(id) = event.episode_id {
        map.insert("episodeId".into(), json!(id));
        if call.flag("includeEpisode", false) {
            map.insert("episode".into(), app.episode(id).unwrap_or_default());
        }
    }
    if call.flag(&format!("include{noun}"), false)
        && let Some(title) = app.title(event.title_id)
    {
        map.insert(noun.into(), title);
    }
    line
}

impl Event {
    /// Writes a download's event into the history: once for a film, once per episode.
    pub fn note(common: &mut super::Common, job: &Job, kind: &'static str, data: &[(&'static str, String)]) {
        let (title_id, season, episodes) = match &job.wanted.target {
            Target::Film { movie_id } => (*movie_id, None, vec![None]),
            Target::Episodes { series_id, season, episodes } => {
                (*series_id, Some(*season), episodes.iter().map(|(id, _)| Some(*id)).collect())
            }
        };
        for episode_id in episodes {
            common.history.push(Event {
                id: common.history.len() as i64 + 1,
                title_id,
                episode_id,
                season,
                source_title: job.wanted.release.name.clone(),
                quality: job.wanted.release.quality.clone(),
                at: Utc::now(),
                download_id: Some(job.download_id()),
                kind,
                data: data.to_vec(),
            });
        }
    }
}
