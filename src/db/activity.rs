//! The append-only record of who did what, to whom, when, before and after.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{activity, people};
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::activity::{ActivityFilter, ActivityKind, Entry, NewEntry};
use crate::domain::ids::{ActivityId, PersonId, RequestId};
use crate::error::Outcome;

pub fn record(tx: &mut Tx<'_>, entry: &NewEntry, now: DateTime<Utc>) -> Outcome<()> {
    let row = (
        activity::at.eq(db(now)),
        activity::kind.eq(entry.kind.as_str()),
        activity::actor_id.eq(entry.actor.as_ref().map(|(id, _)| id.0)),
        activity::actor.eq(entry.actor.as_ref().map_or("Usherr", |(_, name)| name.as_str())),
        activity::person_id.eq(entry.person.map(|id| id.0)),
        activity::request_id.eq(entry.request.map(|id| id.0)),
        activity::subject.eq(&entry.subject),
        activity::detail.eq(&entry.detail),
        activity::before.eq(&entry.before),
        activity::after.eq(&entry.after),
    );
    diesel::insert_into(activity::table).values(row).execute(&mut **tx)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity)]
struct Row {
    id: i64,
    at: chrono::NaiveDateTime,
    kind: String,
    actor_id: Option<i64>,
    actor: String,
    person_id: Option<i64>,
    request_id: Option<i64>,
    subject: String,
    detail: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

/// One page of the record, newest first, and how many entries there are in all.
pub fn page(conn: &mut Conn, filter: &ActivityFilter, offset: i64, limit: i64) -> Outcome<(Vec<Entry>, i64)> {
    let total = matching(filter).count().get_result(conn)?;
    let rows: Vec<Row> =
        matching(filter).order(activity::id.desc()).offset(offset).limit(limit).select(Row::as_select()).load(conn)?;
    Ok((rows.into_iter().filter_map(entry).collect(), total))
}

/// Entries older than one, newest first: a long list in parts that does not shift while it is read.
pub fn older(conn: &mut Conn, filter: &ActivityFilter, than: Option<ActivityId>, limit: i64) -> Outcome<Vec<Entry>> {
    let mut query = matching(filter);
    if let Some(than) = than {
        query = query.filter(activity::id.lt(than.0));
    }
    let rows: Vec<Row> = query.order(activity::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().filter_map(entry).collect())
}

pub type Names = HashMap<PersonId, String>;

/// The names of those whom these entries concern.
pub fn names(conn: &mut Conn, entries: &[Entry]) -> Outcome<Names> {
    let mut ids: Vec<i64> = entries.iter().filter_map(|entry| entry.person).map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(i64, String)> = crate::each_backend!(conn, conn => people::table
        .filter(people::id.among(ids))
        .select((people::id, people::name))
        .load(conn))?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// Everybody, to choose from in a filter: by name.
pub fn people(conn: &mut Conn) -> Outcome<Vec<(PersonId, String)>> {
    let rows: Vec<(i64, String)> =
        people::table.order((people::name, people::id)).select((people::id, people::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

fn matching(filter: &ActivityFilter) -> activity::BoxedQuery<'static, super::conn::MultiBackend> {
    let mut query = activity::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(activity::kind.eq(kind.as_str()));
    }
    if let Some(person) = filter.person {
        query = query.filter(activity::person_id.eq(person.0).or(activity::actor_id.eq(person.0)));
    }
    if let Some(request) = filter.request {
        query = query.filter(activity::request_id.eq(request.0));
    }
    if let Some(since) = filter.since {
        query = query.filter(activity::at.ge(db(since)));
    }
    if let Some(until) = filter.until {
        query = query.filter(activity::at.lt(db(until)));
    }
    query
}

fn entry(row: Row) -> Option<Entry> {
    Some(Entry {
        id: ActivityId(row.id),
        at: utc(row.at),
        kind: row.kind.parse::<ActivityKind>().ok()?,
        actor_id: row.actor_id.map(PersonId),
        actor: row.actor,
        person: row.person_id.map(PersonId),
        request: row.request_id.map(RequestId),
        subject: row.subject,
        detail: row.detail,
        before: row.before,
        after: row.after,
    })
}
