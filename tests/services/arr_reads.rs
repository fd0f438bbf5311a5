//! What Sonarr and Radarr send, as captured, and what we make of it.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use poem::IntoResponse;
use serde_json::json;
use usherr::domain::catalog::MediaKind;
use usherr::domain::fault::FaultClass;

use crate::stand_in::{KEY, StandIn, answer, empty, fixture, json, no_row, ok};

const SOON: Duration = Duration::from_secs(5);

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Answers every call with one captured file.
pub async fn always(name: &'static str) -> StandIn {
    StandIn::new(move |_| ok(&fixture(name))).await
}

#[tokio::test]
async fn every_call_carries_the_key_in_a_header_and_nowhere_else() {
    let server = always("ruddarr-app-captures/tags.json").await;
    server.radarr().tags().await.unwrap();
    let call = server.only("GET /api/v3/tag");
    assert_eq!(call.header("x-api-key"), Some(KEY));
    assert_eq!(call.header("accept"), Some("application/json"));
    assert!(call.query.is_empty());
    assert!(!format!("{:?}", server.radarr()).contains(KEY), "the key shows in debug output");
}

#[tokio::test]
async fn status_tells_a_swapped_address() {
    for name in ["ruddarr-app-captures/system-status.json", "exportarr/common/v3_system_status.json"] {
        let server = always(name).await;
        let status = server.radarr().status().await.unwrap();
        assert!(status.app_name == "Radarr" && status.version.starts_with("5."), "{status:?}");
        server.radarr().expect_own(&status).unwrap();
        let fault = server.sonarr().expect_own(&status).unwrap_err();
        assert!(fault.message.starts_with("This is Radarr, not Sonarr."), "{fault}");
    }
    let server = always("home-assistant/radarr/system-status.json").await;
    let old = server.radarr().status().await.unwrap();
    server.radarr().expect_own(&old).expect("an old one gives no name");
}

#[tokio::test]
async fn status_of_something_else_is_a_fault() {
    for body in ["<html>Sign in</html>", "", "[]", "{}", "\"hello\""] {
        let server = StandIn::new(move |_| answer(200, "text/html", body)).await;
        let fault = server.radarr().status().await.unwrap_err();
        assert_eq!(fault.class, FaultClass::Transient, "{body}: {fault}");
        assert!(fault.message.contains("address"), "{fault}");
    }
}

#[tokio::test]
async fn a_base_path_is_learnt_from_a_307() {
    let server = StandIn::new(|call| match call.path.strip_prefix("/radarr") {
        Some("/api/v3/tag") => ok(&fixture("ruddarr-app-captures/tags.json")),
        Some("/api/v3/command") => json(201, &json!({"id": 1})),
        Some(_) => empty(404),
        None => {
            let query = call.query.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
            empty(307).with_header("Location", format!("/radarr{}?{query}", call.path)).into_response()
        }
    })
    .await;
    let radarr = server.radarr();
    radarr.search(7).await.unwrap();
    radarr.tags().await.unwrap();
    assert_eq!(
        server.lines(),
        ["POST /api/v3/command", "POST /radarr/api/v3/command", "GET /radarr/api/v3/tag"],
        "the second call goes to the learnt base at once"
    );
    assert_eq!(server.calls()[1].json(), json!({"name": "MoviesSearch", "movieIds": [7]}));
    assert_eq!(server.calls()[1].header("x-api-key"), Some(KEY));
}

#[tokio::test]
async fn profiles_and_tags() {
    let server = always("ruddarr-app-captures/quality-profiles.json").await;
    let profiles = server.radarr().quality_profiles().await.unwrap();
    assert!(profiles.len() == 2 && profiles.iter().all(|profile| profile.id > 0 && !profile.name.is_empty()));
    let server = always("ruddarr-app-captures/tags.json").await;
    let tags = server.sonarr().tags().await.unwrap();
    assert_eq!(tags.last().map(|tag| (tag.id, tag.label.as_str())), Some((42, "hevc")));
}

#[tokio::test]
async fn root_folders_take_totals_from_the_longest_disk() {
    let server = StandIn::new(|call| match call.path.as_str() {
        "/api/v3/rootfolder" => ok(&json!([
            {"id": 1, "path": "/movies/4k/", "accessible": true, "freeSpace": "2199023255552"},
            {"id": 2, "path": "/mnt/remote-backup/films", "accessible": false},
            {"id": 3, "path": "/volume1/Library", "freeSpace": 1.5}
        ])),
        _ => ok(&fixture("ruddarr-app-captures/disk-space.json")),
    })
    .await;
    let folders = server.radarr().root_folders().await.unwrap();
    let sizes: Vec<_> = folders.iter().map(|folder| (folder.accessible, folder.free, folder.total)).collect();
    assert_eq!(
        sizes,
        [
            (true, Some(2_199_023_255_552.0), Some(16_492_674_416_640.0)),
            (false, None, None),
            (true, Some(1.5), Some(105_089_261_568.0)),
        ]
    );
}

#[tokio::test]
async fn root_folders_do_without_totals() {
    for name in ["exportarr/common/v3_rootfolder.json", "ruddarr-app-captures/root-folders.json"] {
        let server = StandIn::new(move |call| match call.path.as_str() {
            "/api/v3/rootfolder" => ok(&fixture(name)),
            _ => empty(500),
        })
        .await;
        let folders = server.sonarr().root_folders().await.unwrap();
        assert!(!folders.is_empty() && folders.iter().all(|folder| folder.free > Some(1e12) && folder.total.is_none()));
    }
}

#[tokio::test]
async fn films_as_captured() {
    let server = always("ruddarr-app-captures/movies.json").await;
    let film = server.radarr().find(346_698).await.unwrap().unwrap();
    assert_eq!(server.only("GET /api/v3/movie").arg("tmdbId"), Some("346698"));
    assert_eq!((film.id, film.quality_profile_id, film.size_on_disk), (1, Some(5), Some(21_304_687_315.0)));
    assert_eq!(film.root_folder.as_deref(), Some("/volume2/Media/Movies/"));
    let candidate = film.candidate;
    assert_eq!((candidate.title.as_str(), candidate.year, candidate.kind), ("Barbie", Some(2023), MediaKind::Movie));
    assert_eq!((candidate.ids.tmdb, candidate.ids.imdb.as_deref()), (Some(346_698), Some("tt1517268")));
    assert_eq!(candidate.digital_release, Some(day("2023-09-12")));
    assert!(candidate.has_file && candidate.monitored && candidate.arr_id == Some(1));
    assert!(candidate.poster.unwrap().starts_with("https://image.tmdb.org/"));
    assert!(server.radarr().find(1).await.unwrap().is_none(), "a row of another film is not this one");
}

#[tokio::test]
async fn series_as_captured() {
    let server = always("ruddarr-app-captures/series.json").await;
    let series = server.sonarr().find(393_189).await.unwrap().unwrap();
    assert_eq!(server.only("GET /api/v3/series").arg("tvdbId"), Some("393189"));
    assert_eq!((series.id, series.candidate.title.as_str()), (4, "Andor"));
    let seasons = &series.candidate.seasons;
    assert_eq!((seasons[1].number, seasons[1].aired, seasons[1].files), (1, Some(12), Some(12)));
    assert_eq!((seasons[0].monitored, seasons[0].aired, seasons[0].total), (false, None, Some(11)));
}

#[tokio::test]
async fn lookups_as_captured() {
    let server = always("ruddarr-app-captures/movie-lookup.json").await;
    let found = server.radarr().lookup("alien", SOON).await.unwrap();
    assert_eq!(server.only("GET /api/v3/movie/lookup").arg("term"), Some("alien"));
    assert!(found.len() > 3 && found.iter().all(|film| film.arr_id.is_none() && film.ids.tmdb.is_some()));

    let server = always("ruddarr-app-captures/series-lookup.json").await;
    let found = server.sonarr().lookup("alien", SOON).await.unwrap();
    assert_eq!((found[0].year, found[0].runtime_minutes, found[0].poster.as_deref()), (None, None, None));
    assert_eq!(found[1].seasons.len(), 2);
    let series = server.sonarr().lookup_id(360_348).await.unwrap().unwrap();
    assert_eq!(series.ids.tvdb, Some(360_348));
    assert!(server.sonarr().lookup_id(5).await.unwrap().is_none());
}

#[tokio::test]
async fn odd_rows_are_survived() {
    let server = StandIn::new(|_| {
        ok(&json!([
            null, 7, {"title": ""},
            {"tmdbId": "603", "title": "The Matrix", "year": "1999", "seasons": null, "genres": null, "images": null,
             "tags": ["3", 4], "id": "12", "runtime": "136", "inCinemas": "0001-01-01T00:00:00Z",
             "digitalRelease": "9999-12-31", "monitored": "true", "imdbId": "", "sizeOnDisk": "12.5"}
        ]))
    })
    .await;
    let film = server.radarr().find(603).await.unwrap().unwrap();
    assert_eq!((film.id, film.tags, film.size_on_disk), (12, vec![3, 4], Some(12.5)));
    let film = film.candidate;
    assert_eq!(
        (film.year, film.runtime_minutes, film.in_cinemas, film.digital_release),
        (Some(1999), Some(136), None, None)
    );
    assert!(film.monitored && film.ids.imdb.is_none());
    assert_eq!(server.radarr().lookup("x", SOON).await.unwrap().len(), 1);
}

#[tokio::test]
async fn shapes_of_other_collections_pass() {
    let server = always("aiopyarr/sonarr/series-lookup.json").await;
    assert!(!server.sonarr().lookup("x", SOON).await.unwrap().is_empty());
    let server = always("exportarr/sonarr/v3_series.json").await;
    assert!(server.sonarr().lookup("x", SOON).await.unwrap().is_empty(), "rows without a title are no titles");
    for name in ["aiopyarr/sonarr/series.json", "aiopyarr/radarr/movie.json"] {
        let server = StandIn::new(move |_| match fixture(name) {
            serde_json::Value::Array(rows) => ok(&rows[0]),
            row => ok(&row),
        })
        .await;
        server.sonarr().get(1).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_gone_is_none_and_what_is_broken_is_not() {
    let server = StandIn::new(|_| no_row()).await;
    assert!(server.sonarr().get(999).await.unwrap().is_none());
    for status in [500, 502, 503] {
        let server = StandIn::new(move |_| empty(status)).await;
        assert_eq!(server.sonarr().get(999).await.unwrap_err().class, FaultClass::Transient);
    }
    let server = StandIn::new(|_| answer(404, "text/html", "<html>nginx</html>")).await;
    let fault = server.sonarr().get(999).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Permanent, "a wrong address must not read as a title that is gone: {fault}");
}

#[tokio::test]
async fn episodes_as_captured() {
    let server = always("ruddarr-app-captures/series-episodes.json").await;
    let episodes = server.sonarr().episodes(15).await.unwrap();
    assert_eq!(server.only("GET /api/v3/episode").arg("seriesId"), Some("15"));
    assert_eq!((episodes[0].id, episodes[0].season, episodes[0].number), (1467, 0, 1));
    assert_eq!((episodes[0].air_date, episodes[2].air_date), (Some(utc("2009-09-02T01:00:00Z")), None));
}
