//! How Radarr and Sonarr come to report to us: what can't be set up is tried again and told, what was taken away is set up
//! again.

use secrecy::ExposeSecret;
use serde_json::json;
use usherr::app::keep;
use usherr::db::{outbox, services};
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;
use usherr::domain::service::{Service, ServiceKind};
use usherr::domain::settings::SettingKey;

use super::support::TestApp;
use super::support::patience::until;
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;

async fn radarr(test: &TestApp) -> Service {
    test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap().remove(0)
}

/// The outbox has tried it in vain at least once.
async fn refused(test: &TestApp, service: &Service) -> String {
    let lane = format!("hook {}", service.id);
    until("Radarr says no", || async {
        let lane = lane.clone();
        test.app().db.read(move |conn| outbox::holdup(conn, &lane)).await.unwrap().map(|(words, _)| words)
    })
    .await
}

#[tokio::test]
async fn a_webhook_that_does_not_reach_us_is_told_and_tried_again() {
    let test = TestApp::new().await;
    let radarr = radarr(&test).await;
    // Nothing listens there: Radarr's own test call fails, and Radarr refuses the connection.
    test.setting(SettingKey::InternalUrl, "http://127.0.0.1:1").await;
    let (id, url, now) = (radarr.id, radarr.url.clone(), test.app().now());
    test.app().db.write(move |tx| keep::ask_for_hook(tx, id, &url, now)).await.unwrap();
    test.app().wake_worker();
    let words = refused(&test, &radarr).await;
    assert!(words.contains("Unable to send test message"), "{words}");
    assert!(test.world.radarr().notifications().is_empty());
    let secret = hook_secret(&test).await;
    let page = test.as_role(Role::Auditor).await.get("/admin/services").await.is(200);
    page.has("can’t report to Usherr").has("Unable to send test message").has("Nothing is lost").lacks(&secret);
    assert!(!words.contains(&secret), "the random part of the address is told to nobody");

    test.setting(SettingKey::InternalUrl, &test.url()).await;
    test.settled_in_a_hurry().await;
    assert_eq!(test.world.radarr().notifications().len(), 1);
    test.as_admin().await.get("/admin/services").await.is(200).has("webhook in place").lacks("can’t report");
    test.close().await;
}

/// The random part of the address at which Radarr reports.
async fn hook_secret(test: &TestApp) -> String {
    let url = test.app().hook_url("", &radarr(test).await).unwrap().unwrap();
    url.expose_secret().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_webhook_that_was_never_accepted_is_asked_for_by_the_repair() {
    let test = TestApp::new().await;
    test.setting(SettingKey::InternalUrl, &test.url()).await;
    test.run_job(JobName::RequestRepair).await;
    test.settled().await;
    assert_eq!((test.world.radarr().notifications().len(), test.world.sonarr().notifications().len()), (1, 1));
    test.run_job(JobName::RequestRepair).await;
    test.settled().await;
    let puts = test.world.radarr().journal().requests();
    let writes = puts.iter().filter(|call| call.path.ends_with("/notification") && call.method != "GET").count();
    assert_eq!(writes, 1, "what is in place is left alone");
    test.close().await;
}

#[tokio::test]
async fn a_webhook_that_somebody_removed_comes_back() {
    let test = TestApp::new().await.with_hooks().await;
    let hook = test.world.radarr().notifications()[0].id;
    let address = format!("{}/api/v3/notification/{hook}", test.world.radarr().url());
    let gone = reqwest::Client::new().delete(address).header("Accept", "application/json");
    let gone = gone.header("X-Api-Key", test.world.radarr().api_key()).send().await;
    assert!(gone.unwrap().status().is_success());
    assert!(test.world.radarr().notifications().is_empty());

    test.run_job(JobName::RequestRepair).await;
    test.settled().await;
    assert_eq!(test.world.radarr().notifications().len(), 1);
    // And it works.
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let id = test.approved(a_film(&film)).await;
    test.world.downloads().finish_all();
    test.told().await;
    test.as_admin().await.reaches(id, "ready").await;
    test.close().await;
}

#[tokio::test]
async fn a_service_that_is_down_keeps_its_webhook() {
    let test = TestApp::new().await.with_hooks().await;
    test.world.radarr().down().await;
    let run = test.run_job(JobName::RequestRepair).await;
    assert_eq!(run.error, None);
    test.settled().await;
    assert!(radarr(&test).await.hook_id.is_some(), "an outage changes nothing");
    test.world.radarr().up().await.unwrap();
    assert_eq!(run.result["changed"], json!(0));
    test.close().await;
}
