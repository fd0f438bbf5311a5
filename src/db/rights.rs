//! How far people reach: what they may ask for, and what they may see. Read with whoever calls, so that it has to be cheap
//! where there are no groups.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Conn, access, groups, memberships};
use crate::domain::group::Group;
use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Reach, Sees};
use crate::domain::settings::Settings;
use crate::error::Outcome;

pub fn of(conn: &mut Conn, settings: &Settings, person: &Person, now: DateTime<Utc>) -> Outcome<Reach> {
    let theirs = groups_of(conn, person)?;
    let mut reach = Reach::of(settings, person, &theirs.iter().collect::<Vec<_>>(), now);
    if let Sees::Given(libraries) = &mut reach.sees {
        *libraries = access::given_to(conn, person, theirs, settings.time_zone, now)?;
    }
    if memberships::is_out(conn, person.id, now)? {
        reach.sees = Sees::Out;
    }
    Ok(reach)
}

/// The same for many: as many questions as for one.
pub fn of_many(
    conn: &mut Conn,
    settings: &Settings,
    people: &[&Person],
    now: DateTime<Utc>,
) -> Outcome<HashMap<PersonId, Reach>> {
    let given = access::given_to_many(conn, people, settings.time_zone, now)?;
    let out = memberships::out(conn, now)?;
    let mut reaches = HashMap::new();
    for (person, (groups, libraries)) in people.iter().zip(given.each()) {
        let mut reach = Reach::of(settings, person, &groups, now);
        if let Sees::Given(theirs) = &mut reach.sees {
            *theirs = libraries;
        }
        if out.contains(&person.id) {
            reach.sees = Sees::Out;
        }
        reaches.insert(person.id, reach);
    }
    Ok(reaches)
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
