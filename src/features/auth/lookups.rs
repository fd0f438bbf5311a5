//! What plex.tv is asked while somebody waits: for a pin, whether it was confirmed, whose it is, what they reach.

use std::time::Duration;

use secrecy::SecretString;

use crate::app::App;
use crate::domain::people::{PlexAccount, PlexPin, PlexResource};
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

/// A server of ours, by the id that it gives itself.
pub struct Ours {
    machine_id: String,
    /// The account it belongs to; none before anybody has asked.
    owner: Option<i64>,
}

/// One that was never asked for its id is asked now.
pub async fn ours(app: &App, servers: &[Server]) -> Outcome<Vec<Ours>> {
    let mut ours = Vec::new();
    for server in servers {
        let machine_id = match &server.machine_id {
            Some(id) => id.clone(),
            None => app.plex_server(server)?.within(PATIENCE).identity().await?.machine_id,
        };
        ours.push(Ours { machine_id, owner: server.owner_plex_id });
    }
    Ok(ours)
}

/// How an account stands to some servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Nothing,
    Shared,
    Owned,
}

/// Asked with the account's own token: a share shows here as soon as it is accepted (plex.md A8).
pub async fn reach(app: &App, token: &SecretString, account: i64, ours: &[Ours]) -> Outcome<Reach> {
    let resources = plex_tv(app)?.resources(token).await?;
    Ok(resources.iter().map(|resource| standing(resource, account, ours)).max().unwrap_or(Reach::Nothing))
}

/// The id of a server is no secret, and anybody may run one that gives itself the same: once we know whose ours is, only
/// theirs counts.
fn standing(resource: &PlexResource, account: i64, ours: &[Ours]) -> Reach {
    let Some(server) = ours.iter().find(|server| server.machine_id == resource.machine_id) else {
        return Reach::Nothing;
    };
    let holder = if resource.owned { Some(account) } else { resource.owner_id };
    match (server.owner, holder) {
        (Some(owner), Some(holder)) if owner != holder => Reach::Nothing,
        _ if resource.owned => Reach::Owned,
        _ => Reach::Shared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: i64 = 1;
    const GUEST: i64 = 2;

    fn resource(owned: bool, owner_id: Option<i64>) -> PlexResource {
        PlexResource {
            name: "Home".to_owned(),
            machine_id: "abc".to_owned(),
            version: None,
            owned,
            owner_id,
            access_token: None,
            connections: Vec::new(),
        }
    }

    #[test]
    fn a_server_that_borrows_the_id_of_ours_opens_nothing() {
        let ours = |owner| [Ours { machine_id: "abc".to_owned(), owner }];
        let known = ours(Some(OWNER));
        assert_eq!(standing(&resource(true, None), OWNER, &known), Reach::Owned);
        assert_eq!(standing(&resource(false, Some(OWNER)), GUEST, &known), Reach::Shared);
        assert_eq!(standing(&resource(false, None), GUEST, &known), Reach::Shared);
        assert_eq!(standing(&resource(true, None), GUEST, &known), Reach::Nothing);
        assert_eq!(standing(&resource(false, Some(3)), GUEST, &known), Reach::Nothing);
        assert_eq!(standing(&resource(true, None), OWNER, &ours(None)), Reach::Owned);
        assert_eq!(standing(&resource(true, None), OWNER, &[]), Reach::Nothing);
    }
}
