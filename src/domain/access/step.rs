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
/// goes of what there is. An invite that meets a share gives what it would have given and takes nothing away, but for
/// limits that are tighter; none where it is not plain which of two limits that is.
pub fn met(change: &Change, found: &Given) -> Option<Change> {
    let rebased = |after: &Given| match &change.before {
        None => Some(Given {
            libraries: found.libraries.union(&after.libraries).copied().collect(),
            all: found.all,
            settings: found.settings.limited_by(&after.settings)?.allowing(&after.settings),
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
#[path = "step_tests.rs"]
mod tests;
