//! The way into a simulated qBittorrent: host and origin checks, sessions, keys, logins and bans, and which action
//! answers (services.md 4.2, 4.3). Never touches torrents itself.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Endpoint, FromRequest, IntoResponse, Request, Response};
use serde_json::Value;

use super::{Inner, Login, State, control, pages, rows, sync};
use crate::demo::wire::pairs;

const MAX_FAILURES: u32 = 5;
const BANNED: &str = "Your IP address has been banned after too many failed authentication attempts.";

/// A request, taken apart.
pub struct Call {
    pub method: Method,
    pub path: String,
    /// Query of a GET, form of a POST.
    pub params: Vec<(String, String)>,
    /// Names and bytes of uploaded files.
    pub files: Vec<(String, Vec<u8>)>,
    pub headers: HeaderMap,
    /// The session's id; `apikey` for a key.
    pub session: String,
}

impl Call {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    kind: Option<&'static str>,
    body: String,
    cookie: Option<String>,
}

impl Reply {
    pub fn text(status: StatusCode, body: &str) -> Self {
        Self { status, kind: Some("text/plain; charset=UTF-8"), body: body.to_owned(), cookie: None }
    }

    pub fn ok() -> Self {
        Self::text(StatusCode::OK, "")
    }

    pub fn json(status: StatusCode, body: &Value) -> Self {
        Self { status, kind: Some("application/json"), body: body.to_string(), cookie: None }
    }

    pub fn bare(status: StatusCode) -> Self {
        Self { status, kind: None, body: String::new(), cookie: None }
    }

    /// An error with its own name as text, as all of qBittorrent's are.
    pub fn error(status: StatusCode) -> Self {
        Self::text(status, status.canonical_reason().unwrap_or_default())
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut builder = Response::builder()
            .status(self.status)
            .header("content-security-policy", "default-src 'self'; frame-ancestors 'self';")
            .header("referrer-policy", "same-origin")
            .header("x-content-type-options", "nosniff")
            .header("x-frame-options", "SAMEORIGIN")
            .header("x-xss-protection", "1; mode=block");
        if let Some(kind) = self.kind {
            builder = builder.header(header::CONTENT_TYPE, kind);
        }
        if let Some(cookie) = self.cookie {
            builder = builder.header(header::SET_COOKIE, cookie);
        }
        builder.body(self.body)
    }
}

pub fn endpoint(inner: Arc<Inner>) -> impl Endpoint<Output = Response> {
    poem::endpoint::make(move |req: Request| {
        let inner = inner.clone();
        async move { inner.enter(read(req).await).into_response() }
    })
}

async fn read(mut req: Request) -> Call {
    let kind = req.content_type().unwrap_or_default().to_owned();
    let (mut params, mut files) = (pairs(req.uri().query().unwrap_or_default()), Vec::new());
    let body = req.take_body().into_vec().await.unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let again = Request::builder().content_type(&kind).body(body);
        (params, files) = parts(again).await;
    } else if req.method() == Method::POST {
        params = pairs(&String::from_utf8_lossy(&body));
    }
    let (method, path, headers) = (req.method().clone(), req.uri().path().to_owned(), req.headers().clone());
    Call { method, path, params, files, headers, session: String::new() }
}

async fn parts(req: Request) -> (Vec<(String, String)>, Vec<(String, Vec<u8>)>) {
    let (req, mut body) = req.split();
    let (mut params, mut files) = (Vec::new(), Vec::new());
    if let Ok(mut form) = poem::web::Multipart::from_request(&req, &mut body).await {
        while let Ok(Some(field)) = form.next_field().await {
            let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
            let bytes = field.bytes().await.unwrap_or_default();
            match file {
                Some(file) => files.push((file, bytes)),
                None => params.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
    }
    (params, files)
}

/// Actions that want POST.
const WRITES: [&str; 33] = [
    "auth/login",
    "auth/logout",
    "app/setPreferences",
    "app/shutdown",
    "app/rotateAPIKey",
    "app/deleteAPIKey",
    "torrents/add",
    "torrents/stop",
    "torrents/start",
    "torrents/pause",
    "torrents/resume",
    "torrents/delete",
    "torrents/recheck",
    "torrents/reannounce",
    "torrents/topPrio",
    "torrents/bottomPrio",
    "torrents/increasePrio",
    "torrents/decreasePrio",
    "torrents/setForceStart",
    "torrents/setCategory",
    "torrents/addTags",
    "torrents/removeTags",
    "torrents/setShareLimits",
    "torrents/createCategory",
    "torrents/removeCategories",
    "torrents/editCategory",
    "torrents/createTags",
    "torrents/deleteTags",
    "torrents/addPeers",
    "torrents/setDownloadLimit",
    "torrents/setUploadLimit",
    "torrents/rename",
    "torrents/setLocation",
];

impl Inner {
    fn enter(&self, mut call: Call) -> Reply {
        let generation = self.state().options.generation;
        if ![Method::GET, Method::POST, Method::HEAD].contains(&call.method) {
            let refused = if generation.says_paused() { StatusCode::BAD_REQUEST } else { StatusCode::NOT_IMPLEMENTED };
            return Reply::bare(refused);
        }
        let bearer = call.header("authorization").and_then(|text| text.strip_prefix("Bearer ")).map(str::to_owned);
        let by_key = bearer.filter(|_| generation.is_modern());
        if by_key.is_none() && !self.state().is_same_site(&call) {
            return Reply::error(StatusCode::UNAUTHORIZED);
        }
        let Some(action) = call.path.strip_prefix("/api/v2/").map(str::to_owned) else {
            return match by_key {
                Some(_) => Reply::error(StatusCode::NOT_FOUND),
                None => Reply {
                    kind: Some("text/html"),
                    ..Reply::text(StatusCode::OK, "<!DOCTYPE html>\n<html lang=\"en\">")
                },
            };
        };
        let mut fresh = None;
        if let Some(key) = by_key {
            if self.state().api_key.as_deref() != Some(key.as_str()) || action.starts_with("auth/") {
                return Reply::error(StatusCode::FORBIDDEN);
            }
            call.session = "apikey".to_owned();
            self.state().sessions.entry("apikey".to_owned()).or_default();
        } else {
            match self.state().sign_in(&call) {
                Ok((session, cookie)) => (call.session, fresh) = (session, cookie),
                Err(refused) => return refused,
            }
        }
        let is_public = action == "auth/login";
        if call.session.is_empty() && !is_public {
            return Reply::error(StatusCode::FORBIDDEN);
        }
        if WRITES.contains(&action.as_str()) && call.method != Method::POST {
            return Reply::error(StatusCode::METHOD_NOT_ALLOWED);
        }
        let mut reply = self.act(&call, &action);
        reply.cookie = reply.cookie.or(fresh);
        reply
    }

    fn act(&self, call: &Call, action: &str) -> Reply {
        match action {
            "auth/login" => return self.state().login(call),
            "auth/logout" => return self.state().logout(call),
            "sync/maindata" => return sync::main_data(self, call),
            "torrents/info" => return rows::info(self, call),
            _ => {}
        }
        let found = pages::answer(self, call, action).or_else(|| control::answer(self, call, action));
        found.unwrap_or_else(|| {
            let scopes = ["app/", "auth/", "log/", "rss/", "search/", "sync/", "torrents/", "transfer/"];
            let is_known = scopes.iter().any(|scope| action.starts_with(scope));
            match self.state().options.generation.is_modern() && is_known {
                true => Reply::text(StatusCode::NOT_FOUND, "Endpoint does not exist"),
                false => Reply::error(StatusCode::NOT_FOUND),
            }
        })
    }
}

impl State {
    /// Host's port is ours, and Origin and Referer, when they are there, name the same host.
    fn is_same_site(&mut self, call: &Call) -> bool {
        let host = call.header("host").unwrap_or_default();
        for name in ["origin", "referer"] {
            if call.header(name).is_some() {
                self.complaints.push(format!("{} {}: {name} is sent", call.method, call.path));
            }
        }
        let own_port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80) == self.port;
        let foreign = |name: &str| {
            let from = call.header(name)?;
            let rest = from.split_once("://").map_or(from, |(_, rest)| rest);
            let authority = rest.split('/').next().unwrap_or_default();
            (authority != host).then_some(())
        };
        own_port && foreign("origin").is_none() && foreign("referer").is_none()
    }

    /// The session of the cookie, or of Basic credentials where they count; and a new cookie for the latter.
    fn sign_in(&mut self, call: &Call) -> Result<(String, Option<String>), Reply> {
        let name = self.options.generation.cookie_name(self.port);
        let cookies = call.header("cookie").unwrap_or_default().split(';');
        let ids = cookies.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
        if let Some((_, id)) = ids.into_iter().find(|(_, id)| self.sessions.contains_key(*id)) {
            return Ok((id.to_owned(), None));
        }
        let basic = call.header("authorization").and_then(|text| text.strip_prefix("Basic "));
        let (Some(basic), true) = (basic, self.options.generation.is_modern()) else {
            return Ok((String::new(), None));
        };
        let pair = STANDARD.decode(basic).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        if pair != format!("{}:{}", self.options.username, self.options.password) {
            self.failures += 1;
            return Err(Reply::error(StatusCode::UNAUTHORIZED));
        }
        let (id, cookie) = self.new_session();
        Ok((id, Some(cookie)))
    }

    fn new_session(&mut self) -> (String, String) {
        let bytes: [u8; 24] = rand::random();
        let id = STANDARD.encode(bytes);
        self.sessions.insert(id.clone(), sync::Told::default());
        let expires = (Utc::now() + TimeDelta::hours(1)).format("%a, %d-%b-%Y %H:%M:%S GMT").to_string();
        let cookie = self.options.generation.cookie(&id, self.port, &expires);
        (id, cookie)
    }

    fn login(&mut self, call: &Call) -> Reply {
        let is_modern = self.options.generation.is_modern();
        let welcome = || match is_modern {
            true => Reply::bare(StatusCode::NO_CONTENT),
            false => Reply::text(StatusCode::OK, "Ok."),
        };
        if !call.session.is_empty() {
            return welcome();
        }
        let username = call.param("username").unwrap_or_default().to_owned();
        let password = call.param("password").unwrap_or_default().to_owned();
        let pair = Some((username.clone(), password.clone()));
        if self.last_refused == pair {
            self.complaints.push("POST auth/login: tried again with what was refused".to_owned());
        }
        let fits = username == self.options.username && password == self.options.password;
        let is_banned = self.failures >= MAX_FAILURES;
        self.logins.push(Login { username, accepted: fits && !is_banned, at: Utc::now() });
        if is_banned {
            return Reply::text(StatusCode::FORBIDDEN, BANNED);
        }
        if !fits {
            self.failures += 1;
            self.last_refused = pair;
            return match is_modern {
                true => Reply::error(StatusCode::UNAUTHORIZED),
                false => Reply::text(StatusCode::OK, "Fails."),
            };
        }
        (self.failures, self.last_refused) = (0, None);
        let (_, cookie) = self.new_session();
        Reply { cookie: Some(cookie), ..welcome() }
    }

    fn logout(&mut self, call: &Call) -> Reply {
        self.sessions.remove(&call.session);
        let name = self.options.generation.cookie_name(self.port);
        let past = (Utc::now() - TimeDelta::days(1)).format("%a, %d-%b-%Y %H:%M:%S GMT");
        Reply { cookie: Some(format!("{name}=; expires={past}; path=/")), ..Reply::ok() }
    }

    pub fn rotate_api_key(&mut self) -> Option<String> {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        if !self.options.generation.is_modern() {
            return None;
        }
        let bytes: [u8; 28] = rand::random();
        let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().map_or('A', char::from);
        let key = format!("qbt_{}", bytes.map(letter).iter().collect::<String>());
        self.sessions.remove("apikey");
        self.api_key = Some(key.clone());
        Some(key)
    }
}
