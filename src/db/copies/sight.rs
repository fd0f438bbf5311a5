//! Who sees which libraries, up to which age, and of which titles somebody may know. What is decided here is a filter: it
//! goes into the queries, so that nothing has to be taken out of their answers.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::among::Among;
use crate::db::schema::{libraries, servers, share_libraries, shares};
use crate::db::{Conn, rights};
use crate::domain::ids::{LibraryId, PersonId, TitleId};
use crate::domain::people::{Actor, KeyScope, Person, Requests, Sees, Sight};
use crate::domain::ratings;
use crate::domain::settings::Settings;
use crate::error::Outcome;

/// What somebody may see. Admins and auditors see all libraries, and so does the owner; others what accepted shares give
/// them; somebody without a Plex identity the default library of each server, and what groups and grants give. Library by
/// library, so that what is read with it need not ask again.
pub fn sight(conn: &mut Conn, actor: &Actor) -> Outcome<Sight> {
    let libraries = match &actor.sees {
        Sees::All => all_there(conn)?,
        Sees::Nothing | Sees::Out => Vec::new(),
        Sees::Given(_) => opened(actor.id, &actor.sees, &libraries_there(conn)?, &[]),
        Sees::Shared => {
            let shared = shared(conn, &[actor.id.0])?;
            opened(actor.id, &actor.sees, &libraries_there(conn)?, &shared)
        }
    };
    let requests = if actor.rights.sees_requests { Requests::All } else { Requests::Own(actor.id) };
    Ok(Sight { libraries: Some(libraries), ceiling: actor.ceiling, requests })
}

/// The same for somebody who is not acting: by their row alone.
pub fn sight_of_person(conn: &mut Conn, person: &Person, settings: &Settings, now: DateTime<Utc>) -> Outcome<Sight> {
    let actor = person.actor(rights::of(conn, settings, person, now)?, None, KeyScope::Read);
    match actor.sees {
        Sees::All => Ok(Sight::EVERYTHING),
        _ => sight(conn, &actor),
    }
}

/// The same for many: as many questions as for one.
pub fn sights(
    conn: &mut Conn,
    people: &[&Person],
    settings: &Settings,
    now: DateTime<Utc>,
) -> Outcome<HashMap<PersonId, Sight>> {
    let ids: Vec<i64> = people.iter().map(|person| person.id.0).collect();
    let (there, shared) = (libraries_there(conn)?, shared(conn, &ids)?);
    let sight = |(id, reach): (PersonId, crate::domain::people::Reach)| {
        let libraries = match reach.sees {
            Sees::All => return (id, Sight::EVERYTHING),
            sees => opened(id, &sees, &there, &shared),
        };
        let requests = if reach.rights.sees_requests { Requests::All } else { Requests::Own(id) };
        (id, Sight { libraries: Some(libraries), ceiling: reach.ceiling, requests })
    };
    Ok(rights::of_many(conn, settings, people, now)?.into_iter().map(sight).collect())
}

fn opened(person: PersonId, sees: &Sees, there: &[There], shared: &[Shared]) -> Vec<LibraryId> {
    let opens = |library: &&There| match sees {
        Sees::All => true,
        Sees::Nothing | Sees::Out => false,
        Sees::Given(given) => library.is_default || given.contains(&library.id),
        Sees::Shared => shared.iter().any(|one| one.person == person.0 && one.covers(library)),
    };
    there.iter().filter(opens).map(|library| library.id).collect()
}

/// A library that is not gone.
struct There {
    id: LibraryId,
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
    let read = |(id, server, title, default)| There { id: LibraryId(id), server, is_default: Some(title) == default };
    Ok(rows.into_iter().map(read).collect())
}

fn all_there(conn: &mut Conn) -> Outcome<Vec<LibraryId>> {
    let there = libraries::table.filter(libraries::gone_at.is_null()).order(libraries::id).select(libraries::id);
    let ids: Vec<i64> = crate::each_backend!(conn, conn => there.load(conn))?;
    Ok(ids.into_iter().map(LibraryId).collect())
}

/// What an accepted share gives somebody: a server as a whole, or one library.
struct Shared {
    person: i64,
    server: i64,
    /// None for all of the server.
    library: Option<i64>,
}

impl Shared {
    fn covers(&self, library: &There) -> bool {
        self.server == library.server && self.library.is_none_or(|id| id == library.id.0)
    }
}

fn shared(conn: &mut Conn, people: &[i64]) -> Outcome<Vec<Shared>> {
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
        Some(Shared { person, server, library })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A sight as queries take it: only copies in these libraries, and of these none for older people. Numbers only, so that
/// they can stand in the text of hand-written queries, where `t` is the title.
pub struct Seen {
    pub libraries: Vec<i64>,
    /// The oldest that is shown.
    pub age: i32,
    ceiling: Option<u8>,
    requests: Requests,
}

pub fn seen(conn: &mut Conn, sight: &Sight) -> Outcome<Seen> {
    let libraries = match &sight.libraries {
        None => all_there(conn)?.iter().map(|id| id.0).collect(),
        Some(ids) => ids.iter().map(|id| id.0).collect(),
    };
    let age = sight.ceiling.map_or(i32::MAX, i32::from);
    Ok(Seen { libraries, age, ceiling: sight.ceiling, requests: sight.requests })
}

impl Seen {
    /// Keeps titles of which a copy may be seen. A title has few copies: they are all looked at in one go (hence the plus),
    /// which is twice as fast as looking for one in each library.
    pub fn on_plex_sql(&self) -> String {
        if self.libraries.is_empty() {
            return "1 = 0".to_owned();
        }
        let ids: Vec<String> = self.libraries.iter().map(i64::to_string).collect();
        let age = self.ceiling.map(|age| format!(" AND c.age <= {age}")).unwrap_or_default();
        format!(
            "EXISTS (SELECT 1 FROM copies c WHERE c.title_id = t.id AND +c.library_id IN ({}){age})",
            ids.join(", ")
        )
    }

    /// Keeps titles that are known to them though no copy may be seen: by a request that they may see; or because there is
    /// none, and nothing says that it is for older people.
    pub fn known_sql(&self) -> String {
        let asked = match self.requests {
            Requests::None => "1 = 0".to_owned(),
            Requests::All => "t.id IN (SELECT o.title_id FROM requests o)".to_owned(),
            Requests::Own(PersonId(id)) => format!(
                "t.id IN (SELECT o.title_id FROM requests o WHERE o.asker_id = {id} \
                 OR o.id IN (SELECT w.request_id FROM request_follows w WHERE w.person_id = {id}))"
            ),
        };
        let rated = self.ceiling.map(|age| format!(" AND {}", rated_sql(age))).unwrap_or_default();
        format!("({asked} OR (NOT EXISTS (SELECT 1 FROM copies n WHERE n.title_id = t.id){rated}))")
    }
}

/// By what Plex, Sonarr or Radarr said of the title. The words are those of our own table.
fn rated_sql(ceiling: u8) -> String {
    let words: Vec<String> = ratings::up_to(ceiling).map(|word| format!("'{}'", word.to_ascii_lowercase())).collect();
    format!("lower(trim(t.certification)) IN ({})", words.join(", "))
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Which of these titles somebody with this sight may know of, by what is kept here. What we know of any other is none of
/// theirs: not its name, nor that it is here.
pub fn known(conn: &mut Conn, titles: &[TitleId], sight: &Sight) -> Outcome<HashSet<TitleId>> {
    if titles.is_empty() {
        return Ok(HashSet::new());
    }
    let seen = seen(conn, sight)?;
    let ids: Vec<String> = titles.iter().map(|id| id.0.to_string()).collect();
    let sql = format!(
        "SELECT t.id FROM titles t WHERE t.id IN ({}) AND ({} OR {})",
        ids.join(", "),
        seen.on_plex_sql(),
        seen.known_sql()
    );
    let rows: Vec<Id> = diesel::sql_query(sql).load(conn)?;
    Ok(rows.into_iter().map(|row| TitleId(row.id)).collect())
}

#[cfg(test)]
#[path = "sight_tests.rs"]
mod tests;
