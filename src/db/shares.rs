//! What Plex says is shared with whom: a copy, renewed by the people job and changed by nothing else.

use diesel::prelude::*;

use super::Conn;
use super::schema::{people, shares};
use crate::error::Outcome;

/// True when this account has accepted a share of any server of ours.
pub fn is_accepted(conn: &mut Conn, plex_id: i64) -> Outcome<bool> {
    let held: i64 = shares::table
        .inner_join(people::table)
        .filter(people::plex_id.eq(plex_id))
        .filter(people::gone_at.is_null())
        .filter(shares::accepted.eq(true))
        .count()
        .get_result(conn)?;
    Ok(held > 0)
}
