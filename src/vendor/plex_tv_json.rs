//! The v2 half of plex.tv: JSON rows and what they mean (plex.md A1-A8, B0, B3). Tokens leave only as `SecretString`.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde::Deserialize;

use super::json::{flex_bool, flex_i64, flex_text, list, opt_bool, opt_i64, opt_text, opt_time};
use crate::domain::people::{PlexAccount, PlexConnection, PlexPin, PlexResource, PlexSection, PlexShare};
use crate::domain::sharing::ShareSettings;

/// How long a pin lives when plex.tv doesn't say (the shorter of the two known lives).
const PIN_LIFE: TimeDelta = TimeDelta::minutes(15);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pin {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "opt_i64")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "opt_time")]
    expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_text")]
    auth_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    #[serde(default, deserialize_with = "opt_i64")]
    pub(super) id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    friendly_name: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    username: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    thumb: Option<String>,
    #[serde(default)]
    sharing_settings: Option<Settings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    #[serde(default, deserialize_with = "flex_text")]
    name: String,
    #[serde(default, deserialize_with = "flex_text")]
    provides: String,
    #[serde(default, deserialize_with = "opt_text")]
    client_identifier: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    product_version: Option<String>,
    #[serde(default, deserialize_with = "flex_bool")]
    owned: bool,
    #[serde(default, deserialize_with = "opt_i64")]
    owner_id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "list")]
    connections: Vec<Connection>,
}

#[derive(Deserialize)]
struct Connection {
    #[serde(default, deserialize_with = "opt_text")]
    uri: Option<String>,
    #[serde(default, deserialize_with = "flex_bool")]
    local: bool,
    #[serde(default, deserialize_with = "flex_bool")]
    relay: bool,
}

#[derive(Deserialize)]
pub(super) struct Server {
    #[serde(rename = "librarySections", default, deserialize_with = "list")]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "flex_text")]
    title: String,
    #[serde(rename = "type", default, deserialize_with = "flex_text")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Share {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    machine_identifier: Option<String>,
    #[serde(default, deserialize_with = "opt_i64")]
    invited_id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    invited_email: Option<String>,
    #[serde(default)]
    invited: Option<User>,
    #[serde(default, deserialize_with = "opt_bool")]
    accepted: Option<bool>,
    #[serde(default, deserialize_with = "opt_time")]
    accepted_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_time")]
    invited_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_time")]
    deleted_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_time")]
    left_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flex_bool")]
    all_libraries: bool,
    #[serde(default, deserialize_with = "list")]
    libraries: Vec<Section>,
    #[serde(default)]
    sharing_settings: Option<Settings>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    #[serde(default, deserialize_with = "flex_bool")]
    allow_sync: bool,
    #[serde(default, deserialize_with = "flex_bool")]
    allow_camera_upload: bool,
    #[serde(default, deserialize_with = "flex_bool")]
    allow_channels: bool,
    #[serde(default, deserialize_with = "flex_bool")]
    allow_subtitle_admin: bool,
    #[serde(default, deserialize_with = "flex_i64")]
    allow_tuners: i64,
    #[serde(default, deserialize_with = "flex_text")]
    filter_all: String,
    #[serde(default, deserialize_with = "flex_text")]
    filter_movies: String,
    #[serde(default, deserialize_with = "flex_text")]
    filter_music: String,
    #[serde(default, deserialize_with = "flex_text")]
    filter_photos: String,
    #[serde(default, deserialize_with = "flex_text")]
    filter_television: String,
}

#[derive(Deserialize)]
struct Errors {
    #[serde(default, deserialize_with = "list")]
    errors: Vec<ErrorRow>,
}

#[derive(Deserialize)]
struct ErrorRow {
    #[serde(default, deserialize_with = "opt_text")]
    message: Option<String>,
}

impl Pin {
    /// The life that is left counts from our own clock, which may not agree with Plex's.
    pub(super) fn read(self, now: DateTime<Utc>) -> Option<PlexPin> {
        let left = self.expires_in.and_then(TimeDelta::try_seconds).and_then(|left| now.checked_add_signed(left));
        let expires_at = left.or(self.expires_at).unwrap_or(now + PIN_LIFE);
        Some(PlexPin { id: self.id?, code: self.code?, expires_at })
    }

    pub(super) fn token(self) -> Option<SecretString> {
        self.auth_token.map(SecretString::from)
    }
}

impl User {
    pub(super) fn read(self) -> Option<PlexAccount> {
        let id = self.id?;
        Some(account(id, self.uuid, self.friendly_name, self.title, self.username, self.email, self.thumb))
    }
}

/// One account; the name to show is the first of friendly name, title, user name, address.
pub(super) fn account(
    id: i64,
    uuid: Option<String>,
    friendly_name: Option<String>,
    title: Option<String>,
    username: Option<String>,
    email: Option<String>,
    thumb: Option<String>,
) -> PlexAccount {
    let display_name = friendly_name.or(title).or_else(|| username.clone()).or_else(|| email.clone());
    let display_name = display_name.unwrap_or_else(|| format!("Plex user {id}"));
    PlexAccount { id, uuid, username, email, display_name, thumb }
}

impl Resource {
    /// Only servers; players and the like are left out.
    pub(super) fn read(self) -> Option<PlexResource> {
        if !self.provides.split(',').any(|what| what.trim() == "server") {
            return None;
        }
        let mut connections: Vec<PlexConnection> = self.connections.into_iter().filter_map(Connection::read).collect();
        connections.sort_by_key(|connection| preference(connection, self.owned));
        Some(PlexResource {
            name: self.name,
            machine_id: self.client_identifier?,
            version: self.product_version,
            owned: self.owned,
            owner_id: self.owner_id,
            access_token: self.access_token.map(SecretString::from),
            connections,
        })
    }
}

impl Connection {
    fn read(self) -> Option<PlexConnection> {
        Some(PlexConnection { uri: self.uri?, local: self.local, relay: self.relay })
    }
}

/// Which connection to try first (A8): local before remote if the server is one's own, TLS before plain, relays last.
fn preference(connection: &PlexConnection, owned: bool) -> (bool, bool, bool) {
    let plain = !connection.uri.starts_with("https:");
    (connection.relay, plain, connection.local != owned)
}

impl Server {
    pub(super) fn read(self) -> Vec<PlexSection> {
        self.sections.into_iter().filter_map(Section::read).collect()
    }
}

impl Section {
    fn read(self) -> Option<PlexSection> {
        Some(PlexSection { id: self.id?, key: self.key?, title: self.title, kind: self.kind })
    }
}

impl Share {
    /// `None` for another server's share and for one that has ended. `pending` says which list it came from.
    pub(super) fn read(self, machine_id: &str, pending: bool) -> Option<PlexShare> {
        let ended = self.deleted_at.is_some() || self.left_at.is_some();
        if ended || self.machine_identifier.as_deref() != Some(machine_id) {
            return None;
        }
        let mut invited = self.invited;
        let theirs = invited.as_mut().and_then(|user| user.sharing_settings.take());
        let settings = self.sharing_settings.or(theirs).unwrap_or_default();
        let keys = self.libraries.into_iter().filter(|_| !self.all_libraries).filter_map(|section| section.key);
        let (user_id, username, email) = invited.map(|user| (user.id, user.username, user.email)).unwrap_or_default();
        Some(PlexShare {
            share_id: self.id?,
            account_id: self.invited_id.or(user_id),
            username,
            email: email.or(self.invited_email),
            left_over: false,
            accepted: self.accepted.unwrap_or(!pending),
            accepted_at: self.accepted_at,
            invited_at: self.invited_at,
            all_libraries: self.all_libraries,
            section_keys: keys.collect(),
            settings: settings.read(),
        })
    }
}

impl Settings {
    fn read(self) -> ShareSettings {
        ShareSettings {
            allow_sync: self.allow_sync,
            allow_camera_upload: self.allow_camera_upload,
            allow_channels: self.allow_channels,
            allow_subtitle_admin: self.allow_subtitle_admin,
            allow_tuners: self.allow_tuners,
            filter_all: self.filter_all,
            filter_movies: self.filter_movies,
            filter_music: self.filter_music,
            filter_photos: self.filter_photos,
            filter_television: self.filter_television,
        }
    }
}

/// The first message of a v2 error body.
pub(super) fn error_text(body: &[u8]) -> Option<String> {
    let errors: Errors = serde_json::from_slice(body).ok()?;
    errors.errors.into_iter().find_map(|error| error.message)
}
