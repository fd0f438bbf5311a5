//! Requests as the machinery looks for them: by what holds a title, by where they are at a service, by what they wait for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Row;
use crate::db::Conn;
use crate::db::among::Among;
use crate::db::schema::{copies, episodes, libraries, requests, titles};
use crate::db::time::{db, utc};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::{PersonId, RequestId, ServiceId, TitleId};
use crate::domain::quota::Spent;
use crate::domain::request::{Arrival, Cause, Request, Stage};
use crate::error::Outcome;

fn load(rows: Vec<Row>) -> Vec<Request> {
    rows.into_iter().map(Request::from).collect()
}

/// Requests that hold a title: asking for it again joins them. Oldest first.
pub fn holding(conn: &mut Conn, title: TitleId, is_4k: bool) -> Outcome<Vec<Request>> {
    let rows = crate::each_backend!(conn, conn => requests::table
        .filter(requests::title_id.eq(title.0))
        .filter(requests::is_4k.eq(is_4k))
        .filter(requests::stage.among(Stage::words(Stage::holds_the_title)))
        .order(requests::id)
        .select(Row::as_select())
        .load(conn))?;
    Ok(load(rows))
}

/// All requests for a title, newest first.
pub fn for_title(conn: &mut Conn, title: TitleId) -> Outcome<Vec<Request>> {
    let rows = requests::table
        .filter(requests::title_id.eq(title.0))
        .order(requests::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(load(rows))
}

/// Requests that still wait for something, for their titles to arrive on Plex.
pub fn waiting_on_title(conn: &mut Conn, title: TitleId) -> Outcome<Vec<Request>> {
    let rows = crate::each_backend!(conn, conn => requests::table
        .filter(requests::title_id.eq(title.0))
        .filter(requests::stage.among(Stage::words(|stage| !stage.is_over())))
        .order(requests::id)
        .select(Row::as_select())
        .load(conn))?;
    Ok(load(rows))
}

/// Approved requests that are not over, with the public id of their title: what services are asked about.
pub fn under_way(conn: &mut Conn) -> Outcome<Vec<(Request, Option<i64>)>> {
    let rows: Vec<(Row, Option<i64>, Option<i64>)> = crate::each_backend!(conn, conn => requests::table
        .inner_join(titles::table)
        .filter(requests::stage.among(Stage::words(Stage::is_under_way)))
        .order(requests::id)
        .select((Row::as_select(), titles::tmdb_id, titles::tvdb_id))
        .load(conn))?;
    Ok(rows.into_iter().map(public).collect())
}

fn public((row, tmdb, tvdb): (Row, Option<i64>, Option<i64>)) -> (Request, Option<i64>) {
    let request = Request::from(row);
    let public = match request.kind {
        MediaKind::Movie => tmdb,
        MediaKind::Series => tvdb,
    };
    (request, public)
}

/// Series under way of which nobody has read yet which episodes they wait for.
pub fn without_episodes(conn: &mut Conn) -> Outcome<HashSet<RequestId>> {
    let ids: Vec<i64> = crate::each_backend!(conn, conn => requests::table
        .filter(requests::stage.among(Stage::words(Stage::is_under_way)))
        .filter(requests::scope.is_not_null())
        .filter(requests::wanted.is_null())
        .select(requests::id)
        .load(conn))?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Requests that a message of a service may be about: known by its row there, or by the title's public id as long as
/// the row is not known yet.
pub fn reported(
    conn: &mut Conn,
    service: ServiceId,
    kind: MediaKind,
    arr_id: Option<i64>,
    public_id: Option<i64>,
) -> Outcome<Vec<Request>> {
    let known = crate::each_backend!(conn, conn => requests::table
        .filter(requests::service_id.eq(service.0))
        .filter(requests::arr_id.eq(arr_id.unwrap_or(0)))
        .filter(requests::stage.among(Stage::words(Stage::is_under_way)))
        .order(requests::id)
        .select(Row::as_select())
        .load(conn))?;
    let mut found: Vec<Request> = load(known);
    let Some(public_id) = public_id else { return Ok(found) };
    let named = requests::table
        .inner_join(titles::table)
        .filter(requests::kind.eq(kind.as_str()))
        .filter(requests::arr_id.is_null())
        .filter(requests::service_id.eq(service.0).or(requests::service_id.is_null()))
        .filter(requests::stage.among(Stage::words(Stage::is_under_way)))
        .order(requests::id);
    let (film, series) =
        (named.clone().filter(titles::tmdb_id.eq(public_id)), named.filter(titles::tvdb_id.eq(public_id)));
    let rows = match kind {
        MediaKind::Movie => crate::each_backend!(conn, conn => film.select(Row::as_select()).load(conn)),
        MediaKind::Series => crate::each_backend!(conn, conn => series.select(Row::as_select()).load(conn)),
    };
    found.extend(load(rows?));
    Ok(found)
}

/// Something of these services is being fetched right now.
pub fn anything_moves(conn: &mut Conn) -> Outcome<bool> {
    let moving = requests::table.filter(requests::stage.among(Stage::words(Stage::is_moving)));
    Ok(diesel::select(diesel::dsl::exists(moving)).get_result(conn)?)
}

/// When the latest of what waits on the shelf for Plex came there.
pub fn newest_import(conn: &mut Conn) -> Outcome<Option<DateTime<Utc>>> {
    let at: Option<chrono::NaiveDateTime> = requests::table
        .filter(requests::stage.eq(Stage::Importing.as_str()))
        .select(diesel::dsl::max(requests::stage_at))
        .first(conn)?;
    Ok(at.map(utc))
}

/// Requests that hold the service's row: others than this one in the same picture, not over.
pub fn others_at(conn: &mut Conn, request: &Request) -> Outcome<Vec<Request>> {
    let rows = crate::each_backend!(conn, conn => requests::table
        .filter(requests::title_id.eq(request.title.0))
        .filter(requests::is_4k.eq(request.is_4k))
        .filter(requests::id.ne(request.id.0))
        .filter(requests::stage.among(Stage::words(|stage| !stage.is_over())))
        .order(requests::id)
        .select(Row::as_select())
        .load(conn))?;
    Ok(load(rows))
}

/// Stuck for one of these causes.
pub fn stuck_on(conn: &mut Conn, causes: &[Cause]) -> Outcome<Vec<Request>> {
    let causes: Vec<&str> = causes.iter().map(|cause| cause.as_str()).collect();
    let rows = requests::table
        .filter(requests::stage.eq(Stage::Stuck.as_str()))
        .filter(requests::cause.eq_any(causes))
        .order(requests::id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(load(rows))
}

/// What somebody asked for since then, as far as it counts: declined and withdrawn give back.
pub fn spent(conn: &mut Conn, asker: PersonId, kind: MediaKind, since: DateTime<Utc>) -> Outcome<Vec<Spent>> {
    let gives_back = [Stage::Declined.as_str(), Stage::Withdrawn.as_str()];
    let rows: Vec<(chrono::NaiveDateTime, Option<String>)> = crate::each_backend!(conn, conn => requests::table
        .filter(requests::asker_id.eq(asker.0))
        .filter(requests::kind.eq(kind.as_str()))
        .filter(requests::created_at.gt(db(since)))
        .filter(requests::stage.not_among(gives_back))
        .select((requests::created_at, requests::seasons))
        .load(conn))?;
    let amount = |seasons: Option<String>| {
        let seasons: Vec<i32> = seasons.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        u32::try_from(seasons.len()).unwrap_or(u32::MAX).max(1)
    };
    Ok(rows.into_iter().map(|(at, seasons)| Spent { at: utc(at), amount: amount(seasons) }).collect())
}

/// How much of a request is on Plex, in whatever library, by our copy of it. `None`: Sonarr has not said yet which
/// episodes there are.
pub fn arrival(conn: &mut Conn, request: &Request, now: DateTime<Utc>) -> Outcome<Option<Arrival>> {
    let there: Vec<(i64, bool)> =
        copies::table.filter(copies::title_id.eq(request.title.0)).select((copies::id, copies::is_4k)).load(conn)?;
    if request.kind == MediaKind::Movie {
        return Ok(Some(Arrival::of_film(there.iter().any(|(_, is_4k)| *is_4k || !request.is_4k))));
    }
    let copies: Vec<i64> = there.into_iter().map(|(id, _)| id).collect();
    let Some(wanted) = super::wanted(conn, request.id)? else { return Ok(None) };
    let on_plex: Vec<(i32, i32)> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::copy_id.among(copies))
        .filter(episodes::is_4k.eq(true).or((!request.is_4k).into_sql::<Bool>()))
        .select((episodes::season, episodes::number))
        .distinct()
        .load(conn))?;
    let on_plex = on_plex.into_iter().collect();
    Ok(Some(Arrival::of_series(&wanted, &on_plex, now)))
}

/// Fulfilled requests whose title no library has any more, or not in 4K where that was asked for. Nothing as long as no library was read whole: then nobody can
/// know.
pub fn lost_from_plex(conn: &mut Conn) -> Outcome<Vec<RequestId>> {
    let unread = libraries::table
        .filter(libraries::gone_at.is_null())
        .filter(libraries::kind.among(["movie", "show"]))
        .filter(libraries::full_sync_at.is_null());
    let read = libraries::table.filter(libraries::gone_at.is_null()).filter(libraries::full_sync_at.is_not_null());
    let unread: i64 = crate::each_backend!(conn, conn => unread.count().get_result(conn))?;
    let read: i64 = read.count().get_result(conn)?;
    if unread > 0 || read == 0 {
        return Ok(Vec::new());
    }
    let ready = || requests::table.filter(requests::stage.eq(Stage::Ready.as_str())).select(requests::id);
    let copied = copies::table.select(copies::title_id);
    let mut ids: Vec<i64> = ready().filter(requests::title_id.ne_all(copied)).load(conn)?;
    let whole = copies::table.filter(copies::is_4k.eq(true)).select(copies::title_id);
    let in_parts = episodes::table
        .inner_join(copies::table.on(copies::id.eq(episodes::copy_id)))
        .filter(episodes::is_4k.eq(true))
        .select(copies::title_id);
    let in_4k: Vec<i64> = ready()
        .filter(requests::is_4k.eq(true))
        .filter(requests::title_id.ne_all(whole))
        .filter(requests::title_id.ne_all(in_parts))
        .load(conn)?;
    ids.extend(in_4k.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
    Ok(ids.into_iter().map(RequestId).collect())
}
