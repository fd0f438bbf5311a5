//! Somebody whose membership was over, or paused, is back: what was taken from them since is given again at once.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Tx, access, changes, jobs, people};
use crate::domain::access::back::back;
use crate::domain::access::batch::Cause;
use crate::domain::access::resolve::Held;
use crate::domain::effect::Ending;
use crate::domain::ids::PersonId;
use crate::domain::jobs::{JobName, RunCause};
use crate::error::Outcome;
use crate::features::access::actions;

pub async fn run(app: &App, claim: &Claim, person: PersonId, out_since: DateTime<Utc>) -> Outcome<Settled> {
    let (claim, zone, now) = (claim.clone(), app.settings().await?.time_zone, app.now());
    let settled = app
        .db
        .write(move |tx| {
            let given = give_back(tx, person, out_since, zone, now)?;
            outbox::settle(tx, &claim, if given { Ending::Done } else { Ending::Moot }, now)
        })
        .await?;
    app.wake_worker();
    app.wake_jobs.notify_one();
    app.changed(News::Access);
    Ok(settled)
}

/// False where there is nothing to give: they are gone, out again, or nothing was taken.
fn give_back(tx: &mut Tx<'_>, id: PersonId, out_since: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> Outcome<bool> {
    let Some(person) = people::get(tx, id)? else { return Ok(false) };
    let one = access::one::of_person(tx, &person, zone, now)?;
    if one.member.is_out(now) {
        return Ok(false);
    }
    let taken = changes::taken(tx, id, out_since)?;
    changes::stop(tx, &taken.waiting, now)?;
    let held = |(server, given)| Held { server, accepted: true, given };
    let list = back(&one.standing.house, &one.member, taken.done.into_iter().map(held).collect(), out_since);
    if list.is_empty() {
        return Ok(false);
    }
    actions::start(tx, Cause::Membership, None, None, &list, now)?;
    jobs::ask(tx, JobName::AccessApply, RunCause::Asked, None, now)?;
    Ok(true)
}
