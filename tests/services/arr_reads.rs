//! What Sonarr and Radarr send, as captured, and what we make of it.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use poem::IntoResponse;
use serde_json::json;
use usherr::domain::catalog::MediaKind;
use usherr::domain::fault::FaultClass;
use usherr::domain::servarr::{AiringKind, HistoryEvent, QueueStatus, TrackedState, by_download};

use crate::stand_in::{KEY, StandIn, answer, empty, fixture, json, no_row, ok};

const SOON: Duration = Duration::from_secs(5);

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Answers every call with one captured file.
async fn always(name: &'static str) -> StandIn {
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
async fn a_film_queue_with_fractional_sizes() {
    let server = always("ruddarr-app-captures/movie-queue.json").await;
    let queue = server.radarr().queue().await.unwrap();
    assert_eq!(queue.len(), 2, "one record was captured twice");
    assert_eq!(
        (queue[0].arr_title_id, queue[0].size, queue[0].size_left),
        (Some(368), 5_882_132_578.0, 5_870_368_312.844)
    );
    assert_eq!((&queue[0].status, &queue[0].state), (&QueueStatus::Downloading, &TrackedState::Downloading));
    assert_eq!(queue[0].eta, Some(utc("2024-05-24T21:54:45Z")));
    let call = server.only("GET /api/v3/queue");
    assert_eq!(
        (call.arg("page"), call.arg("pageSize"), call.arg("includeUnknownMovieItems")),
        (Some("1"), Some("100"), Some("true"))
    );
}

#[tokio::test]
async fn a_season_pack_is_one_download() {
    let server = always("home-assistant/sonarr/queue_season_pack.json").await;
    let queue = server.sonarr().queue().await.unwrap();
    let episodes: Vec<_> = queue.iter().map(|record| (record.arr_title_id, record.season, record.episode_id)).collect();
    assert_eq!(episodes, [2303, 2304, 2326].map(|id| (Some(64), Some(2), Some(id))));
    let downloads = by_download(&queue);
    assert_eq!((downloads.len(), downloads[0].records.len(), downloads[0].size()), (1, 3, 84_429_221_268.0));
    assert_eq!(downloads[0].download_id.as_deref(), Some("ca4552774085f1b5db3c8e7d39dd220b0474fe4b"));
    assert!((0.0..0.01).contains(&downloads[0].progress()));
}

#[tokio::test]
async fn the_queue_is_read_to_the_end_and_no_further() {
    let all = fixture("ruddarr-app-captures/series-queue.json");
    let rows = all["records"].as_array().unwrap().clone();
    let total = rows.len();
    let server = StandIn::new(move |call| {
        // The service clamps at its last page.
        let page = call.arg("page").unwrap().parse::<usize>().unwrap().min(total.div_ceil(4));
        let part: Vec<_> = rows.iter().skip((page - 1) * 4).take(4).collect();
        ok(&json!({"page": page, "pageSize": 4, "totalRecords": total, "records": part}))
    })
    .await;
    let queue = server.sonarr().queue().await.unwrap();
    assert_eq!((queue.len(), server.calls().len()), (total, total.div_ceil(4)));
    let stuck = &queue[0];
    assert!(stuck.warning && stuck.state == TrackedState::ImportPending);
    assert!(stuck.messages.iter().any(|message| message.starts_with("Not an upgrade")), "{:?}", stuck.messages);
    let packs = by_download(&queue);
    assert!(packs.iter().any(|pack| pack.records.len() == 2), "two episodes of one download are one");
}

#[tokio::test]
async fn queues_of_other_collections_pass() {
    let server = always("aiopyarr/sonarr/queue-2.json").await;
    let queue = server.sonarr().queue().await.unwrap();
    assert_eq!((queue.len(), &queue[0].status), (1, &QueueStatus::Other("string".to_owned())));
    assert_eq!((queue[0].arr_title_id, queue[0].protocol.as_deref()), (None, None));
    let server = always("exportarr/common/v3_queue.json").await;
    let queue = server.radarr().queue().await.unwrap();
    assert!(queue.iter().all(|record| record.size == 24_397_988_960.0) && !queue.is_empty());
    for body in [json!({}), json!([]), json!({"totalRecords": 3})] {
        let server = StandIn::new(move |_| ok(&body)).await;
        assert!(server.radarr().queue().await.is_err(), "no page is not an empty queue");
    }
}

#[tokio::test]
async fn words_are_read_in_any_case() {
    let server = StandIn::new(|_| {
        ok(&json!({"totalRecords": 2, "records": [
            {"id": 1, "movie": {"id": 9}, "status": "Downloading", "trackedDownloadState": "ImportBlocked", "trackedDownloadStatus": "Error"},
            {"id": 2, "status": "delay"}
        ]}))
    })
    .await;
    let queue = server.radarr().queue().await.unwrap();
    assert_eq!((&queue[0].status, &queue[0].state), (&QueueStatus::Downloading, &TrackedState::ImportBlocked));
    assert!(queue[0].warning && queue[0].arr_title_id == Some(9));
    assert_eq!((&queue[1].status, &queue[1].download_id), (&QueueStatus::Delay, &None));
    assert_eq!(by_download(&queue).len(), 2, "records without a download stay apart");
}

#[tokio::test]
async fn history_since_a_moment() {
    let server = StandIn::new(|_| ok(&fixture("ruddarr-app-captures/sonarr-history.json")["records"])).await;
    let history = server.sonarr().history_since(utc("2024-01-29T03:00:00Z")).await.unwrap();
    assert_eq!(server.only("GET /api/v3/history/since").arg("date"), Some("2024-01-29T03:00:00Z"));
    assert_eq!((&history[0].event, &history[2].event), (&HistoryEvent::Grabbed, &HistoryEvent::Imported));
    assert!(history.iter().all(|record| record.arr_title_id > 0 && record.episode_id.is_some()));
    let server = StandIn::new(|_| {
        ok(&json!([
            {"movieId": 3, "eventType": "movieFileDeleted", "date": "2026-01-01T00:00:00Z", "data": {"reason": "Upgrade"}},
            {"movieId": 3, "eventType": "movieFileDeleted", "date": "2026-01-01T00:00:01Z", "data": {"reason": "Manual"}},
            {"movieId": 3, "eventType": "downloadFailed", "date": "2026-01-01T00:00:02Z"},
            {"movieId": 3, "eventType": "somethingNew", "date": "2026-01-01T00:00:03Z", "data": null},
            {"movieId": 0, "eventType": "grabbed", "date": "2026-01-01T00:00:04Z"}
        ]))
    })
    .await;
    let events: Vec<_> = server.radarr().history_since(utc("2026-01-01T00:00:00Z")).await.unwrap();
    let events: Vec<_> = events.into_iter().map(|record| record.event).collect();
    let other = |word: &str| HistoryEvent::Other(word.to_owned());
    assert_eq!(events, [other("upgraded"), HistoryEvent::FileDeleted, HistoryEvent::Failed, other("somethingNew")]);
}

#[tokio::test]
async fn calendars_as_captured() {
    let server = always("ruddarr-app-captures/calendar-episodes.json").await;
    let (start, end) = (utc("2026-01-01T00:00:00Z"), utc("2026-01-31T00:00:00Z"));
    let airings = server.sonarr().calendar(start, end).await.unwrap();
    assert_eq!((airings[0].arr_title_id, airings[0].season, airings[0].number), (212, Some(3), Some(5)));
    assert_eq!((airings[0].kind, airings[0].on), (AiringKind::Episode, day("2026-01-30")));
    let call = server.only("GET /api/v3/calendar");
    assert_eq!((call.arg("start"), call.arg("unmonitored")), (Some("2026-01-01T00:00:00Z"), Some("false")));

    let server = always("ruddarr-app-captures/calendar-movies.json").await;
    let airings = server.radarr().calendar(start, end).await.unwrap();
    let films: Vec<_> = airings.iter().map(|airing| (airing.arr_title_id, airing.kind)).collect();
    assert!(films.contains(&(510, AiringKind::Digital)) && !films.contains(&(510, AiringKind::InCinemas)), "{films:?}");
    assert!(films.contains(&(739, AiringKind::Digital)) && films.contains(&(739, AiringKind::Physical)), "{films:?}");
}

#[tokio::test]
async fn episodes_as_captured() {
    let server = always("ruddarr-app-captures/series-episodes.json").await;
    let episodes = server.sonarr().episodes(15).await.unwrap();
    assert_eq!(server.only("GET /api/v3/episode").arg("seriesId"), Some("15"));
    assert_eq!((episodes[0].id, episodes[0].season, episodes[0].number), (1467, 0, 1));
    assert_eq!((episodes[0].air_date, episodes[2].air_date), (Some(utc("2009-09-02T01:00:00Z")), None));
}
