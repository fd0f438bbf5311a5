//! Job `cleanup`: forgets what nobody will ask for again. Never touches people, requests or the record.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{access_requests, guests, jobs, mail_changes, outbox, sessions, settings, titles};
use crate::error::Outcome;

/// Found by somebody's search, and never asked for.
const FOUND_KEPT: TimeDelta = TimeDelta::days(30);
/// Titles forgotten in one write; also far below what one statement may name.
const PORTION: i64 = 500;
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);
const SETTLED_KEPT: TimeDelta = TimeDelta::days(30);
const RUNS_KEPT: TimeDelta = TimeDelta::days(90);
/// Somebody asked to be let in and never confirmed the address.
const UNCONFIRMED_KEPT: TimeDelta = TimeDelta::days(7);
/// A form that was tested and never saved.
const DRAFTS_KEPT: TimeDelta = TimeDelta::days(1);

pub async fn run(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let now = app.now();
    let (ended, settled, runs, drafts, guests, unconfirmed) = app
        .db
        .write(move |tx| {
            Ok((
                sessions::prune(tx, now - SESSIONS_KEPT)? + mail_changes::prune(tx, now - SESSIONS_KEPT)?,
                outbox::prune(tx, now - SETTLED_KEPT)?,
                jobs::prune(tx, now - RUNS_KEPT)?,
                settings::prune(tx, "draft:", now - DRAFTS_KEPT)?,
                guests::prune(tx, now)?,
                access_requests::prune(tx, now - UNCONFIRMED_KEPT)?,
            ))
        })
        .await?;
    let titles = forget_titles(&app, now - FOUND_KEPT).await?;
    app.db.tidy().await?;
    Ok(json!({
        "sessions": ended, "deliveries": settled, "runs": runs, "drafts": drafts, "guests": guests,
        "access_requests": unconfirmed, "titles": titles,
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
