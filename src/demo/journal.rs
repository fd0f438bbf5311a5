//! What a simulated service was asked: every request with headers and body, so that tests can judge the client.
//! Never answers anything.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use poem::http::{HeaderMap, Method};
use tokio::sync::Notify;

/// Bytes of a body that are kept.
pub const BODY_KEPT: usize = 1 << 20;

/// Requests that are kept; of more, the oldest go, so that a demo can run for days.
pub const REQUESTS_KEPT: usize = 20_000;

/// One request as it arrived. `path` and `query` are as sent, still percent-encoded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Counts from 0 within one host, also across `clear`.
    pub number: u64,
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    /// The first mebibyte of the body.
    pub body: Vec<u8>,
    pub at: DateTime<Utc>,
    /// The status that was sent back; none while it is under way and when the connection was cut.
    pub answered: Option<u16>,
}

impl Recorded {
    /// The value of a header, when it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text, lossily.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it isn't.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The decoded value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<String> {
        crate::demo::wire::pairs(&self.query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

#[derive(Debug, Default)]
struct Book {
    next: u64,
    requests: Vec<Recorded>,
    secrets: Vec<String>,
}

/// The journal of one host. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    book: Arc<Mutex<Book>>,
    changed: Arc<Notify>,
}

/// Query parameters that carry a credential, whatever their value.
const SECRET_PARAMETERS: [&str; 10] = [
    "x-plex-token",
    "token",
    "access_token",
    "auth_token",
    "apikey",
    "api_key",
    "x-api-key",
    "password",
    "passwd",
    "secret",
];

impl Journal {
    /// All requests so far, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.book().requests.clone()
    }

    /// Requests with this method under this path.
    pub fn count(&self, method: Method, path_prefix: &str) -> usize {
        self.book().requests.iter().filter(|one| one.method == method && one.path.starts_with(path_prefix)).count()
    }

    /// Forgets the requests so far.
    pub fn clear(&self) {
        self.book().requests.clear();
    }

    /// Waits until the requests so far satisfy `enough`, and returns them. Give it a timeout from outside.
    pub async fn wait_for(&self, enough: impl Fn(&[Recorded]) -> bool) -> Vec<Recorded> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let now = self.requests();
            if enough(&now) {
                return now;
            }
            changed.await;
        }
    }

    /// A value that must not be seen in an address, whatever the parameter is called.
    pub fn add_secret(&self, value: &str) {
        self.book().secrets.push(value.to_owned());
    }

    /// The addresses that carried a credential: a parameter with a telling name, or a known secret anywhere.
    /// A test wants this to be empty.
    pub fn tokens_in_addresses(&self) -> Vec<String> {
        let book = self.book();
        let told = |one: &&Recorded| {
            let named = crate::demo::wire::pairs(&one.query).iter().any(|(key, value)| {
                !value.is_empty() && SECRET_PARAMETERS.contains(&key.to_ascii_lowercase().as_str())
            });
            let address = crate::demo::wire::decoded(&format!("{}?{}", one.path, one.query));
            named || book.secrets.iter().any(|secret| address.contains(secret.as_str()))
        };
        book.requests.iter().filter(told).map(|one| format!("{} {}?{}", one.method, one.path, one.query)).collect()
    }

    /// Whether no request so far had a token in its address.
    pub fn no_token_in_addresses(&self) -> bool {
        self.tokens_in_addresses().is_empty()
    }

    /// Writes down a request; returns its number for `answered`.
    pub(super) fn arrived(&self, mut request: Recorded) -> u64 {
        let number = {
            let mut book = self.book();
            if book.requests.len() >= REQUESTS_KEPT {
                book.requests.drain(..REQUESTS_KEPT / 4);
            }
            request.number = book.next;
            request.body.truncate(BODY_KEPT);
            book.next += 1;
            book.requests.push(request);
            book.next - 1
        };
        self.changed.notify_waiters();
        number
    }

    pub(super) fn answered(&self, number: u64, status: u16) {
        if let Some(one) = self.book().requests.iter_mut().rev().find(|one| one.number == number) {
            one.answered = Some(status);
        }
        self.changed.notify_waiters();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
