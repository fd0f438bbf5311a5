//! Asking to stay longer: by the link of a mail, and from one's own page. Looking changes nothing; the button asks, once for
//! each end.

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::actions::{self, Answer};
use super::views;
use crate::app::App;
use crate::db::{memberships, people};
use crate::domain::ids::PersonId;
use crate::domain::membership::{Membership, Standing, link};
use crate::error::Outcome;
use crate::web::{Oneself, Visit, actor, client};

#[handler]
pub async fn show(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    let Some((person, end)) = read(req, app, &token)? else { return Ok(over(&visit)) };
    let Some((name, one)) = found(app, person).await? else { return Ok(over(&visit)) };
    let may_ask = link::is_for(&one, end) && one.standing(app.now()) != Standing::Paused;
    Ok(visit.show(match (may_ask, one.asked_at) {
        (true, None) => views::ask(&visit.frame, &name, &one, &token),
        (true, Some(_)) => views::answer(&visit.frame, &Answer::Waits),
        (false, _) => views::answer(&visit.frame, &Answer::Given(one)),
    }))
}

#[handler]
pub async fn ask(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let Some((person, end)) = read(req, app, &token)? else { return Ok(over(&visit)) };
    if found(app, person).await?.is_none() {
        return Ok(over(&visit));
    }
    let answer = actions::ask(app, person, Some(end)).await?;
    Ok(visit.show(views::answer(&visit.frame, &answer)))
}

#[handler]
pub async fn ask_here(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Oneself(me): Oneself,
) -> poem::Result<Response> {
    let said = match actions::ask(app, me.id, None).await? {
        Answer::Given(_) => "You can stay longer.",
        Answer::Waits => "You have asked to stay longer. Somebody decides.",
        Answer::Nothing => "There is nothing to ask for.",
    };
    Ok(visit.go(req, "/me", Some(said)))
}

/// Whose link it is, and for which end; one that is not ours counts as a guess.
fn read(req: &Request, app: &App, token: &str) -> Outcome<Option<(PersonId, DateTime<Utc>)>> {
    let look = app.limits.link(client::address(req))?;
    let about = app.keys.read_link(link::PURPOSE, token, app.now()).and_then(|about| link::read(&about));
    if about.is_none() {
        look.was_in_vain();
    }
    Ok(about)
}

async fn found(app: &App, person: PersonId) -> Outcome<Option<(String, Membership)>> {
    app.db
        .read(move |conn| {
            let Some(person) = people::get(conn, person)?.filter(|person| person.removed_at.is_none()) else {
                return Ok(None);
            };
            Ok(memberships::of_person(conn, person.id)?.map(|one| (person.name, one)))
        })
        .await
}

fn over(visit: &Visit) -> Response {
    visit.show_as(StatusCode::NOT_FOUND, views::over(&visit.frame))
}
