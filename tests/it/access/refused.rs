//! What Plex takes in part or not at all: nobody is given libraries without the limits that belong to them, and what was
//! taken can be taken back.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::fault::Fault;
use usherr::domain::group::Flags;
use usherr::domain::jobs::RunState;
use usherr::domain::settings::SettingKey;

use super::{apply, close, ended, group, house, libraries_of, on_plex, person, plan, take_back, writes};
use crate::support::patience::until;

fn camera(group: &mut usherr::domain::group::Group) {
    group.flags = Flags { sync: true, camera_upload: true, ..Flags::default() };
}

#[tokio::test]
async fn who_may_not_be_limited_is_given_nothing_either() {
    for routes in ["auto", "v1", "v2"] {
        let test = house().await;
        test.setting(SettingKey::PlexSharingRoutes, routes).await;
        let admin = test.as_admin().await;
        test.world.plex_tv().set_modes(|modes| modes.restricted_refused = true);
        group(&test, "Children", &["Films", "Kids"], &["Ida"], |group| group.ceiling = Some(6)).await;
        let before = on_plex(&test);
        let (batch, run) = apply(&test, &admin, Value::Null).await;
        assert_eq!(run.state, RunState::Failed, "{routes}");
        assert_eq!(batch["changes"][0]["state"], "failed", "{routes}");
        assert_eq!(on_plex(&test), before, "{routes}");
        assert_eq!(writes(&test).len(), 1, "{routes}: {:?}", writes(&test));

        // What Plex keeps is remembered: libraries alone are planned, and that is said.
        let next = plan(&admin).await;
        assert_eq!(next["changes"].as_array().unwrap().len(), 1, "{routes}: {next}");
        assert_eq!(next["changes"][0]["flags"], json!({}), "{routes}");
        assert!(next["held_up"][0]["why"].as_str().unwrap().contains("restriction profile"), "{routes}: {next}");
        let (_, run) = apply(&test, &admin, Value::Null).await;
        assert_eq!(writes(&test).len(), 2, "{routes}: {:?}", writes(&test));
        // The newer route takes no libraries without settings.
        if routes == "v2" {
            assert_eq!((run.state, on_plex(&test)), (RunState::Failed, before));
        } else {
            assert_eq!(run.state, RunState::Succeeded, "{routes}");
            assert_eq!(libraries_of(&test, "Ida"), ["Films", "Kids", "Welcome"], "{routes}");
            assert_eq!(plan(&admin).await["changes"], json!([]), "{routes}");
        }

        let ida = person(&test, "Ida").await;
        let page = format!("/admin/people/{}", ida);
        admin.get(&page).await.is(200).has("refused ours").has("Plan ours again");
        admin.post(&format!("{page}/limits"), &[]).await.is(303);
        admin.get(&page).await.is(200).lacks("refused ours");
        assert!(plan(&admin).await["changes"][0]["flags"]["filter_movies"].is_string(), "{routes}");
        close(test).await;
    }
}

#[tokio::test]
async fn what_was_taken_in_part_is_said_and_can_be_taken_back() {
    let test = house().await;
    test.setting(SettingKey::PlexSharingRoutes, "v1").await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["4K Films"], &["Priya"], camera).await;
    let before = on_plex(&test);
    let refused = Fault::Status(422);
    test.world.plex_tv().faults().set_for("/api/servers/", Some(poem::http::Method::PUT), refused, Some(1));
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Failed);
    assert_eq!(batch["changes"][0]["state"], "partly", "{batch}");
    assert_ne!(on_plex(&test), before, "her flags were taken");
    let page = format!("/admin/plan/changes/{}", batch["id"]);
    admin.get(&page).await.is(200).has("Made in part").has("taking it back puts that right");
    assert_eq!(plan(&admin).await["changes"].as_array().unwrap().len(), 1, "the rest is planned");
    assert_eq!(take_back(&test, &admin, &batch["id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), before);
    close(test).await;
}

#[tokio::test]
async fn what_an_earlier_try_has_written_can_be_taken_back_too() {
    let test = house().await;
    test.setting(SettingKey::PlexSharingRoutes, "v1").await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["4K Films"], &["Priya"], camera).await;
    let before = on_plex(&test);
    let faults = test.world.plex_tv().faults();
    let put = || Some(poem::http::Method::PUT);
    faults.set_for("/api/servers/", put(), Fault::Status(503), Some(1));
    let begun = admin.json(Method::POST, "/api/plan/apply", json!({})).await.is(202).json();
    let path = format!("/api/plan/batches/{}", begun["batch_id"]);
    until("it waits", || async { admin.get(&path).await.is(200).json()["waits_because"].is_string().then_some(()) })
        .await;
    assert_ne!(on_plex(&test), before, "her flags were taken by the first try");
    faults.set_for("/api/servers/", put(), Fault::Status(422), Some(1));
    admin.json(Method::POST, "/api/plan/hurry", json!({})).await;
    assert_eq!(ended(&test, begun["run_id"].as_i64().unwrap()).await.state, RunState::Failed);
    assert_eq!(admin.get(&path).await.is(200).json()["changes"][0]["state"], "partly");
    admin.json(Method::POST, &format!("{path}/retry"), json!({})).await.is(409);
    assert_eq!(take_back(&test, &admin, &begun["batch_id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), before);
    close(test).await;
}

#[tokio::test]
async fn what_others_change_between_two_tries_is_no_part_of_it() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["4K Films"], &["Priya"], camera).await;
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/v2/", Some(poem::http::Method::POST), Fault::Status(503), Some(1));
    let begun = admin.json(Method::POST, "/api/plan/apply", json!({})).await.is(202).json();
    let path = format!("/api/plan/batches/{}", begun["batch_id"]);
    until("it waits", || async { admin.get(&path).await.is(200).json()["waits_because"].is_string().then_some(()) })
        .await;
    test.world.house().write(|house| {
        let priya = house.accounts.iter().find(|one| one.title == "Priya Raman").unwrap().id;
        let sections = house.section_ids(&[2, 6]);
        house.shares.iter_mut().find(|share| share.account_id == Some(priya)).unwrap().sections = sections;
    });
    let by_hand = on_plex(&test);
    admin.json(Method::POST, "/api/plan/hurry", json!({})).await;
    assert_eq!(ended(&test, begun["run_id"].as_i64().unwrap()).await.state, RunState::Failed);
    let change = admin.get(&path).await.is(200).json()["changes"][0].clone();
    assert_eq!(change["state"], "failed", "{change}");
    assert_eq!(on_plex(&test), by_hand);
    close(test).await;
}

#[tokio::test]
async fn limits_are_lifted_last() {
    let test = house().await;
    test.setting(SettingKey::PlexSharingRoutes, "v1").await;
    let admin = test.as_admin().await;
    group(&test, "Children", &["Kids"], &["Priya"], |group| group.ceiling = Some(6)).await;
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded);
    let limited = on_plex(&test)["Priya Raman"].1.clone();
    let refused = Fault::Status(400);
    test.world.plex_tv().faults().set_for("/api/servers/", Some(poem::http::Method::PUT), refused, Some(1));
    assert_eq!(take_back(&test, &admin, &batch["id"]).await.state, RunState::Failed);
    assert_eq!(on_plex(&test)["Priya Raman"].1, limited, "no library was given back, so no limit was lifted");
    close(test).await;
}

#[tokio::test]
async fn a_friend_whose_limits_plex_refuses_once_is_no_managed_user() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Children", &["4K Films"], &["Priya"], |group| group.ceiling = Some(6)).await;
    test.world.plex_tv().faults().set_for("/api/v2/", Some(poem::http::Method::POST), Fault::Status(422), Some(1));
    let (batch, _) = apply(&test, &admin, Value::Null).await;
    assert_eq!(batch["changes"][0]["state"], "failed");
    assert!(batch["changes"][0]["error"].as_str().unwrap().contains("no managed user"), "{batch}");
    let next = plan(&admin).await;
    assert!(next["changes"][0]["flags"]["filter_movies"].is_string(), "{next}");
    assert_eq!(next["held_up"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn what_was_stopped_is_in_nobodys_way() {
    let test = house().await;
    let admin = test.as_admin().await;
    let downloads = |group: &mut usherr::domain::group::Group| group.flags = Flags { sync: true, ..Flags::default() };
    group(&test, "Cinema", &["Films", "4K Films"], &["Priya"], downloads).await;
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/servers/", Some(poem::http::Method::PUT), Fault::RateLimited(Some(7200)), Some(1));
    let begin = || async { admin.json(Method::POST, "/api/plan/apply", json!({})).await.is(202).json() };
    let first = begin().await;
    let batch = format!("/api/plan/batches/{}", first["batch_id"]);
    let told = until("it says why it waits", || async {
        let told = admin.get(&batch).await.is(200).json();
        told["waits_because"].is_string().then_some(told)
    })
    .await;
    assert!(told["waits_because"].as_str().unwrap().contains("slow down"), "{told}");
    let wait =
        told["next_try_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap() - test.app().now();
    assert!(wait <= chrono::TimeDelta::hours(1), "no service keeps us waiting for longer: {wait}");
    admin.json(Method::POST, &format!("{batch}/stop"), json!({})).await.is(204);
    begin().await;
    until("what comes after it is made", || async {
        (libraries_of(&test, "Priya Raman") == ["Films", "4K Films", "Welcome"]).then_some(())
    })
    .await;
    test.settled().await;
    close(test).await;
}

#[tokio::test]
async fn a_misspelt_list_of_people_is_not_everybody() {
    let test = house().await;
    let admin = test.as_admin().await;
    admin.json(Method::POST, "/api/plan/apply", json!({ "persons": [9] })).await.is(400);
    let nobody = admin.json(Method::POST, "/api/plan/apply", json!({ "person_ids": [999_999] })).await.is(422).json();
    assert!(nobody["errors"]["person_ids"].is_string(), "{nobody}");
    let priya = person(&test, "Priya").await.0;
    let done = admin.json(Method::POST, "/api/plan/apply", json!({ "person_ids": [priya] })).await.is(202).json();
    assert_eq!(done["batch_id"], Value::Null, "she has what she should have");
    group(&test, "Cinema", &["Films", "4K Films"], &["Priya"], |_| {}).await;
    let mixed = json!({ "person_ids": [priya, 999_999] });
    assert!(admin.json(Method::POST, "/api/plan/apply", mixed).await.is(202).json()["batch_id"].is_i64());
    test.settled().await;
    close(test).await;
}
