//! Until when somebody may be on a server at all. Whoever has no row is there without end.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::schema::memberships;
use super::time::{db, utc_opt};
use super::{Conn, Tx, activity, outbox, people, removals};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::domain::stay::Stay;
use crate::error::Outcome;

type Row = (i64, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>, i32);

fn read((person, ends_at, paused_at, asked_at, granted): Row) -> Membership {
    Membership {
        person: PersonId(person),
        ends_at: utc_opt(ends_at),
        paused_at: utc_opt(paused_at),
        asked_at: utc_opt(asked_at),
        granted: granted.unsigned_abs(),
    }
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (memberships::person_id, memberships::ends_at, memberships::paused_at, memberships::asked_at, memberships::granted)
}

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Option<Membership>> {
    let row: Option<Row> = memberships::table.find(person.0).select(columns()).first(conn).optional()?;
    Ok(row.map(read))
}

/// From when on they are out.
pub fn out_from(conn: &mut Conn, person: PersonId) -> Outcome<Option<DateTime<Utc>>> {
    Ok(of_person(conn, person)?.and_then(|one| one.out_from()))
}

pub fn is_out(conn: &mut Conn, person: PersonId, now: DateTime<Utc>) -> Outcome<bool> {
    Ok(out_from(conn, person)?.is_some_and(|from| from <= now))
}

/// Whether somebody with this account is out.
pub fn is_of_somebody_out(conn: &mut Conn, plex_id: i64, now: DateTime<Utc>) -> Outcome<bool> {
    match super::people::by_plex_id(conn, plex_id)? {
        Some(person) => is_out(conn, person.id, now),
        None => Ok(false),
    }
}

/// Of all of whom somebody has said anything.
pub fn all(conn: &mut Conn) -> Outcome<HashMap<PersonId, Membership>> {
    let rows: Vec<Row> = memberships::table.select(columns()).load(conn)?;
    Ok(rows.into_iter().map(read).map(|one| (one.person, one)).collect())
}

/// Everybody who is out.
pub fn out(conn: &mut Conn, now: DateTime<Utc>) -> Outcome<HashSet<PersonId>> {
    Ok(all(conn)?.into_values().filter(|one| one.out_since(now).is_some()).map(|one| one.person).collect())
}

/// How many ask for more.
pub fn asking(conn: &mut Conn) -> Outcome<i64> {
    Ok(memberships::table.filter(memberships::asked_at.is_not_null()).count().get_result(conn)?)
}

/// The moments after `since` from which on somebody is out.
pub fn ends(conn: &mut Conn, since: DateTime<Utc>) -> Outcome<Vec<DateTime<Utc>>> {
    let rows: Vec<Row> = memberships::table
        .filter(memberships::ends_at.gt(Some(db(since))).or(memberships::paused_at.gt(Some(db(since)))))
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(read).filter_map(|one| one.out_from()).collect())
}

/// Keeps it. Of another end they are reminded anew, but not of rungs that are passed already. Whoever is in by it is removed
/// no more.
pub fn save(tx: &mut Tx<'_>, one: &Membership, now: DateTime<Utc>) -> Outcome<()> {
    let before = of_person(tx, one.person)?;
    let values = (
        memberships::ends_at.eq(one.ends_at.map(db)),
        memberships::paused_at.eq(one.paused_at.map(db)),
        memberships::asked_at.eq(one.asked_at.map(db)),
        memberships::granted.eq(i32::try_from(one.granted).unwrap_or(i32::MAX)),
    );
    match &before {
        Some(_) => diesel::update(memberships::table.find(one.person.0)).set(values).execute(&mut **tx)?,
        None => {
            let row = (memberships::person_id.eq(one.person.0), values);
            diesel::insert_into(memberships::table).values(row).execute(&mut **tx)?
        }
    };
    if before.and_then(|before| before.ends_at) != one.ends_at {
        told(tx, one.person, one.rung(None, now))?;
    }
    match one.out_since(now) {
        Some(_) => Ok(()),
        None => removals::take_back(tx, one.person, now),
    }
}

/// The same, and whoever is back by it has again what was taken from them.
pub fn change(tx: &mut Tx<'_>, before: &Membership, after: &Membership, now: DateTime<Utc>) -> Outcome<()> {
    save(tx, after, now)?;
    if let Some(out_since) = before.out_since(now).filter(|_| after.out_since(now).is_none()) {
        let key = format!("give back {} {}", after.person, now.timestamp_micros());
        outbox::push(tx, &Effect::GiveBack { person: after.person, out_since }, &key, now)?;
    }
    Ok(())
}

/// Somebody came by an invite.
pub fn invited(
    tx: &mut Tx<'_>,
    person: PersonId,
    stay: Stay,
    is_newcomer: bool,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let before = of_person(tx, person)?.unwrap_or_else(|| Membership::open(person));
    let after = before.clone().invited(stay, is_newcomer, now, zone);
    if after == before { Ok(()) } else { save(tx, &after, now) }
}

/// Somebody was put into a group that says how long they stay. Who is out stays out, and nobody is shut out of their own house.
pub fn joined(tx: &mut Tx<'_>, person: PersonId, group: &str, stay: Stay, zone: Tz, now: DateTime<Utc>) -> Outcome<()> {
    let Some(end) = stay.ends_at(now, zone).filter(|end| *end > now) else { return Ok(()) };
    let Some(member) = people::get(tx, person)?.filter(|one| !one.is_owner && !one.role.is_admin()) else {
        return Ok(());
    };
    let before = of_person(tx, person)?.unwrap_or_else(|| Membership::open(person));
    let after = before.clone().joined(end);
    if after == before || before.out_since(now).is_some() {
        return Ok(());
    }
    save(tx, &after, now)?;
    let entry = NewEntry::new(ActivityKind::MembershipChanged, &member.name).about(person);
    let entry = entry.detail(format!("by the group {group}"));
    activity::record(tx, &entry.change(before.words(zone), after.words(zone)), now)
}

/// Those with an end that was not told yet, each with the rung that was told last.
pub fn to_tell(conn: &mut Conn) -> Outcome<Vec<(Membership, Option<i64>)>> {
    let rows: Vec<(Row, Option<i32>)> = memberships::table
        .filter(memberships::ends_at.is_not_null())
        .filter(memberships::told_days.is_null().or(memberships::told_days.gt(Some(0))))
        .order(memberships::person_id)
        .select((columns(), memberships::told_days))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, told)| (read(row), told.map(i64::from))).collect())
}

pub fn told(tx: &mut Tx<'_>, person: PersonId, days: Option<i64>) -> Outcome<()> {
    let days = days.and_then(|days| i32::try_from(days).ok());
    diesel::update(memberships::table.find(person.0)).set(memberships::told_days.eq(days)).execute(&mut **tx)?;
    Ok(())
}
