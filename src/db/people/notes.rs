//! What those who look after people write down about somebody.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::people;
use crate::db::time::db;
use crate::db::{Conn, Tx};
use crate::domain::ids::PersonId;
use crate::error::Outcome;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    pub notes: String,
    /// Never removed for being quiet.
    pub keep: bool,
}

pub fn of_person(conn: &mut Conn, id: PersonId) -> Outcome<Noted> {
    let row: Option<(String, bool)> =
        people::table.find(id.0).select((people::notes, people::keep)).first(conn).optional()?;
    Ok(row.map(|(notes, keep)| Noted { notes, keep }).unwrap_or_default())
}

pub fn set_notes(tx: &mut Tx<'_>, id: PersonId, notes: &str, now: DateTime<Utc>) -> Outcome<()> {
    let values = (people::notes.eq(notes), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Puts somebody on the keep list or takes them off. False when they were there already.
pub fn set_keep(tx: &mut Tx<'_>, id: PersonId, keep: bool, now: DateTime<Utc>) -> Outcome<bool> {
    let row = people::table.find(id.0).filter(people::keep.ne(keep));
    let values = (people::keep.eq(keep), people::updated_at.eq(db(now)));
    Ok(diesel::update(row).set(values).execute(&mut **tx)? > 0)
}

/// Everybody on the keep list.
pub fn kept(conn: &mut Conn) -> Outcome<HashSet<PersonId>> {
    let ids: Vec<i64> = people::table.filter(people::keep.eq(true)).select(people::id).load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}
