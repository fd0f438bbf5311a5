//! The append-only record of who did what, to whom, when, before and after.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::activity;
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
