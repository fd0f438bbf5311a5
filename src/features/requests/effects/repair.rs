//! The job that compares every open request with its service and with Plex, in case a message was missed, and keeps the
//! messages coming. A service that does not answer changes nothing.

use serde_json::json;

use super::look::{self, Looked};
use super::poll::fetchers;
use super::{actions, hooks};
use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{outbox, requests};
use crate::domain::ids::{RequestId, ServiceId};
use crate::domain::request::{Cause, Command, Stage};
use crate::error::Outcome;
use crate::features::requests::actions::service_of;

pub async fn request_repair(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let services = fetchers(&app).await?;
    let total = i64::try_from(services.len()).ok();
    let (mut changed, mut silent, mut answering) = (0, Vec::new(), Vec::new());
    for (done, service) in (0..).zip(&services) {
        run.progress(done, total, service.name.clone()).await?;
        match look::look(&app, service, true).await {
            Ok(Looked { changed: some, .. }) => {
                changed += some.len();
                answering.push(service.id);
            }
            Err(error) => silent.push(json!({ "service": service.name, "error": error.to_string() })),
        }
        if let Err(error) = hooks::keep(&app, service).await {
            tracing::debug!(service.name = %service.name, error = %error, "its webhook can't be looked at");
        }
    }
    let resent = resend(&app, answering).await?;
    let lost = gone_from_plex(&app).await?;
    let forgotten = left_behind(&app).await?;
    app.wake_poll.notify_one();
    Ok(json!({
        "changed": changed + lost, "sent_again": resent, "left_behind": forgotten, "silent": silent,
    }))
}

/// What waited for a service that answers again goes out without anybody pressing a button.
async fn resend(app: &App, answering: Vec<ServiceId>) -> Outcome<usize> {
    let causes: Vec<Cause> = Cause::ALL.iter().copied().filter(|cause| cause.ends_with_the_service()).collect();
    let waiting = app.db.read(move |conn| requests::stuck_on(conn, &causes)).await?;
    let mut sent = Vec::new();
    for request in waiting {
        let (id, now) = (request.id, app.now());
        let to = app.db.read(move |conn| service_of(conn, &request)).await?;
        let Some(to) = to.filter(|to| answering.contains(&to.id)) else { continue };
        // With nothing under way there nobody has called it: it may still be down.
        if super::arr::Arr::connect(app, &to)?.status().await.is_ok()
            && app.db.write(move |tx| actions::observe(tx, id, &Command::Retry, now)).await?
        {
            sent.push(id);
        }
    }
    actions::show(app, &sent);
    Ok(sent.len())
}

/// Fulfilled requests whose title two complete readings of all libraries did not find.
async fn gone_from_plex(app: &App) -> Outcome<usize> {
    each(app, app.db.read(requests::lost_from_plex).await?, Command::Vanished).await
}

/// Approved, but nobody is to send it any more: shown, so that somebody can try again.
async fn left_behind(app: &App) -> Outcome<usize> {
    let open = app.db.read(requests::under_way).await?;
    let mut forgotten = Vec::new();
    for (request, _) in open.into_iter().filter(|(request, _)| request.stage == Stage::Approved) {
        let lane = format!("title {}", request.title);
        if !app.db.read(move |conn| outbox::lane_is_busy(conn, &lane)).await? {
            forgotten.push(request.id);
        }
    }
    each(app, forgotten, Command::Stuck { cause: Cause::ServiceRefused, detail: None }).await
}

async fn each(app: &App, ids: Vec<RequestId>, command: Command) -> Outcome<usize> {
    let mut changed = Vec::new();
    for id in ids {
        let (command, now) = (command.clone(), app.now());
        if app.db.write(move |tx| actions::observe(tx, id, &command, now)).await? {
            changed.push(id);
        }
    }
    actions::show(app, &changed);
    Ok(changed.len())
}
