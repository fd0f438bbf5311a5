//! What must be asked of a service while somebody waits: the title that is asked for, and its seasons. Writes nothing.

use std::sync::LazyLock;
use std::time::Duration;

use moka::future::Cache;

use crate::app::App;
use crate::domain::catalog::Candidate;
use crate::domain::fault::Fault;
use crate::domain::ids::ServiceId;
use crate::domain::servarr::{Hook, counted};
use crate::domain::service::{Service, ServiceKind};
use crate::error::{AppError, Outcome};
use crate::vendor::servarr::hooks::parse_hook;

/// Reads a webhook of Sonarr or Radarr.
pub fn read_hook(kind: ServiceKind, body: &[u8]) -> Outcome<Hook> {
    parse_hook(kind, body).map_err(|fault| AppError::Malformed(fault.message))
}

/// Installation, service, and what was asked.
type Key = (String, ServiceId, String);

static KNOWN: LazyLock<Cache<Key, Option<Candidate>>> =
    LazyLock::new(|| Cache::builder().max_capacity(100).time_to_live(Duration::from_secs(600)).build());

/// The service itself may take this long; whoever waits goes on earlier.
const LONGEST: Duration = Duration::from_secs(60);

/// A title by its public id, as the service's lookup knows it: `tmdb:438631`, `tvdb:81189`. Answers within `patience`, or
/// says that it will take longer; the answer that comes later is there at the next try.
pub async fn title(app: &App, service: &Service, term: &str, patience: Duration) -> Outcome<Option<Candidate>> {
    let key = (app.client_id.clone(), service.id, term.to_owned());
    let (app, of, term) = (app.clone(), service.clone(), term.to_owned());
    let asking = tokio::spawn(async move {
        KNOWN.try_get_with(key, async move { ask(&app, &of, &term).await }).await.map_err(|error| match &*error {
            AppError::Service(fault) => AppError::Service(fault.clone()),
            other => AppError::internal(other),
        })
    });
    match tokio::time::timeout(patience, asking).await {
        Ok(answer) => answer.map_err(AppError::internal)?,
        Err(_) => {
            Err(Fault::transient(format!("{} has not answered yet. Try again in a moment.", service.name)).into())
        }
    }
}

async fn ask(app: &App, service: &Service, term: &str) -> Outcome<Option<Candidate>> {
    if service.kind == ServiceKind::Radarr {
        return Ok(app.radarr(service)?.lookup(term, LONGEST).await?.into_iter().next());
    }
    let sonarr = app.sonarr(service)?;
    let Some(found) = sonarr.lookup(term, LONGEST).await?.into_iter().next() else { return Ok(None) };
    let Some(id) = found.arr_id else { return Ok(Some(found)) };
    let episodes = sonarr.episodes(id).await?;
    let seasons = counted(found.seasons, &episodes, app.now());
    Ok(Some(Candidate { seasons, ..found }))
}
