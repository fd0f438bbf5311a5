//! The forms of a membership.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::{named, person};
use crate::app::App;
use crate::domain::ids::PersonId;
use crate::domain::membership::{Membership, Standing};
use crate::domain::people::Actor;
use crate::domain::stay::Stay;
use crate::error::AppError;
use crate::features::people::actions::membership::{Turn, turn};
use crate::features::people::views::person::{self as view, Seen};
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

#[handler]
pub async fn set(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let typed = fields.text("stay");
    let outcome = match typed.parse() {
        Ok(stay) => turn(app, &me, id, Turn::Stay(stay)).await,
        Err(_) => Err(AppError::field("stay", "Choose a last day, such as 2027-03-20.")),
    };
    match outcome {
        Ok((name, one)) => Ok(kept(req, &visit, id, &name, &one)),
        Err(error) => {
            let errors = refusal(error)?;
            let typed = Seen { last_day: typed.to_owned(), errors, ..person::seen_by(app, &me, id).await? };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, view::person(&visit.frame, &typed)))
        }
    }
}

#[handler]
pub async fn open_end(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    done(req, app, &visit, &me, &id, Turn::Stay(Stay::Open)).await
}

#[handler]
pub async fn decline(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    done(req, app, &visit, &me, &id, Turn::Decline).await
}

#[handler]
pub async fn pause(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    done(req, app, &visit, &me, &id, Turn::Pause).await
}

#[handler]
pub async fn go_on(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    done(req, app, &visit, &me, &id, Turn::GoOn).await
}

async fn done(req: &Request, app: &App, visit: &Visit, me: &Actor, id: &str, what: Turn) -> poem::Result<Response> {
    let id: PersonId = named(id)?;
    match turn(app, me, id, what).await {
        Ok((name, one)) => Ok(kept(req, visit, id, &name, &one)),
        Err(error) => person::refused(app, visit, me, id, error).await,
    }
}

fn kept(req: &Request, visit: &Visit, id: PersonId, name: &str, one: &Membership) -> Response {
    let clock = &visit.frame.clock;
    let said = match (one.standing(clock.now()), one.last_day(clock.zone)) {
        (Standing::Paused, _) => {
            format!("The membership of {name} is paused. Their access ends now, and comes back with it.")
        }
        (_, Some(day)) => format!("{name} stays until the end of {}.", clock.day(day)),
        (_, None) => format!("{name} stays without end."),
    };
    visit.go(req, &format!("/admin/people/{id}"), Some(&said))
}
