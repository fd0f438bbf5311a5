//! `/api/jobs` and `/api/runs`.

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::actions;
use crate::app::App;
use crate::db::jobs;
use crate::domain::ids::RunId;
use crate::domain::jobs::{Job, JobName, Run};
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag, time};
use crate::web::{BackOffice, Moderator};

pub struct JobsApi;

/// Scheduled work.
#[derive(Debug, Object)]
#[oai(rename = "Job")]
pub struct JobShape {
    /// `library_sync`, `people_sync` and so on; `-` works as well as `_` in addresses.
    name: String,
    label: String,
    why: String,
    /// "every N minutes", "daily at HH:MM" in the zone of the house, or a cron expression.
    schedule: String,
    enabled: bool,
    /// RFC 3339 in UTC; none while the job is off.
    next_run_at: Option<String>,
    last_run: Option<RunShape>,
}

/// One execution of a job.
#[derive(Debug, Object)]
#[oai(rename = "Run")]
pub struct RunShape {
    id: i64,
    job: String,
    /// `running`, `succeeded` or `failed`.
    state: String,
    /// `schedule`, `asked` or `start`.
    cause: String,
    /// Id of the person who asked for it.
    asked_by: Option<i64>,
    started_at: String,
    finished_at: Option<String>,
    /// Steps done so far.
    done: i64,
    /// Steps in all, when that is known.
    total: Option<i64>,
    /// What it is at, in words.
    current: Option<String>,
    /// What it brought; which facts there are depends on the job.
    result: serde_json::Value,
    /// Why it failed, in words.
    error: Option<String>,
}

/// The run that was asked for.
#[derive(Debug, Object)]
struct RunStarted {
    run_id: i64,
}

#[derive(ApiResponse)]
enum Started {
    /// The run has been asked for, or was under way already.
    #[oai(status = 202)]
    Accepted(Json<RunStarted>),
}

#[OpenApi]
impl JobsApi {
    /// All jobs with their schedule and last run
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/jobs", method = "get", tag = "Tag::Jobs")]
    async fn jobs(
        &self,
        _who: BackOffice,
        Data(app): Data<&App>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<JobShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let all = app.db.read(jobs::all).await?;
        let (shown, total) = paging.cut(all);
        Ok(Json(paging.list(shown.into_iter().map(job_shape).collect(), total)))
    }

    /// Run a job now
    ///
    /// For moderators and admins. A job that is running is not started a second time: its run is named.
    #[oai(path = "/jobs/:name/run", method = "post", tag = "Tag::Jobs")]
    async fn run(
        &self,
        who: Moderator,
        Data(app): Data<&App>,
        /// `library_sync`, `people_sync` and so on.
        name: Path<String>,
    ) -> poem::Result<Started> {
        let asked = actions::run_now(app, &who.0, named(&name)?).await?;
        Ok(Started::Accepted(Json(RunStarted { run_id: asked.run.0 })))
    }

    /// Runs, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/runs", method = "get", tag = "Tag::Jobs")]
    async fn runs(
        &self,
        _who: BackOffice,
        Data(app): Data<&App>,
        /// Only those of this job.
        job: Query<Option<String>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<RunShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let job = match job.0.as_deref() {
            Some(name) => Some(named(name).map_err(|_| AppError::Malformed(format!("there is no job '{name}'")))?),
            None => None,
        };
        let (runs, total) = app.db.read(move |conn| jobs::page(conn, job, paging.offset(), paging.per_page)).await?;
        Ok(Json(paging.list(runs.into_iter().map(run_shape).collect(), total)))
    }

    /// One run: how far it is, or what it brought
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/runs/:id", method = "get", tag = "Tag::Jobs")]
    async fn one(&self, _who: BackOffice, Data(app): Data<&App>, id: Path<i64>) -> poem::Result<Json<RunShape>> {
        let id = RunId(id.0);
        let run = app.db.read(move |conn| jobs::run(conn, id)).await?.ok_or(AppError::NotFound)?;
        Ok(Json(run_shape(run)))
    }
}

fn named(text: &str) -> Outcome<JobName> {
    text.replace('-', "_").parse().map_err(|_| AppError::NotFound)
}

fn job_shape(job: Job) -> JobShape {
    JobShape {
        name: job.name.to_string(),
        label: job.name.label().to_owned(),
        why: job.name.why().to_owned(),
        schedule: job.schedule,
        enabled: job.enabled,
        next_run_at: job.next_run_at.map(time),
        last_run: job.last.map(run_shape),
    }
}

fn run_shape(run: Run) -> RunShape {
    RunShape {
        id: run.id.0,
        job: run.job.to_string(),
        state: run.state.to_string(),
        cause: run.cause.to_string(),
        asked_by: run.asked_by.map(|id| id.0),
        started_at: time(run.started_at),
        finished_at: run.finished_at.map(time),
        done: run.done,
        total: run.total,
        current: run.current,
        result: run.result,
        error: run.error,
    }
}
