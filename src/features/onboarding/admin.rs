//! Welcome pages in the back office: the list, one of them, order, deleting. Their pictures are in `pictures`.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{IntoResponse, Request, Response, handler};

use self::page::{Shown, errors, typed};
use super::actions::{self, Way};
use super::views;
use crate::app::App;
use crate::db::welcome;
use crate::domain::ids::WelcomePageId;
use crate::domain::people::Actor;
use crate::domain::welcome::form::TypedPage;
use crate::error::{AppError, Outcome};
use crate::ui;
use crate::ui::form::Errors;
use crate::web::{BackOffice, Fields, Moderator, Visit};

mod page;
pub mod pictures;

const LIST: &str = "/admin/onboarding";

#[handler]
pub async fn index(Data(app): Data<&App>, visit: Visit, BackOffice(me): BackOffice) -> poem::Result<Response> {
    Ok(visit.show(page::list(app, &visit, me.role, Errors::default()).await?))
}

/// Where a form was refused its address stays; whoever opens it comes to the list.
#[handler]
pub async fn form_page(req: &Request, visit: Visit, _me: BackOffice) -> poem::Result<Response> {
    Ok(visit.go(req, LIST, None))
}

fn id(text: &str) -> Outcome<WelcomePageId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[handler]
pub async fn new(Data(app): Data<&App>, visit: Visit, _me: Moderator) -> poem::Result<Response> {
    Ok(visit.show(page::form(app, &visit, Shown::new(None, page::begin())).await?))
}

#[handler]
pub async fn create(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    save_or_show(req, app, visit, &me, None, typed(&fields)).await
}

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let page = app.db.read(move |conn| welcome::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let shown = Shown { may_write: me.role.may_decide(), ..Shown::new(Some(id), TypedPage::of(&page)) };
    Ok(visit.show(page::form(app, &visit, shown).await?))
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    save_or_show(req, app, visit, &me, Some(id(&name)?), typed(&fields)).await
}

async fn save_or_show(
    req: &Request,
    app: &App,
    visit: Visit,
    me: &Actor,
    id: Option<WelcomePageId>,
    typed: TypedPage,
) -> poem::Result<Response> {
    match actions::save(app, me, id, typed.clone()).await {
        Ok(page) => Ok(visit.go(req, LIST, Some(&format!("{} is saved.", page.title)))),
        Err(AppError::Refused { fields, .. }) => {
            let shown = Shown { errors: errors(fields), ..Shown::new(id, typed) };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page::form(app, &visit, shown).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// What the page looks like as typed; nothing is saved. Without scripts it comes with the form around it.
#[handler]
pub async fn preview(Data(app): Data<&App>, visit: Visit, _me: Moderator, fields: Fields) -> poem::Result<Response> {
    let typed = typed(&fields);
    if visit.fragment {
        return Ok(ui::Fragment(views::form::preview(&visit.frame, &typed)).into_response());
    }
    let shown = Shown::new(fields.number("page").map(WelcomePageId), typed);
    Ok(visit.show(page::form(app, &visit, shown).await?))
}

#[handler]
pub async fn switch(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let page = actions::switch(app, &me, id(&name)?, !fields.text("on").is_empty()).await?;
    let said = match page.enabled {
        true => format!("Newcomers read {} from now on.", page.title),
        false => format!("{} is shown to nobody until you switch it on.", page.title),
    };
    Ok(visit.go(req, LIST, Some(&said)))
}

#[handler]
pub async fn shift(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (way, end) = match fields.text("to") {
        "up" => (Way::Up, "first"),
        "down" => (Way::Down, "last"),
        _ => return Err(AppError::Malformed("A page moves up or down.".to_owned()).into()),
    };
    let said = match actions::shift(app, &me, id(&name)?, way).await? {
        (title, true) => format!("{title} moved {}.", fields.text("to")),
        (title, false) => format!("{title} is the {end} one already."),
    };
    Ok(visit.go(req, LIST, Some(&said)))
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    _me: Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let page = app.db.read(move |conn| welcome::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    Ok(visit.show(views::removal::page(&visit.frame, &page)))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let said = match actions::remove(app, &me, id(&name)?).await {
        Ok(title) => format!("{title} is deleted."),
        Err(AppError::NotFound) => "This page is deleted already.".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, LIST, Some(&said)))
}

/// The pages that a house begins with, once more.
#[handler]
pub async fn put_back(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
) -> poem::Result<Response> {
    let said = match actions::put_back(app, &me).await? {
        true => "The default pages are back.",
        false => "There are pages already.",
    };
    Ok(visit.go(req, LIST, Some(said)))
}
