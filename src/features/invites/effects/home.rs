//! Asking Plex for a guest's place in the Home, once they are in, and taking that back. Reads who is there and who was
//! asked before, so that Plex is asked once, however often this runs. Nothing of what the guest sees hangs on it.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, activity, invite_uses, invites, memberships, people, servers};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::ids::InviteUseId;
use crate::domain::invite::home::{HomeAnswer, HomePlace, HomeRefusal, HomeState};
use crate::domain::invite::uses::InviteUse;
use crate::domain::people::{Person, PlexFriend, PlexHomeUser, home};
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::PlexTv;

/// A guest who waits for their place, and the server whose owner has the Home.
struct Work {
    one: InviteUse,
    person: Person,
    server: Server,
}

pub async fn invite(app: &App, claim: &Claim, id: InviteUseId) -> Outcome<Settled> {
    let now = app.now();
    let Some(work) = app.db.read(move |conn| work(conn, id, now)).await? else {
        return settle(app, claim, id, None).await;
    };
    let place = match ask(app, &work).await {
        Ok(place) => place,
        Err(error) => not_asked(error, claim.is_last(app.now()))?,
    };
    settle(app, claim, id, Some((work, place))).await
}

/// Takes the place back, unless they have said yes meanwhile: who is in the Home is there by their own will.
pub async fn stop(app: &App, claim: &Claim, id: InviteUseId) -> Outcome<Settled> {
    let read = app.db.read(move |conn| {
        let one = invite_uses::get(conn, id)?.filter(|one| one.home_state() == Some(HomeState::Stopping));
        Ok(one.zip(server(conn)?))
    });
    let Some((one, server)) = read.await? else { return stopped(app, claim, id, None).await };
    let place = match take_back(app, &server, one.plex_id).await {
        Ok(place) => place,
        Err(error) => {
            let said = not_asked(error, claim.is_last(app.now()))?.said;
            Some(HomePlace { said, ..HomePlace::new(HomeState::Sent) })
        }
    };
    stopped(app, claim, id, place).await
}

async fn take_back(app: &App, server: &Server, account: i64) -> Outcome<Option<HomePlace>> {
    let (plex_tv, token) = (app.plex_sharing().await?, app.token_of(server)?);
    if home::is_in(&members(&plex_tv, &token).await?, account) {
        return Ok(Some(HomePlace::new(HomeState::In)));
    }
    plex_tv.stop_home_invite(&token, account).await?;
    Ok(None)
}

async fn stopped(app: &App, claim: &Claim, id: InviteUseId, place: Option<HomePlace>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let settled = app
        .db
        .write(move |tx| {
            let stops = |one: InviteUse| one.home_state() == Some(HomeState::Stopping);
            if !invite_uses::get(tx, id)?.is_some_and(stops) {
                return outbox::settle(tx, &claim, Ending::Moot, now);
            }
            invite_uses::note_home(tx, id, place.as_ref())?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(settled)
}

/// The first in the order of the house: the Home is that of its owner.
fn server(conn: &mut Conn) -> Outcome<Option<Server>> {
    Ok(servers::all(conn)?.into_iter().next())
}

/// Nothing where nobody wants it any more: the invite is deleted or gives no place, or the person is out again.
fn work(conn: &mut Conn, id: InviteUseId, now: DateTime<Utc>) -> Outcome<Option<Work>> {
    let Some(one) = invite_uses::get(conn, id)?.filter(InviteUse::waits_for_home) else { return Ok(None) };
    let invite = one.invite.map(|id| invites::get(conn, id)).transpose()?.flatten();
    let person = one.person.map(|id| people::get(conn, id)).transpose()?.flatten();
    let Some(person) = person.filter(|person| person.gone_at.is_none()) else { return Ok(None) };
    if !invite.is_some_and(|invite| invite.home) || memberships::is_out(conn, person.id, now)? {
        return Ok(None);
    }
    Ok(server(conn)?.map(|server| Work { one, person, server }))
}

async fn ask(app: &App, work: &Work) -> Outcome<HomePlace> {
    let (plex_tv, token, account) = (app.plex_sharing().await?, app.token_of(&work.server)?, work.one.plex_id);
    if home::is_in(&members(&plex_tv, &token).await?, account) {
        return Ok(HomePlace::new(HomeState::In));
    }
    let friends = plex_tv.friends(&token).await?;
    let invites = plex_tv.invites(&token).await?;
    if home::is_asked(&friends, invites.as_deref(), account) {
        return Ok(HomePlace::new(HomeState::Sent));
    }
    let Some(who) = address(&friends, &work.person, account) else {
        return Ok(HomePlace::refused(HomeRefusal::Unknown, None));
    };
    Ok(match plex_tv.invite_home(&token, &who).await? {
        HomeAnswer::Sent => HomePlace::new(HomeState::Sent),
        HomeAnswer::Refused { why, said } => HomePlace::refused(why, said),
    })
}

/// Whoever has no Home yet may get "there is none" or "not for you" for an answer.
async fn members(plex_tv: &PlexTv, token: &SecretString) -> Answer<Vec<PlexHomeUser>> {
    match plex_tv.home_users(token).await {
        Err(fault) if matches!(fault.class, FaultClass::Missing | FaultClass::Permanent) => Ok(Vec::new()),
        answer => answer,
    }
}

/// What Plex knows them by: the address that is kept here may be one of their own choice.
fn address(friends: &[PlexFriend], person: &Person, account: i64) -> Option<String> {
    let listed = friends.iter().find(|friend| friend.account.id == account).map(|friend| &friend.account);
    let listed = listed.and_then(|account| account.email.clone().or_else(|| account.username.clone()));
    listed.or_else(|| person.plex_username.clone()).or_else(|| person.email.clone()).filter(|who| !who.is_empty())
}

/// What is worth another try is tried again, for days.
fn not_asked(error: AppError, is_last: bool) -> Outcome<HomePlace> {
    let later = |fault: &Fault| matches!(fault.class, FaultClass::Transient | FaultClass::Unready | FaultClass::Auth);
    match &error {
        AppError::Service(fault) if !later(fault) || is_last => {}
        AppError::Refused { .. } => {}
        _ => return Err(error),
    }
    Ok(HomePlace::refused(HomeRefusal::Unasked, Some(error.to_string())))
}

async fn settle(app: &App, claim: &Claim, id: InviteUseId, done: Option<(Work, HomePlace)>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let settled = app
        .db
        .write(move |tx| {
            // Whoever is waited for no more, or was found by an import meanwhile, is left as they are.
            let waits = invite_uses::get(tx, id)?.is_some_and(|one| one.waits_for_home());
            let ending = if done.is_some() { Ending::Done } else { Ending::Moot };
            if waits {
                invite_uses::note_home(tx, id, done.as_ref().map(|(_, place)| place))?;
            }
            if let Some((work, _)) = done.filter(|(_, place)| waits && place.state == HomeState::Sent) {
                let entry = NewEntry::new(ActivityKind::HomeInvited, &work.one.name).about(work.person.id);
                activity::record(tx, &entry, now)?;
            }
            outbox::settle(tx, &claim, ending, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(settled)
}
