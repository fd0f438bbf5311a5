//! People in the back office: the list, and adding one; one of them and what can be done about them below.

pub mod access;
pub mod activity;
pub mod many;
pub mod membership;
pub mod merge;
pub mod person;
pub mod removal;
pub mod requests;
pub mod sessions;

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use secrecy::SecretString;
use serde::Deserialize;

use super::views::list::Sort;
use super::{actions, views};
use crate::app::App;
use crate::db::people::lists::{self, Among, Listed};
use crate::db::{Conn, copies, groups, jobs, libraries, servers};
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::jobs::JobName;
use crate::domain::people::{Person, rules};
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};
use crate::web::form::refusal;
use crate::web::{BackOffice, Fields, Moderator, Visit};

const PER_PAGE: usize = 20;

/// Which page of a list about somebody the address asks for.
#[derive(Deserialize, Default)]
pub struct Turned {
    #[serde(default)]
    page: String,
}

impl Turned {
    fn to(asked: Option<Query<Self>>) -> i64 {
        asked.and_then(|Query(asked)| asked.page.parse().ok()).unwrap_or(1).clamp(1, 1_000_000)
    }
}

/// Somebody or something, as an address names it.
fn named<T: std::str::FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// What the address of the list says.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    group: String,
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
    let search = Search::of(&asked.find, &asked.show, &asked.group);
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, 1_000_000);
    let sort: Sort = asked.sort.parse().unwrap_or_default();
    let looked = search.clone();
    let (house, now) = (app.house().await?, app.now());
    let (rows, total, counts, libraries, groups, last) = app
        .db
        .read(move |conn| {
            let found = find(conn, &search)?;
            let groups = found.groups;
            let count = |(word, _): &(&str, &str)| found.all.iter().filter(|one| one.0.is(among(word), now)).count();
            let counts: Vec<usize> = views::list::FILTERS.iter().map(count).collect();
            let mut shown: Vec<In> = found.all.into_iter().filter(|one| one.0.is(among(&search.show), now)).collect();
            put_in_order(&mut shown, sort);
            let total = shown.len();
            let shown = shown.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
            let last = jobs::page(conn, Some(JobName::PeopleSync), 0, 1)?.0.pop();
            Ok((rows(conn, shown, &groups, &house.settings, now)?, total, counts, all_libraries(conn)?, groups, last))
        })
        .await?;
    let groups: Vec<(String, String)> = groups.into_iter().map(|group| (group.id.to_string(), group.name)).collect();
    let known = views::list::FILTERS.iter().find(|(word, _)| *word == looked.show);
    let shown = views::list::List {
        rows,
        total,
        counts,
        libraries,
        page,
        words: looked.words,
        show: known.map_or("", |(word, _)| *word).to_owned(),
        group: looked.group.map(|id| id.to_string()).filter(|id| groups.iter().any(|(known, _)| known == id)),
        groups,
        sort,
        import: last,
        ticks: me.role.may_decide(),
    };
    Ok(visit.show(views::list::people(&visit.frame, &shown, me.role, PER_PAGE)))
}

/// What narrows the list.
#[derive(Debug, Clone)]
pub struct Search {
    words: String,
    show: String,
    group: Option<GroupId>,
}

impl Search {
    pub fn of(find: &str, show: &str, group: &str) -> Self {
        let words = find.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        Self { words, show: show.to_owned(), group: group.parse().ok() }
    }
}

/// Somebody in the list, with the groups they are in.
type In = (Listed, Vec<GroupId>);

struct Found {
    /// By the words and the group; not yet by what is shown of them.
    all: Vec<In>,
    groups: Vec<Group>,
}

fn find(conn: &mut Conn, search: &Search) -> Outcome<Found> {
    let groups = groups::all(conn)?;
    let mut by_hand: HashMap<PersonId, Vec<GroupId>> = HashMap::new();
    if !groups.is_empty() {
        for one in groups::memberships(conn)? {
            by_hand.entry(one.person).or_default().push(one.group);
        }
    }
    // A group that is not there narrows nothing.
    let only = search.group.filter(|id| groups.iter().any(|group| group.id == *id));
    let with_groups = |one: Listed| {
        let hand = by_hand.remove(&one.person.id).unwrap_or_default();
        let theirs = groups.iter().filter(|group| hand.contains(&group.id) || group.takes(&one.person));
        let theirs: Vec<GroupId> = theirs.map(|group| group.id).collect();
        (one, theirs)
    };
    let all = lists::matching(conn, &search.words)?.into_iter().map(with_groups);
    let all = all.filter(|(_, theirs)| only.is_none_or(|id| theirs.contains(&id))).collect();
    Ok(Found { all, groups })
}

/// Everybody whom the list shows, on all its pages.
pub fn everybody_shown(conn: &mut Conn, search: &Search, now: DateTime<Utc>) -> Outcome<Vec<PersonId>> {
    let found = find(conn, search)?.all.into_iter().filter(|one| one.0.is(among(&search.show), now));
    Ok(found.map(|(one, _)| one.person.id).collect())
}

/// They come by name, and stay so where they are alike.
fn put_in_order(people: &mut [In], sort: Sort) {
    match sort {
        Sort::Name => {}
        Sort::LastHere => people.sort_by_key(|one| Reverse(one.0.person.last_seen_at)),
        Sort::Newest => people.sort_by_key(|one| Reverse(one.0.person.created_at)),
    }
}

/// What a word in the address means; an unknown one means everybody.
fn among(word: &str) -> Among {
    Among::parse(word).unwrap_or_default()
}

fn rows(
    conn: &mut Conn,
    shown: Vec<In>,
    groups: &[Group],
    settings: &Settings,
    now: DateTime<Utc>,
) -> Outcome<Vec<views::list::Row>> {
    let people: Vec<&Person> = shown.iter().map(|one| &one.0.person).filter(|person| comes_in(person)).collect();
    let mut sights = copies::sights(conn, &people, settings, now)?;
    let row = |(one, theirs): In| {
        let libraries = match sights.remove(&one.person.id) {
            Some(sight) => sight.libraries.map(|ids| ids.len()),
            None => Some(0),
        };
        let groups = groups.iter().filter(|group| theirs.contains(&group.id)).map(|group| group.name.clone());
        let groups = groups.collect();
        views::list::Row {
            person: one.person,
            invited: one.invited,
            keep: one.keep,
            differs: one.differs,
            membership: one.membership,
            removed: one.removed,
            libraries,
            groups,
        }
    };
    Ok(shown.into_iter().map(row).collect())
}

/// Who was invited by mail and has not come sees nothing, for they can't come in.
fn comes_in(person: &Person) -> bool {
    person.plex_id.is_some() || person.username.is_some()
}

fn all_libraries(conn: &mut Conn) -> Outcome<usize> {
    let mut count = 0;
    for server in servers::all(conn)? {
        count += libraries::of_server(conn, server.id)?.len();
    }
    Ok(count)
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
        Err(error) => {
            let form = views::add::Form {
                name: typed.name,
                username: typed.username,
                email: typed.email,
                role: typed.role,
                roles: rules::roles_to_give(&me),
                errors: refusal(error)?,
            };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, views::add::add(&visit.frame, &form)))
        }
    }
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
