//! Jobs and their runs. A run holds a lease while it works, so that one that was killed does not block the next.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::schema::{jobs, runs};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx};
use crate::domain::ids::{PersonId, RunId};
use crate::domain::jobs::{Job, JobName, Run, RunCause, RunState};
use crate::error::{AppError, Outcome};

/// A running job renews its lease with every step; one that is silent for this long was killed.
pub const LEASE: TimeDelta = TimeDelta::minutes(3);

/// The right to report on a run and to end it.
#[derive(Debug, Clone)]
pub struct RunClaim {
    pub id: RunId,
    pub job: JobName,
    token: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = runs)]
struct Row {
    id: i64,
    job: String,
    state: String,
    cause: String,
    asked_by: Option<i64>,
    started_at: chrono::NaiveDateTime,
    finished_at: Option<chrono::NaiveDateTime>,
    done: i64,
    total: Option<i64>,
    current: Option<String>,
    result: String,
    error: Option<String>,
}

impl Row {
    fn run(self) -> Option<Run> {
        Some(Run {
            id: RunId(self.id),
            job: self.job.parse().ok()?,
            state: self.state.parse().ok()?,
            cause: self.cause.parse().ok()?,
            asked_by: self.asked_by.map(PersonId),
            started_at: utc(self.started_at),
            finished_at: utc_opt(self.finished_at),
            done: self.done,
            total: self.total,
            current: self.current,
            result: serde_json::from_str(&self.result).unwrap_or_default(),
            error: self.error,
        })
    }
}

/// Makes a row for every job that has none yet.
pub fn ensure(tx: &mut Tx<'_>, name: JobName, schedule: &str, first: DateTime<Utc>, now: DateTime<Utc>) -> Outcome<()> {
    let known: i64 = jobs::table.find(name.as_str()).count().get_result(&mut **tx)?;
    if known == 0 {
        let row = (
            jobs::name.eq(name.as_str()),
            jobs::schedule.eq(schedule),
            jobs::next_run_at.eq(Some(db(first))),
            jobs::updated_at.eq(db(now)),
        );
        diesel::insert_into(jobs::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

pub fn all(conn: &mut Conn) -> Outcome<Vec<Job>> {
    let rows: Vec<(String, String, bool, Option<chrono::NaiveDateTime>)> =
        jobs::table.select((jobs::name, jobs::schedule, jobs::enabled, jobs::next_run_at)).load(conn)?;
    let mut last = last_runs(conn)?;
    let mut all: Vec<Job> = rows
        .into_iter()
        .filter_map(|(name, schedule, enabled, next)| {
            let name: JobName = name.parse().ok()?;
            Some(Job { name, schedule, enabled, next_run_at: utc_opt(next), last: last.remove(&name) })
        })
        .collect();
    all.sort_by_key(|job| job.name);
    Ok(all)
}

fn last_runs(conn: &mut Conn) -> Outcome<HashMap<JobName, Run>> {
    let newest: Vec<Option<i64>> = runs::table.group_by(runs::job).select(diesel::dsl::max(runs::id)).load(conn)?;
    let newest: Vec<i64> = newest.into_iter().flatten().collect();
    let rows: Vec<Row> = runs::table.filter(runs::id.eq_any(newest)).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().filter_map(Row::run).map(|run| (run.job, run)).collect())
}

/// Jobs whose time has come.
pub fn due(conn: &mut Conn, now: DateTime<Utc>) -> Outcome<Vec<(JobName, String)>> {
    let rows: Vec<(String, String)> = jobs::table
        .filter(jobs::enabled.eq(true))
        .filter(jobs::next_run_at.le(Some(db(now))))
        .order(jobs::next_run_at)
        .select((jobs::name, jobs::schedule))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(name, schedule)| Some((name.parse().ok()?, schedule))).collect())
}

/// Lets a job run at this moment, unless it runs earlier anyway.
pub fn bring_forward(tx: &mut Tx<'_>, name: JobName, at: Option<DateTime<Utc>>) -> Outcome<()> {
    let Some(at) = at else { return Ok(()) };
    diesel::update(jobs::table.find(name.as_str()))
        .filter(jobs::enabled.eq(true))
        .filter(jobs::next_run_at.is_null().or(jobs::next_run_at.gt(Some(db(at)))))
        .set(jobs::next_run_at.eq(Some(db(at))))
        .execute(&mut **tx)?;
    Ok(())
}

pub fn set_next(tx: &mut Tx<'_>, name: JobName, next: Option<DateTime<Utc>>) -> Outcome<()> {
    diesel::update(jobs::table.find(name.as_str())).set(jobs::next_run_at.eq(next.map(db))).execute(&mut **tx)?;
    Ok(())
}

pub fn set_schedule(
    tx: &mut Tx<'_>,
    name: JobName,
    schedule: &str,
    enabled: bool,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let values = (
        jobs::schedule.eq(schedule),
        jobs::enabled.eq(enabled),
        jobs::next_run_at.eq(next.map(db)),
        jobs::updated_at.eq(db(now)),
    );
    diesel::update(jobs::table.find(name.as_str())).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Writes down that a job shall run now, or says which run is at it already. Whoever `take`s it first does it.
pub fn ask(
    tx: &mut Tx<'_>,
    job: JobName,
    cause: RunCause,
    asked_by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Outcome<RunId> {
    give_up_lost(tx, job, now)?;
    let running: Option<i64> = runs::table
        .filter(runs::job.eq(job.as_str()))
        .filter(runs::state.eq(RunState::Running.as_str()))
        .select(runs::id)
        .first(&mut **tx)
        .optional()?;
    if let Some(id) = running {
        return Ok(RunId(id));
    }
    let row = (
        runs::job.eq(job.as_str()),
        runs::state.eq(RunState::Running.as_str()),
        runs::cause.eq(cause.as_str()),
        runs::asked_by.eq(asked_by.map(|id| id.0)),
        runs::started_at.eq(db(now)),
        runs::lease_token.eq(UNTAKEN),
        runs::lease_until.eq(db(now + LEASE)),
    );
    let id: i64 = diesel::insert_into(runs::table).values(row).returning(runs::id).get_result(&mut **tx)?;
    Ok(RunId(id))
}

/// The lease of a run that nobody does yet.
const UNTAKEN: &str = "";

/// Takes on the oldest run that nobody does yet, or that one run.
pub fn take(tx: &mut Tx<'_>, only: Option<RunId>, now: DateTime<Utc>) -> Outcome<Option<RunClaim>> {
    let mut waiting = runs::table
        .filter(runs::state.eq(RunState::Running.as_str()))
        .filter(runs::lease_token.eq(UNTAKEN))
        .into_boxed();
    if let Some(only) = only {
        waiting = waiting.filter(runs::id.eq(only.0));
    }
    let found: Option<(i64, String)> =
        waiting.order(runs::id).select((runs::id, runs::job)).first(&mut **tx).optional()?;
    let Some((id, job)) = found else { return Ok(None) };
    let token = uuid::Uuid::new_v4().to_string();
    let taken = diesel::update(runs::table.find(id))
        .filter(runs::lease_token.eq(UNTAKEN))
        .set((runs::lease_token.eq(&token), runs::lease_until.eq(db(now + LEASE))))
        .execute(&mut **tx)?;
    let job = job.parse().map_err(AppError::internal)?;
    Ok((taken > 0).then_some(RunClaim { id: RunId(id), job, token }))
}

/// Ends a run whose process was killed: its lease has run out.
pub fn give_up_lost(tx: &mut Tx<'_>, job: JobName, now: DateTime<Utc>) -> Outcome<()> {
    diesel::update(runs::table)
        .filter(runs::job.eq(job.as_str()))
        .filter(runs::state.eq(RunState::Running.as_str()))
        .filter(runs::lease_until.lt(db(now)))
        .set((
            runs::state.eq(RunState::Failed.as_str()),
            runs::error.eq(Some("Usherr was stopped while this ran. The next run goes on from there.")),
            runs::finished_at.eq(Some(db(now))),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends what was running when the process stopped. For a server that is alone, before it begins.
pub fn give_up_all(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<()> {
    for job in JobName::ALL {
        give_up_lost(tx, *job, now + LEASE + TimeDelta::seconds(1))?;
    }
    Ok(())
}

/// Says how far a run is, and renews its lease.
pub fn progress(
    tx: &mut Tx<'_>,
    claim: &RunClaim,
    done: i64,
    total: Option<i64>,
    current: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let changed = diesel::update(runs::table.find(claim.id.0))
        .filter(runs::lease_token.eq(&claim.token))
        .filter(runs::state.eq(RunState::Running.as_str()))
        .set((
            runs::done.eq(done),
            runs::total.eq(total),
            runs::current.eq(current),
            runs::lease_until.eq(db(now + LEASE)),
        ))
        .execute(&mut **tx)?;
    match changed {
        0 => Err(AppError::Conflict("another run has taken over".to_owned())),
        _ => Ok(()),
    }
}

pub fn finish(
    tx: &mut Tx<'_>,
    claim: &RunClaim,
    result: &Result<serde_json::Value, String>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let (state, json, error) = match result {
        Ok(value) => (RunState::Succeeded, value.to_string(), None),
        Err(error) => (RunState::Failed, "{}".to_owned(), Some(error.as_str())),
    };
    diesel::update(runs::table.find(claim.id.0))
        .filter(runs::lease_token.eq(&claim.token))
        .set((
            runs::state.eq(state.as_str()),
            runs::result.eq(json),
            runs::error.eq(error),
            runs::finished_at.eq(Some(db(now))),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// How the run before this one of the same job ended.
pub fn before(conn: &mut Conn, claim: &RunClaim) -> Outcome<Option<RunState>> {
    let state: Option<String> = runs::table
        .filter(runs::job.eq(claim.job.as_str()))
        .filter(runs::id.lt(claim.id.0))
        .order(runs::id.desc())
        .select(runs::state)
        .first(conn)
        .optional()?;
    Ok(state.and_then(|state| state.parse().ok()))
}

pub fn run(conn: &mut Conn, id: RunId) -> Outcome<Option<Run>> {
    let row: Option<Row> = runs::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    Ok(row.and_then(Row::run))
}

/// One page of runs, newest first, of one job or of all.
pub fn page(conn: &mut Conn, job: Option<JobName>, offset: i64, limit: i64) -> Outcome<(Vec<Run>, i64)> {
    let matching = || {
        let mut query = runs::table.into_boxed();
        if let Some(job) = job {
            query = query.filter(runs::job.eq(job.as_str()));
        }
        query
    };
    let total = matching().count().get_result(conn)?;
    let rows: Vec<Row> =
        matching().order(runs::id.desc()).offset(offset).limit(limit).select(Row::as_select()).load(conn)?;
    Ok((rows.into_iter().filter_map(Row::run).collect(), total))
}

pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>) -> Outcome<usize> {
    let old = runs::table.filter(runs::finished_at.lt(Some(db(limit))));
    Ok(diesel::delete(old).execute(&mut **tx)?)
}
