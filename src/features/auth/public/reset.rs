//! A new password by mail. Whoever asks is told the same whether anybody was meant or not.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};
use secrecy::SecretString;

use super::set_up_first;
use crate::app::App;
use crate::error::{AppError, Outcome};
use crate::features::auth::actions::reset;
use crate::features::auth::views::reset as views;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Visit, actor, client};

#[handler]
pub async fn show(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    if let Some(gone) = set_up_first(req, app, &visit).await? {
        return Ok(gone);
    }
    Ok(visit.show(match app.sends_links().await? {
        true => views::ask(&visit.frame, "", &Errors::default()),
        false => views::closed(&visit.frame),
    }))
}

#[handler]
pub async fn ask(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    if !app.sends_links().await? {
        return Ok(visit.show(views::closed(&visit.frame)));
    }
    let typed: String = fields.text("username").chars().take(254).collect();
    if typed.is_empty() {
        let errors = Errors::one("username", "Write your name or e-mail address.");
        return Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::ask(&visit.frame, "", &errors)));
    }
    match reset::ask(app, &typed, client::address(req)).await {
        Ok(()) => Ok(visit.show(views::sent(&visit.frame))),
        Err(error @ AppError::TooMany { .. }) => {
            let errors = Errors::one("username", error.to_string());
            Ok(visit.refuse(&error, views::ask(&visit.frame, &typed, &errors)))
        }
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn choose(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    match reset::read(app, &token, client::address(req)).await? {
        Some(person) => Ok(visit.show(views::choose(&visit.frame, &person, &token, "", &Errors::default()))),
        None => Ok(over(&visit)),
    }
}

#[handler]
pub async fn set(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let password = SecretString::from(fields.raw("password").to_owned());
    let username: String = fields.text("username").chars().take(254).collect();
    match reset::set(app, &token, &username, password, client::address(req)).await {
        Ok(Some(_)) => Ok(visit.go(req, "/login", Some("Your password is set. Sign in with it."))),
        Ok(None) => Ok(over(&visit)),
        Err(error @ AppError::Refused { .. }) => Ok(refused(req, app, &visit, (&token, &username), error).await?),
        Err(error) => Err(error.into()),
    }
}

/// The form again, with what is wrong.
async fn refused(
    req: &Request,
    app: &App,
    visit: &Visit,
    (token, username): (&str, &str),
    error: AppError,
) -> Outcome<Response> {
    let Some(person) = reset::read(app, token, client::address(req)).await? else { return Ok(over(visit)) };
    let page = views::choose(&visit.frame, &person, token, username, &refusal(error)?);
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
}

fn over(visit: &Visit) -> Response {
    visit.show_as(StatusCode::NOT_FOUND, views::over(&visit.frame))
}
