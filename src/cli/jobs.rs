//! `usherr jobs`: the timetable, and running a job now.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;

use crate::app::App;
use crate::db;
use crate::domain::ids::RunId;
use crate::domain::jobs::{Job, JobName, Run, RunCause, RunState};
use crate::error::{AppError, Outcome};
use crate::{serve, timetable};

#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// Every job with its schedule and last result
    List,
    /// Runs a job now, waits, and exits by its result
    Run {
        #[arg(value_parser = job_name)]
        name: JobName,
    },
}

/// `library-sync` is `library_sync`.
fn job_name(text: &str) -> Result<JobName, String> {
    let names = || JobName::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    text.replace('-', "_").parse().map_err(|_| format!("there is no such job; choose one of {}", names()))
}

impl Jobs {
    pub async fn run(self, app: &App) -> Outcome<()> {
        timetable::prepare(app).await?;
        match self {
            Self::List => list(app).await,
            Self::Run { name } => run(app, name).await,
        }
    }
}

async fn list(app: &App) -> Outcome<()> {
    for job in app.db.read(db::jobs::all).await? {
        println!("{}", line(&job));
    }
    Ok(())
}

fn line(job: &Job) -> String {
    let next = match job.next_run_at {
        Some(at) if job.enabled => format!("next {}", time(at)),
        _ => "not scheduled".to_owned(),
    };
    format!(
        "{:<16} {:<18} {next:<26} {}",
        job.name.as_str(),
        job.schedule,
        job.last.as_ref().map_or_else(|| "never ran".to_owned(), last)
    )
}

fn last(run: &Run) -> String {
    let at = run.finished_at.unwrap_or(run.started_at);
    let why = run.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
    format!("{} {}{why}", run.state, time(at))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn run(app: &App, job: JobName) -> Outcome<()> {
    let now = app.now();
    let id = app.db.write(move |tx| db::jobs::ask(tx, job, RunCause::Asked, None, now)).await?;
    match job {
        // It waits for what the outbox holds.
        JobName::AccessApply => serve::with_worker(app, carry_out(app, id)).await,
        _ => carry_out(app, id).await,
    }
}

/// Does this run here, unless the server was quicker; then waits for it, and says how it went.
pub async fn carry_out(app: &App, id: RunId) -> Outcome<()> {
    timetable::do_one(app, id).await?;
    let run = finished(app, id).await?;
    let job = run.job;
    match (run.state, run.error) {
        (RunState::Succeeded, _) => {
            println!("{job} succeeded: {}", run.result);
            Ok(())
        }
        (_, error) => Err(AppError::Internal(format!("{job} failed: {}", error.unwrap_or_default()))),
    }
}

/// Another process has the run. Its lease tells when it is lost.
async fn finished(app: &App, id: RunId) -> Outcome<Run> {
    loop {
        let run = app.db.read(move |conn| db::jobs::run(conn, id)).await?;
        let run = run.ok_or_else(|| AppError::internal("the run is gone from the database"))?;
        if run.state != RunState::Running {
            return Ok(run);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (job, now) = (run.job, app.now());
        app.db.write(move |tx| db::jobs::give_up_lost(tx, job, now)).await?;
    }
}
