//! Headers that every answer carries.

use std::sync::Arc;

use poem::http::{HeaderValue, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use url::{Origin, Url};

const SELF: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'";

/// Nothing but our own files; no inline script or style, no frames around us. The one place that a form may lead to
/// besides us is `plex`, Plex's sign-in page: browsers apply `form-action` to where a form is sent on to, too.
pub fn policy(plex: &str) -> HeaderValue {
    let origin = Url::parse(plex).map(|url| url.origin()).ok().filter(Origin::is_tuple);
    let whole = origin.and_then(|origin| format!("{SELF} {}", origin.ascii_serialization()).parse().ok());
    whole.unwrap_or(HeaderValue::from_static(SELF))
}

pub async fn add<E: Endpoint>(next: Arc<E>, req: Request, policy: HeaderValue) -> poem::Result<Response> {
    let mut response = next.call(req).await?.into_response();
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    Ok(response)
}
