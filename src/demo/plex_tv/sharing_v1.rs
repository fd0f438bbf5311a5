//! The old sharing routes, in XML (plex.md B0, B2, B4, B5, B7, B8, B9).
//! Never JSON, whatever `Accept` says.

use poem::Response;
use poem::http::StatusCode;
use serde_json::Value;

use super::sharing::{self, Invitee, Refusal};
use super::{Desk, accounts, errors, home, strict};
use crate::demo::ask::{Ask, xml};
use crate::demo::household::{Account, Household, SERVER_NAME, Section, Share};
use crate::demo::wire::escaped;

fn owns(desk: &Desk, caller: &Account, machine: &str) -> bool {
    desk.is_owner(caller) && desk.house.read(|house| house.machine_id == machine)
}

pub fn sections(desk: &Desk, caller: &Account, machine: &str) -> Response {
    if !owns(desk, caller, machine) {
        return errors::v1_not_found();
    }
    let row = |one: &Section| {
        let title = escaped(&one.title);
        format!("<Section id=\"{}\" key=\"{}\" type=\"{}\" title=\"{title}\"/>", one.id, one.key, one.kind)
    };
    let rows: String = sharing::listed_sections(desk).iter().map(row).collect();
    let server = format!("<Server name=\"{SERVER_NAME}\" machineIdentifier=\"{machine}\">{rows}</Server>");
    xml(StatusCode::OK, &container(machine, 1, &server))
}

fn container(machine: &str, size: usize, inner: &str) -> String {
    format!(
        "<MediaContainer friendlyName=\"myPlex\" identifier=\"com.plexapp.plugins.myplex\" \
         machineIdentifier=\"{machine}\" size=\"{size}\">{inner}</MediaContainer>"
    )
}

pub fn shared_servers(desk: &Desk, ask: &Ask, caller: &Account, machine: &str, rest: &[&str]) -> Response {
    if !owns(desk, caller, machine) {
        return errors::v1_not_found();
    }
    let id = rest.first().and_then(|id| id.parse().ok());
    if ask.method != "GET" && desk.modes().v1_sharing_gone {
        return errors::v1_gone();
    }
    match (ask.method.as_str(), rest, id) {
        ("GET", [], _) => list(desk, None),
        ("GET", [_], Some(id)) => list(desk, Some(id)),
        ("POST", [], _) => invite(desk, ask, machine),
        ("PUT", [_], Some(id)) => change(desk, ask, machine, id),
        ("DELETE", [_], Some(id)) if sharing::remove(desk, id) => StatusCode::OK.into(),
        _ => errors::v1_not_found(),
    }
}

fn list(desk: &Desk, only: Option<i64>) -> Response {
    let hidden = desk.modes().share_tokens_hidden;
    let (machine, rows) = desk.house.read(|house| {
        let wanted = |share: &&Share| only.is_none_or(|id| id == share.id);
        let rows: Vec<_> = house.shares.iter().filter(wanted).map(|share| row(house, share, hidden)).collect();
        (house.machine_id.clone(), rows)
    });
    if only.is_some() && rows.is_empty() {
        return errors::v1_not_found();
    }
    xml(StatusCode::OK, &container(&machine, rows.len(), &rows.concat()))
}

fn row(house: &Household, share: &Share, hidden: bool) -> String {
    let account = share.account_id.and_then(|id| house.account(id));
    let settings = share.account_id.and_then(|id| house.settings.get(&id).cloned()).unwrap_or_default();
    let name = account.and_then(|one| one.username.as_deref()).unwrap_or_default();
    let email = account.and_then(|one| one.email.as_deref()).or(share.email.as_deref()).unwrap_or_default();
    let keys = house.keys_of(share);
    let sections: String = house.sections.iter().map(|one| section_row(one, keys.contains(&one.key))).collect();
    format!(
        "<SharedServer id=\"{}\" username=\"{}\" email=\"{}\" userID=\"{}\" accessToken=\"{}\" name=\"{SERVER_NAME}\" \
         acceptedAt=\"{}\" invitedAt=\"{}\" {} owned=\"1\" allLibraries=\"{}\">{sections}</SharedServer>",
        share.id,
        escaped(name),
        escaped(email),
        share.account_id.map(|id| id.to_string()).unwrap_or_default(),
        if hidden || share.accepted_at.is_none() { "" } else { &share.access_token },
        share.accepted_at.map(|at| at.to_string()).unwrap_or_default(),
        share.invited_at,
        accounts::setting_attributes(&settings),
        u8::from(share.all_libraries),
    )
}

fn section_row(one: &Section, shared: bool) -> String {
    format!(
        "<Section id=\"{}\" key=\"{}\" title=\"{}\" type=\"{}\" shared=\"{}\"/>",
        one.id,
        one.key,
        escaped(&one.title),
        one.kind,
        u8::from(shared)
    )
}

fn invite(desk: &Desk, ask: &Ask, machine: &str) -> Response {
    let body = match strict::v1(ask, machine) {
        Ok(body) => body,
        Err(wrong) => return errors::v1(StatusCode::BAD_REQUEST, wrong),
    };
    let wanted = &body["shared_server"];
    let Some(invitee) = Invitee::of(&wanted["invited_id"], &wanted["invited_email"]) else {
        return errors::v1(StatusCode::BAD_REQUEST, "Please name who is invited.");
    };
    // An id is for those who are on the owner's list.
    let is_listed = |id| desk.house.read(|house| house.is_listed(id) || house.owner_id == id);
    if matches!(invitee, Invitee::Id(id) if !is_listed(id)) {
        return refused(Refusal::UnknownPerson);
    }
    match sharing::invite(desk, &invitee, &sharing::ids(&wanted["library_section_ids"]), false) {
        Ok(share) => {
            keep_settings(desk, &share, &body["sharing_settings"]);
            list(desk, Some(share.id))
        }
        Err(refusal) => refused(refusal),
    }
}

fn keep_settings(desk: &Desk, share: &Share, body: &Value) {
    if let (Some(id), Value::Object(_)) = (share.account_id, body) {
        desk.house.write(|house| house.settings.insert(id, sharing::settings(body)));
    }
}

fn refused(refusal: Refusal) -> Response {
    let (status, text) = match refusal {
        Refusal::Already(name) => (
            StatusCode::BAD_REQUEST,
            format!("You're already sharing this server with {name}. Please edit your existing share."),
        ),
        Refusal::Pending(name) => {
            (StatusCode::BAD_REQUEST, format!("An invitation to share this server with {name} is already pending."))
        }
        Refusal::UnknownPerson => (StatusCode::NOT_FOUND, "Unable to find user".to_owned()),
        Refusal::UnknownSections => (StatusCode::NOT_FOUND, "Not found".to_owned()),
        Refusal::Unconfirmed => (StatusCode::BAD_REQUEST, "Invite a user requires a Plex Pass".to_owned()),
        Refusal::Yourself => (StatusCode::BAD_REQUEST, "You can't share a server with yourself.".to_owned()),
    };
    errors::v1(status, &text)
}

fn change(desk: &Desk, ask: &Ask, machine: &str, id: i64) -> Response {
    let body = match strict::v1(ask, machine) {
        Ok(body) => body,
        Err(wrong) => return errors::v1(StatusCode::BAD_REQUEST, wrong),
    };
    let ids = sharing::ids(&body["shared_server"]["library_section_ids"]);
    match sharing::change(desk, id, &ids) {
        None => errors::v1_not_found(),
        Some(Err(refusal)) => refused(refusal),
        Some(Ok(_)) if ids.is_empty() => xml(StatusCode::OK, "<MediaContainer size=\"0\"/>"),
        Some(Ok(share)) => list(desk, Some(share.id)),
    }
}

/// Open invites, by account id or, without an account, by address.
pub fn sent_invites(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    if desk.modes().sent_invites_gone {
        return errors::v1_gone();
    }
    let rows: Vec<String> = desk.house.read(|house| {
        let mine = house.owner_id == caller.id;
        let open = house.shares.iter().filter(|share| mine && sharing::open(share));
        let shares = open.map(|share| invite_row(ask, house, share));
        shares.chain(home::sent(ask, house).into_iter().filter(|_| mine)).collect()
    });
    let machine = desk.house.read(|house| house.machine_id.clone());
    xml(StatusCode::OK, &container(&machine, rows.len(), &rows.concat()))
}

fn invite_row(ask: &Ask, house: &Household, share: &Share) -> String {
    let account = share.account_id.and_then(|id| house.account(id));
    let email = share.email.as_deref().unwrap_or_default();
    let name = account.and_then(|one| one.username.as_deref()).unwrap_or_default();
    let home = account.is_some_and(|one| house.home_invites.contains(&one.id));
    let friend = account.is_none_or(|one| !house.friends.contains(&one.id));
    format!(
        "<Invite id=\"{}\" createdAt=\"{}\" friend=\"{}\" home=\"{}\" server=\"1\" username=\"{}\" email=\"{}\" \
         thumb=\"{}\" friendlyName=\"{}\"><Server name=\"{SERVER_NAME}\" numLibraries=\"{}\"/></Invite>",
        escaped(&account.map_or_else(|| email.to_owned(), |one| one.id.to_string())),
        share.invited_at,
        u8::from(friend && !share.skip_friendship),
        u8::from(home),
        escaped(name),
        escaped(email),
        escaped(&account.map(|one| accounts::avatar_url(ask, one)).unwrap_or_default()),
        escaped(if name.is_empty() { email } else { name }),
        house.keys_of(share).len(),
    )
}

/// The id is an account's, or the address of somebody without one. The flags say what is taken back.
pub fn cancel(desk: &Desk, ask: &Ask, caller: &Account, id: &str) -> Response {
    let of_home = ask.query("home") == Some("1");
    let home = of_home && desk.is_owner(caller) && id.parse().is_ok_and(|id| home::cancel(desk, id));
    if of_home && ask.query("server") != Some("1") {
        return if home { StatusCode::OK.into() } else { errors::v1_not_found() };
    }
    let is_it = |share: &Share| match share.account_id {
        Some(account) => account.to_string() == id,
        None => share.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(id)),
    };
    if desk.is_owner(caller) && (sharing::cancel(desk, is_it) || home) {
        return StatusCode::OK.into();
    }
    errors::v1_not_found()
}

/// `PUT /api/users/{id}?filterMovies=…` changes only what it names.
pub fn user_settings(desk: &Desk, ask: &Ask, caller: &Account, id: &str) -> Response {
    let account = id.parse().ok().filter(|id| desk.house.read(|house| house.account(*id).is_some()));
    let Some(account) = account.filter(|_| desk.is_owner(caller)) else {
        return errors::v1_not_found();
    };
    if sharing::refuses_settings(desk, Some(account)) {
        return errors::v1(StatusCode::UNPROCESSABLE_ENTITY, sharing::RESTRICTED);
    }
    desk.house.write(|house| super::sharing_v2::patch(house.settings.entry(account).or_default(), &ask.query));
    StatusCode::OK.into()
}
