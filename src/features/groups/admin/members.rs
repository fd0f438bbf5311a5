//! Who is in a group: everybody with ticks, putting people in and taking them out again.

use poem::error::ResponseError;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::id;
use crate::app::App;
use crate::db::group_people::{self, Member};
use crate::db::groups;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::people::{Actor, Role, rules};
use crate::error::{AppError, Outcome};
use crate::features::groups::actions::{self, Moved};
use crate::features::groups::views::members::{self as view, FILTERS, Members, Row};
use crate::ui::form::Errors;
use crate::ui::{Page, format};
use crate::web::{BackOffice, Fields, Moderator, Visit};

const PER_PAGE: usize = 20;
/// More than a page of the list never comes.
const MOST: usize = 100;

/// What the address of the list says.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[handler]
pub async fn list(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(name): Path<String>,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let read = Read { id: id(&name)?, asked, ticked: Vec::new(), errors: Errors::default() };
    Ok(visit.show(page(app, &visit, &me, read).await?))
}

/// The list as it is asked for: at first, or again after a refusal.
struct Read {
    id: GroupId,
    asked: Asked,
    ticked: Vec<PersonId>,
    errors: Errors,
}

async fn page(app: &App, visit: &Visit, me: &Actor, read: Read) -> Outcome<Page> {
    let Read { id, asked, ticked, errors } = read;
    let words: String = asked.find.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, 1_000_000);
    let known = FILTERS.iter().find(|(word, _)| *word == asked.show);
    let show = known.map_or("", |(word, _)| *word);
    let find = words.clone();
    let read = app.db.read(move |conn| {
        let group = groups::get(conn, id)?.ok_or(AppError::NotFound)?;
        let all = group_people::everybody(conn, &group, &find)?;
        let people = match find.is_empty() {
            true => all.iter().filter(|member| member.is_in()).count(),
            false => group_people::count(conn, &group)?,
        };
        Ok((all, people, group))
    });
    let (all, people, group) = read.await?;
    let counts = FILTERS.iter().map(|(word, _)| all.iter().filter(|one| fits(one, word)).count()).collect();
    let shown: Vec<_> = all.into_iter().filter(|one| fits(one, show)).collect();
    let total = shown.len();
    let row = |member: Member| Row {
        may_sort: rules::may_touch(me, &member.person),
        ticked: ticked.contains(&member.person.id),
        person: member.person,
        since: member.since,
        rules: member.rules,
    };
    let rows = shown.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).map(row).collect();
    let (show, may_write) = (show.to_owned(), me.role.may_decide());
    let shown =
        Members { group, people, rows, total, counts, page, per_page: PER_PAGE, words, show, may_write, errors };
    Ok(view::members(&visit.frame, &shown))
}

fn fits(member: &Member, word: &str) -> bool {
    match word {
        "" => true,
        "in" => member.is_in(),
        "home" => member.person.home,
        role => role.parse().is_ok_and(|role: Role| member.person.role == role),
    }
}

#[handler]
pub async fn add(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (id, ticked) = (id(&name)?, ticked(&fields, "add"));
    let error = match actions::put_in(app, &me, id, ticked.clone()).await.map_err(late) {
        Ok(moved) => {
            let said = said(&moved, "in", "Nobody was put in anew.");
            return Ok(visit.go(req, &format!("/admin/groups/{id}"), Some(&said)));
        }
        Err(error) => error,
    };
    let (AppError::Forbidden(words) | AppError::Conflict(words) | AppError::Refused { message: words, .. }) = &error
    else {
        return Err(error.into());
    };
    let text = |name: &str| fields.text(name).to_owned();
    let asked = Asked { find: text("find"), show: text("show"), page: text("page") };
    let read = Read { id, asked, ticked, errors: Errors::one("", words) };
    match page(app, &visit, &me, read).await {
        Ok(page) => Ok(visit.show_as(ResponseError::status(&error), page)),
        // The group itself is what is gone.
        Err(AppError::NotFound) => Err(error.into()),
        Err(other) => Err(other.into()),
    }
}

#[handler]
pub async fn take_out(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let moved = actions::take_out(app, &me, id, ticked(&fields, "remove")).await.map_err(late)?;
    Ok(visit.go(req, &format!("/admin/groups/{id}"), Some(&said(&moved, "out of", "Nobody was taken out."))))
}

fn ticked(fields: &Fields, name: &str) -> Vec<PersonId> {
    let mut ids: Vec<PersonId> = fields.all(name).into_iter().filter_map(|id| id.parse().ok()).take(MOST).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What is not there was there when the list was opened.
fn late(error: AppError) -> AppError {
    match error {
        AppError::NotFound => {
            let words = "This group, or somebody you ticked, is gone meanwhile. Nothing was changed.";
            AppError::Conflict(words.to_owned())
        }
        error => error,
    }
}

/// "Ana and Dario are in Friends now. See the plan."
fn said(moved: &Moved, way: &str, nobody: &str) -> String {
    let names: Vec<&str> = moved.names.iter().map(String::as_str).collect();
    let who = match names.as_slice() {
        [] => return nobody.to_owned(),
        names if names.len() > 3 => format!("{} people are", names.len()),
        [one] => format!("{one} is"),
        names => format!("{} are", format::list(names)),
    };
    format!("{who} {way} {} now. Plex hears of it with the plan.", moved.group)
}
