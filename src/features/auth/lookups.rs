//! What plex.tv is asked while somebody waits: for a pin, whether it was confirmed, whose it is, what they reach.

use std::time::Duration;

use secrecy::SecretString;

use crate::app::App;
use crate::domain::people::{PlexAccount, PlexPin};
use crate::domain::service::Server;
use crate::error::Outcome;
use crate::vendor::plex_tv::PlexTv;

/// For each call. Pages don't wait that long; what comes later is kept for the next look.
const PATIENCE: Duration = Duration::from_secs(10);

fn plex_tv(app: &App) -> Outcome<PlexTv> {
    Ok(app.plex_tv()?.within(PATIENCE))
}

pub async fn create_pin(app: &App) -> Outcome<PlexPin> {
    Ok(plex_tv(app)?.create_pin().await?)
}

/// Plex's own page, on which a pin is confirmed; it leads back to `forward_url`.
pub fn auth_url(app: &App, pin: &PlexPin, forward_url: &str) -> Outcome<String> {
    Ok(app.plex_tv()?.auth_url(pin, forward_url))
}

/// The account's token, once it was confirmed. Plex tells it one time.
pub async fn confirmed(app: &App, pin_id: i64) -> Outcome<Option<SecretString>> {
    Ok(plex_tv(app)?.check_pin(pin_id).await?)
}

pub async fn account(app: &App, token: &SecretString) -> Outcome<PlexAccount> {
    Ok(plex_tv(app)?.account(token).await?)
}

/// The ids of these servers; one that was never asked is asked now.
pub async fn machine_ids(app: &App, servers: &[Server]) -> Outcome<Vec<String>> {
    let mut ids = Vec::new();
    for server in servers {
        match &server.machine_id {
            Some(id) => ids.push(id.clone()),
            None => ids.push(app.plex_server(server)?.within(PATIENCE).identity().await?.machine_id),
        }
    }
    Ok(ids)
}

/// How an account stands to some servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Nothing,
    Shared,
    Owned,
}

/// Asked with the account's own token: a share shows here as soon as it is accepted (plex.md A8).
pub async fn reach(app: &App, token: &SecretString, machine_ids: &[String]) -> Outcome<Reach> {
    let resources = plex_tv(app)?.resources(token).await?;
    let ours = resources.iter().filter(|resource| machine_ids.contains(&resource.machine_id));
    Ok(ours.map(|resource| if resource.owned { Reach::Owned } else { Reach::Shared }).max().unwrap_or(Reach::Nothing))
}
