//! Copies: titles as a Plex library has them, with their episodes, and who may see which. The filter here is part of
//! every query that shows titles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::Conn;
use super::among::Among;
use super::schema::{copies, episodes, libraries, people, servers, share_libraries, shares};
use super::time::{Stamp, utc};
use crate::domain::ids::{CopyId, LibraryId, PersonId, ServerId, TitleId};
use crate::domain::people::{Actor, Person, Sight};
use crate::domain::title::Episodes;
use crate::error::Outcome;

/// A title as one library has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    pub id: CopyId,
    pub server: ServerId,
    pub library: LibraryId,
    pub title: TitleId,
    pub rating_key: String,
    /// A path at the media server.
    pub thumb: Option<String>,
    pub is_4k: bool,
    /// Episodes there, as Plex counts them.
    pub leaf_count: Option<i64>,
    pub added_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = copies)]
struct Row {
    id: i64,
    server_id: i64,
    library_id: i64,
    title_id: i64,
    rating_key: String,
    thumb: Option<String>,
    is_4k: bool,
    leaf_count: Option<i64>,
    added_at: Stamp,
}

impl From<Row> for Copy {
    fn from(row: Row) -> Self {
        Self {
            id: CopyId(row.id),
            server: ServerId(row.server_id),
            library: LibraryId(row.library_id),
            title: TitleId(row.title_id),
            rating_key: row.rating_key,
            thumb: row.thumb,
            is_4k: row.is_4k,
            leaf_count: row.leaf_count,
            added_at: utc(row.added_at),
        }
    }
}

/// Which libraries somebody may see. Admins and auditors see all, and so does the owner; others what accepted shares
/// give them; somebody without a Plex identity the default library of each server. By library, so that what is read with
/// it need not ask again.
pub fn sight(conn: &mut Conn, actor: &Actor) -> Outcome<Sight> {
    match actor.role.sees_all_libraries() || actor.is_owner {
        true => Ok(Sight::Libraries(all_there(conn)?.into_iter().map(LibraryId).collect())),
        false => sight_of(conn, actor.id),
    }
}

/// The same for somebody who is not acting: by their row alone.
pub fn sight_of_person(conn: &mut Conn, person: &Person) -> Outcome<Sight> {
    Ok(sights(conn, &[person])?.remove(&person.id).unwrap_or(Sight::Libraries(Vec::new())))
}

/// The same for many: as many questions as for one.
pub fn sights(conn: &mut Conn, people: &[&Person]) -> Outcome<HashMap<PersonId, Sight>> {
    let ids: Vec<i64> = people.iter().map(|person| person.id.0).collect();
    let (there, given) = (libraries_there(conn)?, given(conn, &ids)?);
    let sight = |person: &Person| match person.role.sees_all_libraries() || person.is_owner {
        true => Sight::Everything,
        false => sees(person.id, person.gone_at.is_none().then_some(person.plex_id), &there, &given),
    };
    Ok(people.iter().map(|person| (person.id, sight(person))).collect())
}

/// `plex_id` is none of somebody who is gone.
fn sees(person: PersonId, plex_id: Option<Option<i64>>, there: &[There], given: &[Given]) -> Sight {
    let sees = |library: &&There| match plex_id {
        None => false,
        Some(None) => library.is_default,
        Some(Some(_)) => given.iter().any(|one| one.person == person.0 && one.covers(library)),
    };
    Sight::Libraries(there.iter().filter(sees).map(|library| LibraryId(library.id)).collect())
}

/// A library that is not gone.
struct There {
    id: i64,
    server: i64,
    is_default: bool,
}

fn libraries_there(conn: &mut Conn) -> Outcome<Vec<There>> {
    let rows: Vec<(i64, i64, String, Option<String>)> = crate::each_backend!(conn, conn => libraries::table
        .inner_join(servers::table)
        .filter(libraries::gone_at.is_null())
        .order(libraries::id)
        .select((libraries::id, libraries::server_id, libraries::title, servers::default_library))
        .load(conn))?;
    let read = |(id, server, title, default)| There { id, server, is_default: Some(title) == default };
    Ok(rows.into_iter().map(read).collect())
}

/// What an accepted share gives somebody: a server as a whole, or one library.
struct Given {
    person: i64,
    server: i64,
    /// None for all of the server.
    library: Option<i64>,
}

impl Given {
    fn covers(&self, library: &There) -> bool {
        self.server == library.server && self.library.is_none_or(|id| id == library.id)
    }
}

fn given(conn: &mut Conn, people: &[i64]) -> Outcome<Vec<Given>> {
    let accepted = shares::table.left_join(share_libraries::table).filter(shares::accepted.eq(true)).select((
        shares::person_id,
        shares::server_id,
        shares::all_libraries,
        share_libraries::library_id.nullable(),
    ));
    let rows: Vec<(i64, i64, bool, Option<i64>)> =
        crate::each_backend!(conn, conn => accepted.filter(shares::person_id.among(people.to_vec())).load(conn))?;
    let read = |(person, server, whole, library): (i64, i64, bool, Option<i64>)| {
        let library = if whole { None } else { Some(library?) };
        Some(Given { person, server, library })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

fn sight_of(conn: &mut Conn, person: PersonId) -> Outcome<Sight> {
    let plex_id: Option<Option<i64>> = crate::each_backend!(conn, conn => people::table
        .find(person.0)
        .filter(people::gone_at.is_null())
        .select(people::plex_id)
        .first(conn)
        .optional())?;
    Ok(sees(person, plex_id, &libraries_there(conn)?, &given(conn, &[person.0])?))
}

/// The libraries of a sight, as row ids for `on_plex` and `seen`.
pub fn libraries_of(conn: &mut Conn, sight: &Sight) -> Outcome<Vec<i64>> {
    match sight {
        Sight::Everything => all_there(conn),
        Sight::Libraries(ids) => Ok(ids.iter().map(|id| id.0).collect()),
    }
}

fn all_there(conn: &mut Conn) -> Outcome<Vec<i64>> {
    let there = libraries::table.filter(libraries::gone_at.is_null()).order(libraries::id).select(libraries::id);
    Ok(crate::each_backend!(conn, conn => there.load(conn))?)
}

/// Keeps titles that have a copy in one of these libraries, in hand-written queries where `t.id` is the title. Row ids only, so nothing can be slipped in.
pub(super) fn on_plex_sql(libraries: &[i64]) -> String {
    if libraries.is_empty() {
        return "1 = 0".to_owned();
    }
    let ids: Vec<String> = libraries.iter().map(i64::to_string).collect();
    format!("EXISTS (SELECT 1 FROM copies c WHERE c.title_id = t.id AND c.library_id IN ({}))", ids.join(", "))
}

/// True when somebody with this sight may know that the title is on Plex.
pub fn visible(conn: &mut Conn, title: TitleId, sight: &Sight) -> Outcome<bool> {
    let libraries = libraries_of(conn, sight)?;
    let seen = copies::table.filter(copies::title_id.eq(title.0)).filter(copies::library_id.among(libraries));
    Ok(diesel::select(exists(seen)).get_result(conn)?)
}

/// True when all there is of it lies in libraries that somebody with this sight knows nothing of: then what we know of the
/// title is none of theirs.
pub fn hidden(conn: &mut Conn, title: TitleId, sight: &Sight) -> Outcome<bool> {
    let any = copies::table.filter(copies::title_id.eq(title.0));
    Ok(diesel::select(exists(any)).get_result(conn)? && !visible(conn, title, sight)?)
}

/// The copies one may see of these titles, best first: not 4K before 4K, so that a link plays everywhere.
pub fn of_titles(conn: &mut Conn, titles: &[TitleId], sight: &Sight) -> Outcome<Vec<Copy>> {
    let libraries = libraries_of(conn, sight)?;
    let ids: Vec<i64> = titles.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => copies::table
        .filter(copies::title_id.among(ids))
        .filter(copies::library_id.among(libraries))
        .order((copies::is_4k, copies::id))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Copy::from).collect())
}

/// Episodes of a series on Plex, in libraries one may see: numbers by season.
pub fn episodes_present(conn: &mut Conn, title: TitleId, sight: &Sight) -> Outcome<Episodes> {
    let libraries = libraries_of(conn, sight)?;
    let copies = copies::table
        .filter(copies::title_id.eq(title.0))
        .filter(copies::library_id.among(libraries))
        .select(copies::id);
    let rows: Vec<(i32, i32)> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::copy_id.eq_any(copies))
        .select((episodes::season, episodes::number))
        .distinct()
        .load(conn))?;
    let mut present = Episodes::new();
    for (season, number) in rows {
        present.entry(season).or_default().insert(number);
    }
    Ok(present)
}

/// Seasons of which at least one episode is on Plex, of several series at once.
pub fn seasons_present(conn: &mut Conn, titles: &[TitleId], sight: &Sight) -> Outcome<Vec<(TitleId, i32)>> {
    let libraries = libraries_of(conn, sight)?;
    let ids: Vec<i64> = titles.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, i32)> = crate::each_backend!(conn, conn => copies::table
        .inner_join(episodes::table)
        .filter(copies::title_id.among(ids))
        .filter(copies::library_id.among(libraries))
        .select((copies::title_id, episodes::season))
        .distinct()
        .order((copies::title_id, episodes::season))
        .load(conn))?;
    Ok(rows.into_iter().map(|(title, season)| (TitleId(title), season)).collect())
}
