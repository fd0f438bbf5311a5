//! Sees to it that a Sonarr or Radarr still reports to us: somebody may have removed our webhook there, or it could not be
//! set up when it was tried. Registering is an effect of its own; this only asks for it.

use secrecy::ExposeSecret;

use super::arr::Arr;
use crate::app::{App, keep};
use crate::db::outbox;
use crate::domain::effect::Effect;
use crate::domain::service::Service;
use crate::error::Outcome;

/// Returns whether it was asked for anew.
pub async fn keep(app: &App, service: &Service) -> Outcome<bool> {
    let Some(base) = app.hook_base().await? else { return Ok(false) };
    let there = match app.hook_url(&base, service)? {
        Some(url) if service.hook_id.is_some() => Arr::connect(app, service)?.has_webhook(url.expose_secret()).await?,
        _ => false,
    };
    if there {
        return Ok(false);
    }
    let (service, now) = (service.clone(), app.now());
    let lane = Effect::RegisterHook { service: service.id }.lane().unwrap_or_default();
    let asked = app
        .db
        .write(move |tx| match outbox::lane_is_busy(tx, &lane)? {
            true => Ok(false),
            false => keep::ask_for_hook(tx, service.id, &service.url, now).map(|()| true),
        })
        .await?;
    if asked {
        app.wake_worker();
    }
    Ok(asked)
}
