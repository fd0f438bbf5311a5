//! Changes of access on their way to Plex, and those that were made: what was before, what is after.
//! Of one person and server one change is open at most.

mod open;
pub mod tally;
mod trail;

pub(super) use open::waiting;
pub use open::{first_open, open_targets, open_targets_of, under_way};
pub use trail::{people_since, since, taken, trail};

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::among::Among;
use super::schema::{access_batches, access_changes, people};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx, groups::json, sent};
use crate::domain::access::batch::{Batch, Cause, Made, State};
use crate::domain::access::given::Given;
use crate::domain::access::plan::Change;
use crate::domain::access::step::Found;
use crate::domain::ids::{BatchId, ChangeId, PersonId, ServerId};
use crate::domain::invite::refusal::Refusal;
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_changes)]
struct Row {
    id: i64,
    batch_id: i64,
    person_id: i64,
    server_id: i64,
    state: String,
    before: String,
    after: String,
    error: Option<String>,
    attempt: i32,
    finished_at: Option<NaiveDateTime>,
    refusal: Option<String>,
}

impl Row {
    fn made(self) -> Outcome<Made> {
        let given = |text: &str| serde_json::from_str::<Option<Given>>(text).map_err(AppError::internal);
        Ok(Made {
            id: ChangeId(self.id),
            batch: BatchId(self.batch_id),
            change: Change {
                person: PersonId(self.person_id),
                server: ServerId(self.server_id),
                before: given(&self.before)?,
                after: given(&self.after)?,
            },
            state: self.state.parse().map_err(AppError::internal)?,
            error: self.error,
            attempt: self.attempt,
            finished_at: utc_opt(self.finished_at),
            refusal: self.refusal.and_then(|word| word.parse().ok()),
        })
    }
}

/// Writes down changes that shall be made. One that is still open for the same share gives way to the new one.
pub fn add(
    tx: &mut Tx<'_>,
    cause: Cause,
    by: Option<PersonId>,
    undoes: Option<BatchId>,
    changes: &[Change],
    now: DateTime<Utc>,
) -> Outcome<(BatchId, Vec<ChangeId>)> {
    let row = (
        access_batches::cause.eq(cause.as_str()),
        access_batches::made_by.eq(by.map(|id| id.0)),
        access_batches::made_at.eq(db(now)),
        access_batches::undoes.eq(undoes.map(|id| id.0)),
    );
    let batch: i64 =
        diesel::insert_into(access_batches::table).values(row).returning(access_batches::id).get_result(&mut **tx)?;
    give_way(tx, changes, now)?;
    for part in changes.chunks(AT_ONCE) {
        let rows = part.iter().map(|change| {
            Ok((
                access_changes::batch_id.eq(batch),
                access_changes::person_id.eq(change.person.0),
                access_changes::server_id.eq(change.server.0),
                access_changes::state.eq(State::Waiting.as_str()),
                access_changes::before.eq(json(&change.before)?),
                access_changes::after.eq(json(&change.after)?),
            ))
        });
        let rows = rows.collect::<Outcome<Vec<_>>>()?;
        crate::each_backend!(&mut **tx, conn => diesel::insert_into(access_changes::table).values(rows).execute(conn))?;
    }
    sent::forget_spared(tx, changes)?;
    let ids = access_changes::table
        .filter(access_changes::batch_id.eq(batch))
        .order(access_changes::id)
        .select(access_changes::id)
        .load::<i64>(&mut **tx)?;
    Ok((BatchId(batch), ids.into_iter().map(ChangeId).collect()))
}

/// So many rows are written with one statement.
pub(super) const AT_ONCE: usize = 500;

fn give_way(tx: &mut Tx<'_>, changes: &[Change], now: DateTime<Utc>) -> Outcome<()> {
    let shares: HashSet<(i64, i64)> = changes.iter().map(|change| (change.person.0, change.server.0)).collect();
    let open: Vec<(i64, i64, i64)> = access_changes::table
        .filter(waiting())
        .select((access_changes::id, access_changes::person_id, access_changes::server_id))
        .load(&mut **tx)?;
    let ids: Vec<i64> =
        open.into_iter().filter(|(_, person, server)| shares.contains(&(*person, *server))).map(|row| row.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let values = (access_changes::state.eq(State::Superseded.as_str()), access_changes::finished_at.eq(Some(db(now))));
    crate::each_backend!(&mut **tx, conn => {
        diesel::update(access_changes::table.filter(access_changes::id.among(ids))).set(values).execute(conn)
    })?;
    Ok(())
}

pub fn get(conn: &mut Conn, id: ChangeId) -> Outcome<Option<Made>> {
    let row: Option<Row> = access_changes::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::made).transpose()
}

/// The changes of one batch, in order.
pub fn of_batch(conn: &mut Conn, batch: BatchId) -> Outcome<Vec<Made>> {
    let rows: Vec<Row> = access_changes::table
        .filter(access_changes::batch_id.eq(batch.0))
        .order(access_changes::id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::made).collect()
}

/// A part of the changes of one batch: in order, but what failed comes first when it is asked for so.
pub fn part_of_batch(
    conn: &mut Conn,
    batch: BatchId,
    failed_first: bool,
    offset: i64,
    limit: i64,
) -> Outcome<Vec<Made>> {
    let rows: Vec<Row> = access_changes::table
        .filter(access_changes::batch_id.eq(batch.0))
        .order((
            failed_first.into_sql::<Bool>().and(access_changes::state.ne(State::Failed.as_str())),
            access_changes::id,
        ))
        .offset(offset)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::made).collect()
}

/// The change of a batch whose turn it is, and how many of the batch lie before it.
pub fn turn_of(conn: &mut Conn, batch: BatchId) -> Outcome<Option<(Made, i64)>> {
    let of_batch = || access_changes::table.filter(access_changes::batch_id.eq(batch.0));
    let first: Option<Row> = of_batch()
        .filter(access_changes::state.eq(State::Waiting.as_str()))
        .order(access_changes::id)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    let Some(made) = first.map(Row::made).transpose()? else { return Ok(None) };
    let before = of_batch().filter(access_changes::id.lt(made.id.0)).count().get_result(conn)?;
    Ok(Some((made, before)))
}

/// Those whom a batch changes.
pub fn people_of(conn: &mut Conn, batch: BatchId) -> Outcome<Vec<PersonId>> {
    let ids: Vec<i64> = access_changes::table
        .filter(access_changes::batch_id.eq(batch.0))
        .select(access_changes::person_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// How many changes of these batches are in each state.
pub fn counts_of(conn: &mut Conn, batches: &[BatchId]) -> Outcome<HashMap<(BatchId, State), i64>> {
    let ids: Vec<i64> = batches.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, String, i64)> = crate::each_backend!(conn, conn => access_changes::table
        .filter(access_changes::batch_id.among(ids))
        .group_by((access_changes::batch_id, access_changes::state))
        .select((access_changes::batch_id, access_changes::state, diesel::dsl::count_star()))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(|(id, state, count)| Some(((BatchId(id), state.parse().ok()?), count))).collect())
}

/// Somebody has taken this batch back.
pub fn is_undone(conn: &mut Conn, batch: BatchId) -> Outcome<bool> {
    let undoing = access_batches::table.filter(access_batches::undoes.eq(Some(batch.0)));
    Ok(diesel::select(diesel::dsl::exists(undoing)).get_result(conn)?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_batches)]
struct BatchRow {
    id: i64,
    cause: String,
    made_by: Option<i64>,
    made_at: NaiveDateTime,
    undoes: Option<i64>,
}

fn batch((row, name): (BatchRow, Option<String>)) -> Option<Batch> {
    Some(Batch {
        id: BatchId(row.id),
        cause: row.cause.parse().ok()?,
        by: row.made_by.map(PersonId).zip(name),
        at: utc(row.made_at),
        undoes: row.undoes.map(BatchId),
    })
}

pub fn get_batch(conn: &mut Conn, id: BatchId) -> Outcome<Option<Batch>> {
    let row = access_batches::table
        .left_join(people::table.on(people::id.nullable().eq(access_batches::made_by)))
        .filter(access_batches::id.eq(id.0))
        .select((BatchRow::as_select(), people::name.nullable()))
        .first(conn)
        .optional()?;
    Ok(row.and_then(batch))
}

/// The latest batches, newest first.
pub fn batches(conn: &mut Conn, limit: i64) -> Outcome<Vec<Batch>> {
    let rows = access_batches::table
        .left_join(people::table.on(people::id.nullable().eq(access_batches::made_by)))
        .order(access_batches::id.desc())
        .limit(limit)
        .select((BatchRow::as_select(), people::name.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(batch).collect())
}

/// A change that met another share than it was planned from: what there was is kept, so that it can be put back exactly.
pub fn rebase(tx: &mut Tx<'_>, id: ChangeId, change: &Change) -> Outcome<()> {
    let waiting = access_changes::table.find(id.0).filter(access_changes::state.eq(State::Waiting.as_str()));
    let values = (access_changes::before.eq(json(&change.before)?), access_changes::after.eq(json(&change.after)?));
    diesel::update(waiting).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Keeps what there was right before something is written for the first time.
pub fn note_wrote_over(tx: &mut Tx<'_>, id: ChangeId, there: Option<&Found>) -> Outcome<()> {
    diesel::update(access_changes::table.find(id.0))
        .set(access_changes::wrote_over.eq(Some(json(&there)?)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends a change. False when it had ended already.
pub fn end(tx: &mut Tx<'_>, id: ChangeId, state: State, error: Option<&str>, now: DateTime<Utc>) -> Outcome<bool> {
    let waiting = access_changes::table.find(id.0).filter(access_changes::state.eq(State::Waiting.as_str()));
    let values = (
        access_changes::state.eq(state.as_str()),
        access_changes::error.eq(error),
        access_changes::finished_at.eq(Some(db(now))),
    );
    Ok(diesel::update(waiting).set(values).execute(&mut **tx)? > 0)
}

/// What Plex has against the person that a change is about.
pub fn note_refusal(tx: &mut Tx<'_>, id: ChangeId, refusal: Option<Refusal>) -> Outcome<()> {
    let word = refusal.map(Refusal::as_str);
    diesel::update(access_changes::table.find(id.0)).set(access_changes::refusal.eq(word)).execute(&mut **tx)?;
    Ok(())
}

/// What failed of a batch and may be tried again: change, person, number of the try. Left out is a share that another change
/// has been made of since, or is being made of.
fn to_try_again(conn: &mut Conn, batch: BatchId) -> Outcome<Vec<(ChangeId, PersonId, i32)>> {
    let since = since(conn, batch)?;
    let failed: Vec<(i64, i64, i32)> = access_changes::table
        .filter(access_changes::batch_id.eq(batch.0))
        .filter(access_changes::state.eq(State::Failed.as_str()))
        .order(access_changes::id)
        .select((access_changes::id, access_changes::person_id, access_changes::attempt))
        .load(conn)?;
    let again = failed.into_iter().filter(|(id, ..)| !since.contains_key(&ChangeId(*id)));
    Ok(again.map(|(id, person, attempt)| (ChangeId(id), PersonId(person), attempt)).collect())
}

pub fn can_be_tried_again(conn: &mut Conn, batch: BatchId) -> Outcome<bool> {
    Ok(!to_try_again(conn, batch)?.is_empty())
}

/// Lets what failed of a batch be tried again, as far as it is `meant`; the number of the try makes its effect another one.
pub fn reopen(tx: &mut Tx<'_>, batch: BatchId, meant: impl Fn(PersonId) -> bool) -> Outcome<Vec<(ChangeId, i32)>> {
    let mut again = to_try_again(tx, batch)?;
    again.retain(|(_, person, _)| meant(*person));
    let values = (
        access_changes::state.eq(State::Waiting.as_str()),
        access_changes::error.eq(None::<String>),
        access_changes::attempt.eq(access_changes::attempt + 1),
        access_changes::finished_at.eq(None::<NaiveDateTime>),
        access_changes::wrote_over.eq(None::<String>),
        access_changes::stopping.eq(false),
    );
    let ids: Vec<i64> = again.iter().map(|(id, ..)| id.0).collect();
    crate::each_backend!(&mut **tx, conn => {
        diesel::update(access_changes::table.filter(access_changes::id.among(ids))).set(values).execute(conn)
    })?;
    Ok(again.into_iter().map(|(id, _, attempt)| (id, attempt + 1)).collect())
}

/// A change that waits is tried again behind the others. The number of its new turn; none when it is over.
pub fn next_turn(tx: &mut Tx<'_>, id: ChangeId) -> Outcome<Option<i32>> {
    let waiting = access_changes::table.find(id.0).filter(access_changes::state.eq(State::Waiting.as_str()));
    let turn = diesel::update(waiting)
        .set(access_changes::attempt.eq(access_changes::attempt + 1))
        .returning(access_changes::attempt)
        .get_result(&mut **tx)
        .optional()?;
    Ok(turn)
}

/// The changes of a batch that wait, and for whom.
pub fn waiting_of(conn: &mut Conn, batch: BatchId) -> Outcome<Vec<(ChangeId, PersonId)>> {
    let rows: Vec<(i64, i64)> = access_changes::table
        .filter(access_changes::batch_id.eq(batch.0))
        .filter(waiting())
        .select((access_changes::id, access_changes::person_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, person)| (ChangeId(id), PersonId(person))).collect())
}

/// Stops those of these changes that wait. Back: how many.
pub fn stop(tx: &mut Tx<'_>, ids: &[ChangeId], now: DateTime<Utc>) -> Outcome<usize> {
    let these = access_changes::id.among(ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let waiting = access_changes::table.filter(these).filter(waiting());
    let values = (access_changes::state.eq(State::Stopped.as_str()), access_changes::finished_at.eq(Some(db(now))));
    Ok(crate::each_backend!(&mut **tx, conn => diesel::update(waiting).set(values).execute(conn))?)
}

/// What is being made at this moment comes to its end, and is not tried again.
pub fn note_stopping(tx: &mut Tx<'_>, id: ChangeId) -> Outcome<()> {
    diesel::update(access_changes::table.find(id.0)).set(access_changes::stopping.eq(true)).execute(&mut **tx)?;
    Ok(())
}

pub fn is_stopping(conn: &mut Conn, id: ChangeId) -> Outcome<bool> {
    Ok(access_changes::table.find(id.0).select(access_changes::stopping).first(conn)?)
}
