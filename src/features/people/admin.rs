//! People in the back office: the list, one of them, adding one, roles.

use std::cmp::Reverse;

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use secrecy::SecretString;
use serde::Deserialize;

use super::views::list::Sort;
use super::{actions, views};
use crate::app::App;
use crate::db::people::lists::{self, Among, Listed};
use crate::db::{self, Conn, copies, libraries, people, servers, sessions, shares};
use crate::domain::activity::ActivityFilter;
use crate::domain::ids::PersonId;
use crate::domain::people::{Actor, Person, Sight, rules};
use crate::error::{AppError, FieldErrors, Outcome};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{BackOffice, Fields, Moderator, Visit};

const PER_PAGE: usize = 20;
const LATELY: i64 = 12;

/// What the address of the list says.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

#[handler]
pub async fn list(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let words: String = asked.find.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, 1_000_000);
    let (only, find) = (among(&asked.show), words.clone());
    let sort: Sort = asked.sort.parse().unwrap_or_default();
    let (rows, total, counts, libraries) = app
        .db
        .read(move |conn| {
            let all = lists::matching(conn, &find)?;
            let count = |(word, _): &(&str, &str)| all.iter().filter(|one| one.is(among(word))).count();
            let counts: Vec<usize> = views::list::FILTERS.iter().map(count).collect();
            let mut shown: Vec<Listed> = all.into_iter().filter(|one| one.is(only)).collect();
            put_in_order(&mut shown, sort);
            let total = shown.len();
            let shown = shown.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
            Ok((rows(conn, shown)?, total, counts, all_libraries(conn)?))
        })
        .await?;
    let known = views::list::FILTERS.iter().find(|(word, _)| *word == asked.show);
    let chosen = known.map_or("", |(word, _)| *word).to_owned();
    let shown = views::list::List { rows, total, counts, libraries, page, words, show: chosen, sort };
    Ok(visit.show(views::list::people(&visit.frame, &shown, me.role, PER_PAGE)))
}

/// They come by name, and stay so where they are alike.
fn put_in_order(people: &mut [Listed], sort: Sort) {
    match sort {
        Sort::Name => {}
        Sort::LastHere => people.sort_by_key(|one| Reverse(one.person.last_seen_at)),
        Sort::Newest => people.sort_by_key(|one| Reverse(one.person.created_at)),
    }
}

/// What a word in the address means; an unknown one means everybody.
fn among(word: &str) -> Among {
    match word {
        "invited" => Among::Invited,
        "home" => Among::Home,
        "gone" => Among::Gone,
        role => role.parse().map_or(Among::All, Among::Holding),
    }
}

fn rows(conn: &mut Conn, shown: Vec<Listed>) -> Outcome<Vec<views::list::Row>> {
    let people: Vec<&Person> = shown.iter().map(|one| &one.person).filter(|person| comes_in(person)).collect();
    let mut sights = copies::sights(conn, &people)?;
    let row = |one: Listed| {
        let libraries = match sights.remove(&one.person.id) {
            Some(Sight::Everything) => None,
            Some(Sight::Libraries(ids)) => Some(ids.len()),
            None => Some(0),
        };
        views::list::Row { person: one.person, invited: one.invited, libraries }
    };
    Ok(shown.into_iter().map(row).collect())
}

/// Who was invited by mail and has not come sees nothing, for they can't come in.
fn comes_in(person: &Person) -> bool {
    person.plex_id.is_some() || person.username.is_some()
}

/// What they see today.
fn sight(conn: &mut Conn, person: &Person) -> Outcome<Sight> {
    match comes_in(person) {
        true => copies::sight_of_person(conn, person),
        false => Ok(Sight::Libraries(Vec::new())),
    }
}

fn all_libraries(conn: &mut Conn) -> Outcome<usize> {
    let mut count = 0;
    for server in servers::all(conn)? {
        count += libraries::of_server(conn, server.id)?.len();
    }
    Ok(count)
}

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    Ok(visit.show(page(app, &visit, &me, id, Errors::default()).await?))
}

async fn page(app: &App, visit: &Visit, me: &Actor, id: PersonId, errors: Errors) -> Outcome<Page> {
    let (now, sees_sessions) = (app.now(), me.role.sees_settings());
    let seen = app.db.read(move |conn| person(conn, id, sees_sessions, now)).await?;
    let roles = if rules::may_change_role(me, &seen.person) { rules::roles_to_give(me) } else { &[] };
    Ok(views::person::person(&visit.frame, &views::person::Seen { roles, errors, ..seen }))
}

fn person(
    conn: &mut Conn,
    id: PersonId,
    sees_sessions: bool,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome<views::person::Seen> {
    let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
    let sight = sight(conn, &person)?;
    let shares = shares::of_person(conn, id)?;
    let mut servers_seen = Vec::new();
    for server in servers::all(conn)? {
        let share = shares.iter().find(|share| share.server == server.id);
        let mut seen = Vec::new();
        for library in libraries::of_server(conn, server.id)? {
            let sees = match &sight {
                Sight::Everything => true,
                Sight::Libraries(ids) => ids.contains(&library.id),
            };
            let why = views::person::why(&person, share.is_some_and(|share| share.all_libraries), sees);
            seen.push(views::person::Library { title: library.title, sees, why });
        }
        servers_seen.push(views::person::Server { name: server.name, libraries: seen, share: share.map(flags) });
    }
    let filter = ActivityFilter { person: Some(id), ..Default::default() };
    let (lately, _) = db::activity::page(conn, &filter, 0, LATELY)?;
    let sessions = if sees_sessions { Some(sessions::of_person(conn, id, now)?) } else { None };
    Ok(views::person::Seen { person, servers: servers_seen, lately, sessions, roles: &[], errors: Errors::default() })
}

fn flags(share: &shares::Share) -> views::person::Share {
    views::person::Share {
        accepted: share.accepted,
        invited_at: share.invited_at,
        accepted_at: share.accepted_at,
        settings: share.settings.clone(),
    }
}

#[handler]
pub async fn change_role(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id: PersonId = id.parse().map_err(|_| AppError::NotFound)?;
    let outcome = match fields.text("role").parse() {
        Ok(role) => actions::change_role(app, &me, id, role).await,
        Err(_) => Err(AppError::field("role", "Choose one of these roles.")),
    };
    match outcome {
        Ok((name, role)) => {
            let said = format!("{name} is {} now.", views::with_article(role));
            Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
        }
        Err(AppError::Refused { fields, .. }) => {
            let page = page(app, &visit, &me, id, errors(fields)).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn new(visit: Visit, Moderator(me): Moderator) -> poem::Result<Response> {
    Ok(visit.show(views::add::add(&visit.frame, &views::add::Form::empty(rules::roles_to_give(&me)))))
}

#[handler]
pub async fn add(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    let text = |name: &str| fields.text(name).to_owned();
    let typed = actions::Typed {
        name: text("name"),
        username: text("username"),
        email: text("email"),
        password: SecretString::from(fields.raw("password").to_owned()),
        role: text("role"),
    };
    match actions::add(app, &me, typed.clone()).await {
        Ok(id) => {
            let said = format!("{} can sign in now.", typed.name);
            Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
        }
        Err(AppError::Refused { fields, .. }) => {
            let form = views::add::Form {
                name: typed.name,
                username: typed.username,
                email: typed.email,
                role: typed.role,
                roles: rules::roles_to_give(&me),
                errors: errors(fields),
            };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::add::add(&visit.frame, &form)))
        }
        Err(error) => Err(error.into()),
    }
}

fn errors(fields: FieldErrors) -> Errors {
    let mut errors = Errors::default();
    fields.into_iter().for_each(|(name, words)| errors.add(name, words));
    errors
}

#[handler]
pub async fn import(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
) -> poem::Result<Response> {
    actions::ask_import(app, &me).await?;
    Ok(visit.go(req, "/admin/people", Some("Reading people and shares from Plex. It takes a few seconds.")))
}
