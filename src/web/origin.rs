//! Every write with a cookie must come from our own pages.

use poem::Request;
use poem::http::Method;

use super::client;
use crate::error::{AppError, Outcome};

/// Refuses a write that another site may have caused. `base_url` is the public address, when there is one.
pub fn check(req: &Request, base_url: Option<&str>) -> Outcome<()> {
    if is_read(req.method()) || is_ours(req, base_url) {
        return Ok(());
    }
    Err(AppError::Forbidden(
        "This did not come from a page of Usherr, so nothing was done. Open the page again and retry.".to_owned(),
    ))
}

pub fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_ours(req: &Request, base_url: Option<&str>) -> bool {
    match (req.header("sec-fetch-site"), req.header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            url::Url::parse(origin).is_ok_and(|origin| is_house(&origin, client::host(req).as_deref(), base_url))
        }
        (None, None) => false,
    }
}

/// An address of this house, by its public name or by the `host` that the visitor called.
pub fn is_house(origin: &url::Url, host: Option<&str>, base_url: Option<&str>) -> bool {
    let public = base_url.and_then(|base| url::Url::parse(base).ok());
    if public.is_some_and(|public| public.origin() == origin.origin()) {
        return true;
    }
    // By another of our names: what the visitor called is what the page came from, and cookies go with the name.
    let Some(host) = host else { return false };
    let shown = match (origin.host_str(), origin.port()) {
        (Some(name), Some(port)) => format!("{name}:{port}"),
        (Some(name), None) => name.to_owned(),
        _ => return false,
    };
    let default_port = if origin.scheme() == "https" { ":443" } else { ":80" };
    shown == host || Some(shown.as_str()) == host.strip_suffix(default_port)
}
