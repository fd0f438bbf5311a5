//! What the dashboard says of the plan without drawing it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use usherr::db;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

use super::{apply, close, group, house, person};
use crate::support::TestApp;

async fn counted(test: &TestApp) -> Value {
    let run = test.run_job(JobName::AccessSchedule).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    json!([run.result["people_in_plan"], run.result["people_differing"]])
}

async fn next_look(test: &TestApp) -> Option<DateTime<Utc>> {
    let jobs = test.app().db.read(db::jobs::all).await.unwrap();
    jobs.into_iter().find(|job| job.name == JobName::AccessSchedule).unwrap().next_run_at
}

#[tokio::test]
async fn the_desk_says_for_how_many_there_is_something_to_decide() {
    let test = house().await;
    let admin = test.as_admin().await;
    assert_eq!(counted(&test).await, json!([0, 0]));
    admin.get("/admin").await.is(200).lacks("The access plan waits");
    group(&test, "Cinema", &["Films", "Series"], &["Priya", "Marek"], |_| {}).await;
    assert_eq!(counted(&test).await, json!([2, 0]));
    for role in [Role::Moderator, Role::Auditor] {
        let desk = test.as_role(role).await.get("/admin").await.is(200);
        desk.has("2 people would gain or lose something.")
            .has("href=\"/admin/plan\"")
            .lacks("Plex differs")
            .has(r#"id="count-side-in-plan"><span class="visually-hidden">, </span>2"#);
    }
    // What is applied is counted when the last of it is made.
    assert_eq!(apply(&test, &admin, Value::Null).await.1.state, RunState::Succeeded);
    admin.get("/admin").await.is(200).lacks("The access plan waits").has(r#"id="count-side-in-plan" hidden"#);
    test.world.house().write(|house| {
        let priya = house.account_named("priya").unwrap().id;
        let sections = house.section_ids(&[1, 3, 6]);
        house.shares.iter_mut().find(|share| share.account_id == Some(priya)).unwrap().sections = sections;
    });
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    assert_eq!(counted(&test).await, json!([0, 1]));
    admin.get("/admin").await.is(200).has("Plex differs for 1 person.").lacks("gain or lose something");
    close(test).await;
}

#[tokio::test]
async fn who_changes_what_the_plan_is_made_from_has_it_counted_again() {
    let test = house().await;
    let admin = test.as_admin().await;
    let tomorrow = test.app().now() + TimeDelta::days(1);
    let id = group(&test, "Cinema", &["Films"], &[], |_| {}).await;
    let priya = person(&test, "Priya").await.to_string();
    let changes: [(String, Vec<(&str, &str)>); 5] = [
        (format!("/admin/groups/{id}/members"), vec![("add", &priya)]),
        (format!("/admin/people/{priya}/groups"), vec![]),
        ("/admin/people/edit".to_owned(), vec![("id", &priya), ("keep", "on")]),
        (format!("/admin/groups/{id}"), vec![("name", "Cinema"), ("ceiling", "12")]),
        (format!("/admin/groups/{id}/removal"), vec![]),
    ];
    for (path, fields) in changes {
        test.app().db.write(move |tx| db::jobs::set_next(tx, JobName::AccessSchedule, Some(tomorrow))).await.unwrap();
        admin.post(&path, &fields).await.is(303);
        assert!(next_look(&test).await.unwrap() < tomorrow - TimeDelta::hours(23), "{path}");
    }
    close(test).await;
}
