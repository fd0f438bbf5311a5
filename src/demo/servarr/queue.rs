//! The queue: one record per film or episode, drawn from the downloads as they are now (services.md 2.6).

use chrono::{TimeDelta, Utc};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::wire::{Call, Order, Reply, instant, number, paged, time_span};
use super::{Arr, Body, Event, Flavour};
use crate::demo::downloads::{Job, Phase, Quality, Stage, Target, Torrent, hash31};

const ORDER: Order = Order {
    keys: &[
        "timeleft",
        "status",
        "title",
        "size",
        "progress",
        "estimatedCompletionTime",
        "added",
        "quality",
        "indexer",
    ],
    descending: false,
};

/// One record, before it is written.
struct Line {
    id: i64,
    job: Job,
    torrent: Torrent,
    title_id: i64,
    episode: Option<(i64, i32)>,
}

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    let lines = || lines(app);
    let noun = app.base().flavour.noun();
    Some(match (method, route.as_slice()) {
        ("GET", ["queue"]) => {
            let ids = call.ids(&format!("{noun}Ids"));
            let wanted: Vec<String> = call.params("status").iter().map(|word| word.to_lowercase()).collect();
            let mut found: Vec<Line> = lines();
            found.retain(|line| ids.is_empty() || ids.contains(&line.title_id));
            found.retain(|line| wanted.is_empty() || wanted.iter().any(|word| word == status(line).0));
            found.sort_by_key(|line| line.torrent.eta().unwrap_or(i64::MAX));
            let records = found.iter().map(|line| record(app, call, line)).collect();
            paged(call, records, &ORDER, true)
        }
        ("GET", ["queue", "details"]) => {
            let titles = call.ids(&format!("{noun}Id"));
            let episodes = call.ids("episodeIds");
            let fits = |line: &&Line| {
                let by_title = titles.is_empty() || titles.contains(&line.title_id);
                by_title && (episodes.is_empty() || line.episode.is_some_and(|(id, _)| episodes.contains(&id)))
            };
            Reply::ok(lines().iter().filter(fits).map(|line| record(app, call, line)).collect())
        }
        ("GET", ["queue", "status"]) => {
            let all = lines();
            let warnings = all.iter().any(|line| status(line).0 == "warning" || line.is_blocked());
            Reply::ok(json!({
                "totalCount": all.len(), "count": all.len(), "unknownCount": 0, "errors": false,
                "warnings": warnings, "unknownErrors": false, "unknownWarnings": false,
            }))
        }
        ("DELETE", ["queue", "bulk"]) => drop_many(app, call).unwrap_or_else(|refused| refused),
        ("DELETE", ["queue", id]) => match id.parse().ok().filter(|id| drop_one(app, call, *id)) {
            Some(_) => Reply::empty(StatusCode::OK),
            None => Reply::not_found(),
        },
        ("POST", ["queue", "grab", id]) => match lines().iter().any(|line| line.id.to_string() == *id) {
            true => Reply::ok(json!({})),
            false => Reply::not_found(),
        },
        _ => return None,
    })
}

fn lines<A: Arr>(app: &A) -> Vec<Line> {
    let base = app.base();
    let mut lines = Vec::new();
    for job in base.downloads.jobs_of(&base.me) {
        let Some(torrent) = base.downloads.torrent(&job.hash) else { continue };
        let id = |part: &str| i64::from(hash31(&format!("trackedDownload-qBittorrent-{}{part}", job.download_id())));
        match &job.wanted.target {
            Target::Film { movie_id } => {
                let (id, title_id) = (id(""), *movie_id);
                lines.push(Line { id, job: job.clone(), torrent, title_id, episode: None });
            }
            Target::Episodes { series_id, season, episodes } => {
                for (episode, _) in episodes {
                    let (id, torrent, title_id) = (id(&format!("-ep{episode}")), torrent.clone(), *series_id);
                    lines.push(Line { id, job: job.clone(), torrent, title_id, episode: Some((*episode, *season)) });
                }
            }
        }
    }
    lines
}

impl Line {
    fn is_blocked(&self) -> bool {
        matches!(self.job.stage, Stage::Blocked(_))
    }
}

/// Status word and error message, as both derive them from the torrent's state.
fn status(line: &Line) -> (&'static str, Option<&'static str>) {
    let torrent = &line.torrent;
    match torrent.phase {
        Phase::Seeding => ("completed", None),
        Phase::Error => ("warning", Some("qBittorrent is reporting an error")),
        Phase::MissingFiles => ("warning", Some("qBittorrent is reporting missing files")),
        _ if torrent.stopped => ("paused", None),
        Phase::Stalled => ("warning", Some("The download is stalled with no connections")),
        Phase::Queued | Phase::Checking | Phase::Meta => ("queued", None),
        Phase::Downloading | Phase::Moving => ("downloading", None),
    }
}

fn record<A: Arr>(app: &A, call: &Call, line: &Line) -> Value {
    let (flavour, job, torrent) = (app.base().flavour, &line.job, &line.torrent);
    let (status, error) = status(line);
    let (state, health, messages) = match &job.stage {
        Stage::Blocked(message) => {
            let messages = json!([{ "title": job.wanted.release.name, "messages": [message] }]);
            ("importBlocked", "warning", messages)
        }
        Stage::Importing => ("importing", "ok", json!([])),
        Stage::Downloading if torrent.is_complete() => ("importPending", "ok", json!([])),
        Stage::Downloading => ("downloading", "ok", json!([])),
    };
    let eta = torrent.eta();
    let mut record = json!({
        "id": line.id, "languages": languages(), "quality": quality(flavour, &job.wanted.release.quality),
        "customFormats": [], "customFormatScore": 0, "size": torrent.size, "title": job.wanted.release.name,
        "sizeleft": number(torrent.left), "timeleft": eta.map(time_span),
        "estimatedCompletionTime": eta.map(|seconds| instant(Utc::now() + TimeDelta::seconds(seconds))),
        "added": instant(job.grabbed_at), "status": status, "trackedDownloadStatus": health,
        "trackedDownloadState": state, "statusMessages": messages, "errorMessage": error,
        "downloadId": job.download_id(), "protocol": "torrent", "downloadClient": "qBittorrent",
        "downloadClientHasPostImportCategory": false, "indexer": job.wanted.release.indexer,
        "outputPath": format!("{}/{}", torrent.save_path, torrent.name),
    });
    let noun = flavour.noun();
    let Some(map) = record.as_object_mut() else { return record };
    map.insert(format!("{noun}Id"), json!(line.title_id));
    if let Some((id, season)) = line.episode {
        let episode = app.episode(id).unwrap_or_default();
        let has_file = episode.get("hasFile").cloned().unwrap_or(json!(false));
        map.extend([("episodeId".into(), json!(id)), ("seasonNumber".into(), json!(season))]);
        map.insert("episodeHasFile".into(), has_file);
        if call.flag("includeEpisode", false) {
            map.insert("episode".into(), episode);
        }
    }
    if call.flag(&format!("include{noun}"), false)
        && let Some(title) = app.title(line.title_id)
    {
        map.insert(noun.into(), title);
    }
    record
}

fn drop_many<A: Arr>(app: &A, call: &Call) -> Result<Reply, Reply> {
    let object = call.object()?;
    let ids = Body::new(&object).ints("ids")?.unwrap_or_default();
    for id in ids {
        drop_one(app, call, id);
    }
    Ok(Reply::ok(json!({})))
}

/// Takes the whole download of this record out of the queue. False when there is no such record.
fn drop_one<A: Arr>(app: &A, call: &Call, id: i64) -> bool {
    let Some(line) = lines(app).into_iter().find(|line| line.id == id) else { return false };
    let base = app.base();
    base.downloads.forget(&line.job.hash, call.flag("removeFromClient", true));
    if call.flag("blocklist", false) {
        note_failed(app, &line.job, "Manually marked as failed");
        if !call.flag("skipRedownload", false) {
            app.search_again(&line.job.wanted.target);
        }
    }
    true
}

fn note_failed<A: Arr>(app: &A, job: &Job, message: &str) {
    let data = vec![("downloadClient", "qBittorrent".to_owned()), ("message", message.to_owned())];
    Event::note(&mut app.base().common(), job, "downloadFailed", &data);
}

pub fn languages() -> Value {
    json!([{ "id": 1, "name": "English" }])
}

pub fn quality(flavour: Flavour, quality: &Quality) -> Value {
    let is_radarr = flavour == Flavour::Radarr;
    json!({
        "quality": {
            "id": quality.id, "name": quality.name, "source": if is_radarr { "webdl" } else { "web" },
            "resolution": quality.resolution, "modifier": is_radarr.then_some("none"),
        },
        "revision": { "version": 1, "real": 0, "isRepack": false },
    })
}
