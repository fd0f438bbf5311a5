//! Asking for more. What the house gives without being asked twice is given at once; the rest waits for somebody to decide.

use chrono::{DateTime, Utc};

use crate::app::{App, Change as News};
use crate::db::{Tx, activity, jobs, memberships, outbox, people, removals};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::jobs::JobName;
use crate::domain::membership::{Membership, Standing, link};
use crate::domain::notice::MembershipNotice;
use crate::domain::people::{Person, Role};
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};

/// What became of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It lasts longer from now on.
    Given(Membership),
    /// Somebody decides.
    Waits,
    /// It has no end, or is paused: there is nothing to ask for.
    Nothing,
}

/// `end` is the one that the link was made for: once there is another, it has been decided.
pub async fn ask(app: &App, person: PersonId, end: Option<DateTime<Utc>>) -> Outcome<Answer> {
    let (settings, now) = (app.settings().await?, app.now());
    let answer = app.db.write(move |tx| ask_in(tx, person, end, &settings, now)).await?;
    app.wake_worker();
    app.wake_jobs.notify_one();
    app.changed(News::Access);
    Ok(answer)
}

fn ask_in(
    tx: &mut Tx<'_>,
    id: PersonId,
    end: Option<DateTime<Utc>>,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Outcome<Answer> {
    let person = people::get(tx, id)?.ok_or(AppError::NotFound)?;
    let Some(one) = memberships::of_person(tx, id)?.filter(|one| one.standing(now) != Standing::Paused) else {
        return Ok(Answer::Nothing);
    };
    let is_removed = !removals::in_force(tx, id)?.is_empty();
    let is_settled = end.is_some_and(|end| !link::is_for(&one, end));
    match one {
        one if one.ends_at.is_none() => Ok(Answer::Nothing),
        one if is_settled => Ok(Answer::Given(one)),
        one if one.asked_at.is_some() => Ok(Answer::Waits),
        one if !is_removed && one.granted < settings.membership_extensions => give(tx, &person, one, settings, now),
        one => wait(tx, &person, one, now),
    }
}

fn give(tx: &mut Tx<'_>, person: &Person, one: Membership, settings: &Settings, now: DateTime<Utc>) -> Outcome<Answer> {
    let zone = settings.time_zone;
    let (granted, before) = (one.granted + 1, one.clone());
    let after = Membership { granted, ..one.extended(settings.membership_extension, now, zone) };
    memberships::change(tx, &before, &after, now)?;
    jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
    let entry = NewEntry::new(ActivityKind::MembershipChanged, &person.name).by(person.id, &person.name);
    activity::record(tx, &entry.about(person.id).change(before.words(zone), after.words(zone)), now)?;
    Ok(Answer::Given(after))
}

fn wait(tx: &mut Tx<'_>, person: &Person, one: Membership, now: DateTime<Utc>) -> Outcome<Answer> {
    memberships::save(tx, &Membership { asked_at: Some(now), ..one }, now)?;
    for reader in people::with_roles(tx, &[Role::Moderator, Role::Admin])? {
        let effect = Effect::TellMembership { notice: MembershipNotice::Asked, about: person.id, reader: reader.id };
        outbox::push(
            tx,
            &effect,
            &format!("asks to stay {} {} {}", person.id, reader.id, now.timestamp_micros()),
            now,
        )?;
    }
    let entry = NewEntry::new(ActivityKind::MembershipAsked, &person.name).by(person.id, &person.name);
    activity::record(tx, &entry.about(person.id), now)?;
    Ok(Answer::Waits)
}
