//! Who is in which group: by hand, or by one of its rules.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::people::lists;
use super::{Conn, groups};
use crate::domain::group::{Group, Rule};
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::people::Person;
use crate::error::Outcome;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    /// When they were put into it by hand; none of those who are in it by rule alone.
    pub since: Option<DateTime<Utc>>,
    /// The rules that put them into it.
    pub rules: Vec<Rule>,
}

impl Member {
    pub fn is_in(&self) -> bool {
        self.since.is_some() || !self.rules.is_empty()
    }
}

/// Everybody as a group has them, by name: those who are not in it, too.
pub fn everybody(conn: &mut Conn, group: &Group, words: &str) -> Outcome<Vec<(lists::Listed, Member)>> {
    let since = by_hand(conn)?;
    let listed = lists::matching(conn, words)?;
    Ok(listed.into_iter().map(|one| (one.clone(), member(one.person, group, &since))).collect())
}

/// Those who are in each of these groups, by name.
pub fn of(conn: &mut Conn, groups: &[Group]) -> Outcome<HashMap<GroupId, Vec<Member>>> {
    let since = by_hand(conn)?;
    let people = lists::people(conn, "")?;
    let members = |group: &Group| {
        let all = people.iter().map(|person| member(person.clone(), group, &since));
        all.filter(Member::is_in).collect()
    };
    Ok(groups.iter().map(|group| (group.id, members(group))).collect())
}

/// Those who are in one group, by name.
pub fn of_one(conn: &mut Conn, group: &Group) -> Outcome<Vec<Member>> {
    Ok(of(conn, std::slice::from_ref(group))?.remove(&group.id).unwrap_or_default())
}

type ByHand = HashMap<(GroupId, PersonId), DateTime<Utc>>;

fn by_hand(conn: &mut Conn) -> Outcome<ByHand> {
    Ok(groups::memberships(conn)?.into_iter().map(|one| ((one.group, one.person), one.since)).collect())
}

/// The owner is in no group, for they see everything already.
fn member(person: Person, group: &Group, since: &ByHand) -> Member {
    let since = since.get(&(group.id, person.id)).copied().filter(|_| !person.is_owner);
    let rules = group.rules.iter().copied().filter(|rule| rule.fits(&person)).collect();
    Member { person, since, rules }
}
