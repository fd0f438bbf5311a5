//! What is written about groups: saved, put in order, deleted, who is put into them by hand and taken out again.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change};
use crate::crypto::token_hash;
use crate::db::{Conn, Tx, activity, group_people, groups, jobs, libraries, people, servers};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::group::form::TypedGroup;
use crate::domain::group::told::told;
use crate::domain::group::{Group, Part};
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::domain::jobs::JobName;
use crate::domain::people::{Actor, Person, rules};
use crate::error::{AppError, Outcome};

/// What came of saving a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub id: GroupId,
    pub name: String,
    pub is_new: bool,
    /// Somebody's access may be otherwise now: there is something to see in the plan.
    pub touches_access: bool,
}

/// Tells whether a group is still as somebody has seen it.
pub fn mark(group: &Group) -> String {
    let mut group = group.clone();
    group.libraries.sort_unstable();
    token_hash(&format!("{group:?}"))
}

/// Saves a group as typed or sent; a new one without an id. With the mark of a group that was `seen` it is saved over that
/// one and no other.
pub async fn save(
    app: &App,
    actor: &Actor,
    id: Option<GroupId>,
    typed: TypedGroup,
    seen: Option<String>,
) -> Outcome<Saved> {
    let (by, within, now) = (actor.clone(), app.clone(), app.now());
    let saved = app
        .db
        .write(move |tx| {
            let before = id.map(|id| groups::get(tx, id)?.ok_or(AppError::NotFound)).transpose()?;
            if seen.zip(before.as_ref()).is_some_and(|(seen, before)| seen != mark(before)) {
                return Err(AppError::saved_meanwhile("group"));
            }
            let zone = within.settings_in(tx)?.time_zone;
            let known = to_choose(tx, before.as_ref())?;
            let group = typed.read(id.unwrap_or(GroupId(0)), &known, zone).map_err(AppError::fields)?;
            if groups::name_is_taken(tx, &group.name, group.id)? {
                return Err(AppError::field("name", groups::NAME_TAKEN));
            }
            spare_admins(tx, &by, before.as_ref(), &group)?;
            // What it opens and closes is followed to the minute.
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            write(tx, &by, before.as_ref(), group, zone, now)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(saved)
}

/// Where an admin is in a group that the clock follows, only an admin says what it carries, when, and for whom.
fn spare_admins(conn: &mut Conn, by: &Actor, before: Option<&Group>, after: &Group) -> Outcome<()> {
    if by.role.is_admin() || !after.moves_by_clock(before) {
        return Ok(());
    }
    for group in before.into_iter().chain([after]) {
        if holds_an_admin(conn, by, group)? {
            return Err(AppError::Forbidden(
                "An admin is in this group, and the clock follows its times: only an admin changes that.".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Somebody is in it whom only an admin may change, and this is none.
fn holds_an_admin(conn: &mut Conn, by: &Actor, group: &Group) -> Outcome<bool> {
    Ok(group_people::of_one(conn, group)?.iter().any(|member| !rules::may_touch(by, &member.person)))
}

/// Those that are there, and those it carries already, be they gone or not.
fn to_choose(conn: &mut Conn, before: Option<&Group>) -> Outcome<Vec<LibraryId>> {
    let mut known: Vec<LibraryId> = before.map(|group| group.libraries.clone()).unwrap_or_default();
    for server in servers::all(conn)? {
        known.extend(libraries::of_server(conn, server.id)?.into_iter().map(|library| library.id));
    }
    Ok(known)
}

fn write(
    tx: &mut Tx<'_>,
    by: &Actor,
    before: Option<&Group>,
    group: Group,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<Saved> {
    let changed = before.map(|before| before.differences(&group));
    let id = if changed.as_ref().is_some_and(Vec::is_empty) { group.id } else { groups::save(tx, &group, now)? };
    let group = Group { id, ..group };
    if group.for_newcomers {
        groups::keep_newcomers_for(tx, id)?;
    }
    let detail = match &changed {
        Some(parts) if parts.is_empty() => None,
        Some(parts) => Some(parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(", ")),
        None => Some("new".to_owned()),
    };
    if let Some(detail) = detail {
        let entry = NewEntry::new(ActivityKind::GroupSaved, &group.name).by(by.id, &by.name).detail(detail);
        let titles = libraries::titles(tx)?;
        let parts = changed.as_deref().unwrap_or(Part::ALL);
        let was = before.map(|before| told(before, parts, &titles, zone)).unwrap_or_default();
        activity::record(tx, &entry.change(was, told(&group, parts, &titles, zone)), now)?;
    }
    let touches_access = match &changed {
        Some(parts) if parts.contains(&Part::Rules) => true,
        Some(parts) if !parts.iter().any(|part| part.is_access()) => false,
        _ => group_people::count(tx, &group)? > 0,
    };
    Ok(Saved { id, name: group.name, is_new: before.is_none(), touches_access })
}

/// Deletes a group; its members go back to what they have without it. Back: its name.
pub async fn remove(app: &App, actor: &Actor, id: GroupId) -> Outcome<String> {
    let (by, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    let name = app
        .db
        .write(move |tx| {
            let group = groups::get(tx, id)?.ok_or(AppError::NotFound)?;
            let was = told_whole(tx, &group, zone)?;
            if holds_an_admin(tx, &by, &group)? {
                return Err(AppError::Forbidden("An admin is in this group: only an admin deletes it.".to_owned()));
            }
            groups::remove(tx, id)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            let entry = NewEntry::new(ActivityKind::GroupRemoved, &group.name).by(by.id, &by.name);
            activity::record(tx, &entry.change(was, ""), now)?;
            Ok(group.name)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(name)
}

/// All that a group carries, and who was put into it: with that it can be made again.
fn told_whole(conn: &mut Conn, group: &Group, zone: Tz) -> Outcome<String> {
    let members = group_people::of_one(conn, group)?;
    let by_hand: Vec<&str> =
        members.iter().filter(|member| member.since.is_some()).map(|member| member.person.name.as_str()).collect();
    let carries = told(group, Part::ALL, &libraries::titles(conn)?, zone);
    Ok(match by_hand.as_slice() {
        [] => carries,
        names => format!("{carries}; people: {}", names.join(", ")),
    })
}

/// Where a group goes in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// Moves a group by one place. Back: its name, and whether there was a place to go to.
pub async fn shift(app: &App, actor: &Actor, id: GroupId, way: Way) -> Outcome<(String, bool)> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let all = groups::all(tx)?;
            let at = all.iter().position(|group| group.id == id).ok_or(AppError::NotFound)?;
            let to = match way {
                Way::Up => at.checked_sub(1),
                Way::Down => Some(at + 1).filter(|to| *to < all.len()),
            };
            let mut ids: Vec<GroupId> = all.iter().map(|group| group.id).collect();
            if let Some(to) = to {
                ids.swap(at, to);
                groups::put_in_order(tx, &ids)?;
                let place = |at: usize| format!("place {}", at + 1);
                let entry = NewEntry::new(ActivityKind::GroupMoved, &all[at].name).by(by.id, &by.name);
                activity::record(tx, &entry.change(place(at), place(to)), now)?;
            }
            Ok((all[at].name.clone(), to.is_some()))
        })
        .await
}

/// A group, and those whom something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub group: String,
    pub names: Vec<String>,
}

/// Puts people into a group by hand: all of them, or nobody where one may not be.
pub async fn put_in(app: &App, actor: &Actor, id: GroupId, people: Vec<PersonId>) -> Outcome<Moved> {
    let (by, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    let moved = app
        .db
        .write(move |tx| {
            let (group, people) = (groups::get(tx, id)?.ok_or(AppError::NotFound)?, whom(tx, &by, &people)?);
            let mut names = Vec::new();
            for person in people {
                if person.is_owner {
                    let words = "owns the Plex server, sees everything already, and is in no group.";
                    return Err(AppError::field("add", format!("{} {words}", person.name)));
                }
                if groups::put_in(tx, id, person.id, zone, now)? {
                    note(tx, &by, ActivityKind::GroupJoined, &group, &person, now)?;
                    names.push(person.name);
                }
            }
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            Ok(Moved { group: group.name, names })
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(moved)
}

/// Takes people out of a group into which they were put by hand.
pub async fn take_out(app: &App, actor: &Actor, id: GroupId, people: Vec<PersonId>) -> Outcome<Moved> {
    let (by, now) = (actor.clone(), app.now());
    let moved = app
        .db
        .write(move |tx| {
            let (group, people) = (groups::get(tx, id)?.ok_or(AppError::NotFound)?, whom(tx, &by, &people)?);
            let mut names = Vec::new();
            for person in people {
                if groups::leave(tx, id, &[person.id])? > 0 {
                    note(tx, &by, ActivityKind::GroupLeft, &group, &person, now)?;
                    names.push(person.name);
                } else if let Some(rule) = group.rules.iter().find(|rule| rule.fits(&person)) {
                    let words = format!("{} is in {} by a rule: {}.", person.name, group.name, rule.label());
                    return Err(AppError::Conflict(words));
                }
            }
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            Ok(Moved { group: group.name, names })
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(moved)
}

fn note(
    tx: &mut Tx<'_>,
    by: &Actor,
    kind: ActivityKind,
    group: &Group,
    person: &Person,
    now: DateTime<Utc>,
) -> Outcome<()> {
    activity::record(tx, &NewEntry::new(kind, &group.name).by(by.id, &by.name).about(person.id), now)
}

/// Those that are meant. A helper sorts nobody who is an admin.
fn whom(conn: &mut Conn, by: &Actor, ids: &[PersonId]) -> Outcome<Vec<Person>> {
    let mut found = Vec::new();
    for id in ids {
        let person = people::get(conn, *id)?.ok_or(AppError::NotFound)?;
        if !rules::may_touch(by, &person) {
            let words = "is an admin. Only an admin puts admins into groups, or takes them out.";
            return Err(AppError::Forbidden(format!("{} {words}", person.name)));
        }
        found.push(person);
    }
    Ok(found)
}
