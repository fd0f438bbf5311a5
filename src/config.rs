//! What must be known before the database opens: command line, then environment, then defaults.
//! The only module that reads the environment.

pub mod fail_point;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;

use crate::domain::settings;
use crate::error::{AppError, Outcome};

pub const DEFAULT_LISTEN: &str = "0.0.0.0:5699";

/// No `Debug`: the database's address holds its password.
#[derive(Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database_url: String,
    /// Public address, when it is fixed from outside; the setting of the same name otherwise.
    pub base_url: Option<String>,
    /// Sub-path behind a proxy: empty, or `/path` without a slash at its end.
    pub base_path: String,
    pub secret_key: Option<SecretString>,
    /// A settings file that is applied at every start.
    pub settings_file: Option<PathBuf>,
    pub log: String,
    pub trusted_proxies: Vec<IpNet>,
    pub plex: PlexAddresses,
    /// First value of the setting `time_zone`.
    pub time_zone: String,
    /// How far two writes to what is shared on plex.tv are apart (plex.md B11).
    pub share_pace: Duration,
    /// Debug builds only: end the process the hard way at the n-th fail-point.
    pub kill_at: Option<u64>,
}

/// Where plex.tv and its sisters are.
#[derive(Debug, Clone)]
pub struct PlexAddresses {
    pub plex_tv: String,
    pub clients: String,
    pub discover: String,
    pub community: String,
    pub auth: String,
}

/// What the command line may say; everything else comes from the environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub listen: Option<SocketAddr>,
    pub data_dir: Option<PathBuf>,
}

impl Config {
    pub fn load(overrides: Overrides) -> Outcome<Self> {
        let data_dir = overrides.data_dir.unwrap_or_else(|| PathBuf::from(var("USHERR_DATA_DIR", "./data")));
        let listen = match overrides.listen {
            Some(listen) => listen,
            None => parsed("USHERR_LISTEN", DEFAULT_LISTEN, "an address such as 0.0.0.0:5699")?,
        };
        Ok(Self {
            listen,
            database_url: optional("DATABASE_URL")
                .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("usherr.db").display())),
            base_url: base_url()?,
            base_path: base_path(&var("USHERR_BASE_PATH", "/"))?,
            secret_key: secret_key()?,
            settings_file: optional("USHERR_CONFIG").map(PathBuf::from),
            log: var("USHERR_LOG", "info"),
            trusted_proxies: proxies(&var("USHERR_TRUSTED_PROXIES", ""))?,
            plex: PlexAddresses::load(),
            time_zone: var("TZ", "UTC"),
            kill_at: optional("USHERR_TEST_KILL_AT").and_then(|n| n.parse().ok()),
            share_pace: share_pace(),
            data_dir,
        })
    }
}

impl PlexAddresses {
    fn load() -> Self {
        let address = |name, default| var(name, default).trim_end_matches('/').to_owned();
        Self {
            plex_tv: address("USHERR_PLEX_TV_URL", "https://plex.tv"),
            clients: address("USHERR_PLEX_CLIENTS_URL", "https://clients.plex.tv"),
            discover: address("USHERR_PLEX_DISCOVER_URL", "https://discover.provider.plex.tv"),
            community: address("USHERR_PLEX_COMMUNITY_URL", "https://community.plex.tv"),
            auth: address("USHERR_PLEX_AUTH_URL", "https://app.plex.tv/auth"),
        }
    }
}

/// True where a test run must not leave out a peer that is not installed.
pub fn peers_required() -> bool {
    optional("USHERR_TEST_REQUIRE_PEERS").is_some_and(|value| value == "1")
}

/// Set when the process has started itself anew with another memory allocator setting.
pub const MEMORY_TUNED: &str = "USHERR_MEMORY_TUNED";

pub fn memory_is_tuned() -> bool {
    optional(MEMORY_TUNED).is_some()
}

/// A second. Debug builds may be told to hurry, where nobody but a simulated plex.tv listens.
fn share_pace() -> Duration {
    #[cfg(debug_assertions)]
    if let Some(pace) = optional("USHERR_TEST_SHARE_PACE_MS").and_then(|ms| ms.parse().ok()) {
        return Duration::from_millis(pace);
    }
    Duration::from_secs(1)
}

fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn var(name: &str, default: &str) -> String {
    optional(name).unwrap_or_else(|| default.to_owned())
}

fn parsed<T: FromStr>(name: &str, default: &str, wanted: &str) -> Outcome<T> {
    let text = var(name, default);
    text.parse().map_err(|_| AppError::Malformed(format!("{name} is '{text}'; it must be {wanted}")))
}

fn base_url() -> Outcome<Option<String>> {
    let Some(text) = optional("USHERR_BASE_URL") else { return Ok(None) };
    settings::address(&text).map_err(|_| {
        AppError::Malformed(format!(
            "USHERR_BASE_URL is '{text}'; it must be an address such as https://usherr.example.org"
        ))
    })
}

fn base_path(text: &str) -> Outcome<String> {
    let path = text.trim_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./~".contains(c);
    if !path.chars().all(plain) {
        return Err(AppError::Malformed(format!("USHERR_BASE_PATH is '{text}'; it must be a path such as /usherr")));
    }
    Ok(if path.is_empty() { String::new() } else { format!("/{path}") })
}

fn secret_key() -> Outcome<Option<SecretString>> {
    match optional("USHERR_SECRET_KEY") {
        Some(key) if key.len() < 32 => {
            Err(AppError::Malformed("USHERR_SECRET_KEY is too short; it must have 32 characters or more".to_owned()))
        }
        key => Ok(key.map(SecretString::from)),
    }
}

fn proxies(text: &str) -> Outcome<Vec<IpNet>> {
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(proxy).collect()
}

fn proxy(part: &str) -> Outcome<IpNet> {
    part.parse::<IpNet>().or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from)).map_err(|_| {
        AppError::Malformed(format!("USHERR_TRUSTED_PROXIES has '{part}'; it must be networks such as 10.0.0.0/8"))
    })
}
