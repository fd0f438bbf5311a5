//! Finding and testing a Plex server: through the owner's Plex sign-in, or by address and token.

use futures_util::future::join_all;

use super::*;
use crate::domain::people::{PlexAccount, PlexConnection, PlexPin};
use crate::domain::service::Server;

/// A server that answered and opened.
#[derive(Debug, Clone)]
pub struct Found {
    pub machine_id: String,
    pub version: String,
    pub name: Option<String>,
    pub latency: Duration,
    pub libraries: Vec<PlexLibrary>,
    /// Account id of the token's owner; unknown while plex.tv does not answer.
    pub owner_plex_id: Option<i64>,
}

/// How long one of several addresses of a server may take.
const PROBE: Duration = Duration::from_secs(4);

pub async fn create_pin(app: &App) -> Outcome<PlexPin> {
    Ok(app.plex_tv()?.within(TEST_PATIENCE).create_pin().await?)
}

pub fn auth_url(app: &App, pin: &PlexPin, forward_url: &str) -> Outcome<String> {
    Ok(app.plex_tv()?.auth_url(pin, forward_url))
}

/// The account's token, once it was confirmed at Plex. It is told one time.
pub async fn confirmed(app: &App, pin_id: i64) -> Outcome<Option<SecretString>> {
    Ok(app.plex_tv()?.within(TEST_PATIENCE).check_pin(pin_id).await?)
}

pub async fn account(app: &App, token: &SecretString) -> Outcome<PlexAccount> {
    Ok(app.plex_tv()?.within(TEST_PATIENCE).account(token).await?)
}

/// The servers that the account owns.
pub async fn owned(app: &App, token: &SecretString) -> Outcome<Vec<PlexResource>> {
    let all = app.plex_tv()?.within(TEST_PATIENCE).resources(token).await?;
    Ok(all.into_iter().filter(|resource| resource.owned).collect())
}

/// The best address of a server that really leads to it: https at home, https from outside, http at home, relay
/// (plex.md A8). A private address may reach somebody else's box, so the machine has to say who it is.
pub async fn reachable(app: &App, resource: &PlexResource) -> Option<String> {
    let mut ways: Vec<&PlexConnection> = resource.connections.iter().collect();
    ways.sort_by_key(|way| (way.relay, !way.uri.starts_with("https"), !way.local));
    let probes = ways.iter().map(|way| async {
        let server = PlexServer::new(&way.uri, SecretString::default(), &app.client_id).ok()?;
        let identity = server.within(PROBE).identity().await.ok()?;
        (identity.machine_id == resource.machine_id).then(|| way.uri.clone())
    });
    join_all(probes).await.into_iter().flatten().next()
}

/// Who answers, does the token open, which libraries are there, and whose token is it.
pub async fn test(app: &App, url: &str, token: &SecretString) -> Tested<Found> {
    parse_base(url).map_err(|fault| Trouble { field: "url", words: fault.message })?;
    let server = PlexServer::new(url, token.clone(), &app.client_id)
        .map_err(|fault| Trouble { field: "secret", words: fault.message })?;
    let started = Instant::now();
    let asked = async {
        let identity = server.identity().await?;
        let latency = started.elapsed();
        let named = server.capabilities().await?;
        let libraries = server.libraries().await?;
        Ok((identity, named, latency, libraries))
    };
    let (identity, named, latency, libraries) = match tokio::time::timeout(TEST_PATIENCE, asked).await {
        Ok(answer) => answer.map_err(trouble)?,
        Err(_) => return Err(no_answer()),
    };
    let left = TEST_PATIENCE.saturating_sub(started.elapsed());
    let owner_plex_id = holder(app, token, left.min(PROBE)).await?;
    Ok(Found {
        machine_id: identity.machine_id,
        version: identity.version,
        name: named.name,
        latency,
        libraries,
        owner_plex_id,
    })
}

/// The account of a token; unknown while plex.tv does not answer. A server takes a guest's token, too, but nothing can be
/// read of people with it.
async fn holder(app: &App, token: &SecretString, patience: Duration) -> Tested<Option<i64>> {
    let Ok(plex_tv) = app.plex_tv() else { return Ok(None) };
    match plex_tv.within(patience).account(token).await {
        Ok(account) => Ok(Some(account.id)),
        Err(fault) if fault.class == FaultClass::Auth => Err(Trouble {
            field: "secret",
            words: "This token opens the server, but it is not the one of the owner's account. Enter that one, or sign in with Plex."
                .to_owned(),
        }),
        Err(_) => Ok(None),
    }
}

/// The libraries of a server that is set up, to pick from.
pub async fn libraries(app: &App, server: &Server) -> Outcome<Vec<PlexLibrary>> {
    Ok(app.plex_server(server)?.within(PROBE).libraries().await?)
}

pub fn no_answer() -> Trouble {
    let words =
        "No answer within 10 seconds. Is the server running, and is the address right as seen from this machine?";
    Trouble { field: "url", words: words.to_owned() }
}

fn trouble(fault: Fault) -> Trouble {
    match fault.class {
        FaultClass::Auth => Trouble {
            field: "secret",
            words: format!("{} Sign in with Plex instead, and the right token is taken.", fault.message),
        },
        FaultClass::Missing => {
            Trouble { field: "url", words: format!("{} A Plex server usually listens on port 32400.", fault.message) }
        }
        _ => at_the_address(fault.message),
    }
}
