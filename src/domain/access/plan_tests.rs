//! What holds of every plan, whatever the house.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::given::Given;
use super::plan::{Action, Change, Earlier, Plan, plan};
use super::resolve::{Grant, Held, House, Member, Resolver, Server, Why};
use super::tick;
use super::when::{Span, When};
use crate::domain::group::{CEILINGS, Flags, Group};
use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};
use crate::domain::sharing::ShareSettings;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Server n has the libraries 10n to 10n+5; the first of the first two servers is their default, the third has none.
fn servers() -> Vec<Server> {
    let libraries = |n: i64| (0..6).map(|library| LibraryId(n * 10 + library)).collect::<Vec<_>>();
    let server = |n: i64| Server {
        id: ServerId(n),
        owner: Some(7),
        default: (n < 3).then_some(LibraryId(n * 10)),
        libraries: libraries(n),
    };
    (1..=3).map(server).collect()
}

/// Also some that are gone.
fn library() -> impl Strategy<Value = LibraryId> {
    (1_i64..=3, 0_i64..8).prop_map(|(server, library)| LibraryId(server * 10 + library))
}

fn libraries() -> impl Strategy<Value = Vec<LibraryId>> {
    prop::collection::vec(library(), 0..6)
}

fn when() -> impl Strategy<Value = When> {
    let bound = || prop::option::of((-5_i64..5).prop_map(|days| now() + TimeDelta::days(days)));
    let span = (0_u16..10_000, 1_u16..5_000).prop_map(|(from, length)| Span::new(from, from + length).unwrap());
    (bound(), bound(), prop::collection::vec(span, 0..2)).prop_map(|(from, until, weekly)| When { from, until, weekly })
}

/// The same on all servers: all of them are one owner's.
fn settings() -> impl Strategy<Value = ShareSettings> {
    (any::<bool>(), 0_i64..3, prop::sample::select(vec!["", "label=kids", "contentRating=R"])).prop_map(
        |(allow_sync, allow_tuners, filter)| ShareSettings {
            allow_sync,
            allow_tuners,
            filter_movies: filter.to_owned(),
            ..ShareSettings::default()
        },
    )
}

fn held(server: i64) -> impl Strategy<Value = Held> {
    (any::<bool>(), any::<bool>(), prop::collection::btree_set(0_i64..6, 1..6)).prop_map(move |(accepted, all, few)| {
        Held {
            server: ServerId(server),
            accepted,
            given: Given {
                all,
                libraries: few.into_iter().map(|library| LibraryId(server * 10 + library)).collect(),
                settings: ShareSettings::default(),
            },
        }
    })
}

fn member() -> impl Strategy<Value = Member> {
    let groups = prop::collection::btree_set((1_i64..=4).prop_map(GroupId), 0..4);
    let grants = prop::collection::vec((library(), when()).prop_map(|(library, when)| Grant { library, when }), 0..3);
    let has = (prop::option::of(held(1)), prop::option::of(held(2)), prop::option::of(held(3)));
    let settings = (settings(), prop::bool::weighted(0.2));
    (groups, grants, prop::collection::vec(library(), 0..3), has, settings).prop_map(
        |(groups, grants, excluded, (a, b, c), (settings, limits_kept))| Member {
            flags: None,
            out_from: None,
            limits_kept,
            id: PersonId(0),
            groups: groups.into_iter().collect(),
            grants,
            excluded,
            has: [a, b, c]
                .into_iter()
                .flatten()
                .map(|held| Held { given: Given { settings: settings.clone(), ..held.given }, ..held })
                .collect(),
        },
    )
}

fn house() -> impl Strategy<Value = (House, Vec<Member>)> {
    let flags = (any::<bool>(), any::<bool>()).prop_map(|(sync, tuners)| Flags { sync, tuners, ..Flags::default() });
    let ceiling = prop::option::of(prop::sample::select(CEILINGS.to_vec()));
    let groups = prop::collection::vec((libraries(), when(), flags, ceiling), 4);
    (groups, prop::collection::vec(member(), 1..5)).prop_map(|(groups, mut members)| {
        let numbered = groups.into_iter().zip(1..);
        let groups = numbered
            .map(|((libraries, when, flags, ceiling), id)| Group {
                id: GroupId(id),
                libraries,
                when,
                flags,
                ceiling,
                ..Group::new("")
            })
            .collect();
        members.iter_mut().zip(1..).for_each(|(member, id)| member.id = PersonId(id));
        (House { now: now(), zone: chrono_tz::Europe::Stockholm, servers: servers(), groups }, members)
    })
}

/// As Plex does it: a changed list is the list, an invite waits, and settings are the person's on all servers.
fn apply(members: &mut [Member], changes: &[Change], earlier: &mut Earlier) {
    for change in changes {
        let member = members.iter_mut().find(|member| member.id == change.person).unwrap();
        let held = member.has.iter().position(|held| held.server == change.server).map(|at| member.has.remove(at));
        let Some(after) = &change.after else {
            earlier.sent.remove(&(change.person, change.server));
            continue;
        };
        let turned = change.moves_settings() || change.before.is_none();
        let accepted = held.as_ref().is_some_and(|held| held.accepted);
        let settings = held.filter(|_| !turned).map_or_else(|| after.settings.clone(), |held| held.given.settings);
        let given = Given { settings, ..after.clone() };
        member.has.push(Held { server: change.server, accepted, given });
        if turned {
            member.has.iter_mut().for_each(|held| held.given.settings = after.settings.clone());
        }
        earlier.sent.insert((change.person, change.server), after.clone());
    }
    for (key, sent) in &mut earlier.sent {
        let member = members.iter().find(|member| member.id == key.0).unwrap();
        let held = member.has.iter().find(|held| held.server == key.1);
        sent.settings = held.unwrap().given.settings.clone();
    }
}

fn server<'a>(house: &'a House, change: &Change) -> &'a Server {
    house.servers.iter().find(|server| server.id == change.server).unwrap()
}

proptest! {
    #[test]
    fn nobody_is_left_with_nothing_and_the_default_stays((house, members) in house(), hours in 0_i64..200) {
        let then = house.now - TimeDelta::hours(hours);
        let ticked = tick::since(then, &house, &members).changes;
        for change in plan(&house, &members, &Earlier::default()).changes.into_iter().chain(ticked) {
            let (server, after) = (server(&house, &change), change.after.as_ref().unwrap());
            prop_assert!(!after.libraries.is_empty());
            prop_assert!(server.default.is_none_or(|default| after.libraries.contains(&default)
                || change.before.as_ref().is_some_and(|before| !before.libraries.contains(&default))));
            prop_assert!(after.libraries.iter().all(|library| server.libraries.contains(library)), "only what is there");
            prop_assert!(change.moves_libraries() || change.moves_settings());
            prop_assert!(!change.gain().any(|library| change.lose().any(|lost| lost == library)));
        }
    }

    #[test]
    fn once_applied_there_is_nothing_to_do((house, mut members) in house()) {
        let mut earlier = Earlier::default();
        let first = plan(&house, &members, &earlier);
        apply(&mut members, &first.changes, &mut earlier);
        let second = plan(&house, &members, &earlier);
        prop_assert_eq!((second.changes, second.drift), (Vec::new(), Vec::new()));
        prop_assert_eq!(second.held_up, first.held_up);
    }

    #[test]
    fn settings_are_sent_once_for_each_person((house, members) in house()) {
        for member in &members {
            let changes = plan(&house, std::slice::from_ref(member), &Earlier::default()).changes;
            let turns = changes.iter().filter(|change| change.moves_settings()).count();
            prop_assert!(turns <= 1, "{changes:?}");
        }
    }

    /// The clock and the plan are one resolver: where all was as it should be, the clock does what the plan would do.
    #[test]
    fn the_clock_does_what_the_plan_would((mut house, mut members) in house(), hours in 1_i64..400) {
        let now = house.now;
        house.now = now - TimeDelta::hours(hours);
        let mut earlier = Earlier::default();
        let first = plan(&house, &members, &earlier);
        apply(&mut members, &first.changes, &mut earlier);
        house.now = now;
        let ticked = tick::since(now - TimeDelta::hours(hours), &house, &members);
        let planned = plan(&house, &members, &earlier);
        for change in &ticked.changes {
            if first.held_up.iter().any(|(person, server, _)| (*person, *server) == (change.person, change.server)) {
                continue;
            }
            prop_assert!(planned.changes.contains(change), "{change:?} is not in {planned:?}");
        }
        prop_assert_eq!(tick::since(now, &house, &members), Plan::default(), "no time, no change");
    }

    /// What nobody has decided yet stays so: only what opened and closed is moved.
    #[test]
    fn the_clock_moves_nothing_else((house, members) in house(), hours in 1_i64..400) {
        let before = House { now: house.now - TimeDelta::hours(hours), ..house.clone() };
        let (then, now) = (Resolver::new(&before), Resolver::new(&house));
        for change in tick::since(before.now, &house, &members).changes {
            let member = members.iter().find(|member| member.id == change.person).unwrap();
            let server = server(&house, &change);
            let (was, is) = (then.should(member, server).unwrap_or_default(), now.should(member, server).unwrap_or_default());
            let gained: Vec<_> = change.gain().collect();
            prop_assert!(gained.iter().all(|library| is.contains(library) && !was.contains(library)));
            let lost: Vec<_> = change.lose().collect();
            prop_assert!(lost.iter().all(|library| was.contains(library) && !is.contains(library)));
        }
    }

    #[test]
    fn what_was_spared_stays_so_until_it_changes((house, members) in house()) {
        let first = plan(&house, &members, &Earlier::default());
        let given = |change: &Change| ((change.person, change.server), change.after.clone().unwrap());
        let earlier = Earlier { spared: first.changes.iter().map(given).collect(), ..Earlier::default() };
        let second = plan(&house, &members, &earlier);
        prop_assert_eq!((second.changes, second.spared), (Vec::new(), first.changes));
    }

    #[test]
    fn what_is_undone_is_as_it_was((house, members) in house()) {
        let first = plan(&house, &members, &Earlier::default()).changes;
        let (mut later, mut earlier) = (members.clone(), Earlier::default());
        apply(&mut later, &first, &mut earlier);
        for change in &first {
            let undone = change.undone();
            prop_assert_eq!(&undone.after, &change.before);
            prop_assert_eq!(undone.undone(), change.clone());
        }
        let back: Vec<Change> = first.iter().rev().map(Change::undone).collect();
        apply(&mut later, &back, &mut earlier);
        for (was, is) in members.iter().zip(&mut later) {
            for held in &was.has {
                let found = is.has.iter().find(|other| other.server == held.server).unwrap();
                prop_assert_eq!(&found.given.settings, &held.given.settings);
            }
        }
    }

    #[test]
    fn the_order_of_groups_does_not_matter((mut house, mut members) in house(), turn in 0_usize..4) {
        let before = plan(&house, &members, &Earlier::default());
        house.groups.rotate_left(turn);
        members.iter_mut().for_each(|member| member.groups.reverse());
        prop_assert_eq!(plan(&house, &members, &Earlier::default()), before);
    }

    #[test]
    fn whoever_nobody_has_spoken_of_keeps_what_plex_gives((house, mut members) in house()) {
        for member in &mut members {
            (member.groups, member.grants, member.excluded) = Default::default();
        }
        prop_assert_eq!(plan(&house, &members, &Earlier::default()), Plan::default());
    }

    #[test]
    fn what_was_changed_on_plex_is_never_part_of_a_plan((house, mut members) in house(), other in libraries()) {
        let mut earlier = Earlier::default();
        let first = plan(&house, &members, &earlier);
        apply(&mut members, &first.changes, &mut earlier);
        let Some(change) = first.changes.first() else { return Ok(()) };
        let member = members.iter_mut().find(|member| member.id == change.person).unwrap();
        let held = member.has.iter_mut().find(|held| held.server == change.server).unwrap();
        let server = house.servers.iter().find(|server| server.id == change.server).unwrap();
        let libraries = other.into_iter().filter(|library| server.libraries.contains(library)).collect();
        held.given = held.given.with(libraries);
        let after = change.after.as_ref().unwrap();
        let differs = (&held.given.libraries, held.given.all) != (&after.libraries, after.all);
        let second = plan(&house, &members, &earlier);
        prop_assert_eq!(second.changes, Vec::new());
        prop_assert_eq!(second.drift.len(), usize::from(differs));
    }

    /// The page of a person and the plan are one resolver.
    #[test]
    fn the_reasons_tell_what_the_plan_does((house, members) in house()) {
        let resolver = Resolver::new(&house);
        for member in members.iter().filter(|member| !member.is_as_found()) {
            for server in &house.servers {
                let should = resolver.should(member, server).unwrap_or_default();
                for library in &server.libraries {
                    let answer = resolver.answer(member, *library);
                    prop_assert_eq!(answer.sees, should.contains(library), "{:?}", answer);
                    prop_assert!(answer.until.is_none_or(|until| until > house.now));
                }
            }
        }
    }

    /// What holds "until" holds up to then, and is otherwise then.
    #[test]
    fn until_is_when_it_changes((mut house, members) in house()) {
        let answers: Vec<_> = {
            let resolver = Resolver::new(&house);
            members.iter().flat_map(|member| (10..36).map(LibraryId).map(|id| resolver.answer(member, id))).collect()
        };
        let Some(until) = answers.iter().filter_map(|answer| answer.until).min() else { return Ok(()) };
        let sees = |house: &House| -> Vec<bool> {
            let resolver = Resolver::new(house);
            members.iter().flat_map(|member| (10..36).map(LibraryId).map(|id| resolver.answer(member, id).sees)).collect()
        };
        let today = sees(&house);
        house.now = until - TimeDelta::seconds(1);
        prop_assert_eq!(&sees(&house), &today);
        house.now = until;
        prop_assert_ne!(sees(&house), today);
    }
}

fn one(member: Member) -> Plan {
    let groups = vec![Group { id: GroupId(1), libraries: [11, 12].map(LibraryId).to_vec(), ..Group::new("") }];
    plan(&House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups }, &[member], &Earlier::default())
}

fn after(change: &Change) -> BTreeSet<LibraryId> {
    change.after.as_ref().unwrap().libraries.clone()
}

fn nobody() -> Member {
    Member {
        id: PersonId(1),
        groups: Vec::new(),
        grants: Vec::new(),
        excluded: Vec::new(),
        has: Vec::new(),
        flags: None,
        out_from: None,
        limits_kept: false,
    }
}

fn share(server: i64, libraries: &[i64]) -> Held {
    let libraries = libraries.iter().copied().map(LibraryId).collect();
    Held { server: ServerId(server), accepted: true, given: Given { libraries, ..Given::default() } }
}

#[test]
fn whoever_is_out_loses_their_shares_and_gets_none() {
    let there = Member { groups: vec![GroupId(1)], has: vec![share(1, &[10, 11, 12]), share(2, &[20])], ..nobody() };
    let from = |from: DateTime<Utc>| Member { out_from: Some(from), ..there.clone() };
    let plan = one(from(now()));
    assert!(plan.changes.iter().all(|change| change.action() == Action::Remove), "{plan:?}");
    assert_eq!(plan.changes.len(), 2);
    assert_eq!(one(Member { has: Vec::new(), ..from(now()) }), Plan::default());
    let tomorrow = from(now() + TimeDelta::days(1));
    assert_eq!(one(tomorrow.clone()), one(there.clone()));
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups: Vec::new() };
    let why = |member: &Member| Resolver::new(&house).answer(member, LibraryId(10));
    assert_eq!((why(&from(now())).why, why(&tomorrow).until), (vec![Why::Out], tomorrow.out_from));
}

#[test]
fn a_group_invites_to_its_own_server_only() {
    let plan = one(Member { groups: vec![GroupId(1)], ..nobody() });
    let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert_eq!((change.server, change.action()), (ServerId(1), Action::Invite));
    assert_eq!(after(change), BTreeSet::from([10, 11, 12].map(LibraryId)), "with the default library");
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups: Vec::new() };
    let member = Member { excluded: vec![LibraryId(11)], ..nobody() };
    assert_eq!(Resolver::new(&house).answer(&member, LibraryId(20)).why, [Why::Nothing], "not for the default alone");
}

#[test]
fn whose_limits_plex_keeps_gets_libraries_alone() {
    let member = Member { groups: vec![GroupId(1)], has: vec![share(1, &[10, 11])], limits_kept: true, ..nobody() };
    let flags = Flags { sync: true, ..Flags::default() };
    let groups = vec![Group { id: GroupId(1), libraries: vec![LibraryId(12)], flags, ..Group::new("") }];
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups };
    let found = plan(&house, std::slice::from_ref(&member), &Earlier::default());
    let [change] = found.changes.as_slice() else { panic!("{found:?}") };
    assert!(change.moves_libraries() && !change.moves_settings());
    assert_eq!(found.held_up, [(PersonId(1), ServerId(1), super::plan::Obstacle::LimitsKept)]);
    let ours = Member { limits_kept: false, ..member };
    let found = plan(&house, &[ours], &Earlier::default());
    assert!(found.changes[0].moves_settings() && found.held_up.is_empty());
}

#[test]
fn whoever_has_all_of_a_server_loses_what_no_group_gives() {
    let all = Held { given: Given { all: true, ..Given::default() }, ..share(1, &[]) };
    let plan = one(Member { groups: vec![GroupId(1)], has: vec![all], ..nobody() });
    let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert_eq!((change.gain().count(), change.lose().collect::<Vec<_>>()), (0, [13, 14, 15].map(LibraryId).to_vec()));
}

#[test]
fn a_server_without_a_default_library_keeps_its_share_as_it_is() {
    let plan =
        one(Member { groups: vec![GroupId(1)], has: vec![share(1, &[10, 11, 12]), share(3, &[30])], ..nobody() });
    assert_eq!(plan.changes, Vec::new());
    assert_eq!(plan.held_up, [(PersonId(1), ServerId(3), super::plan::Obstacle::NothingLeft)]);
}

#[test]
fn an_exclusion_is_stronger_than_group_and_grant_but_not_than_the_default() {
    let grant = Grant { library: LibraryId(13), when: When::default() };
    let excluded = [10, 11, 13].map(LibraryId).to_vec();
    let member = Member { groups: vec![GroupId(1)], grants: vec![grant], excluded, ..nobody() };
    let plan = one(member.clone());
    assert_eq!(after(&plan.changes[0]), BTreeSet::from([10, 12].map(LibraryId)));
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups: Vec::new() };
    let member = Member { has: vec![share(1, &[10])], ..member };
    let why = |library: i64| Resolver::new(&house).answer(&member, LibraryId(library)).why;
    assert_eq!((why(10), why(11), why(12)), (vec![Why::Default], vec![Why::Excluded], vec![Why::Nothing]));
}
