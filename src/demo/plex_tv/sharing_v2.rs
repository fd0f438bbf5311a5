//! The sharing routes that Plex Web uses today (plex.md B0, B3, B4, B6 to B9).
//! Never decides what sharing does: `sharing` does.

use poem::Response;
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::accounts::{avatar_url, iso};
use super::sharing::{self, Invitee, Refusal};
use super::{Desk, errors, strict, v2_answer};
use crate::demo::ask::Ask;
use crate::demo::household::{Account, Household, SERVER_NAME, Settings, Share};

pub fn sections(desk: &Desk, ask: &Ask, caller: &Account, machine: &str) -> Response {
    let (is_ours, id) = desk.house.read(|house| (house.machine_id == machine, house.server_id));
    if !is_ours || !desk.is_owner(caller) {
        return errors::v2_not_found(ask);
    }
    // Numbers here, strings on the media server.
    let rows: Vec<Value> = sharing::listed_sections(desk)
        .iter()
        .map(|one| json!({"id": one.id, "key": one.key, "title": one.title, "type": one.kind}))
        .collect();
    let body = json!({"id": id, "name": SERVER_NAME, "machineIdentifier": machine, "librarySections": rows});
    v2_answer(ask, StatusCode::OK, "server", &body)
}

pub fn shared_servers(desk: &Desk, ask: &Ask, caller: &Account, path: &[&str]) -> Response {
    let writes = matches!((ask.method.as_str(), path), ("POST", [] | [_]) | ("DELETE", [_]));
    if writes && desk.modes().v2_sharing_gone {
        return errors::v2_gone(ask);
    }
    match (ask.method.as_str(), path) {
        ("GET", ["owned", "accepted"]) => list(desk, ask, caller, |share| share.accepted_at.is_some()),
        ("GET", ["owned", "pending"] | ["invites", "owned", "pending"]) => list(desk, ask, caller, sharing::open),
        ("GET", ["invites", "received", "pending"]) => received(desk, ask, caller),
        ("POST", []) => invite(desk, ask, caller),
        ("POST", [id, "accept"]) => {
            let accepted = id.parse().is_ok_and(|id| sharing::accept(desk, id, caller.id));
            if accepted { StatusCode::NO_CONTENT.into() } else { errors::v2_not_found(ask) }
        }
        ("POST", [id]) if desk.is_owner(caller) => change(desk, ask, id),
        ("DELETE", [id]) if desk.is_owner(caller) => {
            let removed = id.parse().is_ok_and(|id| sharing::remove(desk, id));
            if removed { StatusCode::NO_CONTENT.into() } else { errors::v2_not_found(ask) }
        }
        _ => errors::v2_not_found(ask),
    }
}

fn list(desk: &Desk, ask: &Ask, caller: &Account, wanted: impl Fn(&Share) -> bool) -> Response {
    let rows: Vec<Value> = desk.house.read(|house| {
        let mine = house.owner_id == caller.id;
        house.shares.iter().filter(|share| mine && wanted(share)).map(|share| row(ask, house, share)).collect()
    });
    v2_answer(ask, StatusCode::OK, "sharedServers", &Value::Array(rows))
}

fn row(ask: &Ask, house: &Household, share: &Share) -> Value {
    let keys = house.keys_of(share);
    let libraries: Vec<Value> = house
        .sections
        .iter()
        .filter(|one| keys.contains(&one.key))
        .map(|one| json!({"id": one.id, "key": one.key, "title": one.title, "type": one.kind}))
        .collect();
    let account = share.account_id.and_then(|id| house.account(id));
    let settings = share.account_id.and_then(|id| house.settings.get(&id).cloned()).unwrap_or_default();
    let settings = settings_json(&settings);
    json!({
        "id": share.id, "name": SERVER_NAME, "ownerId": house.owner_id, "invitedId": share.account_id,
        "invitedEmail": if account.is_none() { share.email.clone() } else { None }, "serverId": house.server_id,
        "accepted": share.accepted_at.is_some(), "acceptedAt": share.accepted_at.and_then(iso),
        "invitedAt": iso(share.invited_at), "deletedAt": null, "leftAt": null, "owned": true,
        "inviteToken": share.invite_token, "machineIdentifier": house.machine_id, "lastSeenAt": iso(share.invited_at),
        "numLibraries": libraries.len(), "allLibraries": share.all_libraries, "searchEnabled": true,
        "invited": account.map(|one| invited(ask, one, share, &settings)),
        "owner": house.owner().map(owner), "libraries": libraries, "sharingSettings": settings,
    })
}

fn invited(ask: &Ask, one: &Account, share: &Share, settings: &Value) -> Value {
    json!({
        "id": one.id, "uuid": one.uuid, "title": one.title, "username": one.username.as_deref().unwrap_or_default(),
        "email": one.email.as_deref().unwrap_or_default(), "friendlyName": one.friendly_name,
        "thumb": avatar_url(ask, one), "home": one.home, "restricted": one.restricted,
        "status": if share.accepted_at.is_some() { "accepted" } else { "pending" }, "sharingSettings": settings,
    })
}

fn owner(one: &Account) -> Value {
    json!({
        "id": one.id, "uuid": one.uuid, "username": one.username, "title": one.title, "email": null,
        "friendlyName": one.friendly_name,
    })
}

fn settings_json(one: &Settings) -> Value {
    json!({
        "allowSync": one.allow_sync, "allowCameraUpload": one.allow_camera_upload,
        "allowChannels": one.allow_channels, "allowTuners": one.allow_tuners,
        "allowSubtitleAdmin": one.allow_subtitle_admin, "filterAll": one.filter_all,
        "filterMovies": one.filter_movies, "filterMusic": one.filter_music, "filterPhotos": one.filter_photos,
        "filterTelevision": one.filter_television,
    })
}

/// Open invites as the invitee sees them; nobody else does.
fn received(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let rows: Vec<Value> = desk.house.read(|house| {
        let mine = |share: &&Share| sharing::open(share) && sharing::is_for(house, share, caller.id);
        let servers: Vec<Value> = house
            .shares
            .iter()
            .filter(mine)
            .map(|share| json!({"id": share.id, "name": SERVER_NAME, "machineIdentifier": house.machine_id}))
            .collect();
        let from = house.owner().filter(|_| !servers.is_empty());
        from.map(|from| json!({"owner": owner(from), "sharedServers": servers})).into_iter().collect()
    });
    v2_answer(ask, StatusCode::OK, "invites", &Value::Array(rows))
}

fn invite(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let body = match strict::v2(ask) {
        Ok(body) => body,
        Err(wrong) => return malformed(ask, wrong),
    };
    let ours = desk.house.read(|house| body["machineIdentifier"] == house.machine_id.as_str());
    if !ours || !desk.is_owner(caller) {
        return errors::v2_not_found(ask);
    }
    let Some(invitee) = Invitee::of(&body["invitedId"], &body["invitedEmail"]) else {
        return errors::v2(ask, StatusCode::BAD_REQUEST, 1000, "invitedEmail or invitedId is missing");
    };
    let skip = body["skipFriendship"].as_bool().unwrap_or_default();
    match sharing::invite(desk, &invitee, &sharing::ids(&body["librarySectionIds"]), skip) {
        Ok(share) => {
            keep_settings(desk, &share, &body["settings"]);
            let row = desk.house.read(|house| row(ask, house, &share));
            v2_answer(ask, StatusCode::CREATED, "sharedServer", &row)
        }
        Err(refusal) => refused(ask, refusal),
    }
}

fn malformed(ask: &Ask, wrong: &str) -> Response {
    errors::v2(ask, StatusCode::BAD_REQUEST, 1000, wrong)
}

fn keep_settings(desk: &Desk, share: &Share, body: &Value) {
    if let (Some(id), Value::Object(_)) = (share.account_id, body) {
        desk.house.write(|house| house.settings.insert(id, sharing::settings(body)));
    }
}

fn refused(ask: &Ask, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Already(name) => {
            errors::v2_unprocessable(ask, &format!("You're already sharing this server with {name}"))
        }
        Refusal::Pending(name) => errors::v2_unprocessable(ask, &format!("An invite to {name} is already pending")),
        Refusal::Unconfirmed => errors::v2_unprocessable(ask, "Invite a user requires a Plex Pass"),
        Refusal::Yourself => errors::v2_unprocessable(ask, "You can't share a server with yourself"),
        Refusal::UnknownPerson | Refusal::UnknownSections => errors::v2_not_found(ask),
    }
}

fn change(desk: &Desk, ask: &Ask, id: &str) -> Response {
    let body = match strict::v2(ask) {
        Ok(body) => body,
        Err(wrong) => return malformed(ask, wrong),
    };
    let Some(id) = id.parse().ok() else {
        return errors::v2_not_found(ask);
    };
    let account = desk.house.read(|house| house.share(id).and_then(|share| share.account_id));
    if body["settings"].is_object() && sharing::refuses_settings(desk, account) {
        return errors::v2_unprocessable(ask, sharing::RESTRICTED);
    }
    match sharing::change(desk, id, &sharing::ids(&body["librarySectionIds"])) {
        None => errors::v2_not_found(ask),
        Some(Err(refusal)) => refused(ask, refusal),
        Some(Ok(share)) => {
            keep_settings(desk, &share, &body["settings"]);
            let row = desk.house.read(|house| row(ask, house, &share));
            v2_answer(ask, StatusCode::OK, "sharedServer", &row)
        }
    }
}

/// `POST /sharing_settings`: the full set for one person; what is left out is switched off.
pub fn settings(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    if desk.modes().settings_gone {
        return errors::v2_not_found(ask);
    }
    let body = match strict::v2(ask) {
        Ok(body) => body,
        Err(wrong) => return malformed(ask, wrong),
    };
    let account = desk.house.read(|house| match Invitee::of(&body["invitedId"], &body["invitedEmail"])? {
        Invitee::Id(id) => house.account(id).cloned(),
        Invitee::Named(name) => house.account_named(&name).cloned(),
    });
    match account.filter(|_| desk.is_owner(caller)) {
        None => errors::v2_not_found(ask),
        Some(one) if sharing::refuses_settings(desk, Some(one.id)) => {
            errors::v2_unprocessable(ask, sharing::RESTRICTED)
        }
        Some(one) => {
            let settings = sharing::settings(&body["settings"]);
            let answer = settings_json(&settings);
            desk.house.write(|house| house.settings.insert(one.id, settings));
            v2_answer(ask, StatusCode::OK, "sharingSettings", &answer)
        }
    }
}

/// `PUT` patches a person's settings by query, `DELETE` ends friendship and shares.
pub fn sharings(desk: &Desk, ask: &Ask, caller: &Account, id: &str) -> Response {
    let known = id.parse().ok().filter(|id| desk.house.read(|house| house.account(*id).is_some()));
    let Some(id) = known.filter(|id| desk.is_owner(caller) && *id != caller.id) else {
        return errors::v2_not_found(ask);
    };
    match ask.method.as_str() {
        "PUT" if sharing::refuses_settings(desk, Some(id)) => errors::v2_unprocessable(ask, sharing::RESTRICTED),
        "PUT" if !desk.modes().sharings_put_gone => {
            let settings = desk.house.write(|house| {
                let settings = house.settings.entry(id).or_default();
                patch(settings, &ask.query);
                settings_json(settings)
            });
            v2_answer(ask, StatusCode::OK, "sharingSettings", &settings)
        }
        "DELETE" if end_friendship(desk, id) => StatusCode::NO_CONTENT.into(),
        _ => errors::v2_not_found(ask),
    }
}

fn end_friendship(desk: &Desk, id: i64) -> bool {
    desk.house.write(|house| {
        let before = house.shares.len() + house.friends.len();
        house.shares.retain(|share| share.account_id != Some(id));
        house.friends.retain(|friend| *friend != id);
        house.shares.len() + house.friends.len() < before
    })
}

/// Changes the settings that a query names, and no others.
pub fn patch(settings: &mut Settings, query: &[(String, String)]) {
    for (name, value) in query {
        let yes = value == "1" || value == "true";
        match name.as_str() {
            "allowSync" => settings.allow_sync = yes,
            "allowCameraUpload" => settings.allow_camera_upload = yes,
            "allowChannels" => settings.allow_channels = yes,
            "allowSubtitleAdmin" => settings.allow_subtitle_admin = yes,
            "allowTuners" => settings.allow_tuners = value.parse().unwrap_or_default(),
            "filterAll" => settings.filter_all = Some(value.clone()),
            "filterMovies" => settings.filter_movies = value.clone(),
            "filterMusic" => settings.filter_music = value.clone(),
            "filterPhotos" => settings.filter_photos = value.clone(),
            "filterTelevision" => settings.filter_television = value.clone(),
            _ => {}
        }
    }
}
