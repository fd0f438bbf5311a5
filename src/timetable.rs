//! DOOR 3: every job, and when it runs. tokio-cron-scheduler is only the ticker; the times are in the table `jobs`,
//! worked out in the zone of the house. A tick only asks for runs; the runner does them, one of each job at a time.

use std::future::Future;
use std::pin::Pin;

use chrono::TimeDelta;
use tokio_cron_scheduler::{Job as Tick, JobScheduler};

use crate::app::run::RunHandle;
use crate::app::{App, Change};
use crate::db::{activity, jobs};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::RunId;
use crate::domain::jobs::{JobName, RunCause, RunState};
use crate::domain::schedule::Schedule;
use crate::error::{AppError, Outcome};
use crate::features::{access, backups, libraries, memberships, people, requests, services};

/// What a job brings back is kept with its run and shown.
type Work = Pin<Box<dyn Future<Output = Outcome<serde_json::Value>> + Send>>;

fn work(run: RunHandle, job: JobName) -> Work {
    match job {
        JobName::ServiceHealth => Box::pin(services::effects::health::run(run)),
        JobName::Backup => Box::pin(backups::effects::run(run)),
        JobName::Cleanup => Box::pin(services::effects::cleanup::run(run)),
        JobName::LibrarySync => Box::pin(libraries::sync::run(run)),
        JobName::RequestRepair => Box::pin(requests::effects::request_repair(run)),
        JobName::DownloadsSync => Box::pin(requests::effects::downloads_sync(run)),
        JobName::PeopleSync => Box::pin(people::sync::run(run)),
        JobName::AccessSchedule => Box::pin(access::effects::schedule::run(run)),
        JobName::AccessApply => Box::pin(access::effects::follow::run(run)),
        JobName::Membership => Box::pin(memberships::remind::run(run)),
    }
}

/// How often the ticker looks.
const TICK: &str = "*/15 * * * * *";

/// Starts the ticker and the runner. Ends when the house closes.
pub async fn run(app: App) -> Outcome<()> {
    let polling = tokio::spawn(requests::effects::poll(app.clone()));
    let watching = tokio::spawn(services::effects::health::watch(app.clone()));
    let mut ticker = JobScheduler::new().await.map_err(AppError::internal)?;
    let ticking = app.clone();
    let tick = Tick::new_async(TICK, move |_, _| {
        let app = ticking.clone();
        Box::pin(async move {
            if let Err(error) = tick(&app).await {
                tracing::error!(error = %error, "the timetable can't be read");
            }
        })
    });
    ticker.add(tick.map_err(AppError::internal)?).await.map_err(AppError::internal)?;
    ticker.start().await.map_err(AppError::internal)?;
    runner(&app).await;
    polling.await.map_err(AppError::internal)?;
    watching.await.map_err(AppError::internal)?;
    ticker.shutdown().await.map_err(AppError::internal)
}

/// Makes a row for every job that has none.
pub async fn prepare(app: &App) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            for (n, name) in (0..).zip(JobName::ALL) {
                // Not all at once on a small machine.
                let first = now + TimeDelta::seconds(20 + 10 * n);
                jobs::ensure(tx, *name, name.default_schedule(), first, now)?;
            }
            Ok(())
        })
        .await
}

/// Asks for every job whose time has come, and notes when it comes again. What was missed while closed is done once.
pub async fn tick(app: &App) -> Outcome<()> {
    let zone = app.settings().await?.time_zone;
    let now = app.now();
    let asked = app
        .db
        .write(move |tx| {
            let due = jobs::due(tx, now)?;
            for (name, schedule) in &due {
                jobs::ask(tx, *name, RunCause::Schedule, None, now)?;
                let next = schedule.parse::<Schedule>().ok().and_then(|schedule| schedule.next(now, zone));
                jobs::set_next(tx, *name, next)?;
            }
            Ok(due.len())
        })
        .await?;
    if asked > 0 {
        app.wake_jobs.notify_one();
    }
    Ok(())
}

async fn runner(app: &App) {
    let mut running = tokio::task::JoinSet::new();
    while !app.stop.is_cancelled() {
        match take(app, None).await {
            Ok(Some(handle)) => {
                running.spawn(carry_out(handle));
            }
            Ok(None) => tokio::select! {
                () = app.wake_jobs.notified() => {}
                () = app.stop.cancelled() => {}
                // Another process may have asked.
                () = tokio::time::sleep(std::time::Duration::from_secs(5)) => {}
            },
            Err(error) => {
                tracing::error!(error = %error, "the runs can't be read");
                tokio::select! {
                    () = app.stop.cancelled() => {}
                    () = tokio::time::sleep(std::time::Duration::from_secs(5)) => {}
                }
            }
        }
        while running.try_join_next().is_some() {}
    }
    running.join_all().await;
}

async fn take(app: &App, only: Option<RunId>) -> Outcome<Option<RunHandle>> {
    let now = app.now();
    let claim = app.db.write(move |tx| jobs::take(tx, only, now)).await?;
    Ok(claim.map(|claim| RunHandle::new(app.clone(), claim)))
}

/// Does that one run, unless somebody else has taken it. For the command line.
pub async fn do_one(app: &App, run: RunId) -> Outcome<()> {
    if let Some(handle) = take(app, Some(run)).await? {
        carry_out(handle).await;
    }
    Ok(())
}

async fn carry_out(handle: RunHandle) {
    let (app, claim) = (handle.app.clone(), handle.claim().clone());
    let outcome = work(handle, claim.job).await;
    if let Err(error) = &outcome {
        tracing::warn!(job = %claim.job, run.id = claim.id.0, error = %error, "a job failed");
    }
    let result = outcome.map_err(|error| error.to_string());
    let (now, id) = (app.now(), claim.id);
    let written = app
        .db
        .write(move |tx| {
            jobs::finish(tx, &claim, &result, now)?;
            match result.as_ref().err() {
                // A job that fails again and again is news once.
                Some(words) if jobs::before(tx, &claim)? != Some(RunState::Failed) => {
                    let entry = NewEntry::new(ActivityKind::JobFailed, claim.job.label()).detail(words);
                    activity::record(tx, &entry, now)
                }
                _ => Ok(()),
            }
        })
        .await;
    if let Err(error) = written {
        tracing::error!(run.id = id.0, error = %error, "the end of a run could not be written down");
    }
    app.changed(Change::Run(id));
}
