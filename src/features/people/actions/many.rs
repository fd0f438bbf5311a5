//! The same about many people at once: all of it or nothing, and one access plan afterwards.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::access::{Desk, Gift, PAST, adopt_in, give_in, move_between, withhold_in};
use super::{membership, notes};
use crate::app::{App, Change};
use crate::db::{Tx, access, grants, groups, jobs, libraries, people};
use crate::domain::access::when::When;
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::domain::jobs::JobName;
use crate::domain::people::{Actor, Person, rules};
use crate::domain::stay::Stay;
use crate::error::{AppError, FieldErrors, Outcome};

/// What is to change about each of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub joins: Vec<GroupId>,
    pub leaves: Vec<GroupId>,
    pub gives: Vec<LibraryId>,
    /// When what is given ends.
    pub until: Option<DateTime<Utc>>,
    pub withholds: Vec<LibraryId>,
    pub keep: Option<bool>,
    /// How long they stay.
    pub stay: Option<Stay>,
}

impl Wanted {
    fn is_nothing(&self) -> bool {
        *self == Self { until: self.until, ..Self::default() }
    }

    /// It leads to no plan.
    pub fn is_between_us(&self) -> bool {
        *self == Self { keep: self.keep, stay: self.stay, ..Self::default() }
    }

    fn is_stay_alone(&self) -> bool {
        *self == Self { stay: self.stay, ..Self::default() }
    }

    /// Whoever looks after the house stays as long as they do.
    fn leaves_out(&self, person: &Person) -> bool {
        self.stay.is_some() && person.role.is_admin()
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub changed: usize,
    /// Admins, and the owner.
    pub left_out: usize,
    /// Those who stay without end: more can't be added to that.
    pub without_end: usize,
}

/// Whom this one may change together with others: not the owner, and admins only as an admin.
pub fn takes_part(actor: &Actor, person: &Person) -> bool {
    rules::may_touch(actor, person) && !person.is_owner
}

pub async fn apply(app: &App, actor: &Actor, ids: Vec<PersonId>, wanted: Wanted) -> Outcome<Done> {
    let (actor, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    let done = app
        .db
        .write(move |tx| {
            let (house, titles) = (Arc::new(access::house(tx, zone, now)?), Arc::new(libraries::titles(tx)?));
            let mut done = Done::default();
            let mut people = people::named(tx, &ids)?;
            people.sort_by_key(|person| person.id);
            for (at, person) in people.into_iter().enumerate() {
                let (actor, house, titles) = (actor.clone(), house.clone(), titles.clone());
                let desk = Desk { actor, person, house, titles, zone, now };
                if at == 0 {
                    check(&desk, &wanted)?;
                }
                match takes_part(&desk.actor, &desk.person) && !wanted.leaves_out(&desk.person) {
                    true => {
                        let is_longer = about(tx, &desk, &wanted)?;
                        done.changed += usize::from(is_longer || !wanted.is_stay_alone());
                        done.without_end += usize::from(!is_longer);
                    }
                    false => done.left_out += 1,
                }
            }
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            Ok(done)
        })
        .await?;
    // Whoever comes back is given at once what was taken.
    app.wake_worker();
    app.changed(Change::Access);
    Ok(done)
}

fn check(desk: &Desk, wanted: &Wanted) -> Outcome<()> {
    let mut fields = FieldErrors::new();
    let mut keep = |name: &str, words: &str| drop(fields.insert(name.to_owned(), words.to_owned()));
    if wanted.is_nothing() {
        keep("", "Choose what to change.");
    }
    let is_there = |id: &GroupId| desk.house.groups.iter().any(|group| group.id == *id);
    if !wanted.joins.iter().all(is_there) {
        keep("joins", "One of these groups is gone. Choose anew.");
    }
    if !wanted.leaves.iter().all(is_there) {
        keep("leaves", "One of these groups is gone. Choose anew.");
    }
    if wanted.joins.iter().any(|id| wanted.leaves.contains(id)) {
        keep("leaves", "Nobody can be put into a group and taken out of it at once.");
    }
    if let Some(words) = wanted.gives.iter().find_map(|id| desk.library(*id).err()) {
        keep("gives", &words);
    }
    if let Some(words) = wanted.withholds.iter().find_map(|id| desk.library(*id).err()) {
        keep("withholds", &words);
    }
    if wanted.gives.iter().any(|id| wanted.withholds.contains(id)) {
        keep("withholds", "A library can’t be both given and withheld.");
    }
    match wanted.until {
        Some(until) if until <= desk.now => keep("until", PAST),
        Some(_) if wanted.gives.is_empty() => keep("until", "Tick what to give until then."),
        _ => {}
    }
    match fields.is_empty() {
        true => Ok(()),
        false => Err(AppError::fields(fields)),
    }
}

/// False where they stay without end, and were to stay longer.
fn about(tx: &mut Tx<'_>, desk: &Desk, wanted: &Wanted) -> Outcome<bool> {
    let said: Vec<LibraryId> = wanted.gives.iter().chain(&wanted.withholds).copied().collect();
    if !said.is_empty() {
        adopt_in(tx, desk, &said)?;
    }
    if !wanted.joins.is_empty() || !wanted.leaves.is_empty() {
        let had: Vec<GroupId> = groups::of_person(tx, desk.person.id)?.iter().map(|one| one.group).collect();
        let by_rule = |id: &GroupId| desk.house.groups.iter().any(|group| group.id == *id && group.takes(&desk.person));
        let joins: Vec<GroupId> = wanted.joins.iter().copied().filter(|id| !had.contains(id) && !by_rule(id)).collect();
        let leaves: Vec<GroupId> = wanted.leaves.iter().copied().filter(|id| had.contains(id)).collect();
        move_between(tx, desk, &had, &joins, &leaves)?;
    }
    let when = When { until: wanted.until, ..When::default() };
    let has = grants::of_person(tx, desk.person.id)?;
    for library in &wanted.gives {
        // What they have in just this way is not given twice.
        if !has.iter().any(|grant| grant.library == *library && grant.when == when) {
            give_in(tx, desk, &Gift { library: *library, when: when.clone(), note: String::new() })?;
        }
    }
    for library in &wanted.withholds {
        withhold_in(tx, desk, *library)?;
    }
    if let Some(keep) = wanted.keep {
        notes::set_keep(tx, &desk.actor, &desk.person, keep, desk.now)?;
    }
    wanted.stay.map_or(Ok(true), |stay| membership::stay_in(tx, desk, stay))
}
