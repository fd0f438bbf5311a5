//! Other addresses that people asked for and have not confirmed yet: one for each of them.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::mail_changes;
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::account::MailChange;
use crate::domain::ids::PersonId;
use crate::error::Outcome;

type Row = (i64, Option<String>, String, String, NaiveDateTime);

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Option<MailChange>> {
    let row: Option<Row> = mail_changes::table
        .find(person.0)
        .select((
            mail_changes::person_id,
            mail_changes::old_email,
            mail_changes::new_email,
            mail_changes::mark,
            mail_changes::asked_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(person, old, new, mark, asked_at)| MailChange {
        person: PersonId(person),
        old,
        new,
        mark,
        asked_at: utc(asked_at),
    }))
}

/// The one before it is forgotten.
pub fn put(tx: &mut Tx<'_>, change: &MailChange) -> Outcome<()> {
    remove(tx, change.person)?;
    let row = (
        mail_changes::person_id.eq(change.person.0),
        mail_changes::old_email.eq(&change.old),
        mail_changes::new_email.eq(&change.new),
        mail_changes::mark.eq(&change.mark),
        mail_changes::asked_at.eq(db(change.asked_at)),
    );
    diesel::insert_into(mail_changes::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// False when there is none.
pub fn remove(tx: &mut Tx<'_>, person: PersonId) -> Outcome<bool> {
    Ok(diesel::delete(mail_changes::table.find(person.0)).execute(&mut **tx)? > 0)
}

/// Forgets what was asked before `limit`.
pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>) -> Outcome<usize> {
    Ok(diesel::delete(mail_changes::table.filter(mail_changes::asked_at.lt(db(limit)))).execute(&mut **tx)?)
}
