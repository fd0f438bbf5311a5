//! `/admin`: one read, one page; the whole of it moves.

use poem::web::Data;
use poem::web::sse::SSE;
use poem::{IntoResponse, Response, handler};

use super::views;
use crate::app::{App, Change};
use crate::db::dashboard;
use crate::ui;
use crate::web::sse::{Live, live};
use crate::web::{BackOffice, Visit, visit};

#[handler]
pub async fn at_the_desk(BackOffice(_me): BackOffice, visit: Visit) -> poem::Result<Response> {
    let desk = visit.app.db.read(dashboard::desk).await?;
    if visit.fragment && visit.target.as_deref() == Some(views::DESK) {
        return Ok(ui::Fragment(views::desk(&visit.frame, &desk)).into_response());
    }
    Ok(visit.show(views::page(&visit.frame, &desk)))
}

#[handler]
pub async fn desk_live(BackOffice(me): BackOffice, Data(app): Data<&App>) -> SSE {
    let shown = app.clone();
    // Runs are looked at with every beat; a sync reports many steps a second.
    live(
        app.clone(),
        Some(me.clone()),
        |change| !matches!(change, Change::Run(_)),
        move || {
            let (app, me) = (shown.clone(), me.clone());
            async move {
                let desk = app.db.read(dashboard::desk).await?;
                let frame = visit::frame(&app, Some(me)).await?;
                Ok(Live::More(views::desk(&frame, &desk).into_string()))
            }
        },
    )
}
