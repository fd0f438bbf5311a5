//! How far somebody has come with the welcome pages.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{invite_uses, welcome_reads};
use super::time::db;
use super::{Conn, Tx, welcome};
use crate::domain::ids::{InviteId, PersonId, WelcomePageId};
use crate::domain::invite::uses::UseState;
use crate::domain::welcome::way::{Step, Way};
use crate::domain::welcome::{Audience, WelcomePage};
use crate::error::Outcome;

/// The pages that are for somebody, and how far they are.
pub fn way(conn: &mut Conn, person: PersonId) -> Outcome<Way> {
    let pages: Vec<WelcomePage> = welcome::all(conn)?.into_iter().filter(|page| page.enabled).collect();
    if pages.is_empty() {
        return Ok(Way::default());
    }
    let (came_by, reads) = (came_by(conn, person)?, reads(conn, person)?);
    let is_theirs = |page: &WelcomePage| match &page.audience {
        Audience::Everybody => true,
        Audience::Invites(ids) => ids.iter().any(|id| came_by.contains(id)),
    };
    let step = |page: WelcomePage| {
        let (pressed, read) = reads.get(&page.id).copied().unwrap_or_default();
        Step { page, read, pressed }
    };
    Ok(Way(pages.into_iter().filter(is_theirs).map(step).collect()))
}

/// There is something for them to read, be it read already or not.
pub fn has_any(conn: &mut Conn, person: PersonId) -> Outcome<bool> {
    Ok(way(conn, person)?.first().is_some())
}

fn came_by(conn: &mut Conn, person: PersonId) -> Outcome<Vec<InviteId>> {
    let ids: Vec<Option<i64>> = invite_uses::table
        .filter(invite_uses::person_id.eq(person.0))
        .filter(invite_uses::state.eq(UseState::In.as_str()))
        .select(invite_uses::invite_id)
        .load(conn)?;
    Ok(ids.into_iter().flatten().map(InviteId).collect())
}

/// By page: whether its gate was pressed, and whether it was read.
fn reads(conn: &mut Conn, person: PersonId) -> Outcome<HashMap<WelcomePageId, (bool, bool)>> {
    let rows: Vec<(i64, Option<NaiveDateTime>, Option<NaiveDateTime>)> = welcome_reads::table
        .filter(welcome_reads::person_id.eq(person.0))
        .select((welcome_reads::page_id, welcome_reads::pressed_at, welcome_reads::read_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, pressed, read)| (WelcomePageId(id), (pressed.is_some(), read.is_some()))).collect())
}

/// Notes that they have gone on from a page.
pub fn read(tx: &mut Tx<'_>, person: PersonId, page: WelcomePageId, now: DateTime<Utc>) -> Outcome<()> {
    begin(tx, person, page)?;
    diesel::update(welcome_reads::table.find((person.0, page.0)).filter(welcome_reads::read_at.is_null()))
        .set(welcome_reads::read_at.eq(Some(db(now))))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes that they have pressed the link of its gate.
pub fn press(tx: &mut Tx<'_>, person: PersonId, page: WelcomePageId, now: DateTime<Utc>) -> Outcome<()> {
    begin(tx, person, page)?;
    diesel::update(welcome_reads::table.find((person.0, page.0)).filter(welcome_reads::pressed_at.is_null()))
        .set(welcome_reads::pressed_at.eq(Some(db(now))))
        .execute(&mut **tx)?;
    Ok(())
}

fn begin(tx: &mut Tx<'_>, person: PersonId, page: WelcomePageId) -> Outcome<()> {
    let row = (welcome_reads::person_id.eq(person.0), welcome_reads::page_id.eq(page.0));
    crate::each_backend!(&mut **tx, conn => diesel::insert_into(welcome_reads::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}
