//! What happens to a film after it was added.

use super::*;

#[tokio::test]
async fn a_film_is_searched_grabbed_downloaded_and_imported() {
    let world = World::new(Options::radarr()).await;
    let receiver = receiver(StatusCode::OK).await;
    let url = format!("{}/hooks/1", receiver.url());
    let made = world.call("POST", "/notification", hook_body(&url, "Usherr")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    world.call("POST", "/movie", world.add_body()).await;
    assert_eq!(world.get("/queue").await["totalRecords"], 0);

    world.downloads.step();
    let queue = world.get("/queue?includeMovie=true").await;
    let record = &queue["records"][0];
    assert_eq!(queue["pageSize"], 10);
    assert_eq!((&record["status"], &record["trackedDownloadState"]), (&json!("downloading"), &json!("downloading")));
    assert_eq!(record["movie"]["tmdbId"], world.film.tmdb_id);
    let hash = world.downloads.torrents()[0].hash.clone();
    assert_eq!(record["downloadId"], hash.to_uppercase());
    assert_eq!(world.downloads.set_progress(&world.film.title, 0.37), 1);
    let record = world.get("/queue/details?movieId=1").await[0].clone();
    let (size, left) = (record["size"].as_f64().unwrap(), record["sizeleft"].as_f64().unwrap());
    assert!((left / size - 0.63).abs() < 0.001);
    world.downloads.stall(&world.film.title);
    let record = world.get("/queue/details").await[0].clone();
    assert_eq!(record["errorMessage"], "The download is stalled with no connections");
    assert!(record.get("timeleft").is_none());
    world.downloads.resume(&world.film.title);

    world.downloads.step();
    assert_eq!(world.get("/queue").await["records"][0]["trackedDownloadState"], "importing");
    world.downloads.finish_all();
    assert_eq!(world.get("/queue").await["totalRecords"], 0);
    assert_eq!(world.get("/movie/1").await["hasFile"], true);
    assert!(world.downloads.torrents()[0].is_complete());
    assert_eq!(world.imports.lock().unwrap().len(), 1);
    let history = world.get("/history/since?date=2020-01-01T00:00:00Z").await;
    let kinds: Vec<&str> = history.as_array().unwrap().iter().map(|one| one["eventType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["downloadFolderImported", "grabbed"]);
    assert!(history[1]["data"]["size"].is_string());

    world.radarr.settled().await;
    let events: Vec<String> = world.radarr.deliveries().into_iter().map(|one| one.event).collect();
    assert_eq!(events, ["Test", "MovieAdded", "Grab", "Download"]);
    let last = receiver.journal().requests().pop().unwrap();
    assert_eq!(last.header("user-agent"), Some("Radarr/6.0.3.10276 (alpine 3.19)"));
    assert_eq!(last.header("x-hook-token"), Some("s3cret"));
    assert_eq!(last.header("authorization"), Some("Basic OnNlY3JldA=="));
    assert_eq!(last.json()["movieFile"]["indexerFlags"], "0");
    assert_eq!(last.json()["downloadId"], hash.to_uppercase());
    assert!(world.radarr.complaints().is_empty(), "{:?}", world.radarr.complaints());
}

#[tokio::test]
async fn blocked_failed_and_fruitless_downloads_are_told() {
    let world = World::new(Options::radarr()).await;
    world.downloads.no_release(&world.film.title);
    world.call("POST", "/movie", world.add_body()).await;
    world.downloads.finish_all();
    assert_eq!(world.get("/queue").await["totalRecords"], 0);
    assert_eq!(world.get("/command/2").await["status"], "completed");
    world.downloads.releases_again(&world.film.title);
    let command = json!({ "name": "moviesSearch", "movieIds": [1] });
    let started = world.call("POST", "/command", command.clone()).await;
    assert_eq!((started.status, &started.json()["status"]), (201, &json!("queued")));
    assert_eq!(world.call("POST", "/command", command).await.json()["id"], started.json()["id"]);
    world.downloads.step();
    world.downloads.block_import(&world.film.title, "Not a match");
    world.downloads.finish_all();
    let record = world.get("/queue").await["records"][0].clone();
    assert_eq!(record["trackedDownloadState"], "importBlocked");
    assert_eq!(record["statusMessages"][0]["messages"][0], "Not a match");
    let path = format!("/queue/{}?blocklist=true&skipRedownload=true", record["id"]);
    let gone = world.call("DELETE", &path, Value::Null).await;
    assert_eq!((gone.status, gone.text().as_str()), (200, ""));
    assert!(world.downloads.torrents().is_empty());
    let unknown = world.call("DELETE", "/queue/7", Value::Null).await;
    assert_eq!((unknown.status, unknown.json()), (404, json!({ "message": "NotFound" })));
    assert_eq!(world.get("/history?eventType=4").await["totalRecords"], 1);
    let refused = world.call("POST", "/command", json!({ "name": "Dance" })).await;
    assert_eq!(refused.status, 500);
}

#[tokio::test]
async fn a_manual_search_offers_and_grabs() {
    let world = World::new(Options::radarr()).await;
    world.radarr.add_existing(world.film.tmdb_id, true, false).unwrap();
    let found = world.get("/release?movieId=1").await;
    assert_eq!(found.as_array().unwrap().len(), 3);
    assert_eq!((&found[1]["approved"], &found[2]["rejected"]), (&json!(true), &json!(true)));
    assert!(found[0]["indexerFlags"].is_array());
    let stale = world.call("POST", "/release", json!({ "guid": "x", "indexerId": 15 })).await;
    assert_eq!(stale.status, 404);
    let choice = json!({ "guid": found[1]["guid"], "indexerId": found[1]["indexerId"] });
    let grabbed = world.call("POST", "/release", choice.clone()).await;
    assert_eq!((grabbed.status, grabbed.json()), (200, choice));
    assert_eq!(world.get("/queue").await["records"][0]["title"], found[1]["title"]);
    let history = world.get("/history/movie?movieId=1").await;
    let path = format!("/history/failed/{}", history[0]["id"]);
    assert_eq!(world.call("POST", &path, json!({})).await.json(), json!({}));
    assert!(world.downloads.torrents().is_empty());
}

#[tokio::test]
async fn health_comes_and_goes_with_a_webhook() {
    let world = World::new(Options::radarr()).await;
    let receiver = receiver(StatusCode::OK).await;
    world.call("POST", "/notification", hook_body(&receiver.url(), "Usherr")).await;
    world.radarr.base().health("IndexerStatusCheck", "warning", "Indexers unavailable", false);
    assert_eq!(world.get("/health").await[0]["source"], "IndexerStatusCheck");
    world.radarr.base().health("IndexerStatusCheck", "warning", "Indexers unavailable", true);
    assert_eq!(world.get("/health").await, json!([]));
    world.radarr.settled().await;
    let sent = world.radarr.deliveries();
    assert_eq!((sent[1].event.as_str(), sent[2].event.as_str()), ("Health", "HealthRestored"));
    assert_eq!(
        (sent[1].body.get("applicationUrl").is_some(), sent[2].body.get("applicationUrl").is_some()),
        (true, false)
    );
}
