//! Changes that wait: which they are, and what they lead to.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::Conn;
use crate::db::schema::access_changes;
use crate::domain::access::given::Given;
use crate::domain::ids::{BatchId, ChangeId, PersonId, ServerId};
use crate::error::{AppError, Outcome};

/// What waits, in words that the index of what is open is made with: a value that is bound would have all changes read that
/// there ever were.
pub(in crate::db) fn waiting() -> SqlLiteral<Bool> {
    sql("access_changes.state = 'waiting'")
}

/// What every open change leads to.
pub fn open_targets(conn: &mut Conn) -> Outcome<HashMap<(PersonId, ServerId), Option<Given>>> {
    let rows: Vec<(i64, i64, String)> = access_changes::table
        .filter(waiting())
        .select((access_changes::person_id, access_changes::server_id, access_changes::after))
        .load(conn)?;
    let read = |(person, server, after): (i64, i64, String)| {
        Ok(((PersonId(person), ServerId(server)), serde_json::from_str(&after).map_err(AppError::internal)?))
    };
    rows.into_iter().map(read).collect()
}

/// The same for one person.
pub fn open_targets_of(conn: &mut Conn, person: PersonId) -> Outcome<HashMap<ServerId, Option<Given>>> {
    let rows: Vec<(i64, String)> = access_changes::table
        .filter(waiting())
        .filter(access_changes::person_id.eq(person.0))
        .select((access_changes::server_id, access_changes::after))
        .load(conn)?;
    let read = |(server, after): (i64, String)| {
        Ok((ServerId(server), serde_json::from_str(&after).map_err(AppError::internal)?))
    };
    rows.into_iter().map(read).collect()
}

/// The batch whose turn it is.
pub fn under_way(conn: &mut Conn) -> Outcome<Option<BatchId>> {
    let Some(first) = first_open(conn)? else { return Ok(None) };
    let batch: i64 = access_changes::table.find(first.0).select(access_changes::batch_id).first(conn)?;
    Ok(Some(BatchId(batch)))
}

pub fn first_open(conn: &mut Conn) -> Outcome<Option<ChangeId>> {
    let id: Option<i64> =
        access_changes::table.filter(waiting()).select(diesel::dsl::min(access_changes::id)).first(conn)?;
    Ok(id.map(ChangeId))
}
