//! The simulated plex.tv: sign-in, accounts, resources and sharing, with the oddities of plex.md A and B.
//! One host stands for plex.tv, clients.plex.tv and app.plex.tv. Never touches the media server's titles.

mod accounts;
mod auth_page;
mod errors;
mod home;
mod leaving;
mod pins;
mod sharing;
mod sharing_v1;
mod sharing_v2;
mod strict;

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use poem::http::StatusCode;
use poem::{Request, Response, endpoint};

use super::ask::{Ask, json, xml};
use super::host::Host;
use super::household::{Account, Shared};
pub use home::HomeRefusal;
pub use pins::Pin;
pub use sharing::Refusal;

/// What `/api/servers/{machineId}` and its v2 twin list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SectionList {
    #[default]
    Full,
    /// A healthy server, an unhealthy list: these section keys are missing (B0).
    Without(Vec<i64>),
    Empty,
}

/// The answers that differ between accounts, years and reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modes {
    pub section_list: SectionList,
    /// `GET /api/invites/requested` answers 410 in place of XML (2.2).
    pub sent_invites_gone: bool,
    /// The v1 list of shares leaves `accessToken` empty (B2).
    pub share_tokens_hidden: bool,
    /// `PUT /api/v2/sharings/{id}` answers 404 (B8).
    pub sharings_put_gone: bool,
    /// Inviting, changing and removing by the old routes answer 410; their lists stay (B4, B7, B9).
    pub v1_sharing_gone: bool,
    /// The same of the new routes.
    pub v2_sharing_gone: bool,
    /// `POST /api/v2/sharing_settings` answers 404 (B8).
    pub settings_gone: bool,
    /// Settings of managed users are refused with 422, because of a restriction profile (B8).
    pub restricted_refused: bool,
    /// A cancelled invite leaves a row behind that makes the next one fail with 400 (B4).
    pub orphans: bool,
    /// Every invite is refused, and why.
    pub invites_refused: Option<Refusal>,
    /// Nobody is let into the Home, and why (B10).
    pub home_refused: Option<HomeRefusal>,
    /// A claimed pin can be read again and again; else it is spent after one reading (A3).
    pub pins_stay: bool,
}

/// A handle of the running plex.tv. Clones share it.
#[derive(Clone)]
pub struct PlexTv {
    host: Host,
    desk: Arc<Desk>,
}

struct Desk {
    house: Shared,
    /// Where resources say the media server is.
    media_server: String,
    pins: Mutex<pins::Pins>,
    modes: Mutex<Modes>,
}

/// Faults, the journal, going down and coming back are its host's.
impl Deref for PlexTv {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl PlexTv {
    /// Serves `house`, and tells that its media server is at `media_server` (a URL).
    pub async fn start(port: Option<u16>, house: Shared, media_server: String) -> io::Result<PlexTv> {
        let desk = Arc::new(Desk { house, media_server, pins: Mutex::default(), modes: Mutex::default() });
        let asked = desk.clone();
        let host = Host::start(
            "plex.tv",
            port,
            endpoint::make(move |req: Request| {
                let desk = asked.clone();
                async move { Ok::<_, poem::Error>(answer(&desk, &Ask::read(req).await)) }
            }),
        )
        .await?;
        Ok(PlexTv { host, desk })
    }

    pub fn url(&self) -> String {
        self.host.url()
    }

    /// The page in place of `https://app.plex.tv/auth`; parameters go behind `#?` (A2) or, for tests, behind `?`.
    pub fn auth_url(&self) -> String {
        format!("{}/auth", self.host.url())
    }

    pub fn house(&self) -> &Shared {
        &self.desk.house
    }

    /// Changes which of its possible answers plex.tv gives.
    pub fn set_modes(&self, change: impl FnOnce(&mut Modes)) {
        change(&mut self.desk.modes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All pins made so far, oldest first.
    pub fn pins(&self) -> Vec<Pin> {
        self.desk.pins().all()
    }

    /// The person of this account says yes to the sign-in with this code. False when there is no such open pin.
    pub fn approve_pin(&self, code: &str, account_id: i64) -> bool {
        self.desk.approve(code, account_id)
    }

    /// The person of this account says yes in Plex to the invitation to the owner's Home. False when none waits for them.
    pub fn accept_home(&self, account_id: i64) -> bool {
        home::accept(&self.desk, account_id)
    }

    /// They say no to it.
    pub fn decline_home(&self, account_id: i64) -> bool {
        home::cancel(&self.desk, account_id)
    }

    /// The pin's time is over from now on.
    pub fn expire_pin(&self, id: i64) {
        self.desk.pins().expire(id);
    }
}

impl Desk {
    fn pins(&self) -> MutexGuard<'_, pins::Pins> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn modes(&self) -> Modes {
        self.modes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn approve(&self, code: &str, account_id: i64) -> bool {
        let token = self.house.read(|house| house.account(account_id).map(|account| account.token.clone()));
        token.is_some_and(|token| self.pins().claim(code, token))
    }

    /// The account whose token came with the request.
    fn caller(&self, ask: &Ask) -> Option<Account> {
        let token = ask.token()?;
        self.house.read(|house| house.account_by_token(token).cloned())
    }

    fn is_owner(&self, account: &Account) -> bool {
        self.house.read(|house| house.owner_id == account.id)
    }
}

fn answer(desk: &Desk, ask: &Ask) -> Response {
    let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["auth"] => auth_page::answer(desk, ask),
        ["api", "v2", rest @ ..] => v2(desk, ask, rest),
        ["api", rest @ ..] => v1(desk, ask, rest),
        ["users", uuid, "avatar"] => accounts::avatar(desk, uuid),
        _ => errors::v1_not_found(),
    }
}

/// Routes that need no token first, then those that do. Every one wants a client identifier (2.1).
fn v2(desk: &Desk, ask: &Ask, path: &[&str]) -> Response {
    let Some(client) = ask.plex("X-Plex-Client-Identifier") else {
        return errors::v2(ask, StatusCode::BAD_REQUEST, 1000, "X-Plex-Client-Identifier is missing");
    };
    match (ask.method.as_str(), path) {
        ("POST", ["pins"]) => return pins::create(desk, ask, client),
        ("GET", ["pins", id]) => return pins::poll(desk, ask, client, id),
        ("GET", ["friends"]) => return errors::v2_gone(ask),
        ("GET", ["shared_servers"]) => return errors::method_not_allowed("OPTIONS, POST"),
        _ => {}
    }
    let Some(caller) = desk.caller(ask) else {
        return errors::v2_unauthorized(ask);
    };
    match (ask.method.as_str(), path) {
        ("PUT", ["pins", "link"]) => pins::link(desk, ask, &caller),
        ("GET", ["user"]) => accounts::user(desk, ask, &caller),
        ("GET", ["ping"]) => accounts::ping(ask),
        ("GET", ["resources"]) => accounts::resources(desk, ask, &caller),
        ("GET", ["servers", machine]) => sharing_v2::sections(desk, ask, &caller, machine),
        (_, ["shared_servers", rest @ ..]) => sharing_v2::shared_servers(desk, ask, &caller, rest),
        ("POST", ["sharing_settings"]) => sharing_v2::settings(desk, ask, &caller),
        (_, ["sharings", id]) => sharing_v2::sharings(desk, ask, &caller, id),
        _ => errors::v2_not_found(ask),
    }
}

/// The old routes answer XML, whatever `Accept` says.
fn v1(desk: &Desk, ask: &Ask, path: &[&str]) -> Response {
    match (ask.method.as_str(), path) {
        (_, ["friends", ..]) | ("PUT", ["invites", "requests", _]) => return errors::v1_gone(),
        _ => {}
    }
    let Some(caller) = desk.caller(ask) else {
        return errors::v1_unauthorized();
    };
    match (ask.method.as_str(), path) {
        ("GET", ["users"]) => accounts::users(desk, ask, &caller),
        ("DELETE", ["home", "users", id]) => leaving::home(desk, &caller, id),
        ("GET", ["home", "users"]) => accounts::home_users(desk, ask, &caller),
        ("POST", ["home", "users"]) => home::invite(desk, ask, &caller),
        ("GET", ["servers", machine]) => sharing_v1::sections(desk, &caller, machine),
        (_, ["servers", machine, "shared_servers", rest @ ..]) => {
            sharing_v1::shared_servers(desk, ask, &caller, machine, rest)
        }
        ("GET", ["invites", "requested"]) => sharing_v1::sent_invites(desk, ask, &caller),
        ("DELETE", ["invites", "requested", id]) => sharing_v1::cancel(desk, ask, &caller, id),
        ("PUT", ["users", id]) => sharing_v1::user_settings(desk, ask, &caller, id),
        _ => errors::v1_not_found(),
    }
}

/// A v2 answer in JSON, or in XML when JSON wasn't asked for.
fn v2_answer(ask: &Ask, status: StatusCode, name: &str, body: &serde_json::Value) -> Response {
    if ask.wants_json() { json(status, body) } else { xml(status, &super::ask::as_xml(name, body)) }
}

#[cfg(test)]
mod tests;
