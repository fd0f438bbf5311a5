//! What happened about somebody, by page.

use poem::web::{Data, Path, Query};
use poem::{Response, handler};

use super::{Turned, named};
use crate::app::App;
use crate::db::{activity, people};
use crate::domain::activity::ActivityFilter;
use crate::domain::ids::PersonId;
use crate::domain::people::rules;
use crate::error::AppError;
use crate::features::people::views::activity::{self as view, List};
use crate::web::{BackOffice, Visit};

const PER_PAGE: i64 = 20;

#[handler]
pub async fn list(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(id): Path<String>,
    asked: Option<Query<Turned>>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let page = Turned::to(asked);
    let (person, names, entries, total) = app
        .db
        .read(move |conn| {
            let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
            let filter = ActivityFilter { person: Some(id), ..Default::default() };
            let (entries, total) = activity::page(conn, &filter, (page - 1) * PER_PAGE, PER_PAGE)?;
            Ok((person, activity::names(conn, &entries)?, entries, total))
        })
        .await?;
    let devices = rules::may_see_sessions(&me, &person);
    let shown = List { person, entries, names, total, page, per_page: PER_PAGE, devices };
    Ok(visit.show(view::activity(&visit.frame, &shown)))
}
