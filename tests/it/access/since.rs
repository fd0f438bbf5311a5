//! What happened between one change and the next: taking back, trying again and stopping leave alone what came later.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::fault::Fault;
use usherr::demo::household::keys;
use usherr::domain::group::{Flags, Group};
use usherr::domain::ids::GroupId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

use super::{apply, close, group, house, libraries_of, on_plex, person, plan, take_back, writes};
use crate::support::patience::until;
use crate::support::{Browser, TestApp};

async fn refused(admin: &Browser, batch: &Value, what: &str, status: u16) -> String {
    let reply = admin.json(Method::POST, &format!("/api/plan/batches/{}/{what}", batch["id"]), json!({})).await;
    reply.is(status).json()["detail"].as_str().unwrap().to_owned()
}

/// As Priya's share has it: only libraries move.
fn downloads(group: &mut Group) {
    group.flags.sync = true;
}

async fn carries(test: &TestApp, id: GroupId, titles: &[&str]) {
    let mut libraries = Vec::new();
    for title in titles {
        libraries.push(super::library(test, title).await);
    }
    let now = test.app().now();
    test.app()
        .db
        .write(move |tx| {
            let group = usherr::db::groups::get(tx, id)?.unwrap();
            usherr::db::groups::save(tx, &Group { libraries, ..group }, now)
        })
        .await
        .unwrap();
}

/// By hand, on Plex itself: what Casper is invited to, or has.
fn share_with_casper(test: &TestApp, accepted: bool) {
    test.world.house().write(|house| {
        let casper = house.account_named("casper.holm").unwrap().clone();
        let sections = house.section_ids(&[keys::KIDS]);
        let share = house.invite(Some(casper.id), casper.email, sections, false);
        house.share_mut(share.id).unwrap().accepted_at = accepted.then_some(1_790_000_000);
    });
}

#[tokio::test]
async fn taking_back_leaves_alone_what_was_changed_again_since_and_goes_back_step_by_step() {
    let test = house().await;
    let admin = test.as_admin().await;
    let before = on_plex(&test);
    let id = group(&test, "Cinema", &["Films"], &["Priya"], |_| {}).await;
    let (first, _) = apply(&test, &admin, Value::Null).await;
    let after_first = on_plex(&test);
    carries(&test, id, &["Films", "Series"]).await;
    let (second, _) = apply(&test, &admin, Value::Null).await;
    let after_second = on_plex(&test);
    let words = refused(&admin, &first, "undo", 409).await;
    assert!(words.contains("changed again since"), "{words}");
    admin.get(&format!("/admin/plan/changes/{}/undo", first["id"])).await.is(409).has("changed again since");
    assert_eq!(on_plex(&test), after_second);
    assert_eq!(take_back(&test, &admin, &second["id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), after_first);
    assert!(refused(&admin, &second, "undo", 409).await.contains("taken back already"));
    assert_eq!(take_back(&test, &admin, &first["id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), before);
    assert_eq!(plan(&admin).await["drift"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn what_failed_is_not_tried_again_over_what_was_made_since() {
    let test = house().await;
    let admin = test.as_admin().await;
    let id = group(&test, "Cinema", &["Films", "Kids"], &["Priya"], downloads).await;
    test.world.plex_tv().faults().set_for("/api/servers/", Some(Method::PUT), Fault::Status(400), Some(1));
    let (first, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Failed);
    carries(&test, id, &["Films", "Series"]).await;
    assert_eq!(apply(&test, &admin, Value::Null).await.1.state, RunState::Succeeded);
    assert!(refused(&admin, &first, "retry", 409).await.contains("changed again since"));
    let page = admin.get(&format!("/admin/plan/changes/{}", first["id"])).await.is(200);
    page.has("One change was not made").lacks("Try them again");
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Series", "Welcome"]);
    assert_eq!(plan(&admin).await["drift"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn an_invite_that_meets_an_open_one_gives_both_and_can_be_taken_back() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Casper"], |_| {}).await;
    share_with_casper(&test, false);
    let by_hand = on_plex(&test);
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Films", "Kids", "Welcome"]);
    assert_eq!(take_back(&test, &admin, &batch["id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), by_hand);
    close(test).await;
}

#[tokio::test]
async fn an_invite_lifts_no_limit_that_was_set_on_plex_meanwhile() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Casper"], |group| group.flags = Flags { sync: true, ..Flags::default() })
        .await;
    share_with_casper(&test, true);
    let limit = "contentRating=G%2CPG";
    test.world.house().write(|house| {
        let casper = house.account_named("casper.holm").unwrap().id;
        house.settings.entry(casper).or_default().filter_movies = limit.to_owned();
    });
    let (_, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    let settings = on_plex(&test)["Casper Holm"].1.clone();
    assert_eq!((settings.filter_movies.as_str(), settings.allow_sync), (limit, true), "and gives what was planned");
    assert_eq!(plan(&admin).await["changes"][0]["flags"], json!({}), "only what somebody gave by hand is left to plan");
    close(test).await;
}

#[tokio::test]
async fn taking_an_invite_back_takes_nothing_that_somebody_gave_since() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Casper"], |_| {}).await;
    let (batch, _) = apply(&test, &admin, Value::Null).await;
    test.world.house().write(|house| {
        let casper = house.account_named("casper.holm").unwrap().id;
        let sections = house.section_ids(&[keys::FILMS, keys::KIDS]);
        let share = house.shares.iter_mut().find(|share| share.account_id == Some(casper)).unwrap();
        (share.sections, share.accepted_at) = (sections, Some(1_790_000_000));
    });
    let run = take_back(&test, &admin, &batch["id"]).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().contains("changed what Casper Holm has"));
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Films", "Kids"]);
    close(test).await;
}

#[tokio::test]
async fn a_helper_stops_nothing_that_is_about_an_admin() {
    let test = house().await;
    let admin = test.as_admin().await;
    let helper = test.as_role(Role::Moderator).await;
    let priya = person(&test, "Priya").await;
    group(&test, "Cinema", &["Films"], &["Priya"], downloads).await;
    let now = test.app().now();
    let role = move |tx: &mut usherr::db::Tx<'_>| usherr::db::people::set_role(tx, priya, Role::Admin, now);
    test.app().db.write(role).await.unwrap();
    test.world.plex_tv().faults().set_for("/api/servers/", Some(Method::PUT), Fault::RateLimited(Some(600)), Some(1));
    let started = admin.json(Method::POST, "/api/plan/apply", json!({})).await.is(202).json();
    let batch = json!({ "id": started["batch_id"] });
    until("it waits", || async {
        let told = admin.get(&format!("/api/plan/batches/{}", batch["id"])).await.is(200).json();
        told["waits_because"].is_string().then_some(())
    })
    .await;
    assert!(refused(&helper, &batch, "stop", 403).await.contains("admin"));
    assert_eq!(writes(&test).len(), 1);
    admin.json(Method::POST, &format!("/api/plan/batches/{}/stop", batch["id"]), json!({})).await.is(204);
    close(test).await;
}

#[tokio::test]
async fn a_helper_deletes_no_group_that_an_admin_is_in() {
    let test = house().await;
    let priya = person(&test, "Priya").await;
    let id = group(&test, "Cinema", &["Films"], &["Priya"], |_| {}).await;
    let now = test.app().now();
    let role = move |tx: &mut usherr::db::Tx<'_>| usherr::db::people::set_role(tx, priya, Role::Admin, now);
    test.app().db.write(role).await.unwrap();
    let path = format!("/api/groups/{id}");
    test.as_role(Role::Moderator).await.json(Method::DELETE, &path, json!({})).await.is(403);
    test.as_admin().await.json(Method::DELETE, &path, json!({})).await.is(204);
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    close(test).await;
}

#[tokio::test]
async fn what_is_being_made_when_it_is_stopped_is_not_tried_again() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Priya", "Teo"], downloads).await;
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/servers/", Some(Method::PUT), Fault::Hang, Some(1));
    let started = admin.json(Method::POST, "/api/plan/apply", json!({})).await.is(202).json();
    until("the first one is being written", || async { (writes(&test).len() == 1).then_some(()) }).await;
    admin.json(Method::POST, &format!("/api/plan/batches/{}/stop", started["batch_id"]), json!({})).await.is(204);
    super::ended(&test, started["run_id"].as_i64().unwrap()).await;
    let batch = admin.get(&format!("/api/plan/batches/{}", started["batch_id"])).await.is(200).json();
    let states: Vec<&str> =
        batch["changes"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["failed", "stopped"], "{batch}");
    assert!(batch["changes"][0]["error"].as_str().unwrap().contains("It was stopped."), "{batch}");
    assert_eq!(writes(&test).len(), 1);
    close(test).await;
}
