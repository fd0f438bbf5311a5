//! Changing many people at once: those that were ticked in the list, or all that it has found.

use std::collections::BTreeSet;

use poem::http::StatusCode;
use poem::web::{Data, Query};
use poem::{Request, Response, handler};

use super::access::offers;
use super::{Search, everybody_shown};
use crate::app::App;
use crate::db::{access, groups, people};
use crate::domain::access::wall;
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::domain::people::{Actor, Person};
use crate::domain::stay::Stay;
use crate::error::{AppError, Outcome};
use crate::features::people::actions::many::{self as actions, Done, Wanted};
use crate::features::people::views::many::{self as view, Many, Typed};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::ui::format::count;
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

/// More than a house has; a longer list is cut.
const MOST: usize = 20_000;

#[handler]
pub async fn ask(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    asked: Option<Query<Vec<(String, String)>>>,
) -> poem::Result<Response> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let text = |name: &str| asked.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let ids = match text("all").is_empty() {
        true => ticked(asked.iter().filter(|(key, _)| key == "id").map(|(_, value)| value.as_str())),
        false => {
            let (search, now) = (Search::of(text("find"), text("show"), text("group")), app.now());
            app.db.read(move |conn| everybody_shown(conn, &search, now)).await?.into_iter().take(MOST).collect()
        }
    };
    match page(app, &visit, &me, ids, Typed::default()).await? {
        Some(page) => Ok(visit.show(page)),
        None => Ok(nobody(&visit, req)),
    }
}

fn nobody(visit: &Visit, req: &Request) -> Response {
    visit.go(req, "/admin/people", Some("Nobody was ticked."))
}

fn ticked<'a>(typed: impl Iterator<Item = &'a str>) -> BTreeSet<PersonId> {
    typed.filter_map(|id| id.trim().parse().ok()).take(MOST).collect()
}

/// None when there is nobody among them.
async fn page(app: &App, visit: &Visit, me: &Actor, ids: BTreeSet<PersonId>, typed: Typed) -> Outcome<Option<Page>> {
    let (ids, zone, now) = (Vec::from_iter(ids), app.settings().await?.time_zone, app.now());
    let (mut people, groups, libraries) = app
        .db
        .read(move |conn| {
            let house = access::house(conn, zone, now)?;
            Ok((people::named(conn, &ids)?, groups::all(conn)?, offers(conn, &house)?))
        })
        .await?;
    if people.is_empty() {
        return Ok(None);
    }
    people.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    let (part, out): (Vec<Person>, Vec<Person>) =
        people.into_iter().partition(|person| actions::takes_part(me, person));
    let named = |person: Person| (person.id.to_string(), person.name);
    let many = Many {
        people: part.into_iter().map(named).collect(),
        left_out: out.into_iter().map(named).collect(),
        groups,
        libraries,
        typed,
    };
    Ok(Some(view::many(&visit.frame, &many)))
}

#[handler]
pub async fn apply(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    let ids = ticked(fields.all("id").into_iter());
    if ids.is_empty() {
        return Ok(nobody(&visit, req));
    }
    let all = |name: &str| fields.all(name).into_iter().map(str::to_owned).collect();
    let typed = Typed {
        joins: all("joins"),
        leaves: all("leaves"),
        gives: all("gives"),
        until: fields.text("until").to_owned(),
        withholds: all("withholds"),
        keep: fields.text("keep").to_owned(),
        stay: fields.text("stay").to_owned(),
        last_day: fields.text("last_day").to_owned(),
        errors: Errors::default(),
    };
    let done = match wanted(&typed, app.settings().await?.time_zone) {
        Ok(wanted) => {
            let without_plan = wanted.is_between_us();
            actions::apply(app, &me, Vec::from_iter(ids.clone()), wanted).await.map(|done| (done, without_plan))
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((done, without_plan)) => {
            let path = if without_plan || done.changed == 0 { "/admin/people" } else { "/admin/plan" };
            Ok(visit.go(req, path, Some(&said(done, without_plan))))
        }
        Err(error) => {
            let typed = Typed { errors: refusal(error)?, ..typed };
            // Those who were left out are still said to be.
            let named = ids.into_iter().chain(ticked(fields.all("out").into_iter())).collect();
            match page(app, &visit, &me, named, typed).await? {
                Some(page) => Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page)),
                None => Ok(nobody(&visit, req)),
            }
        }
    }
}

fn wanted(typed: &Typed, zone: chrono_tz::Tz) -> Outcome<Wanted> {
    // What is no number is something that is not there.
    let groups = |list: &[String]| list.iter().map(|id| id.parse().unwrap_or(GroupId(0))).collect();
    let libraries = |list: &[String]| list.iter().map(|id| id.parse().unwrap_or(LibraryId(0))).collect();
    let keep = match typed.keep.as_str() {
        "" => None,
        "on" => Some(true),
        "off" => Some(false),
        _ => return Err(AppError::field("keep", "Choose one of these.")),
    };
    Ok(Wanted {
        joins: groups(&typed.joins),
        leaves: groups(&typed.leaves),
        gives: libraries(&typed.gives),
        until: wall::read(&typed.until, zone).map_err(|words| AppError::field("until", words))?,
        withholds: libraries(&typed.withholds),
        keep,
        stay: stay(typed)?,
    })
}

fn stay(typed: &Typed) -> Outcome<Option<Stay>> {
    if typed.stay.is_empty() {
        return Ok(None);
    }
    let read = Stay::typed(&typed.stay, &typed.last_day);
    read.map(Some).map_err(|(field, words)| AppError::field(field, words))
}

fn said(done: Done, without_plan: bool) -> String {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut words = format!("Changed for {}.", count(number(done.changed), "person", "people"));
    if !without_plan {
        words.push_str(" Nothing was sent to Plex yet.");
    }
    if done.left_out > 0 {
        words.push_str(&format!(" {} left out.", count(number(done.left_out), "admin was", "admins were")));
    }
    if done.without_end > 0 {
        let those = count(number(done.without_end), "person has no end and stays", "people have no end and stay");
        words.push_str(&format!(" {those} as long as before."));
    }
    words
}
