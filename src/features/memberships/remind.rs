//! The job `membership`: tells people that theirs ends, at each rung of the ladder once. What was missed while the house was
//! closed is not made up for: only the last rung that was passed is told. It ends nobody's: that does the clock.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::run::RunHandle;
use crate::db::{Tx, memberships, outbox};
use crate::domain::effect::Effect;
use crate::domain::notice::MembershipNotice;
use crate::error::Outcome;

pub async fn run(run: RunHandle) -> Outcome<Value> {
    let app = run.app.clone();
    let now = app.now();
    let (ending, ended) = app.db.write(move |tx| remind(tx, now)).await?;
    app.wake_worker();
    Ok(json!({ "reminded": ending, "told_it_is_over": ended }))
}

fn remind(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<(usize, usize)> {
    let (mut ending, mut ended) = (0, 0);
    for (one, told) in memberships::to_tell(tx)? {
        let Some(rung) = one.rung(told, now) else { continue };
        memberships::told(tx, one.person, Some(rung))?;
        let notice = if rung == 0 { MembershipNotice::Ended } else { MembershipNotice::Ending };
        let count = if rung == 0 { &mut ended } else { &mut ending };
        *count += 1;
        let effect = Effect::TellMembership { notice, about: one.person, reader: one.person };
        let end = one.ends_at.map(|end| end.timestamp()).unwrap_or_default();
        outbox::push(tx, &effect, &format!("tell {notice} {} {end} {rung}", one.person), now)?;
    }
    Ok((ending, ended))
}
