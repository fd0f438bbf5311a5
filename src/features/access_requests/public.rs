//! Asking to be let in. Whatever the address is, the page afterwards is the same, at the same time: what is known of it is
//! told to its mailbox alone.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::actions;
use super::views::ask::{self as views, Form};
use crate::app::App;
use crate::db::{access_requests, ask_links};
use crate::domain::access_request::form::TypedAsk;
use crate::domain::access_request::{AccessRequest, AskLink, Standing, State, link};
use crate::domain::ids::AccessRequestId;
use crate::domain::invite::form;
use crate::domain::settings::Asking;
use crate::error::{AppError, Outcome};
use crate::ui::form::Errors;
use crate::web::{Fields, Visit, actor, client};

pub mod decide;

#[handler]
pub async fn show(Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    match app.house().await?.takes_strangers() {
        true => Ok(visit.show(views::form(&visit.frame, &Form::default()))),
        false => Ok(visit.show(views::closed(&visit.frame))),
    }
}

#[handler]
pub async fn ask(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    if !app.house().await?.takes_strangers() {
        return Ok(visit.show(views::closed(&visit.frame)));
    }
    take(req, app, &visit, None, &fields).await
}

#[handler]
pub async fn show_by_link(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(code): Path<String>,
) -> poem::Result<Response> {
    match by_code(req, app, code).await? {
        Door::Open(link) => Ok(visit.show(views::form(&visit.frame, &Form { code: link.code, ..Form::default() }))),
        door => Ok(shut(&visit, &door)),
    }
}

#[handler]
pub async fn ask_by_link(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    match by_code(req, app, code).await? {
        Door::Open(link) => take(req, app, &visit, Some(link), &fields).await,
        door => Ok(shut(&visit, &door)),
    }
}

/// The same for whoever has asked.
#[handler]
pub async fn sent(visit: Visit) -> poem::Result<Response> {
    Ok(visit.show(views::sent(&visit.frame)))
}

async fn take(
    req: &Request,
    app: &App,
    visit: &Visit,
    link: Option<AskLink>,
    fields: &Fields,
) -> poem::Result<Response> {
    let text = |name: &str| fields.text(name).to_owned();
    let typed = TypedAsk { name: text("name"), email: text("email"), message: text("message") };
    let code = link.as_ref().map(|link| link.code.clone()).unwrap_or_default();
    let read = match typed.read() {
        Ok(read) => read,
        Err(fields) => {
            let errors = Errors::in_order(fields, &["name", "email", "message"]);
            let form = Form { code, typed, errors };
            return Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::form(&visit.frame, &form)));
        }
    };
    if let Err(error) = app.limits.asking(client::address(req)) {
        let words = "Too many have asked just now. Nothing of yours is lost: try again a little later.";
        let form = Form { code, typed, errors: Errors::one("", words) };
        return Ok(visit.refuse(&error, views::form(&visit.frame, &form)));
    }
    actions::ask(app, link.map(|link| link.id), read).await?;
    Ok(visit.go(req, "/ask/sent", None))
}

enum Door {
    Open(AskLink),
    Closed,
    /// Nobody has made this link.
    Unknown,
}

/// What stands behind a private link. A look in vain counts as a guess.
async fn by_code(req: &Request, app: &App, code: String) -> Outcome<Door> {
    let look = app.limits.invite(client::address(req))?;
    let (house, now) = (app.house().await?, app.now());
    let link = app.db.read(move |conn| match form::code(&code) {
        Ok(code) => ask_links::by_code(conn, &code),
        Err(_) => Ok(None),
    });
    let Some(link) = link.await? else {
        look.was_in_vain();
        return Ok(Door::Unknown);
    };
    let open = link.standing(now) == Standing::Open && house.settings.asking != Asking::Nobody && house.can_write();
    Ok(if open { Door::Open(link) } else { Door::Closed })
}

fn shut(visit: &Visit, door: &Door) -> Response {
    match door {
        Door::Unknown => visit.show_as(StatusCode::NOT_FOUND, views::unknown(&visit.frame)),
        _ => visit.show(views::closed(&visit.frame)),
    }
}

#[handler]
pub async fn ask_confirmation(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    Ok(match confirmable(req, app, &token).await? {
        None => over(&visit),
        Some(one) if one.state == State::Unconfirmed => visit.show(views::confirm(&visit.frame, &one, &token)),
        Some(_) => visit.show(views::confirmed(&visit.frame)),
    })
}

#[handler]
pub async fn confirm(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let Some(one) = confirmable(req, app, &token).await? else { return Ok(over(&visit)) };
    match actions::confirm(app, one.id).await {
        // Somebody else was as fast, with the same address.
        Ok(()) | Err(AppError::Conflict(_)) => Ok(visit.show(views::confirmed(&visit.frame))),
        Err(AppError::NotFound) => Ok(over(&visit)),
        Err(error) => Err(error.into()),
    }
}

async fn confirmable(req: &Request, app: &App, token: &str) -> Outcome<Option<AccessRequest>> {
    let Some(about) = read(req, app, link::CONFIRM, token)? else { return Ok(None) };
    let Ok(id) = about.parse::<AccessRequestId>() else { return Ok(None) };
    app.db.read(move |conn| access_requests::get(conn, id)).await
}

/// What a link of a mail is about. One that was not made by us counts as a guess.
fn read(req: &Request, app: &App, purpose: &str, token: &str) -> Outcome<Option<String>> {
    let look = app.limits.invite(client::address(req))?;
    let about = app.keys.read_link(purpose, token, app.now());
    if about.is_none() {
        look.was_in_vain();
    }
    Ok(about)
}

fn over(visit: &Visit) -> Response {
    visit.show_as(StatusCode::NOT_FOUND, views::over(&visit.frame))
}
