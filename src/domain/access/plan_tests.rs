//! What holds of every plan, whatever the house.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::plan::{Kind, Plan, Sent, plan};
use super::resolve::{Grant, Held, House, Member, Resolver, Server, Why};
use super::when::{Span, When};
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Server n has the libraries 10n to 10n+5; the first of the first two servers is their default, the third has none.
fn servers() -> Vec<Server> {
    let libraries = |n: i64| (0..6).map(|library| LibraryId(n * 10 + library)).collect::<Vec<_>>();
    let server =
        |n: i64| Server { id: ServerId(n), default: (n < 3).then_some(LibraryId(n * 10)), libraries: libraries(n) };
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

fn held(server: i64) -> impl Strategy<Value = Held> {
    (any::<bool>(), any::<bool>(), prop::collection::btree_set(0_i64..6, 1..6)).prop_map(move |(accepted, all, few)| {
        Held {
            server: ServerId(server),
            accepted,
            all,
            libraries: few.into_iter().map(|library| LibraryId(server * 10 + library)).collect(),
        }
    })
}

fn member() -> impl Strategy<Value = Member> {
    let groups = prop::collection::btree_set((1_i64..=4).prop_map(GroupId), 0..4);
    let grants = prop::collection::vec((library(), when()).prop_map(|(library, when)| Grant { library, when }), 0..3);
    let has = (prop::option::of(held(1)), prop::option::of(held(2)), prop::option::of(held(3)));
    (groups, grants, prop::collection::vec(library(), 0..3), has).prop_map(|(groups, grants, excluded, (a, b, c))| {
        Member {
            id: PersonId(0),
            groups: groups.into_iter().collect(),
            grants,
            excluded,
            has: [a, b, c].into_iter().flatten().collect(),
        }
    })
}

fn house() -> impl Strategy<Value = (House, Vec<Member>)> {
    let groups = prop::collection::vec((libraries(), when()), 4);
    (groups, prop::collection::vec(member(), 1..5)).prop_map(|(groups, mut members)| {
        let numbered = groups.into_iter().zip(1..);
        let groups = numbered
            .map(|((libraries, when), id)| Group { id: GroupId(id), libraries, when, ..Group::new("") })
            .collect();
        members.iter_mut().zip(1..).for_each(|(member, id)| member.id = PersonId(id));
        (House { now: now(), zone: chrono_tz::Europe::Stockholm, servers: servers(), groups }, members)
    })
}

/// As Plex does it: a changed list is the list; an invite is accepted.
fn apply(members: &mut [Member], plan: &Plan, sent: &mut Sent) {
    for change in &plan.changes {
        let member = members.iter_mut().find(|member| member.id == change.person).unwrap();
        member.has.retain(|held| held.server != change.server);
        let libraries = change.after.clone();
        member.has.push(Held { server: change.server, accepted: true, all: false, libraries });
        sent.insert((change.person, change.server), change.after.clone());
    }
}

proptest! {
    #[test]
    fn nobody_is_left_with_nothing_and_the_default_stays((house, members) in house()) {
        for change in plan(&house, &members, &Sent::new()).changes {
            let server = house.servers.iter().find(|server| server.id == change.server).unwrap();
            prop_assert!(!change.after.is_empty());
            prop_assert!(server.default.is_none_or(|default| change.after.contains(&default)));
            prop_assert!(change.after.iter().all(|library| server.libraries.contains(library)), "only what is there");
            prop_assert!(!change.gain.is_empty() || !change.lose.is_empty());
            prop_assert!(!change.gain.iter().any(|library| change.lose.contains(library)));
        }
    }

    #[test]
    fn once_applied_there_is_nothing_to_do((house, mut members) in house()) {
        let mut sent = Sent::new();
        let first = plan(&house, &members, &sent);
        apply(&mut members, &first, &mut sent);
        let second = plan(&house, &members, &sent);
        prop_assert_eq!((second.changes, second.drift), (Vec::new(), Vec::new()));
        prop_assert_eq!(second.held_up, first.held_up);
    }

    #[test]
    fn the_order_of_groups_does_not_matter((mut house, mut members) in house(), turn in 0_usize..4) {
        let before = plan(&house, &members, &Sent::new());
        house.groups.rotate_left(turn);
        members.iter_mut().for_each(|member| member.groups.reverse());
        prop_assert_eq!(plan(&house, &members, &Sent::new()), before);
    }

    #[test]
    fn whoever_nobody_has_spoken_of_keeps_what_plex_gives((house, mut members) in house()) {
        for member in &mut members {
            (member.groups, member.grants, member.excluded) = Default::default();
        }
        prop_assert_eq!(plan(&house, &members, &Sent::new()), Plan::default());
    }

    #[test]
    fn what_was_changed_on_plex_is_never_part_of_a_plan((house, mut members) in house(), other in libraries()) {
        let mut sent = Sent::new();
        let first = plan(&house, &members, &sent);
        apply(&mut members, &first, &mut sent);
        let Some(change) = first.changes.first() else { return Ok(()) };
        let member = members.iter_mut().find(|member| member.id == change.person).unwrap();
        let held = member.has.iter_mut().find(|held| held.server == change.server).unwrap();
        let server = house.servers.iter().find(|server| server.id == change.server).unwrap();
        held.libraries = other.into_iter().filter(|library| server.libraries.contains(library)).collect();
        let differs = held.libraries != change.after;
        let second = plan(&house, &members, &sent);
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
    plan(&House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups }, &[member], &Sent::new())
}

fn nobody() -> Member {
    Member { id: PersonId(1), groups: Vec::new(), grants: Vec::new(), excluded: Vec::new(), has: Vec::new() }
}

fn share(server: i64, libraries: &[i64]) -> Held {
    let libraries = libraries.iter().copied().map(LibraryId).collect();
    Held { server: ServerId(server), accepted: true, all: false, libraries }
}

#[test]
fn a_group_invites_to_its_own_server_only() {
    let plan = one(Member { groups: vec![GroupId(1)], ..nobody() });
    let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert_eq!((change.server, change.kind), (ServerId(1), Kind::Invite));
    assert_eq!(change.after, BTreeSet::from([10, 11, 12].map(LibraryId)), "with the default library");
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups: Vec::new() };
    let member = Member { excluded: vec![LibraryId(11)], ..nobody() };
    assert_eq!(Resolver::new(&house).answer(&member, LibraryId(20)).why, [Why::Nothing], "not for the default alone");
}

#[test]
fn whoever_has_all_of_a_server_loses_what_no_group_gives() {
    let all = Held { all: true, ..share(1, &[]) };
    let plan = one(Member { groups: vec![GroupId(1)], has: vec![all], ..nobody() });
    let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert_eq!((change.gain.len(), change.lose.as_slice()), (0, [13, 14, 15].map(LibraryId).as_slice()));
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
    assert_eq!(plan.changes[0].after, BTreeSet::from([10, 12].map(LibraryId)));
    let house = House { now: now(), zone: chrono_tz::UTC, servers: servers(), groups: Vec::new() };
    let member = Member { has: vec![share(1, &[10])], ..member };
    let why = |library: i64| Resolver::new(&house).answer(&member, LibraryId(library)).why;
    assert_eq!((why(10), why(11), why(12)), (vec![Why::Default], vec![Why::Excluded], vec![Why::Nothing]));
}
