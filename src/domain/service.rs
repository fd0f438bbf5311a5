//! Outside programs Usherr talks to, as they are set up and as they fare.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::catalog::{MediaKind, ServerIdentity};
use super::fault::{Answer, Fault};
use super::ids::{ServerId, ServiceId};
use super::servarr::{QualityProfile, RootFolder, Tag};

crate::text_enum! {
    pub enum ServiceKind {
        Radarr = "radarr",
        Sonarr = "sonarr",
        Qbittorrent = "qbittorrent",
        Smtp = "smtp",
    }
}

impl ServiceKind {
    /// Radarr fetches films, Sonarr series.
    pub fn fetching(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Movie => Self::Radarr,
            MediaKind::Series => Self::Sonarr,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Radarr => "Radarr",
            Self::Sonarr => "Sonarr",
            Self::Qbittorrent => "qBittorrent",
            Self::Smtp => "Mail",
        }
    }
}

crate::text_enum! {
    /// How the connection to a mail server is protected.
    pub enum MailSecurity {
        None = "none",
        Starttls = "starttls",
        Tls = "tls",
    }
}

/// A service as it is set up. `sealed` is its key or password, encrypted; only `App` opens it.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub id: ServiceId,
    pub kind: ServiceKind,
    pub name: String,
    pub url: String,
    pub username: Option<String>,
    pub sealed: Option<String>,
    pub is_4k: bool,
    pub is_default: bool,
    pub quality_profile_id: Option<i64>,
    pub quality_profile: Option<String>,
    pub root_folder: Option<String>,
    pub tags: Vec<i64>,
    pub mail: Option<MailOptions>,
    /// The notification at Sonarr or Radarr that reports to us.
    pub hook_id: Option<i64>,
    /// The random part of the address it reports to, encrypted.
    pub hook_sealed: Option<String>,
    pub from_file: bool,
    pub updated_at: DateTime<Utc>,
}

/// What only a mail service has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailOptions {
    pub port: u16,
    pub security: MailSecurity,
    pub from: String,
}

/// A Plex Media Server as it is set up. `sealed` is the owner's token, encrypted.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    pub id: ServerId,
    pub name: String,
    pub url: String,
    pub sealed: String,
    pub machine_id: Option<String>,
    pub version: Option<String>,
    pub owner_plex_id: Option<i64>,
    /// Title of the library that every share keeps.
    pub default_library: Option<String>,
    pub from_file: bool,
}

impl Server {
    /// Refuses another server that answers in its place: neither our token nor our library is for that one.
    pub fn expect_own(&self, identity: &ServerIdentity) -> Answer<()> {
        match &self.machine_id {
            Some(known) if *known != identity.machine_id => Err(Fault::permanent(
                "Another Plex server than before answers at this address. Enter its address again if that is meant.",
            )),
            _ => Ok(()),
        }
    }
}

/// Which of one kind takes a request: the one that was chosen, while it is there; else the usual one for the picture. `all`
/// have the default one first.
pub fn taker(all: &[Service], chosen: Option<ServiceId>, is_4k: bool) -> Option<&Service> {
    let chosen = chosen.and_then(|id| all.iter().find(|service| service.id == id));
    chosen.or_else(|| all.iter().find(|service| service.is_4k == is_4k))
}

/// Which of one kind is asked what titles there are: the usual one, and not the one for 4K where there is another.
pub fn teller<'a>(all: impl IntoIterator<Item = &'a Service>) -> Option<&'a Service> {
    all.into_iter().min_by_key(|service| service.is_4k)
}

/// The pickers of a Sonarr or Radarr, as they were last read: pages never wait for the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offers {
    pub profiles: Vec<QualityProfile>,
    pub root_folders: Vec<RootFolder>,
    pub tags: Vec<Tag>,
    pub read_at: DateTime<Utc>,
}

/// Whoever is down is asked again this often, whatever the timetable says.
pub const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// How a service fares. `key` is "plex:1", "service:3" or "plex_tv".
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    pub key: String,
    pub name: String,
    pub up: bool,
    pub message: Option<String>,
    pub version: Option<String>,
    pub latency_ms: Option<i64>,
    /// Since when it has been up, or down.
    pub since: DateTime<Utc>,
    pub checked_at: DateTime<Utc>,
}

impl Health {
    /// "1.43.3" of "1.43.3.10512-4b8f2a17d": as people name it.
    pub fn short_version(&self) -> Option<String> {
        let release = self.version.as_deref()?.split(['-', '+', ' ']).next()?;
        Some(release.split('.').take(3).collect::<Vec<_>>().join("."))
    }
}

pub const PLEX_TV_KEY: &str = "plex_tv";

pub fn server_key(id: ServerId) -> String {
    format!("plex:{id}")
}

pub fn service_key(id: ServiceId) -> String {
    format!("service:{id}")
}
