//! What the dashboard shows, in a handful of queries: what waits, what moves, what is down. It only reads.

use std::collections::HashMap;

use diesel::prelude::*;

use super::access::outlook;
use super::among::Among;
use super::schema::{downloads, outbox, people, request_follows, requests, services, titles};
use super::time::{utc, utc_opt};
use super::{Conn, access_requests, activity, jobs, memberships, services as service_rows};
use crate::domain::activity::ActivityFilter;
use crate::domain::catalog::MediaKind;
use crate::domain::dashboard::{Desk, Fetching, OpenRequest};
use crate::domain::ids::{RequestId, ServiceId, TitleId};
use crate::domain::request::Stage;
use crate::domain::room::{self, Bound, ServiceFolders};
use crate::domain::service::{ServiceKind, service_key};
use crate::error::Outcome;

/// Rows of each list; the rest is one link away.
const ASKED: i64 = 5;
const STUCK: i64 = 3;
const ENTRIES: i64 = 5;

pub fn desk(conn: &mut Conn) -> Outcome<Desk> {
    let folders = service_rows::folders(conn)?;
    let entries = activity::older(conn, &ActivityFilter::default(), None, ENTRIES)?;
    Ok(Desk {
        asked: open(conn, Stage::Asked, ASKED, &folders)?,
        asked_total: count(conn, Stage::Asked)?,
        stuck: open(conn, Stage::Stuck, STUCK, &folders)?,
        stuck_total: count(conn, Stage::Stuck)?,
        asking: access_requests::open(conn)?,
        staying: memberships::asking(conn)?,
        plan: outlook::last(conn)?,
        fetching: fetching(conn)?,
        names: activity::names(conn, &entries)?,
        entries,
        health: service_rows::health(conn)?,
        held: held(conn, &folders)?,
        mails: mails(conn)?,
        jobs: jobs::all(conn)?,
        folders,
    })
}

fn count(conn: &mut Conn, stage: Stage) -> Outcome<i64> {
    Ok(requests::table.filter(requests::stage.eq(stage.as_str())).count().get_result(conn)?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = requests)]
struct Row {
    id: i64,
    title_id: i64,
    kind: String,
    asker_id: i64,
    scope: Option<String>,
    seasons: Option<String>,
    is_4k: bool,
    cause: Option<String>,
    service_id: Option<i64>,
    root_folder: Option<String>,
    estimated_bytes: Option<i64>,
    stage_at: chrono::NaiveDateTime,
    created_at: chrono::NaiveDateTime,
}

impl Row {
    fn bound(&self, kind: MediaKind) -> Bound<'_> {
        Bound { kind, is_4k: self.is_4k, service: self.service_id.map(ServiceId), folder: self.root_folder.as_deref() }
    }
}

/// Requests at one stage, those first that have been there longest.
fn open(conn: &mut Conn, stage: Stage, limit: i64, all: &[ServiceFolders]) -> Outcome<Vec<OpenRequest>> {
    let rows: Vec<(Row, String, Option<String>, String)> = requests::table
        .inner_join(titles::table)
        .inner_join(people::table.on(people::id.eq(requests::asker_id)))
        .filter(requests::stage.eq(stage.as_str()))
        .order((requests::stage_at, requests::id))
        .limit(limit)
        .select((Row::as_select(), titles::title, titles::poster, people::name))
        .load(conn)?;
    let mut followers = followers(conn, &rows.iter().map(|(row, ..)| (row.id, row.asker_id)).collect())?;
    let found = rows.into_iter().filter_map(|(row, title, poster, asker)| {
        let kind: MediaKind = row.kind.parse().ok()?;
        Some(OpenRequest {
            free: room::folder(all, &row.bound(kind)).and_then(|folder| folder.free),
            followers: followers.remove(&row.id).unwrap_or_default(),
            id: RequestId(row.id),
            title_id: TitleId(row.title_id),
            title,
            has_poster: poster.is_some(),
            kind,
            scope: row.scope.and_then(|word| word.parse().ok()),
            seasons: row.seasons.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            is_4k: row.is_4k,
            asker,
            created_at: utc(row.created_at),
            stage_at: utc(row.stage_at),
            cause: row.cause.and_then(|word| word.parse().ok()),
            estimated_bytes: row.estimated_bytes,
        })
    });
    Ok(found.collect())
}

/// How many follow each request, its asker not counted.
fn followers(conn: &mut Conn, askers: &HashMap<i64, i64>) -> Outcome<HashMap<i64, i64>> {
    let ids: Vec<i64> = askers.keys().copied().collect();
    let rows: Vec<(i64, i64)> = crate::each_backend!(conn, conn => request_follows::table
        .filter(request_follows::request_id.among(ids))
        .select((request_follows::request_id, request_follows::person_id))
        .load(conn))?;
    let mut counts = HashMap::new();
    for (request, person) in rows {
        if askers.get(&request) != Some(&person) {
            *counts.entry(request).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Approved requests that have not gone out, by the health key of the service they go to.
fn held(conn: &mut Conn, all: &[ServiceFolders]) -> Outcome<HashMap<String, i64>> {
    let rows: Vec<(Option<i64>, String, bool)> = requests::table
        .filter(requests::stage.eq(Stage::Approved.as_str()))
        .select((requests::service_id, requests::kind, requests::is_4k))
        .load(conn)?;
    let mut held = HashMap::new();
    for (service, kind, is_4k) in rows {
        if let Ok(kind) = kind.parse()
            && let Some(target) =
                room::destination(all, &Bound { kind, is_4k, service: service.map(ServiceId), folder: None })
        {
            *held.entry(service_key(target.service)).or_default() += 1;
        }
    }
    Ok(held)
}

/// Mails that have not gone out, by the health key of the service that sends them.
fn mails(conn: &mut Conn) -> Outcome<HashMap<String, i64>> {
    let waiting: i64 = outbox::table
        .filter(outbox::kind.eq("tell_request"))
        .filter(outbox::state.eq("waiting"))
        .count()
        .get_result(conn)?;
    let senders: Vec<i64> =
        services::table.filter(services::kind.eq(ServiceKind::Smtp.as_str())).select(services::id).load(conn)?;
    Ok(senders.into_iter().map(|id| (service_key(ServiceId(id)), waiting)).collect())
}

type DownloadRow = (i64, String, bool, String, i64, i64, Option<i64>, Option<chrono::NaiveDateTime>);

fn fetching(conn: &mut Conn) -> Outcome<Vec<Fetching>> {
    let rows: Vec<DownloadRow> = crate::each_backend!(conn, conn => downloads::table
        .inner_join(requests::table.inner_join(titles::table))
        .inner_join(people::table.on(people::id.eq(requests::asker_id)))
        .filter(requests::stage.not_among(Stage::words(Stage::is_over)))
        .order((downloads::request_id, downloads::download_id))
        .select((
            downloads::request_id,
            titles::title,
            requests::is_4k,
            people::name,
            downloads::size,
            downloads::size_left,
            downloads::speed,
            downloads::eta,
        ))
        .load(conn))?;
    let mut all: Vec<Fetching> = Vec::new();
    for (request, title, is_4k, asker, size, size_left, speed, eta) in rows {
        let request = RequestId(request);
        let (speed, eta) = (speed.unwrap_or_default(), utc_opt(eta));
        match all.last_mut().filter(|last| last.request == request) {
            Some(last) => {
                last.size += size;
                last.size_left += size_left;
                last.speed += speed;
                last.eta = last.eta.max(eta);
            }
            None => all.push(Fetching { request, title, is_4k, asker, size, size_left, speed, eta }),
        }
    }
    Ok(all)
}

#[cfg(test)]
#[path = "dashboard_tests.rs"]
mod tests;
