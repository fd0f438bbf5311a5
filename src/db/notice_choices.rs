//! Which notices somebody wants by mail. Who never chose wants all of them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::notice_choices;
use super::{Conn, Tx};
use crate::domain::ids::PersonId;
use crate::domain::notice::NoticeKind;
use crate::error::Outcome;

pub fn wants(conn: &mut Conn, person: PersonId, kind: NoticeKind) -> Outcome<bool> {
    let chosen: Option<bool> = notice_choices::table
        .find((person.0, kind.as_str()))
        .select(notice_choices::by_mail)
        .first(conn)
        .optional()?;
    Ok(chosen.unwrap_or(true))
}

/// What somebody wants, of every kind there is.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Vec<(NoticeKind, bool)>> {
    let rows: Vec<(String, bool)> = notice_choices::table
        .filter(notice_choices::person_id.eq(person.0))
        .select((notice_choices::event, notice_choices::by_mail))
        .load(conn)?;
    let chosen: HashMap<String, bool> = rows.into_iter().collect();
    let wanted = |kind: &NoticeKind| (*kind, chosen.get(kind.as_str()).copied().unwrap_or(true));
    Ok(NoticeKind::ALL.iter().map(wanted).collect())
}

pub fn choose(tx: &mut Tx<'_>, person: PersonId, kind: NoticeKind, by_mail: bool) -> Outcome<()> {
    let chosen = notice_choices::by_mail.eq(by_mail);
    let row = notice_choices::table.find((person.0, kind.as_str()));
    if diesel::update(row).set(chosen).execute(&mut **tx)? == 0 {
        let key = (notice_choices::person_id.eq(person.0), notice_choices::event.eq(kind.as_str()));
        diesel::insert_into(notice_choices::table).values((key, chosen)).execute(&mut **tx)?;
    }
    Ok(())
}
