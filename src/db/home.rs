//! What pages about titles read of requests: how far each is, and who asked as far as one may know.
//! Reads only; requests are written by their own part of the house.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{downloads, people, request_follows, requests};
use super::time::{Stamp, db, utc, utc_opt};
use super::word::Word;
use super::{Conn, copies, follows};
use crate::domain::ids::{RequestId, ServerId, TitleId};
use crate::domain::people::{Actor, Sight};
use crate::domain::request::{ScopeKind, Stage};
use crate::domain::title_wish::{Asker, Wish, seasons_of};
use crate::error::Outcome;

#[derive(Queryable)]
struct Row {
    id: i64,
    title_id: i64,
    stage: Word<Stage>,
    lit_stage: Word<Stage>,
    scope: Option<Word<ScopeKind>>,
    seasons: Option<String>,
    is_4k: bool,
    asker_id: i64,
    asker: String,
    created_at: Stamp,
    stage_at: Stamp,
}

fn columns() -> (
    requests::id,
    requests::title_id,
    requests::stage,
    requests::lit_stage,
    requests::scope,
    requests::seasons,
    requests::is_4k,
    requests::asker_id,
    people::name,
    requests::created_at,
    requests::stage_at,
) {
    (
        requests::id,
        requests::title_id,
        requests::stage,
        requests::lit_stage,
        requests::scope,
        requests::seasons,
        requests::is_4k,
        requests::asker_id,
        people::name,
        requests::created_at,
        requests::stage_at,
    )
}

/// What the actor asked for or follows and is under way, the last that moved first.
pub fn mine(conn: &mut Conn, actor: &Actor) -> Outcome<Vec<Wish>> {
    let followed =
        request_follows::table.filter(request_follows::person_id.eq(actor.id.0)).select(request_follows::request_id);
    let rows: Vec<Row> = crate::each_backend!(conn, conn => requests::table
        .inner_join(people::table.on(people::id.eq(requests::asker_id)))
        .filter(requests::asker_id.eq(actor.id.0).or(requests::id.eq_any(followed)))
        .filter(requests::stage.not_among(Stage::words(Stage::is_over)))
        .order((requests::stage_at.desc(), requests::id.desc()))
        .select(columns())
        .load(conn))?;
    wishes(conn, actor, rows)
}

/// What anybody asked for of these titles and has not been given up, as the actor may know it, the newest first. Of a
/// title that is out of their sight they learn only what they asked for or follow themselves.
pub fn of_titles(conn: &mut Conn, actor: &Actor, sight: &Sight, titles: &[TitleId]) -> Outcome<Vec<Wish>> {
    if titles.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = titles.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => requests::table
        .inner_join(people::table.on(people::id.eq(requests::asker_id)))
        .filter(requests::title_id.among(ids))
        .filter(requests::stage.among(Stage::words(Stage::holds_the_title)))
        .order(requests::id.desc())
        .select(columns())
        .load(conn))?;
    let mut wishes = wishes(conn, actor, rows)?;
    let others: Vec<TitleId> = wishes.iter().filter(|wish| !wish.may_be_seen()).map(|wish| wish.title).collect();
    let known = copies::known(conn, &others, sight)?;
    wishes.retain(|wish| wish.may_be_seen() || known.contains(&wish.title));
    Ok(wishes)
}

/// How many of the actor's own and followed requests have moved since, the ready ones too.
pub fn moved_since(conn: &mut Conn, actor: &Actor, since: DateTime<Utc>) -> Outcome<i64> {
    let followed =
        request_follows::table.filter(request_follows::person_id.eq(actor.id.0)).select(request_follows::request_id);
    let moved = requests::table
        .filter(requests::asker_id.eq(actor.id.0).or(requests::id.eq_any(followed)))
        .filter(requests::stage_at.ge(db(since)))
        .filter(requests::stage.ne(Stage::Asked.as_str()))
        .count();
    Ok(crate::each_backend!(conn, conn => moved.get_result(conn))?)
}

fn wishes(conn: &mut Conn, actor: &Actor, rows: Vec<Row>) -> Outcome<Vec<Wish>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut followers = follows::of(conn, &ids.iter().copied().map(RequestId).collect::<Vec<_>>())?;
    let downloads = under_way(conn, &ids)?;
    let wish = |row: Row| {
        let follows = followers.remove(&RequestId(row.id)).unwrap_or_default();
        let following = follows.iter().any(|(person, _)| *person == actor.id);
        let sees = following || actor.rights.sees_requests || row.asker_id == actor.id.0;
        let (progress, eta) = downloads.get(&row.id).copied().unwrap_or_default();
        let others = follows.iter().filter(|(person, _)| *person != actor.id).map(|(_, name)| name.clone());
        let stage = row.stage.or(Stage::Asked);
        let scope = row.scope.and_then(|word| word.0);
        Wish {
            request: RequestId(row.id),
            title: TitleId(row.title_id),
            stage,
            lit: row.lit_stage.or(stage),
            seasons: seasons_of(scope, row.seasons.and_then(|text| serde_json::from_str(&text).ok())),
            is_4k: row.is_4k,
            asker: match (row.asker_id == actor.id.0, sees) {
                (true, _) => Asker::You,
                (_, true) => Asker::Named(row.asker),
                _ => Asker::Somebody,
            },
            following,
            followers: i64::try_from(follows.len()).unwrap_or(i64::MAX),
            follower_names: if sees { others.collect() } else { Vec::new() },
            asked_at: utc(row.created_at),
            moved_at: utc(row.stage_at),
            progress,
            eta,
        }
    };
    Ok(rows.into_iter().map(wish).collect())
}

type Progress = (Option<f64>, Option<DateTime<Utc>>);

/// How far the downloads of each request are in all, and when the last of them will be there.
fn under_way(conn: &mut Conn, ids: &[i64]) -> Outcome<HashMap<i64, Progress>> {
    let rows: Vec<(i64, i64, i64, Option<Stamp>)> = crate::each_backend!(conn, conn => downloads::table
        .filter(downloads::request_id.among(ids))
        .select((downloads::request_id, downloads::size, downloads::size_left, downloads::eta))
        .load(conn))?;
    let mut sums: HashMap<i64, (i64, i64, Option<DateTime<Utc>>)> = HashMap::new();
    for (request, size, left, eta) in rows {
        let sum = sums.entry(request).or_default();
        *sum = (sum.0 + size, sum.1 + left, sum.2.max(utc_opt(eta)));
    }
    let share = |(size, left, eta): (i64, i64, Option<DateTime<Utc>>)| {
        let progress = (size > 0).then(|| (1.0 - left as f64 / size as f64).clamp(0.0, 1.0));
        (progress, eta)
    };
    Ok(sums.into_iter().map(|(request, sum)| (request, share(sum))).collect())
}

/// The machine ids of the servers, for links to play.
pub fn machines(conn: &mut Conn) -> Outcome<HashMap<ServerId, String>> {
    let servers = super::servers::all(conn)?;
    Ok(servers.into_iter().filter_map(|server| Some((server.id, server.machine_id?))).collect())
}
