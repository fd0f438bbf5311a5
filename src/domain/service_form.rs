//! What somebody types about a service or a Plex server, before it is one: kept while it is tested, so that a reload or a
//! failed test loses nothing. Secrets are here only sealed.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ids::{ServerId, ServiceId};
use super::service::{Offers, Server, Service, ServiceKind};

/// Which form it is: "plex-new", "radarr-3".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKey {
    Server(Option<ServerId>),
    Service(ServiceKind, Option<ServiceId>),
}

impl FormKey {
    pub fn is_new(self) -> bool {
        matches!(self, Self::Server(None) | Self::Service(_, None))
    }

    /// "Plex", "Radarr".
    pub fn label(self) -> &'static str {
        match self {
            Self::Server(_) => "Plex",
            Self::Service(kind, _) => kind.label(),
        }
    }

    pub fn is_arr(self) -> bool {
        matches!(self, Self::Service(ServiceKind::Radarr | ServiceKind::Sonarr, _))
    }
}

impl fmt::Display for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = match self {
            Self::Server(id) => ("plex", id.map(|id| id.0)),
            Self::Service(kind, id) => (kind.as_str(), id.map(|id| id.0)),
        };
        match id {
            Some(id) => write!(f, "{kind}-{id}"),
            None => write!(f, "{kind}-new"),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct NoSuchForm;

impl FromStr for FormKey {
    type Err = NoSuchForm;

    fn from_str(text: &str) -> Result<Self, NoSuchForm> {
        let (kind, id) = text.split_once('-').ok_or(NoSuchForm)?;
        let id: Option<i64> = match id {
            "new" => None,
            id => Some(id.parse().map_err(|_| NoSuchForm)?),
        };
        match kind {
            "plex" => Ok(Self::Server(id.map(ServerId))),
            kind => Ok(Self::Service(kind.parse().map_err(|_| NoSuchForm)?, id.map(ServiceId))),
        }
    }
}

/// The fields as they were typed; each kind uses its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceForm {
    pub name: String,
    /// Of a mail server: its host name.
    pub url: String,
    pub username: String,
    pub port: String,
    pub security: String,
    pub from: String,
    pub is_4k: bool,
    pub is_default: bool,
    pub quality_profile_id: Option<i64>,
    pub root_folder: String,
    pub tags: Vec<i64>,
    pub default_library: String,
}

impl ServiceForm {
    pub fn new(key: FormKey) -> Self {
        let (port, security) = match key {
            FormKey::Service(ServiceKind::Smtp, _) => ("587", "starttls"),
            _ => ("", ""),
        };
        Self { name: key.label().to_owned(), port: port.to_owned(), security: security.to_owned(), ..Self::default() }
    }

    pub fn of(service: &Service) -> Self {
        let mail = service.mail.as_ref();
        Self {
            name: service.name.clone(),
            url: service.url.clone(),
            username: service.username.clone().unwrap_or_default(),
            port: mail.map(|mail| mail.port.to_string()).unwrap_or_default(),
            security: mail.map(|mail| mail.security.to_string()).unwrap_or_default(),
            from: mail.map(|mail| mail.from.clone()).unwrap_or_default(),
            is_4k: service.is_4k,
            is_default: service.is_default,
            quality_profile_id: service.quality_profile_id,
            root_folder: service.root_folder.clone().unwrap_or_default(),
            tags: service.tags.clone(),
            default_library: String::new(),
        }
    }

    /// The address holds a user name or a password; those have fields of their own.
    pub fn has_login_in_url(&self) -> bool {
        login_in(&self.url).is_some()
    }

    /// Takes them out: the address is kept and shown in the open.
    pub fn drop_login_in_url(&mut self) {
        if let Some(login) = login_in(&self.url) {
            self.url.replace_range(login, "");
        }
    }

    pub fn of_server(server: &Server) -> Self {
        Self {
            name: server.name.clone(),
            url: server.url.clone(),
            default_library: server.default_library.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What a test is about: when it is the same, the test still holds.
    pub fn connection(&self) -> [&str; 5] {
        [&self.url, &self.username, &self.port, &self.security, &self.from]
    }
}

/// A form as it was last tested.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceDraft {
    pub form: ServiceForm,
    /// The key or password that was typed, encrypted.
    pub sealed: Option<String>,
    pub test: Option<TestResult>,
}

/// How the test went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    Good(Box<GoodTest>),
    Bad {
        /// The field to blame: "url", "secret", "from", or "" for all of it.
        field: String,
        words: String,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GoodTest {
    /// What worked, in words.
    pub words: String,
    pub version: Option<String>,
    pub latency_ms: i64,
    pub offers: Option<Offers>,
    /// Of a Plex server: titles of its libraries.
    pub libraries: Vec<String>,
    /// Of a Plex server: what it calls itself.
    #[serde(default)]
    pub name: Option<String>,
    pub machine_id: Option<String>,
    pub owner_plex_id: Option<i64>,
    /// The address to keep in place of the typed one: the service sent us on to it.
    pub moved: Option<String>,
}

impl ServiceDraft {
    pub fn good(&self) -> Option<&GoodTest> {
        match &self.test {
            Some(TestResult::Good(good)) => Some(good),
            _ => None,
        }
    }
}

fn login_in(address: &str) -> Option<Range<usize>> {
    let start = address.find("://").map_or(0, |at| at + "://".len());
    let end = address.rfind('@')?;
    (start <= end).then_some(start..end + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_reads_what_it_wrote() {
        for key in [
            FormKey::Server(None),
            FormKey::Server(Some(ServerId(3))),
            FormKey::Service(ServiceKind::Qbittorrent, None),
            FormKey::Service(ServiceKind::Smtp, Some(ServiceId(12))),
        ] {
            assert_eq!(key.to_string().parse::<FormKey>().unwrap(), key);
        }
        assert!("radarr".parse::<FormKey>().is_err() && "x-1".parse::<FormKey>().is_err());
        assert!("radarr-x".parse::<FormKey>().is_err());
    }

    #[test]
    fn an_address_is_kept_without_its_password() {
        for (typed, kept) in [
            ("http://ana:se/cr@t@host:7878/radarr", "http://host:7878/radarr"),
            ("ana:secret@host", "host"),
            ("http://ana@", "http://"),
            ("http://host:7878/", "http://host:7878/"),
            ("@://x", "@://x"),
        ] {
            let mut form = ServiceForm { url: typed.to_owned(), ..ServiceForm::default() };
            assert_eq!(form.has_login_in_url(), typed != kept, "{typed}");
            form.drop_login_in_url();
            assert_eq!(form.url, kept);
        }
    }
}
