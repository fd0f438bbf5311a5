//! Removing somebody, letting them back, and having Plex asked again.

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::named;
use crate::app::App;
use crate::db::{Conn, libraries, memberships, removals, servers, shares};
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::domain::people::{Actor, Person};
use crate::domain::removal::{self, Removal, State, Way};
use crate::error::{AppError, Outcome};
use crate::features::people::actions::access::touchable;
use crate::features::people::actions::removal as actions;
use crate::features::people::views::removal::{self as view, Ask, Has};
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

#[handler]
pub async fn ask(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    Ok(visit.show(view::ask(&visit.frame, &seen(app, &me, named(&id)?).await?)))
}

/// All of the page but for what was typed.
async fn seen(app: &App, me: &Actor, id: PersonId) -> Outcome<Ask> {
    let (me, now) = (me.clone(), app.now());
    app.db
        .read(move |conn| {
            let person = touchable(conn, &me, id)?;
            let owners: Vec<i64> = servers::all(conn)?.iter().filter_map(|server| server.owner_plex_id).collect();
            let is_out = memberships::is_out(conn, id, now)?;
            Ok(Ask {
                refusal: removal::refusal(&me, &person, &owners),
                ways: removal::ways(&me, &person, is_out, &removals::in_force(conn, id)?),
                has: has(conn, id)?,
                from: String::new(),
                sure: false,
                errors: Errors::default(),
                person,
            })
        })
        .await
}

fn has(conn: &mut Conn, id: PersonId) -> Outcome<Vec<Has>> {
    let titles = libraries::titles(conn)?;
    let named = |share: shares::Share| {
        let mut names: Vec<String> =
            share.libraries.iter().filter_map(|id| titles.get(id)).map(|title| title.trim().to_owned()).collect();
        names.sort();
        Has { server: share.server_name, libraries: names, invited: !share.accepted }
    };
    Ok(shares::of_person(conn, id)?.into_iter().map(named).collect())
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (id, sure): (PersonId, bool) = (named(&id)?, fields.ticked("sure"));
    let outcome = match fields.text("from").parse() {
        Ok(way) => actions::remove(app, &me, id, way, sure).await,
        Err(_) => Err(AppError::field("from", "Choose from where.")),
    };
    match outcome {
        Ok((name, one)) => Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said(&name, &one)))),
        Err(error) => {
            let errors = refusal(error)?;
            let typed = Ask { from: fields.text("from").to_owned(), sure, errors, ..seen(app, &me, id).await? };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, view::ask(&visit.frame, &typed)))
        }
    }
}

fn said(name: &str, one: &Removal) -> String {
    match one.state {
        State::Waiting => format!("{name} is being removed {}.", one.way.from()),
        _ => format!("{name} is removed {}.", one.way.from()),
    }
}

#[handler]
pub async fn take_back(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let (name, one) = actions::take_back(app, &me, id).await?;
    let said = match one.way {
        Way::Usherr => format!("{name} is taken in again."),
        _ => format!("{name} is back. What was taken is being given again."),
    };
    Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
}

#[handler]
pub async fn try_again(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let name = actions::try_again(app, &me, id).await?;
    Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&format!("Plex is asked again to remove {name}."))))
}

/// Why they can't be let back; none where they can.
pub fn no_way_back(
    conn: &mut Conn,
    person: &Person,
    in_force: &[Removal],
    now: DateTime<Utc>,
) -> Outcome<Option<String>> {
    if person.removed_at.is_some() {
        return Ok(None);
    }
    let one = memberships::of_person(conn, person.id)?.unwrap_or_else(|| Membership::open(person.id));
    Ok(removal::way_back(person, &one, in_force, now).err())
}
