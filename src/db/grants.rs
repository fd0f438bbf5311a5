//! What one person is given beyond their groups, and what is withheld from them.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::groups::{json, read_when};
use super::schema::{exclusions, grants, people};
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::access::when::When;
use crate::domain::ids::{GrantId, LibraryId, PersonId};
use crate::error::Outcome;

/// A person's own access to one library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub id: GrantId,
    pub library: LibraryId,
    pub when: When,
    pub note: String,
    /// Who gave it, by name.
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

type Row = (i64, i64, Option<NaiveDateTime>, Option<NaiveDateTime>, String, String, Option<String>, NaiveDateTime);

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Granted>> {
    let rows: Vec<Row> = grants::table
        .left_join(people::table.on(people::id.nullable().eq(grants::granted_by)))
        .filter(grants::person_id.eq(person.0))
        .order(grants::id)
        .select((
            grants::id,
            grants::library_id,
            grants::starts_at,
            grants::ends_at,
            grants::weekly,
            grants::note,
            people::name.nullable(),
            grants::created_at,
        ))
        .load(conn)?;
    let read = |(id, library, from, until, weekly, note, by, at): Row| {
        let when = read_when(from, until, &weekly)?;
        Ok(Granted { id: GrantId(id), library: LibraryId(library), when, note, by, at: utc(at) })
    };
    rows.into_iter().map(read).collect()
}

/// Gives one library, within these bounds. What was withheld of it is given again.
pub fn add(
    tx: &mut Tx<'_>,
    person: PersonId,
    library: LibraryId,
    when: &When,
    by: Option<PersonId>,
    note: &str,
    now: DateTime<Utc>,
) -> Outcome<GrantId> {
    include(tx, person, library)?;
    let row = (
        grants::person_id.eq(person.0),
        grants::library_id.eq(library.0),
        grants::starts_at.eq(when.from.map(db)),
        grants::ends_at.eq(when.until.map(db)),
        grants::weekly.eq(json(&when.weekly)?),
        grants::note.eq(note),
        grants::granted_by.eq(by.map(|id| id.0)),
        grants::created_at.eq(db(now)),
    );
    let id: i64 = diesel::insert_into(grants::table).values(row).returning(grants::id).get_result(&mut **tx)?;
    Ok(GrantId(id))
}

/// Gives one library for good.
pub fn allow(
    tx: &mut Tx<'_>,
    person: PersonId,
    library: LibraryId,
    by: Option<PersonId>,
    note: &str,
    now: DateTime<Utc>,
) -> Outcome<GrantId> {
    add(tx, person, library, &When::default(), by, note, now)
}

/// Takes a grant back. The library it gave; none when this person has no such grant.
pub fn remove(tx: &mut Tx<'_>, person: PersonId, id: GrantId) -> Outcome<Option<LibraryId>> {
    let row = grants::table.find(id.0).filter(grants::person_id.eq(person.0));
    let library: Option<i64> = row.select(grants::library_id).first(&mut **tx).optional()?;
    diesel::delete(grants::table.find(id.0).filter(grants::person_id.eq(person.0))).execute(&mut **tx)?;
    Ok(library.map(LibraryId))
}

/// All of somebody's grants of a library.
pub fn remove_all(tx: &mut Tx<'_>, person: PersonId, library: LibraryId) -> Outcome<usize> {
    let rows = grants::table.filter(grants::person_id.eq(person.0)).filter(grants::library_id.eq(library.0));
    Ok(diesel::delete(rows).execute(&mut **tx)?)
}

pub fn excluded(conn: &mut Conn, person: PersonId) -> Outcome<Vec<LibraryId>> {
    let ids: Vec<i64> = exclusions::table
        .filter(exclusions::person_id.eq(person.0))
        .order(exclusions::library_id)
        .select(exclusions::library_id)
        .load(conn)?;
    Ok(ids.into_iter().map(LibraryId).collect())
}

/// Withholds a library, whatever groups give; the person's own grants of it end.
pub fn exclude(
    tx: &mut Tx<'_>,
    person: PersonId,
    library: LibraryId,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    include(tx, person, library)?;
    remove_all(tx, person, library)?;
    let row = (
        exclusions::person_id.eq(person.0),
        exclusions::library_id.eq(library.0),
        exclusions::excluded_by.eq(by.map(|id| id.0)),
        exclusions::created_at.eq(db(now)),
    );
    diesel::insert_into(exclusions::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// Withholds a library no more.
pub fn include(tx: &mut Tx<'_>, person: PersonId, library: LibraryId) -> Outcome<bool> {
    let row = exclusions::table.find((person.0, library.0));
    Ok(diesel::delete(row).execute(&mut **tx)? > 0)
}
