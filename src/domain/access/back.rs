//! Coming back: whoever was out has again what they had, as if they had never been away.

use chrono::{DateTime, Utc};

use super::plan::Change;
use super::resolve::{Held, House, Member};
use super::tick;

/// Gives back what was `taken` since they are out. What the clock has opened and closed meanwhile is carried over; where they
/// have a share again, that one stays.
pub fn back(house: &House, member: &Member, taken: Vec<Held>, out_since: DateTime<Utc>) -> Vec<Change> {
    let is_there = |held: &Held| member.has.iter().any(|has| has.server == held.server);
    let taken: Vec<Held> = taken.into_iter().filter(|held| !is_there(held)).collect();
    let still_there = Member { has: taken.clone(), out_from: None, ..member.clone() };
    let moved = tick::since(out_since, house, &[still_there]).changes;
    let given = |held: Held| {
        let change = moved.iter().find(|change| change.server == held.server).and_then(|change| change.after.clone());
        let server = house.servers.iter().find(|server| server.id == held.server)?;
        let after = change.unwrap_or_else(|| held.found(server));
        let is_empty = after.libraries.is_empty() && !after.all;
        (!is_empty).then_some(Change { person: member.id, server: held.server, before: None, after: Some(after) })
    };
    taken.into_iter().filter_map(given).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::access::given::Given;
    use crate::domain::access::resolve::{Grant, Server};
    use crate::domain::access::when::When;
    use crate::domain::ids::{LibraryId, PersonId, ServerId};
    use crate::domain::sharing::ShareSettings;

    fn libraries(ids: &[i64]) -> BTreeSet<LibraryId> {
        ids.iter().copied().map(LibraryId).collect()
    }

    fn held(ids: &[i64]) -> Held {
        let given = Given { libraries: libraries(ids), all: false, settings: ShareSettings::default() };
        Held { server: ServerId(1), accepted: true, given }
    }

    fn house(now: &str) -> House {
        let server = Server {
            id: ServerId(1),
            owner: None,
            default: Some(LibraryId(1)),
            libraries: libraries(&[1, 2, 3]).into_iter().collect(),
        };
        House { now: now.parse().unwrap(), zone: chrono_tz::UTC, servers: vec![server], groups: Vec::new() }
    }

    /// With library 2 for good, and 3 until noon.
    fn member() -> Member {
        let until_noon = When { until: Some("2027-03-20T12:00:00Z".parse().unwrap()), ..When::default() };
        let grant = |id, when| Grant { library: LibraryId(id), when };
        Member {
            id: PersonId(7),
            groups: Vec::new(),
            grants: vec![grant(2, When::default()), grant(3, until_noon)],
            excluded: Vec::new(),
            has: Vec::new(),
            flags: None,
            out_from: None,
            limits_kept: false,
        }
    }

    fn given(member: &Member, taken: &[i64], now: &str) -> Vec<BTreeSet<LibraryId>> {
        let out_since = "2027-03-20T10:00:00Z".parse().unwrap();
        let changes = back(&house(now), member, vec![held(taken)], out_since);
        assert!(changes.iter().all(|change| change.before.is_none()));
        changes.into_iter().map(|change| change.after.unwrap().libraries).collect()
    }

    #[test]
    fn what_was_taken_is_given_again_as_the_clock_has_it_by_now() {
        let early = "2027-03-20T11:00:00Z";
        assert_eq!(given(&member(), &[1, 2, 3], early), [libraries(&[1, 2, 3])]);
        assert_eq!(given(&member(), &[1, 2, 3], "2027-03-20T13:00:00Z"), [libraries(&[1, 2])]);
        // What was found on Plex is theirs, whoever has said so.
        let as_found = Member { grants: Vec::new(), ..member() };
        assert_eq!(given(&as_found, &[1, 3], early), [libraries(&[1, 3])]);
    }

    #[test]
    fn what_somebody_has_by_now_stays_and_nobody_gets_an_empty_share() {
        let early = "2027-03-20T11:00:00Z";
        assert!(given(&Member { has: vec![held(&[1])], ..member() }, &[1, 2], early).is_empty());
        assert!(given(&member(), &[9], early).is_empty(), "the library is gone");
    }
}
