//! Base addresses of services as people type them, and paths put after them. Makes no request.

use std::sync::{Arc, PoisonError, RwLock};

use url::Url;

use crate::domain::fault::{Answer, Fault};

/// Reads a typed address. Adds `http://` when no scheme is there, and a closing slash to the path; nothing else.
/// The messages are for the person who typed it.
pub fn parse_base(typed: &str) -> Answer<Url> {
    let typed = typed.trim();
    if typed.is_empty() {
        return refuse("The address is empty. It looks like http://192.168.1.10:8989 or https://plex.example.com.");
    }
    let with_scheme = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
    let Ok(mut url) = Url::parse(&with_scheme) else {
        return refuse("That isn't an address. It looks like http://192.168.1.10:8989 or https://plex.example.com.");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("The address has to begin with http:// or https://.");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return refuse("The address names no host. It looks like http://192.168.1.10:8989.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "Leave the user name and password out of the address; keys and passwords have fields of their own.",
        );
    }
    if url.query().is_some() {
        return refuse("Leave out the question mark and everything after it.");
    }
    if url.fragment().is_some() {
        return refuse("Leave out the # and everything after it.");
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn refuse(message: &str) -> Answer<Url> {
    Err(Fault::permanent(message))
}

/// Puts a path after a base and keeps the base's own path. The path can't name another host, and a `?` in it is
/// part of the path: queries go through the request builder.
pub fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/')));
    url
}

/// An id that goes into a path may hold nothing that means something there.
pub fn path_id(id: &str) -> Answer<&str> {
    let plain = !id.is_empty() && id.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char));
    plain.then_some(id).ok_or_else(|| Fault::permanent("That id is not one the service would give."))
}

/// "host" or "host:port", for messages.
pub fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or("an unknown host");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The base address of one service. Clones share it, and it learns: when the service sends us on to its own
/// base path (services.md 1.1), later calls go there at once.
#[derive(Debug, Clone)]
pub struct Base(Arc<RwLock<Url>>);

impl Base {
    pub fn parse(typed: &str) -> Answer<Base> {
        parse_base(typed).map(|url| Base(Arc::new(RwLock::new(url))))
    }

    pub fn url(&self) -> Url {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the service really lives, when that is not where it was looked for at `typed`.
    pub fn moved(&self, typed: &str) -> Option<String> {
        let here = self.url();
        parse_base(typed).is_ok_and(|typed| typed != here).then(|| here.as_str().trim_end_matches('/').to_owned())
    }

    pub fn join(&self, path: &str) -> Url {
        join(&self.url(), path)
    }

    /// Takes over the base of `ended`, the address a call for `asked` was sent on to, if both end in the same path.
    pub(super) fn learn(&self, asked: &Url, ended: &Url) {
        let mut base = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(tail) = asked.path().strip_prefix(base.path()) else { return };
        let Some(prefix) = ended.path().strip_suffix(tail).filter(|prefix| prefix.ends_with('/')) else { return };
        let mut learnt = ended.clone();
        learnt.set_path(prefix);
        learnt.set_query(None);
        learnt.set_fragment(None);
        *base = learnt;
    }
}
