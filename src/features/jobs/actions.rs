//! Asking for a run, and changing when a job runs. Never does a job's work.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change};
use crate::db::{activity, jobs};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::RunId;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::Actor;
use crate::domain::schedule::{LEAST_MINUTES, Schedule};
use crate::error::{AppError, Outcome};

/// A run that somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub run: RunId,
    /// False when a run was under way already: that one is shown instead.
    pub new: bool,
}

/// Makes a job run now, unless it is running.
pub async fn run_now(app: &App, me: &Actor, job: JobName) -> Outcome<Asked> {
    if !job.may_be_run_by(me.role) {
        return Err(AppError::Forbidden(format!("Only an admin starts “{}”.", job.label())));
    }
    let (me, now) = (me.clone(), app.now());
    let asked = app
        .db
        .write(move |tx| {
            let newest = jobs::page(tx, Some(job), 0, 1)?.0.first().map(|run| run.id);
            let run = jobs::ask(tx, job, RunCause::Asked, Some(me.id), now)?;
            let new = newest != Some(run);
            if new {
                let entry = NewEntry::new(ActivityKind::JobAsked, job.label()).by(me.id, me.name);
                activity::record(tx, &entry, now)?;
            }
            Ok(Asked { run, new })
        })
        .await?;
    app.wake_jobs.notify_one();
    app.changed(Change::Run(asked.run));
    Ok(asked)
}

/// Changes when a job runs; the timetable goes by it from its next look on.
pub async fn set_schedule(app: &App, me: &Actor, job: JobName, schedule: Schedule, enabled: bool) -> Outcome<()> {
    let (me, now) = (me.clone(), app.now());
    let next = next_run(&schedule, now, app.settings().await?.time_zone)?.filter(|_| enabled);
    app.db
        .write(move |tx| {
            let known = jobs::all(tx)?.into_iter().find(|known| known.name == job).ok_or(AppError::NotFound)?;
            let text = schedule.to_string();
            jobs::set_schedule(tx, job, &text, enabled, next, now)?;
            let entry = NewEntry::new(ActivityKind::SettingChanged, format!("the schedule of {}", job.label()))
                .by(me.id, me.name)
                .change(plainly(&known.schedule, known.enabled), plainly(&text, enabled));
            activity::record(tx, &entry, now)
        })
        .await
}

fn plainly(schedule: &str, enabled: bool) -> String {
    if enabled { schedule.to_owned() } else { format!("off ({schedule})") }
}

/// When it runs next; refuses what never comes, and what comes more often than a job may.
fn next_run(schedule: &Schedule, now: DateTime<Utc>, zone: Tz) -> Outcome<Option<DateTime<Utc>>> {
    const LOOK_AHEAD: usize = 60;
    let never = || AppError::field("cron", "This time never comes. Check day and month.");
    let first = schedule.next(now, zone).ok_or_else(never)?;
    let mut before = first;
    for _ in 0..LOOK_AHEAD {
        let Some(next) = schedule.next(before, zone) else { break };
        if next - before < TimeDelta::minutes(LEAST_MINUTES) {
            let words =
                format!("This would run it too often. Leave at least {LEAST_MINUTES} minutes between two runs.");
            return Err(AppError::field("cron", words));
        }
        before = next;
    }
    Ok(Some(first))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn next(schedule: &str) -> Outcome<Option<DateTime<Utc>>> {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        next_run(&schedule.parse().unwrap(), now, chrono_tz::Europe::Berlin)
    }

    #[test]
    fn a_schedule_that_never_comes_or_comes_too_often_is_refused() {
        assert_eq!(next("0 3 * * *").unwrap(), Some("2026-11-21T02:00:00Z".parse().unwrap()));
        assert!(next("every 5 minutes").is_ok());
        assert!(next("*/5 * * * *").is_ok());
        assert_eq!(next("* * * * *").unwrap_err().status(), 422);
        assert_eq!(next("0,2 3 * * *").unwrap_err().status(), 422);
        assert_eq!(next("0 3 30 2 *").unwrap_err().status(), 422);
    }
}
