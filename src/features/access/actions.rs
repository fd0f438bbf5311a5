//! Drawing the plan, and having it applied, stopped, tried again or taken back. Nothing here speaks to Plex: what is
//! decided is written down with its effects, in one write.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change as News};
use crate::crypto::token_hash;
use crate::db::access::{self, Standing};
use crate::db::{Conn, Tx, activity, changes, jobs, outbox, people, sent};
use crate::domain::access::batch::Cause;
use crate::domain::access::plan::{self, Change, Drift, Plan};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::{ACCESS_LANE, Effect};
use crate::domain::ids::{BatchId, ChangeId, PersonId, RunId, ServerId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::{Actor, rules};
use crate::error::{AppError, Outcome};

pub mod told;
mod undo;

pub use undo::{Back, keep_plex, nothing_to_take_back, put_back, undo, undoing};

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

    /// How many lose something, where that is more than a fifth of those with a share: worth a second look.
    pub fn many_lose(&self) -> Option<usize> {
        let losing = losing(&self.plan.changes);
        plan::is_large(losing, self.holding()).then_some(losing)
    }

    fn holding(&self) -> usize {
        self.standing.members.iter().filter(|member| !member.has.is_empty()).count()
    }

    /// Admins are for admins to change.
    fn out_of_reach(&self, actor: Option<&Actor>) -> HashSet<PersonId> {
        let Some(actor) = actor else { return HashSet::new() };
        let all = self.standing.people.iter();
        all.filter(|person| !rules::may_touch(actor, person)).map(|person| person.id).collect()
    }

    /// What of the plan is wanted, and what of it is left out from now on.
    fn chosen(self, actor: Option<&Actor>, wanted: &Wanted) -> Outcome<(Vec<Change>, Vec<Change>)> {
        let out_of_reach = self.out_of_reach(actor);
        let touches = |change: &Change| !out_of_reach.contains(&change.person);
        let is_left = |change: &Change| wanted.leave_out.contains(&change.person);
        let (left, rest): (Vec<Change>, Vec<Change>) = self.plan.changes.into_iter().partition(is_left);
        let left = left.into_iter().filter(touches).collect();
        let Some(people) = &wanted.people else { return Ok((rest.into_iter().filter(touches).collect(), left)) };
        let all = rest.into_iter().chain(self.plan.spared.into_iter().filter(|change| !is_left(change)));
        let chosen: Vec<Change> = all.filter(|change| people.contains(&change.person)).collect();
        match chosen.iter().all(touches) {
            true => Ok((chosen, left)),
            false => Err(AppError::Forbidden("Only an admin changes what an admin sees.".to_owned())),
        }
    }
}

/// How many people lose a library.
fn losing(changes: &[Change]) -> usize {
    let losing = changes.iter().filter(|change| change.lose().next().is_some());
    losing.map(|change| change.person).collect::<HashSet<_>>().len()
}

/// What of the plan is to be applied.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// None: everybody that was not spared before.
    pub people: Option<HashSet<PersonId>>,
    /// They stay as they are, and out of plans until something else is planned for them.
    pub leave_out: HashSet<PersonId>,
    /// The plan that was looked at; any when none.
    pub mark: Option<String>,
    pub confirmed: Confirmed,
}

/// Whether somebody knows how many lose something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Confirmed {
    #[default]
    No,
    /// This number was typed.
    Number(usize),
    /// Whoever asks has said what they want.
    Yes,
}

impl Confirmed {
    fn is_given(self, losing: usize, of_all: usize) -> bool {
        match self {
            Self::No => false,
            // Unticking somebody makes the number smaller than the one the page had asked for; that one counts, too.
            Self::Number(typed) => typed == losing || typed == of_all,
            Self::Yes => true,
        }
    }
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
    check_people(tx, &drawn, wanted.people.as_ref())?;
    let of_all = losing(&drawn.plan.changes);
    let holding = drawn.holding();
    let (chosen, left) = drawn.chosen(actor, wanted)?;
    let losing = losing(&chosen);
    if plan::is_large(losing, holding) && !wanted.confirmed.is_given(losing, of_all) {
        return Err(AppError::field(
            "confirm",
            format!("{losing} people would lose something. Type {losing} to go on."),
        ));
    }
    sent::spare(tx, &left, now)?;
    let by = actor.map(|actor| actor.id);
    let batch = match chosen.as_slice() {
        [] => None,
        some => Some(start(tx, Cause::Plan, actor, None, some, now)?),
    };
    let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, by, now)?;
    Ok(Applied { batch, run })
}

/// Ids of nobody, and none that the plan is about, are a mistake; those who have what they should have are none.
fn check_people(conn: &mut Conn, drawn: &Drawn, wanted: Option<&HashSet<PersonId>>) -> Outcome<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    let ids: Vec<PersonId> = wanted.iter().copied().collect();
    let is_planned = drawn.plan.changes.iter().chain(&drawn.plan.spared).any(|change| wanted.contains(&change.person));
    match is_planned || people::named(conn, &ids)?.len() == ids.len() {
        true => Ok(()),
        false => Err(AppError::field("person_ids", "Nobody of these is in the plan, and some are nobody at all.")),
    }
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
    push(tx, ids.into_iter().map(|id| (id, 0)), now)?;
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

/// Has changes made, each with the number of its try.
pub(super) fn push(
    tx: &mut Tx<'_>,
    changes: impl IntoIterator<Item = (ChangeId, i32)>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    outbox::push_all(tx, &changes.into_iter().map(effect).collect::<Vec<_>>(), now).map(drop)
}

/// The same of one whose turn was in vain.
pub(super) fn push_again(
    tx: &mut Tx<'_>,
    change: ChangeId,
    attempt: i32,
    words: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let (effect, key) = effect((change, attempt));
    outbox::push_again(tx, &effect, &key, words, now)
}

fn effect((change, attempt): (ChangeId, i32)) -> (Effect, String) {
    (Effect::ChangeAccess { change }, format!("access {change} {attempt}"))
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
            let out_of_reach = drawn.out_of_reach(Some(&actor));
            let all = drawn.plan.changes.into_iter();
            let left: Vec<Change> = all.filter(|change| !out_of_reach.contains(&change.person)).collect();
            let people = left.iter().map(|change| change.person).collect::<HashSet<_>>().len();
            sent::spare(tx, &left, now)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            let entry = NewEntry::new(ActivityKind::PlanLeft, format!("{people} people")).by(actor.id, &actor.name);
            activity::record(tx, &entry, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(())
}

/// Stops what still waits of a batch; what is under way comes to its end.
pub async fn stop(app: &App, actor: &Actor, batch: BatchId) -> Outcome<usize> {
    let (actor, now) = (actor.clone(), app.now());
    let stopped = app
        .db
        .write(move |tx| {
            changes::get_batch(tx, batch)?.ok_or(AppError::NotFound)?;
            let reach = within_reach(tx, &actor, batch)?;
            let waiting = changes::waiting_of(tx, batch)?;
            let (mine, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, person)| reach.contains(person));
            if mine.is_empty() && !others.is_empty() {
                return Err(AppError::Forbidden("Only an admin changes what an admin sees.".to_owned()));
            }
            let current = outbox::under_way(tx, ACCESS_LANE, now)?;
            let is_current = |id: ChangeId| current == Some(Effect::ChangeAccess { change: id });
            let (current, ids): (Vec<ChangeId>, Vec<ChangeId>) =
                mine.into_iter().map(|(id, _)| id).partition(|id| is_current(*id));
            current.into_iter().try_for_each(|id| changes::note_stopping(tx, id))?;
            let stopped = changes::stop(tx, &ids, now)?;
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
            let reach = within_reach(tx, &actor, batch)?;
            let again = changes::reopen(tx, batch, |person| reach.contains(&person))?;
            if again.is_empty() {
                let words = "Nothing of it is left to try again. What was made in part, or changed again since, is in the access plan.";
                return Err(AppError::Conflict(words.to_owned()));
            }
            push(tx, again.iter().copied(), now)?;
            let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, Some(actor.id), now)?;
            Ok((again.len(), run))
        })
        .await?;
    announce(app);
    Ok(again)
}

/// Those whom a batch has changed and whom this one may change.
pub(super) fn within_reach(conn: &mut Conn, actor: &Actor, batch: BatchId) -> Outcome<HashSet<PersonId>> {
    let ids = changes::people_of(conn, batch)?;
    let people = people::named(conn, &ids)?;
    Ok(people.into_iter().filter(|person| rules::may_touch(actor, person)).map(|person| person.id).collect())
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
