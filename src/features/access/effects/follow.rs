//! The job `access_apply`: follows the changes that wait until each of them is made or has failed, and says how it went.
//! The changes themselves are effects; whether this job runs or not changes nothing for them.

use std::time::Duration;

use serde_json::{Value, json};

use super::outlook;
use crate::app::Change as News;
use crate::app::run::RunHandle;
use crate::db::changes::tally::{self, Tally};
use crate::db::jobs;
use crate::error::{AppError, Outcome};

/// Another process may be doing them.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub async fn run(run: RunHandle) -> Outcome<Value> {
    let app = run.app.clone();
    let mut news = app.changes();
    outlook::count(&app).await?;
    // The worker does not wait for this: what it was asked to follow may be over by now.
    let id = run.claim().id;
    let Some(asked) = app.db.read(move |conn| jobs::run(conn, id)).await? else {
        return Ok(summary(&Tally::default()));
    };
    let since = asked.started_at;
    loop {
        let tally = app.db.read(move |conn| tally::since(conn, since)).await?;
        let over = tally.done + tally.failed + tally.stopped;
        run.progress(over, Some(over + tally.waiting), tally.current.clone().unwrap_or_default()).await?;
        if tally.waiting == 0 {
            outlook::count(&app).await?;
            return ended(&tally);
        }
        if run.must_stop() {
            return Err(AppError::Conflict("Usherr is closing; the changes go on when it is back.".to_owned()));
        }
        tokio::select! {
            () = heard(&mut news) => {}
            () = app.stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn heard(news: &mut tokio::sync::broadcast::Receiver<News>) {
    while !matches!(news.recv().await, Ok(News::Access) | Err(_)) {}
}

fn ended(tally: &Tally) -> Outcome<Value> {
    match tally.failed {
        0 => Ok(summary(tally)),
        failed => {
            let words = tally.error.clone().unwrap_or_default();
            let of = tally.done + failed;
            Err(AppError::refused(format!("{failed} of {of} changes could not be made. {words}")))
        }
    }
}

fn summary(tally: &Tally) -> Value {
    json!({ "changed": tally.done, "failed": tally.failed, "left": tally.stopped })
}
