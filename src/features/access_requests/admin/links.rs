//! The private links to ask by: listed, made, paused, deleted.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::page;
use crate::app::App;
use crate::db::{ask_links, groups};
use crate::domain::access_request::form::TypedLink;
use crate::domain::ids::AskLinkId;
use crate::error::{AppError, Outcome};
use crate::features::access_requests::actions;
use crate::features::access_requests::views::links::{self as views, Links, Told};
use crate::features::access_requests::views::one;
use crate::ui::form::Errors;
use crate::web::{BackOffice, Fields, Moderator, Visit};

#[handler]
pub async fn list(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
) -> poem::Result<Response> {
    let shown = shown(req, app, TypedLink::default(), Errors::default(), me.role.may_decide()).await?;
    Ok(visit.show(views::page(&visit.frame, &shown)))
}

async fn shown(req: &Request, app: &App, typed: TypedLink, errors: Errors, may_write: bool) -> Outcome<Links> {
    let door = page::door(req, app).await?;
    let (all, groups) = app.db.read(|conn| Ok((ask_links::all(conn)?, groups::choices(conn)?))).await?;
    let told = all.into_iter().map(|link| {
        let mine = |id: &str| link.groups.iter().any(|group| group.to_string() == id);
        Told {
            groups: groups.iter().filter(|(id, ..)| mine(id)).map(|(_, name, _)| name.clone()).collect(),
            address: format!("{}/{}", door.address, link.code),
            link,
        }
    });
    let rows = told.collect();
    Ok(Links { rows, typed, groups, errors, door, may_write })
}

#[handler]
pub async fn make(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    let typed = TypedLink {
        label: fields.text("label").to_owned(),
        groups: fields.all("groups").into_iter().map(str::to_owned).collect(),
        until: fields.text("until").to_owned(),
    };
    match actions::make_link(app, (&me).into(), typed.clone()).await {
        Ok(_) => Ok(visit.go(req, "/admin/access-requests/links", Some("The link is there. Copy it."))),
        Err(AppError::Refused { fields, .. }) => {
            let shown = shown(req, app, typed, page::errors(fields), true).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::page(&visit.frame, &shown)))
        }
        Err(error) => Err(error.into()),
    }
}

fn id(text: &str) -> Outcome<AskLinkId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[handler]
pub async fn pause(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let paused = !fields.text("paused").is_empty();
    actions::pause_link(app, (&me).into(), id(&name)?, paused).await?;
    let said = if paused { "Nobody can ask by this link until you say so." } else { "The link works again." };
    Ok(visit.go(req, "/admin/access-requests/links", Some(said)))
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(_): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let link = app.db.read(move |conn| ask_links::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let action = format!("/admin/access-requests/links/{id}/removal");
    Ok(visit.show(one::removal(&visit.frame, &link.label, &action)))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let said = match actions::remove_link(app, (&me).into(), id(&name)?).await {
        Ok(link) => format!("The link {} is deleted.", link.label),
        Err(AppError::NotFound) => "This link is deleted already.".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, "/admin/access-requests/links", Some(&said)))
}
