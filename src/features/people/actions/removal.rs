//! Removing somebody, and letting them back. What Plex has to do for it follows by effects, when their shares are taken.

use super::access::{Desk, change};
use crate::app::{App, Change};
use crate::db::{Tx, activity, memberships, outbox, people, removals, servers, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::domain::notice::MembershipNotice;
use crate::domain::people::{Actor, Person};
use crate::domain::removal::{self, Removal, State, Way};
use crate::error::{AppError, Outcome};

/// Removes somebody. Pressed again it is the same removal. `sure` says that they know that there is no way back, where there
/// is none.
pub async fn remove(app: &App, actor: &Actor, id: PersonId, way: Way, sure: bool) -> Outcome<(String, Removal)> {
    let done = change(app, actor, id, move |tx, desk| {
        let removal = remove_in(tx, desk, way, sure)?;
        Ok((desk.person.name.clone(), removal))
    })
    .await?;
    go_on(app);
    Ok(done)
}

fn go_on(app: &App) {
    app.changed(Change::Sessions);
    app.wake_worker();
    app.wake_jobs.notify_one();
}

fn remove_in(tx: &mut Tx<'_>, desk: &Desk, way: Way, sure: bool) -> Outcome<Removal> {
    let id = desk.person.id;
    let in_force = removals::in_force(tx, id)?;
    if let Some(same) = in_force.iter().find(|one| one.way == way && one.state != State::Failed) {
        return Ok(same.clone());
    }
    let owners: Vec<i64> = servers::all(tx)?.iter().filter_map(|server| server.owner_plex_id).collect();
    if let Some(words) = removal::refusal(&desk.actor, &desk.person, &owners) {
        return Err(AppError::field("from", words));
    }
    let before = memberships::of_person(tx, id)?.unwrap_or_else(|| Membership::open(id));
    let is_out = before.out_since(desk.now).is_some();
    if !removal::ways(&desk.actor, &desk.person, is_out, &in_force).contains(&way) {
        let words = format!("{} can’t be removed {} now. Choose another way.", desk.person.name, way.from());
        return Err(AppError::field("from", words));
    }
    if removal::is_for_good(way, &desk.person) && !sure {
        return Err(AppError::field("sure", "There is no way back from this. Tick that you know."));
    }
    let closed = way.ends_membership() && !is_out;
    let new = removals::New { person: id, way, by: desk.actor.id, closed, before_ends_at: before.ends_at };
    let removal = removals::add(tx, &new, desk.now)?;
    match way {
        Way::Usherr => forget(tx, desk)?,
        _ if closed => close(tx, desk, way, before)?,
        _ => {}
    }
    removals::get(tx, removal)?.ok_or(AppError::NotFound)
}

/// The end comes now. They hear of it like of any other.
fn close(tx: &mut Tx<'_>, desk: &Desk, way: Way, before: Membership) -> Outcome<()> {
    let (id, words) = (before.person, before.words(desk.zone));
    let after = before.ended(desk.now);
    memberships::save(tx, &after, desk.now)?;
    let notice = MembershipNotice::Ended;
    let effect = Effect::TellMembership { notice, about: id, reader: id };
    outbox::push(tx, &effect, &format!("tell {notice} {id} removed {}", desk.now.timestamp_micros()), desk.now)?;
    // What Plex has yet to do is recorded when it is done.
    let (kind, detail) = match way.asks_plex() {
        true => (ActivityKind::MembershipChanged, format!("to be removed {}", way.from())),
        false => (ActivityKind::PersonRemoved, way.from().to_owned()),
    };
    let entry = entry(desk, kind).detail(detail).change(words, after.words(desk.zone));
    activity::record(tx, &entry, desk.now)
}

fn forget(tx: &mut Tx<'_>, desk: &Desk) -> Outcome<()> {
    let id = desk.person.id;
    people::remove(tx, id, desk.now)?;
    sessions::revoke_all(tx, id, None, desk.now)?;
    sessions::revoke_keys(tx, id, desk.now)?;
    desk.record(tx, ActivityKind::PersonRemoved, Way::Usherr.from())
}

fn entry(desk: &Desk, kind: ActivityKind) -> NewEntry {
    NewEntry::new(kind, &desk.person.name).by(desk.actor.id, &desk.actor.name).about(desk.person.id)
}

/// Lets somebody back who was removed: into Usherr, or to what they had on Plex. Back: their name, and what was taken back.
pub async fn take_back(app: &App, actor: &Actor, id: PersonId) -> Outcome<(String, Removal)> {
    let done = change(app, actor, id, move |tx, desk| {
        let in_force = removals::in_force(tx, id)?;
        let Some(last) = in_force.first().cloned() else {
            return Err(AppError::Conflict(format!("{} is not removed from anything.", desk.person.name)));
        };
        may_let_back(desk, &in_force)?;
        match desk.person.removed_at {
            Some(_) => {
                people::take_in_again(tx, id, desk.now)?;
                desk.record(tx, ActivityKind::PersonTakenBack, Way::Usherr.from())?;
            }
            None => give_back(tx, desk, &in_force)?,
        }
        let last = removals::get(tx, last.id)?.unwrap_or(last);
        Ok((desk.person.name.clone(), last))
    })
    .await?;
    go_on(app);
    Ok(done)
}

/// Whoever was taken off friends or out of the Home is let back by admins alone.
pub fn may_let_back(desk: &Desk, in_force: &[Removal]) -> Outcome<()> {
    match removal::may_take_back(&desk.actor, &desk.person, in_force) {
        true => Ok(()),
        false => {
            let name = &desk.person.name;
            let words = format!("{name} was removed from friends or the Plex Home: only an admin lets them back.");
            Err(AppError::Forbidden(words))
        }
    }
}

/// What was taken comes back like at any other return.
fn give_back(tx: &mut Tx<'_>, desk: &Desk, in_force: &[Removal]) -> Outcome<()> {
    let Person { id, gone_at, .. } = desk.person;
    let before = memberships::of_person(tx, id)?.unwrap_or_else(|| Membership::open(id));
    let after = removal::way_back(&desk.person, &before, in_force, desk.now).map_err(AppError::Conflict)?;
    if gone_at.is_some() {
        people::welcome_back(tx, id, desk.now)?;
    }
    memberships::change(tx, &before, &after, desk.now)?;
    let detail = in_force.first().map(|one| one.way.from()).unwrap_or_default();
    let entry = entry(desk, ActivityKind::PersonTakenBack).detail(detail);
    activity::record(tx, &entry.change(before.words(desk.zone), after.words(desk.zone)), desk.now)
}

/// Has Plex asked once more for what it refused. Back: their name.
pub async fn try_again(app: &App, actor: &Actor, id: PersonId) -> Outcome<String> {
    let name = change(app, actor, id, move |tx, desk| {
        let failed = removals::in_force(tx, id)?.into_iter().next();
        let failed = failed.filter(|one| one.state == State::Failed && one.way.asks_plex());
        let Some(failed) = failed else {
            return Err(AppError::Conflict("There is nothing to try again.".to_owned()));
        };
        may_let_back(desk, std::slice::from_ref(&failed))?;
        removals::try_again(tx, failed.id)?;
        removals::go_on(tx, desk.now)?;
        Ok(desk.person.name.clone())
    })
    .await?;
    go_on(app);
    Ok(name)
}
