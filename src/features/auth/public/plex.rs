//! Sign-in with Plex. Whatever plex.tv takes, the visitor has a page within `PAGE_PATIENCE`.

use std::time::Duration;

use poem::http::{StatusCode, header};
use poem::web::{Data, Query};
use poem::{IntoResponse, Request, Response, handler};
use secrecy::SecretString;

use super::{Next, form, landing, local_path, open_here, set_up_first};
use crate::app::App;
use crate::app::services::within_a_page;
use crate::db::sessions::plex::{NO_PIN, Standing, standing};
use crate::db::{memberships, people, servers, shares};
use crate::domain::fault::FaultClass;
use crate::domain::people::{PlexPin, PlexVerdict};
use crate::error::{AppError, Outcome};
use crate::features::auth::actions::Purpose;
use crate::features::auth::views::plex::wait_path;
use crate::features::auth::{actions, lookups, views};
use crate::ui;
use crate::web::{Fields, Visit, actor, client, cookies, public_address};

/// The cookie outlives any pin.
const COOKIE_LASTS: Duration = Duration::from_secs(3600);

#[handler]
pub async fn begin(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    if let Some(gone) = set_up_first(req, app, &visit).await? {
        return Ok(gone);
    }
    app.limits.plex(client::address(req))?;
    let next = local_path(fields.text("next")).map(str::to_owned);
    if fields.ticked("go_in")
        && let Some(gone) = go_in(req, app, &visit, next.as_deref().unwrap_or_default()).await?
    {
        return Ok(gone);
    }
    let purpose = if fields.ticked("as_guest") { Purpose::Guest } else { Purpose::SignIn };
    let invite = next.clone().filter(|next| purpose == Purpose::Guest && is_invite(next));
    let id = actions::begin_plex(app, purpose, next.clone()).await?;
    cookies::set(req, app, cookies::PLEX_SIGN_IN, &SecretString::from(id.clone()), COOKIE_LASTS);
    match within_a_page(fetch_pin(app.clone(), id)).await? {
        Some(Ok(pin)) => Ok(to_plex(req, app, &pin, invite.as_deref()).await?),
        // A name and a password are of no use to a guest.
        Some(Err(AppError::Service(_))) if invite.is_none() => Ok(no_plex(app, &visit, next).await?),
        Some(Err(AppError::Service(_))) | None => Ok(visit.go(req, &wait_path(invite.as_deref()), None)),
        Some(Err(error)) => Err(error.into()),
    }
}

/// The door of an invite, where a guest goes on by one press.
fn is_invite(next: &str) -> bool {
    next.starts_with("/invite/")
}

/// The invite of a guest who shows their account.
fn invite(found: &Standing) -> Option<&str> {
    let next = found.sign_in.return_to.as_deref().filter(|next| is_invite(next));
    next.filter(|_| purpose(found) == Some(Purpose::Guest))
}

/// A guest who was let in has shown their account already.
async fn go_in(req: &Request, app: &App, visit: &Visit, next: &str) -> poem::Result<Option<Response>> {
    let Some(secret) = cookies::get(req, cookies::GUEST) else { return Ok(None) };
    let Some(person) = actions::take_guest(app, &secret).await? else { return Ok(None) };
    let opened = open_here(req, app, person, "with Plex, at the door").await?;
    cookies::clear(req, app, cookies::GUEST);
    Ok(Some(onward(req, visit, landing(opened.person.role, next))))
}

async fn fetch_pin(app: App, id: String) -> Outcome<PlexPin> {
    match lookups::create_pin(&app).await {
        Ok(pin) => {
            actions::keep_pin(&app, &id, &pin).await?;
            Ok(pin)
        }
        Err(error) => {
            tracing::warn!(error = %error, "plex.tv gave no pin");
            actions::end_plex(&app, &id, PlexVerdict::Unanswered, "").await?;
            Err(error)
        }
    }
}

async fn no_plex(app: &App, visit: &Visit, next: Option<String>) -> Outcome<Response> {
    let form = views::SignIn {
        plex_trouble: Some(
            "Plex doesn’t answer right now, so it can’t sign you in. Try again in a moment, or use a name and password."
                .to_owned(),
        ),
        ..form(app, next.as_deref()).await?
    };
    Ok(visit.show_as(StatusCode::SERVICE_UNAVAILABLE, views::sign_in(&visit.frame, &form)))
}

async fn to_plex(req: &Request, app: &App, pin: &PlexPin, invite: Option<&str>) -> Outcome<Response> {
    let address = lookups::auth_url(app, pin, &forward_url(req, app, invite).await?)?;
    Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, address).finish())
}

/// Where Plex sends the browser back to: our public address, or the one by which the visitor came.
async fn forward_url(req: &Request, app: &App, invite: Option<&str>) -> Outcome<String> {
    Ok(format!("{}{}", public_address(req, app).await?, wait_path(invite)))
}

#[handler]
pub async fn wait(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    next: Option<Query<Next>>,
) -> poem::Result<Response> {
    let asked = next.map(|Query(next)| next.next).unwrap_or_default();
    let asked = local_path(&asked).filter(|next| is_invite(next));
    let Some(id) = cookies::get(req, cookies::PLEX_SIGN_IN) else {
        return Ok(nothing_left(req, &visit, asked.unwrap_or_default(), None).await?);
    };
    if actions::take_turn(app, &id).await? {
        // Later than that, the next look finds it.
        within_a_page(look(app.clone(), id.clone(), client::address(req).to_string())).await?;
    }
    let found = app.db.read(move |conn| standing(conn, &id)).await?;
    let Some((found, purpose)) = found.and_then(|found| purpose(&found).map(|purpose| (found, purpose))) else {
        return Ok(end(req, &visit, None, asked).await?);
    };
    let invite = invite(&found);
    match found.verdict {
        None if found.sign_in.expires_at > app.now() => waiting(req, app, &visit, &found).await,
        None => Ok(end(req, &visit, Some(PlexVerdict::Lapsed), invite).await?),
        Some(PlexVerdict::Admitted) => match purpose {
            Purpose::SignIn => enter(req, app, &visit, &found).await,
            Purpose::Guest => greet(req, app, &visit, &found).await,
        },
        Some(verdict) => Ok(end(req, &visit, Some(verdict), invite).await?),
    }
}

async fn waiting(req: &Request, app: &App, visit: &Visit, found: &Standing) -> poem::Result<Response> {
    let (sign_in, invite) = (&found.sign_in, invite(found));
    let plex = if sign_in.pin_id == NO_PIN {
        None
    } else {
        let pin = PlexPin { id: sign_in.pin_id, code: sign_in.code.clone(), expires_at: sign_in.expires_at };
        Some(lookups::auth_url(app, &pin, &forward_url(req, app, invite).await?)?)
    };
    if visit.fragment {
        return Ok(ui::Fragment(views::plex::waiting_part(&visit.frame, plex.as_deref(), invite)).into_response());
    }
    Ok(visit.show(views::plex::waiting(&visit.frame, plex.as_deref(), invite)))
}

async fn enter(req: &Request, app: &App, visit: &Visit, found: &Standing) -> poem::Result<Response> {
    let Some(person) = found.person else { return Ok(end(req, visit, None, None).await?) };
    let return_to = found.sign_in.return_to.as_deref().unwrap_or_default();
    if found.spent || !actions::spend_plex(app, &found.sign_in.id).await? {
        return Ok(nothing_left(req, visit, return_to, Some(PlexVerdict::Lapsed)).await?);
    }
    let opened = open_here(req, app, person, "with Plex").await?;
    cookies::clear(req, app, cookies::PLEX_SIGN_IN);
    Ok(onward(req, visit, landing(opened.person.role, return_to)))
}

/// The browser is the guest's from then on, and goes back to the door.
async fn greet(req: &Request, app: &App, visit: &Visit, found: &Standing) -> poem::Result<Response> {
    let id = &found.sign_in.id;
    if !found.spent {
        actions::spend_plex(app, id).await?;
    }
    let lasts = Duration::from_secs(actions::GUEST_LASTS.num_seconds().unsigned_abs());
    cookies::set(req, app, cookies::GUEST, &SecretString::from(id.clone()), lasts);
    cookies::clear(req, app, cookies::PLEX_SIGN_IN);
    Ok(onward(req, visit, found.sign_in.return_to.as_deref().unwrap_or("/")))
}

fn purpose(found: &Standing) -> Option<Purpose> {
    found.sign_in.purpose.parse().ok()
}

/// Whoever is signed in by now, or has shown their account at the door, came there by another look of the same page, and
/// goes on.
async fn nothing_left(
    req: &Request,
    visit: &Visit,
    return_to: &str,
    verdict: Option<PlexVerdict>,
) -> Outcome<Response> {
    match actor::caller(req) {
        Some(me) => Ok(onward(req, visit, landing(me.role, return_to))),
        None if is_invite(return_to) && cookies::get(req, cookies::GUEST).is_some() => {
            Ok(onward(req, visit, return_to))
        }
        None => end(req, visit, verdict, Some(return_to).filter(|next| is_invite(next))).await,
    }
}

fn onward(req: &Request, visit: &Visit, path: &str) -> Response {
    if visit.fragment {
        return Response::builder().header("HX-Redirect", visit.links().to(path)).finish();
    }
    visit.go(req, path, None)
}

async fn end(req: &Request, visit: &Visit, verdict: Option<PlexVerdict>, invite: Option<&str>) -> Outcome<Response> {
    if visit.fragment {
        // The waiting part is replaced by a whole page that says how it ended.
        return Ok(Response::builder().header("HX-Redirect", visit.links().to(&wait_path(invite))).finish());
    }
    cookies::clear(req, &visit.app, cookies::PLEX_SIGN_IN);
    let status = match verdict {
        Some(PlexVerdict::Refused) => StatusCode::FORBIDDEN,
        Some(PlexVerdict::Unanswered) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::GONE,
    };
    let page = match invite {
        Some(invite) => views::plex::over_for_guest(&visit.frame, verdict, invite),
        None => views::plex::over(&visit.frame, verdict, visit.app.house().await?.takes_strangers()),
    };
    Ok(visit.show_as(status, page))
}

/// One look at plex.tv, by whoever has the turn.
async fn look(app: App, id: String, address: String) {
    if let Err(error) = look_once(&app, &id, &address).await {
        tracing::warn!(error = %error, "a sign-in with Plex could not go on");
        if let Err(error) = actions::give_turn_back(&app, &id).await {
            tracing::error!(error = %error, "a sign-in with Plex waits for its turn to run out");
        }
    }
}

async fn look_once(app: &App, id: &str, address: &str) -> Outcome<()> {
    let wanted = id.to_owned();
    let Some(found) = app.db.read(move |conn| standing(conn, &wanted)).await? else { return Ok(()) };
    match lookups::confirmed(app, found.sign_in.pin_id).await {
        Ok(None) => actions::give_turn_back(app, id).await,
        Ok(Some(token)) => decide(app, &found, &token, address).await,
        Err(AppError::Service(fault)) if fault.class == FaultClass::Missing => {
            actions::end_plex(app, id, PlexVerdict::Lapsed, address).await
        }
        Err(error) => Err(error),
    }
}

/// The token is here and won't be told again, so a hiccup of plex.tv is worth a few more tries.
async fn decide(app: &App, found: &Standing, token: &SecretString, address: &str) -> Outcome<()> {
    let id = found.sign_in.id.as_str();
    for pause in [1, 2, 4, 0] {
        match verdict(app, found, token, address).await {
            Err(AppError::Service(fault)) if fault.is_transient() && pause > 0 => {
                tokio::time::sleep(Duration::from_secs(pause)).await;
            }
            Err(error) => {
                tracing::warn!(error = %error, "plex.tv did not say who signs in");
                return actions::end_plex(app, id, PlexVerdict::Unanswered, address).await;
            }
            Ok(()) => return Ok(()),
        }
    }
    Ok(())
}

/// Who may come in: the owner of a server of ours, people with an accepted share on one, and to their own page alone those
/// whose membership is over, or paused.
async fn verdict(app: &App, found: &Standing, token: &SecretString, address: &str) -> Outcome<()> {
    let (id, account) = (found.sign_in.id.as_str(), lookups::account(app, token).await?);
    if purpose(found) == Some(Purpose::Guest) {
        return actions::greet(app, id, account, token).await;
    }
    let plex_id = account.id;
    let now = app.now();
    let (servers, shared, removed) = app
        .db
        .read(move |conn| {
            let known = shares::is_accepted(conn, plex_id)? || memberships::is_of_somebody_out(conn, plex_id, now)?;
            Ok((servers::all(conn)?, known, people::is_removed(conn, plex_id)?))
        })
        .await?;
    // Whatever Plex still shares with them.
    if removed {
        return actions::end_plex(app, id, PlexVerdict::Refused, address).await;
    }
    let owner = servers.iter().any(|server| server.owner_plex_id == Some(plex_id));
    if owner || shared {
        return actions::admit(app, id, &account, token, owner).await;
    }
    let ours = lookups::ours(app, &servers).await?;
    match lookups::reach(app, token, plex_id, &ours).await? {
        lookups::Reach::Nothing => actions::end_plex(app, id, PlexVerdict::Refused, address).await,
        reach => actions::admit(app, id, &account, token, reach == lookups::Reach::Owned).await,
    }
}
