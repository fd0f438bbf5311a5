//! What somebody is given at once who follows an invite. It only ever gives: what groups would take from what Plex gives
//! them already, and what else is planned for them, waits for somebody to decide.

use super::given::Given;
use super::plan::Change;
use super::resolve::{Grant, House, Member, Resolver, Server};
use super::said::Said;
use super::when::When;
use crate::domain::group::Flags;
use crate::domain::invite::{Gives, Invite};

/// Somebody as they would be with what an invite gives.
pub fn with(mut member: Member, invite: &Invite) -> Member {
    match &invite.gives {
        Gives::Groups(ids) => member.groups.extend(ids),
        Gives::Libraries(ids) => {
            member.grants.extend(ids.iter().map(|id| Grant { library: *id, when: When::default() }));
        }
    }
    let flags = Some(invite.flags).filter(|flags| *flags != Flags::default());
    Member { flags: member.flags.into_iter().chain(flags).reduce(Flags::or), out_from: None, ..member }
}

/// `member` as they are with the invite.
pub fn gift(house: &House, member: &Member) -> Vec<Change> {
    let resolver = Resolver::new(house);
    let said = resolver.of(member);
    let (mut changes, mut settled) = (Vec::new(), Vec::new());
    for server in &house.servers {
        let Some(change) = one(&said, member, server, settled.contains(&server.owner)) else { continue };
        // Settings are one for all servers of an owner: the first change of one carries them.
        if change.moves_settings() {
            settled.push(server.owner);
        }
        changes.push(change);
    }
    changes
}

fn one(said: &Said<'_>, member: &Member, server: &Server, settled: bool) -> Option<Change> {
    let should = said.should(server).filter(|should| !should.is_empty())?;
    let held = member.has.iter().find(|held| held.server == server.id);
    let (before, after) = match held {
        None => (None, Given { libraries: should, all: false, settings: said.on_invite(server, settled) }),
        // Plex keeps what an open invite was for until it is accepted.
        Some(held) if !held.accepted => return None,
        Some(held) => {
            let found = held.found(server);
            let settings = match settled {
                true => found.settings.clone(),
                false => found.settings.clone().allowing(&said.settings(&found.settings)),
            };
            let libraries = found.libraries.union(&should).copied().collect();
            let after = Given { libraries, settings, ..found.clone() };
            (Some(found), after)
        }
    };
    let change = Change { person: member.id, server: server.id, before, after: Some(after) };
    (!change.is_nothing()).then_some(change)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use chrono::DateTime;

    use super::*;
    use crate::domain::access::resolve::Held;
    use crate::domain::group::Group;
    use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};
    use crate::domain::invite::tests::invite;
    use crate::domain::sharing::ShareSettings;

    fn ids(ids: &[i64]) -> BTreeSet<LibraryId> {
        ids.iter().copied().map(LibraryId).collect()
    }

    /// Library 1 is the default one; the group carries 2 and lets nobody download.
    fn house() -> House {
        let server = Server {
            id: ServerId(1),
            owner: Some(1),
            default: Some(LibraryId(1)),
            libraries: [1, 2, 3, 4].map(LibraryId).to_vec(),
        };
        let group = Group { id: GroupId(1), libraries: vec![LibraryId(2)], ..Group::new("Cousins") };
        House { now: DateTime::UNIX_EPOCH, zone: chrono_tz::UTC, servers: vec![server], groups: vec![group] }
    }

    fn member(has: Option<(&[i64], bool)>) -> Member {
        let settings = ShareSettings { allow_sync: true, ..ShareSettings::default() };
        let held = |(libraries, accepted): (&[i64], bool)| Held {
            server: ServerId(1),
            accepted,
            given: Given { libraries: ids(libraries), all: false, settings: settings.clone() },
        };
        Member {
            id: PersonId(7),
            groups: vec![GroupId(1)],
            grants: Vec::new(),
            excluded: Vec::new(),
            has: has.map(held).into_iter().collect(),
            flags: None,
            out_from: None,
            limits_kept: false,
        }
    }

    #[test]
    fn a_stranger_is_invited_to_all_that_they_should_see() {
        let [change] = gift(&house(), &member(None)).try_into().unwrap();
        assert_eq!((change.before, change.after.unwrap().libraries), (None, ids(&[1, 2])));
    }

    #[test]
    fn an_invite_is_a_group_or_a_grant_more() {
        let alone = Member { groups: Vec::new(), ..member(None) };
        let by = |gives: Gives| with(alone.clone(), &Invite { gives, ..invite() });
        assert_eq!(by(Gives::Groups(vec![GroupId(1)])), member(None));
        let [change] = gift(&house(), &by(Gives::Libraries(vec![LibraryId(3)]))).try_into().unwrap();
        assert_eq!(change.after.unwrap().libraries, ids(&[1, 3]));
    }

    #[test]
    fn nobody_loses_what_they_have() {
        let [change] = gift(&house(), &member(Some((&[1, 3], true)))).try_into().unwrap();
        let after = change.after.unwrap();
        assert_eq!(after.libraries, ids(&[1, 2, 3]), "3 is for the plan to take");
        assert!(after.settings.allow_sync, "and so are downloads");
        assert_eq!(gift(&house(), &member(Some((&[1, 2, 3], true)))), []);
        assert_eq!(gift(&house(), &member(Some((&[3], false)))), [], "an open invite stays as it is");
    }

    #[test]
    fn flags_are_given_and_what_is_withheld_stays_withheld() {
        let tuners = Some(Flags { tuners: true, ..Flags::default() });
        let grant = Grant { library: LibraryId(4), when: When::default() };
        let excluded = vec![LibraryId(2)];
        let one = Member { flags: tuners, grants: vec![grant], excluded, ..member(Some((&[1], true))) };
        let [change] = gift(&house(), &one).try_into().unwrap();
        let after = change.after.unwrap();
        assert_eq!((after.libraries, after.settings.allow_tuners), (ids(&[1, 4]), 1));
        assert!(after.settings.allow_sync);
    }
}
