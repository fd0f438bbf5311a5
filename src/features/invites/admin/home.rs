//! Asking Plex for a guest's place in the Home by hand, and taking it back.

use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::id;
use crate::app::App;
use crate::db::{invite_uses, invites};
use crate::domain::ids::{InviteId, InviteUseId};
use crate::domain::invite::uses::InviteUse;
use crate::error::{AppError, Outcome};
use crate::features::invites::actions::home;
use crate::features::invites::views::home as view;
use crate::web::{Admin, Visit};

fn both(invite: &str, one: &str) -> Outcome<(InviteId, InviteUseId)> {
    Ok((id(invite)?, one.parse().map_err(|_| AppError::NotFound)?))
}

/// With whether the invite still gives a place.
async fn found(app: &App, invite: InviteId, one: InviteUseId) -> Outcome<(InviteUse, bool)> {
    app.db
        .read(move |conn| {
            let gives = invites::get(conn, invite)?.ok_or(AppError::NotFound)?.home;
            Ok((home::to_ask(invite_uses::get(conn, one)?, invite)?, gives))
        })
        .await
}

#[handler]
pub async fn ask(
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path((invite, one)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (invite, one) = both(&invite, &one)?;
    let (one, gives) = found(app, invite, one).await?;
    let why_not = (!one.may_ask_home(gives)).then(|| home::why_not(&one, gives));
    Ok(visit.show(view::ask(&visit.frame, invite, &one, why_not)))
}

#[handler]
pub async fn again(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path((invite, one)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (invite, one) = both(&invite, &one)?;
    let done = home::again(app, &me, invite, one).await;
    back(req, &visit, invite, done.map(|one| format!("Plex is being asked for a place for {}.", one.name)))
}

#[handler]
pub async fn ask_stop(
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path((invite, one)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (invite, one) = both(&invite, &one)?;
    let (one, _) = found(app, invite, one).await?;
    let why_not = (!one.may_stop_home()).then(|| home::why_not_stop(&one));
    Ok(visit.show(view::stop(&visit.frame, invite, &one, why_not)))
}

#[handler]
pub async fn stop(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path((invite, one)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (invite, one) = both(&invite, &one)?;
    let done = home::stop(app, &me, invite, one).await;
    back(req, &visit, invite, done.map(|one| format!("The place of {} is being taken back.", one.name)))
}

/// Whoever was first has done it: that is said, and is no error.
fn back(req: &Request, visit: &Visit, invite: InviteId, done: Outcome<String>) -> poem::Result<Response> {
    let said = match done {
        Ok(said) | Err(AppError::Conflict(said)) => said,
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, &format!("/admin/invites/{invite}#uses"), Some(&said)))
}
