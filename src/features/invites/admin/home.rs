//! Asking Plex for a guest's place in the Home, by hand.

use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::id;
use crate::app::App;
use crate::db::{invite_uses, invites};
use crate::domain::ids::{InviteId, InviteUseId};
use crate::error::{AppError, Outcome};
use crate::features::invites::actions::home;
use crate::features::invites::views::home as view;
use crate::web::{Admin, Visit};

fn both(invite: &str, one: &str) -> Outcome<(InviteId, InviteUseId)> {
    Ok((id(invite)?, one.parse().map_err(|_| AppError::NotFound)?))
}

#[handler]
pub async fn ask(
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path((invite, one)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (invite, one) = both(&invite, &one)?;
    let read = app.db.read(move |conn| {
        let gives = invites::get(conn, invite)?.ok_or(AppError::NotFound)?.home;
        Ok((home::to_ask(invite_uses::get(conn, one)?, invite)?, gives))
    });
    let (one, gives) = read.await?;
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
    let said = match home::again(app, &me, invite, one).await {
        Ok(one) => format!("Plex is being asked for a place for {}.", one.name),
        Err(AppError::Conflict(why)) => why,
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, &format!("/admin/invites/{invite}#uses"), Some(&said)))
}
