//! Groups, who was put into them, and what each carries. A house has tens of groups: all of them are read at once.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::among::Among;
use super::schema::{group_libraries, group_members, groups, libraries};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx, is_taken};
use crate::domain::access::when::When;
use crate::domain::group::{Flags, Group, Rights, Rule};
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::error::{AppError, Outcome};

pub const NAME_TAKEN: &str = "There is a group of this name already. Choose another.";

#[derive(Queryable, Selectable)]
#[diesel(table_name = groups)]
struct Row {
    id: i64,
    name: String,
    note: String,
    for_newcomers: bool,
    requests_movies: bool,
    requests_series: bool,
    requests_4k: bool,
    auto_approve: bool,
    sees_requests: bool,
    movie_quota: Option<i32>,
    season_quota: Option<i32>,
    allow_sync: bool,
    allow_camera_upload: bool,
    allow_tuners: bool,
    ceiling: Option<i32>,
    starts_at: Option<NaiveDateTime>,
    ends_at: Option<NaiveDateTime>,
    weekly: String,
    rules: String,
    stay: String,
    guests: i32,
    for_guests: bool,
}

impl Row {
    fn group(self, libraries: Vec<LibraryId>) -> Outcome<Group> {
        let quota = |quota: Option<i32>| quota.and_then(|n| u32::try_from(n).ok());
        let rules: Vec<String> = serde_json::from_str(&self.rules).map_err(AppError::internal)?;
        Ok(Group {
            id: GroupId(self.id),
            name: self.name,
            note: self.note,
            for_newcomers: self.for_newcomers,
            stay: self.stay.parse().map_err(AppError::internal)?,
            for_guests: self.for_guests,
            rights: Rights {
                movies: self.requests_movies,
                series: self.requests_series,
                four_k: self.requests_4k,
                auto_approve: self.auto_approve,
                sees_requests: self.sees_requests,
                movie_quota: quota(self.movie_quota),
                season_quota: quota(self.season_quota),
                guests: u32::try_from(self.guests).unwrap_or_default(),
            },
            flags: Flags { sync: self.allow_sync, camera_upload: self.allow_camera_upload, tuners: self.allow_tuners },
            ceiling: self.ceiling.and_then(|age| u8::try_from(age).ok()),
            when: read_when(self.starts_at, self.ends_at, &self.weekly)?,
            // A rule that is not known any more puts nobody anywhere.
            rules: rules.iter().filter_map(|word| word.parse().ok()).collect(),
            libraries,
        })
    }
}

pub(super) fn read_when(from: Option<NaiveDateTime>, until: Option<NaiveDateTime>, weekly: &str) -> Outcome<When> {
    let weekly = serde_json::from_str(weekly).map_err(AppError::internal)?;
    Ok(When { from: utc_opt(from), until: utc_opt(until), weekly })
}

/// Every group, in the order somebody gave them.
pub fn all(conn: &mut Conn) -> Outcome<Vec<Group>> {
    let rows: Vec<Row> = crate::each_backend!(conn, conn => groups::table
        .order((groups::position, groups::id))
        .select(Row::as_select())
        .load(conn))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut carried = carried(conn)?;
    rows.into_iter()
        .map(|row| {
            let libraries = carried.remove(&row.id).unwrap_or_default();
            row.group(libraries)
        })
        .collect()
}

/// Those to choose from, as forms show them: id, name, and titles of what each carries.
pub fn choices(conn: &mut Conn) -> Outcome<Vec<(String, String, Vec<String>)>> {
    let titles = super::libraries::titles(conn)?;
    let named = |group: Group| {
        let carries = group.libraries.iter().filter_map(|id| titles.get(id)).map(|title| title.trim().to_owned());
        (group.id.to_string(), group.name, carries.collect())
    };
    Ok(all(conn)?.into_iter().map(named).collect())
}

fn carried(conn: &mut Conn) -> Outcome<HashMap<i64, Vec<LibraryId>>> {
    let rows: Vec<(i64, i64)> = crate::each_backend!(conn, conn => group_libraries::table
        .inner_join(libraries::table.on(libraries::id.eq(group_libraries::library_id)))
        .order((libraries::title, libraries::id))
        .select((group_libraries::group_id, group_libraries::library_id))
        .load(conn))?;
    let mut carried: HashMap<i64, Vec<LibraryId>> = HashMap::new();
    rows.into_iter().for_each(|(group, library)| carried.entry(group).or_default().push(LibraryId(library)));
    Ok(carried)
}

pub fn get(conn: &mut Conn, id: GroupId) -> Outcome<Option<Group>> {
    Ok(all(conn)?.into_iter().find(|group| group.id == id))
}

pub fn exists(conn: &mut Conn) -> Outcome<bool> {
    Ok(diesel::select(diesel::dsl::exists(groups::table.select(groups::id))).get_result(conn)?)
}

/// Saves a group; id 0 makes a new one, behind the others.
pub fn save(tx: &mut Tx<'_>, group: &Group, now: DateTime<Utc>) -> Outcome<GroupId> {
    let quota = |quota: Option<u32>| quota.and_then(|n| i32::try_from(n).ok());
    let rules: Vec<String> = group.rules.iter().map(Rule::to_string).collect();
    let values = (
        groups::name.eq(&group.name),
        groups::note.eq(&group.note),
        groups::for_newcomers.eq(group.for_newcomers),
        groups::stay.eq(group.stay.to_string()),
        groups::for_guests.eq(group.for_guests),
        groups::requests_movies.eq(group.rights.movies),
        groups::requests_series.eq(group.rights.series),
        groups::requests_4k.eq(group.rights.four_k),
        groups::auto_approve.eq(group.rights.auto_approve),
        groups::sees_requests.eq(group.rights.sees_requests),
        groups::movie_quota.eq(quota(group.rights.movie_quota)),
        groups::season_quota.eq(quota(group.rights.season_quota)),
        groups::guests.eq(quota(Some(group.rights.guests)).unwrap_or_default()),
        groups::allow_sync.eq(group.flags.sync),
        groups::allow_camera_upload.eq(group.flags.camera_upload),
        groups::allow_tuners.eq(group.flags.tuners),
        groups::ceiling.eq(group.ceiling.map(i32::from)),
        groups::starts_at.eq(group.when.from.map(db)),
        groups::ends_at.eq(group.when.until.map(db)),
        groups::weekly.eq(json(&group.when.weekly)?),
        groups::rules.eq(json(&rules)?),
        groups::updated_at.eq(db(now)),
    );
    let id = match group.id.0 {
        0 => {
            let last: Option<i32> = groups::table.select(diesel::dsl::max(groups::position)).first(&mut **tx)?;
            let place = (groups::position.eq(last.unwrap_or(0) + 1), groups::created_at.eq(db(now)));
            let new = diesel::insert_into(groups::table).values((values, place)).returning(groups::id);
            new.get_result(&mut **tx).map_err(as_taken)?
        }
        id => {
            diesel::update(groups::table.find(id)).set(values).execute(&mut **tx).map_err(as_taken)?;
            id
        }
    };
    keep_libraries(tx, id, &group.libraries)?;
    Ok(GroupId(id))
}

/// What an engine takes for the same name may differ from what we do.
fn as_taken(error: diesel::result::Error) -> AppError {
    match is_taken(&error) {
        true => AppError::field("name", NAME_TAKEN),
        false => error.into(),
    }
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Outcome<String> {
    serde_json::to_string(value).map_err(AppError::internal)
}

fn keep_libraries(tx: &mut Tx<'_>, group: i64, libraries: &[LibraryId]) -> Outcome<()> {
    diesel::delete(group_libraries::table.filter(group_libraries::group_id.eq(group))).execute(&mut **tx)?;
    for library in libraries {
        let row = (group_libraries::group_id.eq(group), group_libraries::library_id.eq(library.0));
        diesel::insert_into(group_libraries::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// The group that newcomers are put into.
pub fn for_newcomers(conn: &mut Conn) -> Outcome<Option<(GroupId, String)>> {
    let found: Option<(i64, String)> = groups::table
        .filter(groups::for_newcomers.eq(true))
        .order((groups::position, groups::id))
        .select((groups::id, groups::name))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, name)| (GroupId(id), name)))
}

/// Newcomers are put into this group, and into no other.
pub fn keep_newcomers_for(tx: &mut Tx<'_>, id: GroupId) -> Outcome<()> {
    let others = groups::table.filter(groups::id.ne(id.0)).filter(groups::for_newcomers.eq(true));
    diesel::update(others).set(groups::for_newcomers.eq(false)).execute(&mut **tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, id: GroupId) -> Outcome<()> {
    diesel::delete(groups::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

/// Puts the groups into this order.
pub fn put_in_order(tx: &mut Tx<'_>, ids: &[GroupId]) -> Outcome<()> {
    for (position, id) in (1..).zip(ids) {
        diesel::update(groups::table.find(id.0)).set(groups::position.eq(position)).execute(&mut **tx)?;
    }
    Ok(())
}

/// A name belongs to one group, whatever its case.
pub fn name_is_taken(conn: &mut Conn, name: &str, but: GroupId) -> Outcome<bool> {
    let rows: Vec<(i64, String)> = groups::table.select((groups::id, groups::name)).load(conn)?;
    Ok(rows.iter().any(|(id, other)| *id != but.0 && other.to_lowercase() == name.to_lowercase()))
}

/// Somebody who was put into a group by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub group: GroupId,
    pub person: PersonId,
    pub since: DateTime<Utc>,
}

/// Everybody who was put into a group by hand.
pub fn memberships(conn: &mut Conn) -> Outcome<Vec<Membership>> {
    let rows: Vec<(i64, i64, NaiveDateTime)> = crate::each_backend!(conn, conn => group_members::table
        .order((group_members::group_id, group_members::person_id))
        .select((group_members::group_id, group_members::person_id, group_members::since))
        .load(conn))?;
    Ok(rows.into_iter().map(membership).collect())
}

/// The groups somebody was put into by hand.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Membership>> {
    let rows: Vec<(i64, i64, NaiveDateTime)> = crate::each_backend!(conn, conn => group_members::table
        .filter(group_members::person_id.eq(person.0))
        .select((group_members::group_id, group_members::person_id, group_members::since))
        .load(conn))?;
    Ok(rows.into_iter().map(membership).collect())
}

fn membership((group, person, since): (i64, i64, NaiveDateTime)) -> Membership {
    Membership { group: GroupId(group), person: PersonId(person), since: utc(since) }
}

/// Puts somebody into a group by hand, who stays as long as it says. False when they were in it already.
pub fn put_in(tx: &mut Tx<'_>, group: GroupId, person: PersonId, zone: Tz, now: DateTime<Utc>) -> Outcome<bool> {
    if !join(tx, group, person, now)? {
        return Ok(false);
    }
    let found = groups::table.find(group.0).select((groups::name, groups::stay));
    let (name, stay): (String, String) = found.first(&mut **tx)?;
    super::memberships::joined(tx, person, &name, stay.parse().map_err(AppError::internal)?, zone, now)?;
    Ok(true)
}

/// The same, whatever the group says of how long they stay.
pub fn join(tx: &mut Tx<'_>, group: GroupId, person: PersonId, now: DateTime<Utc>) -> Outcome<bool> {
    let row =
        (group_members::group_id.eq(group.0), group_members::person_id.eq(person.0), group_members::since.eq(db(now)));
    let added = crate::each_backend!(&mut **tx, conn => diesel::insert_into(group_members::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(added > 0)
}

/// Takes these people out of a group again.
pub fn leave(tx: &mut Tx<'_>, group: GroupId, people: &[PersonId]) -> Outcome<usize> {
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let rows =
        group_members::table.filter(group_members::group_id.eq(group.0)).filter(group_members::person_id.among(ids));
    Ok(crate::each_backend!(&mut **tx, conn => diesel::delete(rows).execute(conn))?)
}
