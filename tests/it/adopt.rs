//! What Radarr and Sonarr have already, or do on their own: adopted as it is, told in their words, and never doubled.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{requests, services};
use usherr::demo::WorldOptions;
use usherr::demo::catalogue::Show;
use usherr::domain::ids::RequestId;
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;
use usherr::domain::service::ServiceKind;

use super::support::requests::{a_film, a_series};
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

/// A series that neither Sonarr nor Plex has, with a first season that has aired.
fn new_series(test: &TestApp) -> Show {
    let today = test.world.catalogue().today();
    let is_new = |show: &Show| {
        test.world.sonarr().title(show.tvdb_id).is_none() && test.world.media_server().show_key(show.tvdb_id).is_none()
    };
    let aired = |show: &Show| {
        let first = show.seasons.iter().find(|season| season.number == 1);
        first.is_some_and(|season| {
            season.episodes.len() > 2 && season.episodes.iter().all(|one| one.air_date.is_some_and(|day| day <= today))
        })
    };
    test.world.catalogue().shows().into_iter().find(|show| is_new(show) && aired(show)).unwrap()
}

/// Sonarr as its own user calls it.
async fn sonarr(test: &TestApp, method: Method, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().request(method, format!("{}/api/v3/{path}", test.world.sonarr().url()));
    let request = request.header("X-Api-Key", test.world.sonarr().api_key()).header("Accept", "application/json");
    let request = if body.is_null() { request } else { request.json(&body) };
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

async fn approved_by_hand(test: &TestApp, admin: &Browser, what: Value) -> i64 {
    let id = test.as_role(Role::Requester).await.ask(what).await;
    admin.approve(id).await;
    test.settled().await;
    id
}

#[tokio::test]
async fn a_film_with_its_file_is_only_waited_for() {
    let test = TestApp::new().await;
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    test.world.radarr().add_existing(film.tmdb_id, false, true).unwrap();
    let before = test.world.radarr().journal().requests().len();
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    let calls = test.world.radarr().journal().requests();
    let writes: Vec<_> = calls[before..].iter().filter(|call| call.method != Method::GET).collect();
    assert!(writes.is_empty(), "it has what was asked for: {writes:?}");
    assert!(!test.world.radarr().title(film.tmdb_id).unwrap().is_monitored);
    test.run_job(JobName::RequestRepair).await;
    assert_eq!(admin.request(id).await["stage"], "importing", "the file is there, and Plex has yet to see it");
    test.close().await;
}

#[tokio::test]
async fn an_episode_that_nobody_watched_is_fetched_with_its_season() {
    let test = TestApp::new().await;
    let (show, admin) = (new_series(&test), test.as_admin().await);
    let series = test.world.sonarr().add_existing(show.tvdb_id, &[1], |_, _| false).unwrap();
    let listed = sonarr(&test, Method::GET, &format!("episode?seriesId={series}"), Value::Null).await;
    let first = listed.as_array().unwrap().iter().find(|one| one["seasonNumber"] == 1 && one["episodeNumber"] == 1);
    let off = json!({ "episodeIds": [first.unwrap()["id"]], "monitored": false });
    sonarr(&test, Method::PUT, "episode/monitor", off).await;
    let id = approved_by_hand(&test, &admin, a_series(show.tvdb_id, json!([1]))).await;
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    assert!(test.world.media_server().has_episode(show.tvdb_id, 1, 1), "the one that was left out");
    test.close().await;
}

#[tokio::test]
async fn a_quality_that_is_not_there_is_never_swapped_for_another() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.world.radarr().set_profiles(vec![(9, "Anything".to_owned())]);
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    let stuck = admin.reaches(id, "stuck").await;
    assert_eq!(stuck["cause"], "service_refused");
    admin.get(&format!("/requests/{id}")).await.is(200).has("has no quality profile called HD-1080p");
    assert!(test.world.radarr().added().is_empty());

    // The same name in other letters, under another id.
    test.world.radarr().set_profiles(vec![(9, "Anything".to_owned()), (77, "hd-1080P".to_owned())]);
    admin.decide(id, "retry", json!({})).await.is(200);
    admin.reaches(id, "searching").await;
    assert_eq!(test.world.radarr().added()[0]["qualityProfileId"], 77);
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn an_import_that_needs_a_hand_is_told_in_radarrs_words_and_goes_on() {
    let test = TestApp::new().await;
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    test.world.downloads().step();
    let words = "Not an upgrade for existing movie file(s)";
    assert_eq!(test.world.downloads().block_import(&film.title, words), 1);
    test.world.downloads().set_progress(&film.title, 1.0);
    test.world.downloads().finish_all();
    test.run_job(JobName::DownloadsSync).await;
    let stuck = admin.reaches(id, "stuck").await;
    assert_eq!(stuck["cause"], "import_blocked");
    admin.get(&format!("/requests/{id}")).await.is(200).has(words);
    test.world.downloads().unblock_import(&film.title);
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.close().await;
}

#[tokio::test]
async fn a_broken_download_is_told_and_another_one_counts() {
    let test = TestApp::new().await;
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    test.world.downloads().step();
    assert_eq!(test.world.downloads().torrent_error(&film.title), 1);
    test.run_job(JobName::DownloadsSync).await;
    assert_eq!(admin.reaches(id, "stuck").await["cause"], "download_failed");
    test.world.downloads().resume(&film.title);
    test.run_job(JobName::DownloadsSync).await;
    admin.reaches(id, "downloading").await;
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.close().await;
}

#[tokio::test]
async fn without_qbittorrent_a_warned_download_is_told_too() {
    let settings = |file: String| {
        let (head, rest) = file.split_once("[qbittorrent]").unwrap();
        format!("{head}{}", &rest[rest.find("[smtp]").unwrap()..])
    };
    let test = TestApp::with_settings(WorldOptions::test(), settings).await.synced().await;
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    test.world.downloads().step();
    test.world.downloads().stall(&film.title);
    test.run_job(JobName::DownloadsSync).await;
    assert_eq!(admin.request(id).await["stage"], "downloading", "nobody sends for a while: that passes");
    test.world.downloads().torrent_error(&film.title);
    test.run_job(JobName::DownloadsSync).await;
    assert_eq!(admin.reaches(id, "stuck").await["cause"], "download_failed");
    test.world.downloads().resume(&film.title);
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.close().await;
}

#[tokio::test]
async fn a_radarr_that_was_set_up_anew_is_followed_to_its_new_row() {
    let test = TestApp::new().await;
    let (film, admin) = (films_to_ask_for(&test.world).swap_remove(0), test.as_admin().await);
    let id = approved_by_hand(&test, &admin, a_film(&film)).await;
    let before = requests_row(&test, id).await;
    assert!(test.world.radarr().remove(film.tmdb_id));
    let anew = test.world.radarr().add_existing(film.tmdb_id, true, false).unwrap();
    assert_ne!(before, Some(anew));
    test.run_job(JobName::RequestRepair).await;
    assert_eq!(requests_row(&test, id).await, Some(anew));
    assert_eq!(admin.request(id).await["stage"], "searching", "nothing is gone");
    test.close().await;
}

async fn requests_row(test: &TestApp, id: i64) -> Option<i64> {
    test.app().db.read(move |conn| requests::get(conn, RequestId(id))).await.unwrap().unwrap().arr_id
}

#[tokio::test]
async fn the_other_instance_gets_what_was_sent_to_it() {
    let test = TestApp::new().await;
    let (url, key) = (test.world.radarr_4k().url(), test.world.radarr_4k().api_key());
    let admin = test.as_admin().await;
    let typed = [("name", "Upstairs"), ("url", url.as_str()), ("secret", key.as_str())];
    admin.post("/admin/services/radarr-new", &typed).await.is(200).has("quality_profile_id");
    let mut picked = typed.to_vec();
    picked[2] = ("secret", "");
    picked.extend([("pickers", "yes"), ("quality_profile_id", "5"), ("root_folder", "/movies-4k")]);
    admin.post("/admin/services/radarr-new", &picked).await.is(303);
    let upstairs = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    let upstairs = upstairs.into_iter().find(|service| service.name == "Upstairs").unwrap();
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let id = test.as_role(Role::Requester).await.ask(a_film(&film)).await;
    admin.decide(id, "approve", json!({ "service_id": upstairs.id.0 })).await.is(200);
    test.settled().await;
    assert!(test.world.radarr().added().is_empty());
    let added = test.world.radarr_4k().added();
    assert_eq!((added.len(), &added[0]["qualityProfileId"]), (1, &json!(5)));
    assert_eq!(added[0]["rootFolderPath"], "/movies-4k");
    admin.reaches(id, "searching").await;
    test.close().await;
}
