//! What the frame around every page shows: the name of the house, what is down, and two counts.

use diesel::prelude::*;

use super::Conn;
use super::among::Among;
use super::schema::{request_follows, requests, servers, service_health};
use crate::domain::people::Actor;
use crate::domain::request::Stage;
use crate::error::Outcome;

#[derive(Debug, Clone, Default)]
pub struct Sums {
    pub house: Option<String>,
    /// Names of services that don't answer.
    pub down: Vec<String>,
    /// The actor's own and followed requests that are under way.
    pub open_requests: i64,
    pub to_decide: i64,
}

pub fn sums(conn: &mut Conn, actor: Option<&Actor>) -> Outcome<Sums> {
    let house = servers::table
        .order((servers::position, servers::id))
        .select(servers::name)
        .first::<String>(conn)
        .optional()?;
    let Some(actor) = actor else { return Ok(Sums { house, ..Sums::default() }) };
    let down = service_health::table
        .filter(service_health::up.eq(false))
        .order(service_health::name)
        .select(service_health::name)
        .load(conn)?;
    Ok(Sums { house, down, open_requests: open_requests(conn, actor)?, to_decide: to_decide(conn, actor)? })
}

fn open_requests(conn: &mut Conn, actor: &Actor) -> Outcome<i64> {
    let followed =
        request_follows::table.filter(request_follows::person_id.eq(actor.id.0)).select(request_follows::request_id);
    let mine = requests::asker_id.eq(actor.id.0).or(requests::id.eq_any(followed));
    let over = Stage::ALL.iter().filter(|stage| stage.is_over()).map(|stage| stage.as_str());
    Ok(requests::table
        .filter(mine)
        .filter(requests::stage.not_among(over.collect::<Vec<_>>()))
        .count()
        .get_result(conn)?)
}

fn to_decide(conn: &mut Conn, actor: &Actor) -> Outcome<i64> {
    if !actor.role.sees_all_requests() {
        return Ok(0);
    }
    Ok(requests::table.filter(requests::stage.eq(Stage::Asked.as_str())).count().get_result(conn)?)
}
