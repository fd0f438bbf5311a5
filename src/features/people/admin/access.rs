//! What one person is given beyond their groups, what is withheld, and which groups they are in: the forms.

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::{named, person};
use crate::app::App;
use crate::db::{Conn, access, groups as db_groups, libraries, servers};
use crate::domain::access::wall::{DAYS, TypedWhen, TypedWindow};
use crate::domain::ids::{GrantId, GroupId, LibraryId, PersonId};
use crate::domain::people::Actor;
use crate::error::{AppError, FieldErrors, Outcome};
use crate::features::people::actions::access::{self as actions, Gift, MOST_NOTE};
use crate::features::people::views::give::{Form, Offer};
use crate::features::people::views::groups::Ticked;
use crate::features::people::views::{give as give_view, groups as groups_view};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Moderator, Visit};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    library: String,
}

#[handler]
pub async fn offer(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let library = asked.map(|Query(asked)| asked.library).unwrap_or_default();
    let form = Form { library, ..Form::default() };
    Ok(visit.show(gift_page(app, &visit, &me, named(&id)?, form).await?))
}

async fn gift_page(app: &App, visit: &Visit, me: &Actor, id: PersonId, form: Form) -> Outcome<Page> {
    let (who, zone, now) = (me.clone(), app.settings().await?.time_zone, app.now());
    let (person, offers) = app
        .db
        .read(move |conn| {
            let person = actions::touchable(conn, &who, id)?;
            let house = access::house(conn, zone, now)?;
            Ok((person, offers(conn, &house)?))
        })
        .await?;
    Ok(give_view::give(&visit.frame, &person, &offers, &form))
}

/// Every library but those that everybody has; with the server's name where there are several.
pub fn offers(conn: &mut Conn, house: &crate::domain::access::resolve::House) -> Outcome<Vec<Offer>> {
    let titles = libraries::titles(conn)?;
    let names = servers::all(conn)?;
    let mut offers = Vec::new();
    for server in &house.servers {
        let name = names.iter().find(|known| known.id == server.id && names.len() > 1).map(|known| &known.name);
        for library in server.libraries.iter().filter(|id| Some(**id) != server.default) {
            let title = titles.get(library).map_or("", |title| title.trim());
            let title = name.map_or_else(|| title.to_owned(), |name| format!("{title}, {name}"));
            offers.push(Offer { id: library.to_string(), title });
        }
    }
    Ok(offers)
}

#[handler]
pub async fn give(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = named(&id)?;
    let form = Form {
        library: fields.text("library").to_owned(),
        when: typed_when(&fields),
        note: fields.text("note").to_owned(),
        errors: Errors::default(),
    };
    let given = match read(&form, app.settings().await?.time_zone) {
        Ok(gift) => actions::give(app, &me, id, gift).await,
        Err(fields) => Err(AppError::fields(fields)),
    };
    match given {
        Ok((name, title)) => Ok(back(&visit, req, id, &format!("{name} is given {title}."))),
        Err(error) => {
            let page = gift_page(app, &visit, &me, id, Form { errors: refusal(error)?, ..form }).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

/// Both moments and one window for each day of the week.
pub fn typed_when(fields: &Fields) -> TypedWhen {
    let text = |name: &str| fields.text(name).to_owned();
    let window = |day: usize| TypedWindow { day, from: text(&format!("from-{day}")), to: text(&format!("to-{day}")) };
    let windows = (0..DAYS.len()).map(window).filter(|window| !(window.from.is_empty() && window.to.is_empty()));
    TypedWhen { from: text("from"), until: text("until"), windows: windows.collect() }
}

fn read(form: &Form, zone: chrono_tz::Tz) -> Result<Gift, FieldErrors> {
    let mut wrong = FieldErrors::new();
    let library: Option<LibraryId> = form.library.parse().ok();
    if library.is_none() {
        wrong.insert("library".to_owned(), "Choose a library.".to_owned());
    }
    if form.note.chars().count() > MOST_NOTE {
        wrong.insert("note".to_owned(), format!("Shorten the note to {MOST_NOTE} characters."));
    }
    let when = form.when.read(zone).map_err(|troubles| {
        wrong.extend(troubles.into_iter().map(|(name, words)| (name.to_owned(), words)));
    });
    match (library, when) {
        (Some(library), Ok(when)) if wrong.is_empty() => Ok(Gift { library, when, note: form.note.clone() }),
        _ => Err(wrong),
    }
}

/// Back to the person's page, which shows what is not on Plex yet.
fn back(visit: &Visit, req: &Request, id: PersonId, said: &str) -> Response {
    visit.go(req, &format!("/admin/people/{id}"), Some(&format!("{said} Nothing was sent to Plex yet.")))
}

#[handler]
pub async fn take_back(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path((id, grant)): Path<(String, String)>,
) -> poem::Result<Response> {
    let (id, grant): (PersonId, GrantId) = (named(&id)?, named(&grant)?);
    let (name, title) = actions::take_back(app, &me, id, grant).await?;
    Ok(back(&visit, req, id, &format!("The grant of {title} is taken back from {name}.")))
}

#[handler]
pub async fn withhold(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = named(&id)?;
    match actions::withhold(app, &me, id, library(&fields)).await {
        Ok((name, title)) => Ok(back(&visit, req, id, &format!("{title} is withheld from {name}."))),
        Err(error) => person::refused(app, &visit, &me, id, error).await,
    }
}

#[handler]
pub async fn give_again(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = named(&id)?;
    let (name, title) = actions::give_again(app, &me, id, library(&fields)).await?;
    Ok(back(&visit, req, id, &format!("{title} is no longer withheld from {name}.")))
}

/// What is no library is one that is not there.
fn library(fields: &Fields) -> LibraryId {
    fields.number("library").unwrap_or(LibraryId(0))
}

#[handler]
pub async fn groups(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    Ok(visit.show(groups_page(app, &visit, &me, named(&id)?, Errors::default()).await?))
}

async fn groups_page(app: &App, visit: &Visit, me: &Actor, id: PersonId, errors: Errors) -> Outcome<Page> {
    let who = me.clone();
    let (person, ticked) = app
        .db
        .read(move |conn| {
            let person = actions::touchable(conn, &who, id)?;
            let by_hand: Vec<GroupId> = db_groups::of_person(conn, id)?.iter().map(|one| one.group).collect();
            let ticked = db_groups::all(conn)?.into_iter().map(|group| {
                let in_it = by_hand.contains(&group.id);
                Ticked { by_rule: !in_it && group.takes(&person), in_it, group }
            });
            let ticked: Vec<Ticked> = ticked.collect();
            Ok((person, ticked))
        })
        .await?;
    Ok(groups_view::groups(&visit.frame, &person, &ticked, &errors))
}

#[handler]
pub async fn set_groups(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = named(&id)?;
    // What is no number is a group that is not there.
    let wanted = fields.all("group").iter().map(|text| text.parse().unwrap_or(GroupId(0))).collect();
    match actions::set_groups(app, &me, id, wanted).await {
        Ok(name) => Ok(back(&visit, req, id, &format!("The groups of {name} are kept."))),
        Err(error) => {
            let page = groups_page(app, &visit, &me, id, refusal(error)?).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}
