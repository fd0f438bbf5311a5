//! What was seen outside, written down: messages of Sonarr and Radarr, what their queues say, what Plex has.

use chrono::{DateTime, TimeDelta, Utc};

use super::step::observe;
use crate::app::{App, Change};
use crate::db::{Tx, downloads, jobs, requests, services, titles};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::RequestId;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::parcel::{Download, verdict};
use crate::domain::request::{Cause, Command, Request, Stage, WantedEpisode};
use crate::domain::servarr::{Hook, HookEvent};
use crate::domain::service::{Service, ServiceKind};
use crate::error::Outcome;

/// Carries out what a message of Sonarr or Radarr means, in one write. What it does not know it lets pass.
pub async fn heard(app: &App, service: Service, hook: Hook) -> Outcome<()> {
    let now = app.now();
    let changed = app.db.write(move |tx| heard_in(tx, &service, &hook, now)).await?;
    for id in &changed {
        super::announce(app, *id);
    }
    app.wake_poll.notify_one();
    app.wake_jobs.notify_one();
    Ok(())
}

fn heard_in(tx: &mut Tx<'_>, service: &Service, hook: &Hook, now: DateTime<Utc>) -> Outcome<Vec<RequestId>> {
    let kind = match service.kind {
        ServiceKind::Radarr => MediaKind::Movie,
        _ => MediaKind::Series,
    };
    let about = requests::reported(tx, service.id, kind, hook.arr_title_id, hook.public_id)?;
    let siblings = services::of_kind(tx, service.kind)?;
    let goes_here = |request: &Request| {
        // Not sent yet, and left to the default: another instance has nothing to say about it.
        let default = siblings.iter().find(|sibling| sibling.is_4k == request.is_4k).map(|sibling| sibling.id);
        request.choice.service.or(default) == Some(service.id)
    };
    let concerned = about.into_iter().filter(|request| goes_here(request) && concerns(request, hook));
    let mut changed = Vec::new();
    for request in concerned {
        if let Some(command) = command(tx, &request, hook)?
            && observe(tx, request.id, &command, now)?
        {
            changed.push(request.id);
        }
    }
    match hook.event {
        // It may be a slip of that one message: the repair looks twice.
        HookEvent::TitleDeleted | HookEvent::FileDeleted { upgrade: false } => {
            jobs::ask(tx, JobName::RequestRepair, RunCause::Asked, None, now)?;
        }
        HookEvent::Imported if !changed.is_empty() => {
            jobs::ask(tx, JobName::LibrarySync, RunCause::Asked, None, now)?;
        }
        _ => {}
    }
    Ok(changed)
}

fn concerns(request: &Request, hook: &Hook) -> bool {
    hook.episodes.is_empty() || hook.episodes.iter().any(|(season, _)| request.wants_season(*season))
}

fn command(tx: &mut Tx<'_>, request: &Request, hook: &Hook) -> Outcome<Option<Command>> {
    Ok(match hook.event {
        HookEvent::Grab => Some(Command::Grabbed { release: hook.release.clone() }),
        HookEvent::ManualInteraction => {
            Some(Command::Stuck { cause: Cause::ImportBlocked, detail: hook.message.clone() })
        }
        HookEvent::Imported => {
            // One episode of several downloads: the others are still on their way.
            let this = hook.download_id.as_ref().map(|id| id.to_ascii_lowercase());
            let others = downloads::of(tx, &[request.id])?.remove(&request.id).unwrap_or_default();
            let alone = others.iter().all(|download| Some(&download.download_id) == this.as_ref());
            (alone && request.stage != Stage::Partial).then_some(Command::Imported)
        }
        _ => None,
    })
}

/// What a queue says of one request. Returns whether anything changed.
pub fn see_downloads(tx: &mut Tx<'_>, id: RequestId, seen: &[Download], now: DateTime<Utc>) -> Outcome<bool> {
    let Some(request) = requests::get(tx, id)? else { return Ok(false) };
    if !request.stage.is_under_way() {
        return Ok(false);
    }
    let changed = downloads::replace(tx, id, seen)?;
    let moved = match verdict(seen, now) {
        Some(command) if is_news(&request, &command) => observe(tx, id, &command, now)?,
        _ => false,
    };
    Ok(changed || moved)
}

/// What is already so is not told again; a grab seen in the queue never takes a request back.
fn is_news(request: &Request, command: &Command) -> bool {
    match command {
        Command::Grabbed { .. } => !request.stage.is_moving(),
        Command::Imported => request.stage != Stage::Partial,
        _ => true,
    }
}

/// What a service says of a title whose request has nothing in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facts {
    /// It has no such title.
    Missing,
    There {
        /// Where it is there; another row than before when the service was set up anew.
        row: i64,
        /// Every aired episode of the scope (the film) has its file.
        complete: bool,
        /// Of a series, when Sonarr has read its episodes.
        wanted: Option<Vec<WantedEpisode>>,
    },
}

/// A grab is told before it is in the queue.
const QUEUE_LAG: TimeDelta = TimeDelta::minutes(2);
const SEARCH_PATIENCE: TimeDelta = TimeDelta::hours(24);
const SHELF_PATIENCE: TimeDelta = TimeDelta::hours(6);

/// Compares a request with what its service and Plex say, and repairs it. Returns whether anything changed.
pub fn see_title(tx: &mut Tx<'_>, id: RequestId, facts: &Facts, in_queue: bool, now: DateTime<Utc>) -> Outcome<bool> {
    if let Facts::There { wanted: Some(wanted), .. } = facts {
        requests::set_wanted(tx, id, wanted)?;
    }
    let arrived = arrive(tx, id, now)?;
    let Some(request) = requests::get(tx, id)? else { return Ok(arrived) };
    if !request.stage.is_under_way() {
        return Ok(arrived);
    }
    let command = match facts {
        Facts::Missing => {
            let misses = request.missed_reads + 1;
            requests::set_checked(tx, id, misses, now)?;
            // One reading may be a slip; two that agree are not.
            (misses >= 2).then_some(Command::Vanished)
        }
        Facts::There { row, complete, .. } => {
            requests::set_checked(tx, id, 0, now)?;
            if let Some(service) = request.choice.service.filter(|_| request.arr_id != Some(*row)) {
                requests::set_place(tx, id, service, *row)?;
            }
            match in_queue {
                true => None,
                false => repair(tx, &request, *complete, now)?,
            }
        }
    };
    Ok(match command {
        Some(command) => observe(tx, id, &command, now)?,
        None => false,
    } || arrived)
}

/// Nothing of it is in the queue.
fn repair(tx: &mut Tx<'_>, request: &Request, complete: bool, now: DateTime<Utc>) -> Outcome<Option<Command>> {
    let since = now - request.stage_at;
    let stuck = |cause| Some(Command::Stuck { cause, detail: None });
    Ok(match (request.stage, complete) {
        (Stage::Importing | Stage::Partial, true) if since >= SHELF_PATIENCE => stuck(Cause::NotOnPlex),
        (Stage::Importing | Stage::Partial, true) => None,
        (Stage::Stuck, true) if request.cause == Some(Cause::NotOnPlex) => None,
        (_, true) => Some(Command::Imported),
        (Stage::Grabbed | Stage::Downloading | Stage::Importing, false) if since >= QUEUE_LAG => {
            Some(Command::LostDownload)
        }
        (Stage::Stuck, false) if request.cause.is_some_and(Cause::is_about_a_download) => Some(Command::LostDownload),
        (Stage::Searching | Stage::Partial, false) if since >= SEARCH_PATIENCE => {
            let title = titles::get(tx, request.title)?;
            let to_come = title.and_then(|title| title.release_date).is_some_and(|day| day > now.date_naive());
            if to_come { None } else { stuck(Cause::NoRelease) }
        }
        _ => None,
    })
}

/// Compares a request with what Plex has. A part of it counts only while nothing more is being fetched.
pub fn arrive(tx: &mut Tx<'_>, id: RequestId, now: DateTime<Utc>) -> Outcome<bool> {
    let Some(request) = requests::get(tx, id)? else { return Ok(false) };
    if request.stage.is_over() {
        return Ok(false);
    }
    let Some(arrival) = requests::arrival(tx, &request, now)? else { return Ok(false) };
    let fetching = !downloads::of(tx, &[id])?.is_empty();
    let settled = matches!(request.stage, Stage::Partial | Stage::Stuck);
    // A season comes to Plex episode by episode, within a minute or so.
    let coming = request.stage == Stage::Importing && now - request.stage_at < QUEUE_LAG;
    if !arrival.is_complete() && (fetching || settled || coming) {
        return Ok(false);
    }
    observe(tx, id, &Command::Arrived(arrival), now)
}

/// For pages that are open.
pub fn show(app: &App, changed: &[RequestId]) {
    if !changed.is_empty() {
        app.wake_worker();
    }
    for id in changed {
        app.changed(Change::Request(*id));
    }
}
