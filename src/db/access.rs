//! What the access plan is made from, read as a whole: servers, groups, people with their groups, grants and exclusions,
//! and what Plex gives them today. As many questions for ten thousand people as for one.

mod adopt;
mod known;
pub mod one;
pub mod outlook;

pub use adopt::adopt;
pub use known::differing;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::people::Row as PersonRow;
use super::schema::{exclusions, grants, libraries, people, servers};
use super::time::db;
use super::{Conn, groups, memberships, person_flags};
use crate::domain::access::plan::Earlier;
use crate::domain::access::resolve::{Grant, Held, House, Member, Resolver, Server};
use crate::domain::access::when::When;
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};
use crate::domain::membership::Membership;
use crate::domain::people::Person;
use crate::error::Outcome;
use known::Known;

/// All that a plan is made from.
#[derive(Debug, Clone)]
pub struct Standing {
    pub house: House,
    pub members: Vec<Member>,
    /// Those of `members`, in the same order.
    pub people: Vec<Person>,
    pub earlier: Earlier,
}

/// What is being sent at this moment counts as given.
pub fn standing(conn: &mut Conn, zone: Tz, now: DateTime<Utc>) -> Outcome<Standing> {
    let (house, people) = (house(conn, zone, now)?, people(conn)?);
    let (has, earlier) = Known::of_all(conn)?.settled(&house.servers);
    let members = members(conn, &house.groups, &people, has)?;
    Ok(Standing { house, members, people, earlier })
}

pub fn house(conn: &mut Conn, zone: Tz, now: DateTime<Utc>) -> Outcome<House> {
    Ok(House { now, zone, servers: servers(conn)?, groups: groups::all(conn)? })
}

fn servers(conn: &mut Conn) -> Outcome<Vec<Server>> {
    let rows: Vec<(i64, Option<i64>, Option<String>)> = servers::table
        .order((servers::position, servers::id))
        .select((servers::id, servers::owner_plex_id, servers::default_library))
        .load(conn)?;
    let there: Vec<(i64, i64, String)> = libraries::table
        .filter(libraries::gone_at.is_null())
        .order((libraries::title, libraries::id))
        .select((libraries::server_id, libraries::id, libraries::title))
        .load(conn)?;
    let server = |(id, owner, default): (i64, Option<i64>, Option<String>)| {
        let own = || there.iter().filter(move |row| row.0 == id);
        let default = default.and_then(|title| own().find(|row| row.2 == title)).map(|row| LibraryId(row.1));
        Server { id: ServerId(id), owner, default, libraries: own().map(|row| LibraryId(row.1)).collect() }
    };
    Ok(rows.into_iter().map(server).collect())
}

/// Everybody whose access is Plex's to give: with an account, or invited by mail. Not the owner, who sees everything, and
/// not who is gone.
fn people(conn: &mut Conn) -> Outcome<Vec<Person>> {
    let invited = people::username.is_null().and(people::email.is_not_null());
    let rows: Vec<PersonRow> = people::table
        .filter(people::gone_at.is_null())
        .filter(people::is_owner.eq(false))
        .filter(people::plex_id.is_not_null().or(invited))
        .order((people::name, people::id))
        .select(PersonRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// What groups (`theirs`) and grants give somebody at this moment, whatever Plex says; nothing is asked where there are
/// neither.
pub(super) fn given_to(
    conn: &mut Conn,
    person: &Person,
    theirs: Vec<Group>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<Vec<LibraryId>> {
    let grants = super::grants::of_person(conn, person.id)?;
    if theirs.is_empty() && grants.is_empty() {
        return Ok(Vec::new());
    }
    let member = Member {
        id: person.id,
        groups: theirs.iter().map(|group| group.id).collect(),
        grants: grants.into_iter().map(|one| Grant { library: one.library, when: one.when }).collect(),
        excluded: super::grants::excluded(conn, person.id)?,
        has: Vec::new(),
        flags: None,
        out_from: memberships::out_from(conn, person.id)?,
        limits_kept: false,
    };
    let house = House { now, zone, servers: servers(conn)?, groups: theirs };
    Ok(given_by(&Resolver::new(&house), &house, &member))
}

fn given_by(resolver: &Resolver<'_>, house: &House, member: &Member) -> Vec<LibraryId> {
    house.servers.iter().filter_map(|server| resolver.should(member, server)).flatten().collect()
}

/// What groups and grants give each of many people, whatever Plex says.
pub(super) struct GivenToMany {
    house: House,
    members: Vec<Member>,
}

impl GivenToMany {
    /// The groups somebody is in and the libraries that are given them, in the order of the people.
    pub fn each(&self) -> impl Iterator<Item = (Vec<&Group>, Vec<LibraryId>)> {
        let resolver = Resolver::new(&self.house);
        self.members.iter().map(move |member| {
            let groups = self.house.groups.iter().filter(|group| member.groups.contains(&group.id)).collect();
            (groups, given_by(&resolver, &self.house, member))
        })
    }
}

pub(super) fn given_to_many(conn: &mut Conn, people: &[&Person], zone: Tz, now: DateTime<Utc>) -> Outcome<GivenToMany> {
    let house = house(conn, zone, now)?;
    let people: Vec<Person> = people.iter().map(|person| (*person).clone()).collect();
    let members = members(conn, &house.groups, &people, HashMap::new())?;
    Ok(GivenToMany { house, members })
}

fn members(
    conn: &mut Conn,
    groups: &[Group],
    people: &[Person],
    mut shared: HashMap<PersonId, Vec<Held>>,
) -> Outcome<Vec<Member>> {
    let mut by_hand: HashMap<PersonId, BTreeSet<GroupId>> = HashMap::new();
    for one in groups::memberships(conn)? {
        by_hand.entry(one.person).or_default().insert(one.group);
    }
    let (mut granted, mut excluded, mut flags) = (granted(conn)?, excluded(conn)?, person_flags::all(conn)?);
    let memberships = memberships::all(conn)?;
    let member = |person: &Person| {
        let mut theirs = by_hand.remove(&person.id).unwrap_or_default();
        theirs.extend(groups.iter().filter(|group| group.takes(person)).map(|group| group.id));
        Member {
            id: person.id,
            groups: theirs.into_iter().collect(),
            grants: granted.remove(&person.id).unwrap_or_default(),
            excluded: excluded.remove(&person.id).unwrap_or_default(),
            has: shared.remove(&person.id).unwrap_or_default(),
            flags: flags.remove(&person.id),
            out_from: memberships.get(&person.id).and_then(Membership::out_from),
            limits_kept: person.limits_kept_at.is_some(),
        }
    };
    Ok(people.iter().map(member).collect())
}

/// Schedules by which something may yet change after `since`: of groups and of grants, each once.
pub fn whens(conn: &mut Conn, since: DateTime<Utc>) -> Outcome<Vec<When>> {
    let open = grants::ends_at.is_null().or(grants::ends_at.gt(Some(db(since))));
    let bound = grants::weekly.ne("[]").or(grants::ends_at.is_not_null()).or(grants::starts_at.gt(Some(db(since))));
    let rows: Vec<(Option<NaiveDateTime>, Option<NaiveDateTime>, String)> = grants::table
        .filter(open)
        .filter(bound)
        .select((grants::starts_at, grants::ends_at, grants::weekly))
        .distinct()
        .load(conn)?;
    let mut whens: Vec<When> = groups::all(conn)?.into_iter().map(|group| group.when).collect();
    for (from, until, weekly) in rows {
        whens.push(groups::read_when(from, until, &weekly)?);
    }
    whens.extend(memberships::ends(conn, since)?.into_iter().map(|end| When { until: Some(end), ..When::default() }));
    Ok(whens)
}

type GrantRow = (i64, i64, Option<NaiveDateTime>, Option<NaiveDateTime>, String);

fn granted(conn: &mut Conn) -> Outcome<HashMap<PersonId, Vec<Grant>>> {
    let rows: Vec<GrantRow> = grants::table
        .order(grants::id)
        .select((grants::person_id, grants::library_id, grants::starts_at, grants::ends_at, grants::weekly))
        .load(conn)?;
    let mut granted: HashMap<PersonId, Vec<Grant>> = HashMap::new();
    for (person, library, from, until, weekly) in rows {
        let when = groups::read_when(from, until, &weekly)?;
        granted.entry(PersonId(person)).or_default().push(Grant { library: LibraryId(library), when });
    }
    Ok(granted)
}

fn excluded(conn: &mut Conn) -> Outcome<HashMap<PersonId, Vec<LibraryId>>> {
    let rows: Vec<(i64, i64)> = exclusions::table.select((exclusions::person_id, exclusions::library_id)).load(conn)?;
    let mut excluded: HashMap<PersonId, Vec<LibraryId>> = HashMap::new();
    rows.into_iter().for_each(|(person, library)| {
        excluded.entry(PersonId(person)).or_default().push(LibraryId(library));
    });
    Ok(excluded)
}
