//! Asking for a backup, looking at those that there are, removing one, handing one out.

use std::path::PathBuf;

use crate::app::backups::Vault;
use crate::app::{App, Change};
use crate::db::backups::folder::Listed;
use crate::db::{activity, jobs};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::backup::BackupName;
use crate::domain::ids::RunId;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};

/// A run of the job: a new one, or the one that is under way.
pub async fn ask(app: &App, me: &Actor) -> Outcome<RunId> {
    let (me, now) = (me.clone(), app.now());
    let run = app
        .db
        .write(move |tx| {
            let newest = jobs::page(tx, Some(JobName::Backup), 0, 1)?.0.first().map(|run| run.id);
            let run = jobs::ask(tx, JobName::Backup, RunCause::Asked, Some(me.id), now)?;
            if newest != Some(run) {
                let entry = NewEntry::new(ActivityKind::JobAsked, JobName::Backup.label()).by(me.id, me.name);
                activity::record(tx, &entry, now)?;
            }
            Ok(run)
        })
        .await?;
    app.wake_jobs.notify_one();
    app.changed(Change::Run(run));
    Ok(run)
}

/// Newest first.
pub async fn list(app: &App) -> Outcome<Vec<Listed>> {
    let vault = Vault::of(&app.config)?;
    tokio::task::spawn_blocking(move || vault.folder.list()).await.map_err(AppError::internal)?
}

/// By the name in an address. Whatever is no name of a backup is not there.
pub async fn find(app: &App, name: &str) -> Outcome<Listed> {
    let name: BackupName = name.parse().map_err(|_| AppError::NotFound)?;
    let vault = Vault::of(&app.config)?;
    let found = tokio::task::spawn_blocking(move || vault.folder.find(&name)).await.map_err(AppError::internal)?;
    found.ok_or(AppError::NotFound)
}

/// Where it lies on this machine, for the command that puts it back.
pub fn place(app: &App, one: &Listed) -> Outcome<String> {
    let path = Vault::of(&app.config)?.folder.path_of(&one.name);
    Ok(std::path::absolute(path).map_err(AppError::internal)?.display().to_string())
}

pub async fn remove(app: &App, me: &Actor, name: &str) -> Outcome<Listed> {
    let found = find(app, name).await?;
    let (vault, name) = (Vault::of(&app.config)?, found.name.clone());
    let gone = tokio::task::spawn_blocking(move || vault.folder.remove(&name)).await.map_err(AppError::internal)??;
    if gone {
        record(app, me, ActivityKind::BackupRemoved, &found).await?;
    }
    Ok(found)
}

/// The file itself, for one who may have it. That it was handed out is written down.
pub async fn hand_out(app: &App, me: &Actor, name: &str) -> Outcome<(Listed, PathBuf)> {
    let found = find(app, name).await?;
    record(app, me, ActivityKind::BackupDownloaded, &found).await?;
    let path = Vault::of(&app.config)?.folder.path_of(&found.name);
    Ok((found, path))
}

async fn record(app: &App, me: &Actor, kind: ActivityKind, about: &Listed) -> Outcome<()> {
    let (entry, now) = (NewEntry::new(kind, about.name.to_string()).by(me.id, me.name.clone()), app.now());
    app.db.write(move |tx| activity::record(tx, &entry, now)).await
}
