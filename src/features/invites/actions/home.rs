//! A guest's place in the Plex Home: asked for when they are in, and by an admin once more, or taken back.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::{Tx, activity, invite_uses, invites, outbox};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::{InviteId, InviteUseId};
use crate::domain::invite::home::{HomePlace, HomeState};
use crate::domain::invite::uses::InviteUse;
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};

/// Has Plex asked, where the invite that somebody is in by gives a place.
pub fn begin(tx: &mut Tx<'_>, id: InviteUseId, now: DateTime<Utc>) -> Outcome<()> {
    let Some(one) = invite_uses::get(tx, id)? else { return Ok(()) };
    let invite = one.invite.map(|id| invites::get(tx, id)).transpose()?.flatten();
    if invite.is_some_and(|invite| one.may_ask_home(invite.home)) {
        push(tx, id, now)?;
    }
    Ok(())
}

fn push(tx: &mut Tx<'_>, id: InviteUseId, now: DateTime<Utc>) -> Outcome<()> {
    invite_uses::note_home(tx, id, Some(&HomePlace::new(HomeState::Waiting)))?;
    let key = format!("home {id} {}", now.timestamp_micros());
    outbox::push(tx, &Effect::InviteHome { invite_use: id }, &key, now)?;
    Ok(())
}

/// Has Plex asked for somebody who was refused, who has not said yes so far, or who came before the invite gave a place.
pub async fn again(app: &App, actor: &Actor, invite: InviteId, id: InviteUseId) -> Outcome<InviteUse> {
    let (by, now) = (actor.clone(), app.now());
    let asked = app
        .db
        .write(move |tx| {
            let one = to_ask(invite_uses::get(tx, id)?, invite)?;
            let gives = invites::get(tx, invite)?.ok_or(AppError::NotFound)?.home;
            if !one.may_ask_home(gives) {
                return Err(AppError::Conflict(why_not(&one, gives).to_owned()));
            }
            push(tx, id, now)?;
            note(tx, &by, ActivityKind::HomeAsked, &one, now)?;
            to_ask(invite_uses::get(tx, id)?, invite)
        })
        .await?;
    app.wake_worker();
    Ok(asked)
}

/// Takes back a place that nobody has said yes to so far.
pub async fn stop(app: &App, actor: &Actor, invite: InviteId, id: InviteUseId) -> Outcome<InviteUse> {
    let (by, now) = (actor.clone(), app.now());
    let stopped = app
        .db
        .write(move |tx| {
            let one = to_ask(invite_uses::get(tx, id)?, invite)?;
            if !one.may_stop_home() {
                return Err(AppError::Conflict(why_not_stop(&one).to_owned()));
            }
            invite_uses::stop_home(tx, id, now)?;
            note(tx, &by, ActivityKind::HomeStopped, &one, now)?;
            to_ask(invite_uses::get(tx, id)?, invite)
        })
        .await?;
    app.wake_worker();
    Ok(stopped)
}

fn note(tx: &mut Tx<'_>, by: &Actor, kind: ActivityKind, one: &InviteUse, now: DateTime<Utc>) -> Outcome<()> {
    let entry = NewEntry::new(kind, &one.name).by(by.id, &by.name);
    let entry = match one.person {
        Some(person) => entry.about(person),
        None => entry,
    };
    activity::record(tx, &entry, now)
}

/// Somebody who came by another invite is not to be found here.
pub fn to_ask(one: Option<InviteUse>, invite: InviteId) -> Outcome<InviteUse> {
    one.filter(|one| one.invite == Some(invite)).ok_or(AppError::NotFound)
}

/// Why Plex is not asked for them now.
pub fn why_not(one: &InviteUse, gives: bool) -> &'static str {
    match one.home_state() {
        _ if !gives => "This invite gives no place in the Plex Home.",
        Some(HomeState::In) => "They are in the Plex Home already.",
        Some(HomeState::Waiting) => "Plex is being asked already.",
        Some(HomeState::Stopping) => "It is being taken back at this moment.",
        _ => "They are not in yet.",
    }
}

/// Why there is nothing to take back.
pub fn why_not_stop(one: &InviteUse) -> &'static str {
    match one.home_state() {
        Some(HomeState::In) => "They are in the Plex Home already. Who is in it is taken out in Plex.",
        Some(HomeState::Stopping) => "It is being taken back already.",
        _ => "No invitation to the Plex Home waits for them.",
    }
}
