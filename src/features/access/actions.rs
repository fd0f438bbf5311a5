//! Drawing the plan, and having it applied, stopped, tried again or taken back. Nothing here speaks to Plex: what is
//! decided is written down with its effects, in one write.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change as News};
use crate::crypto::token_hash;
use crate::db::access::{self, Standing};
use crate::db::{Conn, Tx, activity, changes, jobs, outbox, people, sent};
use crate::domain::access::batch::{Cause, Made, State};
use crate::domain::access::plan::{self, Change, Drift, Plan};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::{ACCESS_LANE, Effect};
use crate::domain::ids::{BatchId, ChangeId, PersonId, RunId, ServerId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::{Actor, rules};
use crate::error::{AppError, Outcome};

pub mod told;
mod undo;

pub use undo::{keep_plex, put_back, undo, undoing};

/// The plan of this moment, and what it was made from.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub standing: Standing,
    pub plan: Plan,
}

pub fn draw(conn: &mut Conn, zone: Tz, now: DateTime<Utc>) -> Outcome<Drawn> {
    let standing = access::standing(conn, zone, now)?;
    let plan = plan::plan(&standing.house, &standing.members, &standing.earlier);
    Ok(Drawn { standing, plan })
}

impl Drawn {
    /// A plan is the same as long as it changes the same: whoever has looked at it applies that and no other.
    pub fn mark(&self) -> String {
        let all = self.plan.changes.iter().chain(&self.plan.spared);
        let told: Vec<_> = all.map(|change| (change.person, change.server, &change.after)).collect();
        token_hash(&serde_json::to_string(&told).unwrap_or_default())
    }

    /// More than a fifth of those with a share lose something: worth a second look.
    pub fn is_large(&self, only: &HashSet<PersonId>) -> bool {
        let losing = self.losing(only);
        let holding = self.standing.members.iter().filter(|member| !member.has.is_empty()).count();
        plan::is_large(losing, holding)
    }

    /// How many of these people lose something.
    pub fn losing(&self, only: &HashSet<PersonId>) -> usize {
        let loses = |change: &&Change| change.lose().next().is_some() && only.contains(&change.person);
        let all = self.plan.changes.iter().chain(&self.plan.spared);
        all.filter(loses).map(|change| change.person).collect::<HashSet<_>>().len()
    }

    /// Admins are for admins to change.
    pub fn may_touch(&self, actor: &Actor, person: PersonId) -> bool {
        let person = self.standing.people.iter().find(|one| one.id == person);
        person.is_some_and(|person| rules::may_touch(actor, person))
    }
}

/// What of the plan is to be applied.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// None: everybody that was not spared before.
    pub people: Option<HashSet<PersonId>>,
    /// The plan that was looked at; any when none.
    pub mark: Option<String>,
    /// Those left out now stay left out until something else is planned for them.
    pub spare_others: bool,
    /// A large change was confirmed, or needs no confirming.
    pub confirmed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// None when there was nothing to do.
    pub batch: Option<BatchId>,
    pub run: RunId,
}

/// What keeps a plan from being applied, in words.
pub const OTHER_PLAN: &str = "The plan has changed since you looked at it. Nothing was sent; look again.";

pub async fn apply(app: &App, actor: Option<&Actor>, wanted: Wanted) -> Outcome<Applied> {
    let (actor, zone, now) = (actor.cloned(), app.settings().await?.time_zone, app.now());
    let applied = app.db.write(move |tx| apply_in(tx, actor.as_ref(), &wanted, zone, now)).await?;
    announce(app);
    app.changed(News::Run(applied.run));
    Ok(applied)
}

fn apply_in(tx: &mut Tx<'_>, actor: Option<&Actor>, wanted: &Wanted, zone: Tz, now: DateTime<Utc>) -> Outcome<Applied> {
    let drawn = draw(tx, zone, now)?;
    if wanted.mark.as_ref().is_some_and(|mark| *mark != drawn.mark()) {
        return Err(AppError::Conflict(OTHER_PLAN.to_owned()));
    }
    let touches = |change: &&Change| actor.is_none_or(|actor| drawn.may_touch(actor, change.person));
    let chosen: Vec<Change> = match &wanted.people {
        None => drawn.plan.changes.iter().filter(touches).cloned().collect(),
        Some(people) => {
            let all = drawn.plan.changes.iter().chain(&drawn.plan.spared);
            let chosen: Vec<&Change> = all.filter(|change| people.contains(&change.person)).collect();
            if chosen.iter().any(|change| !touches(change)) {
                return Err(AppError::Forbidden("Only an admin changes what an admin sees.".to_owned()));
            }
            chosen.into_iter().cloned().collect()
        }
    };
    let people: HashSet<PersonId> = chosen.iter().map(|change| change.person).collect();
    if !wanted.confirmed && drawn.is_large(&people) {
        let losing = drawn.losing(&people);
        return Err(AppError::field(
            "confirm",
            format!("{losing} people would lose something. Type {losing} to go on."),
        ));
    }
    if wanted.spare_others {
        for change in drawn.plan.changes.iter().filter(touches).filter(|change| !people.contains(&change.person)) {
            sent::spare(tx, change, now)?;
        }
    }
    let by = actor.map(|actor| actor.id);
    let batch = match chosen.as_slice() {
        [] => None,
        some => Some(start(tx, Cause::Plan, actor, None, some, now)?),
    };
    let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, by, now)?;
    Ok(Applied { batch, run })
}

/// Writes changes down with their effects.
pub(super) fn start(
    tx: &mut Tx<'_>,
    cause: Cause,
    actor: Option<&Actor>,
    undoes: Option<BatchId>,
    list: &[Change],
    now: DateTime<Utc>,
) -> Outcome<BatchId> {
    let (batch, ids) = changes::add(tx, cause, actor.map(|actor| actor.id), undoes, list, now)?;
    for id in ids {
        push(tx, id, 0, now)?;
    }
    if cause != Cause::Schedule {
        let people = list.iter().map(|change| change.person).collect::<HashSet<_>>().len();
        let words = if people == 1 { "one person".to_owned() } else { format!("{people} people") };
        let kind = if cause == Cause::Undo { ActivityKind::PlanUndone } else { ActivityKind::PlanApplied };
        let entry = NewEntry::new(kind, words);
        let entry = match actor {
            Some(actor) => entry.by(actor.id, &actor.name),
            None => entry,
        };
        activity::record(tx, &entry, now)?;
    }
    Ok(batch)
}

pub(super) fn push(tx: &mut Tx<'_>, change: ChangeId, attempt: i32, now: DateTime<Utc>) -> Outcome<()> {
    outbox::push(tx, &Effect::ChangeAccess { change }, &format!("access {change} {attempt}"), now).map(drop)
}

/// The worker has something to do, and pages something to show.
fn announce(app: &App) {
    app.wake_worker();
    app.wake_jobs.notify_one();
    app.changed(News::Access);
}

/// Leaves the whole plan out, until something else is planned.
pub async fn throw_away(app: &App, actor: &Actor, mark: String) -> Outcome<()> {
    let (actor, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    app.db
        .write(move |tx| {
            let drawn = draw(tx, zone, now)?;
            if mark != drawn.mark() {
                return Err(AppError::Conflict(OTHER_PLAN.to_owned()));
            }
            let left = || drawn.plan.changes.iter().filter(|change| drawn.may_touch(&actor, change.person));
            let people = left().map(|change| change.person).collect::<HashSet<_>>().len();
            for change in left() {
                sent::spare(tx, change, now)?;
            }
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            let entry = NewEntry::new(ActivityKind::PlanLeft, format!("{people} people")).by(actor.id, &actor.name);
            activity::record(tx, &entry, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(())
}

/// Stops what still waits of a batch; what is under way comes to its end.
pub async fn stop(app: &App, batch: BatchId) -> Outcome<usize> {
    let now = app.now();
    let stopped = app
        .db
        .write(move |tx| {
            changes::get_batch(tx, batch)?.ok_or(AppError::NotFound)?;
            let stopped = changes::stop(tx, batch, now)?;
            // What was stopped stands before what comes after it, until its turn shows that there is nothing to do.
            outbox::hurry_lane(tx, ACCESS_LANE, now)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            Ok(stopped)
        })
        .await?;
    announce(app);
    Ok(stopped)
}

/// Has what failed of a batch tried again. Back: how many.
pub async fn retry(app: &App, actor: &Actor, batch: BatchId) -> Outcome<(usize, RunId)> {
    let (actor, now) = (actor.clone(), app.now());
    let again = app
        .db
        .write(move |tx| {
            changes::get_batch(tx, batch)?.ok_or(AppError::NotFound)?;
            let mut again = 0;
            for made in failed(tx, batch)? {
                if !may_touch(tx, &actor, made.change.person)? {
                    continue;
                }
                if let Some(attempt) = changes::reopen(tx, made.id)? {
                    push(tx, made.id, attempt, now)?;
                    again += 1;
                }
            }
            let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, Some(actor.id), now)?;
            Ok((again, run))
        })
        .await?;
    announce(app);
    Ok(again)
}

fn failed(conn: &mut Conn, batch: BatchId) -> Outcome<Vec<Made>> {
    let all = changes::of_batch(conn, batch)?;
    Ok(all.into_iter().filter(|made| made.state == State::Failed).collect())
}

pub(super) fn may_touch(conn: &mut Conn, actor: &Actor, person: PersonId) -> Outcome<bool> {
    Ok(people::get(conn, person)?.is_some_and(|person| rules::may_touch(actor, &person)))
}

/// Makes what waits for its next try due at once.
pub async fn hurry(app: &App) -> Outcome<()> {
    let now = app.now();
    app.db.write(move |tx| outbox::hurry_lane(tx, ACCESS_LANE, now)).await?;
    announce(app);
    Ok(())
}

/// The drift of one share, as it is now.
pub(super) fn drift_of(drawn: &Drawn, person: PersonId, server: ServerId) -> Outcome<Drift> {
    let found = drawn.plan.drift.iter().find(|drift| (drift.person, drift.server) == (person, server));
    found.cloned().ok_or_else(|| AppError::Conflict("Plex and Usherr agree about this by now.".to_owned()))
}
