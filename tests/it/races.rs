//! Several people do the same at the same moment. On both engines one of them is first and the others get the answer they
//! would have got a minute later: never an error of ours, never one more than the rules allow.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::WorldOptions;
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use super::support::requests::{a_film, wanted};
use super::support::world::films_to_ask_for;
use super::support::{Reply, TestApp};

fn statuses(replies: &[Reply]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for reply in replies {
        *statuses.entry(reply.status.as_u16()).or_default() += 1;
    }
    statuses
}

#[tokio::test]
async fn one_sign_in_name_goes_to_one_person() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    for round in 0..3 {
        let username = format!("new.one.{round}");
        let form =
            [("name", "New One"), ("username", username.as_str()), ("password", "long enough"), ("role", "viewer")];
        let replies = join_all((0..6).map(|_| admin.post("/admin/people/new", &form))).await;
        assert_eq!(statuses(&replies), BTreeMap::from([(303, 1), (422, 5)]));
        assert!(replies.iter().filter(|reply| reply.status == 422).all(|reply| reply.body.contains("has this name")));
    }
    test.house.close().await;
}

#[tokio::test]
async fn an_allowance_is_not_overdrawn() {
    let test = TestApp::new().await;
    test.setting(SettingKey::DefaultMovieQuota, "2").await;
    let (films, asker) = (films_to_ask_for(&test.world), test.as_role(Role::Requester).await);
    assert!(films.len() >= 6);
    let replies = join_all(films[..6].iter().map(|film| asker.json(Method::POST, "/api/requests", a_film(film)))).await;
    assert_eq!(statuses(&replies), BTreeMap::from([(201, 2), (422, 4)]));
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn one_admin_remains() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let mut admins = Vec::new();
    for name in ["one", "two", "three"] {
        admins.push(test.add_person(name, Role::Admin).await);
    }
    // The one of the house goes first: it would be left over.
    let mara = test.as_admin().await.get("/api/people/me").await.json()["id"].as_i64().unwrap();
    let one = test.signed_in(admins[0]).await;
    one.post(&format!("/admin/people/{mara}/role"), &[("role", "viewer")]).await.is(303);
    let browsers = join_all(admins.iter().map(|id| test.signed_in(*id))).await;
    let oneself = browsers.iter().zip(&admins).map(|(browser, id)| async move {
        browser.post(&format!("/admin/people/{id}/role"), &[("role", "viewer")]).await
    });
    assert_eq!(statuses(&join_all(oneself).await), BTreeMap::from([(303, 2), (422, 1)]));
    test.house.close().await;
}

#[tokio::test]
async fn a_service_is_added_once() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let (url, key) = (test.world.radarr_4k().url(), test.world.radarr_4k().api_key());
    let form = [
        ("name", "Another"),
        ("url", url.as_str()),
        ("secret", key.as_str()),
        ("pickers", "yes"),
        ("quality_profile_id", "1"),
        ("root_folder", "/movies-4k"),
    ];
    let replies = join_all((0..4).map(|_| admin.post("/admin/services/radarr-new", &form))).await;
    assert_eq!(statuses(&replies), BTreeMap::from([(303, 1), (422, 3)]));
    test.house.close().await;
}

#[tokio::test]
async fn following_and_running_a_job_twice_at_once_is_doing_it_once() {
    let test = TestApp::new().await;
    let (asker, other) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let film = a_film(&films_to_ask_for(&test.world)[0]);
    let id = asker.ask(film.clone()).await;
    other.json(Method::POST, "/api/requests", film).await.is(200);
    let follow = format!("/api/requests/{id}/follow");
    let replies = join_all((0..5).map(|_| other.json(Method::PUT, &follow, Value::Null))).await;
    assert_eq!(statuses(&replies), BTreeMap::from([(204, 5)]));
    assert_eq!(asker.request(id).await["followers"].as_array().unwrap().len(), 1);
    let admin = test.as_admin().await;
    let replies = join_all((0..5).map(|_| admin.json(Method::POST, "/api/jobs/library_sync/run", Value::Null))).await;
    assert_eq!(statuses(&replies), BTreeMap::from([(202, 5)]));
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn two_at_once_make_one_request() {
    let test = TestApp::new().await;
    let film = wanted(&test);
    let (one, two) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let replies = join_all([&one, &two, &one, &two, &one].map(|who| {
        let body = a_film(&film);
        async move { who.json(Method::POST, "/api/requests", body).await }
    }))
    .await;
    assert_eq!(statuses(&replies), BTreeMap::from([(200, 4), (201, 1)]));
    let ids: std::collections::BTreeSet<i64> =
        replies.iter().map(|reply| reply.json()["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 1);
    let id = *ids.first().unwrap();
    for who in [&one, &two] {
        assert_eq!(who.request(id).await["id"], id, "both see it");
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn decided_twice_at_once_goes_out_once() {
    let test = TestApp::new().await;
    let film = wanted(&test);
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let id = test.as_role(Role::Requester).await.ask(a_film(&film)).await;
    let (one, two, three) = tokio::join!(
        admin.decide(id, "approve", json!({})),
        helper.decide(id, "approve", json!({})),
        helper.decide(id, "decline", json!({ "reason": "no" })),
    );
    let won = [&one, &two, &three].iter().filter(|reply| reply.status == 200).count();
    let late = [&one, &two, &three].iter().filter(|reply| reply.status == 409).count();
    let approved = one.status == 200 || two.status == 200;
    // A decline may follow an approval; nothing follows a decline.
    assert_eq!(won + late, 3, "{} {} {}", one.status, two.status, three.status);
    assert!(won == 1 || (won == 2 && approved && three.status == 200));
    test.settled().await;
    assert!(test.world.radarr().added().len() <= 1);
    test.close().await;
}
