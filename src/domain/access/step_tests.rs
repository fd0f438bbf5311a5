#![allow(clippy::unwrap_used)]

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
        super::met(&change(None, Some(with(&[1], "contentRating=G%2CPG"))), &with(&[5], "contentRating=G")).unwrap();
    assert_eq!(tighter.after, Some(with(&[1, 5], "contentRating=G")), "nobody has lifted that");
    let loading = Given { settings: ShareSettings { allow_sync: true, ..limit("") }, ..given(&[1], false) };
    let there = Given { settings: ShareSettings { allow_camera_upload: true, ..limit("") }, ..given(&[5], false) };
    let both = super::met(&change(None, Some(loading)), &there).unwrap().after.unwrap().settings;
    assert!(both.allow_sync && both.allow_camera_upload, "what the plan has promised is given");
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
    assert!(super::is_as_left(&libraries, Some(&after)) && super::is_as_left(&libraries, Some(&given(&[1, 3], true))));
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
