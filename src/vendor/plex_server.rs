//! A Plex Media Server: who it is, its libraries, titles, episodes and pictures (plex.md C). Reads only; it knows
//! nothing of people and never asks another host.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::address::{Base, path_id};
use super::http::{Http, Reply, secret_value};
use super::images;
use super::plex_server_wire::{Capabilities, Envelope, Libraries, Metadata, Rows};
use super::plex_tv::plex_headers;
use crate::domain::catalog::{Image, MediaKind, Page, PlexEpisode, PlexItem, PlexLibrary, ServerIdentity};
use crate::domain::fault::{Answer, Fault, FaultClass};

const TIMEOUT: Duration = Duration::from_secs(30);
const PAGE: usize = 200;
/// Against a server that always claims to have more.
const MAX_PAGES: usize = 2_000;
const EPISODE: &str = "4";

#[derive(Debug, Clone)]
pub struct PlexServer {
    http: Http,
    base: Base,
    token: SecretString,
}

impl PlexServer {
    /// `token` is the owner's account token or the access token of this server's resource (plex.md C).
    pub fn new(base_url: &str, token: SecretString, client_id: &str) -> Answer<PlexServer> {
        let headers = plex_headers(client_id, env!("CARGO_PKG_VERSION"))?;
        Ok(PlexServer { http: Http::new("The Plex server", TIMEOUT, headers)?, base: Base::parse(base_url)?, token })
    }

    /// The same client with another bound for each call.
    pub fn within(&self, timeout: Duration) -> PlexServer {
        PlexServer { http: self.http.within(timeout), ..self.clone() }
    }

    /// C2: who answers there. Needs no token, so it proves nothing about it.
    pub async fn identity(&self) -> Answer<ServerIdentity> {
        let reply = checked(self.http.send(self.http.get(self.base.join("identity"))).await?)?;
        read_identity(&reply)
    }

    /// C2: the same with the server's name; a token that is refused is an `Auth` fault.
    pub async fn capabilities(&self) -> Answer<ServerIdentity> {
        read_identity(&self.ask(self.http.get(self.base.join(""))).await?)
    }

    /// C3: the sections the token may see.
    pub async fn libraries(&self) -> Answer<Vec<PlexLibrary>> {
        let request = self.http.get(self.base.join("library/sections"));
        Ok(container::<Libraries>(&self.ask(request).await?)?.read())
    }

    /// C4: films or series of a section, oldest first so that what comes in meanwhile lands behind the last page.
    pub async fn items(&self, key: &str, kind: MediaKind, offset: usize, size: usize) -> Answer<Page<PlexItem>> {
        self.section(key, type_number(kind), "addedAt:asc", offset, size, Metadata::item).await
    }

    /// C4: titles of a section added at or after `since`, newest first. The filter of the server is not relied on.
    pub async fn items_added_since(&self, key: &str, kind: MediaKind, since: DateTime<Utc>) -> Answer<Vec<PlexItem>> {
        let page = |offset| self.section(key, type_number(kind), "addedAt:desc", offset, PAGE, Metadata::item);
        newest(page, |item| item.added_at, since).await
    }

    /// C4: episodes of a section, oldest first.
    pub async fn episodes(&self, key: &str, offset: usize, size: usize) -> Answer<Page<PlexEpisode>> {
        self.section(key, EPISODE, "addedAt:asc", offset, size, |row| row.episode(None)).await
    }

    /// C4: episodes of a section added at or after `since`, newest first.
    pub async fn episodes_added_since(&self, key: &str, since: DateTime<Utc>) -> Answer<Vec<PlexEpisode>> {
        let page = |offset| self.section(key, EPISODE, "addedAt:desc", offset, PAGE, |row| row.episode(None));
        newest(page, |episode| episode.added_at, since).await
    }

    /// C5: every episode of one series, specials too. A series that is gone is a `Missing` fault.
    pub async fn episodes_of(&self, show_rating_key: &str) -> Answer<Vec<PlexEpisode>> {
        let path = format!("library/metadata/{}/allLeaves", path_id(show_rating_key)?);
        let mut episodes = Vec::new();
        let mut offset = 0;
        for _ in 0..MAX_PAGES {
            let request = self.http.get(self.base.join(&path));
            let page = self.page(request, offset, PAGE, |row| row.episode(Some(show_rating_key))).await?;
            episodes.extend(page.items);
            offset += page.received;
            if page.received == 0 || offset >= page.total {
                return Ok(episodes);
            }
        }
        Err(endless())
    }

    /// C5: one film or series; `None` when the server doesn't have it (any more).
    pub async fn item(&self, rating_key: &str) -> Answer<Option<PlexItem>> {
        let path = format!("library/metadata/{}", path_id(rating_key)?);
        let request = self.http.get(self.base.join(&path)).query(&[("includeGuids", "1")]);
        match self.ask(request).await {
            Ok(reply) => Ok(container::<Rows>(&reply)?.rows.into_iter().find_map(Metadata::item)),
            Err(fault) if fault.class == FaultClass::Missing => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// C17: a picture of the server's own, made to measure by its transcoder. `path` is one the server gave.
    pub async fn image(&self, path: &str, width: u32, height: u32) -> Answer<Image> {
        if !is_own_path(path) {
            return Err(Fault::permanent("That is not a picture of the Plex server."));
        }
        let (width, height) = (width.to_string(), height.to_string());
        let query = [("url", path), ("width", &width), ("height", &height), ("minSize", "1"), ("upscale", "1")];
        let http = self.http.with_cap(images::MAX_BYTES);
        let request = http.get(self.base.join("photo/:/transcode")).query(&query);
        let request =
            request.header(reqwest::header::ACCEPT, "image/*").header("X-Plex-Token", secret_value(&self.token)?);
        images::read(checked(http.send(request).await?)?)
    }

    async fn section<T>(
        &self,
        key: &str,
        kind: &str,
        sort: &str,
        offset: usize,
        size: usize,
        read: impl Fn(Metadata) -> Option<T>,
    ) -> Answer<Page<T>> {
        let url = self.base.join(&format!("library/sections/{}/all", path_id(key)?));
        let request = self.http.get(url).query(&[("type", kind), ("includeGuids", "1"), ("sort", sort)]);
        self.page(request, offset, size, read).await
    }

    async fn page<T>(
        &self,
        request: RequestBuilder,
        offset: usize,
        size: usize,
        read: impl Fn(Metadata) -> Option<T>,
    ) -> Answer<Page<T>> {
        let request = request.header("X-Plex-Container-Start", offset).header("X-Plex-Container-Size", size);
        let reply = self.ask(request).await?;
        let total =
            reply.headers.get("x-plex-container-total-size").and_then(|total| total.to_str().ok()?.parse().ok());
        container::<Rows>(&reply)?.page(offset, total, read).ok_or_else(|| reply.garbled())
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.base.join(path))
    }

    pub(super) async fn ask(&self, request: RequestBuilder) -> Answer<Reply> {
        checked(self.send(request).await?)
    }

    /// Whatever is answered.
    pub(super) async fn send(&self, request: RequestBuilder) -> Answer<Reply> {
        self.http.send(request.header("X-Plex-Token", secret_value(&self.token)?)).await
    }
}

/// Walks pages that come newest first until one reaches behind `since`.
async fn newest<T, F>(
    page: impl Fn(usize) -> F,
    added_at: impl Fn(&T) -> DateTime<Utc>,
    since: DateTime<Utc>,
) -> Answer<Vec<T>>
where
    F: Future<Output = Answer<Page<T>>>,
{
    let mut found = Vec::new();
    let mut offset = 0;
    for _ in 0..MAX_PAGES {
        let page = page(offset).await?;
        offset += page.received;
        let reached_end = page.received == 0 || offset >= page.total;
        let passed = page.items.last().is_some_and(|last| added_at(last) < since);
        found.extend(page.items.into_iter().filter(|row| added_at(row) >= since));
        if reached_end || passed {
            return Ok(found);
        }
    }
    Err(endless())
}

fn endless() -> Fault {
    Fault::transient("The Plex server claims to have more and more of the same; its list was given up.")
}

fn type_number(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Movie => "1",
        MediaKind::Series => "2",
    }
}

fn read_identity(reply: &Reply) -> Answer<ServerIdentity> {
    container::<Capabilities>(reply)?.read().ok_or_else(|| reply.garbled())
}

pub(super) fn container<T: DeserializeOwned>(reply: &Reply) -> Answer<T> {
    reply.json::<Envelope<T>>().map(|envelope| envelope.container)
}

/// Errors of a media server are web pages; nothing of them is passed on (plex.md 2.1).
pub(super) fn checked(reply: Reply) -> Answer<Reply> {
    let whom = &reply.whom;
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::BAD_REQUEST | StatusCode::SERVICE_UNAVAILABLE if is_starting(&reply) => {
            Err(Fault::transient(format!("{whom} is still starting up.")).after(reply.retry_after()))
        }
        StatusCode::FORBIDDEN => {
            Err(Fault::permanent(format!("{whom} keeps that for its owner; this token is not the owner's.")))
        }
        _ => Err(reply.fault(None)),
    }
}

fn is_starting(reply: &Reply) -> bool {
    let text = reply.text().to_ascii_lowercase();
    ["starting up", "startup", "maintenance"].iter().any(|words| text.contains(words))
}

/// A path on the server itself. The transcoder would fetch any address it is given.
fn is_own_path(path: &str) -> bool {
    let foreign = path.starts_with("//") || path.contains("..") || path.contains("://");
    path.starts_with('/') && !foreign && !path.contains(['\\', '?', '#']) && !path.chars().any(char::is_control)
}
