//! One way to call an outside service: rustls, time-outs, a cap on the size of answers, no cookies, redirects only
//! where asked for, and faults a person can read. It never tries again and knows no service in particular.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, ClientBuilder, Method, Request, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::address::{Base, place};
use super::http_fault;
use crate::config::fail_point;
use crate::domain::fault::{Answer, Fault};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Answers above this many bytes (after unpacking) are refused unless `with_cap` says otherwise.
const DEFAULT_CAP: usize = 32 * 1024 * 1024;
const MAX_HOPS: usize = 3;

/// A client for one service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    headers: HeaderMap,
    /// How people call the service: "Radarr".
    service: String,
    timeout: Duration,
    cap: usize,
}

/// A complete answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// "Radarr at host:port", for messages.
    pub whom: String,
}

/// `timeout` bounds a whole call, from connecting to the last byte.
pub fn client(service: &str, timeout: Duration) -> Answer<Http> {
    Http::new(service, timeout, HeaderMap::new())
}

/// Made once: reading the certificates of the system takes longer than a page may, and connections are kept.
static SHARED: OnceLock<Client> = OnceLock::new();

fn shared() -> Result<Client, ()> {
    if let Some(client) = SHARED.get() {
        return Ok(client.clone());
    }
    // An image without CA certificates gets those that are compiled in.
    let client = settings().build().or_else(|_| settings().tls_certs_only(compiled_in()).build()).map_err(|_| ())?;
    Ok(SHARED.get_or_init(|| client).clone())
}

impl Http {
    /// `headers` go with every call.
    pub fn new(service: &str, timeout: Duration, headers: HeaderMap) -> Answer<Http> {
        let client = shared().map_err(|()| Fault::permanent(format!("No client for {service} could be set up.")))?;
        Ok(Http { client, headers, service: service.to_owned(), timeout, cap: DEFAULT_CAP })
    }

    /// The same client (connections are shared) with another bound for a call.
    pub fn within(&self, timeout: Duration) -> Http {
        Http { timeout, ..self.clone() }
    }

    /// The same client with another cap on the size of an answer, in bytes.
    pub fn with_cap(&self, cap: usize) -> Http {
        Http { cap, ..self.clone() }
    }

    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url).headers(self.headers.clone()).timeout(self.timeout)
    }

    pub fn get(&self, url: Url) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// Sends and hands back the answer, also one that says 4xx or 5xx. A redirect is a fault.
    pub async fn send(&self, request: RequestBuilder) -> Answer<Reply> {
        let request = self.build(request)?;
        let asked = request.url().clone();
        let reply = self.exchange(request).await?;
        match redirect_of(&reply, &asked) {
            Some(target) => Err(elsewhere(&reply.whom, target)),
            None => Ok(reply),
        }
    }

    /// Like `send`, and follows 307 and 308 with method, headers and body to the same host (services.md 1.1); `base`
    /// learns where the service really lives.
    pub async fn send_at(&self, base: &Base, request: RequestBuilder) -> Answer<Reply> {
        let mut request = self.build(request)?;
        let first = request.url().clone();
        for _ in 0..=MAX_HOPS {
            let asked = request.url().clone();
            let again = request.try_clone();
            let reply = self.exchange(request).await?;
            let Some(target) = redirect_of(&reply, &asked) else {
                if asked != first {
                    base.learn(&first, &asked);
                }
                return Ok(reply);
            };
            let (Some(mut again), Some(target)) = (again, may_follow(&reply, &asked, target.clone())) else {
                return Err(elsewhere(&reply.whom, target));
            };
            *again.url_mut() = target;
            request = again;
        }
        Err(Fault::permanent(format!("{} sends us round in circles.", self.whom(&first))))
    }

    /// One exchange; a redirect is an answer like any other.
    pub(super) async fn exchange(&self, request: Request) -> Answer<Reply> {
        let whom = self.whom(request.url());
        let broken = |error: reqwest::Error| http_fault::of_network(&whom, &error);
        fail_point::pass("before a call");
        let mut response = self.client.execute(request).await.map_err(broken)?;
        fail_point::pass("after a call");
        let (status, headers) = (response.status(), response.headers().clone());
        let too_much = || Fault::permanent(format!("{whom} sent more than the {} allowed here.", megabytes(self.cap)));
        if response.content_length().is_some_and(|length| length > self.cap as u64) {
            return Err(too_much());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.cap {
                return Err(too_much());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body: body.freeze(), whom })
    }

    pub(super) fn build(&self, request: RequestBuilder) -> Answer<Request> {
        request.build().map_err(|error| http_fault::of_network(&self.service, &error))
    }

    fn whom(&self, url: &Url) -> String {
        format!("{} at {}", self.service, place(url))
    }
}

impl Reply {
    pub fn ok(&self) -> bool {
        self.status.is_success()
    }

    /// The usual fault for the status, with a short text of the service if there is a decent one.
    pub fn fault(&self, said: Option<&str>) -> Fault {
        http_fault::of_status(&self.whom, self.status, &self.headers, said)
    }

    pub fn retry_after(&self) -> Option<Duration> {
        http_fault::retry_after(&self.headers)
    }

    /// Reads the body as JSON, whatever the status.
    pub fn json<T: DeserializeOwned>(&self) -> Answer<T> {
        serde_json::from_slice(&self.body).map_err(|_| self.garbled())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn content_type(&self) -> &str {
        let value = self.headers.get(reqwest::header::CONTENT_TYPE);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The fault for an answer that can't be what was asked for.
    pub fn garbled(&self) -> Fault {
        let start = self.body.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        let what = match start {
            None => "an empty answer",
            Some(b'<') if self.content_type().contains("html") => "a web page (a sign-in page of a proxy, perhaps)",
            Some(_) => "an answer that makes no sense",
        };
        Fault::transient(format!(
            "{} sent {what} in place of data. Check that the address is the right one.",
            self.whom
        ))
    }
}

/// A header value that stays out of logs and debug output.
pub fn secret_value(secret: &SecretString) -> Answer<HeaderValue> {
    let value = HeaderValue::from_str(secret.expose_secret().trim());
    let mut value = value.map_err(|_| Fault::auth("The key or token holds characters that can't be sent."))?;
    value.set_sensitive(true);
    Ok(value)
}

fn settings() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .user_agent(concat!("Usherr/", env!("CARGO_PKG_VERSION")))
        .pool_max_idle_per_host(2)
        .pool_idle_timeout(Duration::from_secs(30))
}

fn compiled_in() -> impl Iterator<Item = reqwest::Certificate> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots.filter_map(|der| reqwest::Certificate::from_der(der).ok())
}

/// `Some` when the answer is a redirect, with the target if it names a readable one.
fn redirect_of(reply: &Reply, asked: &Url) -> Option<Option<Url>> {
    let is_redirect = matches!(reply.status.as_u16(), 300..=303 | 305..=308);
    is_redirect.then(|| target_of(reply, asked))
}

/// The absolute address a redirect points to.
pub(super) fn target_of(reply: &Reply, asked: &Url) -> Option<Url> {
    let location = reply.headers.get(LOCATION)?.to_str().ok()?;
    asked.join(location).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Same host and port, or the same host with TLS put on top; never TLS taken off.
fn may_follow(reply: &Reply, asked: &Url, target: Option<Url>) -> Option<Url> {
    let target = target?;
    let keeps_method = matches!(reply.status.as_u16(), 307 | 308);
    let same_place = target.origin() == asked.origin();
    let upgraded = asked.scheme() == "http" && target.scheme() == "https" && target.host_str() == asked.host_str();
    (keeps_method && (same_place || upgraded)).then_some(target)
}

/// Mostly the sign-in page of a proxy, which somebody will put right.
fn elsewhere(whom: &str, target: Option<Url>) -> Fault {
    let target = target.map(|url| format!(" ({}://{})", url.scheme(), place(&url))).unwrap_or_default();
    Fault::transient(format!(
        "{whom} answers with a redirect to another place{target}. Enter the address it really has."
    ))
}

fn megabytes(bytes: usize) -> String {
    format!("{} MB", bytes / (1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_live_on_the_certificates_that_are_compiled_in() {
        assert!(compiled_in().count() > 100);
        assert!(settings().tls_certs_only(compiled_in()).build().is_ok());
    }
}
