//! Until when somebody may be here: set, paused and taken up again by whoever looks after them. Plex hears of it when the
//! moment has come.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::access::{Desk, change};
use super::removal;
use crate::app::App;
use crate::db::{Tx, activity, memberships, outbox, removals};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::membership::{Membership, Standing};
use crate::domain::notice::MembershipNotice;
use crate::domain::people::{Actor, Person};
use crate::domain::stay::Stay;
use crate::error::{AppError, Outcome};

/// What becomes of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It lasts so much longer, until a day, or without end.
    Stay(Stay),
    Pause,
    GoOn,
    /// They asked for more, and it stays as it is.
    Decline,
}

/// Back: their name, and how it stands from now on.
pub async fn turn(app: &App, actor: &Actor, id: PersonId, turn: Turn) -> Outcome<(String, Membership)> {
    let done = change(app, actor, id, move |tx, desk| {
        has_an_end(&desk.person)?;
        let before = memberships::of_person(tx, id)?.unwrap_or_else(|| Membership::open(id));
        let after = turned(before.clone(), turn, desk.zone, desk.now)?;
        if after != before {
            keep(tx, desk, &before, &after)?;
        }
        Ok((desk.person.name.clone(), after))
    })
    .await?;
    app.wake_worker();
    Ok(done)
}

/// The same of one of many. False where there is no end that could come later.
pub fn stay_in(tx: &mut Tx<'_>, desk: &Desk, stay: Stay) -> Outcome<bool> {
    let id = desk.person.id;
    let before = memberships::of_person(tx, id)?.unwrap_or_else(|| Membership::open(id));
    if before.ends_at.is_none() && matches!(stay, Stay::Days(_) | Stay::Months(_)) {
        return Ok(false);
    }
    if before.paused_at.is_some() {
        let words = "paused. Let it go on first, or leave them out.";
        return Err(AppError::field("stay", format!("The membership of {} is {words}", desk.person.name)));
    }
    let after = turned(before.clone(), Turn::Stay(stay), desk.zone, desk.now)?;
    if after != before {
        keep(tx, desk, &before, &after)?;
    }
    Ok(true)
}

/// Nobody can be shut out of their own house.
fn has_an_end(person: &Person) -> Outcome<()> {
    match () {
        () if person.is_owner => Err(AppError::field("stay", format!("{} owns the server and stays.", person.name))),
        () if person.role.is_admin() => {
            let words = "An admin stays as long as they are one. Give them another role first.";
            Err(AppError::field("stay", words))
        }
        () => Ok(()),
    }
}

fn turned(before: Membership, turn: Turn, zone: Tz, now: DateTime<Utc>) -> Outcome<Membership> {
    let is_paused = before.standing(now) == Standing::Paused;
    match turn {
        Turn::Pause => Ok(before.pause(now)),
        Turn::GoOn => Ok(before.resume(now, zone)),
        Turn::Decline => Ok(Membership { asked_at: None, ..before }),
        Turn::Stay(_) if is_paused => {
            Err(AppError::field("stay", "The membership is paused. Let it go on first, then say until when."))
        }
        Turn::Stay(stay) if stay.is_over(now, zone) => {
            Err(AppError::field("stay", "This day is over. Choose today or a later one."))
        }
        Turn::Stay(stay) => Ok(before.extended(stay, now, zone)),
    }
}

fn keep(tx: &mut Tx<'_>, desk: &Desk, before: &Membership, after: &Membership) -> Outcome<()> {
    if before.out_since(desk.now).is_some() && after.out_since(desk.now).is_none() {
        removal::may_let_back(desk, &removals::in_force(tx, after.person)?)?;
    }
    memberships::change(tx, before, after, desk.now)?;
    if before.asked_at.is_some() && after.asked_at.is_none() {
        let is_longer = after.ends_at != before.ends_at;
        let notice = if is_longer { MembershipNotice::Extended } else { MembershipNotice::Declined };
        let effect = Effect::TellMembership { notice, about: after.person, reader: after.person };
        let key = format!("tell {notice} {} {}", after.person, desk.now.timestamp_micros());
        outbox::push(tx, &effect, &key, desk.now)?;
    }
    let entry = NewEntry::new(ActivityKind::MembershipChanged, &desk.person.name)
        .by(desk.actor.id, &desk.actor.name)
        .about(desk.person.id)
        .change(before.words(desk.zone), after.words(desk.zone));
    activity::record(tx, &entry, desk.now)
}
