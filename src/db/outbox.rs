//! The outbox: effects wait here until the worker has done them. A row is claimed with a lease, tried with a growing
//! back-off, and ends as done, moot or dead. Settling needs the `Claim` that only claiming gives.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::conn::MultiBackend;
use super::schema::outbox;
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::effect::{Effect, Ending};
use crate::domain::ids::EffectId;
use crate::error::{AppError, Outcome};

/// So many tries take some hours; from then on an effect is tried every hour.
pub const MAX_ATTEMPTS: i32 = 12;

/// After that an effect that still can't be done is dead: visible, and never tried again.
const LONGEST: TimeDelta = TimeDelta::days(3);

/// How long a worker may take before its claim falls to another one.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// The right to settle one effect. Settling twice changes nothing: the second finds the lease gone.
#[derive(Debug, Clone)]
pub struct Claim {
    pub id: EffectId,
    pub effect: Effect,
    /// 1 on the first try.
    pub attempt: i32,
    pub created_at: DateTime<Utc>,
    token: String,
}

/// Proof that an effect was settled; only `settle` makes one, so whoever runs an effect can't forget it.
#[derive(Debug)]
pub struct Settled(());

impl Claim {
    /// Whether this try is the last one.
    pub fn is_last(&self, now: DateTime<Utc>) -> bool {
        self.attempt >= MAX_ATTEMPTS && now - self.created_at >= LONGEST
    }
}

#[derive(Debug, Clone, Queryable)]
struct Row {
    id: i64,
    payload: String,
    attempts: i32,
    created_at: chrono::NaiveDateTime,
}

/// Writes an effect down, unless one with the same key was written down before. Returns whether it is new.
pub fn push(tx: &mut Tx<'_>, effect: &Effect, dedupe_key: &str, now: DateTime<Utc>) -> Outcome<bool> {
    Ok(push_all(tx, &[(effect.clone(), dedupe_key.to_owned())], now)? > 0)
}

/// The same for what was tried before under another key: why it could not be done is still known.
pub fn push_again(tx: &mut Tx<'_>, effect: &Effect, dedupe_key: &str, words: &str, now: DateTime<Utc>) -> Outcome<()> {
    push(tx, effect, dedupe_key, now)?;
    let waiting = outbox::table.filter(outbox::dedupe_key.eq(dedupe_key)).filter(outbox::state.eq("waiting"));
    diesel::update(waiting).set(outbox::last_error.eq(Some(words))).execute(&mut **tx)?;
    Ok(())
}

/// The same for many, which are done in this order. Returns how many are new.
pub fn push_all(tx: &mut Tx<'_>, effects: &[(Effect, String)], now: DateTime<Utc>) -> Outcome<usize> {
    const AT_ONCE: usize = 500;
    let mut new = 0;
    for part in effects.chunks(AT_ONCE) {
        let keys = part.iter().map(|(_, key)| key.as_str());
        let known: Vec<String> = crate::each_backend!(&mut **tx, conn => outbox::table
            .filter(outbox::dedupe_key.among(keys))
            .select(outbox::dedupe_key)
            .load(conn))?;
        let rows = part.iter().filter(|(_, key)| !known.contains(key)).map(|(effect, key)| {
            Ok((
                outbox::kind.eq(effect.kind()),
                outbox::payload.eq(serde_json::to_string(effect).map_err(AppError::internal)?),
                outbox::dedupe_key.eq(key),
                outbox::lane.eq(effect.lane()),
                outbox::state.eq("waiting"),
                outbox::due_at.eq(db(now)),
                outbox::created_at.eq(db(now)),
            ))
        });
        let rows = rows.collect::<Outcome<Vec<_>>>()?;
        new += crate::each_backend!(&mut **tx, conn => diesel::insert_into(outbox::table).values(rows).execute(conn))?;
    }
    Ok(new)
}

/// What waits with nothing older of its lane before it.
fn open<'a>() -> outbox::BoxedQuery<'a, MultiBackend> {
    let older = diesel::alias!(outbox as older);
    let lane_is_busy = diesel::dsl::exists(
        older
            .filter(older.field(outbox::lane).eq(outbox::lane))
            .filter(older.field(outbox::state).eq("waiting"))
            .filter(older.field(outbox::id).lt(outbox::id))
            .select(older.field(outbox::id)),
    );
    outbox::table.filter(outbox::state.eq("waiting")).filter(diesel::dsl::not(lane_is_busy)).into_boxed()
}

/// Claims the oldest effect that is due, whose lane has nothing older waiting.
pub fn claim(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<Option<Claim>> {
    let row: Option<Row> = open()
        .filter(outbox::due_at.le(db(now)))
        .filter(outbox::lease_until.is_null().or(outbox::lease_until.le(db(now))))
        .order(outbox::id)
        .select((outbox::id, outbox::payload, outbox::attempts, outbox::created_at))
        .first(&mut **tx)
        .optional()?;
    row.map(|row| lease(tx, row, now)).transpose().map(Option::flatten)
}

fn lease(tx: &mut Tx<'_>, row: Row, now: DateTime<Utc>) -> Outcome<Option<Claim>> {
    let token = uuid::Uuid::new_v4().to_string();
    let attempt = row.attempts + 1;
    // Guarded: on PostgreSQL another replica may have been quicker.
    let claimed = diesel::update(outbox::table)
        .filter(outbox::id.eq(row.id))
        .filter(outbox::attempts.eq(row.attempts))
        .filter(outbox::state.eq("waiting"))
        .set((
            outbox::attempts.eq(attempt),
            outbox::lease_token.eq(Some(&token)),
            outbox::lease_until.eq(Some(db(now + LEASE))),
        ))
        .execute(&mut **tx)?;
    if claimed == 0 {
        return Ok(None);
    }
    let effect = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    Ok(Some(Claim { id: EffectId(row.id), effect, attempt, created_at: utc(row.created_at), token }))
}

/// Ends an effect, in the transaction that writes down what it brought about. An error when the lease had been lost to
/// another worker: then nothing of the transaction may stay.
pub fn settle(tx: &mut Tx<'_>, claim: &Claim, ending: Ending, now: DateTime<Utc>) -> Outcome<Settled> {
    let state = match ending {
        Ending::Done => "done",
        Ending::Moot => "moot",
    };
    end(tx, claim, state, None, now).map(Settled)
}

/// Gives an effect up for good.
pub fn bury(tx: &mut Tx<'_>, claim: &Claim, error: &str, now: DateTime<Utc>) -> Outcome<()> {
    end(tx, claim, "dead", Some(error), now)
}

fn end(tx: &mut Tx<'_>, claim: &Claim, state: &str, error: Option<&str>, now: DateTime<Utc>) -> Outcome<()> {
    let changed = diesel::update(outbox::table)
        .filter(outbox::id.eq(claim.id.0))
        .filter(outbox::lease_token.eq(&claim.token))
        .set((
            outbox::state.eq(state),
            outbox::last_error.eq(error),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<chrono::NaiveDateTime>),
            outbox::settled_at.eq(Some(db(now))),
        ))
        .execute(&mut **tx)?;
    still_ours(changed)
}

/// Puts an effect back, to be tried again at `due`.
pub fn postpone(tx: &mut Tx<'_>, claim: &Claim, error: &str, due: DateTime<Utc>) -> Outcome<()> {
    let changed = diesel::update(outbox::table)
        .filter(outbox::id.eq(claim.id.0))
        .filter(outbox::lease_token.eq(&claim.token))
        .set((
            outbox::due_at.eq(db(due)),
            outbox::last_error.eq(Some(error)),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<chrono::NaiveDateTime>),
        ))
        .execute(&mut **tx)?;
    still_ours(changed)
}

fn still_ours(changed: usize) -> Outcome<()> {
    match changed {
        0 => Err(AppError::Conflict("another worker has taken this effect over".to_owned())),
        _ => Ok(()),
    }
}

/// Frees what a worker that was killed had claimed. For a server that is alone, before it begins.
pub fn release_all(tx: &mut Tx<'_>) -> Outcome<usize> {
    let freed = diesel::update(outbox::table)
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::lease_token.is_not_null())
        .set((outbox::lease_token.eq(None::<String>), outbox::lease_until.eq(None::<chrono::NaiveDateTime>)))
        .execute(&mut **tx)?;
    Ok(freed)
}

/// Makes everything that waits for its next try due at once: a service came back.
pub fn hurry(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<usize> {
    let hurried = diesel::update(outbox::table)
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::lease_token.is_null())
        .filter(outbox::due_at.gt(db(now)))
        .set(outbox::due_at.eq(db(now)))
        .execute(&mut **tx)?;
    Ok(hurried)
}

/// The same of one lane.
pub fn hurry_lane(tx: &mut Tx<'_>, lane: &str, now: DateTime<Utc>) -> Outcome<usize> {
    let hurried = diesel::update(outbox::table)
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::lane.eq(lane))
        .filter(outbox::lease_token.is_null())
        .filter(outbox::due_at.gt(db(now)))
        .set(outbox::due_at.eq(db(now)))
        .execute(&mut **tx)?;
    Ok(hurried)
}

/// When the next effect wants to be tried. What is behind another one of its lane, or under way, does not count: looking
/// for it before its time finds nothing.
pub fn next_due(conn: &mut Conn) -> Outcome<Option<DateTime<Utc>>> {
    let due: Option<chrono::NaiveDateTime> = open()
        .filter(outbox::lease_until.is_null())
        .order(outbox::due_at)
        .select(outbox::due_at)
        .first(conn)
        .optional()?;
    Ok(due.map(utc))
}

/// Something of this lane is still to be done.
pub fn lane_is_busy(conn: &mut Conn, lane: &str) -> Outcome<bool> {
    let waiting = outbox::table.filter(outbox::lane.eq(lane)).filter(outbox::state.eq("waiting"));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// What of a lane is being done at this moment.
pub fn under_way(conn: &mut Conn, lane: &str, now: DateTime<Utc>) -> Outcome<Option<Effect>> {
    let payload: Option<String> = outbox::table
        .filter(outbox::lane.eq(lane))
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::lease_until.gt(Some(db(now))))
        .select(outbox::payload)
        .first(conn)
        .optional()?;
    payload.map(|payload| serde_json::from_str(&payload).map_err(AppError::internal)).transpose()
}

/// Why the first effect of a lane that was tried already is not done, and when it is tried again.
pub fn holdup(conn: &mut Conn, lane: &str) -> Outcome<Option<(String, DateTime<Utc>)>> {
    Ok(holdups(conn, &[lane.to_owned()])?.remove(lane))
}

/// The same of several lanes at once.
pub fn holdups(conn: &mut Conn, lanes: &[String]) -> Outcome<HashMap<String, (String, DateTime<Utc>)>> {
    type Held = (Option<String>, Option<String>, chrono::NaiveDateTime);
    let rows: Vec<Held> = crate::each_backend!(conn, conn => outbox::table
        .filter(outbox::lane.among(lanes.to_vec()))
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::last_error.is_not_null())
        .order(outbox::id.desc())
        .select((outbox::lane, outbox::last_error, outbox::due_at))
        .load(conn))?;
    // The first of a lane comes last, and stays.
    Ok(rows.into_iter().filter_map(|(lane, error, due)| Some((lane?, (error?, utc(due))))).collect())
}

/// How many effects wait, and how many were given up.
pub fn counts(conn: &mut Conn) -> Outcome<(i64, i64)> {
    let waiting = outbox::table.filter(outbox::state.eq("waiting")).count().get_result(conn)?;
    let dead = outbox::table.filter(outbox::state.eq("dead")).count().get_result(conn)?;
    Ok((waiting, dead))
}

/// Forgets what was settled before `limit`.
pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>) -> Outcome<usize> {
    let old =
        outbox::table.filter(outbox::state.among(["done", "moot"])).filter(outbox::settled_at.lt(Some(db(limit))));
    Ok(crate::each_backend!(&mut **tx, conn => diesel::delete(old).execute(conn))?)
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
