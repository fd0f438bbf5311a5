//! Sign-in and sign-out for visitors.

use std::time::Duration;

use poem::http::StatusCode;
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use secrecy::SecretString;
use serde::Deserialize;

use super::{actions, views};
use crate::app::App;
use crate::db::people;
use crate::domain::people::{Actor, Role, SessionKind};
use crate::error::{AppError, Outcome};
use crate::ui::form::Errors;
use crate::web::{Fields, Oneself, Viewer, Visit, actor, client, cookies};

pub mod plex;
pub mod reset;

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

#[handler]
pub async fn show(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    next: Option<Query<Next>>,
) -> poem::Result<Response> {
    if let Some(gone) = set_up_first(req, app, &visit).await? {
        return Ok(gone);
    }
    let next = next.map(|Query(next)| next.next).unwrap_or_default();
    if let Some(actor) = actor::caller(req) {
        return Ok(visit.go(req, landing(actor.role, &next), None));
    }
    let form = form(app, local_path(&next)).await?;
    Ok(visit.show(views::sign_in(&visit.frame, &form)))
}

#[handler]
pub async fn sign_in(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    if let Some(gone) = set_up_first(req, app, &visit).await? {
        return Ok(gone);
    }
    let mut form = form(app, local_path(fields.text("next"))).await?;
    form.username = fields.text("username").chars().take(254).collect();
    form.errors = missing(&fields);
    if !form.errors.is_empty() {
        return Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::sign_in(&visit.frame, &form)));
    }
    let password = SecretString::from(fields.raw("password").to_owned());
    match actions::by_password(app, client::address(req), &form.username, password).await {
        Ok(person) => {
            let opened = open_here(req, app, person, "with a password").await?;
            Ok(visit.go(req, landing(opened.person.role, &form.next), None))
        }
        Err(error @ (AppError::WrongPassword | AppError::TooMany { .. })) => {
            form.errors = Errors::one("password", error.to_string());
            Ok(visit.refuse(&error, views::sign_in(&visit.frame, &form)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(app: &App, next: Option<&str>) -> Outcome<views::SignIn> {
    let next = next.unwrap_or_default().to_owned();
    Ok(views::SignIn { next, by_mail: app.sends_links().await?, ..Default::default() })
}

fn missing(fields: &Fields) -> Errors {
    let mut errors = Errors::default();
    if fields.text("username").is_empty() {
        errors.add("username", "Write your name or e-mail address.");
    }
    if fields.raw("password").is_empty() {
        errors.add("password", "Write your password.");
    }
    errors
}

#[handler]
pub async fn ask_sign_out(visit: Visit, Viewer(_): Viewer) -> poem::Result<Response> {
    Ok(visit.show(views::sign_out(&visit.frame)))
}

#[handler]
pub async fn sign_out(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
) -> poem::Result<Response> {
    actions::sign_out(app, &me).await?;
    cookies::clear(req, app, cookies::SESSION);
    Ok(visit.go(req, "/login", Some("You are signed out.")))
}

/// Opens a session for this browser and hands it the cookie; the session it had before is ended.
pub async fn open_here(
    req: &Request,
    app: &App,
    person: crate::domain::ids::PersonId,
    way: &'static str,
) -> Outcome<actions::Opened> {
    let before = actor::caller(req).and_then(|actor: &Actor| actor.session.clone());
    let opened = actions::open_session(app, person, SessionKind::Web, from(req), way, before).await?;
    let lasts = Duration::from_secs(actions::SESSION_LASTS.num_seconds().unsigned_abs());
    cookies::set(req, app, cookies::SESSION, &opened.token, lasts);
    Ok(opened)
}

pub(super) fn from(req: &Request) -> actions::From {
    actions::From { user_agent: req.header("user-agent").map(str::to_owned), address: client::address(req).to_string() }
}

/// Until there is an admin and a media server, every way in leads to the wizard.
async fn set_up_first(req: &Request, app: &App, visit: &Visit) -> Outcome<Option<Response>> {
    let done = app.db.read(people::setup_done).await?;
    Ok((!done).then(|| visit.go(req, "/setup", None)))
}

/// Where somebody goes after signing in: where they wanted to, else the back office or the lobby.
fn landing(role: Role, next: &str) -> &str {
    match local_path(next) {
        Some(next) if next != "/" => next,
        _ if role.sees_back_office() => "/admin",
        _ => "/",
    }
}

/// A path of this house, so that a link can't lead a fresh sign-in elsewhere. Sign-in pages themselves are none.
fn local_path(next: &str) -> Option<&str> {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace())
        && next.len() <= 2000;
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let entrance = path == "/login" || path == "/logout" || path.starts_with("/login/");
    (ours && !entrance).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        for good in ["/", "/requests/4", "/search?q=a%20b", "/titles/movie/1#seasons"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in ["", "requests", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n/x"] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
        assert_eq!(local_path("/login?next=/login"), None);
        assert_eq!(local_path("/logout"), None);
    }

    #[test]
    fn everybody_lands_where_they_belong() {
        assert_eq!(landing(Role::Viewer, ""), "/");
        assert_eq!(landing(Role::Requester, "/requests/3"), "/requests/3");
        assert_eq!(landing(Role::Moderator, "/"), "/admin");
        assert_eq!(landing(Role::Auditor, ""), "/admin");
        assert_eq!(landing(Role::Admin, "//evil.example"), "/admin");
    }
}
