//! Which notices people want by mail. Whoever chose nothing gets all.

use diesel::prelude::*;

use super::schema::notice_choices;
use super::{Conn, Tx};
use crate::domain::ids::PersonId;
use crate::domain::notice::NoticeKind;
use crate::error::Outcome;

pub fn wants(conn: &mut Conn, person: PersonId, notice: NoticeKind) -> Outcome<bool> {
    let chosen: Option<bool> = notice_choices::table
        .find((person.0, notice.as_str()))
        .select(notice_choices::by_mail)
        .first(conn)
        .optional()?;
    Ok(chosen.unwrap_or(true))
}

pub fn choose(tx: &mut Tx<'_>, person: PersonId, notice: NoticeKind, by_mail: bool) -> Outcome<()> {
    let row = notice_choices::table.find((person.0, notice.as_str()));
    let changed = diesel::update(row).set(notice_choices::by_mail.eq(by_mail)).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(notice_choices::table)
            .values((
                notice_choices::person_id.eq(person.0),
                notice_choices::event.eq(notice.as_str()),
                notice_choices::by_mail.eq(by_mail),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}
