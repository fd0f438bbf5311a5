//! Access requests: who asks to be let in, and what became of it. An address has at most one that is open.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{access_requests, invites, people};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx, is_taken, memberships, shares};
use crate::domain::access_request::form::Ask;
use crate::domain::access_request::{AccessRequest, Refusal, State};
use crate::domain::ids::{AccessRequestId, AskLinkId, InviteId, PersonId};
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_requests)]
struct Row {
    id: i64,
    link_id: Option<i64>,
    name: String,
    email: String,
    message: String,
    state: String,
    asked_at: NaiveDateTime,
    confirmed_at: Option<NaiveDateTime>,
    decided_at: Option<NaiveDateTime>,
    decided_by: Option<i64>,
    reason: Option<String>,
    invite_id: Option<i64>,
}

/// With how often its invite was used.
fn read((row, used): (Row, Option<i32>)) -> Outcome<AccessRequest> {
    Ok(AccessRequest {
        id: AccessRequestId(row.id),
        link: row.link_id.map(AskLinkId),
        name: row.name,
        email: row.email,
        message: row.message,
        state: row.state.parse().map_err(AppError::internal)?,
        asked_at: utc(row.asked_at),
        confirmed_at: utc_opt(row.confirmed_at),
        decided_at: utc_opt(row.decided_at),
        decided_by: row.decided_by.map(PersonId),
        reason: row.reason,
        invite: row.invite_id.map(InviteId),
        came_in: used.is_some_and(|used| used > 0),
    })
}

/// How many there are in each state.
pub fn counts(conn: &mut Conn) -> Outcome<HashMap<State, i64>> {
    let rows: Vec<(String, i64)> = access_requests::table
        .group_by(access_requests::state)
        .select((access_requests::state, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(word, n)| Some((word.parse().ok()?, n))).collect())
}

/// Those in a state, or all, newest first.
pub fn list(conn: &mut Conn, state: Option<State>, offset: i64, limit: i64) -> Outcome<Vec<AccessRequest>> {
    let all = access_requests::table
        .left_join(invites::table)
        .order(access_requests::id.desc())
        .select((Row::as_select(), invites::used.nullable()))
        .offset(offset)
        .limit(limit);
    let rows: Vec<(Row, Option<i32>)> = match state {
        None => all.load(conn)?,
        Some(state) => all.filter(access_requests::state.eq(state.as_str())).load(conn)?,
    };
    rows.into_iter().map(read).collect()
}

pub fn get(conn: &mut Conn, id: AccessRequestId) -> Outcome<Option<AccessRequest>> {
    let row = access_requests::table
        .left_join(invites::table)
        .filter(access_requests::id.eq(id.0))
        .select((Row::as_select(), invites::used.nullable()))
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

/// What the same address asked before and after, newest first.
pub fn others(conn: &mut Conn, one: &AccessRequest, limit: i64) -> Outcome<Vec<AccessRequest>> {
    let rows: Vec<(Row, Option<i32>)> = access_requests::table
        .left_join(invites::table)
        .filter(access_requests::email.eq(&one.email))
        .filter(access_requests::id.ne(one.id.0))
        .order(access_requests::id.desc())
        .select((Row::as_select(), invites::used.nullable()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// How many wait for a decision.
pub fn open(conn: &mut Conn) -> Outcome<i64> {
    let open = access_requests::table.filter(access_requests::state.eq(State::Open.as_str()));
    Ok(open.count().get_result(conn)?)
}

/// Whether this address has one that waits for a decision.
pub fn is_open(conn: &mut Conn, email: &str) -> Outcome<bool> {
    let open: i64 = access_requests::table
        .filter(access_requests::email.eq(email))
        .filter(access_requests::state.eq(State::Open.as_str()))
        .count()
        .get_result(conn)?;
    Ok(open > 0)
}

/// Whether this is the address of somebody who can sign in.
pub fn is_of_somebody_here(conn: &mut Conn, email: &str, now: DateTime<Utc>) -> Outcome<bool> {
    let found: Vec<(Option<i64>, Option<NaiveDateTime>, bool, bool)> = people::table
        .filter(people::email.eq(email))
        .filter(people::removed_at.is_null())
        .select((people::plex_id, people::gone_at, people::password_hash.is_not_null(), people::is_owner))
        .load(conn)?;
    for (plex_id, gone_at, has_password, is_owner) in found {
        let by_plex = match plex_id.filter(|_| gone_at.is_none()) {
            Some(id) => is_owner || shares::is_accepted(conn, id)? || memberships::is_of_somebody_out(conn, id, now)?,
            None => false,
        };
        if has_password || by_plex {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn add(tx: &mut Tx<'_>, ask: &Ask, link: Option<AskLinkId>, now: DateTime<Utc>) -> Outcome<AccessRequestId> {
    let values = (
        access_requests::link_id.eq(link.map(|id| id.0)),
        access_requests::name.eq(&ask.name),
        access_requests::email.eq(&ask.email),
        access_requests::message.eq(&ask.message),
        access_requests::state.eq(State::Unconfirmed.as_str()),
        access_requests::asked_at.eq(db(now)),
    );
    let new = diesel::insert_into(access_requests::table).values(values).returning(access_requests::id);
    Ok(AccessRequestId(new.get_result(&mut **tx)?))
}

/// Writes what `before` has become. Whoever comes second is told so.
pub fn turn(tx: &mut Tx<'_>, before: State, after: &AccessRequest) -> Outcome<()> {
    let set = (
        access_requests::state.eq(after.state.as_str()),
        access_requests::confirmed_at.eq(after.confirmed_at.map(db)),
        access_requests::decided_at.eq(after.decided_at.map(db)),
        access_requests::decided_by.eq(after.decided_by.map(|id| id.0)),
        access_requests::reason.eq(&after.reason),
        access_requests::invite_id.eq(after.invite.map(|id| id.0)),
    );
    let settled = || AppError::Conflict(Refusal::Settled.sentence().to_owned());
    let turned = diesel::update(access_requests::table.find(after.id.0))
        .filter(access_requests::state.eq(before.as_str()))
        .set(set)
        .execute(&mut **tx)
        .map_err(|error| if is_taken(&error) { settled() } else { error.into() })?;
    if turned == 0 { Err(settled()) } else { Ok(()) }
}

pub fn remove(tx: &mut Tx<'_>, id: AccessRequestId) -> Outcome<()> {
    diesel::delete(access_requests::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

/// Forgets what this address asked and never confirmed.
pub fn forget_unconfirmed(tx: &mut Tx<'_>, email: &str) -> Outcome<usize> {
    let idle = access_requests::table
        .filter(access_requests::email.eq(email))
        .filter(access_requests::state.eq(State::Unconfirmed.as_str()));
    Ok(diesel::delete(idle).execute(&mut **tx)?)
}

/// Forgets what was asked before `limit` and never confirmed.
pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>) -> Outcome<usize> {
    let idle = access_requests::table
        .filter(access_requests::state.eq(State::Unconfirmed.as_str()))
        .filter(access_requests::asked_at.lt(db(limit)));
    Ok(diesel::delete(idle).execute(&mut **tx)?)
}
