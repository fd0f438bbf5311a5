//! What the request form asks of Sonarr or Radarr while somebody waits for the page: briefly, and only to read.

use crate::app::App;
use crate::app::services::PAGE_PATIENCE;
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::service::Service;
use crate::error::Outcome;

/// What a service said of a title in the time a page has.
#[derive(Debug, Clone)]
pub enum Look {
    Found(Box<Candidate>),
    /// It knows no such title.
    Nothing,
    /// It did not answer, or not in time.
    Silent,
}

/// The title with this public id (TMDB for a film, TVDB for a series), as the service knows it.
pub async fn title(app: &App, service: &Service, kind: MediaKind, public_id: i64) -> Look {
    match tokio::time::timeout(PAGE_PATIENCE, ask(app, service, kind, public_id)).await {
        Ok(Ok(Some(candidate))) => Look::Found(Box::new(candidate)),
        Ok(Ok(None)) => Look::Nothing,
        Ok(Err(error)) => {
            tracing::info!(service.name = %service.name, error = %error, "a title could not be looked up for a page");
            Look::Silent
        }
        Err(_) => Look::Silent,
    }
}

async fn ask(app: &App, service: &Service, kind: MediaKind, public_id: i64) -> Outcome<Option<Candidate>> {
    Ok(match kind {
        MediaKind::Movie => app.radarr(service)?.lookup_id(public_id).await?,
        MediaKind::Series => app.sonarr(service)?.lookup_id(public_id).await?,
    })
}
