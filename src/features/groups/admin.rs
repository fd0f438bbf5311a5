//! Groups in the back office: the cards, one of them, deleting and ordering. Who is in one is in `members`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use self::page::{Shown, errors, typed};
use super::actions::{self, Way};
use super::views;
use crate::app::App;
use crate::db::{Conn, access, group_people, groups, libraries};
use crate::domain::access::plan;
use crate::domain::group::form::TypedGroup;
use crate::domain::group::{Group, form};
use crate::domain::ids::{GroupId, LibraryId};
use crate::error::{AppError, Outcome};
use crate::web::{BackOffice, Fields, Moderator, Visit};

pub mod members;
mod page;

#[handler]
pub async fn list(Data(app): Data<&App>, visit: Visit, BackOffice(me): BackOffice) -> poem::Result<Response> {
    let days = app.settings().await?.quota_days;
    let cards = app.db.read(cards).await?;
    Ok(visit.show(views::list::groups(&visit.frame, &cards, me.role, days)))
}

fn cards(conn: &mut Conn) -> Outcome<Vec<views::list::Card>> {
    let (all, titles) = (groups::all(conn)?, libraries::titles(conn)?);
    let mut crowds = group_people::crowds(conn, &all, views::list::MOST_FACES)?;
    let card = |group: Group| {
        let crowd = crowds.remove(&group.id).unwrap_or_default();
        let libraries = titles_of(&group, &titles);
        views::list::Card { libraries, people: crowd.people, first: crowd.first, group }
    };
    Ok(all.into_iter().map(card).collect())
}

/// The titles of what a group carries.
fn titles_of(group: &Group, titles: &HashMap<LibraryId, String>) -> Vec<String> {
    group.libraries.iter().filter_map(|id| titles.get(id)).cloned().collect()
}

fn id(text: &str) -> Outcome<GroupId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Deserialize, Default)]
pub struct Begun {
    /// The group that a new one begins as a copy of.
    #[serde(default)]
    like: String,
}

#[handler]
pub async fn new(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(_): Moderator,
    begun: Option<Query<Begun>>,
) -> poem::Result<Response> {
    let like: Option<GroupId> = begun.and_then(|Query(begun)| begun.like.parse().ok());
    let zone = visit.frame.clock.zone;
    let typed = app.db.read(move |conn| copy(conn, like, zone)).await?;
    Ok(visit.show(page::form(app, &visit, Shown::new(None, typed)).await?))
}

/// How a new group begins: with nothing, or like another one, without its people.
fn copy(conn: &mut Conn, like: Option<GroupId>, zone: chrono_tz::Tz) -> Outcome<TypedGroup> {
    let all = groups::all(conn)?;
    let Some(like) = all.iter().find(|group| Some(group.id) == like) else {
        return Ok(TypedGroup::of(&Group::new(""), zone));
    };
    let taken = |name: &str| all.iter().any(|group| group.name.to_lowercase() == name.to_lowercase());
    let named = |n: usize| {
        let end = if n == 1 { String::new() } else { format!(" {n}") };
        let room = form::MOST_NAME - end.len();
        format!("Copy of {}", like.name).chars().take(room).collect::<String>().trim_end().to_owned() + end.as_str()
    };
    let name = (1..=all.len() + 1).map(named).find(|name| !taken(name)).unwrap_or_default();
    let copy = Group { name, rules: Vec::new(), for_newcomers: false, for_guests: false, ..like.clone() };
    Ok(TypedGroup::of(&copy, zone))
}

#[handler]
pub async fn create(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    let typed = typed(&fields);
    match actions::save(app, &me, None, typed.clone(), None).await {
        Ok(saved) => Ok(leave(&visit, req, &saved)),
        Err(AppError::Refused { fields, .. }) => {
            let shown = Shown { errors: errors(fields), ..Shown::new(None, typed) };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page::form(app, &visit, shown).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// To the plan where it may be another one now, else to the list.
fn leave(visit: &Visit, req: &Request, saved: &actions::Saved) -> Response {
    let said = match (saved.touches_access, saved.is_new) {
        (true, _) => format!("{} is saved. This is what it changes.", saved.name),
        (false, true) => format!("{} is there. Open it to put people into it.", saved.name),
        (false, false) => format!("{} is saved.", saved.name),
    };
    let place = if saved.touches_access { "/admin/plan" } else { "/admin/groups" };
    visit.go(req, place, Some(&said))
}

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let group = app.db.read(move |conn| groups::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let typed = TypedGroup::of(&group, visit.frame.clock.zone);
    let shown = Shown { may_write: me.role.may_decide(), ..Shown::new(Some(id), typed) };
    Ok(visit.show(page::form(app, &visit, shown).await?))
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (id, typed) = (id(&name)?, typed(&fields));
    match actions::save(app, &me, Some(id), typed.clone(), fields.seen()).await {
        Ok(saved) => Ok(leave(&visit, req, &saved)),
        Err(AppError::Refused { fields, .. }) => {
            let shown = Shown { errors: errors(fields), ..Shown::new(Some(id), typed) };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page::form(app, &visit, shown).await?))
        }
        Err(AppError::NotFound) => {
            Ok(visit.show_as(StatusCode::NOT_FOUND, views::form::gone(&visit.frame, &typed.name)))
        }
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(_): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let (id, zone, now) = (id(&name)?, app.settings().await?.time_zone, app.now());
    let read = app.db.read(move |conn| {
        let group = groups::get(conn, id)?.ok_or(AppError::NotFound)?;
        let (people, titles) = (group_people::count(conn, &group)?, libraries::titles(conn)?);
        let caused = caused(conn, id, &titles, zone, now)?;
        Ok((titles_of(&group, &titles), people, caused, group))
    });
    let (titles, people, (caused, more), group) = read.await?;
    Ok(visit.show(views::removal::removal(&visit.frame, &group, &titles, people, &caused, more)))
}

/// Who would lose and gain what if there were no such group: the first of those people's changes, and how many more.
fn caused(
    conn: &mut Conn,
    id: GroupId,
    titles: &HashMap<LibraryId, String>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<(Vec<views::removal::Caused>, usize)> {
    let standing = access::standing(conn, zone, now)?;
    let named = |ids: &mut dyn Iterator<Item = LibraryId>| -> Vec<String> {
        ids.filter_map(|id| titles.get(&id)).map(|title| title.trim().to_owned()).collect()
    };
    let changes = plan::without(&standing.house, &standing.members, &standing.earlier, id);
    let more = changes.len().saturating_sub(views::removal::MOST);
    let caused = changes.iter().take(views::removal::MOST).filter_map(|change| {
        let person = standing.people.iter().find(|person| person.id == change.person)?;
        let (lose, gain) = (named(&mut change.lose()), named(&mut change.gain()));
        Some(views::removal::Caused { name: person.name.clone(), lose, gain, flags: change.moves_settings() })
    });
    Ok((caused.collect(), more))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let said = match actions::remove(app, &me, id(&name)?).await {
        Ok(name) => format!("{name} is deleted. Plex hears of it with the plan."),
        Err(AppError::NotFound) => "This group is deleted already.".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, "/admin/groups", Some(&said)))
}

#[handler]
pub async fn shift(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (way, end) = match fields.text("to") {
        "up" => (Way::Up, "first"),
        "down" => (Way::Down, "last"),
        _ => return Err(AppError::Malformed("A group moves up or down.".to_owned()).into()),
    };
    let said = match actions::shift(app, &me, id(&name)?, way).await? {
        (name, true) => format!("{name} moved {}.", fields.text("to")),
        (name, false) => format!("{name} is the {end} one already."),
    };
    Ok(visit.go(req, "/admin/groups", Some(&said)))
}
