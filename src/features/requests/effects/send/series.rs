//! Sends a series: which seasons that makes, what of it Sonarr has already, and what it must watch besides.

use std::time::Duration;

use super::{Delivered, Errand, add_title, will_add};
use crate::app::App;
use crate::domain::catalog::CandidateSeason;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::request::{Covered, Scope, ScopeKind};
use crate::domain::servarr::{AddTitle, Monitor, counted};
use crate::domain::service::Service;
use crate::error::{AppError, Outcome};
use crate::features::requests::effects::check;
use crate::vendor::sonarr::Sonarr;

pub(super) async fn series(
    app: &App,
    sonarr: &Sonarr,
    errand: &Errand,
    service: &Service,
    public_id: i64,
) -> Outcome<Delivered> {
    let found = sonarr.find(public_id).await?;
    let known = match (&found, &errand.request.seasons) {
        (Some(found), None) => counted(found.candidate.seasons.clone(), &sonarr.episodes(found.id).await?, app.now()),
        (Some(found), _) => found.candidate.seasons.clone(),
        (None, Some(_)) => Vec::new(),
        (None, None) => sonarr.lookup_id(public_id).await?.map(|candidate| candidate.seasons).unwrap_or_default(),
    };
    let (id, added) = match &found {
        Some(found) => (found.id, false),
        None if is_undecided(errand, &known) => {
            (add_series(app, sonarr, errand, service, public_id, Monitor::Seasons(Vec::new())).await?.0, true)
        }
        None => {
            let (seasons, monitors) = monitors(errand, &known)?;
            let first = monitors.first().cloned().unwrap_or(Monitor::Seasons(Vec::new()));
            let (id, added) = add_series(app, sonarr, errand, service, public_id, first).await?;
            let rest = if added { monitors.get(1..).unwrap_or_default() } else { &monitors };
            return watched(app, sonarr, errand, Place { id, added }, seasons, &monitors, rest).await;
        }
    };
    let known = if is_undecided(errand, &known) { read_anew(app, sonarr, id, known).await? } else { known };
    let (seasons, monitors) = monitors(errand, &known)?;
    watched(app, sonarr, errand, Place { id, added }, seasons, &monitors, &monitors).await
}

struct Place {
    id: i64,
    added: bool,
}

/// Which season is the latest that has aired: a lookup does not tell, and Sonarr reads the episodes after the add.
fn is_undecided(errand: &Errand, known: &[CandidateSeason]) -> bool {
    let latest = errand.request.scope == Some(ScopeKind::Latest) && errand.request.seasons.is_none();
    latest && known.iter().any(|season| season.number > 0) && Scope::Latest.resolve(known).is_none()
}

/// The seasons with what has aired of them, once Sonarr has read the episodes. It takes some seconds.
async fn read_anew(app: &App, sonarr: &Sonarr, id: i64, known: Vec<CandidateSeason>) -> Answer<Vec<CandidateSeason>> {
    for look in 0..EPISODE_LOOKS {
        let episodes = sonarr.episodes(id).await?;
        if !episodes.is_empty() {
            return Ok(counted(known, &episodes, app.now()));
        }
        if look == 0 {
            sonarr.refresh(id).await?;
        }
        tokio::time::sleep(EPISODE_PAUSE).await;
    }
    Err(Fault::transient("Sonarr has the series and is still reading which episodes there are."))
}

const EPISODE_LOOKS: u32 = 20;
const EPISODE_PAUSE: Duration = Duration::from_millis(500);

/// The row of the series, and whether it was added just now.
async fn add_series(
    app: &App,
    sonarr: &Sonarr,
    errand: &Errand,
    service: &Service,
    public_id: i64,
    monitor: Monitor,
) -> Outcome<(i64, bool)> {
    let add = AddTitle { monitor, ..add_title(sonarr, errand, service, public_id).await? };
    will_add(app, errand).await?;
    match sonarr.add(&add).await {
        Ok(series) => Ok((series.id, true)),
        Err(fault) if fault.class == FaultClass::Already => Ok((sonarr.find(public_id).await?.ok_or(fault)?.id, false)),
        Err(fault) => Err(fault.into()),
    }
}

/// Has watched what the add left out, and reads which episodes that makes.
async fn watched(
    app: &App,
    sonarr: &Sonarr,
    errand: &Errand,
    place: Place,
    seasons: Option<Vec<i32>>,
    all: &[Monitor],
    rest: &[Monitor],
) -> Outcome<Delivered> {
    let Place { id, added } = place;
    for monitor in rest {
        sonarr.watch(id, monitor, app.now()).await?;
    }
    let wanted = check::wanted(sonarr, id, &errand.request, seasons.as_deref()).await?;
    let searching = all.iter().any(|monitor| *monitor != Monitor::Future);
    Ok(Delivered { arr_id: id, added, searching, seasons, wanted: wanted.map(|(wanted, _)| wanted) })
}

/// The season numbers, where they were not known before, and how Sonarr is told.
fn monitors(errand: &Errand, known: &[CandidateSeason]) -> Outcome<(Option<Vec<i32>>, Vec<Monitor>)> {
    let request = &errand.request;
    let kind = request.scope.ok_or_else(|| AppError::internal("a series without a scope"))?;
    let found = match &request.seasons {
        Some(_) => None,
        None => Scope::of(kind, &[]).and_then(|scope| scope.resolve(known)),
    };
    let covered = request.covered();
    let seasons = found.clone().unwrap_or(covered.seasons);
    let covered = Covered { seasons, ..covered };
    let monitors = covered.monitors(kind, errand.alone);
    match monitors.is_empty() {
        true => Err(Fault::missing("Sonarr does not know yet which seasons this series has.").into()),
        false => Ok((found, monitors)),
    }
}
