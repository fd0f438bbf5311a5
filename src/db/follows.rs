//! Who is told too about a request.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{people, request_follows};
use super::time::db;
use super::{Conn, Tx};
use crate::domain::ids::{PersonId, RequestId};
use crate::error::Outcome;

/// Returns whether it is new.
pub fn add(tx: &mut Tx<'_>, request: RequestId, person: PersonId, now: DateTime<Utc>) -> Outcome<bool> {
    let row = (
        request_follows::request_id.eq(request.0),
        request_follows::person_id.eq(person.0),
        request_follows::created_at.eq(db(now)),
    );
    let added = crate::each_backend!(&mut **tx, conn => diesel::insert_into(request_follows::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(added > 0)
}

/// Returns whether there was something to remove.
pub fn remove(tx: &mut Tx<'_>, request: RequestId, person: PersonId) -> Outcome<bool> {
    Ok(diesel::delete(request_follows::table.find((request.0, person.0))).execute(&mut **tx)? > 0)
}

/// Followers with their names, by request, in the order in which they came.
pub fn of(conn: &mut Conn, requests: &[RequestId]) -> Outcome<HashMap<RequestId, Vec<(PersonId, String)>>> {
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<i64> = requests.iter().map(|id| id.0).collect();
    // Joined so that SQLite begins with the follows, however few people there are.
    let rows: Vec<(i64, i64, Option<String>)> = crate::each_backend!(conn, conn => request_follows::table
        .left_join(people::table)
        .filter(request_follows::request_id.among(ids))
        .filter(people::gone_at.is_null())
        .order((request_follows::created_at, request_follows::person_id))
        .select((request_follows::request_id, request_follows::person_id, people::name.nullable()))
        .load(conn))?;
    let mut followers: HashMap<RequestId, Vec<(PersonId, String)>> = HashMap::new();
    for (request, person, name) in rows {
        followers.entry(RequestId(request)).or_default().extend(name.map(|name| (PersonId(person), name)));
    }
    Ok(followers)
}
