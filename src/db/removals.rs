//! Who was removed, from where, and how far Plex is with it. Of one person one waits at most.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::changes::waiting as change_waits;
use super::schema::{access_changes, people, removals, shares};
use super::settings;
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx, is_taken, outbox};
use crate::domain::access::batch::State as ChangeState;
use crate::domain::effect::Effect;
use crate::domain::ids::{PersonId, RemovalId};
use crate::domain::removal::{Removal, State, Way};
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = removals)]
struct Row {
    id: i64,
    person_id: i64,
    way: String,
    state: String,
    problem: Option<String>,
    attempt: i32,
    made_by: Option<i64>,
    made_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    closed: bool,
    before_ends_at: Option<NaiveDateTime>,
}

fn read((row, name): (Row, Option<String>)) -> Outcome<Removal> {
    Ok(Removal {
        id: RemovalId(row.id),
        person: PersonId(row.person_id),
        way: row.way.parse().map_err(AppError::internal)?,
        state: row.state.parse().map_err(AppError::internal)?,
        problem: row.problem,
        attempt: row.attempt,
        by: row.made_by.map(PersonId).zip(name),
        made_at: utc(row.made_at),
        ended_at: utc_opt(row.ended_at),
        closed: row.closed,
        before_ends_at: utc_opt(row.before_ends_at),
    })
}

pub fn get(conn: &mut Conn, id: RemovalId) -> Outcome<Option<Removal>> {
    let row = removals::table
        .left_join(people::table.on(people::id.nullable().eq(removals::made_by)))
        .filter(removals::id.eq(id.0))
        .select((Row::as_select(), people::name.nullable()))
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

/// All there were of one person, the last one first.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Removal>> {
    let rows: Vec<(Row, Option<String>)> = removals::table
        .left_join(people::table.on(people::id.nullable().eq(removals::made_by)))
        .filter(removals::person_id.eq(person.0))
        .order(removals::id.desc())
        .select((Row::as_select(), people::name.nullable()))
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Those that nobody has taken back, the last one first.
pub fn in_force(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Removal>> {
    Ok(of_person(conn, person)?.into_iter().filter(Removal::is_in_force).collect())
}

/// Since when they are removed from more than Usherr.
pub fn removed_since(conn: &mut Conn, person: PersonId) -> Outcome<Option<DateTime<Utc>>> {
    let removals = in_force(conn, person)?;
    Ok(removals.iter().filter(|one| one.way.ends_membership()).map(|one| one.made_at).min())
}

/// Everybody who is removed from anything.
pub fn removed(conn: &mut Conn) -> Outcome<HashSet<PersonId>> {
    let ids: Vec<i64> = removals::table
        .filter(removals::state.ne(State::TakenBack.as_str()))
        .select(removals::person_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// What is written down of a new one.
#[derive(Debug, Clone)]
pub struct New {
    pub person: PersonId,
    pub way: Way,
    pub by: PersonId,
    pub closed: bool,
    pub before_ends_at: Option<DateTime<Utc>>,
}

/// From Usherr somebody is removed at once; all else waits for Plex.
pub fn add(tx: &mut Tx<'_>, new: &New, now: DateTime<Utc>) -> Outcome<RemovalId> {
    let state = if new.way.ends_membership() { State::Waiting } else { State::Done };
    let row = (
        removals::person_id.eq(new.person.0),
        removals::way.eq(new.way.as_str()),
        removals::state.eq(state.as_str()),
        removals::made_by.eq(Some(new.by.0)),
        removals::made_at.eq(db(now)),
        removals::ended_at.eq((state == State::Done).then(|| db(now))),
        removals::closed.eq(new.closed),
        removals::before_ends_at.eq(new.before_ends_at.map(db)),
    );
    let added = diesel::insert_into(removals::table).values(row).returning(removals::id).get_result::<i64>(&mut **tx);
    added.map(RemovalId).map_err(|error| match is_taken(&error) {
        true => AppError::Conflict("Somebody else removes them at this moment. Look at their page again.".to_owned()),
        false => error.into(),
    })
}

/// Ends one that waits. False when it had ended already.
pub fn end(tx: &mut Tx<'_>, id: RemovalId, state: State, problem: Option<&str>, now: DateTime<Utc>) -> Outcome<bool> {
    let values =
        (removals::state.eq(state.as_str()), removals::problem.eq(problem), removals::ended_at.eq(Some(db(now))));
    let waits = removals::table.find(id.0).filter(removals::state.eq(State::Waiting.as_str()));
    Ok(diesel::update(waits).set(values).execute(&mut **tx)? > 0)
}

/// Somebody has access again, by whatever way: what took it from them is over.
pub fn take_back(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let theirs = removals::table
        .filter(removals::person_id.eq(person.0))
        .filter(removals::way.ne(Way::Usherr.as_str()))
        .filter(removals::state.ne(State::TakenBack.as_str()));
    taken_back(tx, theirs.into_boxed(), now)
}

/// Somebody who was removed from Usherr is taken in again.
pub fn take_in(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let theirs = removals::table
        .filter(removals::person_id.eq(person.0))
        .filter(removals::way.eq(Way::Usherr.as_str()))
        .filter(removals::state.ne(State::TakenBack.as_str()));
    taken_back(tx, theirs.into_boxed(), now)
}

/// They are invited: what still waits is not done any more.
pub fn give_way(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let theirs =
        removals::table.filter(removals::person_id.eq(person.0)).filter(removals::state.eq(State::Waiting.as_str()));
    taken_back(tx, theirs.into_boxed(), now)
}

fn taken_back(
    tx: &mut Tx<'_>,
    these: removals::BoxedQuery<'_, super::conn::MultiBackend>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let ids: Vec<i64> = these.select(removals::id).load(&mut **tx)?;
    let values = (removals::state.eq(State::TakenBack.as_str()), removals::ended_at.eq(Some(db(now))));
    crate::each_backend!(&mut **tx, conn => {
        diesel::update(removals::table.filter(removals::id.among(ids))).set(values).execute(conn)
    })?;
    Ok(())
}

/// One that failed waits again. False when it did not fail.
pub fn try_again(tx: &mut Tx<'_>, id: RemovalId) -> Outcome<bool> {
    let failed = removals::table.find(id.0).filter(removals::state.eq(State::Failed.as_str()));
    let values = (
        removals::state.eq(State::Waiting.as_str()),
        removals::problem.eq(None::<String>),
        removals::attempt.eq(removals::attempt + 1),
        removals::ended_at.eq(None::<NaiveDateTime>),
    );
    Ok(diesel::update(failed).set(values).execute(&mut **tx)? > 0)
}

/// One that waits comes again behind what else is to be written; `words` say why.
pub fn next_turn(tx: &mut Tx<'_>, id: RemovalId, words: &str, now: DateTime<Utc>) -> Outcome<()> {
    let waits = removals::table.find(id.0).filter(removals::state.eq(State::Waiting.as_str()));
    let turn: Option<i32> = diesel::update(waits)
        .set(removals::attempt.eq(removals::attempt + 1))
        .returning(removals::attempt)
        .get_result(&mut **tx)
        .optional()?;
    match turn {
        Some(turn) => outbox::push_again(tx, &Effect::RemoveFromPlex { removal: id }, &key(id, turn), words, now),
        None => Ok(()),
    }
}

fn key(id: RemovalId, attempt: i32) -> String {
    format!("removal {id} {attempt}")
}

/// Where the clock has looked since, and no change of their shares is on its way any more, it is Plex's turn: friendship and
/// Home are ended after the shares were taken, each with what it gave kept. To be called whenever the clock has looked or a
/// change has ended; what is so already changes nothing.
pub fn go_on(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<()> {
    let looked: Option<DateTime<Utc>> =
        settings::get(tx, SettingKey::AccessLookedAt.as_str())?.and_then(|text| text.parse().ok());
    let Some(looked) = looked else { return Ok(()) };
    let on_its_way =
        access_changes::table.filter(access_changes::person_id.eq(removals::person_id)).filter(change_waits());
    let still_shared = diesel::dsl::exists(shares::table.filter(shares::person_id.eq(removals::person_id)));
    let by_server_failed = removals::state.eq(State::Failed.as_str()).and(removals::way.eq(Way::Server.as_str()));
    let rows: Vec<(i64, i64, String, String, i32, bool)> = removals::table
        .filter(removals::state.eq(State::Waiting.as_str()).or(by_server_failed))
        .filter(removals::made_at.le(db(looked)))
        .filter(diesel::dsl::not(diesel::dsl::exists(on_its_way)))
        .order(removals::id)
        .select((removals::id, removals::person_id, removals::way, removals::state, removals::attempt, still_shared))
        .load(&mut **tx)?;
    let mut due = Vec::new();
    for (id, person, way, state, attempt, still_shared) in rows {
        let (id, is_waiting) = (RemovalId(id), state == State::Waiting.as_str());
        match way.parse::<Way>().map_err(AppError::internal)? {
            way if way.asks_plex() => due.push((Effect::RemoveFromPlex { removal: id }, key(id, attempt))),
            _ if !still_shared => taken(tx, id, now)?,
            _ if is_waiting => {
                let words = why_not(tx, PersonId(person))?;
                end(tx, id, State::Failed, Some(&words), now)?;
            }
            _ => {}
        }
    }
    outbox::push_all(tx, &due, now).map(drop)
}

/// The shares are gone, be it only by now.
fn taken(tx: &mut Tx<'_>, id: RemovalId, now: DateTime<Utc>) -> Outcome<()> {
    let values = (
        removals::state.eq(State::Done.as_str()),
        removals::problem.eq(None::<String>),
        removals::ended_at.eq(Some(db(now))),
    );
    diesel::update(removals::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// What Plex said when the last share of theirs could not be taken.
fn why_not(conn: &mut Conn, person: PersonId) -> Outcome<String> {
    let said: Option<Option<String>> = access_changes::table
        .filter(access_changes::person_id.eq(person.0))
        .order(access_changes::id.desc())
        .filter(access_changes::state.eq(ChangeState::Failed.as_str()))
        .select(access_changes::error)
        .first(conn)
        .optional()?;
    Ok(said.flatten().unwrap_or_else(|| "Plex still shares a server with them.".to_owned()))
}
