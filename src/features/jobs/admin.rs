//! The back office's pages of jobs and runs. Moderators run, admins change schedules, auditors read.

use maud::Markup;
use poem::http::StatusCode;
use poem::web::sse::SSE;
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Request, Response, handler};

use super::actions;
use super::views::{self, History};
use crate::app::{App, Change};
use crate::db::{jobs, people};
use crate::domain::ids::RunId;
use crate::domain::jobs::{Job, JobName, Run};
use crate::domain::people::Actor;
use crate::domain::schedule::Schedule;
use crate::error::{AppError, Outcome};
use crate::ui;
use crate::web::sse::{Live, live};
use crate::web::{Admin, BackOffice, Fields, Moderator, Visit, visit};

#[handler]
pub async fn list(BackOffice(_me): BackOffice, visit: Visit) -> poem::Result<Response> {
    let all = visit.app.db.read(jobs::all).await?;
    if visit.fragment && visit.target.as_deref() == Some(views::LIST) {
        return Ok(ui::Fragment(views::list(&visit.frame, &all)).into_response());
    }
    Ok(visit.show(views::jobs_page(&visit.frame, &all)))
}

#[handler]
pub async fn list_live(BackOffice(me): BackOffice, Data(app): Data<&App>) -> SSE {
    let shown = app.clone();
    live(
        app.clone(),
        Some(me.clone()),
        |change| matches!(change, Change::Run(_)),
        move || {
            let (app, me) = (shown.clone(), me.clone());
            async move {
                let all = app.db.read(jobs::all).await?;
                let frame = visit::frame(&app, Some(me)).await?;
                Ok(Live::More(views::list(&frame, &all).into_string()))
            }
        },
    )
}

#[derive(serde::Deserialize)]
pub struct Turned {
    page: Option<i64>,
}

#[handler]
pub async fn one_job(
    BackOffice(me): BackOffice,
    visit: Visit,
    Path(name): Path<String>,
    Query(turned): Query<Turned>,
) -> poem::Result<Response> {
    let (job, history) = read_job(&visit.app, named(&name)?, turned.page).await?;
    let form = me.role.is_admin().then(|| views::ScheduleForm::of(&job));
    Ok(visit.show(views::job_page(&visit.frame, &job, form.as_ref(), &history)))
}

#[handler]
pub async fn run_now(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let job = named(&name)?;
    let asked = actions::run_now(&visit.app, &me, job).await?;
    let said = if asked.new { "has started" } else { "is running already" };
    Ok(visit.go(req, &views::run_path(asked.run), Some(&format!("“{}” {said}", job.label()))))
}

#[handler]
pub async fn set_schedule(
    Admin(me): Admin,
    visit: Visit,
    req: &Request,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let name = named(&name)?;
    let mut form =
        views::ScheduleForm::typed(&fields.text("how").to_lowercase(), |field| fields.text(field).to_owned());
    form.enabled = fields.ticked("enabled");
    match change(&visit.app, &me, name, &form).await {
        Ok(()) => {
            let said = format!("“{}” has its new schedule", name.label());
            Ok(visit.go(req, &views::job_path(name), Some(&said)))
        }
        Err(AppError::Refused { fields, .. }) => {
            for (field, words) in fields {
                form.errors.add(field, words);
            }
            let (job, history) = read_job(&visit.app, name, None).await?;
            let page = views::job_page(&visit.frame, &job, Some(&form), &history);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn change(app: &App, me: &Actor, name: JobName, form: &views::ScheduleForm) -> Outcome<()> {
    let schedule: Schedule = form.schedule().parse().map_err(|words: String| AppError::field(form.field(), words))?;
    actions::set_schedule(app, me, name, schedule, form.enabled).await
}

#[handler]
pub async fn one_run(BackOffice(_me): BackOffice, visit: Visit, Path(id): Path<String>) -> poem::Result<Response> {
    let (run, asker) = read_run(&visit.app, number(&id)?).await?;
    if visit.fragment && visit.target.as_deref() == Some(views::RUN) {
        return Ok(ui::Fragment(views::run(&visit.frame, &run, asker.as_deref())).into_response());
    }
    Ok(visit.show(views::run_page(&visit.frame, &run, asker.as_deref())))
}

#[handler]
pub async fn run_live(BackOffice(me): BackOffice, Data(app): Data<&App>, Path(id): Path<String>) -> poem::Result<SSE> {
    let id = number(&id)?;
    read_run(app, id).await?;
    let shown = app.clone();
    Ok(live(
        app.clone(),
        Some(me.clone()),
        move |change| change == Change::Run(id),
        move || {
            let (app, me) = (shown.clone(), me.clone());
            async move {
                let (run, asker) = read_run(&app, id).await?;
                let frame = visit::frame(&app, Some(me)).await?;
                let html: Markup = views::run(&frame, &run, asker.as_deref());
                let over = run.finished_at.is_some();
                Ok(if over { Live::Last(html.into_string()) } else { Live::More(html.into_string()) })
            }
        },
    ))
}

async fn read_job(app: &App, name: JobName, page: Option<i64>) -> Outcome<(Job, History)> {
    let page = page.unwrap_or(1);
    if !(1..=1_000_000).contains(&page) {
        return Err(AppError::NotFound);
    }
    app.db
        .read(move |conn| {
            let job = jobs::all(conn)?.into_iter().find(|job| job.name == name).ok_or(AppError::NotFound)?;
            let (runs, total) = jobs::page(conn, Some(name), (page - 1) * views::RUNS_A_PAGE, views::RUNS_A_PAGE)?;
            Ok((job, History { runs, page, total }))
        })
        .await
}

/// A run, and the name of whoever asked for it.
async fn read_run(app: &App, id: RunId) -> Outcome<(Run, Option<String>)> {
    app.db
        .read(move |conn| {
            let run = jobs::run(conn, id)?.ok_or(AppError::NotFound)?;
            let asker = match run.asked_by {
                Some(id) => people::get(conn, id)?.map(|person| person.name),
                None => None,
            };
            Ok((run, asker))
        })
        .await
}

/// A job by the name in an address; `-` counts as `_`.
fn named(text: &str) -> Outcome<JobName> {
    text.replace('-', "_").parse().map_err(|_| AppError::NotFound)
}

fn number(text: &str) -> Outcome<RunId> {
    text.parse().map_err(|_| AppError::NotFound)
}
