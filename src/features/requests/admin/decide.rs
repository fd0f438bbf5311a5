//! Saying yes, and trying again.

use poem::web::{Path, Query};
use poem::{Request, Response, handler};

use super::desk::{self, Asked, Back};
use crate::features::requests::actions;
use crate::features::requests::viewer::reply;
use crate::web::{Fields, Moderator, Visit};

#[handler]
pub async fn approve(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let done = actions::approve(&visit.app, &me, id, None).await.map(|_| "Approved. It goes out now.".to_owned());
    desk::after(&visit, req, &me, id, Back::of(&asked, &fields), done).await
}

#[handler]
pub async fn retry(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let done = actions::retry(&visit.app, &me, id, None).await.map(|_| "It goes out once more.".to_owned());
    desk::after(&visit, req, &me, id, Back::of(&asked, &fields), done).await
}
