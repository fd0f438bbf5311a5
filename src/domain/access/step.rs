//! One change on its way: what Plex gives right before it decides what is left to do. Nothing is written twice, and nothing
//! over what somebody else has changed meanwhile.

use super::given::Given;
use super::plan::Change;

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is so already.
    Done,
    Invite(Given),
    /// An invite with other libraries is open, or what is left of one that was taken back: it makes room for ours.
    Reinvite(Given),
    /// What the share has to become; which parts of it are to be written.
    Update {
        given: Given,
        libraries: bool,
        settings: bool,
    },
    Remove,
    /// The share is neither as it was nor as it shall be.
    Changed,
    /// The share is gone at Plex.
    Gone,
    /// The invite is not accepted; Plex keeps its libraries until then.
    Pending,
}

/// What Plex gives of a server: the libraries that are there, and whether the invite was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub given: Given,
    pub accepted: bool,
}

/// `sent` is what was last sent: with it a share counts as untouched, too.
pub fn next(change: &Change, found: Option<&Found>, sent: Option<&Given>) -> Step {
    match (&change.after, found) {
        (None, None) => Step::Done,
        (None, Some(_)) => Step::Remove,
        (Some(_), None) if change.before.is_some() => Step::Gone,
        (Some(after), None) => Step::Invite(after.clone()),
        (Some(after), Some(found)) => update(change, after, found, sent),
    }
}

fn update(change: &Change, after: &Given, found: &Found, sent: Option<&Given>) -> Step {
    let has = &found.given;
    let is_one_of = |is: &dyn Fn(&Given) -> bool| change.before.iter().chain(sent).any(is);
    // Of an invite both parts are ours.
    let (moves_libraries, moves_settings) = match change.before {
        Some(_) => (change.moves_libraries(), change.moves_settings()),
        None => (true, true),
    };
    let same_libraries = |one: &Given| one.libraries == has.libraries;
    let libraries = moves_libraries && !(same_libraries(after) && (after.all || !has.all));
    // Until they accept, the settings of an invite are Plex's secret.
    let settings = moves_settings && found.accepted && after.settings != has.settings;
    let known = |left: bool, is: &dyn Fn(&Given) -> bool| !left || change.before.is_none() || is_one_of(is);
    match () {
        () if !libraries && !settings => Step::Done,
        () if !known(libraries, &same_libraries) => Step::Changed,
        () if !known(settings, &|one: &Given| one.settings == has.settings) => Step::Changed,
        () if !found.accepted && libraries && change.before.is_none() => Step::Reinvite(after.clone()),
        () if !found.accepted && libraries => Step::Pending,
        () => {
            // A part that the change is not about stays as it is.
            let given = Given {
                libraries: if moves_libraries { after.libraries.clone() } else { has.libraries.clone() },
                all: false,
                settings: if moves_settings { after.settings.clone() } else { has.settings.clone() },
            };
            Step::Update { given, libraries, settings }
        }
    }
}

/// The change as it is where the share was found to be other than it was planned from: what shall come and go comes and
/// goes of what there is. An invite that meets a share gives what it was to give.
pub fn met(change: &Change, found: &Given) -> Change {
    let rebased = |after: &Given| match &change.before {
        None => after.clone(),
        Some(before) => {
            let gone = |library| before.libraries.contains(library) && !after.libraries.contains(library);
            let come = after.libraries.difference(&before.libraries);
            let libraries = found.libraries.iter().filter(|library| !gone(library)).chain(come).copied().collect();
            let settings = if change.moves_settings() { &after.settings } else { &found.settings };
            Given { libraries, all: false, settings: settings.clone() }
        }
    };
    Change { before: Some(found.clone()), after: change.after.as_ref().map(rebased), ..*change }
}

/// Whether what Plex gives `now` is a part of a change that was begun when it gave `there`; what is neither of both
/// somebody else has done.
pub fn is_part(change: &Change, there: Option<&Given>, now: Option<&Given>) -> bool {
    match (there, now, &change.after) {
        // The settings of an invite are Plex's secret.
        (None, Some(now), Some(after)) => now.libraries == after.libraries,
        (Some(there), Some(now), Some(after)) => {
            let libraries = now.libraries == there.libraries || now.libraries == after.libraries;
            let settings = now.settings == there.settings || now.settings == after.settings;
            now != there && libraries && settings
        }
        // An open invite was taken back to make room for ours.
        (Some(_), None, Some(_)) => change.before.is_none(),
        _ => false,
    }
}

/// What counts as last sent, once a change is made: where somebody had changed the share on Plex, that stays to be seen.
pub fn sent_after(change: &Change, sent: Option<&Given>) -> Option<Given> {
    let after = change.after.as_ref()?;
    let (Some(sent), Some(before)) = (sent, &change.before) else { return Some(after.clone()) };
    let gone = |library| before.libraries.contains(library) && !after.libraries.contains(library);
    let come = after.libraries.difference(&before.libraries);
    let libraries = sent.libraries.iter().filter(|library| !gone(library)).chain(come).copied().collect();
    let settings = if change.moves_settings() { after.settings.clone() } else { sent.settings.clone() };
    Some(Given { libraries, all: after.all, settings })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::ids::{LibraryId, PersonId, ServerId};
    use crate::domain::sharing::ShareSettings;

    fn given(libraries: &[i64], sync: bool) -> Given {
        let settings = ShareSettings { allow_sync: sync, ..ShareSettings::default() };
        Given { libraries: libraries.iter().copied().map(LibraryId).collect(), all: false, settings }
    }

    fn change(before: Option<Given>, after: Option<Given>) -> Change {
        Change { person: PersonId(1), server: ServerId(1), before, after }
    }

    fn found(given: Given) -> Option<Found> {
        Some(Found { given, accepted: true })
    }

    #[test]
    fn what_is_so_already_is_not_written_again() {
        let both = change(Some(given(&[1, 2], false)), Some(given(&[1, 3], true)));
        assert_eq!(next(&both, found(given(&[1, 3], true)).as_ref(), None), Step::Done);
        let half = next(&both, found(given(&[1, 3], false)).as_ref(), None);
        assert_eq!(half, Step::Update { given: given(&[1, 3], true), libraries: false, settings: true });
        let invite = change(None, Some(given(&[1], false)));
        assert_eq!(next(&invite, found(given(&[1], false)).as_ref(), None), Step::Done);
        assert_eq!(next(&change(Some(given(&[1], false)), None), None, None), Step::Done);
    }

    #[test]
    fn what_somebody_changed_meanwhile_stays() {
        let libraries = change(Some(given(&[1, 2], false)), Some(given(&[1, 3], false)));
        assert_eq!(next(&libraries, found(given(&[1, 2, 9], false)).as_ref(), None), Step::Changed);
        assert_eq!(next(&libraries, None, None), Step::Gone);
        let step = next(&libraries, found(given(&[1, 2], true)).as_ref(), None);
        assert_eq!(
            step,
            Step::Update { given: given(&[1, 3], true), libraries: true, settings: false },
            "flags are not ours here"
        );
        let flags = change(Some(given(&[1], false)), Some(given(&[1], true)));
        let step = next(&flags, found(given(&[1, 2], false)).as_ref(), None);
        assert_eq!(step, Step::Update { given: given(&[1, 2], true), libraries: false, settings: true });
    }

    #[test]
    fn what_we_sent_a_moment_ago_is_no_change_of_others() {
        let second = change(Some(given(&[1], false)), Some(given(&[1, 3], false)));
        let sent = given(&[1, 2], false);
        assert_eq!(next(&second, found(sent.clone()).as_ref(), None), Step::Changed);
        assert!(matches!(next(&second, found(sent.clone()).as_ref(), Some(&sent)), Step::Update { .. }));
    }

    #[test]
    fn an_invite_that_meets_a_share_becomes_an_update() {
        let invite = change(None, Some(given(&[1, 2], true)));
        let step = next(&invite, found(given(&[5], false)).as_ref(), None);
        assert_eq!(step, Step::Update { given: given(&[1, 2], true), libraries: true, settings: true });
        let waits = Found { given: given(&[5], true), accepted: false };
        assert_eq!(next(&invite, Some(&waits), None), Step::Reinvite(given(&[1, 2], true)));
        let update = change(Some(given(&[5], true)), Some(given(&[1], true)));
        assert_eq!(next(&update, Some(&waits), None), Step::Pending);
    }

    #[test]
    fn all_libraries_become_those_that_were_named() {
        let all = Given { all: true, ..given(&[1, 2], false) };
        let fewer = change(Some(all.clone()), Some(given(&[1], false)));
        assert!(matches!(next(&fewer, found(all.clone()).as_ref(), None), Step::Update { libraries: true, .. }));
        let back = fewer.undone();
        let step = next(&back, found(given(&[1], false)).as_ref(), None);
        let Step::Update { given: back_to, .. } = step else { unreachable!() };
        assert_eq!(back_to, given(&[1, 2], false), "Plex can't be told to give all again");
    }

    #[test]
    fn a_part_of_a_change_is_told_from_what_others_have_done() {
        let (before, after) = (given(&[1, 2], false), given(&[1, 3], true));
        let both = change(Some(before.clone()), Some(after.clone()));
        let is_part = |now: Option<&Given>| super::is_part(&both, Some(&before), now);
        assert!(is_part(Some(&given(&[1, 2], true))) && is_part(Some(&given(&[1, 3], false))));
        assert!(!is_part(Some(&before)) && !is_part(Some(&given(&[1, 9], true))) && !is_part(None));
        let invite = change(None, Some(after));
        assert!(super::is_part(&invite, None, Some(&given(&[1, 3], false))));
        assert!(!super::is_part(&invite, None, Some(&given(&[1], true))) && !super::is_part(&invite, None, None));
        assert!(super::is_part(&invite, Some(&before), None));
    }

    #[test]
    fn what_was_changed_on_plex_is_still_seen_after_the_clock_moved_something() {
        let (sent, before, after) = (given(&[1, 2], false), given(&[1, 2, 9], false), given(&[1, 9], false));
        assert_eq!(sent_after(&change(Some(before), Some(after)), Some(&sent)), Some(given(&[1], false)));
        assert_eq!(sent_after(&change(None, Some(sent.clone())), None), Some(sent));
    }
}
