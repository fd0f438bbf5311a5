//! Private links to ask to be let in, with the groups that each suggests.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{ask_link_groups, ask_links};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx};
use crate::domain::access_request::AskLink;
use crate::domain::ids::{AskLinkId, GroupId, PersonId};
use crate::error::Outcome;

type Row = (i64, String, String, Option<NaiveDateTime>, bool, Option<i64>, NaiveDateTime);

fn read((id, code, label, expires_at, paused, made_by, made_at): Row) -> AskLink {
    AskLink {
        id: AskLinkId(id),
        code,
        label,
        groups: Vec::new(),
        expires_at: utc_opt(expires_at),
        paused,
        made_by: made_by.map(PersonId),
        made_at: utc(made_at),
    }
}

/// Newest first.
pub fn all(conn: &mut Conn) -> Outcome<Vec<AskLink>> {
    let rows: Vec<Row> = ask_links::table.order(ask_links::id.desc()).load(conn)?;
    let groups: Vec<(i64, i64)> = ask_link_groups::table.order(ask_link_groups::group_id).load(conn)?;
    let with_groups = |link: AskLink| {
        let mine = groups.iter().filter(|(of, _)| *of == link.id.0).map(|(_, id)| GroupId(*id));
        AskLink { groups: mine.collect(), ..link }
    };
    Ok(rows.into_iter().map(read).map(with_groups).collect())
}

fn whole(conn: &mut Conn, row: Option<Row>) -> Outcome<Option<AskLink>> {
    let Some(link) = row.map(read) else { return Ok(None) };
    let groups: Vec<i64> = ask_link_groups::table
        .filter(ask_link_groups::link_id.eq(link.id.0))
        .order(ask_link_groups::group_id)
        .select(ask_link_groups::group_id)
        .load(conn)?;
    Ok(Some(AskLink { groups: groups.into_iter().map(GroupId).collect(), ..link }))
}

pub fn get(conn: &mut Conn, id: AskLinkId) -> Outcome<Option<AskLink>> {
    let row = ask_links::table.find(id.0).first(conn).optional()?;
    whole(conn, row)
}

/// By the end of its link, in whatever case it was typed.
pub fn by_code(conn: &mut Conn, code: &str) -> Outcome<Option<AskLink>> {
    let row = ask_links::table.filter(ask_links::code.eq(code.trim().to_lowercase())).first(conn).optional()?;
    whole(conn, row)
}

pub fn add(tx: &mut Tx<'_>, link: &AskLink) -> Outcome<AskLinkId> {
    let values = (
        ask_links::code.eq(&link.code),
        ask_links::label.eq(&link.label),
        ask_links::expires_at.eq(link.expires_at.map(db)),
        ask_links::paused.eq(link.paused),
        ask_links::made_by.eq(link.made_by.map(|id| id.0)),
        ask_links::made_at.eq(db(link.made_at)),
    );
    let id: i64 =
        diesel::insert_into(ask_links::table).values(values).returning(ask_links::id).get_result(&mut **tx)?;
    for group in &link.groups {
        let row = (ask_link_groups::link_id.eq(id), ask_link_groups::group_id.eq(group.0));
        diesel::insert_into(ask_link_groups::table).values(row).execute(&mut **tx)?;
    }
    Ok(AskLinkId(id))
}

/// Pauses a link, or lets it work again.
pub fn pause(tx: &mut Tx<'_>, id: AskLinkId, paused: bool) -> Outcome<()> {
    diesel::update(ask_links::table.find(id.0)).set(ask_links::paused.eq(paused)).execute(&mut **tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, id: AskLinkId) -> Outcome<()> {
    diesel::delete(ask_links::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}
