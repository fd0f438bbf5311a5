//! What the frame around every page shows: the name of the house, what is down, and what waits.

use diesel::prelude::*;

use super::access::outlook;
use super::among::Among;
use super::schema::{request_follows, requests, servers, service_health};
use super::{Conn, access_requests};
use crate::domain::ids::PersonId;
use crate::domain::people::Role;
use crate::domain::request::Stage;
use crate::error::Outcome;

/// What is the same for everybody.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub name: Option<String>,
    /// Names of services that don't answer.
    pub down: Vec<String>,
}

pub fn facts(conn: &mut Conn) -> Outcome<Facts> {
    let name = crate::each_backend!(conn, conn => servers::table
        .order((servers::position, servers::id))
        .select(servers::name)
        .first(conn)
        .optional())?;
    let down = crate::each_backend!(conn, conn => service_health::table
        .filter(service_health::up.eq(false))
        .order(service_health::name)
        .select(service_health::name)
        .load(conn))?;
    Ok(Facts { name, down })
}

/// What only one person sees so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Their own and followed requests that are under way.
    pub open_requests: i64,
    pub to_decide: i64,
    /// People whom the plan would change, when it was last counted.
    pub in_plan: i64,
    /// Those who ask to be let in.
    pub asking: i64,
}

pub fn sums(conn: &mut Conn, person: PersonId, role: Role) -> Outcome<Sums> {
    let followed =
        request_follows::table.filter(request_follows::person_id.eq(person.0)).select(request_follows::request_id);
    let open_requests = crate::each_backend!(conn, conn => requests::table
        .filter(requests::asker_id.eq(person.0).or(requests::id.eq_any(followed)))
        .filter(requests::stage.not_among(Stage::words(Stage::is_over)))
        .count()
        .get_result(conn))?;
    let to_decide = match role.sees_all_requests() {
        true => requests::table.filter(requests::stage.eq(Stage::Asked.as_str())).count().get_result(conn)?,
        false => 0,
    };
    let outlook = if role.sees_back_office() { outlook::last(conn)? } else { None };
    let in_plan = outlook.map_or(0, |outlook| i64::try_from(outlook.people).unwrap_or(i64::MAX));
    let asking = if role.sees_back_office() { access_requests::open(conn)? } else { 0 };
    Ok(Sums { open_requests, to_decide, in_plan, asking })
}
