//! What plex.tv says of people, written down. It adds and renews; it removes nobody and changes no role.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{NewPerson, Row, add};
use crate::db::conn::MultiBackend;
use crate::db::schema::people;
use crate::db::time::{db, utc};
use crate::db::{Conn, Tx, memberships};
use crate::domain::ids::PersonId;
use crate::domain::people::reading::Known;
use crate::domain::people::{Person, Role, rules};
use crate::error::Outcome;

/// What became of somebody's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Added,
    /// They had been gone.
    Back,
    Changed,
    Same,
}

/// Adds or renews somebody. Their role is theirs, but for the owner, who is an admin.
pub fn keep(tx: &mut Tx<'_>, known: &Known, role: Role, now: DateTime<Utc>) -> Outcome<(PersonId, Kept)> {
    let found = find(tx, known)?;
    keep_found(tx, found.as_ref(), known, role, now)
}

/// The same for somebody who has shown their account, with its token, sealed. The account itself does not tell whether it
/// belongs to the owner's Home; what was found of that stays.
pub fn keep_shown(
    tx: &mut Tx<'_>,
    known: Known,
    token: &str,
    role: Role,
    now: DateTime<Utc>,
) -> Outcome<(PersonId, Kept)> {
    let before = known.plex_id.map(|id| super::by_plex_id(tx, id)).transpose()?.flatten();
    let known = match before {
        Some(before) => Known { home: before.home, restricted: before.restricted, ..known },
        None => known,
    };
    let (person, kept) = keep(tx, &known, role, now)?;
    super::set_plex_token(tx, person, token)?;
    Ok((person, kept))
}

fn keep_found(
    tx: &mut Tx<'_>,
    found: Option<&Found>,
    known: &Known,
    role: Role,
    now: DateTime<Utc>,
) -> Outcome<(PersonId, Kept)> {
    let (id, kept) = match found {
        Some(found) => renew(tx, found, known, now)?,
        None => (add_known(tx, known, role, now)?, Kept::Added),
    };
    if found.is_some_and(|found| found.invited) != known.invited {
        diesel::update(people::table.find(id.0)).set(people::invited.eq(known.invited)).execute(&mut **tx)?;
    }
    Ok((id, kept))
}

/// Somebody's row, with what an import turns back.
#[derive(Debug, Clone)]
struct Found {
    person: Person,
    /// Was last named by an invitation and nothing else.
    invited: bool,
    /// Readings have lacked them.
    missed: bool,
    /// Their address was confirmed here, and is not Plex's to change.
    own_email: bool,
}

type FoundRow = (Row, bool, i32, Option<NaiveDateTime>, Option<NaiveDateTime>);

impl From<FoundRow> for Found {
    fn from((row, invited, missed_reads, missed_at, email_confirmed_at): FoundRow) -> Self {
        Self {
            person: row.into(),
            invited,
            missed: missed_reads != 0 || missed_at.is_some(),
            own_email: email_confirmed_at.is_some(),
        }
    }
}

/// Everybody who may be meant by what Plex says, read at once: for many.
pub struct Roll {
    by_account: HashMap<i64, Found>,
    /// Who is known by mail address alone.
    by_mail: HashMap<String, Found>,
    /// Admins without an account.
    admins: HashMap<String, Found>,
}

impl Roll {
    pub fn read(conn: &mut Conn) -> Outcome<Self> {
        let rows: Vec<FoundRow> = people::table.order(people::id).select(found_columns()).load(conn)?;
        let mut roll = Self { by_account: HashMap::new(), by_mail: HashMap::new(), admins: HashMap::new() };
        rows.into_iter().for_each(|row| roll.put(row.into()));
        Ok(roll)
    }

    fn put(&mut self, found: Found) {
        let Person { plex_id, username, email, role, .. } = &found.person;
        match (*plex_id, email.clone()) {
            (Some(id), _) => drop(self.by_account.insert(id, found)),
            (None, Some(email)) if username.is_none() => drop(self.by_mail.entry(email).or_insert(found)),
            (None, Some(email)) if role.is_admin() => drop(self.admins.entry(email).or_insert(found)),
            _ => {}
        }
    }

    /// A reading names each account once.
    fn take(&mut self, known: &Known) -> Option<Found> {
        if let Some(found) = known.plex_id.and_then(|id| self.by_account.remove(&id)) {
            return Some(found);
        }
        let email = known.email.as_ref()?;
        match self.by_mail.remove(email) {
            None if known.is_owner => self.admins.remove(email),
            found => found,
        }
    }

    /// The same as `keep` for one of many.
    pub fn keep(
        &mut self,
        tx: &mut Tx<'_>,
        known: &Known,
        role: Role,
        now: DateTime<Utc>,
    ) -> Outcome<(PersonId, Kept)> {
        let found = self.take(known);
        let (id, kept) = keep_found(tx, found.as_ref(), known, role, now)?;
        // Who is named by mail alone may be named with an account yet.
        if known.plex_id.is_none() {
            first(tx, people::table.find(id.0).into_boxed())?.into_iter().for_each(|found| self.put(found));
        }
        Ok((id, kept))
    }
}

#[diesel::dsl::auto_type]
fn found_columns() -> _ {
    let row: diesel::dsl::AsSelect<Row, MultiBackend> = Row::as_select();
    (row, people::invited, people::missed_reads, people::missed_at, people::email_confirmed_at)
}

/// Who was last named by an invitation and nothing else.
pub fn invited(conn: &mut Conn) -> Outcome<Vec<PersonId>> {
    let ids: Vec<i64> = people::table.filter(people::invited.eq(true)).select(people::id).load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// By account id; else the invitation by mail that this account took up; for the owner also the admin with that address.
fn find(conn: &mut Conn, known: &Known) -> Outcome<Option<Found>> {
    if let Some(plex_id) = known.plex_id
        && let Some(found) = first(conn, people::table.filter(people::plex_id.eq(plex_id)).into_boxed())?
    {
        return Ok(Some(found));
    }
    let Some(email) = &known.email else { return Ok(None) };
    let without = || people::table.filter(people::plex_id.is_null()).filter(people::email.eq(email.clone()));
    if let Some(invited) = first(conn, without().filter(people::username.is_null()).into_boxed())? {
        return Ok(Some(invited));
    }
    match known.is_owner {
        true => first(conn, without().filter(people::role.eq(Role::Admin.as_str())).into_boxed()),
        false => Ok(None),
    }
}

fn first(conn: &mut Conn, query: people::BoxedQuery<'_, MultiBackend>) -> Outcome<Option<Found>> {
    let row: Option<FoundRow> = query.order(people::id).select(found_columns()).first(conn).optional()?;
    Ok(row.map(Found::from))
}

fn add_known(tx: &mut Tx<'_>, known: &Known, role: Role, now: DateTime<Utc>) -> Outcome<PersonId> {
    let person = NewPerson {
        name: shown_name(known),
        email: known.email.clone(),
        username: None,
        password_hash: None,
        role: if known.is_owner { Role::Admin } else { role },
        plex_id: known.plex_id,
        plex_username: known.username.clone(),
        thumb: known.thumb.clone(),
        is_owner: known.is_owner,
        home: known.home,
        restricted: known.restricted,
    };
    add(tx, &person, now)
}

fn renew(tx: &mut Tx<'_>, found: &Found, known: &Known, now: DateTime<Utc>) -> Outcome<(PersonId, Kept)> {
    let person = &found.person;
    let renewed = renewed(person, known, found.own_email);
    // Who was removed from Usherr stays so, whoever names them.
    let was_gone = person.gone_at.is_some() && person.removed_at.is_none();
    if renewed != *person || was_gone {
        let gone = if person.removed_at.is_some() { person.gone_at.map(db) } else { None };
        let values = (
            people::name.eq(&renewed.name),
            people::email.eq(&renewed.email),
            people::role.eq(renewed.role.as_str()),
            people::plex_id.eq(renewed.plex_id),
            people::plex_username.eq(&renewed.plex_username),
            people::thumb.eq(&renewed.thumb),
            people::is_owner.eq(renewed.is_owner),
            people::home.eq(renewed.home),
            people::restricted.eq(renewed.restricted),
            people::limits_kept_at.eq(renewed.limits_kept_at.map(db)),
            people::gone_at.eq(gone),
            people::updated_at.eq(db(now)),
        );
        diesel::update(people::table.find(person.id.0)).set(values).execute(&mut **tx)?;
    }
    if found.missed {
        diesel::update(people::table.find(person.id.0))
            .set((people::missed_reads.eq(0), people::missed_at.eq(None::<NaiveDateTime>)))
            .execute(&mut **tx)?;
    }
    let kept = match () {
        () if was_gone => Kept::Back,
        () if renewed != *person => Kept::Changed,
        () => Kept::Same,
    };
    Ok((person.id, kept))
}

/// What a local person typed here (name, address) is kept, and so is an address that was confirmed here; the rest follows
/// Plex.
fn renewed(person: &Person, known: &Known, own_email: bool) -> Person {
    let local = person.username.is_some();
    Person {
        name: if local { person.name.clone() } else { shown_name(known) },
        email: if (local || own_email) && person.email.is_some() {
            person.email.clone()
        } else {
            known.email.clone().or(person.email.clone())
        },
        role: if known.is_owner { Role::Admin } else { person.role },
        plex_id: known.plex_id.or(person.plex_id),
        plex_username: known.username.clone().or(person.plex_username.clone()),
        thumb: known.thumb.clone().or(person.thumb.clone()),
        is_owner: known.is_owner || person.is_owner,
        home: known.home,
        restricted: known.restricted,
        // Only of managed users does Plex keep limits.
        limits_kept_at: person.limits_kept_at.filter(|_| known.restricted),
        ..person.clone()
    }
}

/// Control characters out, cut to what fits; never empty.
fn shown_name(known: &Known) -> String {
    let plain: String = known.name.chars().filter(|c| !c.is_control()).take(rules::MOST_NAME).collect();
    match rules::name(&plain) {
        Ok(name) => name,
        Err(_) => known.email.clone().unwrap_or_else(|| "Somebody on Plex".to_owned()),
    }
}

/// Everybody that Plex told us of, gone ones left out, and those who are out: they lack a share for a reason.
pub fn from_plex(conn: &mut Conn, now: DateTime<Utc>) -> Outcome<Vec<Person>> {
    let invited = people::username.is_null().and(people::email.is_not_null());
    let rows: Vec<Row> = people::table
        .filter(people::gone_at.is_null())
        .filter(people::is_owner.eq(false))
        .filter(people::plex_id.is_not_null().or(invited))
        .select(Row::as_select())
        .load(conn)?;
    let out = memberships::out(conn, now)?;
    Ok(rows.into_iter().map(Person::from).filter(|person| !out.contains(&person.id)).collect())
}

/// Notes one more complete reading without this person; at the second that counts they are marked as gone. True then.
pub fn miss(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Outcome<bool> {
    let row = people::table.find(id.0);
    let first: Option<NaiveDateTime> = row.select(people::missed_at).first(&mut **tx)?;
    if first.is_none_or(|first| utc(first) > now - APART) {
        let values = (people::missed_reads.eq(1), people::missed_at.eq(Some(first.unwrap_or(db(now)))));
        diesel::update(row).set(values).execute(&mut **tx)?;
        return Ok(false);
    }
    let gone = (people::gone_at.eq(Some(db(now))), people::updated_at.eq(db(now)));
    diesel::update(row).set((people::missed_reads.eq(people::missed_reads + 1), gone)).execute(&mut **tx)?;
    Ok(true)
}

/// One reading proves nothing: plex.tv sends short lists now and then (plex.md E7), and does so for a while. Two that agree
/// do when they are so far apart.
pub const APART: TimeDelta = TimeDelta::minutes(10);
