#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::demo::downloads::Speed;
use crate::demo::host::Host;
use crate::demo::import::Import;
use crate::demo::testing::{Reply, send};

struct World {
    sonarr: Sonarr,
    downloads: Downloads,
    imports: Arc<Mutex<Vec<Import>>>,
    show: Show,
}

impl World {
    async fn new() -> World {
        let catalogue = Catalogue::as_of(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        let has_aired =
            |show: &Show| show.episodes().all(|(_, one)| one.air_date.is_some_and(|day| day < catalogue.today()));
        let shows = catalogue.shows();
        let show =
            shows.into_iter().find(|show| show.seasons.len() >= 2 && has_aired(show) && show.seasons[0].number == 1);
        let downloads = Downloads::new(Speed::default());
        let imports: Arc<Mutex<Vec<Import>>> = Arc::default();
        let shelf = imports.clone();
        let on_import: OnImport = Arc::new(move |import| shelf.lock().unwrap().push(import));
        let sonarr = Sonarr::start(Options::sonarr(), catalogue, downloads.clone(), on_import).await.unwrap();
        World { sonarr, downloads, imports, show: show.unwrap() }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let key = format!("X-Api-Key: {}", self.sonarr.api_key());
        let headers = [key.as_str(), "Accept: application/json", "Content-Type: application/json"];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(method, &format!("{}/api/v3{path}", self.sonarr.url()), &headers, &body).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, Value::Null).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// What the lookup says, with the members of a request for these seasons.
    async fn wish(&self, seasons: &[i64]) -> Value {
        let mut body = self.get(&format!("/series/lookup?term=tvdb:{}", self.show.tvdb_id)).await[0].clone();
        for season in body["seasons"].as_array_mut().unwrap() {
            season["monitored"] = json!(seasons.contains(&season["seasonNumber"].as_i64().unwrap()));
        }
        body["qualityProfileId"] = json!(4);
        body["rootFolderPath"] = json!("/tv");
        body["seasonFolder"] = json!(true);
        body["monitorNewItems"] = json!("none");
        body["addOptions"] = json!({ "monitor": "skip", "searchForMissingEpisodes": true });
        body
    }
}

#[tokio::test]
async fn episodes_come_with_the_refresh_and_only_asked_seasons_are_grabbed() {
    let world = World::new().await;
    let added = world.call("POST", "/series", world.wish(&[1]).await).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert!(added.json()["seasons"][0].get("statistics").is_none());
    assert_eq!(world.get("/episode?seriesId=1").await, json!([]));
    world.downloads.step();
    let count = world.show.seasons[0].episodes.len();
    assert_eq!(world.get("/episode?seriesId=1&seasonNumber=1").await.as_array().unwrap().len(), count);
    let queue = world.get("/queue?pageSize=100").await;
    let records = queue["records"].as_array().unwrap();
    assert_eq!(records.len(), count, "one record per episode");
    assert!(records.iter().all(|one| one["downloadId"] == records[0]["downloadId"] && one["seasonNumber"] == 1));
    assert!(records.iter().all(|one| one["size"] == records[0]["size"]));
    assert_ne!(records[0]["id"], records[1]["id"]);
    let past_the_end = world.get("/queue?page=99&pageSize=2").await;
    assert_eq!(past_the_end["page"], (count as i64 + 1) / 2);
    assert!(!past_the_end["records"].as_array().unwrap().is_empty());
    let seasons = world.get("/series/1").await["seasons"].clone();
    assert_eq!((&seasons[0]["monitored"], &seasons[1]["monitored"]), (&json!(true), &json!(false)));

    world.downloads.finish_all();
    let series = world.get("/series/1").await;
    assert_eq!(series["seasons"][0]["statistics"]["episodeFileCount"], count);
    assert_eq!(series["seasons"][0]["statistics"]["percentOfEpisodes"], 100);
    assert_eq!(series["seasons"][1]["statistics"]["episodeCount"], 0);
    let imports = world.imports.lock().unwrap().clone();
    let [Import::Episodes { season: 1, numbers, .. }] = imports.as_slice() else { panic!("{imports:?}") };
    assert_eq!(numbers.len(), count);
    assert!(world.sonarr.complaints().is_empty(), "{:?}", world.sonarr.complaints());
}

#[tokio::test]
async fn a_pack_is_one_grab_and_one_download_per_episode() {
    let world = World::new().await;
    let receiver = Host::start("receiver", None, poem::endpoint::make_sync(|_| StatusCode::OK)).await.unwrap();
    let hook = json!({
        "name": "Usherr", "implementation": "Webhook", "configContract": "WebhookSettings", "tags": [],
        "fields": [{ "name": "url", "value": receiver.url() }], "onGrab": true, "onDownload": true, "onSeriesAdd": true,
    });
    assert_eq!(world.call("POST", "/notification", hook).await.status, 201);
    world.call("POST", "/series", world.wish(&[2]).await).await;
    world.downloads.finish_all();
    world.sonarr.settled().await;
    let count = world.show.seasons[1].episodes.len();
    let sent = world.sonarr.deliveries();
    let events: Vec<&str> = sent.iter().map(|one| one.event.as_str()).collect();
    assert_eq!(&events[..3], ["Test", "SeriesAdd", "Grab"]);
    assert_eq!(events[3..], vec!["Download"; count]);
    assert_eq!(sent[2].body["episodes"].as_array().unwrap().len(), count);
    assert_eq!(sent[3].body["episodes"].as_array().unwrap().len(), 1);
    assert_eq!(sent[3].body["release"]["releaseType"], "seasonPack");
    assert!(sent[3].body["episodeFile"]["dateAdded"].as_str().unwrap().len() > 25);
    let since = world.get("/history/since?date=2020-01-01T00:00:00Z&eventType=downloadFolderImported").await;
    assert_eq!(since.as_array().unwrap().len(), count);
}

#[tokio::test]
async fn monitoring_rules_are_carried_out() {
    let world = World::new().await;
    for (rule, expected) in
        [("all", [true, true]), ("firstSeason", [true, false]), ("lastSeason", [false, true]), ("none", [false, false])]
    {
        let mut body = world.wish(&[]).await;
        body["addOptions"] = json!({ "monitor": rule });
        let only_two = body["seasons"].as_array().unwrap().len() == 2;
        let id = world.call("POST", "/series", body).await.json()["id"].as_i64().unwrap();
        world.downloads.finish_all();
        let seasons = world.get(&format!("/series/{id}")).await["seasons"].clone();
        assert_eq!(seasons[0]["monitored"], expected[0], "{rule}");
        if only_two || !rule.ends_with("Season") {
            assert_eq!(seasons[1]["monitored"], expected[1], "{rule}");
        }
        world.sonarr.remove(world.show.tvdb_id);
    }
}

#[tokio::test]
async fn a_season_added_later_flips_its_episodes_and_is_searched_by_command() {
    let world = World::new().await;
    world.sonarr.add_existing(world.show.tvdb_id, &[1], |season, _| season == 1).unwrap();
    let mut series = world.get(&format!("/series?tvdbId={}", world.show.tvdb_id)).await[0].clone();
    series["seasons"][1]["monitored"] = json!(true);
    let changed = world.call("PUT", "/series", series).await;
    assert_eq!(changed.status, 202, "{}", changed.text());
    assert!(world.sonarr.complaints().is_empty(), "{:?}", world.sonarr.complaints());
    let missing = world.get("/wanted/missing?pageSize=50&includeSeries=true").await;
    assert_eq!(missing["totalRecords"], world.show.seasons[1].episodes.len());
    world.downloads.finish_all();
    assert!(world.downloads.torrents().is_empty(), "a PUT starts no search");
    let search = json!({ "name": "SeasonSearch", "seriesId": 1, "seasonNumber": 2 });
    assert_eq!(world.call("POST", "/command", search).await.status, 201);
    world.downloads.finish_all();
    assert_eq!(world.imports.lock().unwrap().len(), 1);
    assert_eq!(world.get("/wanted/missing").await["totalRecords"], 0);
}

#[tokio::test]
async fn mistakes_have_sonarrs_own_shapes() {
    let world = World::new().await;
    world.call("POST", "/series", world.wish(&[1]).await).await;
    let again = world.call("POST", "/series", world.wish(&[1]).await).await;
    assert_eq!(again.status, 400);
    let codes: Vec<Value> = again.json().as_array().unwrap().iter().map(|one| one["errorCode"].clone()).collect();
    assert!(codes.contains(&json!("SeriesExistsValidator")), "{codes:?}");
    let mut body = world.wish(&[1]).await;
    body["addOptions"]["monitor"] = json!("everything");
    let refused = world.call("POST", "/series", body).await.json();
    assert_eq!(refused["type"], "https://tools.ietf.org/html/rfc7231#section-6.5.1");
    let none = world.call("GET", "/episode", Value::Null).await;
    assert_eq!(none.json()["message"], "BadRequest: seriesId or episodeIds must be provided");
    let languages = world.call("GET", "/languageProfile", Value::Null).await;
    assert_eq!((languages.status, languages.header("deprecation").as_deref()), (200, Some("true")));
    let nowhere = world.call("GET", "/nosuch", Value::Null).await;
    assert_eq!(nowhere.json()["type"], "https://tools.ietf.org/html/rfc7231#section-6.5.4");
    assert_eq!(world.get("/series/lookup?term=tvdb:12").await, json!([]));
}
