//! The door for Sonarr and Radarr: `/hooks/{kind}/{secret}` (services.md 3). Whoever knows the random part is the
//! service; it is never logged. What can't be understood is let pass: polling repairs it.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, handler};

use super::{actions, lookups};
use crate::app::App;
use crate::db::services;
use crate::domain::servarr::HookEvent;
use crate::domain::service::ServiceKind;
use crate::error::AppError;

/// More than any message of theirs has.
const MOST_BYTES: usize = 1024 * 1024;

#[handler]
pub async fn report(
    Data(app): Data<&App>,
    Path((kind, secret)): Path<(String, String)>,
    body: Body,
) -> poem::Result<StatusCode> {
    let kind: ServiceKind = kind.parse().map_err(|_| AppError::NotFound)?;
    let service = app.db.read(move |conn| services::by_hook_secret(conn, &secret)).await?;
    let service = service.filter(|service| service.kind == kind).ok_or(AppError::NotFound)?;
    let bytes = body
        .into_bytes_limit(MOST_BYTES)
        .await
        .map_err(|_| AppError::Malformed("That is no message of this service: it is too long.".to_owned()))?;
    let hook = lookups::read_hook(kind, &bytes)?;
    tracing::debug!(service.name = %service.name, hook.event = ?hook.event, "a service reported");
    if hook.event != HookEvent::Test {
        actions::heard(app, service, hook).await?;
    }
    Ok(StatusCode::OK)
}
