//! What is written into Sonarr and Radarr, byte for byte where it matters (services.md 2.3, 2.4).

use chrono::{DateTime, Utc};
use poem::Response;
use poem::http::Method;
use serde_json::{Value, json};
use usherr::domain::catalog::MediaKind;
use usherr::domain::fault::FaultClass;
use usherr::domain::servarr::{AddTitle, Monitor};

use crate::stand_in::{Call, StandIn, empty, json, no_row, ok};

fn film() -> AddTitle {
    AddTitle {
        kind: MediaKind::Movie,
        public_id: 603,
        quality_profile_id: 4,
        root_folder: "/movies".to_owned(),
        tags: vec![2, 7],
        monitor: Monitor::All,
    }
}

fn series(monitor: Monitor) -> AddTitle {
    AddTitle {
        kind: MediaKind::Series,
        public_id: 81_189,
        quality_profile_id: 6,
        root_folder: "/tv".to_owned(),
        tags: vec![3],
        monitor,
    }
}

fn matrix() -> Value {
    json!({"title": "The Matrix", "originalTitle": "The Matrix", "year": 1999, "tmdbId": 603, "imdbId": "tt0133093",
        "images": [], "hasFile": false, "monitored": false, "minimumAvailability": "announced", "tags": []})
}

fn show() -> Value {
    json!({"title": "Breaking Bad", "tvdbId": 81189, "year": 2008, "seriesType": "standard", "languageProfileId": 1,
        "qualityProfileId": 0, "monitored": true, "monitorNewItems": "all", "titleSlug": "breaking-bad", "tags": [],
        "remotePoster": "https://x/p.jpg", "folder": "Breaking Bad", "added": "0001-01-01T00:00:00Z",
        "seasons": [{"seasonNumber": 0, "monitored": true}, {"seasonNumber": 1, "monitored": true},
                    {"seasonNumber": 2, "monitored": true}, {"seasonNumber": 3, "monitored": true}]})
}

/// A library with one row; lookups find `found`.
async fn service(found: Value, row: Value) -> StandIn {
    StandIn::new(move |call| respond(call, &found, &row)).await
}

fn respond(call: &Call, found: &Value, row: &Value) -> Response {
    let path = call.path.trim_start_matches("/api/v3/");
    match (&call.method, path) {
        (&Method::GET, "movie/lookup" | "series/lookup") => ok(&json!([found])),
        (&Method::GET, "episode") => ok(&row["episodes"]),
        (&Method::GET, _) if row.is_null() => no_row(),
        (&Method::GET, _) => ok(row),
        (&Method::POST, "movie" | "series") => {
            let mut made = call.json();
            made["id"] = json!(77);
            json(201, &made)
        }
        (&Method::POST, "command") => json(201, &json!({"id": 1, "status": "queued"})),
        (&Method::PUT, "episode/monitor") => json(202, &json!([])),
        (&Method::PUT, _) => json(202, &call.json()),
        _ => empty(405),
    }
}

fn writes(server: &StandIn) -> Vec<String> {
    server.lines().into_iter().filter(|line| !line.starts_with("GET")).collect()
}

fn commands(server: &StandIn) -> Vec<Value> {
    server.calls().iter().filter(|call| call.line() == "POST /api/v3/command").map(Call::json).collect()
}

fn monitored(body: &Value) -> Vec<(i64, bool)> {
    let seasons = body["seasons"].as_array().unwrap().iter();
    seasons.map(|row| (row["seasonNumber"].as_i64().unwrap(), row["monitored"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn a_film_is_added_with_exactly_these_fields() {
    let server = service(matrix(), Value::Null).await;
    let made = server.radarr().add(&film()).await.unwrap();
    assert_eq!((made.id, made.candidate.title.as_str()), (77, "The Matrix"));
    assert_eq!(server.only("GET /api/v3/movie/lookup").arg("term"), Some("tmdb:603"));
    assert_eq!(
        server.only("POST /api/v3/movie").json(),
        json!({"tmdbId": 603, "title": "The Matrix", "year": 1999, "qualityProfileId": 4, "rootFolderPath": "/movies",
            "monitored": true, "minimumAvailability": "released", "tags": [2, 7],
            "addOptions": {"searchForMovie": true, "monitor": "movieOnly", "addMethod": "manual"}})
    );
}

#[tokio::test]
async fn a_film_that_is_there_or_unknown_is_not_posted() {
    let mut known = matrix();
    known["id"] = json!(12);
    let server = service(known, Value::Null).await;
    assert_eq!(server.radarr().add(&film()).await.unwrap_err().class, FaultClass::Already);
    assert!(writes(&server).is_empty());
    let server = StandIn::new(|_| ok(&json!([]))).await;
    assert_eq!(server.radarr().add(&film()).await.unwrap_err().class, FaultClass::Missing);
}

#[tokio::test]
async fn chosen_seasons_arrive_exactly() {
    let server = service(show(), Value::Null).await;
    server.sonarr().add(&series(Monitor::Seasons(vec![1, 3, 9]))).await.unwrap();
    let body = server.only("POST /api/v3/series").json();
    assert_eq!(monitored(&body), [(0, false), (1, true), (2, false), (3, true), (9, true)]);
    assert_eq!(
        body["addOptions"],
        json!({"monitor": "skip", "searchForMissingEpisodes": true, "searchForCutoffUnmetEpisodes": false})
    );
    let part = [
        "qualityProfileId",
        "rootFolderPath",
        "monitored",
        "seasonFolder",
        "monitorNewItems",
        "tags",
        "tvdbId",
        "title",
        "seriesType",
    ];
    let part: Vec<&Value> = part.iter().map(|key| &body[key]).collect();
    assert_eq!(json!(part), json!([6, "/tv", true, true, "none", [3], 81189, "Breaking Bad", "standard"]));
    assert!(body.get("path").is_none() && body.get("id").is_none());
}

#[tokio::test]
async fn all_means_every_regular_season_and_those_to_come() {
    let server = service(show(), Value::Null).await;
    server.sonarr().add(&series(Monitor::All)).await.unwrap();
    let body = server.only("POST /api/v3/series").json();
    assert_eq!(monitored(&body), [(0, false), (1, true), (2, true), (3, true)]);
    assert_eq!((&body["monitorNewItems"], &body["addOptions"]["monitor"]), (&json!("all"), &json!("skip")));
}

#[tokio::test]
async fn future_leaves_the_choice_to_sonarr_and_searches_nothing() {
    let server = service(show(), Value::Null).await;
    server.sonarr().add(&series(Monitor::Future)).await.unwrap();
    let body = server.only("POST /api/v3/series").json();
    assert_eq!(
        body["addOptions"],
        json!({"monitor": "future", "searchForMissingEpisodes": false, "searchForCutoffUnmetEpisodes": false})
    );
    assert_eq!(body["monitorNewItems"], json!("all"));
}

fn film_row(monitored: bool, has_file: bool) -> Value {
    json!({"id": 12, "tmdbId": 603, "title": "The Matrix", "monitored": monitored, "hasFile": has_file,
        "path": "/movies/The Matrix (1999)", "somethingNew": {"kept": [1, 2.5, null]}})
}

#[tokio::test]
async fn an_unwatched_film_is_watched_and_searched() {
    let server = service(matrix(), film_row(false, false)).await;
    server.radarr().watch(12).await.unwrap();
    let put = server.only("PUT /api/v3/movie/12");
    assert_eq!(
        (put.arg("moveFiles"), put.json()),
        (Some("false"), film_row(true, false)),
        "the whole resource, one change"
    );
    assert_eq!(commands(&server), [json!({"name": "MoviesSearch", "movieIds": [12]})]);
}

#[tokio::test]
async fn a_film_that_needs_nothing_gets_nothing() {
    for watched in [true, false] {
        let server = service(matrix(), film_row(watched, true)).await;
        server.radarr().watch(12).await.unwrap();
        assert!(writes(&server).is_empty(), "it has its file");
    }
    let server = service(matrix(), film_row(true, false)).await;
    server.radarr().watch(12).await.unwrap();
    assert_eq!(writes(&server), ["POST /api/v3/command"], "a search that a crash swallowed is made up for");
}

#[tokio::test]
async fn a_film_is_unwatched_once_and_stays() {
    let server = service(matrix(), film_row(true, true)).await;
    server.radarr().unwatch(12).await.unwrap();
    assert_eq!(server.only("PUT /api/v3/movie/12").json(), film_row(false, true));
    let server = service(matrix(), film_row(false, true)).await;
    server.radarr().unwatch(12).await.unwrap();
    assert!(writes(&server).is_empty());
    let server = service(matrix(), Value::Null).await;
    server.radarr().unwatch(12).await.unwrap();
}

/// Season 1 complete and watched, 2 watched with one file missing, 3 and the specials unwatched.
fn show_row() -> Value {
    let season = |number: i64, on: bool, files: i64, aired: i64, total: i64| {
        json!({"seasonNumber": number, "monitored": on, "statistics":
            {"episodeFileCount": files, "episodeCount": aired, "totalEpisodeCount": total, "sizeOnDisk": 5}})
    };
    json!({"id": 5, "tvdbId": 81189, "title": "Breaking Bad", "monitored": true, "monitorNewItems": "none", "path": "/tv/bb",
    "languageProfileId": 1, "unknown": {"kept": true},
    "seasons": [season(0, false, 0, 0, 9), season(1, true, 7, 7, 7), season(2, true, 12, 13, 13), season(3, false, 0, 0, 13)],
    "episodes": [
        {"id": 31, "seasonNumber": 3, "episodeNumber": 1, "airDateUtc": "2026-01-01T00:00:00Z", "monitored": false, "hasFile": false},
        {"id": 32, "seasonNumber": 3, "episodeNumber": 2, "airDateUtc": "2026-12-01T00:00:00Z", "monitored": false, "hasFile": false},
        {"id": 33, "seasonNumber": 3, "episodeNumber": 3, "monitored": false, "hasFile": false},
        {"id": 13, "seasonNumber": 1, "episodeNumber": 3, "airDateUtc": "2020-01-01T00:00:00Z", "monitored": false, "hasFile": false},
        {"id": 9, "seasonNumber": 0, "episodeNumber": 1, "monitored": false, "hasFile": false}
    ]})
}

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn seasons_join_those_already_watched() {
    let server = service(show(), show_row()).await;
    server.sonarr().watch(5, &Monitor::Seasons(vec![1, 3]), now()).await.unwrap();
    let mut expected = show_row();
    expected["seasons"][3]["monitored"] = json!(true);
    let put = server.only("PUT /api/v3/series/5");
    assert_eq!((put.arg("moveFiles"), put.json()), (Some("false"), expected));
    assert_eq!(
        server.only("PUT /api/v3/episode/monitor").json(),
        json!({"episodeIds": [13], "monitored": true}),
        "season 1 was watched, and one episode of it was not"
    );
    let search = |season: i32| json!({"name": "SeasonSearch", "seriesId": 5, "seasonNumber": season});
    assert_eq!(commands(&server), [search(1), search(3)]);
}

#[tokio::test]
async fn watching_what_is_watched_only_searches_what_lacks() {
    let server = service(show(), show_row()).await;
    server.sonarr().watch(5, &Monitor::Seasons(vec![2]), now()).await.unwrap();
    assert_eq!(writes(&server), ["POST /api/v3/command"]);
    assert_eq!(commands(&server)[0]["seasonNumber"], json!(2));
}

#[tokio::test]
async fn all_switches_the_rest_on_but_no_specials() {
    let server = service(show(), show_row()).await;
    server.sonarr().watch(5, &Monitor::All, now()).await.unwrap();
    let body = server.only("PUT /api/v3/series/5").json();
    assert_eq!(monitored(&body), [(0, false), (1, true), (2, true), (3, true)]);
    assert_eq!(body["monitorNewItems"], json!("all"));
    let searched: Vec<Value> = commands(&server).iter().map(|command| command["seasonNumber"].clone()).collect();
    assert_eq!(searched, [json!(1), json!(2), json!(3)]);
}

#[tokio::test]
async fn future_adds_only_what_has_not_aired() {
    let server = service(show(), show_row()).await;
    server.sonarr().watch(5, &Monitor::Future, now()).await.unwrap();
    let body = server.only("PUT /api/v3/series/5").json();
    assert_eq!(monitored(&body), [(0, false), (1, true), (2, true), (3, true)]);
    assert_eq!(body["monitorNewItems"], json!("all"));
    let episodes = server.calls().into_iter().filter(|call| call.line() == "PUT /api/v3/episode/monitor");
    let episodes: Vec<Value> = episodes.map(|call| call.json()).collect();
    assert_eq!(
        episodes,
        [json!({"episodeIds": [31], "monitored": false}), json!({"episodeIds": [32, 33], "monitored": true})],
        "the flag of season 3 switches its aired episode on, which nobody asked for"
    );
    assert!(commands(&server).is_empty());
}

#[tokio::test]
async fn seasons_or_all_of_it_are_unwatched() {
    let server = service(show(), show_row()).await;
    server.sonarr().unwatch(5, Some(&[2])).await.unwrap();
    let body = server.only("PUT /api/v3/series/5").json();
    assert_eq!((monitored(&body)[2], &body["monitored"]), ((2, false), &json!(true)));

    let server = service(show(), show_row()).await;
    server.sonarr().unwatch(5, Some(&[1, 2])).await.unwrap();
    assert_eq!(server.only("PUT /api/v3/series/5").json()["monitored"], json!(false), "nothing is left to watch");

    let server = service(show(), show_row()).await;
    server.sonarr().unwatch(5, None).await.unwrap();
    let body = server.only("PUT /api/v3/series/5").json();
    assert!(monitored(&body).iter().all(|(_, on)| !on) && body["monitored"] == json!(false));

    let server = service(show(), Value::Null).await;
    server.sonarr().unwatch(5, None).await.unwrap();
    assert!(writes(&server).is_empty());
}

#[tokio::test]
async fn searches_are_commands() {
    let server = service(show(), show_row()).await;
    server.sonarr().search(5, &[]).await.unwrap();
    server.sonarr().search(5, &[1, 2]).await.unwrap();
    let season = |number: i32| json!({"name": "SeasonSearch", "seriesId": 5, "seasonNumber": number});
    assert_eq!(commands(&server), [json!({"name": "SeriesSearch", "seriesId": 5}), season(1), season(2)]);
}
