//! The pictures of welcome pages: added and deleted.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::{LIST, page};
use crate::app::App;
use crate::db::{welcome, welcome_pictures};
use crate::domain::ids::WelcomePictureId;
use crate::domain::welcome::WelcomePage;
use crate::domain::welcome::markdown;
use crate::error::{AppError, Outcome};
use crate::features::onboarding::{actions, views};
use crate::web::form::refusal;
use crate::web::{Moderator, Upload, Visit};

#[handler]
pub async fn add(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    upload: Upload,
) -> poem::Result<Response> {
    let added = match upload {
        Upload::File { name, bytes } => actions::add_picture(app, &me, &name, bytes).await,
        Upload::Nothing => Err(AppError::field("file", "Choose a picture first.")),
        Upload::TooLong => Err(AppError::field("file", "This file is far too large: a picture has up to 1 MB.")),
    };
    match added {
        Ok(picture) => {
            let said = format!("{} is here. Copy its line into a page.", picture.name);
            Ok(visit.go(req, LIST, Some(&said)))
        }
        Err(error) => {
            let page = page::list(app, &visit, me.role, refusal(error)?).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

fn id(text: &str) -> Outcome<WelcomePictureId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    _me: Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let read = app.db.read(move |conn| Ok((welcome_pictures::get(conn, id)?, welcome::all(conn)?)));
    let (picture, pages) = read.await?;
    let picture = picture.ok_or(AppError::NotFound)?;
    let shows = |page: &&WelcomePage| markdown::read(&page.body).pictures.contains(&id);
    let on: Vec<&str> = pages.iter().filter(shows).map(|page| page.title.as_str()).collect();
    Ok(visit.show(views::removal::picture(&visit.frame, &picture, &on)))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let said = match actions::remove_picture(app, &me, id(&name)?).await {
        Ok(name) => format!("{name} is deleted."),
        Err(AppError::NotFound) => "This picture is deleted already.".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, LIST, Some(&said)))
}
