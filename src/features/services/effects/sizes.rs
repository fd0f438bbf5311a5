//! Learns how big films and episodes are at one Radarr or Sonarr, by quality profile, so that a request can be estimated
//! before anything of it is found. Once a day.

use chrono::TimeDelta;

use crate::app::App;
use crate::db::services;
use crate::domain::service::{Service, ServiceKind};
use crate::domain::size::Sizes;
use crate::error::Outcome;

const EVERY: TimeDelta = TimeDelta::hours(24);

pub async fn refresh(app: &App, service: &Service) -> Outcome<()> {
    let (id, now) = (service.id, app.now());
    let known = app.db.read(move |conn| services::sizes(conn, id)).await?;
    if known.read_at.is_some_and(|at| now - at < EVERY) {
        return Ok(());
    }
    let samples = match service.kind {
        ServiceKind::Radarr => app.radarr(service)?.sizes().await?,
        ServiceKind::Sonarr => app.sonarr(service)?.sizes().await?,
        _ => return Ok(()),
    };
    let sizes = Sizes::of(&samples);
    app.db.write(move |tx| services::put_sizes(tx, id, &sizes, now)).await
}
