//! The way into a simulated qBittorrent: what a call is, in which order it is refused, and which action answers
//! (services.md 4.3). Never touches torrents itself.

use std::sync::Arc;

use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Endpoint, FromRequest, IntoResponse, Request, Response};
use serde_json::Value;

use super::{Inner, control, pages, rows, sync};
use crate::demo::wire::pairs;

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

    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookie = Some(cookie);
        self
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
