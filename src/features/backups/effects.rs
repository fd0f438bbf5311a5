//! The job `backup`: writes everything into one file, and removes those that are too old to be kept.

use serde_json::json;
use tokio::runtime::Handle;

use crate::app::backups::{Made, Vault};
use crate::app::run::RunHandle;
use crate::db::backups::Step;
use crate::db::jobs;
use crate::domain::backup::BackupKind;
use crate::domain::jobs::RunCause;
use crate::error::{AppError, Outcome};

pub async fn run(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let (id, settings) = (run.claim().id, app.settings().await?);
    let asked =
        app.db.read(move |conn| Ok(jobs::run(conn, id)?.is_some_and(|run| run.cause == RunCause::Asked))).await?;
    let kind = if asked { BackupKind::ByHand } else { BackupKind::Scheduled };
    let keep = usize::try_from(settings.backup_keep).map_err(AppError::internal)?;
    let runtime = Handle::current();
    // On a connection of its own: one that reads for minutes is missed by nobody.
    let work = move || {
        let vault = Vault::of(&app.config)?;
        let made = vault.make(kind, None, None, app.now(), &mut |step| runtime.block_on(tell(&run, step)))?;
        let removed = vault.folder.keep(kind, keep)?;
        Ok((made, removed))
    };
    let done: Outcome<(Made, usize)> = tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?;
    let (made, removed) = done?;
    Ok(json!({
        "rows": made.header.rows(), "tables": made.header.tables.len(), "bytes": made.bytes,
        "file": made.path.file_name().map(|name| name.to_string_lossy()), "older_removed": removed,
    }))
}

async fn tell(run: &RunHandle, step: Step<'_>) -> Outcome<()> {
    if run.must_stop() {
        return Err(AppError::Conflict("Usherr was closed meanwhile. The next run makes a whole one.".to_owned()));
    }
    let count = |n: usize| i64::try_from(n).map_err(AppError::internal);
    match run.progress(count(step.done)?, Some(count(step.of)?), step.table.replace('_', " ")).await {
        Err(AppError::Conflict(words)) => Err(AppError::Conflict(words)),
        // That nobody could be told how far it is is no reason to have no backup.
        _ => Ok(()),
    }
}
