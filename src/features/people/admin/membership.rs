//! The form of a membership.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::{named, person};
use crate::app::App;
use crate::domain::ids::PersonId;
use crate::domain::membership::{Membership, Standing};
use crate::domain::stay::{Stay, typed_day};
use crate::error::AppError;
use crate::features::people::actions::membership::{Turn, turn};
use crate::features::people::views::person::{self as view, Seen};
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

#[handler]
pub async fn change(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let outcome = match asked(&fields) {
        Ok(what) => turn(app, &me, id, what).await,
        Err(words) => Err(AppError::field("stay", words)),
    };
    match outcome {
        Ok((name, one)) => Ok(kept(req, &visit, id, &name, &one)),
        Err(error) => {
            let (last_day, errors) = (fields.text("stay").to_owned(), refusal(error)?);
            let typed = Seen { last_day, errors, ..person::seen_by(app, &me, id).await? };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, view::person(&visit.frame, &typed)))
        }
    }
}

/// What the button says that was pressed; else how long they stay.
fn asked(fields: &Fields) -> Result<Turn, String> {
    match fields.text("do") {
        "pause" => Ok(Turn::Pause),
        "resume" => Ok(Turn::GoOn),
        "decline" => Ok(Turn::Decline),
        "open" => Ok(Turn::Stay(Stay::Open)),
        _ => {
            let stay = fields.text("stay");
            stay.parse().or_else(|_| typed_day(stay).map(Stay::Until)).map(Turn::Stay)
        }
    }
}

fn kept(req: &Request, visit: &Visit, id: PersonId, name: &str, one: &Membership) -> Response {
    let clock = &visit.frame.clock;
    let said = match (one.standing(clock.now()), one.last_day(clock.zone)) {
        (Standing::Paused, _) => {
            format!("The membership of {name} is paused. Their access ends now, and comes back with it.")
        }
        (Standing::Over, _) => format!("{name} stays out."),
        (_, Some(day)) => format!("{name} stays until the end of {}.", clock.day(day)),
        (_, None) => format!("{name} stays without end."),
    };
    visit.go(req, &format!("/admin/people/{id}"), Some(&said))
}
