//! Stops what a declined or withdrawn request had started: only what Usherr itself began, and only as far as nobody else
//! waits for it. Files stay.

use super::arr::Arr;
use super::{actions, moot};
use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::db::{Conn, follows, outbox, requests, titles};
use crate::domain::effect::Ending;
use crate::domain::fault::FaultClass;
use crate::domain::ids::RequestId;
use crate::domain::request::{Request, ScopeKind, Stage};
use crate::domain::service::Service;
use crate::domain::title::public_id;
use crate::error::{AppError, Outcome};
use crate::features::requests::actions::service_of;

struct Stop {
    service: Service,
    arr_id: Option<i64>,
    public_id: Option<i64>,
    request: Request,
    /// Seasons that nobody else has asked for; none means the whole title.
    seasons: Option<Vec<i32>>,
}

pub async fn cancel(app: &App, claim: &Claim, id: RequestId) -> Outcome<Settled> {
    let Some(stop) = app.db.read(move |conn| what_to_stop(conn, id)).await? else { return moot(app, claim).await };
    match carry_out(app, &stop).await {
        Ok(()) => {}
        // It is gone, or the service does not do it: nothing more we could do.
        Err(AppError::Service(fault)) if matches!(fault.class, FaultClass::Missing | FaultClass::Permanent) => {
            tracing::warn!(request.id = id.0, fault = %fault, "what a request had started could not be stopped");
        }
        Err(error) => return Err(error),
    }
    let (claim, now) = (claim.clone(), app.now());
    let settled = app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Done, now)).await?;
    actions::announce(app, id);
    Ok(settled)
}

fn what_to_stop(conn: &mut Conn, id: RequestId) -> Outcome<Option<Stop>> {
    let Some(request) = requests::get(conn, id)? else { return Ok(None) };
    if !matches!(request.stage, Stage::Declined | Stage::Withdrawn) || !follows::of(conn, &[id])?.is_empty() {
        return Ok(None);
    }
    let all = requests::for_title(conn, request.title)?;
    let same_place = |other: &&Request| other.is_4k == request.is_4k && other.choice.service == request.choice.service;
    let ours = request.added_by_us || all.iter().filter(same_place).any(|other| other.added_by_us);
    if !ours {
        return Ok(None);
    }
    let others: Vec<&Request> = all
        .iter()
        .filter(|other| other.id != id && other.is_4k == request.is_4k && other.stage.holds_the_title())
        .collect();
    let seasons = match request.scope {
        None if !others.is_empty() => return Ok(None),
        None => None,
        Some(_) if others.is_empty() => None,
        Some(ScopeKind::Future) => return Ok(None),
        Some(_) => {
            let mine = request.seasons.clone().unwrap_or_default();
            Some(mine.into_iter().filter(|season| !others.iter().any(|other| other.wants_season(*season))).collect())
        }
    };
    let Some(service) = service_of(conn, &request)? else { return Ok(None) };
    let title = titles::get(conn, request.title)?;
    let public_id = title.and_then(|title| public_id(title.kind, &title.ids));
    Ok(Some(Stop { service, arr_id: request.arr_id, public_id, request, seasons }))
}

async fn carry_out(app: &App, stop: &Stop) -> Outcome<()> {
    let arr = Arr::connect(app, &stop.service)?;
    let id = match (stop.arr_id, stop.public_id) {
        (Some(id), _) => id,
        // Killed between the add and our commit: it is there, without our knowing where.
        (None, Some(public_id)) => match arr.find(public_id).await? {
            Some(found) => found.id,
            None => return Ok(()),
        },
        (None, None) => return Ok(()),
    };
    match &arr {
        Arr::Radarr(radarr) => radarr.unwatch(id).await?,
        Arr::Sonarr(sonarr) => sonarr.unwatch(id, stop.seasons.as_deref()).await?,
    }
    let mine = |season: Option<i32>| match &stop.seasons {
        None => true,
        Some(seasons) => season.is_some_and(|season| seasons.contains(&season)),
    };
    let queue = arr.queue().await?;
    let concerned = queue.iter().filter(|record| record.arr_title_id == Some(id) && mine(record.season));
    let ids: Vec<i64> = concerned.map(|record| record.queue_id).collect();
    arr.cancel_downloads(&ids).await?;
    tracing::debug!(request.id = stop.request.id.0, downloads = ids.len(), "stopped what a request had started");
    Ok(())
}
