//! Job `cleanup`: forgets what nobody will ask for again, and keeps files small. Never touches people, requests or the record.

use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{jobs, maintenance, outbox, sessions, settings, titles};
use crate::error::{AppError, Outcome};

/// Found by somebody's search, and never asked for.
const FOUND_KEPT: TimeDelta = TimeDelta::days(30);
/// Titles forgotten in one write; also far below what one statement may name.
const PORTION: i64 = 500;
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);
const SETTLED_KEPT: TimeDelta = TimeDelta::days(30);
const RUNS_KEPT: TimeDelta = TimeDelta::days(90);
/// A form that was tested and never saved.
const DRAFTS_KEPT: TimeDelta = TimeDelta::days(1);

/// Pictures may take this much of the disk; the ones used least recently go first.
pub const IMAGE_CACHE_CAP: u64 = 512 * 1024 * 1024;
/// Where pictures are kept, below the data folder.
pub const IMAGE_CACHE: &str = "images";

pub async fn run(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let now = app.now();
    let (ended, settled, runs, drafts) = app
        .db
        .write(move |tx| {
            Ok((
                sessions::prune(tx, now - SESSIONS_KEPT)?,
                outbox::prune(tx, now - SETTLED_KEPT)?,
                jobs::prune(tx, now - RUNS_KEPT)?,
                settings::prune(tx, "draft:", now - DRAFTS_KEPT)?,
            ))
        })
        .await?;
    let titles = forget_titles(&app, now - FOUND_KEPT).await?;
    let folder = app.config.data_dir.join(IMAGE_CACHE);
    let pictures =
        tokio::task::spawn_blocking(move || trim(&folder, IMAGE_CACHE_CAP)).await.map_err(AppError::internal)?;
    app.db.read(maintenance::tidy).await?;
    Ok(json!({
        "sessions": ended, "deliveries": settled, "runs": runs, "drafts": drafts, "titles": titles, "pictures": pictures,
    }))
}

async fn forget_titles(app: &App, limit: DateTime<Utc>) -> Outcome<usize> {
    let mut forgotten = 0;
    loop {
        let some = app.db.write(move |tx| titles::prune(tx, limit, PORTION)).await?;
        forgotten += some;
        if i64::try_from(some).unwrap_or(i64::MAX) < PORTION {
            return Ok(forgotten);
        }
    }
}

/// Deletes the least recently used files until the rest fits. A file that goes away meanwhile is as good as deleted.
fn trim(folder: &Path, cap: u64) -> usize {
    let mut files: Vec<(SystemTime, u64, std::path::PathBuf)> = Vec::new();
    collect(folder, &mut files);
    files.sort_by_key(|file| std::cmp::Reverse(file.0));
    let mut kept = 0;
    let mut deleted = 0;
    for (_, size, path) in files {
        kept += size;
        if kept > cap && std::fs::remove_file(path).is_ok() {
            deleted += 1;
        }
    }
    deleted
}

fn collect(folder: &Path, files: &mut Vec<(SystemTime, u64, std::path::PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            collect(&entry.path(), files);
        } else {
            let used = meta.accessed().or_else(|_| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            files.push((used, meta.len(), entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_picture_cache_keeps_what_fits() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        for (n, name) in ["a/1", "a/2", "3"].iter().enumerate() {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![0; 100]).unwrap();
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1000 * (n as u64 + 1));
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_times(std::fs::FileTimes::new().set_accessed(at).set_modified(at)).unwrap();
        }
        assert_eq!(trim(folder.path(), 200), 1);
        assert!(!folder.path().join("a/1").exists());
        assert_eq!(trim(folder.path(), 200), 0);
        assert_eq!(trim(&folder.path().join("none"), 1), 0);
    }
}
