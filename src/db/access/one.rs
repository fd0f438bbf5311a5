//! The same for one person, read by itself: for their page, and for what follows a change about them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::known::Known;
use super::{Standing, house};
use crate::db::{Conn, grants, groups, memberships, person_flags, removals};
use crate::domain::access::person::Out;
use crate::domain::access::resolve::{Grant, Held, Member};
use crate::domain::ids::{GroupId, ServerId};
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
    /// None where they are on servers, or may be.
    pub out: Option<Out>,
}

pub fn of_person(conn: &mut Conn, person: &Person, zone: Tz, now: DateTime<Utc>) -> Outcome<One> {
    let house = house(conn, zone, now)?;
    let by_hand = groups::of_person(conn, person.id)?;
    let since: HashMap<GroupId, DateTime<Utc>> = by_hand.iter().map(|one| (one.group, one.since)).collect();
    let is_in = |group: &&crate::domain::group::Group| since.contains_key(&group.id) || group.takes(person);
    let groups: Vec<GroupId> = house.groups.iter().filter(is_in).map(|group| group.id).collect();
    let grants = grants::of_person(conn, person.id)?;
    let known = Known::of_one(conn, person.id)?;
    let found = known.found.values().flatten().cloned().collect();
    let under_way = known.open.keys().map(|(_, server)| *server).collect();
    let (has, earlier) = known.settled(&house.servers);
    let member = Member {
        id: person.id,
        groups,
        grants: grants.iter().map(|one| Grant { library: one.library, when: one.when.clone() }).collect(),
        excluded: grants::excluded(conn, person.id)?,
        has: has.into_values().flatten().collect(),
        flags: person_flags::of_person(conn, person.id)?,
        out_from: memberships::out_from(conn, person.id)?,
        limits_kept: person.limits_kept_at.is_some(),
    };
    let out = match memberships::of_person(conn, person.id)? {
        Some(one) if one.out_since(now).is_some() => Out::of(&one, &removals::in_force(conn, person.id)?, now),
        _ => None,
    };
    let standing = Standing { house, members: vec![member.clone()], people: vec![person.clone()], earlier };
    Ok(One { standing, member, found, under_way, since, grants, out })
}
