//! The same for one person, read by itself: for their page, and for what follows a change about them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::{Standing, by_share, house};
use crate::db::schema::{sent_shares, spared_changes};
use crate::db::{Conn, changes, grants, groups, shares};
use crate::domain::access::given::Given;
use crate::domain::access::plan::{ByShare, Earlier};
use crate::domain::access::resolve::{Grant, Held, Member};
use crate::domain::ids::{GroupId, PersonId, ServerId};
use crate::domain::people::Person;
use crate::error::Outcome;

/// One person's access with all that it is made from.
#[derive(Debug, Clone)]
pub struct One {
    /// With this one member, who may be somebody that no plan is made for.
    pub standing: Standing,
    pub member: Member,
    /// What Plex gives by our copy; in `member`, what is being sent counts as given.
    pub found: Vec<Held>,
    /// Servers where a change is on its way.
    pub under_way: HashSet<ServerId>,
    /// Since when they are in the groups they were put into by hand.
    pub since: HashMap<GroupId, DateTime<Utc>>,
    pub grants: Vec<grants::Granted>,
}

pub fn of_person(conn: &mut Conn, person: &Person, zone: Tz, now: DateTime<Utc>) -> Outcome<One> {
    let house = house(conn, zone, now)?;
    let by_hand = groups::of_person(conn, person.id)?;
    let since: HashMap<GroupId, DateTime<Utc>> = by_hand.iter().map(|one| (one.group, one.since)).collect();
    let is_in = |group: &&crate::domain::group::Group| since.contains_key(&group.id) || group.takes(person);
    let groups: Vec<GroupId> = house.groups.iter().filter(is_in).map(|group| group.id).collect();
    let grants = grants::of_person(conn, person.id)?;
    let found = found(conn, person.id)?;
    let open: HashMap<ServerId, Option<Given>> =
        changes::open_targets(conn)?.into_iter().filter(|(key, _)| key.0 == person.id).map(|(k, v)| (k.1, v)).collect();
    let mut has: Vec<Held> = found.iter().filter(|held| !open.contains_key(&held.server)).cloned().collect();
    for (server, after) in &open {
        has.extend(after.clone().map(|given| Held { server: *server, accepted: true, given }));
    }
    let mut earlier = Earlier { sent: sent(conn, person.id)?, spared: spared(conn, person.id)? };
    earlier.sent.retain(|key, _| !open.contains_key(&key.1));
    let member = Member {
        id: person.id,
        groups,
        grants: grants.iter().map(|one| Grant { library: one.library, when: one.when.clone() }).collect(),
        excluded: grants::excluded(conn, person.id)?,
        has,
    };
    let standing = Standing { house, members: vec![member.clone()], people: vec![person.clone()], earlier };
    Ok(One { standing, member, found, under_way: open.into_keys().collect(), since, grants })
}

fn found(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Held>> {
    let held = |share: shares::Share| {
        let libraries = share.libraries.into_iter().collect();
        let given = Given { libraries, all: share.all_libraries, settings: share.settings };
        Held { server: share.server, accepted: share.accepted, given }
    };
    Ok(shares::of_person(conn, person)?.into_iter().map(held).collect())
}

fn sent(conn: &mut Conn, person: PersonId) -> Outcome<ByShare> {
    let rows: Vec<(i64, i64, String)> = sent_shares::table
        .filter(sent_shares::person_id.eq(person.0))
        .select((sent_shares::person_id, sent_shares::server_id, sent_shares::given))
        .load(conn)?;
    by_share(rows)
}

fn spared(conn: &mut Conn, person: PersonId) -> Outcome<ByShare> {
    let rows: Vec<(i64, i64, String)> = spared_changes::table
        .filter(spared_changes::person_id.eq(person.0))
        .select((spared_changes::person_id, spared_changes::server_id, spared_changes::given))
        .load(conn)?;
    by_share(rows)
}
