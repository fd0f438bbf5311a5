//! Jobs and runs: who may look, run and change, and what a program gets.

use reqwest::Method;
use serde_json::json;
use usherr::db::activity;
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

use crate::support::TestApp;

#[tokio::test]
async fn a_job_is_run_by_hand_and_tells_what_it_brought() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let moderator = house.as_role(Role::Moderator).await;
    moderator.get("/admin/jobs").await.is(200).has("Look at Plex").has("Every 15 minutes").has("Run now");
    let started = moderator.post("/admin/jobs/cleanup/run", &[]).await.is(303);
    assert!(started.location().starts_with("/admin/runs/"), "{}", started.location());
    moderator.follow(&started).await.is(200).has("Tidy up").has("has started");
    house.run_job(JobName::Cleanup).await;
    moderator.get(started.location()).await.is(200).has("Done").has("By moderator-");
    moderator.get("/admin/jobs/cleanup").await.is(200).has("by hand").lacks("Save schedule");
    moderator.get("/admin/activity?kind=job_asked").await.is(200).has("started the job").has("Tidy up");
    house.close().await;
}

#[tokio::test]
async fn a_schedule_takes_effect_at_once_and_is_refused_beside_its_field() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let admin = house.as_admin().await;
    let address = "/admin/jobs/cleanup/schedule";
    admin.post(address, &[("how", "daily"), ("at", "03:30"), ("enabled", "yes")]).await.is(303);
    admin.get("/admin/jobs/cleanup").await.is(200).has("Daily at 03:30").has("at 03:30");
    for (fields, field) in [
        ([("how", "every"), ("minutes", "4")], "minutes-error"),
        ([("how", "every"), ("minutes", "1441")], "minutes-error"),
        ([("how", "daily"), ("at", "25:00")], "at-error"),
        ([("how", "cron"), ("cron", "* * * * *")], "cron-error"),
        ([("how", "cron"), ("cron", "whenever <b>")], "cron-error"),
    ] {
        admin.post(address, &fields).await.is(422).has(field).lacks("<b>");
    }
    admin.post(address, &[("how", "every"), ("minutes", "30")]).await.is(303);
    admin.get("/admin/jobs/cleanup").await.is(200).has("Off").has("Not planned");
    admin.get("/admin/activity").await.is(200).has("the schedule of Tidy up").has("off (every 30 minutes)");
    house.close().await;
}

#[tokio::test]
async fn each_role_gets_no_further_than_it_may() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    for (role, read, run, change) in [
        (Role::Viewer, 403, 403, 403),
        (Role::Requester, 403, 403, 403),
        (Role::Moderator, 200, 303, 403),
        (Role::Auditor, 200, 403, 403),
        (Role::Admin, 200, 303, 303),
    ] {
        let somebody = house.as_role(role).await;
        for path in ["/admin", "/admin/jobs", "/admin/jobs/library-sync", "/admin/activity", "/admin/activity.csv"] {
            somebody.get(path).await.is(read);
        }
        somebody.post("/admin/jobs/cleanup/run", &[]).await.is(run);
        let fields = [("how", "daily"), ("at", "03:30"), ("enabled", "yes")];
        somebody.post("/admin/jobs/cleanup/schedule", &fields).await.is(change);
    }
    house.nobody().get("/admin").await.is(303);
    let admin = house.as_admin().await;
    for path in ["/admin/jobs/dance", "/admin/runs/999999", "/admin/runs/x", "/admin/jobs/cleanup?page=0"] {
        admin.get(path).await.is(404);
    }
    house.close().await;
}

#[tokio::test]
async fn a_program_runs_a_job_and_reads_the_run() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let admin = house.as_admin().await;
    let started = admin.json(Method::POST, "/api/jobs/cleanup/run", json!({})).await.is(202).json();
    house.run_job(JobName::Cleanup).await;
    let run = admin.get(&format!("/api/runs/{}", started["run_id"])).await.is(200).json();
    assert_eq!((&run["job"], &run["state"]), (&json!("cleanup"), &json!("succeeded")));
    let jobs = admin.get("/api/jobs?per_page=2").await.is(200).json();
    assert_eq!((jobs["items"].as_array().unwrap().len(), &jobs["total"]), (2, &json!(JobName::ALL.len())));
    let runs = admin.get("/api/runs?job=cleanup").await.is(200).json();
    assert_eq!(runs["items"][0]["job"], "cleanup");
    admin.get("/api/runs?job=dance").await.is(400).has("about:blank");
    admin.json(Method::POST, "/api/jobs/dance/run", json!({})).await.is(404);
    house.as_role(Role::Auditor).await.json(Method::POST, "/api/jobs/cleanup/run", json!({})).await.is(403);
    house.nobody().get("/api/jobs").await.is(401);
    house.close().await;
}

#[tokio::test]
async fn a_job_that_fails_is_news_once() {
    let test = TestApp::new().await;
    test.world.media_server().faults().set(Fault::Status(503));
    for _ in 0..3 {
        let run = test.run_job(JobName::LibrarySync).await;
        assert_eq!(run.state, RunState::Failed);
    }
    test.world.media_server().faults().clear();
    assert_eq!(test.run_job(JobName::LibrarySync).await.state, RunState::Succeeded);
    let failed = ActivityFilter { kind: Some(ActivityKind::JobFailed), ..ActivityFilter::default() };
    let (entries, _) = test.app().db.read(move |conn| activity::page(conn, &failed, 0, 100)).await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| entry.subject.as_str()).collect();
    assert_eq!(told, [JobName::LibrarySync.label()]);
    assert!(entries[0].detail.as_deref().is_some_and(|words| words.contains("503")), "{entries:?}");
    test.close().await;
}
