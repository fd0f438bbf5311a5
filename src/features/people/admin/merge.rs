//! Making one of two people, and splitting them again.

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::named;
use crate::app::App;
use crate::db::people::{self, lists, merge};
use crate::domain::ids::{MergeId, PersonId};
use crate::domain::people::{Actor, Person, rules};
use crate::error::Outcome;
use crate::features::people::actions::access::touchable;
use crate::features::people::actions::merge as actions;
use crate::features::people::views::merge::{self as view, Choose, Confirm};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

/// So many to choose from; who looks for somebody else types a part of the name.
const SHOWN: usize = 20;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    other: String,
}

#[handler]
pub async fn ask(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let person = theirs(app, &me, &id).await?;
    if let Ok(other) = asked.other.parse::<PersonId>()
        && let Some(other) = app.db.read(move |conn| people::get(conn, other)).await?
    {
        let (kept, gone) = rules::who_stays(person.clone(), other.clone());
        return match rules::merge(&me, &kept, &gone) {
            Ok(role) => Ok(visit.show(view::confirm(&visit.frame, &Confirm { person, other, kept, gone, role }))),
            Err(words) => {
                let page = choose(app, &visit, &me, person, "", Errors::one("other", words)).await?;
                Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
            }
        };
    }
    Ok(visit.show(choose(app, &visit, &me, person, &asked.find, Errors::default()).await?))
}

async fn theirs(app: &App, me: &Actor, id: &str) -> Outcome<Person> {
    let id: PersonId = named(id)?;
    let me = me.clone();
    app.db.read(move |conn| touchable(conn, &me, id)).await
}

async fn choose(app: &App, visit: &Visit, me: &Actor, person: Person, find: &str, errors: Errors) -> Outcome<Page> {
    let words: String = find.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let looked = words.clone();
    let all = app.db.read(move |conn| lists::people(conn, &looked)).await?;
    let fits = |other: &Person| {
        let (kept, gone) = rules::who_stays(person.clone(), other.clone());
        rules::merge(me, &kept, &gone).is_ok()
    };
    let others = all.into_iter().filter(fits).take(SHOWN).collect();
    Ok(view::choose(&visit.frame, &Choose { person, words, others, errors }))
}

#[handler]
pub async fn apply(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let person = theirs(app, &me, &id).await?;
    let other = fields.number("other").unwrap_or(PersonId(0));
    match actions::merge(app, &me, person.id, other).await {
        Ok((kept, gone)) => {
            let said = format!("{gone} is part of {} now.", kept.name);
            Ok(visit.go(req, &format!("/admin/people/{}", kept.id), Some(&said)))
        }
        Err(error) => {
            let page = choose(app, &visit, &me, person, "", refusal(error)?).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

#[handler]
pub async fn ask_split(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let person = theirs(app, &me, &id).await?;
    let of = person.id;
    let merged = app.db.read(move |conn| merge::of_person(conn, of)).await?;
    let merged = merged.into_iter().map(|one| (one.id.to_string(), one.name, one.at)).collect();
    Ok(visit.show(view::split(&visit.frame, &view::Split { person, merged })))
}

#[handler]
pub async fn split(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let person = theirs(app, &me, &id).await?;
    let merged = fields.number("merge").unwrap_or(MergeId(0));
    let (back, name) = actions::split(app, &me, person.id, merged).await?;
    Ok(visit.go(req, &format!("/admin/people/{back}"), Some(&format!("{name} is back, with what was theirs."))))
}
