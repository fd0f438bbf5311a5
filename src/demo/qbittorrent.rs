//! The simulated qBittorrent in three generations, over the torrents of the pipeline (services.md 4). Everything here
//! was seen on the real programs. Never downloads a byte.

mod control;
mod door;
mod generation;
mod pages;
mod rows;
mod sessions;
mod sync;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::downloads::{Downloads, Torrent};
use super::host::Host;

pub use generation::Generation;

/// How an instance is set up when it starts.
#[derive(Debug, Clone)]
pub struct QbOptions {
    pub generation: Generation,
    pub username: String,
    pub password: String,
    pub port: Option<u16>,
}

impl QbOptions {
    pub fn new(generation: Generation) -> Self {
        Self { generation, username: "admin".to_owned(), password: "adminadmin1".to_owned(), port: None }
    }
}

/// One try to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub username: String,
    pub accepted: bool,
    pub at: DateTime<Utc>,
}

struct State {
    options: QbOptions,
    /// What each session was told last, by session id.
    sessions: HashMap<String, sync::Told>,
    failures: u32,
    logins: Vec<Login>,
    last_refused: Option<(String, String)>,
    api_key: Option<String>,
    /// Names with save paths.
    categories: BTreeMap<String, String>,
    tags: BTreeSet<String>,
    preferences: serde_json::Map<String, serde_json::Value>,
    complaints: Vec<String>,
    port: u16,
}

struct Inner {
    downloads: Downloads,
    state: Mutex<State>,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running qBittorrent. Clones are handles of the same one.
#[derive(Clone)]
pub struct Qbittorrent {
    inner: Arc<Inner>,
    host: Host,
}

/// Faults, the journal, going down and coming back are its host's.
impl Deref for Qbittorrent {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl Qbittorrent {
    /// Starts an instance on the loopback.
    pub async fn start(options: QbOptions, downloads: Downloads) -> io::Result<Qbittorrent> {
        let (generation, port) = (options.generation, options.port);
        let state = State {
            options,
            sessions: HashMap::new(),
            failures: 0,
            logins: Vec::new(),
            last_refused: None,
            api_key: None,
            categories: ["radarr", "radarr-4k", "tv-sonarr"].map(|name| (name.to_owned(), String::new())).into(),
            tags: BTreeSet::new(),
            preferences: pages::preferences(),
            complaints: Vec::new(),
            port: 0,
        };
        let inner = Arc::new(Inner { downloads, state: Mutex::new(state) });
        let name = format!("qBittorrent {}", generation.app_version());
        let host = Host::start(&name, port, door::endpoint(inner.clone())).await?;
        inner.state().port = host.addr().port();
        host.journal().add_secret(&inner.state().options.password);
        Ok(Qbittorrent { inner, host })
    }

    pub fn url(&self) -> String {
        self.host.url()
    }

    pub fn username(&self) -> String {
        self.inner.state().options.username.clone()
    }

    pub fn password(&self) -> String {
        self.inner.state().options.password.clone()
    }

    /// All torrents, as the pipeline has them.
    pub fn torrents(&self) -> Vec<Torrent> {
        self.inner.downloads.torrents()
    }

    /// All tries to sign in, oldest first.
    pub fn logins(&self) -> Vec<Login> {
        self.inner.state().logins.clone()
    }

    /// What a client did that it should not do.
    pub fn complaints(&self) -> Vec<String> {
        self.inner.state().complaints.clone()
    }

    /// Another password from now on, as if the owner changed it; sessions stay.
    pub fn set_password(&self, password: &str) {
        self.inner.state().options.password = password.to_owned();
    }

    /// All sessions expire.
    pub fn expire_sessions(&self) {
        self.inner.state().sessions.clear();
    }

    /// Forgets failed logins and bans, as a restart does.
    pub fn restart(&self) {
        let mut state = self.inner.state();
        state.failures = 0;
        state.sessions.clear();
    }

    /// Makes a new API key. None where the generation knows none.
    pub fn rotate_api_key(&self) -> Option<String> {
        self.inner.state().rotate_api_key()
    }
}

#[cfg(test)]
mod tests;
