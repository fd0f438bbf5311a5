//! What changes of ours have done to a share: what they may have left of it, and what the last one made of it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{access_batches, access_changes};
use crate::db::time::db;
use crate::domain::access::batch::{Made, State};
use crate::domain::access::given::Given;
use crate::domain::access::step::{Found, Trail};
use crate::domain::ids::{BatchId, ChangeId, PersonId, ServerId};
use crate::error::{AppError, Outcome};

/// So many changes of one share in a row come to no end at most.
const MOST: i64 = 20;

/// What was done to the share of this change before its next try.
pub fn trail(conn: &mut Conn, made: &Made) -> Outcome<Trail> {
    let before: Vec<(String, String, String)> = access_changes::table
        .filter(access_changes::person_id.eq(made.change.person.0))
        .filter(access_changes::server_id.eq(made.change.server.0))
        .filter(access_changes::id.lt(made.id.0))
        .order(access_changes::id.desc())
        .limit(MOST)
        .select((access_changes::state, access_changes::before, access_changes::after))
        .load(conn)?;
    let ended = |state: &str| [State::Done, State::Partly].iter().any(|end| end.as_str() == state);
    let open = before.into_iter().take_while(|(state, ..)| !ended(state));
    let ours: Outcome<Vec<Option<Given>>> =
        open.flat_map(|(_, before, after)| [before, after]).map(|given| read(&given)).collect();
    let noted: Option<String> = access_changes::table.find(made.id.0).select(access_changes::wrote_over).first(conn)?;
    let wrote_over: Option<Option<Found>> = noted.map(|noted| read(&noted)).transpose()?;
    Ok(Trail { ours: ours?.into_iter().flatten().collect(), wrote_over })
}

/// Those of whom a change has ended since.
pub fn people_since(conn: &mut Conn, moment: DateTime<Utc>) -> Outcome<HashSet<PersonId>> {
    let ids: Vec<i64> = access_changes::table
        .filter(access_changes::finished_at.gt(Some(db(moment))))
        .select(access_changes::person_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

diesel::alias!(access_changes as later: Later);

/// What later changes have made of the shares that a batch has changed, or are making of them; by change of the batch.
pub fn since(conn: &mut Conn, batch: BatchId) -> Outcome<HashMap<ChangeId, Option<Given>>> {
    let counts = [State::Waiting, State::Done, State::Partly].map(State::as_str);
    let rows: Vec<(i64, String)> = access_changes::table
        .inner_join(
            later.on(later
                .field(access_changes::person_id)
                .eq(access_changes::person_id)
                .and(later.field(access_changes::server_id).eq(access_changes::server_id))
                .and(later.field(access_changes::id).gt(access_changes::id))),
        )
        .filter(access_changes::batch_id.eq(batch.0))
        .filter(later.field(access_changes::state).eq_any(counts))
        .order(later.field(access_changes::id))
        .select((access_changes::id, later.field(access_changes::after)))
        .load(conn)?;
    rows.into_iter().map(|(id, after)| Ok((ChangeId(id), read(&after)?))).collect()
}

/// What became of somebody's shares, where it is that they were taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    pub done: Vec<(ServerId, Given)>,
    pub waiting: Vec<ChangeId>,
}

pub fn taken(conn: &mut Conn, person: PersonId, since: DateTime<Utc>) -> Outcome<Taken> {
    let rows: Vec<(i64, i64, String, String, String)> = access_changes::table
        .inner_join(access_batches::table)
        .filter(access_changes::person_id.eq(person.0))
        .filter(access_batches::made_at.ge(db(since)))
        .filter(access_changes::state.eq_any([State::Waiting, State::Done, State::Partly].map(State::as_str)))
        .order(access_changes::id.desc())
        .select((
            access_changes::id,
            access_changes::server_id,
            access_changes::state,
            access_changes::before,
            access_changes::after,
        ))
        .load(conn)?;
    let (mut met, mut taken) = (HashSet::new(), Taken::default());
    for (id, server, state, before, after) in rows {
        let (before, after): (Option<Given>, Option<Given>) = (read(&before)?, read(&after)?);
        if !met.insert(server) || after.is_some() {
            continue;
        }
        match state == State::Waiting.as_str() {
            true => taken.waiting.push(ChangeId(id)),
            false => taken.done.extend(before.map(|given| (ServerId(server), given))),
        }
    }
    Ok(taken)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Outcome<T> {
    serde_json::from_str(text).map_err(AppError::internal)
}
