//! What is written about invites: saved, paused, deleted, cleared.

pub mod guests;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::crypto;
use crate::db::{Conn, Tx, activity, groups, invite_mails, invites, libraries, member_invites, servers, services};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, InviteId, LibraryId};
use crate::domain::invite::form::{Known, TypedInvite};
use crate::domain::invite::mail::InviteMail;
use crate::domain::invite::{Gives, Invite, Standing};
use crate::domain::people::{Actor, rules};
use crate::domain::service::ServiceKind;
use crate::domain::stay::Stay;
use crate::error::{AppError, Outcome};

pub mod home;

/// Tells whether an invite is still as somebody has seen it; that it is used, or rests, changes nothing of what was typed.
pub fn mark(invite: &Invite) -> String {
    let mut invite = Invite { used: 0, paused: false, ..invite.clone() };
    match &mut invite.gives {
        Gives::Groups(ids) => ids.sort_unstable(),
        Gives::Libraries(ids) => ids.sort_unstable(),
    }
    crypto::token_hash(&format!("{invite:?}"))
}

/// Saves an invite as typed or sent; a new one without an id. With the mark of an invite that was `seen` it is saved over
/// that one and no other.
pub async fn save(
    app: &App,
    actor: &Actor,
    id: Option<InviteId>,
    typed: TypedInvite,
    seen: Option<String>,
) -> Outcome<Invite> {
    let (by, within, now) = (actor.clone(), app.clone(), app.now());
    let saved = app
        .db
        .write(move |tx| {
            let before = match id {
                Some(id) => invites::get(tx, id)?.ok_or(AppError::NotFound)?,
                None => blank(&by, now),
            };
            if id.is_some() && seen.is_some_and(|seen| seen != mark(&before)) {
                return Err(AppError::saved_meanwhile("invite"));
            }
            let (groups, libraries) = to_choose(tx, &before)?;
            let zone = within.settings_in(tx)?.time_zone;
            let may_give_home = by.role.is_admin();
            let known = Known { groups: &groups, libraries: &libraries, may_give_home, zone, now };
            let mut invite = typed.read(&before, &known).map_err(AppError::fields)?;
            if invite.code.is_empty() {
                // A link that was sent goes on working.
                invite.code = if id.is_some() { before.code.clone() } else { crypto::invite_code() };
            }
            if invites::by_code(tx, &invite.code)?.is_some_and(|other| other.id != invite.id) {
                return Err(AppError::field("code", invites::CODE_TAKEN));
            }
            let invite = Invite { id: invites::save(tx, &invite, now)?, ..invite };
            if invite != before {
                let detail = if id.is_some() { "changed" } else { "new" };
                note(tx, &by, ActivityKind::InviteSaved, &invite, detail, now)?;
            }
            Ok(invite)
        })
        .await?;
    Ok(saved)
}

fn blank(by: &Actor, now: DateTime<Utc>) -> Invite {
    Invite {
        id: InviteId(0),
        code: String::new(),
        label: String::new(),
        note: String::new(),
        gives: Gives::Groups(Vec::new()),
        flags: Flags::default(),
        home: false,
        stay: Stay::Open,
        uses: None,
        used: 0,
        expires_at: None,
        paused: false,
        made_by: Some(by.id),
        by_member: false,
        made_at: now,
    }
}

/// Those that are there, and those it gives already.
fn to_choose(conn: &mut Conn, before: &Invite) -> Outcome<(Vec<GroupId>, Vec<LibraryId>)> {
    let groups = groups::all(conn)?.into_iter().map(|group| group.id).collect();
    let mut known = Vec::new();
    for server in servers::all(conn)? {
        known.extend(libraries::of_server(conn, server.id)?.into_iter().map(|library| library.id));
    }
    if let Gives::Libraries(given) = &before.gives {
        known.extend(given);
    }
    Ok((groups, known))
}

/// Pauses a link, or lets it work again.
pub async fn pause(app: &App, actor: &Actor, id: InviteId, paused: bool) -> Outcome<Invite> {
    let (by, now) = (actor.clone(), app.now());
    let invite = app
        .db
        .write(move |tx| {
            let invite = invites::get(tx, id)?.ok_or(AppError::NotFound)?;
            if invite.paused != paused {
                invites::pause(tx, id, paused, now)?;
                let detail = if paused { "paused" } else { "works again" };
                note(tx, &by, ActivityKind::InviteSaved, &invite, detail, now)?;
            }
            Ok(Invite { paused, ..invite })
        })
        .await?;
    Ok(invite)
}

/// Has a link sent by mail, to somebody who need not be known.
pub async fn mail(app: &App, actor: &Actor, id: InviteId, typed: &str) -> Outcome<InviteMail> {
    let wrong = |words: String| AppError::field("email", words);
    let address = rules::address(typed).map_err(wrong)?;
    let (by, within, now) = (actor.clone(), app.clone(), app.now());
    let mail = app
        .db
        .write(move |tx| {
            let invite = invites::get(tx, id)?.ok_or(AppError::NotFound)?;
            if let Some(why) = unsendable(tx, &within, &invite, now)? {
                return Err(AppError::Conflict(why.to_owned()));
            }
            let mail = invite_mails::send(tx, id, &address, Some(by.id), now)?;
            note(tx, &by, ActivityKind::InviteMailed, &invite, &address, now)?;
            invite_mails::get(tx, mail)?.ok_or(AppError::NotFound)
        })
        .await?;
    app.wake_worker();
    Ok(mail)
}

/// Why it can't be sent by mail.
pub fn unsendable(conn: &mut Conn, app: &App, invite: &Invite, now: DateTime<Utc>) -> Outcome<Option<&'static str>> {
    let settings = app.settings_in(conn)?;
    Ok(match () {
        () if invite.standing(now) != Standing::Open => {
            Some("This link lets nobody in at the moment: a mail would lead nowhere.")
        }
        () if member_invites::is_forsaken(conn, &settings, invite, now)? => {
            Some("Whoever made this link may not invite any more: a mail would lead nowhere.")
        }
        () if services::of_kind(conn, ServiceKind::Smtp)?.is_empty() => {
            Some("There is no mail server yet. An admin sets one up under Services.")
        }
        () if settings.base_url.is_none() => {
            Some("Usherr does not know its public address yet. An admin sets it under Settings.")
        }
        () => None,
    })
}

/// Deletes a link. Whoever came in by it stays in.
pub async fn remove(app: &App, actor: &Actor, id: InviteId) -> Outcome<Invite> {
    let (by, now) = (actor.clone(), app.now());
    let invite = app
        .db
        .write(move |tx| {
            let invite = invites::get(tx, id)?.ok_or(AppError::NotFound)?;
            invites::remove(tx, id)?;
            note(tx, &by, ActivityKind::InviteRemoved, &invite, "", now)?;
            Ok(invite)
        })
        .await?;
    Ok(invite)
}

/// Deletes all links, or those that are over or used up. `actor` is nobody for the command line.
pub async fn clear(app: &App, actor: Option<Actor>, only_over: bool) -> Outcome<usize> {
    let now = app.now();
    let removed = app
        .db
        .write(move |tx| {
            let removed = invites::clear(tx, only_over, now)?;
            if removed > 0 {
                let what = if only_over { "invites that are over" } else { "all invites" };
                let entry = NewEntry::new(ActivityKind::InvitesCleared, what).detail(removed.to_string());
                let entry = match &actor {
                    Some(actor) => entry.by(actor.id, &actor.name),
                    None => entry,
                };
                activity::record(tx, &entry, now)?;
            }
            Ok(removed)
        })
        .await?;
    Ok(removed)
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    by: &Actor,
    kind: ActivityKind,
    invite: &Invite,
    detail: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let entry = NewEntry::new(kind, invite.name()).by(by.id, &by.name).detail(detail);
    activity::record(tx, &entry, now)
}
