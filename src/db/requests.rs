//! Requests: their rows, the guarded change from one stage to the next, and their timelines. What may follow what is
//! decided in `domain::request`; who may see which is part of the queries in `list`.

mod list;
mod open;
mod row;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

pub use list::{ListFilter, Listing, StageCounts, asked_by, counts, detail, list, listings, page};
pub use open::{
    anything_moves, arrival, for_title, holding, lost_from_plex, newest_import, others_at, reported, spent, stuck_on,
    under_way, waiting_on_title, without_episodes,
};
pub use row::NewRequest;

use row::Row;

use super::among::Among;
use super::schema::{people, request_events, requests};
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::ids::{PersonId, RequestId, ServiceId};
use crate::domain::request::{Request, Stage, WantedEpisode};
use crate::error::{AppError, Outcome};

/// A line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub stage: Stage,
    pub at: DateTime<Utc>,
    pub note: Option<String>,
    /// Who did it; nobody when it happened by itself.
    pub actor: Option<(PersonId, String)>,
}

pub fn get(conn: &mut Conn, id: RequestId) -> Outcome<Option<Request>> {
    let row: Option<Row> = requests::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Request::from))
}

/// Writes a request down, with the first line of its timeline. A conflict when another film request holds the title.
pub fn insert(tx: &mut Tx<'_>, new: &NewRequest, now: DateTime<Utc>) -> Outcome<RequestId> {
    let id: i64 = diesel::insert_into(requests::table)
        .values(new.values(now)?)
        .returning(requests::id)
        .get_result(&mut **tx)
        .map_err(taken)?;
    let id = RequestId(id);
    note(tx, id, Stage::Asked, new.note.as_deref(), Some(new.asker), now)?;
    Ok(id)
}

fn taken(error: diesel::result::Error) -> AppError {
    match super::is_taken(&error) {
        true => AppError::Conflict("Somebody has asked for this title meanwhile. Follow that request.".to_owned()),
        false => error.into(),
    }
}

/// Writes the changed request over the one it was made from. False: somebody was quicker, nothing was written.
pub fn save(tx: &mut Tx<'_>, before: &Request, after: &Request) -> Outcome<bool> {
    let changed = diesel::update(requests::table.find(after.id.0))
        .filter(requests::stage.eq(before.stage.as_str()))
        .filter(requests::attempts.eq(before.attempts))
        .set(row::changes(after)?)
        .execute(&mut **tx)
        .map_err(taken)?;
    Ok(changed > 0)
}

/// Adds a line to the timeline.
pub fn note(
    tx: &mut Tx<'_>,
    id: RequestId,
    stage: Stage,
    note: Option<&str>,
    actor: Option<PersonId>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let row = (
        request_events::request_id.eq(id.0),
        request_events::stage.eq(stage.as_str()),
        request_events::at.eq(db(now)),
        request_events::note.eq(note),
        request_events::actor_id.eq(actor.map(|actor| actor.0)),
    );
    diesel::insert_into(request_events::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// Oldest first.
pub fn events(conn: &mut Conn, id: RequestId) -> Outcome<Vec<Event>> {
    Ok(events_of(conn, &[id])?.into_iter().map(|(_, event)| event).collect())
}

/// The timelines of several requests, oldest first.
pub fn events_of(conn: &mut Conn, ids: &[RequestId]) -> Outcome<Vec<(RequestId, Event)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<EventRow> = crate::each_backend!(conn, conn => request_events::table
        .left_join(people::table)
        .filter(request_events::request_id.among(ids))
        .order(request_events::id)
        .select((
            request_events::request_id,
            request_events::stage,
            request_events::at,
            request_events::note,
            request_events::actor_id,
            people::name.nullable(),
        ))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(event).collect())
}

type EventRow = (i64, String, chrono::NaiveDateTime, Option<String>, Option<i64>, Option<String>);

fn event((request, stage, at, note, actor, name): EventRow) -> Option<(RequestId, Event)> {
    let actor = actor.map(PersonId).zip(name);
    Some((RequestId(request), Event { stage: stage.parse().ok()?, at: utc(at), note, actor }))
}

/// The episodes a request waits for, as they were last read; none while nobody has.
pub fn wanted(conn: &mut Conn, id: RequestId) -> Outcome<Option<Vec<WantedEpisode>>> {
    let stored: Option<Option<String>> = requests::table.find(id.0).select(requests::wanted).first(conn).optional()?;
    Ok(stored.flatten().and_then(|text| serde_json::from_str(&text).ok()))
}

pub fn set_wanted(tx: &mut Tx<'_>, id: RequestId, wanted: &[WantedEpisode]) -> Outcome<()> {
    let text = serde_json::to_string(wanted).map_err(AppError::internal)?;
    diesel::update(requests::table.find(id.0)).set(requests::wanted.eq(Some(text))).execute(&mut **tx)?;
    Ok(())
}

/// Bytes it will take, as far as anybody can say.
pub fn set_estimate(tx: &mut Tx<'_>, id: RequestId, bytes: Option<i64>) -> Outcome<()> {
    diesel::update(requests::table.find(id.0)).set(requests::estimated_bytes.eq(bytes)).execute(&mut **tx)?;
    Ok(())
}

/// Season numbers that became known later.
pub fn set_seasons(tx: &mut Tx<'_>, id: RequestId, seasons: &[i32]) -> Outcome<()> {
    let text = serde_json::to_string(seasons).map_err(AppError::internal)?;
    diesel::update(requests::table.find(id.0)).set(requests::seasons.eq(Some(text))).execute(&mut **tx)?;
    Ok(())
}

/// Notes that the services were asked about it.
pub fn set_checked(tx: &mut Tx<'_>, id: RequestId, missed_reads: i32, now: DateTime<Utc>) -> Outcome<()> {
    let values = (requests::missed_reads.eq(missed_reads), requests::checked_at.eq(Some(db(now))));
    diesel::update(requests::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Notes that the title of a request is, or is about to be, added by us.
pub fn set_added_by_us(tx: &mut Tx<'_>, id: RequestId, ours: bool) -> Outcome<()> {
    diesel::update(requests::table.find(id.0)).set(requests::added_by_us.eq(ours)).execute(&mut **tx)?;
    Ok(())
}

/// Notes where a request that is over was sent to.
pub fn set_place(tx: &mut Tx<'_>, id: RequestId, service: ServiceId, arr_id: i64) -> Outcome<()> {
    let values = (requests::service_id.eq(Some(service.0)), requests::arr_id.eq(Some(arr_id)));
    diesel::update(requests::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Why an approved request is still here, in the words of the service, and when it is tried again.
pub fn holdup(conn: &mut Conn, request: &Request) -> Outcome<Option<(String, DateTime<Utc>)>> {
    match request.stage {
        Stage::Approved => super::outbox::holdup(conn, &format!("title {}", request.title)),
        _ => Ok(None),
    }
}
