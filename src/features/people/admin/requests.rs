//! What somebody has asked for, by page.

use poem::web::{Data, Path, Query};
use poem::{Response, handler};

use super::{Turned, named};
use crate::app::App;
use crate::db::{people, request_pages, requests};
use crate::domain::ids::PersonId;
use crate::domain::people::rules;
use crate::domain::wording;
use crate::error::AppError;
use crate::features::people::views::requests::{self as view, Asked as Row, List};
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
    let (wanted, who) = (Turned::to(asked), me.clone());
    let (person, listings, thumbs, total, page) = app
        .db
        .read(move |conn| {
            let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
            let (listings, total, page) = requests::asked_by(conn, id, wanted, PER_PAGE)?;
            let thumbs = request_pages::thumbs_of(conn, &who, &listings)?;
            Ok((person, listings, thumbs, total, page))
        })
        .await?;
    let row = |listing: requests::Listing| {
        let picture = listing.title.picture(thumbs.get(&listing.title.id).map(String::as_str));
        Row {
            name: wording::name(&listing.title.title, &listing.request),
            poster: picture.map(|path| visit.frame.links.to(&path)),
            request: listing.request,
        }
    };
    let rows = listings.into_iter().map(row).collect();
    let devices = rules::may_see_sessions(&me, &person);
    Ok(visit.show(view::requests(&visit.frame, &List { person, rows, total, page, per_page: PER_PAGE, devices })))
}
