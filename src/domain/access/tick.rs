//! What the clock alone changes: windows that opened or closed and dates that came since the last look. What an admin has
//! not decided yet stays undecided: only the difference between then and now is carried over to what Plex gives.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::given::Given;
use super::plan::{Change, Obstacle, Plan};
use super::resolve::{House, Member, Resolver, Server};
use super::said::Said;
use super::when::When;
use crate::domain::ids::LibraryId;

/// What has changed by itself since `then`.
pub fn since(then: DateTime<Utc>, house: &House, members: &[Member]) -> Plan {
    let before = House { now: then, ..house.clone() };
    let (then, now) = (Resolver::new(&before), Resolver::new(house));
    let mut plan = Plan::default();
    for member in members.iter().filter(|member| !member.is_as_found() || member.out_from.is_some()) {
        let (then, now) = (then.of(member), now.of(member));
        let mut settled = Vec::new();
        for server in &house.servers {
            match one(&then, &now, member, server, settled.contains(&server.owner)) {
                Ok(None) => {}
                Err(obstacle) => plan.held_up.push((member.id, server.id, obstacle)),
                Ok(Some(change)) => {
                    if change.moves_settings() {
                        settled.push(server.owner);
                    }
                    plan.changes.push(change);
                }
            }
        }
    }
    plan
}

fn one(
    then: &Said<'_>,
    now: &Said<'_>,
    member: &Member,
    server: &Server,
    settled: bool,
) -> Result<Option<Change>, Obstacle> {
    let held = member.has.iter().find(|held| held.server == server.id);
    if now.is_out() {
        let ends = held.filter(|_| !then.is_out()).map(|held| held.found(server));
        return Ok(ends.map(|found| Change::removal(member.id, server.id, found)));
    }
    let (was, is) = (then.should(server).unwrap_or_default(), now.should(server).unwrap_or_default());
    let Some(held) = held else { return Ok(invite(now, member, server, settled, &was, is)) };
    let has = held.libraries(server);
    let closes =
        |library: &LibraryId| was.contains(library) && !is.contains(library) && Some(*library) != server.default;
    let opened = is.iter().filter(|library| !was.contains(library));
    let libraries: BTreeSet<LibraryId> = has.iter().filter(|library| !closes(library)).chain(opened).copied().collect();
    let found = &held.given.settings;
    let wanted = now.settings(found);
    let turned = !settled && held.accepted && wanted != then.settings(found);
    let settings = if turned { wanted } else { found.clone() };
    let before = Given { all: held.given.all, ..held.given.with(has) };
    let same = libraries == before.libraries;
    match () {
        () if same && settings == before.settings => return Ok(None),
        () if libraries.is_empty() => return Err(Obstacle::NothingLeft),
        () if !held.accepted => return Err(Obstacle::NotAccepted),
        () => {}
    }
    let after = Some(Given { libraries, all: same && before.all, settings });
    Ok(Some(Change { person: member.id, server: server.id, before: Some(before), after }))
}

/// Somebody whose first library of a server has just opened.
fn invite(
    now: &Said<'_>,
    member: &Member,
    server: &Server,
    settled: bool,
    was: &BTreeSet<LibraryId>,
    is: BTreeSet<LibraryId>,
) -> Option<Change> {
    if is.is_empty() || !was.is_empty() {
        return None;
    }
    let settings = now.on_invite(server, settled);
    let after = Some(Given { libraries: is, all: false, settings });
    Some(Change { person: member.id, server: server.id, before: None, after })
}

/// The first moment after `at` at which one of these begins or ceases to hold.
pub fn next_of<'a>(whens: impl Iterator<Item = &'a When>, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    whens.filter_map(|when| when.next_change(at, zone)).min()
}
