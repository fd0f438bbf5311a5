//! qBittorrent, web API 2.8 to 2.16 (services.md 4): what its torrents are doing. It reads only, keeps its session in
//! memory, sends neither Origin nor Referer, and never repeats a sign-in that was refused: five of them are an hour's ban.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use self::wire::{MainDataWire, TorrentWire, TransferWire};
use super::address::Base;
use super::http::{Http, Reply, secret_value};
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::torrent::{Torrent, Transfer};

const TIMEOUT: Duration = Duration::from_secs(15);
/// How long qBittorrent bans an address for, and a little more.
const BAN: Duration = Duration::from_secs(3_660);
/// Keeps an address with hashes below 4 KB.
const HASHES_A_CALL: usize = 80;

/// How to come in.
#[derive(Debug, Clone)]
pub enum Login {
    Password {
        username: String,
        password: SecretString,
    },
    /// `qbt_…`, from version 5.2 on.
    ApiKey(SecretString),
    /// qBittorrent lets us in by our address.
    None,
}

/// A connection to one qBittorrent. Clones share the session, and a refusal.
#[derive(Debug, Clone)]
pub struct Qbittorrent {
    http: Http,
    base: Base,
    login: Login,
    session: Arc<Mutex<Session>>,
}

#[derive(Debug, Default, Clone)]
struct Session {
    /// Counts sign-ins, so that of many calls that find the session expired only one signs in.
    number: u64,
    /// None also where qBittorrent wants no cookie of us.
    cookie: Option<HeaderValue>,
    refused: Option<Refused>,
}

#[derive(Debug, Clone)]
struct Refused {
    fault: Fault,
    /// A ban ends by itself; a wrong password does not get right by being tried again.
    until: Option<Instant>,
}

impl Refused {
    fn holds(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

impl Qbittorrent {
    pub fn new(base_url: &str, login: Login) -> Answer<Qbittorrent> {
        let mut headers = HeaderMap::new();
        if let Login::ApiKey(key) = &login {
            let bearer = SecretString::from(format!("Bearer {}", key.expose_secret().trim()));
            headers.insert(AUTHORIZATION, secret_value(&bearer)?);
        }
        let http = Http::new("qBittorrent", TIMEOUT, headers)?;
        Ok(Qbittorrent { http, base: Base::parse(base_url)?, login, session: Arc::default() })
    }

    /// "v5.1.0".
    pub async fn version(&self) -> Answer<String> {
        let reply = self.read("app/version", &[]).await?;
        let text = reply.text().trim().to_owned();
        if text.len() < 30 && text.starts_with('v') { Ok(text) } else { Err(reply.garbled()) }
    }

    /// The torrents with these info-hashes, in any case; unknown ones are left out.
    pub async fn torrents(&self, hashes: &[String]) -> Answer<Vec<Torrent>> {
        let mut torrents = Vec::new();
        // Without hashes qBittorrent would send all it has; `chunks` makes no call then.
        for chunk in hashes.chunks(HASHES_A_CALL) {
            torrents.extend(self.info(&[("hashes", &chunk.join("|").to_ascii_lowercase())]).await?);
        }
        Ok(torrents)
    }

    pub async fn all_torrents(&self) -> Answer<Vec<Torrent>> {
        self.info(&[]).await
    }

    pub async fn transfer(&self) -> Answer<Transfer> {
        self.read("transfer/info", &[]).await?.json().map(TransferWire::transfer)
    }

    /// Bytes free where downloads go; `None` until qBittorrent has looked.
    pub async fn free_space(&self) -> Answer<Option<i64>> {
        self.read("sync/maindata", &[("rid", "0")]).await?.json().map(MainDataWire::free_space)
    }

    async fn info(&self, query: &[(&str, &str)]) -> Answer<Vec<Torrent>> {
        let rows: Vec<TorrentWire> = self.read("torrents/info", query).await?.json()?;
        Ok(rows.into_iter().filter_map(TorrentWire::torrent).collect())
    }

    /// One GET. A session that has run out (403) is renewed once and the call repeated once.
    async fn read(&self, path: &str, query: &[(&str, &str)]) -> Answer<Reply> {
        let mut session = self.session_after(None).await?;
        let mut reply = self.send(path, query, &session).await?;
        if reply.status == 403 && matches!(self.login, Login::Password { .. }) {
            session = self.session_after(Some(session.number)).await?;
            reply = self.send(path, query, &session).await?;
        }
        if reply.ok() { Ok(reply) } else { Err(self.refusal(&reply)) }
    }

    async fn send(&self, path: &str, query: &[(&str, &str)], session: &Session) -> Answer<Reply> {
        let mut request = self.http.get(self.base.join(&format!("api/v2/{path}")));
        if !query.is_empty() {
            request = request.query(query);
        }
        if let Some(cookie) = &session.cookie {
            request = request.header(COOKIE, cookie);
        }
        self.http.send_at(&self.base, request).await
    }

    /// The session to use; signs in if there is none yet, or if `expired` is still the current one.
    async fn session_after(&self, expired: Option<u64>) -> Answer<Session> {
        let Login::Password { username, password } = &self.login else { return Ok(Session::default()) };
        let mut session = self.session.lock().await;
        if let Some(refused) = session.refused.as_ref().filter(|refused| refused.holds()) {
            return Err(refused.fault.clone());
        }
        if session.number == 0 || expired == Some(session.number) {
            match self.sign_in(username, password).await {
                Ok(cookie) => *session = Session { number: session.number + 1, cookie, refused: None },
                Err(fault) => {
                    if fault.class == FaultClass::Auth {
                        let until = fault.retry_after.map(|wait| Instant::now() + wait);
                        session.refused = Some(Refused { fault: fault.clone(), until });
                    }
                    return Err(fault);
                }
            }
        }
        Ok(session.clone())
    }

    /// Success is 200 with "Ok." or 204 (services.md 4.2); the cookie's name varies.
    async fn sign_in(&self, username: &str, password: &SecretString) -> Answer<Option<HeaderValue>> {
        let form = [("username", username), ("password", password.expose_secret())];
        let request = self.http.request(Method::POST, self.base.join("api/v2/auth/login")).form(&form);
        let reply = self.http.send_at(&self.base, request).await?;
        let text = reply.text();
        match (reply.status.as_u16(), text.trim()) {
            (204, _) | (200, "Ok.") => Ok(first_cookie(&reply.headers)),
            (200, "Fails.") => Err(Fault::auth(format!("{} refuses the user name or password.", reply.whom))),
            (401, _) => Err(Fault::auth(format!(
                "{} refuses the sign-in: wrong user name or password, or it is reached through another port than its own \
                 (then turn off its host header validation).",
                reply.whom
            ))),
            (403, said) => {
                let fault = Fault::auth(format!("{} refuses the sign-in. It says: {}", reply.whom, short(said)));
                Err(fault.after(Some(BAN)))
            }
            (200, _) => Err(reply.garbled()),
            _ => Err(reply.fault(None)),
        }
    }

    fn refusal(&self, reply: &Reply) -> Fault {
        let text = match (reply.status.as_u16(), &self.login) {
            (403, Login::None) => "asks for a user name and password.",
            (403, Login::ApiKey(_)) => "refuses the API key. Keys work from version 5.2 on.",
            (403, Login::Password { .. }) => "let us in and then refused the call.",
            (401, _) => {
                "refuses the call: it is reached through another port or name than its own. Turn off its host header validation."
            }
            (404, _) => {
                return Fault::permanent(format!(
                    "{} is no qBittorrent, or too old a one: it doesn't know the address (404).",
                    reply.whom
                ));
            }
            _ => return reply.fault(None),
        };
        Fault::auth(format!("{} {text}", reply.whom))
    }
}

/// `name=value` of the first Set-Cookie, to be sent back unchanged.
fn first_cookie(headers: &HeaderMap) -> Option<HeaderValue> {
    let cookie = headers.get(SET_COOKIE)?.to_str().ok()?;
    let mut pair = HeaderValue::from_str(cookie.split(';').next()?.trim()).ok()?;
    pair.set_sensitive(true);
    Some(pair)
}

fn short(text: &str) -> String {
    if text.starts_with('<') { "(a web page)".to_owned() } else { text.chars().take(200).collect() }
}
