//! Reads the queue of one service, joined with the torrents behind it, and tells each request what it means.

use std::collections::HashMap;
use std::time::Duration;

use super::arr::Arr;
use super::{actions, check};
use crate::app::App;
use crate::db::{Conn, downloads, requests, services};
use crate::domain::ids::RequestId;
use crate::domain::parcel::Download;
use crate::domain::request::{Request, Stage};
use crate::domain::servarr::{QueueRecord, by_download};
use crate::domain::service::{Service, ServiceKind};
use crate::domain::torrent::{Torrent, info_hash};
use crate::error::Outcome;

/// Stages must not wait long for what only adorns them.
const TORRENTS: Duration = Duration::from_secs(4);

/// What is under way at one service.
pub struct Open {
    pub request: Request,
    pub public_id: Option<i64>,
    /// Nobody knows yet which episodes it waits for: Sonarr reads them some time after the add.
    lacks_episodes: bool,
    /// Its downloads as they were last seen.
    known: Vec<Download>,
}

fn open_at(conn: &mut Conn, service: &Service) -> Outcome<Vec<Open>> {
    let here = |request: &Request| request.choice.service == Some(service.id) && request.arr_id.is_some();
    let open: Vec<_> = requests::under_way(conn)?.into_iter().filter(|(request, _)| here(request)).collect();
    let ids: Vec<RequestId> = open.iter().map(|(request, _)| request.id).collect();
    let lacking = requests::without_episodes(conn)?;
    let mut known = downloads::of(conn, &ids)?;
    let whole = |(request, public_id): (Request, Option<i64>)| Open {
        lacks_episodes: lacking.contains(&request.id),
        known: known.remove(&request.id).unwrap_or_default(),
        request,
        public_id,
    };
    Ok(open.into_iter().map(whole).collect())
}

/// What one look has brought.
#[derive(Debug, Default)]
pub struct Looked {
    pub changed: Vec<RequestId>,
    /// Downloads in the queue that are ours.
    pub downloads: usize,
}

/// Looks at everything of this service that is under way. `thoroughly`: also at titles that are not in the queue.
pub async fn look(app: &App, service: &Service, thoroughly: bool) -> Outcome<Looked> {
    let of = service.clone();
    let open = app.db.read(move |conn| open_at(conn, &of)).await?;
    if open.is_empty() {
        return Ok(Looked::default());
    }
    let arr = Arr::connect(app, service)?;
    let queue = arr.queue().await?;
    let torrents = torrents(app, &open, &queue).await?;
    let mut looked = Looked::default();
    for Open { request, public_id, lacks_episodes, known } in open {
        let records: Vec<QueueRecord> = queue.iter().filter(|record| belongs(record, &request)).cloned().collect();
        let in_queue = !records.is_empty();
        let (mut changed, seen) = see(app, request.id, records, &torrents, &known).await?;
        looked.downloads += seen;
        // What left the queue was imported, or is lost.
        let left = !in_queue && matches!(request.stage, Stage::Grabbed | Stage::Downloading);
        if thoroughly || left || lacks_episodes {
            let facts = check::facts(app, &arr, &request, public_id).await?;
            let (id, now) = (request.id, app.now());
            changed |= app.db.write(move |tx| actions::see_title(tx, id, &facts, in_queue, now)).await?;
        }
        if changed {
            looked.changed.push(request.id);
        }
    }
    actions::show(app, &looked.changed);
    Ok(looked)
}

fn belongs(record: &QueueRecord, request: &Request) -> bool {
    record.arr_title_id.is_some()
        && record.arr_title_id == request.arr_id
        && record.season.is_none_or(|season| request.wants_season(season))
}

async fn see(
    app: &App,
    id: RequestId,
    records: Vec<QueueRecord>,
    torrents: &HashMap<String, Torrent>,
    known: &[Download],
) -> Outcome<(bool, usize)> {
    let now = app.now();
    let queued = by_download(&records);
    let seen: Vec<Download> = queued
        .iter()
        .filter_map(|queued| {
            let hash = queued.download_id.as_deref().and_then(info_hash);
            let torrent = hash.and_then(|hash| torrents.get(&hash));
            let before = known.iter().find(|known| Some(&known.download_id) == queued.download_id.as_ref());
            Download::read(queued, torrent, before, now)
        })
        .collect();
    if seen.is_empty() && known.is_empty() {
        return Ok((false, 0));
    }
    let count = seen.len();
    let changed = app.db.write(move |tx| actions::see_downloads(tx, id, &seen, now)).await?;
    Ok((changed, count))
}

/// The torrents behind our downloads. Without qBittorrent speed and time left are unknown, and nothing else is lost.
async fn torrents(app: &App, open: &[Open], queue: &[QueueRecord]) -> Outcome<HashMap<String, Torrent>> {
    let ours = |record: &&QueueRecord| open.iter().any(|open| belongs(record, &open.request));
    let mut hashes: Vec<String> =
        queue.iter().filter(ours).filter_map(|record| info_hash(record.download_id.as_deref()?)).collect();
    hashes.sort();
    hashes.dedup();
    let mut found = HashMap::new();
    if hashes.is_empty() {
        return Ok(found);
    }
    for service in app.db.read(|conn| services::of_kind(conn, ServiceKind::Qbittorrent)).await? {
        match tokio::time::timeout(TORRENTS, app.qbittorrent(&service)?.torrents(&hashes)).await {
            Ok(Ok(torrents)) => found.extend(torrents.into_iter().map(|torrent| (torrent.hash.clone(), torrent))),
            Ok(Err(fault)) => tracing::debug!(service.name = %service.name, fault = %fault, "no torrents"),
            Err(_) => tracing::debug!(service.name = %service.name, "no torrents in time"),
        }
    }
    Ok(found)
}
