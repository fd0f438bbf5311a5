//! What is written about access requests: asked, confirmed, decided; and the private links to ask by.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change as News};
use crate::crypto;
use crate::db::{Conn, Tx, access_requests, activity, ask_links, groups, invite_mails, invites, outbox, people};
use crate::domain::access_request::form::{Approval, Ask, TypedApproval, TypedLink};
use crate::domain::access_request::{AccessRequest, AskLink, INVITE_WORKS, Refusal};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::group::Flags;
use crate::domain::ids::{AccessRequestId, AskLinkId, GroupId, InviteId, PersonId};
use crate::domain::invite::{Gives, Invite};
use crate::domain::people::{Actor, Person, Role};
use crate::error::{AppError, Outcome};

/// Who decides: signed in, or by the link in their mail.
#[derive(Debug, Clone)]
pub struct Decider {
    pub id: PersonId,
    pub name: String,
}

impl From<&Actor> for Decider {
    fn from(actor: &Actor) -> Self {
        Self { id: actor.id, name: actor.name.clone() }
    }
}

impl From<&Person> for Decider {
    fn from(person: &Person) -> Self {
        Self { id: person.id, name: person.name.clone() }
    }
}

/// Writes down that somebody asks, and has them written to: what is known of the address makes no difference here. Nothing
/// where enough letters went to that mailbox.
pub async fn ask(app: &App, link: Option<AskLinkId>, ask: Ask) -> Outcome<Option<AccessRequestId>> {
    if !app.limits.letter(&ask.email) {
        return Ok(None);
    }
    let now = app.now();
    let id = app
        .db
        .write(move |tx| {
            let id = access_requests::add(tx, &ask, link, now)?;
            outbox::push(tx, &Effect::WriteToAsker { access_request: id }, &format!("asked to be let in {id}"), now)?;
            Ok(id)
        })
        .await?;
    app.wake_worker();
    Ok(Some(id))
}

/// The address is theirs: those who decide are told. A second time changes nothing.
pub async fn confirm(app: &App, id: AccessRequestId) -> Outcome<()> {
    let now = app.now();
    app.db.write(move |tx| confirm_in(tx, id, now)).await?;
    announce(app);
    Ok(())
}

fn confirm_in(tx: &mut Tx<'_>, id: AccessRequestId, now: DateTime<Utc>) -> Outcome<()> {
    let one = access_requests::get(tx, id)?.ok_or(AppError::NotFound)?;
    let Ok(open) = one.confirm(now) else { return Ok(()) };
    if access_requests::is_open(tx, &one.email)? {
        return access_requests::remove(tx, id);
    }
    access_requests::turn(tx, one.state, &open)?;
    access_requests::forget_unconfirmed(tx, &one.email)?;
    for reader in people::with_roles(tx, &[Role::Moderator, Role::Admin])? {
        let effect = Effect::TellAccessRequest { access_request: id, reader: reader.id };
        outbox::push(tx, &effect, &format!("asks to be let in {id} {}", reader.id), now)?;
    }
    activity::record(tx, &NewEntry::new(ActivityKind::AccessAsked, &one.name), now)
}

/// Says yes: an invite for one, which is sent where mails can go out; else whoever decides has its link.
pub async fn approve(app: &App, by: Decider, id: AccessRequestId, typed: TypedApproval) -> Outcome<AccessRequest> {
    let (within, now, can_write) = (app.clone(), app.now(), app.sends_links().await?);
    let approved = app
        .db
        .write(move |tx| {
            let one = access_requests::get(tx, id)?.ok_or(AppError::NotFound)?;
            one.approve(by.id, InviteId(0), now).map_err(against)?;
            let zone = within.settings_in(tx)?.time_zone;
            let approval = typed.read(&known_groups(tx)?, now, zone).map_err(AppError::fields)?;
            let invite = invites::save(tx, &invite(&one, &by, approval, now, zone), now)?;
            let yes = one.approve(by.id, invite, now).map_err(against)?;
            access_requests::turn(tx, one.state, &yes)?;
            if can_write {
                invite_mails::send(tx, invite, &one.email, Some(by.id), now)?;
            }
            note(tx, ActivityKind::AccessApproved, &by, &one.name, None, now)?;
            Ok(yes)
        })
        .await?;
    announce(app);
    Ok(approved)
}

fn invite(one: &AccessRequest, by: &Decider, approval: Approval, now: DateTime<Utc>, zone: Tz) -> Invite {
    Invite {
        id: InviteId(0),
        code: crypto::invite_code(),
        label: one.name.clone(),
        note: String::new(),
        gives: Gives::Groups(approval.groups),
        flags: Flags::default(),
        home: false,
        stay: approval.stay,
        uses: Some(1),
        used: 0,
        expires_at: approval.stay.no_later(Some(now + INVITE_WORKS), zone),
        paused: false,
        made_by: Some(by.id),
        by_member: false,
        made_at: now,
    }
}

/// Says no; whoever asked reads why, if anything was said.
pub async fn decline(app: &App, by: Decider, id: AccessRequestId, reason: Option<String>) -> Outcome<AccessRequest> {
    let now = app.now();
    let declined = app
        .db
        .write(move |tx| {
            let one = access_requests::get(tx, id)?.ok_or(AppError::NotFound)?;
            let no = one.decline(by.id, reason, now).map_err(against)?;
            access_requests::turn(tx, one.state, &no)?;
            let effect = Effect::WriteToAsker { access_request: id };
            outbox::push(tx, &effect, &format!("declined access request {id}"), now)?;
            note(tx, ActivityKind::AccessDeclined, &by, &one.name, no.reason.as_deref(), now)?;
            Ok(no)
        })
        .await?;
    announce(app);
    Ok(declined)
}

/// There are mails to send, and pages to count anew.
fn announce(app: &App) {
    app.wake_worker();
    app.changed(News::Access);
}

fn against(refusal: Refusal) -> AppError {
    AppError::Conflict(refusal.sentence().to_owned())
}

fn known_groups(conn: &mut Conn) -> Outcome<Vec<GroupId>> {
    Ok(groups::all(conn)?.into_iter().map(|group| group.id).collect())
}

/// Makes a private link to ask by.
pub async fn make_link(app: &App, by: Decider, typed: TypedLink) -> Outcome<AskLink> {
    let (within, now) = (app.clone(), app.now());
    let made = app
        .db
        .write(move |tx| {
            let zone = within.settings_in(tx)?.time_zone;
            let new = typed.read(&known_groups(tx)?, now, zone).map_err(AppError::fields)?;
            let link = AskLink {
                id: AskLinkId(0),
                code: crypto::invite_code(),
                label: new.label,
                groups: new.groups,
                expires_at: new.expires_at,
                paused: false,
                made_by: Some(by.id),
                made_at: now,
            };
            note(tx, ActivityKind::AskLinkSaved, &by, &link.label, Some("new"), now)?;
            Ok(AskLink { id: ask_links::add(tx, &link)?, ..link })
        })
        .await?;
    Ok(made)
}

/// Pauses a link, or lets it work again.
pub async fn pause_link(app: &App, by: Decider, id: AskLinkId, paused: bool) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let link = ask_links::get(tx, id)?.ok_or(AppError::NotFound)?;
            if link.paused != paused {
                ask_links::pause(tx, id, paused)?;
                let detail = if paused { "paused" } else { "works again" };
                note(tx, ActivityKind::AskLinkSaved, &by, &link.label, Some(detail), now)?;
            }
            Ok(())
        })
        .await
}

/// Deletes a link. Who asked by it still waits.
pub async fn remove_link(app: &App, by: Decider, id: AskLinkId) -> Outcome<AskLink> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let link = ask_links::get(tx, id)?.ok_or(AppError::NotFound)?;
            ask_links::remove(tx, id)?;
            note(tx, ActivityKind::AskLinkRemoved, &by, &link.label, None, now)?;
            Ok(link)
        })
        .await
}

fn note(
    tx: &mut Tx<'_>,
    kind: ActivityKind,
    by: &Decider,
    subject: &str,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let entry = NewEntry::new(kind, subject).by(by.id, &by.name);
    let entry = match detail {
        Some(detail) => entry.detail(detail),
        None => entry,
    };
    activity::record(tx, &entry, now)
}
