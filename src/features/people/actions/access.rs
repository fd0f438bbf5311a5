//! What one person is given beyond their groups, withheld, and put into. It decides about what should be; what Plex has is
//! changed by nothing but an applied plan.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change};
use crate::db::{Conn, Tx, access, activity, grants, groups, jobs, libraries, person_flags};
use crate::domain::access::resolve::{House, Server};
use crate::domain::access::wall::weekly_words;
use crate::domain::access::when::When;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::group::Group;
use crate::domain::ids::{GrantId, GroupId, LibraryId, PersonId};
use crate::domain::jobs::JobName;
use crate::domain::people::{Actor, Person, rules};
use crate::error::{AppError, Outcome};

pub const MOST_NOTE: usize = 200;
/// What is said of an end that has come already.
pub const PAST: &str = "This moment is past. Choose one that is still to come.";

/// Who changes what about whom, in one write.
pub struct Desk {
    pub actor: Actor,
    pub person: Person,
    pub house: Arc<House>,
    pub titles: Arc<HashMap<LibraryId, String>>,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

impl Desk {
    pub fn title(&self, library: LibraryId) -> &str {
        self.titles.get(&library).map_or("a library", |title| title.trim())
    }

    /// A library that may be given or withheld: it is there, and not the one that every share keeps.
    pub fn library(&self, id: LibraryId) -> Result<LibraryId, String> {
        let is_there = |server: &&Server| server.libraries.contains(&id);
        match self.house.servers.iter().find(is_there) {
            None => Err("This library is gone. Choose another.".to_owned()),
            Some(server) if server.default == Some(id) => {
                Err(format!("{} is the default library: everybody has it, and nobody loses it.", self.title(id)))
            }
            Some(_) => Ok(id),
        }
    }

    pub fn record(&self, tx: &mut Tx<'_>, kind: ActivityKind, detail: &str) -> Outcome<()> {
        let entry = NewEntry::new(kind, &self.person.name).by(self.actor.id, &self.actor.name).about(self.person.id);
        activity::record(tx, &entry.detail(detail), self.now)
    }
}

/// Does something about what somebody should see, if the actor may; the clock is followed from then on.
pub async fn change<T: Send + 'static>(
    app: &App,
    actor: &Actor,
    id: PersonId,
    act: impl FnOnce(&mut Tx<'_>, &Desk) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let (actor, zone, clock) = (actor.clone(), app.settings().await?.time_zone, app.clone());
    let done = app
        .db
        .write(move |tx| {
            // Read when it is our turn: what ends now must not lie before the last look of the clock.
            let now = clock.now();
            let person = touchable(tx, &actor, id)?;
            let (house, titles) = (Arc::new(access::house(tx, zone, now)?), Arc::new(libraries::titles(tx)?));
            let desk = Desk { actor, person, house, titles, zone, now };
            let done = act(tx, &desk)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            Ok(done)
        })
        .await?;
    app.changed(Change::Access);
    Ok(done)
}

/// Somebody that this one may change at all.
pub fn touchable(conn: &mut Conn, actor: &Actor, id: PersonId) -> Outcome<Person> {
    let person = crate::db::people::get(conn, id)?.ok_or(AppError::NotFound)?;
    match rules::may_touch(actor, &person) {
        true => Ok(person),
        false => Err(AppError::Forbidden("Only an admin changes anything about an admin.".to_owned())),
    }
}

/// The owner sees all there is; there is nothing to give or withhold.
pub fn not_the_owner(person: &Person) -> Outcome<()> {
    match person.is_owner {
        true => Err(AppError::field("library", format!("{} owns the server and sees everything on it.", person.name))),
        false => Ok(()),
    }
}

/// A grant to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    pub library: LibraryId,
    pub when: When,
    pub note: String,
}

/// Gives a library within bounds. Back: the person's name and the library's title.
pub async fn give(app: &App, actor: &Actor, id: PersonId, gift: Gift) -> Outcome<(String, String)> {
    change(app, actor, id, move |tx, desk| {
        not_the_owner(&desk.person)?;
        let library = desk.library(gift.library).map_err(|words| AppError::field("library", words))?;
        if gift.when.until.is_some_and(|until| until <= desk.now) {
            return Err(AppError::field("until", PAST));
        }
        adopt_in(tx, desk, &[library])?;
        give_in(tx, desk, &gift)?;
        Ok((desk.person.name.clone(), desk.title(library).to_owned()))
    })
    .await
}

/// Whoever had nothing said about them keeps what Plex gives them, but for these libraries.
pub fn adopt_in(tx: &mut Tx<'_>, desk: &Desk, but: &[LibraryId]) -> Outcome<()> {
    let kept = access::adopt(tx, &desk.person, but, Some(desk.actor.id), desk.zone, desk.now)?;
    if !kept.is_empty() {
        let titles: Vec<&str> = kept.iter().map(|id| desk.title(*id)).collect();
        desk.record(tx, ActivityKind::GrantGiven, &format!("as found on Plex: {}", titles.join(", ")))?;
    }
    Ok(())
}

pub fn give_in(tx: &mut Tx<'_>, desk: &Desk, gift: &Gift) -> Outcome<GrantId> {
    let by = Some(desk.actor.id);
    let id = grants::add(tx, desk.person.id, gift.library, &gift.when, by, &gift.note, desk.now)?;
    let bounds = bounds(&gift.when, desk.zone);
    let words = [desk.title(gift.library), &bounds].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    desk.record(tx, ActivityKind::GrantGiven, &words.join(", "))?;
    Ok(id)
}

/// "Sat 10:00 to 12:00, from 2026-12-01 18:00, until 2027-01-06 00:00"; nothing for good and at any hour.
pub fn bounds(when: &When, zone: Tz) -> String {
    let at = |word: &str, at: DateTime<Utc>| format!("{word} {}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M"));
    let weekly = Some(weekly_words(&when.weekly)).filter(|words| !words.is_empty());
    let parts = [weekly, when.from.map(|from| at("from", from)), when.until.map(|until| at("until", until))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub async fn take_back(app: &App, actor: &Actor, id: PersonId, grant: GrantId) -> Outcome<(String, String)> {
    change(app, actor, id, move |tx, desk| {
        let library = take_back_in(tx, desk, grant)?.ok_or(AppError::NotFound)?;
        Ok((desk.person.name.clone(), desk.title(library).to_owned()))
    })
    .await
}

pub fn take_back_in(tx: &mut Tx<'_>, desk: &Desk, grant: GrantId) -> Outcome<Option<LibraryId>> {
    let Some(library) = grants::remove(tx, desk.person.id, grant)? else { return Ok(None) };
    desk.record(tx, ActivityKind::GrantEnded, desk.title(library))?;
    Ok(Some(library))
}

/// Groups alone say what they may do on Plex from then on. Back: their name, and whether an invite had added anything.
pub async fn take_flags_back(app: &App, actor: &Actor, id: PersonId) -> Outcome<(String, bool)> {
    change(app, actor, id, move |tx, desk| {
        let flags = person_flags::of_person(tx, desk.person.id)?.unwrap_or_default();
        let taken = person_flags::take_back(tx, desk.person.id)?;
        if taken {
            desk.record(tx, ActivityKind::FlagsTakenBack, &flags.words().join(", "))?;
        }
        Ok((desk.person.name.clone(), taken))
    })
    .await
}

pub async fn withhold(app: &App, actor: &Actor, id: PersonId, library: LibraryId) -> Outcome<(String, String)> {
    change(app, actor, id, move |tx, desk| {
        not_the_owner(&desk.person)?;
        let library = desk.library(library).map_err(|words| AppError::field("library", words))?;
        adopt_in(tx, desk, &[library])?;
        withhold_in(tx, desk, library)?;
        Ok((desk.person.name.clone(), desk.title(library).to_owned()))
    })
    .await
}

/// False when it was withheld already.
pub fn withhold_in(tx: &mut Tx<'_>, desk: &Desk, library: LibraryId) -> Outcome<bool> {
    if grants::excluded(tx, desk.person.id)?.contains(&library) {
        return Ok(false);
    }
    grants::exclude(tx, desk.person.id, library, Some(desk.actor.id), desk.now)?;
    desk.record(tx, ActivityKind::LibraryWithheld, desk.title(library))?;
    Ok(true)
}

pub async fn give_again(app: &App, actor: &Actor, id: PersonId, library: LibraryId) -> Outcome<(String, String)> {
    change(app, actor, id, move |tx, desk| {
        give_again_in(tx, desk, library)?;
        Ok((desk.person.name.clone(), desk.title(library).to_owned()))
    })
    .await
}

/// False when it was not withheld.
pub fn give_again_in(tx: &mut Tx<'_>, desk: &Desk, library: LibraryId) -> Outcome<bool> {
    let was = grants::include(tx, desk.person.id, library)?;
    if was {
        desk.record(tx, ActivityKind::LibraryGivenAgain, desk.title(library))?;
    }
    Ok(was)
}

/// Puts somebody into these groups and takes them out of all others; groups that take them by rule stay. Back: their name.
pub async fn set_groups(app: &App, actor: &Actor, id: PersonId, wanted: Vec<GroupId>) -> Outcome<String> {
    change(app, actor, id, move |tx, desk| {
        set_groups_in(tx, desk, &wanted)?;
        Ok(desk.person.name.clone())
    })
    .await
}

pub fn set_groups_in(tx: &mut Tx<'_>, desk: &Desk, wanted: &[GroupId]) -> Outcome<()> {
    if wanted.iter().any(|id| !desk.house.groups.iter().any(|group| group.id == *id)) {
        return Err(AppError::field("groups", "One of these groups is gone. Choose anew."));
    }
    let had: Vec<GroupId> = groups::of_person(tx, desk.person.id)?.iter().map(|one| one.group).collect();
    let by_hand = |group: &Group| had.contains(&group.id) || !group.takes(&desk.person);
    let joins = desk.house.groups.iter().filter(|group| wanted.contains(&group.id) && by_hand(group));
    let joins: Vec<GroupId> = joins.map(|group| group.id).filter(|id| !had.contains(id)).collect();
    let leaves: Vec<GroupId> = had.iter().copied().filter(|id| !wanted.contains(id)).collect();
    move_between(tx, desk, &had, &joins, &leaves).map(drop)
}

/// False when nothing changes by it.
pub fn move_between(
    tx: &mut Tx<'_>,
    desk: &Desk,
    had: &[GroupId],
    joins: &[GroupId],
    leaves: &[GroupId],
) -> Outcome<bool> {
    let mut has = had.to_vec();
    for group in joins {
        if groups::put_in(tx, *group, desk.person.id, desk.zone, desk.now)? {
            has.push(*group);
        }
    }
    for group in leaves {
        groups::leave(tx, *group, &[desk.person.id])?;
        has.retain(|id| id != group);
    }
    let names = |ids: &[GroupId]| {
        let named = desk.house.groups.iter().filter(|group| ids.contains(&group.id)).map(|group| group.name.as_str());
        let names = named.collect::<Vec<_>>().join(", ");
        if names.is_empty() { "none".to_owned() } else { names }
    };
    let (before, after) = (names(had), names(&has));
    if before == after {
        return Ok(false);
    }
    let entry = NewEntry::new(ActivityKind::GroupsChanged, &desk.person.name)
        .by(desk.actor.id, &desk.actor.name)
        .about(desk.person.id)
        .change(before, after);
    activity::record(tx, &entry, desk.now)?;
    Ok(true)
}
