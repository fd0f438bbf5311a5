//! The first word about somebody of whom nobody had said anything.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::one;
use crate::db::{Tx, grants};
use crate::domain::ids::{LibraryId, PersonId};
use crate::domain::people::Person;
use crate::error::Outcome;

/// Whoever had nothing said about them keeps what Plex gives them, but for these libraries: else the first word about one
/// library would take all the others away. Back: what was given for that.
pub fn adopt(
    tx: &mut Tx<'_>,
    person: &Person,
    but: &[LibraryId],
    by: Option<PersonId>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<Vec<LibraryId>> {
    let one = one::of_person(tx, person, zone, now)?;
    if !one.member.is_as_found() {
        return Ok(Vec::new());
    }
    let mut kept = Vec::new();
    for server in &one.standing.house.servers {
        let held = one.member.has.iter().filter(|held| held.server == server.id && held.accepted);
        let libraries = held.flat_map(|held| held.libraries(server)).filter(|id| Some(*id) != server.default);
        kept.extend(libraries.filter(|id| !but.contains(id)));
    }
    for library in &kept {
        grants::allow(tx, person.id, *library, by, "as it was found on Plex", now)?;
    }
    Ok(kept)
}
