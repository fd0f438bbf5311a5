//! What somebody may ask for: read with whoever calls, so that it has to be cheap where there are no groups.

use chrono::{DateTime, Utc};

use super::{Conn, groups};
use crate::domain::group::{Group, Rights};
use crate::domain::people::Person;
use crate::domain::settings::Settings;
use crate::error::Outcome;

pub fn of(conn: &mut Conn, settings: &Settings, person: &Person, now: DateTime<Utc>) -> Outcome<Rights> {
    let theirs = groups_of(conn, person)?;
    Ok(Rights::of(settings, person.role, &theirs.iter().collect::<Vec<_>>(), now))
}

/// The groups somebody is in, by hand or by rule.
pub fn groups_of(conn: &mut Conn, person: &Person) -> Outcome<Vec<Group>> {
    let mut all = groups::all(conn)?;
    if all.is_empty() {
        return Ok(all);
    }
    let by_hand = groups::of_person(conn, person.id)?;
    all.retain(|group| by_hand.iter().any(|one| one.group == group.id) || group.takes(person));
    Ok(all)
}
