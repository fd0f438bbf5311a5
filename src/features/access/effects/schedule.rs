//! The job `access_schedule`: what the clock has opened and closed since the last look becomes changes. What was missed
//! while the house was closed is done once. Runs by its schedule, at every moment at which something changes, and soon
//! after somebody has changed what the plan is made from.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::outlook;
use crate::app::Change as News;
use crate::app::run::RunHandle;
use crate::db::settings::StoredSetting;
use crate::db::{Tx, access, jobs, removals, settings};
use crate::domain::access::batch::Cause;
use crate::domain::access::tick;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::settings::SettingKey;
use crate::error::Outcome;
use crate::features::access::actions;

pub async fn run(run: RunHandle) -> Outcome<Value> {
    let app = run.app.clone();
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    let (changed, held_up) = app.db.write(move |tx| look(tx, zone, now)).await?;
    // Also what was only waiting for this look.
    app.wake_worker();
    if changed > 0 {
        app.wake_jobs.notify_one();
        app.changed(News::Access);
    }
    let outlook = outlook::count(&app).await?;
    Ok(json!({
        "shares_changed": changed,
        "held_up": held_up,
        "people_in_plan": outlook.people,
        "people_differing": outlook.differ,
    }))
}

fn look(tx: &mut Tx<'_>, zone: Tz, now: DateTime<Utc>) -> Outcome<(usize, usize)> {
    let found = follow(tx, zone, now)?;
    removals::go_on(tx, now)?;
    Ok(found)
}

fn follow(tx: &mut Tx<'_>, zone: Tz, now: DateTime<Utc>) -> Outcome<(usize, usize)> {
    let then = last_look(tx)?;
    note_look(tx, now)?;
    let whens = access::whens(tx, then.unwrap_or(now).min(now))?;
    jobs::bring_forward(tx, JobName::AccessSchedule, tick::next_of(whens.iter(), now, zone))?;
    let came = |then: &DateTime<Utc>| tick::next_of(whens.iter(), *then, zone).is_some_and(|at| at <= now);
    let Some(then) = then.filter(came) else { return Ok((0, 0)) };
    let standing = access::standing(tx, zone, now)?;
    let plan = tick::since(then, &standing.house, &standing.members);
    if !plan.changes.is_empty() {
        actions::start(tx, Cause::Schedule, None, None, &plan.changes, now)?;
        jobs::ask(tx, JobName::AccessApply, RunCause::Schedule, None, now)?;
    }
    Ok((plan.changes.len(), plan.held_up.len()))
}

fn last_look(tx: &mut Tx<'_>) -> Outcome<Option<DateTime<Utc>>> {
    let text = settings::get(tx, SettingKey::AccessLookedAt.as_str())?;
    Ok(text.and_then(|text| text.parse().ok()))
}

fn note_look(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<()> {
    let row = StoredSetting {
        key: SettingKey::AccessLookedAt.as_str().to_owned(),
        value: now.to_rfc3339(),
        sealed: false,
        from_file: false,
    };
    settings::put(tx, &row, now)
}
