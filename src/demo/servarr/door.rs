//! The way into a simulated Radarr or Sonarr: address base, ping, key, starting up, headers of every answer, and the
//! sins a client commits on its way (services.md 1.1). Never touches titles.

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use serde_json::{Value, json};

use super::wire::{Call, Reply};
use super::{Arr, Flavour, commands, history, notifications, queue, releases, system, tags};
use crate::demo::poster;

/// The whole service as a poem endpoint.
pub fn endpoint<A: Arr>(app: Arc<A>) -> impl Endpoint<Output = Response> {
    poem::endpoint::make(move |mut req: Request| {
        let app = app.clone();
        async move {
            let body = req.take_body().into_vec().await.unwrap_or_default();
            let query = req.uri().query().unwrap_or_default().to_owned();
            let (method, path, headers) = (req.method().clone(), req.uri().path().to_owned(), req.headers().clone());
            enter(app.as_ref(), Call::new(method, &path, &query, headers, body)).await
        }
    })
}

async fn enter<A: Arr>(app: &A, mut call: Call) -> Response {
    let base = app.base().common().options.url_base.clone();
    if !base.is_empty() {
        let Some(rest) = beyond(&call.path, &base) else {
            let mark = if call.raw_query.is_empty() { "" } else { "?" };
            let location = format!("{base}{}{mark}{}", call.path, call.raw_query);
            return Reply::empty(StatusCode::TEMPORARY_REDIRECT).with("location", &location).into_response();
        };
        call = Call::new(call.method, &rest, &call.raw_query, call.headers, call.body);
    }
    let path = call.path.to_lowercase();
    if path.trim_end_matches('/') == "/ping" {
        return Reply::ok(json!({ "status": "OK" })).into_response();
    }
    if path != "/api" && !path.starts_with("/api/") {
        return outside(app, &call, &path);
    }
    let reply = match guard(app, &call) {
        Some(refused) => refused,
        None => route(app, &call, &path).await,
    };
    dressed(app, reply)
}

/// The part of a path after the base, if it is under the base.
fn beyond(path: &str, base: &str) -> Option<String> {
    let head = path.get(..base.len())?;
    let rest = path.get(base.len()..)?;
    (head.eq_ignore_ascii_case(base) && (rest.is_empty() || rest.starts_with('/')))
        .then(|| if rest.is_empty() { "/".to_owned() } else { rest.to_owned() })
}

/// Everything that is no API: pictures, and the web page, which a wrong address often meets.
fn outside<A: Arr>(app: &A, call: &Call, path: &str) -> Response {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let id = |text: &str| text.trim_end_matches(".png").parse::<i64>().unwrap_or_default();
    let title = match parts.as_slice() {
        // Stands in for the picture servers of TMDB and TVDB.
        ["artwork", name] => app.poster_title(id(name), true),
        ["mediacoverproxy", name, _] => app.poster_title(id(name), true),
        ["mediacover", ..] if key(call) != Some(app.base().common().options.api_key.as_str()) => {
            return Reply::empty(StatusCode::UNAUTHORIZED).into_response();
        }
        ["mediacover", name, _] => app.poster_title(id(name), false),
        _ => {
            let name = app.base().flavour.name();
            let page = format!("<!doctype html><html><title>{name}</title></html>");
            return Response::builder().content_type("text/html").body(page);
        }
    };
    match title {
        Some(title) => Response::builder().content_type("image/png").body(poster::png(&title, 500, 750)),
        None => Reply::empty(StatusCode::NOT_FOUND).into_response(),
    }
}

/// The key, looked for in the order of the real ones.
fn key(call: &Call) -> Option<&str> {
    let bearer = call.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
    call.param("apikey").or(call.header("x-api-key")).or(bearer)
}

fn guard<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let mut common = app.base().common();
    let line = format!("{} {}", call.method, call.path);
    if call.param("apikey").is_some() {
        common.complain(format!("{line}: the key is in the address"));
    }
    match call.header("accept") {
        None => common.complain(format!("{line}: no Accept header")),
        Some(kinds) if kinds.contains("json") => {}
        Some(kinds) => {
            common.complain(format!("{line}: Accept is not application/json"));
            if !kinds.contains("*/*") && !kinds.contains("application/*") {
                return Some(Reply::empty(StatusCode::NOT_ACCEPTABLE));
            }
        }
    }
    if key(call) != Some(common.options.api_key.as_str()) {
        return Some(Reply::empty(StatusCode::UNAUTHORIZED));
    }
    if common.is_starting {
        let text = format!("{} is starting up, please try again later", common.flavour.name());
        return Some(Reply::new(StatusCode::SERVICE_UNAVAILABLE, json!({ "errorMessage": text })));
    }
    let kind = call.header("content-type").unwrap_or_default();
    if !call.body.is_empty() && !kind.contains("json") {
        common.complain(format!("{line}: the body is not sent as application/json"));
        let body = json!({ "title": "Unsupported Media Type", "status": 415 });
        return Some(Reply::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, body));
    }
    None
}

async fn route<A: Arr>(app: &A, call: &Call, path: &str) -> Reply {
    if path == "/api" || path == "/api/" {
        return Reply::ok(json!({ "current": "v3", "deprecated": [] }));
    }
    if !path.starts_with("/api/v3/") {
        return Reply::no_page(app.base().flavour.not_found_uri());
    }
    if let Some(reply) = notifications::answer(app, call).await {
        return reply;
    }
    let pages: [fn(&A, &Call) -> Option<Reply>; 7] =
        [system::answer, tags::answer, queue::answer, history::answer, commands::answer, releases::answer, A::own];
    let found = pages.iter().find_map(|page| page(app, call));
    found.unwrap_or_else(|| Reply::no_page(app.base().flavour.not_found_uri()))
}

/// The headers every API answer carries.
fn dressed<A: Arr>(app: &A, mut reply: Reply) -> Response {
    let flavour = app.base().flavour;
    if flavour == Flavour::Sonarr
        && let Some(kind) = reply.body.as_mut().and_then(|body| body.get_mut("type"))
        && kind.as_str().is_some_and(|uri| uri.ends_with("rfc9110#section-15.5.1"))
    {
        // Sonarr v4 runs on .NET 6, which names the older RFC.
        *kind = Value::from("https://tools.ietf.org/html/rfc7231#section-6.5.1");
    }
    let version = app.base().common().options.version.clone();
    let mut response = reply.into_response();
    let headers = response.headers_mut();
    for (name, value) in [("x-application-version", version.as_str()), ("expires", "-1"), ("pragma", "no-cache")] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache, no-store"));
    response
}
