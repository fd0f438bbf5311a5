//! Deciding about several requests at once: each for itself, and what somebody else decided meanwhile is left alone.

use std::collections::BTreeSet;

use poem::http::StatusCode;
use poem::web::Query;
use poem::{Request, Response, handler};

use super::desk::{self, Asked};
use crate::db::requests::{self, Listing};
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::wording;
use crate::error::{AppError, Outcome};
use crate::features::requests::actions;
use crate::features::requests::viewer::{reply, submit};
use crate::features::requests::views::decline::{self as view, Decline, Why};
use crate::ui::form::Errors;
use crate::ui::format::{count, number};
use crate::web::{Fields, Moderator, Visit};

/// More than a page of the list never comes.
const MOST: usize = 100;

#[handler]
pub async fn approve(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let mut tally = Tally::default();
    for id in ticked(&fields) {
        match actions::approve(&visit.app, &me, id, None).await {
            Err(AppError::Refused { message, .. }) => tally.refuse(message),
            done => tally.add(done.map(|_| ()))?,
        }
    }
    let list = desk::came_from(&asked, &fields);
    Ok(reply::leave(&visit, req, &list.path(), Some(&tally.words("approved"))))
}

/// Asks for the reason first: one for all of them.
#[handler]
pub async fn decline(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let list = desk::came_from(&asked, &fields);
    let why: Why = fields.text("why").parse().unwrap_or_default();
    let words = fields.text("reason").to_owned();
    let (status, errors) = if fields.ticked("sure") {
        match decline_all(&visit, &me, &fields, &why.reason(&words).unwrap_or_default()).await {
            Ok(tally) => return Ok(reply::leave(&visit, req, &list.path(), Some(&tally.words("declined")))),
            Err(refused) => (StatusCode::UNPROCESSABLE_ENTITY, submit::beside_fields(refused)?),
        }
    } else {
        (StatusCode::OK, Errors::default())
    };
    let ids: Vec<i64> = ticked(&fields).into_iter().map(|id| id.0).collect();
    let rows = visit.app.db.read(move |conn| requests::listings(conn, &ids)).await?;
    let name = |row: &Listing| (row.request.id, wording::name(&row.title.title, &row.request));
    let names: Vec<(RequestId, String)> = rows.iter().map(name).collect();
    if names.is_empty() {
        return Ok(reply::leave(&visit, req, &list.path(), Some("Nothing was ticked.")));
    }
    let form =
        Decline { id: RequestId(0), asker: "everybody who asked".to_owned(), why, words, from_parcel: false, errors };
    Ok(visit.show_as(status, view::many(&visit.frame, &list, &names, &form)))
}

async fn decline_all(visit: &Visit, me: &Actor, fields: &Fields, reason: &str) -> Outcome<Tally> {
    let mut tally = Tally::default();
    for id in ticked(fields) {
        tally.add(actions::decline(&visit.app, me, id, reason).await.map(|_| ()))?;
    }
    Ok(tally)
}

fn ticked(fields: &Fields) -> BTreeSet<RequestId> {
    fields.all("request").iter().filter_map(|id| id.parse().ok()).take(MOST).collect()
}

#[derive(Default)]
struct Tally {
    done: i64,
    too_late: i64,
    refused: i64,
    /// Why the first one was.
    because: String,
}

impl Tally {
    /// What was decided meanwhile, or is gone, is counted; anything else goes up.
    fn add(&mut self, done: Outcome<()>) -> Outcome<()> {
        match done {
            Ok(()) => self.done += 1,
            Err(AppError::Conflict(_) | AppError::NotFound) => self.too_late += 1,
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn refuse(&mut self, because: String) {
        if self.refused == 0 {
            self.because = because;
        }
        self.refused += 1;
    }

    /// "3 approved. 1 was decided already. 1 was left as it is: That folder is not there any more."
    fn words(&self, verb: &str) -> String {
        let mut words = match (self.done, self.too_late, self.refused) {
            (0, 0, 0) => return "Nothing was ticked.".to_owned(),
            (done, 0, _) => format!("{} {verb}.", number(done)),
            (done, late, _) => format!("{} {verb}. {} decided already.", number(done), count(late, "was", "were")),
        };
        if self.refused > 0 {
            let left = count(self.refused, "was", "were");
            words.push_str(&format!(" {left} left as it is: {}", self.because));
        }
        words
    }
}
