//! The v1 half of plex.tv, which speaks XML whatever it is asked for (plex.md B0-B5, B10). Reading only; it
//! checks the root element first, because a web page must not pass for an empty list.

use chrono::{DateTime, Utc};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::http::Reply;
use super::json::{flex_bool, flex_i64, flex_text, opt_bool, opt_i64, opt_text, opt_time};
use crate::domain::fault::Answer;
use crate::domain::people::{FriendServer, PlexAccount, PlexFriend, PlexHomeUser, PlexInvite, PlexSection, PlexShare};
use crate::domain::sharing::ShareSettings;

/// Somebody as `/api/users` and `/api/home/users` list them.
#[derive(Deserialize)]
struct User {
    #[serde(rename = "@id", default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(rename = "@uuid", default, deserialize_with = "opt_text")]
    uuid: Option<String>,
    #[serde(rename = "@title", default, deserialize_with = "opt_text")]
    title: Option<String>,
    #[serde(rename = "@friendlyName", default, deserialize_with = "opt_text")]
    friendly_name: Option<String>,
    #[serde(rename = "@username", default, deserialize_with = "opt_text")]
    username: Option<String>,
    #[serde(rename = "@email", default, deserialize_with = "opt_text")]
    email: Option<String>,
    #[serde(rename = "@thumb", default, deserialize_with = "opt_text")]
    thumb: Option<String>,
    #[serde(rename = "@home", default, deserialize_with = "flex_bool")]
    home: bool,
    #[serde(rename = "@admin", default, deserialize_with = "flex_bool")]
    admin: bool,
    #[serde(rename = "@guest", default, deserialize_with = "flex_bool")]
    guest: bool,
    #[serde(rename = "@restricted", default, deserialize_with = "flex_bool")]
    restricted: bool,
    #[serde(rename = "Server", default)]
    servers: Vec<UserServer>,
}

#[derive(Deserialize)]
struct UserServer {
    #[serde(rename = "@id", default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(rename = "@machineIdentifier", default, deserialize_with = "opt_text")]
    machine_id: Option<String>,
    #[serde(rename = "@pending", default, deserialize_with = "flex_bool")]
    pending: bool,
    #[serde(rename = "@allLibraries", default, deserialize_with = "flex_bool")]
    all_libraries: bool,
}

#[derive(Deserialize)]
struct Users {
    #[serde(rename = "User", default)]
    users: Vec<User>,
}

#[derive(Deserialize)]
struct Servers {
    #[serde(rename = "Server", default)]
    servers: Vec<Server>,
}

#[derive(Deserialize)]
struct Server {
    #[serde(rename = "@machineIdentifier", default, deserialize_with = "opt_text")]
    machine_id: Option<String>,
    #[serde(rename = "Section", default)]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    #[serde(rename = "@id", default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(rename = "@key", default, deserialize_with = "opt_text")]
    key: Option<String>,
    #[serde(rename = "@title", default, deserialize_with = "flex_text")]
    title: String,
    #[serde(rename = "@type", default, deserialize_with = "flex_text")]
    kind: String,
}

#[derive(Deserialize)]
struct SharedServers {
    #[serde(rename = "SharedServer", default)]
    rows: Vec<SharedServer>,
}

#[derive(Deserialize)]
struct SharedServer {
    #[serde(rename = "@id", default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(rename = "@userID", default, deserialize_with = "opt_i64")]
    user_id: Option<i64>,
    #[serde(rename = "@username", default, deserialize_with = "opt_text")]
    username: Option<String>,
    #[serde(rename = "@email", default, deserialize_with = "opt_text")]
    email: Option<String>,
    #[serde(rename = "@accepted", default, deserialize_with = "opt_bool")]
    accepted: Option<bool>,
    #[serde(rename = "@acceptedAt", default, deserialize_with = "opt_time")]
    accepted_at: Option<DateTime<Utc>>,
    #[serde(rename = "@invitedAt", default, deserialize_with = "opt_time")]
    invited_at: Option<DateTime<Utc>>,
    #[serde(rename = "@allLibraries", default, deserialize_with = "flex_bool")]
    all_libraries: bool,
    #[serde(rename = "@allowSync", default, deserialize_with = "flex_bool")]
    allow_sync: bool,
    #[serde(rename = "@allowCameraUpload", default, deserialize_with = "flex_bool")]
    allow_camera_upload: bool,
    #[serde(rename = "@allowChannels", default, deserialize_with = "flex_bool")]
    allow_channels: bool,
    #[serde(rename = "@allowSubtitleAdmin", default, deserialize_with = "flex_bool")]
    allow_subtitle_admin: bool,
    #[serde(rename = "@allowTuners", default, deserialize_with = "flex_i64")]
    allow_tuners: i64,
    #[serde(rename = "@filterAll", default, deserialize_with = "flex_text")]
    filter_all: String,
    #[serde(rename = "@filterMovies", default, deserialize_with = "flex_text")]
    filter_movies: String,
    #[serde(rename = "@filterMusic", default, deserialize_with = "flex_text")]
    filter_music: String,
    #[serde(rename = "@filterPhotos", default, deserialize_with = "flex_text")]
    filter_photos: String,
    #[serde(rename = "@filterTelevision", default, deserialize_with = "flex_text")]
    filter_television: String,
    #[serde(rename = "Section", default)]
    sections: Vec<SharedSection>,
}

/// Every share lists all sections of its server: of thousands of shares no more is kept than counts.
#[derive(Deserialize)]
struct SharedSection {
    #[serde(rename = "@key", default, deserialize_with = "opt_text")]
    key: Option<String>,
    #[serde(rename = "@shared", default, deserialize_with = "flex_bool")]
    shared: bool,
}

#[derive(Deserialize)]
struct Invites {
    #[serde(rename = "Invite", default)]
    invites: Vec<Invite>,
}

#[derive(Deserialize)]
struct Invite {
    #[serde(rename = "@id", default, deserialize_with = "opt_text")]
    id: Option<String>,
    #[serde(rename = "@username", default, deserialize_with = "opt_text")]
    username: Option<String>,
    #[serde(rename = "@email", default, deserialize_with = "opt_text")]
    email: Option<String>,
    #[serde(rename = "@createdAt", default, deserialize_with = "opt_time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(rename = "@server", default, deserialize_with = "flex_bool")]
    server: bool,
    #[serde(rename = "@friend", default, deserialize_with = "flex_bool")]
    friend: bool,
    #[serde(rename = "@home", default, deserialize_with = "flex_bool")]
    home: bool,
    #[serde(rename = "Server", default)]
    servers: Vec<InviteServer>,
}

#[derive(Deserialize)]
struct InviteServer {
    #[serde(rename = "@name", default, deserialize_with = "opt_text")]
    name: Option<String>,
}

/// `/api/users` (B1). Rows are counted, not believed: `size` lies.
pub(super) fn friends(reply: &Reply) -> Answer<Vec<PlexFriend>> {
    let list: Users = container(reply)?;
    Ok(list.users.into_iter().filter_map(friend).collect())
}

/// `/api/home/users` (B10).
pub(super) fn home_users(reply: &Reply) -> Answer<Vec<PlexHomeUser>> {
    let list: Users = container(reply)?;
    let read = |user: User| {
        let (admin, guest, restricted) = (user.admin, user.guest, user.restricted);
        Some(PlexHomeUser { account: account(user)?, admin, guest, restricted })
    };
    Ok(list.users.into_iter().filter_map(read).collect())
}

/// `/api/servers/{machine id}` (B0).
pub(super) fn sections(reply: &Reply, machine_id: &str) -> Answer<Vec<PlexSection>> {
    let list: Servers = container(reply)?;
    let ours = list.servers.into_iter().filter(|server| server.machine_id.as_deref().is_none_or(|id| id == machine_id));
    let read = |section: Section| {
        Some(PlexSection { id: section.id?, key: section.key?, title: section.title, kind: section.kind })
    };
    Ok(ours.flat_map(|server| server.sections).filter_map(read).collect())
}

/// `/api/servers/{machine id}/shared_servers` (B2). An empty body means nothing is shared.
pub(super) fn shares(reply: &Reply) -> Answer<Vec<PlexShare>> {
    if reply.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let list: SharedServers = container(reply)?;
    Ok(list.rows.into_iter().filter_map(share).collect())
}

/// `/api/invites/requested` (B5).
pub(super) fn invites(reply: &Reply) -> Answer<Vec<PlexInvite>> {
    let list: Invites = container(reply)?;
    let read = |invite: Invite| {
        Some(PlexInvite {
            id: invite.id?,
            username: invite.username,
            email: invite.email,
            created_at: invite.created_at,
            server: invite.server,
            friend: invite.friend,
            home: invite.home,
            server_names: invite.servers.into_iter().filter_map(|server| server.name).collect(),
        })
    };
    Ok(list.invites.into_iter().filter_map(read).collect())
}

fn friend(mut user: User) -> Option<PlexFriend> {
    let servers = std::mem::take(&mut user.servers).into_iter().filter_map(|server| {
        Some(FriendServer {
            machine_id: server.machine_id?,
            share_id: server.id?,
            pending: server.pending,
            all_libraries: server.all_libraries,
        })
    });
    let (home, restricted, servers) = (user.home, user.restricted, servers.collect());
    Some(PlexFriend { account: account(user)?, home, restricted, servers })
}

fn account(user: User) -> Option<PlexAccount> {
    let id = user.id?;
    Some(super::plex_tv_json::account(
        id,
        user.uuid,
        user.friendly_name,
        user.title,
        user.username,
        user.email,
        user.thumb,
    ))
}

fn share(row: SharedServer) -> Option<PlexShare> {
    let shared = row.sections.into_iter().filter(|section| section.shared && !row.all_libraries);
    Some(PlexShare {
        share_id: row.id?,
        account_id: row.user_id,
        username: row.username,
        email: row.email,
        left_over: false,
        accepted: row.accepted.unwrap_or(row.accepted_at.is_some()),
        accepted_at: row.accepted_at,
        invited_at: row.invited_at,
        all_libraries: row.all_libraries,
        section_keys: shared.filter_map(|section| section.key).collect(),
        settings: ShareSettings {
            allow_sync: row.allow_sync,
            allow_camera_upload: row.allow_camera_upload,
            allow_channels: row.allow_channels,
            allow_subtitle_admin: row.allow_subtitle_admin,
            allow_tuners: row.allow_tuners,
            filter_all: row.filter_all,
            filter_movies: row.filter_movies,
            filter_music: row.filter_music,
            filter_photos: row.filter_photos,
            filter_television: row.filter_television,
        },
    })
}

fn container<T: DeserializeOwned>(reply: &Reply) -> Answer<T> {
    let text = reply.text();
    let root = first_element(&text).ok_or_else(|| reply.garbled())?;
    if root.name().as_ref() != "MediaContainer" {
        return Err(reply.garbled());
    }
    quick_xml::de::from_str(&text).map_err(|_| reply.garbled())
}

/// The human text of an XML error: `<Response status>` of v1, `<errors><error message>` of v2, or its bare text.
pub(super) fn error_text(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut inside_error = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                if let Some(said) =
                    attribute(&tag, "Response", "status").or_else(|| attribute(&tag, "error", "message"))
                {
                    return Some(said);
                }
                inside_error = tag.name().as_ref() == "error";
            }
            Event::Text(said) if inside_error => return Some(said.to_string()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, element: &str, name: &str) -> Option<String> {
    if tag.name().as_ref() != element {
        return None;
    }
    let value = tag.try_get_attribute(name).ok()??;
    value.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn first_element(text: &str) -> Option<BytesStart<'_>> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => return Some(tag),
            Event::Eof => return None,
            _ => {}
        }
    }
}
