//! Taking back: a batch of changes, and what somebody changed on Plex.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{announce, draw, drift_of, may_touch, start, within_reach};
use crate::app::App;
use crate::db::{Conn, Tx, activity, changes, grants, jobs, sent};
use crate::domain::access::batch::{Batch, Cause, Made, State};
use crate::domain::access::plan::Change;
use crate::domain::access::step;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::{BatchId, PersonId, RunId, ServerId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};

/// What taking a batch back comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Back {
    pub changes: Vec<Change>,
    /// How many people are left alone, for their share was changed again since.
    pub left: usize,
}

/// What taking a batch back would change: everything of it that was done, be it in part, but for shares that were changed
/// again since, or are being changed.
pub fn undoing(conn: &mut Conn, batch: BatchId) -> Outcome<Back> {
    let since = changes::since(conn, batch)?;
    let made = changes::of_batch(conn, batch)?;
    let done = made.iter().rev().filter(|made| matches!(made.state, State::Done | State::Partly));
    let is_as_left = |made: &&Made| since.get(&made.id).is_none_or(|now| step::is_as_left(&made.change, now.as_ref()));
    let (back, left): (Vec<&Made>, Vec<&Made>) = done.partition(is_as_left);
    let left: HashSet<PersonId> = left.iter().map(|made| made.change.person).collect();
    Ok(Back { changes: back.iter().map(|made| made.change.undone()).collect(), left: left.len() })
}

/// Puts back what a batch has changed.
pub async fn undo(app: &App, actor: &Actor, batch: BatchId) -> Outcome<(BatchId, RunId)> {
    let (actor, now) = (actor.clone(), app.now());
    let made = app.db.write(move |tx| undo_in(tx, &actor, batch, now)).await?;
    announce(app);
    Ok(made)
}

fn undo_in(tx: &mut Tx<'_>, actor: &Actor, batch: BatchId, now: DateTime<Utc>) -> Outcome<(BatchId, RunId)> {
    let Batch { id, .. } = changes::get_batch(tx, batch)?.ok_or(AppError::NotFound)?;
    let reach = within_reach(tx, actor, id)?;
    let Back { changes: mut back, left } = undoing(tx, id)?;
    if back.is_empty() {
        return Err(nothing_to_take_back(left));
    }
    back.retain(|change| reach.contains(&change.person));
    if back.is_empty() {
        return Err(AppError::Forbidden("Only an admin changes what an admin sees.".to_owned()));
    }
    let made = start(tx, Cause::Undo, Some(actor), Some(id), &back, now)?;
    let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, Some(actor.id), now)?;
    Ok((made, run))
}

pub fn nothing_to_take_back(left: usize) -> AppError {
    let words = match left {
        0 => "There is nothing to take back: none of it was done.",
        _ => "There is nothing to take back: it was taken back already, or changed again since.",
    };
    AppError::Conflict(words.to_owned())
}

/// Gives somebody again what was last sent to Plex.
pub async fn put_back(app: &App, actor: &Actor, person: PersonId, server: ServerId) -> Outcome<(BatchId, RunId)> {
    let (actor, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    let made = app
        .db
        .write(move |tx| {
            check(tx, &actor, person)?;
            let drift = drift_of(&draw(tx, zone, now)?, person, server)?;
            let change = Change { person, server, before: drift.found, after: Some(drift.sent) };
            let made = start(tx, Cause::Drift, Some(&actor), None, &[change], now)?;
            let run = jobs::ask(tx, JobName::AccessApply, RunCause::Asked, Some(actor.id), now)?;
            Ok((made, run))
        })
        .await?;
    announce(app);
    Ok(made)
}

/// Takes what Plex has for right: what is there beyond our own becomes a grant, what is missing is withheld from now on.
pub async fn keep_plex(app: &App, actor: &Actor, person: PersonId, server: ServerId) -> Outcome<()> {
    let (actor, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    app.db.write(move |tx| keep_in(tx, &actor, person, server, zone, now)).await?;
    announce(app);
    Ok(())
}

fn keep_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    person: PersonId,
    server: ServerId,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let name = check(tx, actor, person)?;
    let drawn = draw(tx, zone, now)?;
    let drift = drift_of(&drawn, person, server)?;
    let as_found = drawn.standing.members.iter().any(|member| member.id == person && member.is_as_found());
    if let (Some(found), false) = (&drift.found, as_found) {
        let should: Vec<_> = drift.sent.libraries.iter().copied().collect();
        for library in found.libraries.iter().filter(|library| !should.contains(library)) {
            grants::allow(tx, person, *library, Some(actor.id), "kept as it was found on Plex", now)?;
        }
        for library in should.iter().filter(|library| !found.libraries.contains(library)) {
            grants::exclude(tx, person, *library, Some(actor.id), now)?;
        }
    }
    sent::note(tx, person, server, drift.found.as_ref(), now)?;
    // What groups would still change about it is left out: somebody has just decided.
    let mut decided = draw(tx, zone, now)?.plan.changes;
    decided.retain(|one| (one.person, one.server) == (person, server));
    sent::spare(tx, &decided, now)?;
    jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
    let entry = NewEntry::new(ActivityKind::DriftKept, name).by(actor.id, &actor.name).about(person);
    activity::record(tx, &entry, now)
}

fn check(tx: &mut Tx<'_>, actor: &Actor, person: PersonId) -> Outcome<String> {
    let found = crate::db::people::get(tx, person)?.ok_or(AppError::NotFound)?;
    match may_touch(tx, actor, person)? {
        true => Ok(found.name),
        false => Err(AppError::Forbidden("Only an admin changes what an admin sees.".to_owned())),
    }
}
