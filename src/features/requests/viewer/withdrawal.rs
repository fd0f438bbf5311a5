//! Taking a request back: asked once, as a page or in the dialog.

use poem::web::Path;
use poem::{IntoResponse, Request, Response, handler};

use super::{parcel, reply};
use crate::error::AppError;
use crate::features::requests::actions;
use crate::features::requests::views::withdraw as view;
use crate::ui::Fragment;
use crate::web::{Requester, Visit};

#[handler]
pub async fn page(Requester(me): Requester, visit: Visit, Path(id): Path<String>) -> poem::Result<Response> {
    let parcel = parcel::parcel(&visit.app, &visit.frame, &me, reply::id(&id)?).await?;
    if !parcel.may.withdraw {
        return Err(AppError::Conflict("There is nothing left to withdraw here.".to_owned()).into());
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
    actions::withdraw(&visit.app, &me, id).await?;
    Ok(reply::leave(&visit, req, &format!("/requests/{id}"), Some("Withdrawn.")))
}
