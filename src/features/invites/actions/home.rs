//! A guest's place in the Plex Home: asked for when they are in, and by an admin once more.

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
            let entry = NewEntry::new(ActivityKind::HomeAsked, &one.name).by(by.id, &by.name);
            let entry = match one.person {
                Some(person) => entry.about(person),
                None => entry,
            };
            activity::record(tx, &entry, now)?;
            to_ask(invite_uses::get(tx, id)?, invite)
        })
        .await?;
    app.wake_worker();
    Ok(asked)
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
        _ => "They are not in yet.",
    }
}
