//! Until when somebody may be on a server at all. Whoever has no row is there without end.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::memberships;
use super::time::{db, utc_opt};
use super::{Conn, Tx};
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::error::Outcome;

type Row = (i64, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

fn read((person, ends_at, paused_at, asked_at): Row) -> Membership {
    Membership {
        person: PersonId(person),
        ends_at: utc_opt(ends_at),
        paused_at: utc_opt(paused_at),
        asked_at: utc_opt(asked_at),
    }
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (memberships::person_id, memberships::ends_at, memberships::paused_at, memberships::asked_at)
}

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Option<Membership>> {
    let row: Option<Row> = memberships::table.find(person.0).select(columns()).first(conn).optional()?;
    Ok(row.map(read))
}

pub fn is_out(conn: &mut Conn, person: PersonId, now: DateTime<Utc>) -> Outcome<bool> {
    Ok(of_person(conn, person)?.is_some_and(|one| one.out_since(now).is_some()))
}

/// Whether somebody with this account is out.
pub fn is_of_somebody_out(conn: &mut Conn, plex_id: i64, now: DateTime<Utc>) -> Outcome<bool> {
    match super::people::by_plex_id(conn, plex_id)? {
        Some(person) => is_out(conn, person.id, now),
        None => Ok(false),
    }
}

/// From when on people are out who do not stay without end.
pub fn out(conn: &mut Conn) -> Outcome<HashMap<PersonId, DateTime<Utc>>> {
    let rows: Vec<Row> = memberships::table.select(columns()).load(conn)?;
    Ok(rows.into_iter().map(read).filter_map(|one| Some((one.person, one.out_from()?))).collect())
}

/// The moments after `since` from which on somebody is out.
pub fn ends(conn: &mut Conn, since: DateTime<Utc>) -> Outcome<Vec<DateTime<Utc>>> {
    let rows: Vec<Row> = memberships::table
        .filter(memberships::ends_at.gt(Some(db(since))).or(memberships::paused_at.gt(Some(db(since)))))
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(read).filter_map(|one| one.out_from()).collect())
}

/// Keeps it. Whoever is reminded is so of this end anew.
pub fn save(tx: &mut Tx<'_>, one: &Membership, now: DateTime<Utc>) -> Outcome<()> {
    let before = of_person(tx, one.person)?;
    let values = (
        memberships::ends_at.eq(one.ends_at.map(db)),
        memberships::paused_at.eq(one.paused_at.map(db)),
        memberships::asked_at.eq(one.asked_at.map(db)),
        memberships::changed_at.eq(db(now)),
    );
    match &before {
        Some(_) => diesel::update(memberships::table.find(one.person.0)).set(values).execute(&mut **tx)?,
        None => {
            let row = (memberships::person_id.eq(one.person.0), values);
            diesel::insert_into(memberships::table).values(row).execute(&mut **tx)?
        }
    };
    if before.is_some_and(|before| before.ends_at != one.ends_at) {
        told(tx, one.person, None)?;
    }
    Ok(())
}

/// Whoever is out is back without end.
pub fn reopen(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    match of_person(tx, person)?.filter(|one| one.out_since(now).is_some()) {
        Some(_) => save(tx, &Membership::open(person), now),
        None => Ok(()),
    }
}

/// How many days before the end they were reminded last.
pub fn last_told(conn: &mut Conn, person: PersonId) -> Outcome<Option<i64>> {
    let told: Option<Option<i32>> =
        memberships::table.find(person.0).select(memberships::told_days).first(conn).optional()?;
    Ok(told.flatten().map(i64::from))
}

pub fn told(tx: &mut Tx<'_>, person: PersonId, days: Option<i64>) -> Outcome<()> {
    let days = days.and_then(|days| i32::try_from(days).ok());
    diesel::update(memberships::table.find(person.0)).set(memberships::told_days.eq(days)).execute(&mut **tx)?;
    Ok(())
}
