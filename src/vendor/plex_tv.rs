//! plex.tv: sign-in, accounts, servers, people and shares (plex.md A, B). Here it reads only, apart from making a pin;
//! what is shared is written in `plex_tv_sharing`.
//! It never decides that a token is dead or that somebody left; it only reports what plex.tv answered.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::address::{Base, path_id};
use super::http::{Http, Reply, secret_value};
use super::plex_tv_writes::ShareWrites;
use super::{plex_tv_json as v2, plex_tv_xml as v1};
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::people::{
    PlexAccount, PlexFriend, PlexHomeUser, PlexInvite, PlexPin, PlexResource, PlexSection, PlexShare,
};
use crate::domain::sharing::Routes;

pub(super) const PRODUCT: &str = "Usherr";
/// Plex loses one of two writes to shares that come closer together (plex.md B11).
const BETWEEN_WRITES: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(30);
/// Longest text of Plex's own that is passed on to a person.
const MAX_SAID: usize = 200;

/// Where the parts of plex.tv are; the defaults are the public ones (contracts.md).
#[derive(Debug, Clone)]
pub struct PlexUrls {
    pub plex_tv: String,
    pub clients: String,
    /// The page where people sign in.
    pub auth: String,
}

impl Default for PlexUrls {
    fn default() -> Self {
        PlexUrls {
            plex_tv: "https://plex.tv".to_owned(),
            clients: "https://clients.plex.tv".to_owned(),
            auth: "https://app.plex.tv/auth".to_owned(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct PlexTv {
    pub(super) http: Http,
    pub(super) plex_tv: Base,
    pub(super) clients: Base,
    auth: String,
    client_id: String,
    pub(super) routes: Routes,
    pub(super) writes: Arc<ShareWrites>,
}

impl PlexTv {
    /// `client_id` is the installation's own id and has to stay the same for ever: a new one is a new device in the
    /// account of everybody who signs in.
    pub fn new(urls: PlexUrls, client_id: String, version: &str) -> Answer<PlexTv> {
        Ok(PlexTv {
            http: Http::new("Plex", TIMEOUT, plex_headers(&client_id, version)?)?,
            plex_tv: Base::parse(&urls.plex_tv)?,
            clients: Base::parse(&urls.clients)?,
            auth: urls.auth,
            client_id,
            routes: Routes::default(),
            writes: Arc::new(ShareWrites::new(BETWEEN_WRITES)),
        })
    }

    /// The same client with another bound for each call.
    pub fn within(&self, timeout: Duration) -> PlexTv {
        PlexTv { http: self.http.within(timeout), ..self.clone() }
    }

    /// The same client, writing what is shared by these routes, in turn with all others that have these `writes`.
    pub fn sharing(self, routes: Routes, writes: Arc<ShareWrites>) -> PlexTv {
        PlexTv { routes, writes, ..self }
    }

    /// A1: a strong pin, to be confirmed on Plex's page.
    pub async fn create_pin(&self) -> Answer<PlexPin> {
        let url = self.plex_tv.join("api/v2/pins");
        let request = self.http.request(Method::POST, url).query(&[("strong", "true")]);
        // Some proxies turn away a POST that doesn't say how long it is.
        let reply = self.ask(request.header(CONTENT_LENGTH, 0)).await?;
        reply.json::<v2::Pin>()?.read(Utc::now()).ok_or_else(|| reply.garbled())
    }

    /// A2: the page to send a person to. Everything is in the fragment, so no server on the way sees it.
    pub fn auth_url(&self, pin: &PlexPin, forward_url: &str) -> String {
        let parameters = form_urlencoded::Serializer::new(String::new())
            .append_pair("clientID", &self.client_id)
            .append_pair("code", &pin.code)
            .append_pair("context[device][product]", PRODUCT)
            .append_pair("forwardUrl", forward_url)
            .finish();
        format!("{}#?{}", self.auth.trim_end_matches(['#', '?']), parameters.replace('+', "%20"))
    }

    /// A3: `None` while nobody has confirmed it. A token is handed out once; a missing pin is a `Missing` fault.
    pub async fn check_pin(&self, pin_id: i64) -> Answer<Option<SecretString>> {
        let reply = self.http.send(self.http.get(self.plex_tv.join(&format!("api/v2/pins/{pin_id}")))).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Err(Fault::missing("This sign-in has expired. Start it again."));
        }
        Ok(checked(reply)?.json::<v2::Pin>()?.token())
    }

    /// A5: who a token belongs to. Only a 401 is a verdict on the token; everything else is worth another try.
    pub async fn account(&self, token: &SecretString) -> Answer<PlexAccount> {
        let request = self.http.get(self.plex_tv.join("api/v2/user"));
        match self.ask_as(token, request).await.and_then(|reply| read_account(&reply)) {
            Err(fault) if fault.class != FaultClass::Auth => Err(Fault { class: FaultClass::Transient, ..fault }),
            answer => answer,
        }
    }

    /// A8: the servers an account can reach. A pending invitation doesn't show here.
    pub async fn resources(&self, token: &SecretString) -> Answer<Vec<PlexResource>> {
        let request = self.http.get(self.plex_tv.join("api/v2/resources"));
        let request = request.query(&[("includeHttps", "1"), ("includeRelay", "1"), ("includeIPv6", "1")]);
        let rows: Vec<v2::Resource> = self.json_as(token, request).await?;
        Ok(rows.into_iter().filter_map(v2::Resource::read).collect())
    }

    /// B1: everybody on the owner's list, also those without a share and those of other servers.
    pub async fn friends(&self, token: &SecretString) -> Answer<Vec<PlexFriend>> {
        v1::friends(&self.xml_as(token, "api/users").await?)
    }

    /// B10: the people of the owner's Plex Home, the owner among them.
    pub async fn home_users(&self, token: &SecretString) -> Answer<Vec<PlexHomeUser>> {
        v1::home_users(&self.xml_as(token, "api/home/users").await?)
    }

    /// B0: the sections of a server as plex.tv counts them. The list may be short or empty on a healthy server, so a
    /// wanted key that is missing means "later", never "gone".
    pub async fn sections(&self, token: &SecretString, machine_id: &str) -> Answer<Vec<PlexSection>> {
        let machine_id = path_id(machine_id)?;
        let request = self.http.get(self.clients.join(&format!("api/v2/servers/{machine_id}")));
        match self.json_as::<v2::Server>(token, request).await.map(v2::Server::read) {
            Ok(sections) if !sections.is_empty() => return Ok(sections),
            Err(fault) if matches!(fault.class, FaultClass::Auth) || fault.retry_after.is_some() => return Err(fault),
            _ => {}
        }
        v1::sections(&self.xml_as(token, &format!("api/servers/{machine_id}")).await?, machine_id)
    }

    /// B2 and B3: what is shared of one server, accepted and pending. v1 has the sections, v2 the people who were
    /// invited by mail and have no account. Either may be retired without the list going empty.
    pub async fn shares(&self, token: &SecretString, machine_id: &str) -> Answer<Vec<PlexShare>> {
        let machine_id = path_id(machine_id)?;
        let path = format!("api/servers/{machine_id}/shared_servers");
        let old = self.xml_as(token, &path).await.and_then(|reply| v1::shares(&reply));
        let pending = self.shares_v2(token, machine_id, true).await;
        match (old, pending) {
            (Ok(rows), Ok(pending)) => Ok(merged(rows, pending)),
            (Ok(rows), Err(fault)) if fault.class == FaultClass::Missing => Ok(rows),
            (Ok(_), Err(fault)) => Err(fault),
            (Err(gone), Ok(pending)) if gone.class == FaultClass::Missing => {
                let rows = merged(self.shares_v2(token, machine_id, false).await?, pending);
                // Nothing here and "no such server" there is no proof that nobody has a share.
                if rows.is_empty() { Err(gone) } else { Ok(rows) }
            }
            (Err(fault), _) => Err(fault),
        }
    }

    /// B5: invitations that were sent and wait. The route may be retired; then nobody knows, which is not the same as none.
    pub async fn invites(&self, token: &SecretString) -> Answer<Option<Vec<PlexInvite>>> {
        match self.xml_as(token, "api/invites/requested").await {
            Err(fault) if fault.class == FaultClass::Missing => Ok(None),
            answer => v1::invites(&answer?).map(Some),
        }
    }

    /// A7: keeps a token alive.
    pub async fn ping(&self, token: &SecretString) -> Answer<()> {
        let reply = self.ask_as(token, self.http.get(self.plex_tv.join("api/v2/ping"))).await?;
        // As JSON or as XML; a web page in between says neither.
        if reply.text().contains("pong") { Ok(()) } else { Err(reply.garbled()) }
    }

    async fn shares_v2(&self, token: &SecretString, machine_id: &str, pending: bool) -> Answer<Vec<PlexShare>> {
        let list = if pending { "pending" } else { "accepted" };
        let request = self.http.get(self.clients.join(&format!("api/v2/shared_servers/owned/{list}")));
        let rows: Vec<v2::Share> = self.json_as(token, request).await?;
        Ok(rows.into_iter().filter_map(|row| row.read(machine_id, pending)).collect())
    }

    async fn json_as<T: DeserializeOwned>(&self, token: &SecretString, request: RequestBuilder) -> Answer<T> {
        self.ask_as(token, request).await?.json()
    }

    async fn xml_as(&self, token: &SecretString, path: &str) -> Answer<Reply> {
        self.ask_as(token, self.http.get(self.plex_tv.join(path))).await
    }

    async fn ask_as(&self, token: &SecretString, request: RequestBuilder) -> Answer<Reply> {
        checked(self.send_as(token, request).await?)
    }

    /// The answer whatever its status.
    pub(super) async fn send_as(&self, token: &SecretString, request: RequestBuilder) -> Answer<Reply> {
        self.http.send(request.header("X-Plex-Token", secret_value(token)?)).await
    }

    async fn ask(&self, request: RequestBuilder) -> Answer<Reply> {
        checked(self.http.send(request).await?)
    }
}

/// The headers that go with every call (plex.md 2). All of it is ASCII; Plex is picky about the rest.
pub(super) fn plex_headers(client_id: &str, version: &str) -> Answer<HeaderMap> {
    let pairs = [
        ("x-plex-client-identifier", client_id),
        ("x-plex-product", PRODUCT),
        ("x-plex-version", version),
        ("x-plex-platform", std::env::consts::OS),
        ("x-plex-device", PRODUCT),
        ("x-plex-device-name", PRODUCT),
    ];
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    for (name, value) in pairs {
        let value = HeaderValue::from_str(value.trim()).ok().filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Fault::permanent("The id of this installation can't be sent to Plex."))?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

fn checked(reply: Reply) -> Answer<Reply> {
    if reply.ok() { Ok(reply) } else { Err(fault_of(&reply)) }
}

/// What an answer that is no success means, whatever was asked for.
pub(super) fn fault_of(reply: &Reply) -> Fault {
    let said = said(reply);
    let mut fault = reply.fault(said.as_deref());
    let token_word = said.is_some_and(|said| said.to_ascii_lowercase().contains("invalid token"));
    // 498 is "token expired"; 422 with these words means what 401 means elsewhere.
    if reply.status.as_u16() == 498 || (reply.status == StatusCode::UNPROCESSABLE_ENTITY && token_word) {
        fault.class = FaultClass::Auth;
    }
    fault
}

fn read_account(reply: &Reply) -> Answer<PlexAccount> {
    reply.json::<v2::User>()?.read().ok_or_else(|| reply.garbled())
}

/// Plex's own words, from either family of errors, cut to a length that fits a message.
pub(super) fn said(reply: &Reply) -> Option<String> {
    let text = v2::error_text(&reply.body).or_else(|| v1::error_text(&reply.text()))?;
    let text: String = text.chars().filter(|char| !char.is_control()).take(MAX_SAID).collect();
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The rows of both lists, one for each share; the first list wins, the second fills what it leaves open. It has the open
/// invites: what only the first one has of them is left over.
fn merged(mut rows: Vec<PlexShare>, others: Vec<PlexShare>) -> Vec<PlexShare> {
    for row in rows.iter_mut().filter(|row| !row.accepted) {
        row.left_over = !others.iter().any(|other| other.share_id == row.share_id);
    }
    for other in others {
        match rows.iter_mut().find(|row| row.share_id == other.share_id) {
            Some(row) => {
                row.account_id = row.account_id.or(other.account_id);
                row.username = row.username.take().or(other.username);
                row.email = row.email.take().or(other.email);
                row.invited_at = row.invited_at.or(other.invited_at);
            }
            None => rows.push(other),
        }
    }
    rows
}
