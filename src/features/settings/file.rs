//! The settings file: its form (contracts.md, "Settings file"), and errors that say where and what to write instead.
//! It reads text only; `apply` writes it down.

use std::fmt;
use std::path::Path;

use chrono_tz::UTC;
use secrecy::SecretString;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::service::MailSecurity;
use crate::domain::settings::{SettingKey, Settings};
use crate::error::{AppError, Outcome};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    base_url: Option<String>,
    internal_url: Option<String>,
    time_zone: Option<String>,
    default_role: Option<String>,
    default_movie_quota: Option<Word>,
    default_season_quota: Option<Word>,
    quota_days: Option<Word>,
    auto_approve: Option<String>,
    registration: Option<String>,
    plex_sharing_routes: Option<String>,
    membership_extension: Option<String>,
    membership_extensions: Option<Word>,
    asking: Option<String>,
    backup_keep: Option<Word>,
    #[serde(default)]
    pub plex: Vec<Plex>,
    #[serde(default)]
    pub radarr: Vec<Arr>,
    #[serde(default)]
    pub sonarr: Vec<Arr>,
    pub qbittorrent: Option<Torrents>,
    pub smtp: Option<Smtp>,
    pub docker: Option<Docker>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plex {
    pub name: String,
    pub url: String,
    pub token: SecretString,
    pub default_library: Option<String>,
}

/// A Radarr or a Sonarr.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arr {
    pub name: String,
    pub url: String,
    pub api_key: SecretString,
    pub quality_profile: Option<String>,
    pub root_folder: Option<String>,
    #[serde(default)]
    pub is_4k: bool,
    #[serde(default)]
    pub default: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Torrents {
    pub url: String,
    pub username: Option<String>,
    pub password: Option<SecretString>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub from: String,
}

/// Kept for the containers page; nothing uses it yet.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docker {
    pub host: String,
    #[serde(default)]
    pub allow: Vec<String>,
}

/// A number or a word: `default_movie_quota = 5` and `"unlimited"`.
#[derive(Debug)]
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Either;

        impl de::Visitor<'_> for Either {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or \"unlimited\"")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.to_owned()))
            }
        }

        input.deserialize_any(Either)
    }
}

impl SettingsFile {
    /// The settings that it names, in the words that are stored.
    pub fn settings(&self) -> Vec<(SettingKey, &str)> {
        let words = [
            (SettingKey::BaseUrl, self.base_url.as_deref()),
            (SettingKey::InternalUrl, self.internal_url.as_deref()),
            (SettingKey::TimeZone, self.time_zone.as_deref()),
            (SettingKey::DefaultRole, self.default_role.as_deref()),
            (SettingKey::DefaultMovieQuota, self.default_movie_quota.as_ref().map(|word| word.0.as_str())),
            (SettingKey::DefaultSeasonQuota, self.default_season_quota.as_ref().map(|word| word.0.as_str())),
            (SettingKey::QuotaDays, self.quota_days.as_ref().map(|word| word.0.as_str())),
            (SettingKey::AutoApprove, self.auto_approve.as_deref()),
            (SettingKey::Registration, self.registration.as_deref()),
            (SettingKey::PlexSharingRoutes, self.plex_sharing_routes.as_deref()),
            (SettingKey::MembershipExtension, self.membership_extension.as_deref()),
            (SettingKey::MembershipExtensions, self.membership_extensions.as_ref().map(|word| word.0.as_str())),
            (SettingKey::Asking, self.asking.as_deref()),
            (SettingKey::BackupKeep, self.backup_keep.as_ref().map(|word| word.0.as_str())),
        ];
        words.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// What the form alone can't refuse: values that make no sense, names that come twice.
    fn check(&self) -> Result<(), String> {
        let mut settings = Settings::new(UTC);
        for (key, value) in self.settings() {
            settings.set(key, value).map_err(|words| format!("{key}: {words}"))?;
        }
        names("plex", self.plex.iter().map(|row| row.name.as_str()))?;
        names("radarr", self.radarr.iter().map(|row| row.name.as_str()))?;
        names("sonarr", self.sonarr.iter().map(|row| row.name.as_str()))?;
        for (table, url) in self.addresses() {
            let fine = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !fine {
                return Err(format!("{table}: '{url}' is no address; write something like http://127.0.0.1:7878"));
            }
        }
        Ok(())
    }

    fn addresses(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let plex = self.plex.iter().map(|row| ("plex", row.url.as_str()));
        let radarr = self.radarr.iter().map(|row| ("radarr", row.url.as_str()));
        let sonarr = self.sonarr.iter().map(|row| ("sonarr", row.url.as_str()));
        let torrents = self.qbittorrent.iter().map(|row| ("qbittorrent", row.url.as_str()));
        plex.chain(radarr).chain(sonarr).chain(torrents)
    }
}

fn names<'a>(table: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        let key = name.trim().to_lowercase();
        if key.is_empty() || key.chars().count() > 100 {
            return Err(format!("{table}: a name must have 1 to 100 letters"));
        }
        if seen.contains(&key) {
            return Err(format!("{table}: the name '{name}' is there twice; rows match by name"));
        }
        seen.push(key);
    }
    Ok(())
}

/// Reads a settings file. An error names the file, the line and what to write.
pub fn read(path: &Path) -> Outcome<SettingsFile> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| AppError::refused(format!("the settings file {shown} can't be read: {error}")))?;
    parse(&text).map_err(|words| AppError::refused(format!("the settings file {shown} was not applied: {words}")))
}

pub fn parse(text: &str) -> Result<SettingsFile, String> {
    let file: SettingsFile = toml::from_str(text).map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        format!("{place}{}", error.message())
    })?;
    file.check()?;
    Ok(file)
}

/// Reads and applies in one go.
pub async fn apply_at(app: &App, path: &Path) -> Outcome<String> {
    super::apply::apply(app, read(path)?).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WHOLE: &str = r#"
base_url = "https://usherr.example.org"
time_zone = "Europe/Berlin"

[[plex]]
name = "Home"
url = "http://127.0.0.1:32400"
token = "t0ken"
default_library = "Welcome"

[[radarr]]
name = "Radarr"
url = "http://127.0.0.1:7878"
api_key = "k3y"
quality_profile = "HD-1080p"
root_folder = "/movies"
default = true

[[sonarr]]
name = "Sonarr 4K"
url = "http://127.0.0.1:8989"
api_key = "k3y"
is_4k = true

[qbittorrent]
url = "http://127.0.0.1:8080"
username = "admin"
password = "pw"

[smtp]
host = "127.0.0.1"
port = 25
security = "none"
username = ""
password = ""
from = "Usherr <usherr@example.org>"

[docker]
host = "unix:///var/run/docker.sock"
allow = ["plex", "sonarr", "radarr"]
"#;

    #[test]
    fn the_form_of_the_contract_is_read_whole() {
        let file = parse(WHOLE).unwrap();
        assert_eq!(
            file.settings(),
            [(SettingKey::BaseUrl, "https://usherr.example.org"), (SettingKey::TimeZone, "Europe/Berlin")]
        );
        assert_eq!(file.radarr[0].quality_profile.as_deref(), Some("HD-1080p"));
        assert!(file.sonarr[0].is_4k && !file.sonarr[0].default);
        assert_eq!(file.smtp.unwrap().security, MailSecurity::None);
        assert_eq!(file.docker.unwrap().allow.len(), 3);
        assert!(!format!("{:?}", file.plex).contains("t0ken"));
    }

    #[test]
    fn every_table_may_be_left_out() {
        assert!(parse("").unwrap().settings().is_empty());
        let quotas = parse("default_movie_quota = 5\ndefault_season_quota = \"unlimited\"").unwrap();
        assert_eq!(quotas.settings()[0], (SettingKey::DefaultMovieQuota, "5"));
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, words) in [
            ("base_url = 1", "line 1"),
            ("\nbaseurl = \"x\"", "line 2"),
            ("[[radarr]]\nname = \"R\"\nurl = \"http://a\"", "api_key"),
            ("[[radarr]]\nname = \"R\"\nurl = \"a b\"\napi_key = \"k\"", "no address"),
            ("time_zone = \"Berlin\"", "Europe/Berlin"),
            ("default_role = \"admin\"", "viewer or requester"),
            ("[smtp]\nhost = \"h\"\nport = 25\nsecurity = \"ssl\"\nfrom = \"a@b.c\"", "ssl"),
            (
                "[[plex]]\nname = \"A\"\nurl = \"http://a\"\ntoken = \"t\"\n[[plex]]\nname = \"a\"\nurl = \"http://b\"\ntoken = \"t\"",
                "twice",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
