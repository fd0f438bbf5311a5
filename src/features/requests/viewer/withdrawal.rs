//! Taking a request back: asked once, as a page or in the dialog.

use poem::web::Path;
use poem::{IntoResponse, Request, Response, handler};

use super::{parcel, reply};
use crate::domain::ids::RequestId;
use crate::error::AppError;
use crate::features::requests::actions;
use crate::features::requests::views::withdraw as view;
use crate::ui::Fragment;
use crate::web::{Requester, Visit};

#[handler]
pub async fn page(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let parcel = parcel::parcel(&visit.app, &visit.frame, &me, id).await?;
    if !parcel.may.withdraw {
        return Ok(back(&visit, req, id, "There is nothing left to withdraw here."));
    }
    if reply::for_dialog(&visit) {
        return Ok(Fragment(view::dialog(&visit.frame, &parcel)).into_response());
    }
    Ok(visit.show(view::page(&visit.frame, &parcel)))
}

#[handler]
pub async fn withdraw(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let said = match actions::withdraw(&visit.app, &me, id).await {
        Ok(_) => "Withdrawn.".to_owned(),
        // Somebody was quicker, or this is the same form once more: its page tells.
        Err(AppError::Conflict(words)) => format!("Nothing was changed. {words}"),
        Err(other) => return Err(other.into()),
    };
    Ok(back(&visit, req, id, &said))
}

fn back(visit: &Visit, req: &Request, id: RequestId, said: &str) -> Response {
    reply::leave(visit, req, &format!("/requests/{id}"), Some(said))
}
