//! The job that compares every open request with its service and with Plex, in case a message was missed, and keeps the
//! messages coming. A service that does not answer changes nothing.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::look::{self, Looked};
use super::poll::fetchers;
use super::{actions, hooks};
use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{Conn, Tx, outbox, requests};
use crate::domain::ids::{RequestId, ServiceId};
use crate::domain::request::{Cause, Command, Request, Stage};
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
            && app.db.write(move |tx| send_again(tx, id, now)).await?
        {
            sent.push(id);
        }
    }
    actions::show(app, &sent);
    Ok(sent.len())
}

/// Looks again as it writes: meanwhile it may have gone out, or something else may be in the way.
fn send_again(tx: &mut Tx<'_>, id: RequestId, now: DateTime<Utc>) -> Outcome<bool> {
    let waits =
        |request: &Request| request.stage == Stage::Stuck && request.cause.is_some_and(Cause::ends_with_the_service);
    match requests::get(tx, id)?.filter(waits) {
        Some(_) => actions::observe(tx, id, &Command::Retry, now),
        None => Ok(false),
    }
}

/// Fulfilled requests whose title two complete readings of all libraries did not find. Read where it is written: it may
/// be coming back.
async fn gone_from_plex(app: &App) -> Outcome<usize> {
    let now = app.now();
    let gone = app.db.write(move |tx| vanish(tx, now)).await?;
    actions::show(app, &gone);
    Ok(gone.len())
}

fn vanish(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<Vec<RequestId>> {
    let mut gone = Vec::new();
    for id in requests::lost_from_plex(tx)? {
        if actions::observe(tx, id, &Command::Vanished, now)? {
            gone.push(id);
        }
    }
    Ok(gone)
}

/// Approved, but nobody is to send it any more: shown, so that somebody can try again.
async fn left_behind(app: &App) -> Outcome<usize> {
    let open = app.db.read(requests::under_way).await?;
    let approved = open.into_iter().map(|(request, _)| request).filter(|request| request.stage == Stage::Approved);
    let (mut shown, now) = (Vec::new(), app.now());
    for request in approved {
        let id = request.id;
        if !app.db.read(move |conn| will_be_sent(conn, &request)).await?
            && app.db.write(move |tx| give_up(tx, id, now)).await?
        {
            shown.push(id);
        }
    }
    actions::show(app, &shown);
    Ok(shown.len())
}

fn will_be_sent(conn: &mut Conn, request: &Request) -> Outcome<bool> {
    outbox::lane_is_busy(conn, &format!("title {}", request.title))
}

/// Looks again as it writes: it may have been sent since it was read.
fn give_up(tx: &mut Tx<'_>, id: RequestId, now: DateTime<Utc>) -> Outcome<bool> {
    match requests::get(tx, id)?.filter(|request| request.stage == Stage::Approved) {
        Some(request) if !will_be_sent(tx, &request)? => {
            actions::observe(tx, id, &Command::Stuck { cause: Cause::ServiceRefused, detail: None }, now)
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::db::home_tests::{ask, house, item, now};
    use crate::db::people::{self, NewPerson};
    use crate::db::titles;
    use crate::domain::catalog::{ExternalIds, MediaKind};
    use crate::domain::effect::Effect;
    use crate::domain::ids::TitleId;
    use crate::domain::people::Role;

    fn film(tx: &mut Tx<'_>, key: &str) -> Outcome<TitleId> {
        let ids = ExternalIds { tmdb: key.parse().ok(), ..ExternalIds::default() };
        titles::upsert_from_plex(tx, &item(key, MediaKind::Movie, ids, key), None, now())
    }

    #[tokio::test]
    async fn only_what_nobody_will_send_is_given_up() {
        let (_database, db) = house().await;
        let given_up = db
            .write(|tx| {
                let asker = people::add(tx, &NewPerson::local("Priya", "priya", Role::Requester), now())?;
                let mut given_up = Vec::new();
                for (key, stage) in [("1", Stage::Approved), ("2", Stage::Searching), ("3", Stage::Approved)] {
                    let title = film(tx, key)?;
                    let id = ask(tx, title, MediaKind::Movie, asker, stage, now())?;
                    if key == "3" {
                        outbox::push(tx, &Effect::SendRequest { request: id, title, attempt: 1 }, key, now())?;
                    }
                    given_up.push(give_up(tx, id, now())?);
                }
                Ok(given_up)
            })
            .await
            .unwrap();
        assert_eq!(given_up, [true, false, false]);
    }

    #[tokio::test]
    async fn only_what_the_service_held_up_is_sent_again() {
        let (_database, db) = house().await;
        let stages = db
            .write(|tx| {
                let asker = people::add(tx, &NewPerson::local("Priya", "priya", Role::Requester), now())?;
                let mut stages = Vec::new();
                for (key, cause) in [("1", Cause::ServiceUnreachable), ("2", Cause::DownloadStalled)] {
                    let title = film(tx, key)?;
                    let id = ask(tx, title, MediaKind::Movie, asker, Stage::Searching, now())?;
                    actions::observe(tx, id, &Command::Stuck { cause, detail: None }, now())?;
                    send_again(tx, id, now())?;
                    stages.push(requests::get(tx, id)?.unwrap().stage);
                }
                Ok(stages)
            })
            .await
            .unwrap();
        assert_eq!(stages, [Stage::Approved, Stage::Stuck]);
    }
}
