//! What Sonarr and Radarr share: one API dialect, one way to refuse, the same verbs around the library
//! (services.md 1, 2.1, 2.2, 2.6, 2.8). It knows neither films nor series and never tries a call again.

mod connect;
mod disks;
mod errors;
pub mod hooks;
mod queue;
mod sizes;
pub(super) mod wire;

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use self::wire::{NamedWire, StatusWire, TitleWire, rows};
use super::address::Base;
use super::http::{Http, Reply, secret_value};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::servarr::{ArrStatus, ArrTitle, QualityProfile, QueueRecord, RootFolder, Tag};
use crate::domain::service::ServiceKind;

const PLAIN: Duration = Duration::from_secs(30);
/// Lookups and adds ask the service's own metadata server.
pub(super) const LOOKUP: Duration = Duration::from_secs(60);
const PAGE_SIZE: usize = 100;
/// Ends a queue whose length keeps changing under our hands.
const MAX_PAGES: usize = 50;

/// A connection to one Sonarr or Radarr. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Servarr {
    kind: MediaKind,
    http: Http,
    base: Base,
}

impl Servarr {
    pub(super) fn new(kind: MediaKind, base_url: &str, api_key: &SecretString) -> Answer<Servarr> {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-api-key"), secret_value(api_key)?);
        // Anything else may give 406 (services.md 1.1).
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(Servarr { kind, http: Http::new(name(kind), PLAIN, headers)?, base: Base::parse(base_url)? })
    }

    /// "Radarr" or "Sonarr".
    pub fn name(&self) -> &'static str {
        name(self.kind)
    }

    /// The address it sent us on to, if that is not the one that was `typed`. Known after the first call.
    pub fn moved(&self, typed: &str) -> Option<String> {
        self.base.moved(typed)
    }

    /// Says who answers; see `expect_own`.
    pub async fn status(&self) -> Answer<ArrStatus> {
        let reply = self.call(self.ask("system/status")).await?;
        let wire: StatusWire = reply.json()?;
        if wire.app_name.is_empty() && wire.version.is_empty() {
            return Err(reply.garbled());
        }
        Ok(ArrStatus { app_name: wire.app_name, version: wire.version })
    }

    /// Refuses a status that comes from another program: "This is Sonarr, not Radarr." Versions before 4 give no name
    /// and pass.
    pub fn expect_own(&self, status: &ArrStatus) -> Answer<()> {
        let (found, own) = (&status.app_name, self.name());
        if found.is_empty() || found.eq_ignore_ascii_case(own) {
            return Ok(());
        }
        Err(Fault::permanent(format!("This is {found}, not {own}. Enter {own}'s own address and key.")))
    }

    pub async fn quality_profiles(&self) -> Answer<Vec<QualityProfile>> {
        let reply = self.call(self.ask("qualityprofile")).await?;
        Ok(rows::<NamedWire>(&reply)?.into_iter().map(NamedWire::profile).collect())
    }

    /// Root folders with free and total bytes where the service tells them.
    pub async fn root_folders(&self) -> Answer<Vec<RootFolder>> {
        let folders = rows(&self.call(self.ask("rootfolder")).await?)?;
        // Totals only adorn: without them the folders are still good to choose from.
        let disks = match self.call(self.ask("diskspace")).await {
            Ok(reply) => rows(&reply).unwrap_or_default(),
            Err(fault) => {
                tracing::debug!(service.name = self.name(), fault = %fault, "no disk sizes");
                Vec::new()
            }
        };
        Ok(disks::root_folders(folders, &disks))
    }

    pub async fn tags(&self) -> Answer<Vec<Tag>> {
        let reply = self.call(self.ask("tag")).await?;
        Ok(rows::<NamedWire>(&reply)?.into_iter().map(NamedWire::tag).collect())
    }

    /// The whole queue, downloads of unknown titles included. A season pack is one record per episode.
    pub async fn queue(&self) -> Answer<Vec<QueueRecord>> {
        let unknown = self.per_kind("includeUnknownMovieItems", "includeUnknownSeriesItems");
        let mut records: Vec<QueueRecord> = Vec::new();
        let mut received = 0;
        for page in 1..=MAX_PAGES {
            let request = self.ask("queue").query(&[("page", page), ("pageSize", PAGE_SIZE)]);
            let reply = self.call(request.query(&[(unknown, "true")])).await?;
            let page: queue::PageWire = reply.json()?;
            let (count, total) = (page.records.len(), page.total_records.max(0) as usize);
            // Pages past the end repeat the last one, and rows move between pages (services.md 1.5).
            for record in page.records() {
                if records.iter().all(|known| known.queue_id != record.queue_id) {
                    records.push(record);
                }
            }
            received += count;
            if count == 0 || received >= total {
                break;
            }
        }
        Ok(records)
    }

    /// Takes downloads out of the queue and out of the download client, without blocking the release. What is gone
    /// already counts as done: the records of a season pack go together.
    pub async fn cancel_downloads(&self, queue_ids: &[i64]) -> Answer<()> {
        for id in queue_ids {
            let request = self.request(Method::DELETE, &format!("queue/{id}"));
            let request =
                request.query(&[("removeFromClient", "true"), ("blocklist", "false"), ("skipRedownload", "true")]);
            done_if_missing(self.call(request).await)?;
        }
        Ok(())
    }

    /// Makes or updates the webhook connection that calls `url`, and hands back its id. The service calls `url` with a
    /// Test before it answers, so that address must be up (services.md 3.1).
    pub async fn register_webhook(&self, name: &str, url: &str) -> Answer<i64> {
        connect::register(self, name, url).await
    }

    /// Whether some webhook connection calls `url`.
    pub async fn has_webhook(&self, url: &str) -> Answer<bool> {
        connect::exists(self, url).await
    }

    /// A connection that is gone already counts as done.
    pub async fn unregister_webhook(&self, id: i64) -> Answer<()> {
        done_if_missing(self.call(self.request(Method::DELETE, &format!("notification/{id}"))).await)
    }

    /// `path` is below `/api/v3`.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.base.join(&format!("api/v3/{path}")))
    }

    pub(super) fn ask(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// Sends; anything but a success is a fault with the service's own words.
    pub(super) async fn call(&self, request: RequestBuilder) -> Answer<Reply> {
        let reply = self.http.send_at(&self.base, request).await?;
        if reply.ok() { Ok(reply) } else { Err(errors::fault(&reply)) }
    }

    pub(super) async fn command(&self, body: &Value) -> Answer<()> {
        self.call(self.request(Method::POST, "command").json(body)).await.map(drop)
    }

    /// Titles the service's lookup finds for a term. `resource` is `movie` or `series`.
    pub(super) async fn look_up(&self, term: &str, timeout: Duration) -> Answer<Vec<Value>> {
        let request = self.ask(&format!("{}/lookup", self.resource())).query(&[("term", term)]);
        self.call(request.timeout(timeout)).await?.json()
    }

    /// The library's row for a public id, whole. Very old versions ignore the filter and send everything.
    pub(super) async fn find_raw(&self, public_id: i64) -> Answer<Option<Value>> {
        let key = self.public_key();
        let reply = self.call(self.ask(self.resource()).query(&[(key, public_id)])).await?;
        let found: Vec<Value> = reply.json()?;
        Ok(found.into_iter().find(|row| number(row, key) == Some(public_id)))
    }

    pub(super) async fn get_raw(&self, id: i64) -> Answer<Value> {
        self.call(self.ask(&format!("{}/{id}", self.resource()))).await?.json()
    }

    /// Writes a whole resource back, changed only where the caller changed it.
    pub(super) async fn put_raw(&self, id: i64, row: &Value) -> Answer<()> {
        let request = self.request(Method::PUT, &format!("{}/{id}", self.resource()));
        self.call(request.query(&[("moveFiles", "false")]).json(row)).await.map(drop)
    }

    pub(super) async fn add_raw(&self, body: &Value) -> Answer<ArrTitle> {
        let reply = self.call(self.request(Method::POST, self.resource()).json(body).timeout(LOOKUP)).await?;
        let row: Value = reply.json()?;
        self.arr_title(row).ok_or_else(|| reply.garbled())
    }

    pub(super) fn candidate(&self, row: Value) -> Option<Candidate> {
        TitleWire::deserialize(row).ok()?.candidate(self.kind)
    }

    pub(super) fn arr_title(&self, row: Value) -> Option<ArrTitle> {
        TitleWire::deserialize(row).ok()?.arr_title(self.kind)
    }

    fn resource(&self) -> &'static str {
        self.per_kind("movie", "series")
    }

    pub(super) fn public_key(&self) -> &'static str {
        self.per_kind("tmdbId", "tvdbId")
    }

    fn per_kind(&self, movie: &'static str, series: &'static str) -> &'static str {
        if self.kind == MediaKind::Movie { movie } else { series }
    }
}

fn name(kind: MediaKind) -> &'static str {
    if kind == MediaKind::Movie { "Radarr" } else { "Sonarr" }
}

/// Which kind of title a service is for; nothing for the others.
pub(super) fn media_kind(kind: ServiceKind) -> Option<MediaKind> {
    match kind {
        ServiceKind::Radarr => Some(MediaKind::Movie),
        ServiceKind::Sonarr => Some(MediaKind::Series),
        _ => None,
    }
}

/// A whole number in a row, also when it is written as text.
pub(super) fn number(row: &Value, key: &str) -> Option<i64> {
    let value = row.get(key)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

pub(super) fn is_true(row: &Value, key: &str) -> bool {
    row.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// `None` where the service says that it has no such thing.
pub(super) fn none_if_missing<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Err(fault) if fault.class == FaultClass::Missing => Ok(None),
        other => other.map(Some),
    }
}

pub(super) fn done_if_missing<T>(answer: Answer<T>) -> Answer<()> {
    none_if_missing(answer).map(drop)
}
