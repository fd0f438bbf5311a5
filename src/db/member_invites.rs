//! Links that members have made within their allowance.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::invites::{Row, whole};
use super::schema::{invite_uses, invites, people as by};
use super::time::{db, utc};
use super::{Conn, Tx, groups, invite_uses as uses, memberships, people, rights, shares};
use crate::domain::ids::{GroupId, InviteId, PersonId};
use crate::domain::invite::Invite;
use crate::domain::invite::guests::Allowance;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::domain::membership::Membership;
use crate::domain::people::{Actor, Person, Reach, Sees};
use crate::domain::settings::Settings;
use crate::error::Outcome;

/// What somebody may invite to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inviting {
    pub allowance: Allowance,
    /// The groups that guests are put into.
    pub groups: Vec<GroupId>,
}

impl Inviting {
    /// They have the right, and there is something to invite to.
    pub fn may(&self) -> bool {
        self.allowance.limit > 0 && !self.groups.is_empty()
    }
}

pub fn inviting(conn: &mut Conn, me: &Actor, settings: &Settings, now: DateTime<Utc>) -> Outcome<Inviting> {
    let (limit, days) = (me.rights.guests, settings.quota_days);
    if limit == 0 {
        return Ok(Inviting { allowance: Allowance::of(0, days, &[], &[], now), groups: Vec::new() });
    }
    let allowance = allowance(conn, me.id, limit, days, now)?;
    let for_guests = groups::all(conn)?.into_iter().filter(|group| group.for_guests);
    Ok(Inviting { allowance, groups: for_guests.map(|group| group.id).collect() })
}

/// What is left to somebody who may invite so many.
pub fn allowance(conn: &mut Conn, id: PersonId, limit: u32, days: u32, now: DateTime<Utc>) -> Outcome<Allowance> {
    let places: Vec<(Option<i32>, i32)> = crate::each_backend!(conn, conn => invites::table
        .filter(invites::made_by.eq(id.0))
        .filter(invites::by_member.eq(true))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(db(now))))
        .select((invites::uses, invites::used))
        .load(conn))?;
    let came: Vec<NaiveDateTime> = crate::each_backend!(conn, conn => invite_uses::table
        .filter(invite_uses::invited_by.eq(id.0))
        .filter(invite_uses::state.ne(UseState::Refused.as_str()))
        .filter(invite_uses::changed_at.gt(db(Allowance::begins(days, now))))
        .select(invite_uses::changed_at)
        .load(conn))?;
    let open = |(uses, used): (Option<i32>, i32)| u32::try_from(uses.unwrap_or(used).saturating_sub(used)).unwrap_or(0);
    let open: Vec<u32> = places.into_iter().map(open).collect();
    let came: Vec<DateTime<Utc>> = came.into_iter().map(utc).collect();
    Ok(Allowance::of(limit, days, &open, &came, now))
}

/// Somebody's own links, newest first.
pub fn of_member(conn: &mut Conn, id: PersonId, offset: i64, limit: i64) -> Outcome<Vec<Invite>> {
    let rows: Vec<Row> = invites::table
        .filter(invites::made_by.eq(id.0))
        .filter(invites::by_member.eq(true))
        .order(invites::id.desc())
        .offset(offset)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    whole(conn, rows)
}

pub fn count(conn: &mut Conn, id: PersonId) -> Outcome<i64> {
    let mine = invites::table.filter(invites::made_by.eq(id.0)).filter(invites::by_member.eq(true));
    Ok(mine.count().get_result(conn)?)
}

/// One of somebody's own links.
pub fn get(conn: &mut Conn, id: InviteId, member: PersonId) -> Outcome<Option<Invite>> {
    Ok(super::invites::get(conn, id)?.filter(|invite| invite.by_member && invite.made_by == Some(member)))
}

/// Those who came by each of these links, newest first: so many of them all.
pub fn who_came(conn: &mut Conn, of: &[Invite], most: i64) -> Outcome<HashMap<InviteId, Vec<InviteUse>>> {
    let ids: Vec<i64> = of.iter().map(|invite| invite.id.0).collect();
    let rows: Vec<uses::Row> = crate::each_backend!(conn, conn => invite_uses::table
        .filter(invite_uses::invite_id.among(ids))
        .order(invite_uses::id.desc())
        .limit(most)
        .select(uses::Row::as_select())
        .load(conn))?;
    let mut came: HashMap<InviteId, Vec<InviteUse>> = HashMap::new();
    for row in rows {
        let one = row.read()?;
        if let Some(invite) = one.invite {
            came.entry(invite).or_default().push(one);
        }
    }
    Ok(came)
}

/// Its time is over now: who is in stays in.
pub fn end(tx: &mut Tx<'_>, id: InviteId, now: DateTime<Utc>) -> Outcome<()> {
    let set = (invites::expires_at.eq(Some(db(now))), invites::updated_at.eq(db(now)));
    diesel::update(invites::table.find(id.0)).set(set).execute(&mut **tx)?;
    Ok(())
}

/// The member by whose link somebody came last.
pub fn inviter(conn: &mut Conn, guest: PersonId) -> Outcome<Option<(PersonId, String)>> {
    let found: Option<(i64, String)> = invite_uses::table
        .inner_join(by::table.on(invite_uses::invited_by.eq(by::id.nullable())))
        .filter(invite_uses::person_id.eq(guest.0))
        .filter(invite_uses::state.eq(UseState::In.as_str()))
        .order(invite_uses::id.desc())
        .select((by::id, by::name))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, name)| (PersonId(id), name)))
}

/// This account has something of the house, or had it for a time that the house has set: what comes of that is not for a
/// member to say.
pub fn is_known(conn: &mut Conn, plex_id: i64) -> Outcome<bool> {
    let Some(person) = people::by_plex_id(conn, plex_id)? else { return Ok(false) };
    let is_bounded = |one: Membership| one.ends_at.is_some() || one.paused_at.is_some();
    Ok(person.home
        || person.removed_at.is_some()
        || !shares::of_person(conn, person.id)?.is_empty()
        || memberships::of_person(conn, person.id)?.is_some_and(is_bounded))
}

/// Those of these links that let nobody in because whoever made them may not invite any more: is gone, out, or has lost the
/// right. Links of the house are never among them.
pub fn forsaken(conn: &mut Conn, settings: &Settings, of: &[Invite], now: DateTime<Utc>) -> Outcome<HashSet<InviteId>> {
    let by_members: Vec<&Invite> = of.iter().filter(|invite| invite.by_member).collect();
    if by_members.is_empty() {
        return Ok(HashSet::new());
    }
    let mut makers: Vec<PersonId> = by_members.iter().filter_map(|invite| invite.made_by).collect();
    makers.sort_unstable();
    makers.dedup();
    let makers = people::named(conn, &makers)?;
    let reaches = rights::of_many(conn, settings, &makers.iter().collect::<Vec<_>>(), now)?;
    let may = |maker: PersonId| {
        let person = makers.iter().find(|person| person.id == maker);
        person.zip(reaches.get(&maker)).is_some_and(|(person, reach)| may_invite(person, reach))
    };
    let forsaken = by_members.iter().filter(|invite| !invite.made_by.is_some_and(may));
    Ok(forsaken.map(|invite| invite.id).collect())
}

fn may_invite(person: &Person, reach: &Reach) -> bool {
    person.is_here() && reach.sees != Sees::Out && reach.rights.guests > 0
}

/// The same of one link.
pub fn is_forsaken(conn: &mut Conn, settings: &Settings, invite: &Invite, now: DateTime<Utc>) -> Outcome<bool> {
    Ok(!forsaken(conn, settings, std::slice::from_ref(invite), now)?.is_empty())
}
