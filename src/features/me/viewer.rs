//! One's own page and its forms.

pub mod email;

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};
use secrecy::SecretString;

use super::views::Typed;
use super::{actions, views};
use crate::app::App;
use crate::db::{
    mail_changes, member_invites, memberships, notice_choices, people, removals, sessions, shares, welcome_reads,
};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Oneself, Viewer, Visit, client, cookies};

#[handler]
pub async fn show(visit: Visit, Oneself(me): Oneself) -> poem::Result<Response> {
    Ok(visit.show(page(&visit, &me, Typed::default()).await?))
}

async fn page(visit: &Visit, me: &Actor, typed: Typed) -> Outcome<Page> {
    let (id, now) = (me.id, visit.app.now());
    let (who, settings) = (me.clone(), visit.app.settings().await?);
    let rule = settings.registration;
    let (person, sessions, notices, (membership, removed_at, invited_to), change, has_welcome, inviting) = visit
        .app
        .db
        .read(move |conn| {
            Ok((
                people::get(conn, id)?,
                sessions::of_person(conn, id, now)?,
                notice_choices::of_person(conn, id)?,
                (memberships::of_person(conn, id)?, removals::removed_since(conn, id)?, shares::invited_to(conn, id)?),
                mail_changes::of_person(conn, id)?,
                welcome_reads::has_any(conn, id)?,
                member_invites::inviting(conn, &who, &settings, now)?,
            ))
        })
        .await?;
    let person = person.ok_or(AppError::NotSignedIn)?;
    let notices = notices.into_iter().filter(|(kind, _)| !me.is_out() && kind.concerns(me.role)).collect();
    let asks = person.clone();
    let may_register = visit.app.db.read(move |conn| people::may_register(conn, &asks, rule)).await?;
    let change = change.filter(|change| change.is_open(person.email.as_deref(), now));
    let has_welcome = has_welcome && !me.is_out();
    let guests = Some(inviting).filter(|inviting| inviting.may() && !me.is_out()).map(|inviting| inviting.allowance);
    let is_out = me.is_out();
    let (here, by_mail) = (me.session.clone(), visit.app.sends_links().await?);
    let me = views::Me {
        person,
        membership,
        removed_at,
        invited_to: if is_out { Vec::new() } else { invited_to },
        sessions,
        here,
        notices,
        has_welcome,
        guests,
        change,
        by_mail,
        may_register,
        typed,
    };
    Ok(views::me(&visit.frame, &me))
}

#[handler]
pub async fn set_theme(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    fields: Fields,
) -> poem::Result<Response> {
    let theme = fields.text("theme").parse().map_err(|_| AppError::field("theme", "Choose one of the three."))?;
    actions::set_theme(app, &me, theme).await?;
    Ok(visit.go(req, "/me", Some("The look is changed.")))
}

#[handler]
pub async fn set_notices(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    fields: Fields,
) -> poem::Result<Response> {
    let wanted = fields.all("notice").into_iter().filter_map(|word| word.parse().ok()).collect();
    actions::set_notices(app, &me, wanted).await?;
    Ok(visit.go(req, "/me", Some("Your choice of mails is kept.")))
}

#[handler]
pub async fn end_session(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let here = me.session.as_deref() == Some(id.as_str());
    actions::end_session(app, &me, id).await?;
    if here {
        cookies::clear(req, app, cookies::SESSION);
        return Ok(visit.go(req, "/login", Some("You are signed out.")));
    }
    Ok(visit.go(req, "/me", Some("That device is signed out.")))
}

#[handler]
pub async fn end_all(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
) -> poem::Result<Response> {
    actions::end_all(app, &me).await?;
    cookies::clear(req, app, cookies::SESSION);
    Ok(visit.go(req, "/login", Some("You are signed out everywhere.")))
}

/// Where a form was refused its address stays; whoever opens it comes to their page.
#[handler]
pub async fn form_page(req: &Request, visit: Visit, Viewer(_me): Viewer) -> poem::Result<Response> {
    Ok(visit.go(req, "/me", None))
}

#[handler]
pub async fn change_password(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    fields: Fields,
) -> poem::Result<Response> {
    let secret = |name: &str| SecretString::from(fields.raw(name).to_owned());
    match actions::change_password(app, &me, client::address(req), secret("current"), secret("password")).await {
        Ok(()) => Ok(visit.go(req, "/me", Some("Your password is changed. Other devices are signed out."))),
        Err(error @ AppError::TooMany { .. }) => {
            let errors = Errors::one("current", error.to_string());
            Ok(visit.refuse(&error, page(&visit, &me, errors.into()).await?))
        }
        Err(error) => {
            let page = page(&visit, &me, refusal(error)?.into()).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

#[handler]
pub async fn register(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    fields: Fields,
) -> poem::Result<Response> {
    let password = SecretString::from(fields.raw("password").to_owned());
    let username: String = fields.text("username").chars().take(254).collect();
    match actions::register(app, &me, client::address(req), &username, password).await {
        Ok(()) => Ok(visit.go(req, "/me", Some("You can sign in with your name and password, too."))),
        Err(error @ AppError::TooMany { .. }) => {
            let errors = Errors::one("username", error.to_string());
            let typed = Typed { username, ..errors.into() };
            Ok(visit.refuse(&error, page(&visit, &me, typed).await?))
        }
        Err(error) => {
            let typed = Typed { username, ..refusal(error)?.into() };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page(&visit, &me, typed).await?))
        }
    }
}
