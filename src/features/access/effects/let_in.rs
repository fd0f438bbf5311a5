//! A guest who follows an invite: what it gives is shared with them at once. It becomes theirs when Plex has taken it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Tx, access, invite_uses, invites, jobs, people};
use crate::domain::access::batch::Cause;
use crate::domain::access::gift;
use crate::domain::access::plan::Change;
use crate::domain::effect::{Effect, Ending};
use crate::domain::ids::InviteUseId;
use crate::domain::invite::Invite;
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::Person;
use crate::error::Outcome;
use crate::features::access::actions;

pub async fn run(app: &App, claim: &Claim, id: InviteUseId) -> Outcome<Settled> {
    let (claim, zone, now) = (claim.clone(), app.settings().await?.time_zone, app.now());
    let settled = app
        .db
        .write(move |tx| {
            let one = invite_uses::get(tx, id)?.filter(|one| one.state == UseState::Sharing && one.batch.is_none());
            let Some(one) = one else { return outbox::settle(tx, &claim, Ending::Moot, now) };
            match behind(tx, &one)? {
                Some((invite, person)) => let_in(tx, &one, &invite, &person, zone, now)?,
                None => invite_uses::refuse(tx, &one, Refusal::NoMore, now)?,
            }
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    app.wake_worker();
    app.wake_jobs.notify_one();
    app.changed(News::Access);
    Ok(settled)
}

/// Nothing where the invite, or who came by it, is deleted by now.
fn behind(tx: &mut Tx<'_>, one: &InviteUse) -> Outcome<Option<(Invite, Person)>> {
    let invite = one.invite.map(|id| invites::get(tx, id)).transpose()?.flatten();
    let person = one.person.map(|id| people::get(tx, id)).transpose()?.flatten();
    Ok(invite.zip(person))
}

fn let_in(
    tx: &mut Tx<'_>,
    one: &InviteUse,
    invite: &Invite,
    person: &Person,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<()> {
    access::adopt(tx, person, &[], invite.made_by, zone, now)?;
    let changes = given(tx, invite, person, zone, now)?;
    if !changes.is_empty() {
        let batch = actions::start(tx, Cause::Invite, None, None, &changes, now)?;
        invite_uses::note_batch(tx, one.id, batch, now)?;
        jobs::ask(tx, JobName::AccessApply, RunCause::Asked, None, now)?;
    }
    let effect = Effect::Welcome { invite_use: one.id };
    outbox::push(tx, &effect, &format!("accept {} {}", one.id, one.changed_at.timestamp_micros()), now)?;
    Ok(())
}

/// What changes of their shares: nothing that somebody has yet to decide.
fn given(tx: &mut Tx<'_>, invite: &Invite, person: &Person, zone: Tz, now: DateTime<Utc>) -> Outcome<Vec<Change>> {
    let one = access::one::of_person(tx, person, zone, now)?;
    Ok(gift::gift(&one.standing.house, &gift::with(one.member, invite)))
}
