//! The group that newcomers are put into.

use serde_json::json;
use usherr::demo::WorldOptions;
use usherr::domain::activity::ActivityKind;
use usherr::domain::jobs::{JobName, RunState};

use super::{make, names_in, one, told};
use crate::support::TestApp;

#[tokio::test]
async fn one_group_is_for_newcomers() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let first = make(&admin, json!({ "name": "Friends", "for_newcomers": true })).await;
    admin.get("/admin/groups").await.is(200).has("Newcomers");
    let second = make(&admin, json!({ "name": "Guests", "for_newcomers": true })).await;
    assert!(!one(&test, first).await.for_newcomers && one(&test, second).await.for_newcomers);
    admin.post(&format!("/admin/groups/{first}"), &[("name", "Friends"), ("for_newcomers", "yes")]).await.is(303);
    assert!(one(&test, first).await.for_newcomers && !one(&test, second).await.for_newcomers);
    test.close().await;
}

#[tokio::test]
async fn whoever_is_new_comes_into_it() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = make(&admin, json!({ "name": "Friends", "for_newcomers": true })).await;
    assert!(names_in(&test, id).await.is_empty(), "those who were here before stay where they are");
    let typed = [("name", "Vera"), ("username", "vera"), ("password", "long enough"), ("role", "viewer")];
    admin.post("/admin/people/new", &typed).await.is(303);
    test.world.house().write(|house| {
        let account = house.add_account("jonas", "jonas@example.org");
        house.friends.push(account.id);
    });
    for _ in 0..2 {
        assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    }
    assert_eq!(names_in(&test, id).await, ["jonas", "Vera"]);
    assert_eq!(
        told(&test, ActivityKind::GroupJoined).await,
        vec!["Usherr put somebody into the group Friends: newcomers are put into it"; 2]
    );
    test.close().await;
}

#[tokio::test]
async fn at_the_first_reading_of_plex_nobody_is_new() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let id = make(&admin, json!({ "name": "Friends", "for_newcomers": true })).await;
    let test = test.synced().await;
    assert!(names_in(&test, id).await.is_empty());
    test.close().await;
}
