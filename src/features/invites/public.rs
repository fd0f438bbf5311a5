//! The page behind an invite link: what it gives, who stands there, and how far they are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{IntoResponse, Request, Response, handler};

use super::accept;
use super::admin::page::told;
use super::views::door::home::HomeStep;
use super::views::door::{self, Door, Scene};
use crate::app::App;
use crate::crypto::token_hash;
use crate::db::{Conn, changes, guests, invite_uses, invites, memberships, outbox, people};
use crate::domain::effect::{ACCESS_LANE, guest_lane};
use crate::domain::guest::Guest;
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::domain::invite::{Invite, Standing, form};
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};
use crate::ui;
use crate::web::{Visit, actor, client, cookies};

#[handler]
pub async fn show(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(code): Path<String>,
) -> poem::Result<Response> {
    let guest = guest(req, app).await?;
    let Some(door) = at(req, app, code, guest).await? else { return Ok(nothing(&visit)) };
    if visit.fragment {
        return Ok(ui::Fragment(door::part(&visit.frame, &door)).into_response());
    }
    Ok(visit.show(door::page(&visit.frame, &door)))
}

/// Lets the guest in; what they see then is the same page.
#[handler]
pub async fn come_in(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(code): Path<String>,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let Some(guest) = guest(req, app).await? else { return Ok(visit.go(req, &path(&code), None)) };
    let Some(door) = at(req, app, code, Some(guest.clone())).await? else { return Ok(nothing(&visit)) };
    let here = path(&door.told.invite.code);
    accept::accept(app, door.told.invite.id, guest).await?;
    Ok(visit.go(req, &here, None))
}

/// A code that is typed in the address is a segment of a path.
fn path(code: &str) -> String {
    let fits = form::code(code).is_ok_and(|code| !code.is_empty());
    if fits { format!("/invite/{code}") } else { "/".to_owned() }
}

fn nothing(visit: &Visit) -> Response {
    visit.show_as(StatusCode::NOT_FOUND, door::unknown(&visit.frame))
}

/// Whoever has shown their account in this browser, at the door or by signing in.
async fn guest(req: &Request, app: &App) -> Outcome<Option<Guest>> {
    let shown = cookies::get(req, cookies::GUEST).map(|secret| token_hash(&secret));
    let (person, now) = (actor::caller(req).map(|actor| actor.id), app.now());
    app.db
        .read(move |conn| {
            let shown = shown.map(|id| guests::get(conn, &id, now)).transpose()?.flatten();
            match (shown, person) {
                (None, Some(person)) => guests::of_person(conn, person, now),
                (shown, _) => Ok(shown),
            }
        })
        .await
}

/// The door as this guest finds it; nothing for a link that nobody has made, which counts as a guess.
async fn at(req: &Request, app: &App, code: String, guest: Option<Guest>) -> Outcome<Option<Door>> {
    let look = app.limits.invite(client::address(req))?;
    let (settings, now) = (app.settings().await?, app.now());
    let door = app.db.read(move |conn| {
        // What is no end of a link is not looked for.
        let known = form::code(&code).ok().map(|code| invites::by_code(conn, &code));
        let Some(invite) = known.transpose()?.flatten() else { return Ok(None) };
        let scene = match &guest {
            None => None,
            Some(guest) => scene(conn, &settings, &invite, guest, now)?,
        };
        let told = told(conn, &settings, vec![invite], "", now)?.pop().ok_or(AppError::NotFound)?;
        let scene = scene.unwrap_or(match (told.invite.standing(now), &guest) {
            (Standing::Open, _) if told.is_forsaken => Scene::Forsaken,
            (Standing::Open, Some(guest)) => Scene::Known(guest.account.display_name.clone()),
            (Standing::Open, None) => Scene::Stranger,
            (standing, _) => Scene::Closed(standing),
        });
        Ok(Some(Door { told, scene }))
    });
    let door = door.await?;
    if door.is_none() {
        look.was_in_vain();
    }
    Ok(door)
}

/// How far this guest is; none before they have begun, where nothing is in their way.
fn scene(
    conn: &mut Conn,
    settings: &Settings,
    invite: &Invite,
    guest: &Guest,
    now: DateTime<Utc>,
) -> Outcome<Option<Scene>> {
    let name = guest.account.display_name.clone();
    let Some(one) = invite_uses::of_guest(conn, invite.id, guest.account.id)? else {
        let against = accept::in_the_way(conn, settings, invite, guest, now)?;
        // That the link is over is said to everybody alike.
        let against = against.filter(|refusal| *refusal != Refusal::NoMore);
        return match against {
            Some(Refusal::Out) => out(conn, name, guest).map(Some),
            against => Ok(against.map(|refusal| Scene::refused(name, refusal, false))),
        };
    };
    Ok(Some(match (one.state, one.refusal) {
        (UseState::In, _) if is_out(conn, invite, &one, now)? => out(conn, name, guest)?,
        (UseState::In, _) => Scene::In { name, home: home(conn, &one, guest)? },
        (UseState::Refused, Some(Refusal::SignInAgain)) if guest.signed_in_at > one.changed_at => return Ok(None),
        (UseState::Refused, Some(refusal)) => {
            let against = accept::in_the_way(conn, settings, invite, guest, now)?;
            let may_try = refusal.may_try_again() && against.is_none();
            Scene::Refused { name, refusal, may_try, said: said(conn, &one)? }
        }
        (UseState::Refused, None) => return Ok(None),
        (state, _) => {
            let held = outbox::holdups(conn, &[ACCESS_LANE.to_owned(), guest_lane(one.id)])?;
            Scene::UnderWay { name, accepting: state == UseState::Accepting, is_slow: !held.is_empty() }
        }
    }))
}

/// Whoever came in by it, and has no access any more.
fn is_out(conn: &mut Conn, invite: &Invite, one: &InviteUse, now: DateTime<Utc>) -> Outcome<bool> {
    let is_over = one.person.map(|person| memberships::is_out(conn, person, now)).transpose()?;
    Ok(is_over.unwrap_or_default() || accept::is_shut_out(conn, invite, one.plex_id)?)
}

/// What Plex said, where we have no words of our own for it.
fn said(conn: &mut Conn, one: &InviteUse) -> Outcome<Option<String>> {
    let Some(batch) = one.batch.filter(|_| matches!(one.refusal, Some(Refusal::NeedsPass | Refusal::Other))) else {
        return Ok(None);
    };
    Ok(changes::of_batch(conn, batch)?.into_iter().find_map(|made| made.error))
}

/// Their own page says why, where they may still sign in.
fn out(conn: &mut Conn, name: String, guest: &Guest) -> Outcome<Scene> {
    let may_try = people::by_plex_id(conn, guest.account.id)?.is_some_and(|person| person.removed_at.is_none());
    Ok(Scene::refused(name, Refusal::Out, may_try))
}

fn home(conn: &mut Conn, one: &InviteUse, guest: &Guest) -> Outcome<Option<HomeStep>> {
    let Some(place) = one.home.clone() else { return Ok(None) };
    let held = if one.waits_for_home() { outbox::holdups(conn, &[guest_lane(one.id)])? } else { HashMap::new() };
    Ok(Some(HomeStep { place, email: guest.account.email.clone(), is_slow: !held.is_empty() }))
}
