//! Who came by which invite, and how far.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{invite_uses, invites, people};
use super::time::{db, utc};
use super::{Conn, Tx, outbox, shares};
use crate::domain::effect::Effect;
use crate::domain::ids::{BatchId, InviteId, InviteUseId, PersonId};
use crate::domain::invite::Invite;
use crate::domain::invite::home::{HomePlace, HomeState};
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invite_uses)]
pub(super) struct Row {
    id: i64,
    invite_id: Option<i64>,
    plex_id: i64,
    person_id: Option<i64>,
    name: String,
    state: String,
    refusal: Option<String>,
    batch_id: Option<i64>,
    began_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    is_newcomer: bool,
    home_state: Option<String>,
    home_refusal: Option<String>,
    home_said: Option<String>,
}

impl Row {
    pub(super) fn read(self) -> Outcome<InviteUse> {
        let home_state = self.home_state.map(|word| word.parse()).transpose().map_err(AppError::internal)?;
        Ok(InviteUse {
            id: InviteUseId(self.id),
            invite: self.invite_id.map(InviteId),
            plex_id: self.plex_id,
            person: self.person_id.map(PersonId),
            name: self.name,
            state: self.state.parse().map_err(AppError::internal)?,
            refusal: self.refusal.and_then(|word| word.parse().ok()),
            batch: self.batch_id.map(BatchId),
            began_at: utc(self.began_at),
            changed_at: utc(self.changed_at),
            is_newcomer: self.is_newcomer,
            home: home_state.map(|state| HomePlace {
                state,
                refusal: self.home_refusal.and_then(|word| word.parse().ok()),
                said: self.home_said,
            }),
        })
    }
}

pub fn get(conn: &mut Conn, id: InviteUseId) -> Outcome<Option<InviteUse>> {
    let row: Option<Row> = invite_uses::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::read).transpose()
}

/// This account has followed some invite.
pub fn any_of(conn: &mut Conn, plex_id: i64) -> Outcome<bool> {
    let uses: i64 = invite_uses::table.filter(invite_uses::plex_id.eq(plex_id)).count().get_result(conn)?;
    Ok(uses > 0)
}

/// This account's use of an invite.
pub fn of_guest(conn: &mut Conn, invite: InviteId, plex_id: i64) -> Outcome<Option<InviteUse>> {
    let row: Option<Row> = invite_uses::table
        .filter(invite_uses::invite_id.eq(invite.0))
        .filter(invite_uses::plex_id.eq(plex_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::read).transpose()
}

/// The use that a batch of changes lets somebody in for.
pub fn of_batch(conn: &mut Conn, batch: BatchId) -> Outcome<Option<InviteUseId>> {
    let id: Option<i64> =
        invite_uses::table.filter(invite_uses::batch_id.eq(batch.0)).select(invite_uses::id).first(conn).optional()?;
    Ok(id.map(InviteUseId))
}

/// Those who came by an invite, newest first.
pub fn of_invite(conn: &mut Conn, invite: InviteId, offset: i64, limit: i64) -> Outcome<Vec<InviteUse>> {
    let rows: Vec<Row> = invite_uses::table
        .filter(invite_uses::invite_id.eq(invite.0))
        .order(invite_uses::id.desc())
        .offset(offset)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

pub fn count(conn: &mut Conn, invite: InviteId) -> Outcome<i64> {
    Ok(invite_uses::table.filter(invite_uses::invite_id.eq(invite.0)).count().get_result(conn)?)
}

/// Takes one use, if one is left: then nobody else gets it.
pub fn take(tx: &mut Tx<'_>, invite: InviteId) -> Outcome<bool> {
    let left = invites::uses.is_null().or(invites::used.nullable().lt(invites::uses));
    let taken = diesel::update(invites::table.find(invite.0))
        .filter(left)
        .set(invites::used.eq(invites::used + 1))
        .execute(&mut **tx)?;
    Ok(taken > 0)
}

fn give_back(tx: &mut Tx<'_>, invite: InviteId) -> Outcome<()> {
    diesel::update(invites::table.find(invite.0))
        .filter(invites::used.gt(0))
        .set(invites::used.eq(invites::used - 1))
        .execute(&mut **tx)?;
    Ok(())
}

/// Begins a use, or begins one anew that was refused.
pub fn begin(
    tx: &mut Tx<'_>,
    invite: &Invite,
    plex_id: i64,
    person: PersonId,
    name: &str,
    now: DateTime<Utc>,
) -> Outcome<InviteUseId> {
    let values = (
        invite_uses::person_id.eq(Some(person.0)),
        invite_uses::name.eq(name),
        invite_uses::state.eq(UseState::Checking.as_str()),
        invite_uses::refusal.eq(None::<String>),
        invite_uses::batch_id.eq(None::<i64>),
        invite_uses::invited_by.eq(invite.made_by.filter(|_| invite.by_member).map(|id| id.0)),
        invite_uses::changed_at.eq(db(now)),
    );
    if let Some(before) = of_guest(tx, invite.id, plex_id)? {
        diesel::update(invite_uses::table.find(before.id.0)).set(values).execute(&mut **tx)?;
        return Ok(before.id);
    }
    let new = (
        invite_uses::invite_id.eq(Some(invite.id.0)),
        invite_uses::plex_id.eq(plex_id),
        invite_uses::began_at.eq(db(now)),
        invite_uses::is_newcomer.eq(shares::of_person(tx, person)?.is_empty()),
        values,
    );
    let id = diesel::insert_into(invite_uses::table).values(new).returning(invite_uses::id).get_result(&mut **tx)?;
    Ok(InviteUseId(id))
}

/// Its changes of access are on their way.
pub fn note_batch(tx: &mut Tx<'_>, id: InviteUseId, batch: BatchId, now: DateTime<Utc>) -> Outcome<()> {
    let values = (invite_uses::batch_id.eq(Some(batch.0)), invite_uses::changed_at.eq(db(now)));
    diesel::update(invite_uses::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn go_on(tx: &mut Tx<'_>, id: InviteUseId, state: UseState, now: DateTime<Utc>) -> Outcome<()> {
    let values = (invite_uses::state.eq(state.as_str()), invite_uses::changed_at.eq(db(now)));
    diesel::update(invite_uses::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// How it stands with their place in the Plex Home; none where none is asked for any more.
pub fn note_home(tx: &mut Tx<'_>, id: InviteUseId, home: Option<&HomePlace>) -> Outcome<()> {
    let values = (
        invite_uses::home_state.eq(home.map(|home| home.state.as_str())),
        invite_uses::home_refusal.eq(home.and_then(|home| home.refusal).map(|why| why.as_str())),
        invite_uses::home_said.eq(home.and_then(|home| home.said.as_deref())),
    );
    diesel::update(invite_uses::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Takes back a place that nobody has said yes to so far.
pub fn stop_home(tx: &mut Tx<'_>, id: InviteUseId, now: DateTime<Utc>) -> Outcome<()> {
    note_home(tx, id, Some(&HomePlace::new(HomeState::Stopping)))?;
    let key = format!("stop home {id} {}", now.timestamp_micros());
    outbox::push(tx, &Effect::StopHome { invite_use: id }, &key, now).map(drop)
}

/// The same for somebody, if nothing is shared with them any more.
pub fn stop_homes(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    if !shares::of_person(tx, person)?.is_empty() {
        return Ok(());
    }
    let is = |state: HomeState| invite_uses::home_state.eq(Some(state.as_str()));
    let ids: Vec<i64> = invite_uses::table
        .filter(invite_uses::person_id.eq(person.0))
        .filter(is(HomeState::Waiting).or(is(HomeState::Sent)))
        .select(invite_uses::id)
        .load(&mut **tx)?;
    ids.into_iter().try_for_each(|id| stop_home(tx, InviteUseId(id), now))
}

/// Whoever was asked into the Plex Home, and is found there by now, has said yes.
pub fn note_who_is_home(tx: &mut Tx<'_>) -> Outcome<()> {
    let there = people::table.filter(people::home.eq(true)).select(people::id.nullable());
    let was = |state: HomeState| invite_uses::home_state.eq(Some(state.as_str()));
    let none: Option<String> = None;
    diesel::update(invite_uses::table)
        .filter(was(HomeState::Sent).or(was(HomeState::Refused)))
        .filter(invite_uses::person_id.eq_any(there))
        .set((
            invite_uses::home_state.eq(Some(HomeState::In.as_str())),
            invite_uses::home_refusal.eq(none.clone()),
            invite_uses::home_said.eq(none),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The guest is not let in, and their use is given back.
pub fn refuse(tx: &mut Tx<'_>, one: &InviteUse, refusal: Refusal, now: DateTime<Utc>) -> Outcome<()> {
    let values = (
        invite_uses::state.eq(UseState::Refused.as_str()),
        invite_uses::refusal.eq(Some(refusal.as_str())),
        invite_uses::changed_at.eq(db(now)),
    );
    let refused = diesel::update(invite_uses::table.find(one.id.0))
        .filter(invite_uses::state.ne(UseState::Refused.as_str()))
        .set(values)
        .execute(&mut **tx)?;
    match one.invite {
        Some(invite) if refused > 0 => give_back(tx, invite),
        _ => Ok(()),
    }
}
