//! Windows open and close by the clock, whatever else waits to be decided, also after the house was closed for a while.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use usherr::db::{Tx, groups};
use usherr::domain::access::when::{Span, When};
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::settings::SettingKey;

use super::{apply, close, grant, group, house, libraries_of, plan};
use crate::support::TestApp;

/// The job as it would run had its last look been then. A run of its own that was under way by now may have looked before.
pub async fn tick_since(test: &TestApp, then: DateTime<Utc>) {
    test.setting(SettingKey::AccessLookedAt, &then.to_rfc3339()).await;
    let set = Utc::now();
    loop {
        let run = test.run_job(JobName::AccessSchedule).await;
        assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
        if run.started_at >= set {
            break;
        }
    }
    test.settled().await;
}

/// From `from` hours ago to `to` hours ahead.
fn around_now(from: i64, to: i64) -> When {
    let now = Utc::now();
    When { from: Some(now - TimeDelta::hours(from)), until: Some(now + TimeDelta::hours(to)), weekly: Vec::new() }
}

#[tokio::test]
async fn what_opens_and_closes_is_sent_and_nothing_else() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films", "Series"], &["Priya"], |_| {}).await;
    grant(&test, "Priya", "4K Films", around_now(1, 5)).await;
    // Nobody has applied the plan: what groups give and take waits, the grant has begun by the clock.
    let before = libraries_of(&test, "Priya Raman");
    tick_since(&test, Utc::now() - TimeDelta::hours(2)).await;
    let mut with = before.clone();
    with.insert(4, "4K Films".to_owned());
    assert_eq!(libraries_of(&test, "Priya Raman"), with);
    assert_eq!(plan(&admin).await["changes"][0]["lose"], json!(["Documentaries", "Kids"]), "still to be decided");
    // Nothing came since: nothing is sent.
    let sent = super::writes(&test).len();
    tick_since(&test, Utc::now() - TimeDelta::minutes(1)).await;
    assert_eq!(super::writes(&test).len(), sent);
    close(test).await;
}

#[tokio::test]
async fn what_was_missed_while_the_house_was_closed_is_done_once() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Marek"], |_| {}).await;
    assert_eq!(apply(&test, &admin, Value::Null).await.1.state, RunState::Succeeded);
    // Ended an hour ago; opened and closed within the time nobody looked.
    let over = |from: i64, to: i64| When { until: Some(Utc::now() - TimeDelta::hours(to)), ..around_now(from, 0) };
    grant(&test, "Marek", "Series", over(30, 1)).await;
    grant(&test, "Marek", "Kids", over(20, 10)).await;
    test.world.house().write(|house| {
        let marek = house.account_named("mareknowak").unwrap().id;
        let sections = house.section_ids(&[1, 2, 6]);
        house.shares.iter_mut().find(|share| share.account_id == Some(marek)).unwrap().sections = sections;
    });
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    let sent = super::writes(&test).len();
    tick_since(&test, Utc::now() - TimeDelta::days(1)).await;
    assert_eq!(libraries_of(&test, "Marek Nowak"), ["Films", "Welcome"]);
    assert_eq!(super::writes(&test).len(), sent + 1);
    close(test).await;
}

#[tokio::test]
async fn what_ends_is_closed_also_where_plex_keeps_the_limits() {
    let test = house().await;
    let admin = test.as_admin().await;
    let id = group(&test, "Holidays", &["Films"], &["Ida"], |group| group.ceiling = Some(6)).await;
    assert_eq!(apply(&test, &admin, Value::Null).await.1.state, RunState::Succeeded);
    assert_eq!(libraries_of(&test, "Ida"), ["Films", "Welcome"]);
    let over = When { until: Some(Utc::now() - TimeDelta::hours(1)), ..around_now(30, 0) };
    let now = Utc::now();
    let end = move |tx: &mut Tx<'_>| {
        let mut all = groups::all(tx)?;
        let group = all.iter_mut().find(|group| group.id == id).unwrap();
        group.when = over;
        groups::save(tx, group, now)
    };
    test.app().db.write(end).await.unwrap();
    let before = super::on_plex(&test)["Ida"].1.clone();
    test.world.plex_tv().set_modes(|modes| modes.restricted_refused = true);
    let sent = super::writes(&test).len();
    tick_since(&test, Utc::now() - TimeDelta::days(1)).await;
    assert_eq!(libraries_of(&test, "Ida"), ["Welcome"]);
    assert_eq!(super::on_plex(&test)["Ida"].1, before);
    assert_eq!(super::writes(&test).len() - sent, 2, "one of them refused");
    close(test).await;
}

#[tokio::test]
async fn the_job_comes_at_the_very_minute() {
    let test = house().await;
    let soon = Utc::now() + TimeDelta::minutes(2);
    let when = When { from: Some(soon), ..When::default() };
    group(&test, "Evening", &["Films"], &["Marek"], |group| group.when = when).await;
    // It would not come before tomorrow.
    let far = Some(test.app().now() + TimeDelta::days(1));
    test.app().db.write(move |tx| usherr::db::jobs::set_next(tx, JobName::AccessSchedule, far)).await.unwrap();
    tick_since(&test, Utc::now()).await;
    let jobs = test.app().db.read(usherr::db::jobs::all).await.unwrap();
    let next = jobs.iter().find(|job| job.name == JobName::AccessSchedule).unwrap().next_run_at.unwrap();
    assert!((next - soon).num_seconds().abs() <= 1, "{next} is not {soon}");
    // A weekly window that is open every minute never ends.
    let whole = When { weekly: vec![Span::new(0, 7 * 24 * 60).unwrap()], ..When::default() };
    grant(&test, "Priya", "4K Films", whole).await;
    tick_since(&test, Utc::now()).await;
    close(test).await;
}
