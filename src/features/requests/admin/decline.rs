//! Saying no: the form below its row, in the dialog or on a page of its own, and the refusal itself.

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Request, Response, handler};

use super::desk::{self, Asked, Back};
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::request::Stage;
use crate::error::{AppError, Outcome};
use crate::features::requests::actions;
use crate::features::requests::viewer::{reply, submit};
use crate::features::requests::views::decline::{self as view, Decline, Why};
use crate::features::requests::views::desk::Query as List;
use crate::features::requests::views::desk_row::{self, Row};
use crate::features::requests::views::row_id;
use crate::ui::form::Errors;
use crate::web::{Fields, Moderator, Visit};

#[handler]
pub async fn page(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let row = desk::row(&visit.app, &visit.frame, &me, id).await?;
    if !row.may.decline {
        let decided = Err(AppError::Conflict("This was decided already.".to_owned()));
        return desk::after(&visit, req, &me, id, Back::by(&asked), decided).await;
    }
    let typed = Typed { why: likely(&row), words: String::new(), from_parcel: asked.from == "parcel" };
    let form = form(&row, typed, Errors::default());
    Ok(show(&visit, StatusCode::OK, &asked.list(), &row, &form))
}

#[handler]
pub async fn decline(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let typed = Typed {
        why: fields.text("why").parse().unwrap_or_default(),
        words: fields.text("reason").to_owned(),
        from_parcel: fields.text("from") == "parcel",
    };
    let row = desk::row(&visit.app, &visit.frame, &me, id).await?;
    let refused = match say_no(&visit, &me, id, &typed).await {
        Err(error @ AppError::Refused { .. }) => error,
        done => {
            let done = done.map(|()| format!("Declined. {} is told why.", told(&row)));
            return desk::after(&visit, req, &me, id, Back::of(&asked, &fields), done).await;
        }
    };
    let form = form(&row, typed, submit::beside_fields(refused)?);
    Ok(show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &desk::came_from(&asked, &fields), &row, &form))
}

async fn say_no(visit: &Visit, me: &Actor, id: RequestId, typed: &Typed) -> Outcome<()> {
    let reason = typed.why.reason(&typed.words).unwrap_or_default();
    actions::decline(&visit.app, me, id, &reason).await.map(|_| ())
}

fn show(visit: &Visit, status: StatusCode, list: &List, row: &Row, form: &Decline) -> Response {
    if reply::for_dialog(visit) {
        return reply::part_as(status, view::dialog(&visit.frame, &row.card.name(), form));
    }
    if visit.fragment && visit.target.as_deref() == Some(row_id(form.id).as_str()) {
        return reply::part_as(status, desk_row::item_declining(&visit.frame, list, row, form));
    }
    visit.show_as(status, view::page(&visit.frame, list, row, form))
}

/// What somebody has chosen so far.
struct Typed {
    why: Why,
    words: String,
    from_parcel: bool,
}

fn form(row: &Row, typed: Typed, errors: Errors) -> Decline {
    let Typed { why, words, from_parcel } = typed;
    Decline { id: row.card.request.id, asker: told(row), why, words, from_parcel, errors }
}

/// Whom the words are for.
fn told(row: &Row) -> String {
    match row.card.asker.first() {
        "you" => "yourself".to_owned(),
        name => name.to_owned(),
    }
}

/// The reason that suggests itself.
fn likely(row: &Row) -> Why {
    match (&row.hint, row.too_big, row.card.request.stage) {
        (Some(_), _, Stage::Asked) => Why::NotOut,
        (_, true, _) => Why::NoRoom,
        _ => Why::Other,
    }
}
