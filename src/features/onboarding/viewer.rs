//! The welcome as its readers see it: one page after the other, and the pictures on them.

use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Request, Response, handler};
use serde::Deserialize;

use super::actions::{self, Onward};
use super::views::read;
use crate::app::App;
use crate::db::{welcome_pictures, welcome_reads};
use crate::domain::ids::{WelcomePageId, WelcomePictureId};
use crate::domain::people::Actor;
use crate::domain::welcome::way::Way;
use crate::error::{AppError, Outcome};
use crate::ui;
use crate::web::{Oneself, Viewer, Visit};

#[derive(Deserialize, Default)]
pub struct Asked {
    /// "start": from the first page on, be it read already.
    #[serde(default)]
    from: String,
}

/// Leads to where they are.
#[handler]
pub async fn start(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let way = way(app, &me).await?;
    let again = asked.is_some_and(|Query(asked)| asked.from == "start");
    let place = match if again { way.first() } else { way.next_up() } {
        Some(id) => path(id),
        None => "/".to_owned(),
    };
    Ok(visit.go(req, &place, None))
}

async fn way(app: &App, me: &Actor) -> Outcome<Way> {
    let person = me.id;
    app.db.read(move |conn| welcome_reads::way(conn, person)).await
}

fn path(id: WelcomePageId) -> String {
    format!("/welcome/{id}")
}

fn id(text: &str) -> Outcome<WelcomePageId> {
    text.parse().map_err(|_| AppError::NotFound)
}

const HELD: &str = "There is a button to press on this page first.";

#[handler]
pub async fn show(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let (id, way) = (id(&name)?, way(app, &me).await?);
    let spot = way.spot(id).ok_or(AppError::NotFound)?;
    if let Some(held) = way.held_before(id) {
        return Ok(visit.go(req, &path(held), Some(HELD)));
    }
    if visit.fragment && visit.target.as_deref() == Some(read::ONWARD) {
        // While nothing is new, nothing is put in the place of what somebody may be about to press.
        return Ok(match spot.step.is_held() {
            true => StatusCode::NO_CONTENT.into(),
            false => ui::Fragment(read::onward(&visit.frame, &spot)).into_response(),
        });
    }
    Ok(visit.show(read::page(&visit.frame, &spot)))
}

#[handler]
pub async fn go_on(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    Ok(match actions::go_on(app, me.id, id(&name)?).await? {
        Onward::To(next) => visit.go(req, &path(next), None),
        Onward::Over => visit.go(req, "/", Some("That is all. Enjoy the show.")),
        Onward::Held(held) => visit.go(req, &path(held), Some(HELD)),
    })
}

/// Notes that the link was pressed. The page it answers with leads on: a form of ours may not lead elsewhere.
#[handler]
pub async fn press(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    actions::press(app, me.id, id).await?;
    Ok(visit.go(req, &format!("{}/gate", path(id)), None))
}

#[handler]
pub async fn leave(
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let (id, way) = (id(&name)?, way(app, &me).await?);
    let step = way.spot(id).ok_or(AppError::NotFound)?.step;
    let gate = step.page.gate.as_ref().filter(|_| !step.is_held()).ok_or(AppError::NotFound)?;
    let address = read::address(&visit.frame, gate);
    let mut response = visit.show(read::leaving(&visit.frame, id, gate));
    if let Ok(onward) = HeaderValue::try_from(format!("0; url={address}")) {
        response.headers_mut().insert(header::REFRESH, onward);
    }
    Ok(response)
}

/// What lies at the address of a picture never changes.
#[handler]
pub async fn picture(Data(app): Data<&App>, _me: Viewer, Path(name): Path<String>) -> poem::Result<Response> {
    let id: WelcomePictureId = name.parse().map_err(|_| AppError::NotFound)?;
    let found = app.db.read(move |conn| welcome_pictures::content(conn, id)).await?;
    let (format, bytes) = found.ok_or(AppError::NotFound)?;
    Ok(Response::builder()
        .content_type(format.as_str())
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
        .body(bytes))
}
