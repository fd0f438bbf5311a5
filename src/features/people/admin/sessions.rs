//! Where somebody is signed in, and signing them out.

use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::named;
use crate::app::App;
use crate::domain::ids::PersonId;
use crate::domain::people::rules;
use crate::features::people::actions::sessions as actions;
use crate::features::people::views::sessions::{self as view, List};
use crate::web::{BackOffice, Moderator, Visit};

#[handler]
pub async fn list(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let (id, now) = (named(&id)?, app.now());
    let who = me.clone();
    let (person, sessions) = app.db.read(move |conn| actions::seen(conn, &who, id, now)).await?;
    let may = rules::may_touch(&me, &person);
    Ok(visit.show(view::sessions(&visit.frame, &List { person, sessions, here: me.session, may })))
}

#[handler]
pub async fn end(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path((id, session)): Path<(String, String)>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let name = actions::end(app, &me, id, session).await?;
    Ok(visit.go(req, &view::path(id), Some(&format!("{name} is signed out there."))))
}

#[handler]
pub async fn end_all(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let name = actions::end_all(app, &me, id).await?;
    let said = if id == me.id {
        "You are signed out everywhere else.".to_owned()
    } else {
        format!("{name} is signed out everywhere.")
    };
    Ok(visit.go(req, &view::path(id), Some(&said)))
}
