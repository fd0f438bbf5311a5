//! What Plex lets somebody do beyond what their groups say.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::person_flags;
use super::{Conn, Tx};
use crate::domain::group::Flags;
use crate::domain::ids::PersonId;
use crate::error::Outcome;

type Row = (i64, bool, bool, bool);

fn read((person, sync, camera_upload, tuners): Row) -> (PersonId, Flags) {
    (PersonId(person), Flags { sync, camera_upload, tuners })
}

pub fn all(conn: &mut Conn) -> Outcome<HashMap<PersonId, Flags>> {
    let rows: Vec<Row> = person_flags::table.load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Option<Flags>> {
    let row: Option<Row> = person_flags::table.find(person.0).first(conn).optional()?;
    Ok(row.map(|row| read(row).1))
}

/// Adds to what somebody has already; no flag at all is nothing to keep.
pub fn add(tx: &mut Tx<'_>, person: PersonId, flags: Flags) -> Outcome<()> {
    if flags == Flags::default() {
        return Ok(());
    }
    let before = of_person(tx, person)?;
    let flags = before.map_or(flags, |before| before.or(flags));
    let values = (
        person_flags::allow_sync.eq(flags.sync),
        person_flags::allow_camera_upload.eq(flags.camera_upload),
        person_flags::allow_tuners.eq(flags.tuners),
    );
    match before {
        Some(_) => diesel::update(person_flags::table.find(person.0)).set(values).execute(&mut **tx)?,
        None => {
            let row = (person_flags::person_id.eq(person.0), values);
            diesel::insert_into(person_flags::table).values(row).execute(&mut **tx)?
        }
    };
    Ok(())
}

/// From then on groups alone say what they may do. False where nothing was added.
pub fn take_back(tx: &mut Tx<'_>, person: PersonId) -> Outcome<bool> {
    let Some(flags) = of_person(tx, person)? else { return Ok(false) };
    let none = (
        person_flags::allow_sync.eq(false),
        person_flags::allow_camera_upload.eq(false),
        person_flags::allow_tuners.eq(false),
    );
    diesel::update(person_flags::table.find(person.0)).set(none).execute(&mut **tx)?;
    Ok(flags != Flags::default())
}
