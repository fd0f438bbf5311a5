//! One change on its way: what Plex gives right before it decides what is left to do. Nothing is written twice, and nothing
//! over what somebody else has changed meanwhile.

use serde::{Deserialize, Serialize};

use super::given::Given;
use super::plan::Change;
use crate::domain::sharing::ShareSettings;

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is so already.
    Done,
    Invite(Given),
    /// An open invite to other libraries is taken back and makes room for this one.
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
}

impl Step {
    /// Something is sent to Plex.
    pub fn writes(&self) -> bool {
        !matches!(self, Self::Done | Self::Changed | Self::Gone)
    }
}

/// What Plex gives of a server: the libraries that are there, and whether the invite was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    #[serde(flatten)]
    pub given: Given,
    #[serde(default = "yes")]
    pub accepted: bool,
}

fn yes() -> bool {
    true
}

/// What we have done to a share before this try.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// As changes of ours may have left it that came to no end: what was overtaken, stopped or failed.
    pub ours: Vec<Given>,
    /// What there was before an earlier try of this change wrote something.
    pub wrote_over: Option<Option<Found>>,
}

impl Trail {
    /// An open invite was taken back to make room for ours.
    fn made_room(&self, change: &Change) -> bool {
        let there = self.wrote_over.as_ref().and_then(Option::as_ref);
        change.moves_libraries() && there.is_some_and(|there| !there.accepted)
    }

    /// It is as the change began from it, or as we may have left it.
    fn knows(&self, change: &Change, is: impl Fn(&Given) -> bool) -> bool {
        change.before.iter().chain(&self.ours).any(is)
    }
}

pub fn next(change: &Change, found: Option<&Found>, trail: &Trail) -> Step {
    match (&change.after, found) {
        (None, None) => Step::Done,
        (None, Some(found)) if trail.knows(change, |one| opens_same(one, &found.given)) => Step::Remove,
        (None, Some(_)) => Step::Changed,
        (Some(_), None) if change.before.is_some() && !trail.made_room(change) => Step::Gone,
        (Some(after), None) => Step::Invite(after.clone()),
        (Some(after), Some(found)) => update(change, after, found, trail),
    }
}

fn opens_same(one: &Given, other: &Given) -> bool {
    one.all && other.all || one.libraries == other.libraries
}

fn update(change: &Change, after: &Given, found: &Found, trail: &Trail) -> Step {
    let has = &found.given;
    // Of an invite both parts are ours.
    let (moves_libraries, moves_settings) = match change.before {
        Some(_) => (change.moves_libraries(), change.moves_settings()),
        None => (true, true),
    };
    let same_libraries = |one: &Given| one.libraries == has.libraries;
    let libraries = moves_libraries && !(same_libraries(after) && (after.all || !has.all));
    // Until they accept, the settings of an invite are Plex's secret.
    let settings = moves_settings && found.accepted && after.settings != has.settings;
    let known = |left: bool, is: &dyn Fn(&Given) -> bool| !left || change.before.is_none() || trail.knows(change, is);
    match () {
        () if !libraries && !settings => Step::Done,
        () if !known(libraries, &same_libraries) => Step::Changed,
        () if !known(settings, &|one: &Given| one.settings == has.settings) => Step::Changed,
        () if !found.accepted && libraries => Step::Reinvite(after.clone()),
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
/// goes of what there is. An invite that meets a share takes nothing away and turns nothing, but for limits that are
/// tighter; none where it is not plain which of two limits that is.
pub fn met(change: &Change, found: &Given) -> Option<Change> {
    let rebased = |after: &Given| match &change.before {
        None => Some(Given {
            libraries: found.libraries.union(&after.libraries).copied().collect(),
            all: found.all,
            settings: found.settings.limited_by(&after.settings)?,
        }),
        Some(before) => {
            let gone = |library| before.libraries.contains(library) && !after.libraries.contains(library);
            let come = after.libraries.difference(&before.libraries);
            let libraries = found.libraries.iter().filter(|library| !gone(library)).chain(come).copied().collect();
            let settings = if change.moves_settings() { &after.settings } else { &found.settings };
            Some(Given { libraries, all: false, settings: settings.clone() })
        }
    };
    let after = match &change.after {
        Some(after) => Some(rebased(after)?),
        None => None,
    };
    Some(Change { before: Some(found.clone()), after, ..*change })
}

/// An invite with the settings that the person's other shares of the same owner have `now`, so that it turns nothing there;
/// none where those let through more than the limits that it was planned with.
pub fn with_settings_of(invite: &Change, now: &ShareSettings) -> Option<Change> {
    let after = invite.after.as_ref()?;
    let is_within = now.limited_by(&after.settings).is_some_and(|limited| limited == *now);
    let after = Some(Given { settings: now.clone(), ..after.clone() });
    is_within.then(|| Change { after, ..invite.clone() })
}

/// The part of a share that the change is about is as the change left it.
pub fn is_as_left(change: &Change, now: Option<&Given>) -> bool {
    match (&change.before, &change.after, now) {
        (_, None, now) => now.is_none(),
        (_, Some(_), None) => false,
        (before, Some(after), Some(now)) => {
            let is_new = before.is_none();
            let libraries = !(is_new || change.moves_libraries()) || opens_same(after, now);
            libraries && (is_new || !change.moves_settings() || after.settings == now.settings)
        }
    }
}

/// Whether what Plex gives `now` is a part of a change that was begun when it gave `there`; what is neither of both
/// somebody else has done.
pub fn is_part(change: &Change, there: Option<&Found>, now: Option<&Given>) -> bool {
    match (there, now, &change.after) {
        // The settings of an invite are Plex's secret.
        (None, Some(now), Some(after)) => now.libraries == after.libraries,
        (Some(Found { given: there, .. }), Some(now), Some(after)) => {
            let libraries = now.libraries == there.libraries || now.libraries == after.libraries;
            let settings = now.settings == there.settings || now.settings == after.settings;
            now != there && libraries && settings
        }
        // An open invite was taken back to make room for ours.
        (Some(there), None, Some(_)) => !there.accepted && change.moves_libraries(),
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
        assert_eq!(next(&both, found(given(&[1, 3], true)).as_ref(), &Trail::default()), Step::Done);
        let half = next(&both, found(given(&[1, 3], false)).as_ref(), &Trail::default());
        assert_eq!(half, Step::Update { given: given(&[1, 3], true), libraries: false, settings: true });
        let invite = change(None, Some(given(&[1], false)));
        assert_eq!(next(&invite, found(given(&[1], false)).as_ref(), &Trail::default()), Step::Done);
        assert_eq!(next(&change(Some(given(&[1], false)), None), None, &Trail::default()), Step::Done);
    }

    #[test]
    fn what_somebody_changed_meanwhile_stays() {
        let libraries = change(Some(given(&[1, 2], false)), Some(given(&[1, 3], false)));
        assert_eq!(next(&libraries, found(given(&[1, 2, 9], false)).as_ref(), &Trail::default()), Step::Changed);
        assert_eq!(next(&libraries, None, &Trail::default()), Step::Gone);
        let step = next(&libraries, found(given(&[1, 2], true)).as_ref(), &Trail::default());
        assert_eq!(
            step,
            Step::Update { given: given(&[1, 3], true), libraries: true, settings: false },
            "flags are not ours here"
        );
        let flags = change(Some(given(&[1], false)), Some(given(&[1], true)));
        let step = next(&flags, found(given(&[1, 2], false)).as_ref(), &Trail::default());
        assert_eq!(step, Step::Update { given: given(&[1, 2], true), libraries: false, settings: true });
    }

    #[test]
    fn what_a_change_of_ours_left_that_came_to_no_end_is_no_change_of_others() {
        let second = change(Some(given(&[1], false)), Some(given(&[1, 3], false)));
        let left = given(&[1, 2], false);
        assert_eq!(next(&second, found(left.clone()).as_ref(), &Trail::default()), Step::Changed);
        let trail = Trail { ours: vec![left.clone()], ..Trail::default() };
        assert!(matches!(next(&second, found(left.clone()).as_ref(), &trail), Step::Update { .. }));
        let removal = change(Some(given(&[1], true)), None);
        assert_eq!(next(&removal, found(given(&[1], false)).as_ref(), &Trail::default()), Step::Remove);
        assert_eq!(next(&removal, found(left.clone()).as_ref(), &Trail::default()), Step::Changed);
        assert_eq!(next(&removal, found(left).as_ref(), &trail), Step::Remove);
    }

    #[test]
    fn an_invite_that_meets_a_share_takes_nothing_away() {
        let limit = |ages: &str| ShareSettings { filter_movies: ages.to_owned(), ..ShareSettings::default() };
        let with = |libraries: &[i64], ages: &str| Given { settings: limit(ages), ..given(libraries, false) };
        let there = Given { settings: ShareSettings { allow_sync: true, ..limit("") }, ..given(&[2, 5], false) };
        let invite = change(None, Some(with(&[1, 2], "contentRating=G")));
        assert!(matches!(
            next(&invite, found(there.clone()).as_ref(), &Trail::default()),
            Step::Update { libraries: true, settings: true, .. }
        ));
        let met = met(&invite, &there).unwrap();
        let settings = ShareSettings { allow_sync: true, ..limit("contentRating=G") };
        assert_eq!(met.after, Some(Given { settings, ..given(&[1, 2, 5], false) }), "a limit goes with what is given");
        assert_eq!(met.undone().after, Some(there));
        let tighter =
            super::met(&change(None, Some(with(&[1], "contentRating=G%2CPG"))), &with(&[5], "contentRating=G"))
                .unwrap();
        assert_eq!(tighter.after, Some(with(&[1, 5], "contentRating=G")), "nobody has lifted that");
        let whole = Given { all: true, ..given(&[1, 2, 5], false) };
        assert_eq!(super::met(&change(None, Some(given(&[1], false))), &whole).unwrap().after, Some(whole));
        let other = with(&[5], "contentRating=PG%2CR");
        assert_eq!(super::met(&change(None, Some(with(&[1], "contentRating=G%2CPG"))), &other), None);
    }

    #[test]
    fn an_invite_turns_nothing_of_other_shares_and_goes_nowhere_without_its_limit() {
        let limit = |ages: &str| ShareSettings { filter_movies: ages.to_owned(), ..ShareSettings::default() };
        let invite = |ages: &str| change(None, Some(Given { settings: limit(ages), ..given(&[1], false) }));
        let now = ShareSettings { allow_sync: true, ..limit("contentRating=G") };
        let settings = |change: Change| change.after.unwrap().settings;
        assert_eq!(with_settings_of(&invite(""), &now).map(settings), Some(now.clone()), "a limit set since stays");
        assert_eq!(with_settings_of(&invite("contentRating=G%2CPG"), &now).map(settings), Some(now.clone()));
        assert_eq!(with_settings_of(&invite("contentRating=G%2CPG"), &limit("")), None);
        assert_eq!(with_settings_of(&invite("contentRating=PG"), &now), None);
    }

    #[test]
    fn an_open_invite_makes_room_and_is_made_again() {
        let invite = change(None, Some(given(&[1, 2], true)));
        let waits = Found { given: given(&[5], true), accepted: false };
        assert_eq!(next(&invite, Some(&waits), &Trail::default()), Step::Reinvite(given(&[1, 2], true)));
        let both = met(&invite, &waits.given).unwrap();
        assert_eq!(next(&both, Some(&waits), &Trail::default()), Step::Reinvite(given(&[1, 2, 5], true)));
        // Taken back, and then nothing came of the new one.
        let trail = Trail { wrote_over: Some(Some(waits.clone())), ..Trail::default() };
        assert_eq!(next(&both, None, &Trail::default()), Step::Gone);
        assert_eq!(next(&both, None, &trail), Step::Invite(given(&[1, 2, 5], true)));
        assert!(super::is_part(&both, Some(&waits), None));
        let back = Found { given: given(&[1, 2, 5], true), accepted: false };
        assert_eq!(next(&both.undone(), Some(&back), &Trail::default()), Step::Reinvite(given(&[5], true)));
    }

    #[test]
    fn what_was_changed_again_since_is_not_as_it_was_left() {
        let (before, after) = (given(&[1, 2], false), given(&[1, 3], false));
        let libraries = change(Some(before.clone()), Some(after.clone()));
        assert!(
            super::is_as_left(&libraries, Some(&after)) && super::is_as_left(&libraries, Some(&given(&[1, 3], true)))
        );
        assert!(!super::is_as_left(&libraries, Some(&before)) && !super::is_as_left(&libraries, None));
        let flags = change(Some(before.clone()), Some(given(&[1, 2], true)));
        assert!(super::is_as_left(&flags, Some(&given(&[7], true))) && !super::is_as_left(&flags, Some(&before)));
        assert!(super::is_as_left(&change(None, Some(after.clone())), Some(&given(&[1, 3], true))));
        assert!(super::is_as_left(&change(Some(before), None), None));
    }

    #[test]
    fn all_libraries_become_those_that_were_named() {
        let all = Given { all: true, ..given(&[1, 2], false) };
        let fewer = change(Some(all.clone()), Some(given(&[1], false)));
        assert!(matches!(
            next(&fewer, found(all.clone()).as_ref(), &Trail::default()),
            Step::Update { libraries: true, .. }
        ));
        let back = fewer.undone();
        let step = next(&back, found(given(&[1], false)).as_ref(), &Trail::default());
        let Step::Update { given: back_to, .. } = step else { unreachable!() };
        assert_eq!(back_to, given(&[1, 2], false), "Plex can't be told to give all again");
    }

    #[test]
    fn a_part_of_a_change_is_told_from_what_others_have_done() {
        let (before, after) = (given(&[1, 2], false), given(&[1, 3], true));
        let both = change(Some(before.clone()), Some(after.clone()));
        let there = found(before.clone());
        let is_part = |now: Option<&Given>| super::is_part(&both, there.as_ref(), now);
        assert!(is_part(Some(&given(&[1, 2], true))) && is_part(Some(&given(&[1, 3], false))));
        assert!(!is_part(Some(&before)) && !is_part(Some(&given(&[1, 9], true))) && !is_part(None));
        let invite = change(None, Some(after));
        assert!(super::is_part(&invite, None, Some(&given(&[1, 3], false))));
        assert!(!super::is_part(&invite, None, Some(&given(&[1], true))) && !super::is_part(&invite, None, None));
    }

    #[test]
    fn what_was_changed_on_plex_is_still_seen_after_the_clock_moved_something() {
        let (sent, before, after) = (given(&[1, 2], false), given(&[1, 2, 9], false), given(&[1, 9], false));
        assert_eq!(sent_after(&change(Some(before), Some(after)), Some(&sent)), Some(given(&[1], false)));
        assert_eq!(sent_after(&change(None, Some(sent.clone())), None), Some(sent));
    }
}
