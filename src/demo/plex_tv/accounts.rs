//! Who a token is, which servers it reaches, and the owner's list of people (plex.md A5, A7, A8, B1, B10).
//! Never changes anything.

use chrono::{DateTime, SecondsFormat, Utc};
use poem::Response;
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::{Desk, v2_answer};
use crate::demo::ask::{self, Ask, xml};
use crate::demo::household::{Account, Household, SERVER_NAME, Settings, Share};
use crate::demo::poster;
use crate::demo::wire::escaped;

const FEATURES: [&str; 8] =
    ["pass", "webhooks", "session_kick", "sync", "home", "watchlist-rss", "premium-dashboard", "content_filter"];

pub(super) fn avatar_url(ask: &Ask, account: &Account) -> String {
    format!("{}/users/{}/avatar?c=1724402119", ask.origin(), account.uuid)
}

pub(super) fn avatar(desk: &Desk, uuid: &str) -> Response {
    let title =
        desk.house.read(|house| house.accounts.iter().find(|one| one.uuid == uuid).map(|one| one.title.clone()));
    match title {
        Some(title) => Response::builder().content_type("image/png").body(poster::png(&title, 160, 160)),
        None => StatusCode::NOT_FOUND.into(),
    }
}

pub(super) fn ping(ask: &Ask) -> Response {
    if ask.wants_json() {
        return ask::json(StatusCode::OK, &json!({"pong": true}));
    }
    xml(StatusCode::OK, "<pong>true</pong>")
}

pub(super) fn user(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let owner = desk.is_owner(caller);
    let pass = caller.plex_pass;
    let body = json!({
        "id": caller.id, "uuid": caller.uuid, "username": caller.username.as_deref().unwrap_or_default(),
        "title": caller.title, "email": caller.email, "friendlyName": caller.friendly_name, "locale": null,
        "confirmed": caller.confirmed, "joinedAt": 1_552_593_531, "emailOnlyAuth": false, "hasPassword": true,
        "protected": false, "thumb": avatar_url(ask, caller), "authToken": caller.token,
        "mailingListStatus": "unsubscribed", "mailingListActive": false, "scrobbleTypes": "", "country": "SE",
        "subscription": {
            "active": pass, "subscribedAt": pass.then_some("2019-03-16T15:20:12Z"),
            "status": if pass { "Active" } else { "Inactive" }, "paymentService": null,
            "plan": pass.then_some("lifetime"), "features": if pass { &FEATURES[..] } else { &["home"] },
        },
        "subscriptionDescription": null, "restricted": caller.restricted, "anonymous": null, "home": caller.home,
        "guest": false, "homeSize": if owner { 2 } else { 1 }, "homeAdmin": owner, "maxHomeSize": 15,
        "rememberExpiresAt": 1_725_611_719, "profile": {"autoSelectAudio": true, "defaultAudioLanguage": null},
        "entitlements": [], "roles": if pass { &["plexpass"][..] } else { &[] }, "subscriptions": [],
        "pastSubscriptions": [], "trials": [],
        "services": [{"identifier": "epg", "endpoint": "https://epg.provider.plex.tv", "token": "never-keep-this",
            "secret": null, "status": "online"}],
        "adsConsent": null, "experimentalFeatures": false, "twoFactorEnabled": false, "backupCodesCreated": false,
        "attributionPartner": null,
    });
    v2_answer(ask, StatusCode::OK, "user", &body)
}

/// The owner's server and a player; for others the server once the invite is accepted.
pub(super) fn resources(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let rows = desk.house.read(|house| {
        if house.owner_id == caller.id {
            return vec![server(desk, house, None), player()];
        }
        let share = house.share_of(caller.id).filter(|share| share.accepted_at.is_some());
        share.map(|share| server(desk, house, Some(share))).into_iter().collect()
    });
    v2_answer(ask, StatusCode::OK, "resources", &Value::Array(rows))
}

fn server(desk: &Desk, house: &Household, share: Option<&Share>) -> Value {
    let owner = house.owner();
    let owned = share.is_none();
    json!({
        "name": SERVER_NAME, "product": "Plex Media Server", "productVersion": house.version, "platform": "Linux",
        "platformVersion": "6.12", "device": "Docker Container", "clientIdentifier": house.machine_id,
        "createdAt": "2020-01-12T15:30:18Z", "lastSeenAt": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
        "provides": "server", "ownerId": (!owned).then_some(house.owner_id),
        "sourceTitle": if owned { None } else { owner.and_then(|one| one.username.clone()) },
        "publicAddress": "203.0.113.10",
        "accessToken": share.map_or(&house.owner_access_token, |share| &share.access_token),
        "owned": owned, "home": false, "synced": false, "relay": true, "presence": true, "httpsRequired": false,
        "publicAddressMatches": false, "dnsRebindingProtection": true, "natLoopbackSupported": false,
        "connections": connections(&desk.media_server),
    })
}

/// A dead address first, as is normal; the living one is plain HTTP on this machine.
fn connections(url: &str) -> Value {
    let address = url.trim_start_matches("http://");
    let port: u16 = address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(32_400);
    json!([
        {"protocol": "https", "address": "127.0.0.1", "port": 1, "uri": "https://127.0.0.1:1", "local": true,
            "relay": false, "IPv6": false},
        {"protocol": "http", "address": "127.0.0.1", "port": port, "uri": url, "local": true, "relay": false,
            "IPv6": false},
    ])
}

fn player() -> Value {
    json!({
        "name": "Living room", "product": "Plex for Apple TV", "productVersion": "8.45", "platform": null,
        "platformVersion": null, "device": null, "clientIdentifier": "player-living-room",
        "createdAt": "2023-02-02T10:00:00Z", "lastSeenAt": "2024-09-05T03:15:45Z", "provides": "",
        "ownerId": null, "sourceTitle": null, "publicAddress": "203.0.113.10", "accessToken": "player-token",
        "owned": true, "home": false, "synced": false, "relay": false, "presence": false, "httpsRequired": false,
        "publicAddressMatches": false, "dnsRebindingProtection": false, "natLoopbackSupported": false,
        "connections": [],
    })
}

/// Everybody on the owner's list. People who are not the owner get their own, empty, list.
pub(super) fn users(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let rows = desk.house.read(|house| {
        let known = |one: &&Account| house.is_listed(one.id);
        if house.owner_id != caller.id {
            return Vec::new();
        }
        house.accounts.iter().filter(known).map(|one| user_row(ask, house, one)).collect()
    });
    let machine = desk.house.read(|house| house.machine_id.clone());
    let size = rows.len();
    xml(
        StatusCode::OK,
        &format!(
            "<MediaContainer friendlyName=\"myPlex\" identifier=\"com.plexapp.plugins.myplex\" \
             machineIdentifier=\"{machine}\" totalSize=\"{size}\" size=\"{size}\">{}</MediaContainer>",
            rows.concat()
        ),
    )
}

fn user_row(ask: &Ask, house: &Household, one: &Account) -> String {
    let settings = house.settings.get(&one.id).cloned().unwrap_or_default();
    format!(
        "<User id=\"{}\" title=\"{}\" username=\"{}\" email=\"{}\" recommendationsPlaylistId=\"\" thumb=\"{}\" \
         protected=\"0\" home=\"{}\" {} restricted=\"{}\">{}</User>",
        one.id,
        escaped(&one.title),
        escaped(one.username.as_deref().unwrap_or_default()),
        escaped(one.email.as_deref().unwrap_or_default()),
        escaped(&avatar_url(ask, one)),
        u8::from(house.is_marked_home(one)),
        setting_attributes(&settings),
        u8::from(one.restricted),
        house.share_of(one.id).map(|share| server_row(house, share)).unwrap_or_default(),
    )
}

fn server_row(house: &Household, share: &Share) -> String {
    format!(
        "<Server id=\"{}\" serverId=\"{}\" machineIdentifier=\"{}\" name=\"{SERVER_NAME}\" lastSeenAt=\"{}\" \
         numLibraries=\"{}\" allLibraries=\"{}\" owned=\"1\" pending=\"{}\"/>",
        share.id,
        house.server_id,
        house.machine_id,
        Utc::now().timestamp(),
        house.keys_of(share).len(),
        u8::from(share.all_libraries),
        u8::from(share.accepted_at.is_none()),
    )
}

/// The `allow…` and `filter…` attributes of the XML rows.
pub(super) fn setting_attributes(settings: &Settings) -> String {
    format!(
        "allowTuners=\"{}\" allowSync=\"{}\" allowCameraUpload=\"{}\" allowChannels=\"{}\" allowSubtitleAdmin=\"{}\" \
         filterAll=\"{}\" filterMovies=\"{}\" filterMusic=\"{}\" filterPhotos=\"{}\" filterTelevision=\"{}\"",
        settings.allow_tuners,
        u8::from(settings.allow_sync),
        u8::from(settings.allow_camera_upload),
        u8::from(settings.allow_channels),
        u8::from(settings.allow_subtitle_admin),
        escaped(settings.filter_all.as_deref().unwrap_or_default()),
        escaped(&settings.filter_movies),
        escaped(&settings.filter_music),
        escaped(&settings.filter_photos),
        escaped(&settings.filter_television),
    )
}

pub(super) fn home_users(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let rows: Vec<String> = desk.house.read(|house| {
        let inside = |one: &&Account| if house.owner_id == caller.id { one.home } else { one.id == caller.id };
        house.accounts.iter().filter(inside).map(|one| home_row(ask, one, one.id == house.owner_id)).collect()
    });
    let text = format!(
        "<MediaContainer friendlyName=\"myPlex\" identifier=\"com.plexapp.plugins.myplex\" size=\"{}\">{}</MediaContainer>",
        rows.len(),
        rows.concat()
    );
    xml(StatusCode::OK, &text)
}

fn home_row(ask: &Ask, one: &Account, admin: bool) -> String {
    format!(
        "<User id=\"{}\" uuid=\"{}\" admin=\"{}\" guest=\"0\" restricted=\"{}\" protected=\"0\" title=\"{}\" \
         username=\"{}\" email=\"{}\" thumb=\"{}\"/>",
        one.id,
        one.uuid,
        u8::from(admin),
        u8::from(one.restricted),
        escaped(&one.title),
        escaped(one.username.as_deref().unwrap_or_default()),
        escaped(one.email.as_deref().unwrap_or_default()),
        escaped(&avatar_url(ask, one)),
    )
}

/// Epoch seconds as the v2 lists write times.
pub(super) fn iso(epoch: i64) -> Option<String> {
    DateTime::from_timestamp(epoch, 0).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}
