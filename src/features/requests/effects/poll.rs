//! Looks at downloads: every few seconds while one runs or somebody looks at a parcel page, and by the job that the
//! timetable keeps.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::task::JoinSet;

use super::look::{self, Looked};
use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{jobs, requests, services};
use crate::domain::ids::ServiceId;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::service::{Service, ServiceKind};
use crate::error::Outcome;

const PACE: Duration = Duration::from_secs(3);
/// A service that failed is left in peace for so long.
const PEACE: TimeDelta = TimeDelta::seconds(30);

/// Sleeps until something moves, looks until nothing does. Ends when the house closes.
pub async fn poll(app: App) {
    let mut rounds = Rounds::default();
    loop {
        let busy = rounds.one(&app).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "downloads can't be looked at");
            false
        });
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.wake_poll.notified(), if !busy => {}
            () = tokio::time::sleep(PACE), if busy => {}
        }
    }
}

#[derive(Default)]
struct Rounds {
    /// One look at a service at a time.
    looking: JoinSet<(ServiceId, Outcome<Looked>)>,
    resting: HashMap<ServiceId, DateTime<Utc>>,
    nudged_at: Option<DateTime<Utc>>,
}

impl Rounds {
    /// Starts a look at every service that has something under way. False: nothing moves.
    async fn one(&mut self, app: &App) -> Outcome<bool> {
        while let Some(ended) = self.looking.try_join_next() {
            self.ended(app, ended);
        }
        let moves = app.db.read(requests::anything_moves).await?;
        if !moves && !app.somebody_looks() {
            return Ok(!self.looking.is_empty());
        }
        self.nudge(app).await?;
        for service in fetchers(app).await? {
            if self.resting.get(&service.id).is_none_or(|until| *until <= app.now()) {
                // Cleared when the look ends.
                self.resting.insert(service.id, DateTime::<Utc>::MAX_UTC);
                let app = app.clone();
                self.looking.spawn(async move { (service.id, look::look(&app, &service, false).await) });
            }
        }
        Ok(true)
    }

    fn ended(&mut self, app: &App, ended: Result<(ServiceId, Outcome<Looked>), tokio::task::JoinError>) {
        match ended {
            Ok((service, Ok(_))) => drop(self.resting.remove(&service)),
            Ok((service, Err(error))) => {
                tracing::debug!(service.id = service.0, error = %error, "a look at downloads failed");
                self.resting.insert(service, app.now() + PEACE);
            }
            Err(error) => {
                tracing::error!(error = %error, "a look at downloads broke off");
                self.resting.clear();
            }
        }
    }

    /// Has Plex looked at while something waits on the shelf: often at first, then less and less.
    async fn nudge(&mut self, app: &App) -> Outcome<()> {
        let Some(since) = app.db.read(requests::newest_import).await? else { return Ok(()) };
        let now = app.now();
        let wait = ((now - since) / 4).clamp(TimeDelta::seconds(10), TimeDelta::minutes(15));
        if self.nudged_at.is_some_and(|at| now - at < wait) {
            return Ok(());
        }
        self.nudged_at = Some(now);
        app.db.write(move |tx| jobs::ask(tx, JobName::LibrarySync, RunCause::Schedule, None, now)).await?;
        app.wake_jobs.notify_one();
        Ok(())
    }
}

/// Radarrs and Sonarrs.
pub async fn fetchers(app: &App) -> Outcome<Vec<Service>> {
    let all = app.db.read(services::all).await?;
    Ok(all.into_iter().filter(|service| matches!(service.kind, ServiceKind::Radarr | ServiceKind::Sonarr)).collect())
}

/// The job: one look at every service.
pub async fn downloads_sync(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let services = fetchers(&app).await?;
    let total = i64::try_from(services.len()).ok();
    let (mut downloads, mut silent) = (0, Vec::new());
    for (done, service) in (0..).zip(&services) {
        run.progress(done, total, service.name.clone()).await?;
        match look::look(&app, service, false).await {
            Ok(looked) => downloads += looked.downloads,
            Err(error) => silent.push(json!({ "service": service.name, "error": error.to_string() })),
        }
    }
    app.wake_poll.notify_one();
    Ok(json!({ "downloads": downloads, "silent": silent }))
}
