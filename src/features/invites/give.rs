//! What an invite gives becomes the guest's own, once Plex has taken it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::db::{Tx, grants, groups, jobs, memberships, person_flags};
use crate::domain::access::when::When;
use crate::domain::ids::{LibraryId, PersonId};
use crate::domain::invite::uses::InviteUse;
use crate::domain::invite::{Gives, Invite};
use crate::domain::jobs::JobName;
use crate::domain::stay::day_of;
use crate::error::Outcome;

pub fn give(
    tx: &mut Tx<'_>,
    invite: &Invite,
    one: &InviteUse,
    person: PersonId,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<()> {
    match &invite.gives {
        Gives::Groups(ids) => {
            for id in ids {
                groups::join(tx, *id, person, now)?;
            }
        }
        Gives::Libraries(ids) => {
            let note = format!("by the invite {}", invite.name());
            for id in missing(tx, ids, person)? {
                grants::allow(tx, person, id, invite.made_by, &note, now)?;
            }
        }
    }
    let stay = invite.stays(&groups::all(tx)?, day_of(now, zone));
    memberships::invited(tx, person, stay, one.is_newcomer, zone, now)?;
    person_flags::add(tx, person, invite.flags)?;
    jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))
}

/// Those that they have not for good already.
fn missing(tx: &mut Tx<'_>, ids: &[LibraryId], person: PersonId) -> Outcome<Vec<LibraryId>> {
    let has = grants::of_person(tx, person)?;
    let for_good = |id: &LibraryId| has.iter().any(|one| one.library == *id && one.when == When::default());
    Ok(ids.iter().copied().filter(|id| !for_good(id)).collect())
}
