//! Posters and faces from other hosts, for the house to pass on. Fetches only from hosts that were named to it, takes
//! only raster pictures, and sends no key or cookie anywhere.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use url::Url;

use super::address::place;
use super::http::{Http, Reply, target_of};
use crate::domain::catalog::Image;
use crate::domain::fault::{Answer, Fault};

/// Largest picture that is passed on, in bytes.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// No SVG: it can hold scripts.
const TYPES: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
const TIMEOUT: Duration = Duration::from_secs(15);
const MAX_REDIRECTS: usize = 3;

#[derive(Debug, Clone)]
pub struct RemoteImages {
    http: Http,
}

impl RemoteImages {
    pub fn new() -> Answer<RemoteImages> {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("image/*"))]);
        Ok(RemoteImages { http: Http::new("The picture host", TIMEOUT, headers)?.with_cap(MAX_BYTES) })
    }

    /// `allowed_hosts` holds "host" for the usual ports and "host:port" for others. Redirects stay among them.
    pub async fn fetch(&self, url: &str, allowed_hosts: &[String]) -> Answer<Image> {
        let mut url = Url::parse(url).map_err(|_| Fault::permanent("That is not the address of a picture."))?;
        for _ in 0..=MAX_REDIRECTS {
            if !is_allowed(&url, allowed_hosts) {
                return Err(Fault::permanent("Pictures are not fetched from that host."));
            }
            let reply = self.http.exchange(self.http.build(self.http.get(url.clone()))?).await?;
            if !reply.status.is_redirection() {
                return read(reply);
            }
            url = target_of(&reply, &url).ok_or_else(|| reply.garbled())?;
        }
        Err(Fault::permanent("The picture host sends us from one address to the next."))
    }
}

/// The picture of an answer; anything that is no raster picture is refused.
pub(super) fn read(reply: Reply) -> Answer<Image> {
    if !reply.ok() {
        return Err(reply.fault(None));
    }
    let sent = reply.content_type().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // "image/jpg" is no registered type, and common.
    let sent = if sent == "image/jpg" { "image/jpeg" } else { sent.as_str() };
    let content_type = TYPES.iter().find(|allowed| **allowed == sent).filter(|_| !reply.body.is_empty());
    let content_type = content_type.ok_or_else(|| Fault::permanent(format!("{} sent no picture.", reply.whom)))?;
    Ok(Image { content_type: (*content_type).to_owned(), bytes: reply.body })
}

fn is_allowed(url: &Url, allowed_hosts: &[String]) -> bool {
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let place = place(url);
    plain && allowed_hosts.iter().any(|host| host.eq_ignore_ascii_case(&place))
}
