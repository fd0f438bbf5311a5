//! What somebody changed on Plex itself: shown, never part of a plan, and one side or the other by a word.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::reading::{OwnersList, Reading, ServerShares};
use usherr::features::people::actions::take_over;

use super::{apply, close, group, house, libraries_of, person, plan};
use crate::support::TestApp;

async fn drifted() -> TestApp {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films", "Series"], &["Priya", "Marek"], |_| {}).await;
    assert_eq!(apply(&test, &admin, Value::Null).await.1.state, RunState::Succeeded);
    test.world.house().write(|house| {
        let priya = house.account_named("priya").unwrap().id;
        let sections = house.section_ids(&[1, 3, 6]);
        house.shares.iter_mut().find(|share| share.account_id == Some(priya)).unwrap().sections = sections;
    });
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    test
}

#[tokio::test]
async fn drift_is_no_part_of_a_plan_and_can_be_put_back() {
    let test = drifted().await;
    let admin = test.as_admin().await;
    let shown = plan(&admin).await;
    assert_eq!(shown["changes"], json!([]));
    let drift = &shown["drift"][0];
    assert_eq!((&drift["more"], &drift["missing"]), (&json!(["Kids"]), &json!(["Series"])));
    apply(&test, &admin, Value::Null).await;
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Kids", "Welcome"], "never silently overwritten");
    admin.get("/admin/plan").await.is(200).has("Plex differs from what was last sent").has("Keep Plex’s");
    let (priya, server) = (person(&test, "Priya").await.to_string(), drift["server_id"].to_string());
    let fields = [("person", priya.as_str()), ("server", &server), ("right", "ours")];
    let reply = admin.post("/admin/plan/drift", &fields).await.is(303);
    admin.follow(&reply).await.is(200);
    test.settled().await;
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Series", "Welcome"]);
    assert_eq!(plan(&admin).await["drift"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn what_plex_has_can_be_kept_and_stays_so() {
    let test = drifted().await;
    let admin = test.as_admin().await;
    let (priya, server) = (person(&test, "Priya").await, plan(&admin).await["drift"][0]["server_id"].clone());
    admin.json(Method::POST, &format!("/api/plan/drift/{priya}/{server}/keep"), json!({})).await.is(204);
    let shown = plan(&admin).await;
    assert_eq!((&shown["changes"], &shown["drift"], &shown["spared"]), (&json!([]), &json!([]), &json!([])));
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Kids", "Welcome"]);
    // What was decided by hand stands when the group changes.
    group(&test, "Docs", &["Documentaries"], &["Priya"], |_| {}).await;
    apply(&test, &admin, Value::Null).await;
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Kids", "Documentaries", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn a_reading_that_began_before_a_change_is_older_than_it() {
    let test = house().await;
    let admin = test.as_admin().await;
    let began = test.app().now();
    let server = test.app().db.read(usherr::db::servers::all).await.unwrap().remove(0);
    let plex_tv = test.app().plex_tv().unwrap();
    let token = test.app().token_of(&server).unwrap();
    let machine_id = server.machine_id.unwrap();
    let owner = plex_tv.account(&token).await.unwrap();
    let shares = ServerShares {
        server: server.id,
        read_at: began,
        owner: owner.id,
        sections: plex_tv.sections(&token, &machine_id).await.unwrap(),
        shares: plex_tv.shares(&token, &machine_id).await.unwrap(),
        machine_id,
    };
    let friends = plex_tv.friends(&token).await.unwrap();
    let lists = vec![OwnersList { owner, friends, home: Vec::new(), invites: None }];
    group(&test, "Cinema", &["Films"], &["Priya", "Casper"], |_| {}).await;
    apply(&test, &admin, Value::Null).await;
    take_over(test.app(), Reading { lists, servers: vec![shares] }, true).await.unwrap();
    let shown = plan(&admin).await;
    assert_eq!((&shown["changes"], &shown["drift"]), (&json!([]), &json!([])));
    close(test).await;
}

#[tokio::test]
async fn the_list_of_people_shows_for_whom_plex_differs() {
    let test = drifted().await;
    let admin = test.as_admin().await;
    let all = admin.get("/admin/people").await.is(200).has("Plex differs <span>1</span>");
    assert_eq!(all.body.matches("Plex differs").count(), 2, "the chip and the badge");
    admin.get("/admin/people?show=differing").await.is(200).has("Priya Raman").lacks("Marek Nowak").has("1 of 1");
    admin.get("/admin/people/edit?all=yes&show=differing").await.is(200).has("Priya Raman").lacks("Marek Nowak");
    let listed = admin.get("/api/people?show=differing").await.is(200).json();
    assert_eq!((&listed["total"], &listed["items"][0]["name"]), (&json!(1), &json!("Priya Raman")));
    assert_eq!(admin.get("/api/people?show=home").await.is(200).json()["items"][0]["name"], json!("Ida"));
    admin.get("/api/people?show=sideways").await.is(400);
    let (priya, server) = (person(&test, "Priya").await, plan(&admin).await["drift"][0]["server_id"].clone());
    admin.json(Method::POST, &format!("/api/plan/drift/{priya}/{server}/keep"), json!({})).await.is(204);
    admin.get("/admin/people").await.is(200).lacks("Plex differs");
    assert_eq!(admin.get("/api/people?show=differing").await.is(200).json()["total"], json!(0));
    close(test).await;
}
