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
pub fn everybody(conn: &mut Conn, group: &Group, words: &str) -> Outcome<Vec<Member>> {
    let since = by_hand(conn)?;
    Ok(lists::people(conn, words)?.into_iter().map(|person| member(person, group, &since)).collect())
}

/// Those who are in one group, by name.
pub fn of_one(conn: &mut Conn, group: &Group) -> Outcome<Vec<Member>> {
    let mut members = everybody(conn, group, "")?;
    members.retain(Member::is_in);
    Ok(members)
}

/// How many are in a group, and the names of the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowd {
    pub people: usize,
    pub first: Vec<String>,
}

/// For each of these groups, with so many names.
pub fn crowds(conn: &mut Conn, groups: &[Group], named: usize) -> Outcome<HashMap<GroupId, Crowd>> {
    let since = by_hand(conn)?;
    let people = lists::people(conn, "")?;
    let crowd = |group: &Group| {
        let mut crowd = Crowd::default();
        for person in people.iter().filter(|person| is_in(person, group, &since)) {
            crowd.people += 1;
            if crowd.people <= named {
                crowd.first.push(person.name.clone());
            }
        }
        (group.id, crowd)
    };
    Ok(groups.iter().map(crowd).collect())
}

/// How many are in one group.
pub fn count(conn: &mut Conn, group: &Group) -> Outcome<usize> {
    Ok(crowds(conn, std::slice::from_ref(group), 0)?.remove(&group.id).unwrap_or_default().people)
}

type ByHand = HashMap<(GroupId, PersonId), DateTime<Utc>>;

fn by_hand(conn: &mut Conn) -> Outcome<ByHand> {
    Ok(groups::memberships(conn)?.into_iter().map(|one| ((one.group, one.person), one.since)).collect())
}

fn is_in(person: &Person, group: &Group, since: &ByHand) -> bool {
    let by_hand = since.contains_key(&(group.id, person.id)) && !person.is_owner;
    by_hand || group.takes(person)
}

/// The owner is in no group, for they see everything already.
fn member(person: Person, group: &Group, since: &ByHand) -> Member {
    let since = since.get(&(group.id, person.id)).copied().filter(|_| !person.is_owner);
    let rules = group.rules.iter().copied().filter(|rule| rule.fits(&person)).collect();
    Member { person, since, rules }
}
