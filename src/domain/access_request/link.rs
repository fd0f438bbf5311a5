//! The links in mails about access requests: each is for one purpose and one request, and good for two days. Whether it was
//! used is told by how the request stands.

use chrono::TimeDelta;

use crate::domain::ids::{AccessRequestId, PersonId};

/// Whoever asked says that the address is theirs.
pub const CONFIRM: &str = "access request: confirm";
pub const APPROVE: &str = "access request: approve";
pub const DECLINE: &str = "access request: decline";

pub const WORKS: TimeDelta = TimeDelta::hours(48);

/// What a link to decide is about: it is for one person alone.
pub fn about(decider: PersonId, request: AccessRequestId) -> String {
    format!("{decider}:{request}")
}

pub fn read(about: &str) -> Option<(PersonId, AccessRequestId)> {
    let (decider, request) = about.split_once(':')?;
    Some((decider.parse().ok()?, request.parse().ok()?))
}
