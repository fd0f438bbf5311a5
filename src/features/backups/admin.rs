//! The pages of backups: auditors read, admins make, download and remove.

use poem::http::header;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use super::actions;
use super::views::{self, Shown, Standing};
use crate::app::App;
use crate::db::backups::folder::Listed;
use crate::db::jobs;
use crate::domain::jobs::{Job, JobName};
use crate::error::{AppError, Outcome};
use crate::web::{Admin, SettingsReader, Visit};

#[handler]
pub async fn list(Data(app): Data<&App>, visit: Visit, SettingsReader(_): SettingsReader) -> poem::Result<Response> {
    let backups = actions::list(app).await?;
    let backups = backups.into_iter().map(|one| shown(app, one)).collect::<Outcome<Vec<Shown>>>()?;
    let (job, keep) = (job(app).await?, app.settings().await?.backup_keep);
    Ok(visit.show(views::list(&visit.frame, &Standing { backups, job, keep })))
}

async fn job(app: &App) -> Outcome<Option<Job>> {
    app.db.read(|conn| Ok(jobs::all(conn)?.into_iter().find(|job| job.name == JobName::Backup))).await
}

#[handler]
pub async fn make(req: &Request, Data(app): Data<&App>, visit: Visit, Admin(me): Admin) -> poem::Result<Response> {
    let run = actions::ask(app, &me).await?;
    Ok(visit.go(req, &format!("/admin/runs/{run}"), Some("A backup is being made.")))
}

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    SettingsReader(_): SettingsReader,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let found = actions::find(app, &name).await?;
    Ok(visit.show(views::one(&visit.frame, &shown(app, found)?)))
}

/// Streamed, and kept by nobody in between.
#[handler]
pub async fn download(Data(app): Data<&App>, Admin(me): Admin, Path(name): Path<String>) -> poem::Result<Response> {
    let (found, path) = actions::hand_out(app, &me, &name).await?;
    // It may have been removed since it was looked for.
    let file = tokio::fs::File::open(&path).await.map_err(|_| AppError::NotFound)?;
    let disposition = format!("attachment; filename=\"{}\"", found.name);
    let response = Response::builder()
        .content_type("application/octet-stream")
        .header(header::CONTENT_DISPOSITION, disposition)
        .header(header::CONTENT_LENGTH, found.bytes)
        .header(header::CACHE_CONTROL, "no-store");
    Ok(response.body(Body::from_async_read(file)))
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let found = actions::find(app, &name).await?;
    Ok(visit.show(views::removal(&visit.frame, &shown(app, found)?)))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    actions::remove(app, &me, &name).await?;
    Ok(visit.go(req, "/admin/backups", Some("The backup was removed.")))
}

fn shown(app: &App, one: Listed) -> Outcome<Shown> {
    let file = actions::place(app, &one)?;
    let holds = one.header.map(|header| views::Holds {
        version: header.version.clone(),
        engine: header.engine.label(),
        people: header.rows_of("people"),
        requests: header.rows_of("requests"),
        titles: header.rows_of("titles"),
        key: header.key.locked.is_some(),
    });
    Ok(Shown { name: one.name, bytes: one.bytes, file, holds })
}
