//! The settings page of services, and the job that asks how they fare.

use poem::http::Method;
use serde_json::json;
use usherr::db::{activity, jobs, outbox, services};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;
use usherr::domain::service::{Health, Service, ServiceKind};
use usherr::features::services::effects::health::look_again;

use crate::support::TestApp;
use crate::support::patience::until;

async fn unsynced() -> TestApp {
    TestApp::unsynced(WorldOptions::test()).await
}

async fn service(test: &TestApp, kind: ServiceKind) -> Service {
    test.app().db.read(move |conn| services::of_kind(conn, kind)).await.unwrap().remove(0)
}

async fn health(test: &TestApp, name: &str) -> Health {
    let all = test.app().db.read(services::health).await.unwrap();
    all.into_iter().find(|health| health.name == name).unwrap_or_else(|| panic!("no health of {name}"))
}

/// Nothing of the settings file, so that everything can be changed on the page.
async fn by_hand(test: &TestApp) {
    let empty = std::env::temp_dir().join(format!("usherr-empty-{}.toml", uuid::Uuid::new_v4()));
    std::fs::write(&empty, "").unwrap();
    usherr::features::settings::file::apply_at(test.app(), &empty).await.unwrap();
    std::fs::remove_file(empty).unwrap();
}

#[tokio::test]
async fn the_job_asks_everything_and_keeps_what_there_is_to_pick() {
    let test = unsynced().await;
    let before = service(&test, ServiceKind::Radarr).await;
    assert_eq!((before.quality_profile.as_deref(), before.quality_profile_id), (Some("HD-1080p"), None));
    let run = test.run_job(JobName::ServiceHealth).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert_eq!(run.result, json!({ "up": 6, "down": [] }));
    let radarr = service(&test, ServiceKind::Radarr).await;
    assert!(radarr.quality_profile_id.is_some(), "the name from the file is known by its id now");
    assert_eq!(radarr.updated_at, before.updated_at, "which is no change of the settings");
    let offers = test.app().db.read(move |conn| services::offers(conn, radarr.id)).await.unwrap().unwrap();
    assert!(offers.root_folders.iter().any(|folder| folder.path == "/movies" && folder.free.is_some()));
    assert!(health(&test, "Radarr").await.version.is_some());
    test.close().await;
}

#[tokio::test]
async fn between_two_runs_those_that_are_down_are_asked_again_and_no_others() {
    let test = unsynced().await;
    let calls = || (test.world.radarr().journal().requests().len(), test.world.sonarr().journal().requests().len());
    test.run_job(JobName::ServiceHealth).await;
    let before = calls();
    look_again(test.app()).await.unwrap();
    assert_eq!(calls(), before, "everything is up");
    test.world.radarr().faults().set(Fault::Status(503));
    test.run_job(JobName::ServiceHealth).await;
    let before = calls();
    look_again(test.app()).await.unwrap();
    assert!(!health(&test, "Radarr").await.up);
    test.world.radarr().faults().clear();
    look_again(test.app()).await.unwrap();
    assert!(health(&test, "Radarr").await.up && health(&test, "Sonarr").await.up);
    let after = calls();
    assert!(after.0 > before.0 && after.1 == before.1, "{before:?} {after:?}");
    let runs = test.app().db.read(|conn| jobs::page(conn, Some(JobName::ServiceHealth), 0, 10)).await.unwrap();
    assert_eq!(runs.0.len(), 2, "it is no run of the job");
    test.close().await;
}

#[tokio::test]
async fn down_and_back_are_told_once_each() {
    let test = unsynced().await;
    test.run_job(JobName::ServiceHealth).await;
    test.world.radarr().faults().set(Fault::Status(503));
    for _ in 0..2 {
        let run = test.run_job(JobName::ServiceHealth).await;
        assert_eq!(run.result["down"], json!(["Radarr"]));
    }
    let down = health(&test, "Radarr").await;
    assert!(!down.up && down.message.is_some());
    test.as_role(Role::Auditor).await.get("/admin/services").await.is(200).has("Down for ").has("Nothing is lost");
    test.world.radarr().faults().clear();
    test.run_job(JobName::ServiceHealth).await;
    assert!(health(&test, "Radarr").await.up);
    let (entries, _) =
        test.app().db.read(|conn| activity::page(conn, &ActivityFilter::default(), 0, 100)).await.unwrap();
    let told = |kind| entries.iter().filter(|entry| entry.kind == kind && entry.subject == "Radarr").count();
    assert_eq!((told(ActivityKind::ServiceDown), told(ActivityKind::ServiceBack)), (1, 1));
    test.close().await;
}

#[tokio::test]
async fn who_may_read_and_who_may_write() {
    let test = unsynced().await;
    by_hand(&test).await;
    let radarr = format!("radarr-{}", service(&test, ServiceKind::Radarr).await.id);
    let key = test.world.radarr().api_key();
    for (role, read, write) in [
        (Role::Viewer, 403, 403),
        (Role::Requester, 403, 403),
        (Role::Moderator, 403, 403),
        (Role::Auditor, 200, 403),
        (Role::Admin, 200, 303),
    ] {
        let browser = test.as_role(role).await;
        for path in ["/admin/services", "/admin/settings/general", &format!("/admin/services/{radarr}")] {
            browser.get(path).await.is(read).lacks(&key);
        }
        browser.post(&format!("/admin/services/{radarr}/hook"), &[]).await.is(write);
        let settings = [
            ("time_zone", "UTC"),
            ("default_role", "requester"),
            ("quota_days", "30"),
            ("auto_approve", "none"),
            ("plex_sharing_routes", "auto"),
            ("backup_keep", "7"),
        ];
        browser.post("/admin/settings/general", &settings).await.is(write);
    }
    test.nobody().get("/admin/services").await.is(303);
    test.as_admin().await.get("/admin/services/radarr-999").await.is(404);
    test.as_admin().await.get("/admin/services/nonsense").await.is(404);
    test.house.close().await;
}

#[tokio::test]
async fn what_the_file_sets_is_read_only() {
    let test = unsynced().await;
    let admin = test.as_admin().await;
    let page = admin.get("/admin/services").await.is(200).has("The settings file sets this");
    page.lacks("name=\"secret\"");
    let radarr = service(&test, ServiceKind::Radarr).await;
    let url = test.world.radarr().url();
    let fields = [("name", "Mine"), ("url", url.as_str()), ("secret", "")];
    admin.post(&format!("/admin/services/radarr-{}", radarr.id), &fields).await.is(422);
    admin.post(&format!("/admin/services/radarr-{}/removal", radarr.id), &[]).await.is(422);
    assert_eq!(service(&test, ServiceKind::Radarr).await, radarr);
    test.close().await;
}

#[tokio::test]
async fn a_change_keeps_the_secret_and_renames_safely() {
    let test = unsynced().await;
    by_hand(&test).await;
    test.run_job(JobName::ServiceHealth).await;
    let admin = test.as_admin().await;
    let radarr = service(&test, ServiceKind::Radarr).await;
    let (path, url) = (format!("/admin/services/radarr-{}", radarr.id), test.world.radarr().url());
    let profile = radarr.quality_profile_id.unwrap().to_string();
    let fields = [
        ("name", "Films 🎬"),
        ("url", url.as_str()),
        ("secret", ""),
        ("pickers", "yes"),
        ("quality_profile_id", profile.as_str()),
        ("root_folder", "/movies"),
        ("is_default", "yes"),
    ];
    admin.get(&path).await.is(200).has("kept, ends in");
    admin.post(&path, &fields).await.is(303);
    assert_eq!(test.run_job(JobName::ServiceHealth).await.result["down"], json!([]));
    assert!(health(&test, "Films 🎬").await.up, "the key was sealed anew for the new name");

    // A new address is tested before it is saved, and can be saved all the same.
    let mut elsewhere = fields;
    elsewhere[1] = ("url", "http://127.0.0.1:1");
    admin.post(&path, &elsewhere).await.is(422).has("Save anyway").has("http://127.0.0.1:1");
    assert_eq!(service(&test, ServiceKind::Radarr).await.url, url);
    let mut anyway = elsewhere.to_vec();
    anyway.push(("anyway", "yes"));
    admin.post(&path, &anyway).await.is(303);
    assert_eq!(service(&test, ServiceKind::Radarr).await.url, "http://127.0.0.1:1");
    test.house.close().await;
}

#[tokio::test]
async fn services_come_and_go() {
    let test = unsynced().await;
    by_hand(&test).await;
    let admin = test.as_admin().await;
    admin.get("/admin/services/add").await.is(200).has("Another media server").lacks("Sends mails");
    admin.get("/admin/services/radarr-new").await.is(200).has("Radarr 4K");
    let (url, key) = (test.world.radarr_4k().url(), test.world.radarr_4k().api_key());
    let typed = [("name", "Radarr 4K"), ("url", url.as_str()), ("secret", key.as_str()), ("is_4k", "yes")];
    // Saving at once tests first, and shows what there is to pick.
    let page = admin.post("/admin/services/radarr-new", &typed).await.is(200).has("quality_profile_id");
    page.lacks(&key);
    let picked = [
        ("name", "Radarr 4K"),
        ("url", url.as_str()),
        ("secret", ""),
        ("pickers", "yes"),
        ("quality_profile_id", "1"),
        ("root_folder", "/movies-4k"),
        ("is_4k", "yes"),
    ];
    admin.post("/admin/services/radarr-new", &picked).await.is(303);
    let all = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    let added = all.iter().find(|service| service.name == "Radarr 4K").unwrap();
    assert!(added.is_4k && added.is_default, "the only one for 4K is the usual one for 4K");
    // The same name again.
    admin.post("/admin/services/radarr-new", &typed).await;
    admin.post("/admin/services/radarr-new", &picked).await.is(422).has("already");

    let path = format!("/admin/services/radarr-{}/removal", added.id);
    admin.get(&path).await.is(200).has("Remove Radarr 4K?").has("No file is touched");
    admin.post(&path, &[]).await.is(303);
    admin.get(&path).await.is(404);
    assert_eq!(test.app().db.read(services::all).await.unwrap().len(), 4);
    test.house.close().await;
}

#[tokio::test]
async fn an_address_that_sends_us_on_is_kept_as_it_really_is() {
    let test = unsynced().await;
    by_hand(&test).await;
    let radarr = test.world.radarr_4k();
    let (typed, key) = (radarr.url(), radarr.api_key());
    radarr.set_url_base("/films/radarr");
    let admin = test.as_admin().await;
    let fields = [("name", "Radarr 4K"), ("url", typed.as_str()), ("secret", key.as_str()), ("is_4k", "yes")];
    admin.post("/admin/services/radarr-new", &fields).await.is(200).has(&format!("value=\"{}\"", radarr.url()));
    let more = [("pickers", "yes"), ("quality_profile_id", "1"), ("root_folder", "/movies-4k")];
    let both: Vec<_> = fields.into_iter().chain(more).collect();
    admin.post("/admin/services/radarr-new", &both).await.is(303);
    let all = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    let added = all.iter().find(|service| service.name == "Radarr 4K").unwrap();
    assert_eq!(added.url, radarr.url());
    test.house.close().await;
}

#[tokio::test]
async fn programs_read_how_services_fare() {
    let test = unsynced().await;
    test.run_job(JobName::ServiceHealth).await;
    let moderator = test.as_role(Role::Moderator).await;
    let reply = moderator.json(Method::GET, "/api/services?per_page=2", json!(null)).await.is(200);
    let body = reply.lacks(&test.world.radarr().url()).json();
    assert_eq!((body["total"].as_i64(), body["items"].as_array().unwrap().len()), (Some(6), 2));
    assert_eq!(body["items"][0]["kind"], "plex_tv");
    test.as_role(Role::Requester).await.json(Method::GET, "/api/services", json!(null)).await.is(403);
    test.nobody().json(Method::GET, "/api/services", json!(null)).await.is(401);
    test.close().await;
}

#[tokio::test]
async fn cleanup_runs_on_an_untouched_house() {
    let test = unsynced().await;
    let run = test.run_job(JobName::Cleanup).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert_eq!((&run.result["sessions"], &run.result["titles"]), (&json!(0), &json!(0)));
    test.close().await;
}

#[tokio::test]
async fn without_an_address_there_is_no_webhook_to_register() {
    let test = unsynced().await;
    test.settled().await;
    assert_eq!(test.app().db.read(outbox::counts).await.unwrap(), (0, 0));
    assert!(test.world.radarr().notifications().is_empty());
    test.close().await;
}

#[tokio::test]
async fn a_refused_password_is_tried_again_when_somebody_has_looked_after_it() {
    let test = unsynced().await;
    by_hand(&test).await;
    let password = test.world.qbittorrent().password();
    test.world.qbittorrent().set_password("another one");
    for _ in 0..3 {
        assert_eq!(test.run_job(JobName::ServiceHealth).await.result["down"], json!(["qBittorrent"]));
    }
    assert_eq!(test.world.qbittorrent().logins().len(), 1, "the timetable does not knock again");
    test.as_admin().await.json(Method::POST, "/api/jobs/service_health/run", json!(null)).await.is(202);
    until("somebody's own look has knocked", || async { (test.world.qbittorrent().logins().len() == 2).then_some(()) })
        .await;
    test.run_job(JobName::ServiceHealth).await;

    // A good test on the page opens the way again, though nothing was changed.
    test.world.qbittorrent().set_password(&password);
    let qbittorrent = service(&test, ServiceKind::Qbittorrent).await;
    let (url, name) = (test.world.qbittorrent().url(), test.world.qbittorrent().username());
    let path = format!("/admin/services/qbittorrent-{}", qbittorrent.id);
    let fields =
        [("name", "qBittorrent"), ("url", url.as_str()), ("username", name.as_str()), ("secret", password.as_str())];
    test.as_admin().await.post(&path, &fields).await.is(303);
    test.run_job(JobName::ServiceHealth).await;
    assert!(health(&test, "qBittorrent").await.up);
    test.house.close().await;
}
