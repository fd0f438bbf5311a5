//! The forms of one's mail address.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use secrecy::SecretString;

use super::page;
use crate::app::App;
use crate::error::AppError;
use crate::features::me::actions::email;
use crate::features::me::views::Typed;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Oneself, Visit, client};

#[handler]
pub async fn ask(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    fields: Fields,
) -> poem::Result<Response> {
    let password = SecretString::from(fields.raw("email_password").to_owned());
    let typed: String = fields.text("email").chars().take(254).collect();
    let error = match email::ask(app, &me, client::address(req), &typed, password).await {
        Ok(()) => return Ok(visit.go(req, "/me", Some("Look into your mail: a link there finishes the change."))),
        Err(error) => error,
    };
    let with = |errors: Errors| Typed { errors, email: typed.clone(), ..Typed::default() };
    if let AppError::TooMany { .. } = error {
        let errors = Errors::one("email", error.to_string());
        return Ok(visit.refuse(&error, page(&visit, &me, with(errors)).await?));
    }
    let page = page(&visit, &me, with(refusal(error)?)).await?;
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
}

#[handler]
pub async fn again(req: &Request, Data(app): Data<&App>, visit: Visit, Oneself(me): Oneself) -> poem::Result<Response> {
    email::again(app, &me).await?;
    Ok(visit.go(req, "/me", Some("The link is on its way again.")))
}

#[handler]
pub async fn leave(req: &Request, Data(app): Data<&App>, visit: Visit, Oneself(me): Oneself) -> poem::Result<Response> {
    email::leave(app, &me).await?;
    Ok(visit.go(req, "/me", Some("Your address stays as it is.")))
}
