#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::demo::downloads::Speed;
use crate::demo::host::Host;
use crate::demo::import::Import;
use crate::demo::testing::{Reply, send};

struct World {
    radarr: Radarr,
    downloads: Downloads,
    imports: Arc<Mutex<Vec<Import>>>,
    film: Film,
}

impl World {
    async fn new(options: Options) -> World {
        let catalogue = Catalogue::as_of(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        let film =
            catalogue.films().into_iter().find(|film| resource::is_available(film, "released", catalogue.today()));
        let downloads = Downloads::new(Speed::default());
        let imports: Arc<Mutex<Vec<Import>>> = Arc::default();
        let shelf = imports.clone();
        let on_import: OnImport = Arc::new(move |import| shelf.lock().unwrap().push(import));
        let radarr = Radarr::start(options, catalogue, downloads.clone(), on_import).await.unwrap();
        World { radarr, downloads, imports, film: film.unwrap() }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let key = format!("X-Api-Key: {}", self.radarr.api_key());
        let headers = [key.as_str(), "Accept: application/json", "Content-Type: application/json"];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(method, &format!("{}/api/v3{path}", self.radarr.url()), &headers, &body).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, Value::Null).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    fn add_body(&self) -> Value {
        json!({
            "tmdbId": self.film.tmdb_id, "title": self.film.title, "year": self.film.year, "qualityProfileId": 4,
            "rootFolderPath": "/movies", "monitored": true, "minimumAvailability": "released", "tags": [],
            "addOptions": { "searchForMovie": true, "monitor": "movieOnly", "addMethod": "manual" },
        })
    }
}

/// A place that takes webhooks and answers with this status.
async fn receiver(status: StatusCode) -> Host {
    Host::start("receiver", None, poem::endpoint::make_sync(move |_| status)).await.unwrap()
}

fn hook_body(url: &str, name: &str) -> Value {
    json!({
        "name": name, "implementation": "Webhook", "configContract": "WebhookSettings", "tags": [],
        "fields": [
            { "name": "url", "value": url }, { "name": "method", "value": 1 }, { "name": "username", "value": "" },
            { "name": "password", "value": "secret" },
            { "name": "headers", "value": [{ "key": "X-Hook-Token", "value": "s3cret" }] },
        ],
        "onGrab": true, "onDownload": true, "onUpgrade": true, "onMovieAdded": true, "onMovieDelete": true,
        "onManualInteractionRequired": true, "onHealthIssue": true, "onHealthRestored": true,
    })
}

#[tokio::test]
async fn the_key_is_asked_for_and_every_answer_is_dressed() {
    let world = World::new(Options::radarr()).await;
    let url = format!("{}/api/v3/system/status", world.radarr.url());
    let refused = send("GET", &url, &["Accept: application/json"], "").await.unwrap();
    assert_eq!((refused.status, refused.text().as_str()), (401, ""));
    assert_eq!(refused.header("x-application-version").as_deref(), Some("6.0.3.10276"));
    let bearer = format!("Authorization: Bearer {}", world.radarr.api_key());
    let status =
        send("GET", &url.replace("system", "SYSTEM"), &[&bearer, "Accept: application/json"], "").await.unwrap();
    assert_eq!(status.json()["appName"], "Radarr");
    assert_eq!(status.header("cache-control").as_deref(), Some("no-cache, no-store"));
    let in_query = send("GET", &format!("{url}?apikey={}", world.radarr.api_key()), &[], "").await.unwrap();
    assert_eq!(in_query.status, 200);
    assert_eq!(world.radarr.complaints().len(), 2, "{:?}", world.radarr.complaints());
    let ping = send("GET", &format!("{}/ping", world.radarr.url()), &[], "").await.unwrap();
    assert_eq!(ping.json(), json!({ "status": "OK" }));
}

#[tokio::test]
async fn a_base_redirects_and_starting_up_is_503() {
    let world = World::new(Options { url_base: "/radarr".into(), ..Options::radarr() }).await;
    let bare = world.radarr.url().replace("/radarr", "");
    let reply = send("GET", &format!("{bare}/api/v3/movie?tmdbId=1"), &["Accept: application/json"], "").await.unwrap();
    assert_eq!(reply.status, 307);
    assert_eq!(reply.header("location").as_deref(), Some("/radarr/api/v3/movie?tmdbId=1"));
    assert_eq!(world.get("/movie").await, json!([]));
    world.radarr.set_starting(true);
    let reply = world.call("GET", "/movie", Value::Null).await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["errorMessage"], "Radarr is starting up, please try again later");
}

#[tokio::test]
async fn lookups_know_who_is_in_the_library() {
    let world = World::new(Options::radarr()).await;
    let path = format!("/movie/lookup?term=tmdb:{}", world.film.tmdb_id);
    let found = world.get(&path).await;
    assert_eq!(found[0]["tmdbId"], world.film.tmdb_id);
    assert!(found[0].get("id").is_none() && found[0].get("path").is_none());
    assert_eq!(found[0]["added"], "0001-01-01T00:00:00Z");
    assert!(!found.to_string().contains("null"));
    let id = world.radarr.add_existing(world.film.tmdb_id, true, true).unwrap();
    assert_eq!(world.get(&path).await[0]["id"], id);
    assert_eq!(world.get(&path).await[0]["hasFile"], true);
    let by_imdb = world.get(&format!("/movie/lookup?term=imdb:{}", world.film.imdb_id)).await;
    assert_eq!(by_imdb[0]["id"], id);
    assert_eq!(world.get("/movie/lookup?term=tmdb:12").await, json!([]));
    world.radarr.set_skyhook_down(true);
    let reply = world.call("GET", &path, Value::Null).await;
    assert_eq!(reply.status, 503);
    assert!(reply.json()["message"].as_str().unwrap().contains("SkyHook"));
}

#[tokio::test]
async fn adds_are_201_duplicates_400_and_mistakes_told_in_both_shapes() {
    let world = World::new(Options::radarr()).await;
    let added = world.call("POST", "/movie", world.add_body()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!(added.json()["id"], 1);
    assert_eq!(added.json()["path"], format!("/movies/{}", resource::folder(&world.film)));
    assert_eq!(world.radarr.added(), [world.add_body()]);
    let again = world.call("POST", "/movie", world.add_body()).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json()[0]["errorCode"], "MovieExistsValidator");
    assert_eq!(again.json()[0]["formattedMessagePlaceholderValues"]["propertyName"], "Tmdb Id");

    let mut body = world.add_body();
    body["minimumAvailability"] = json!("preDB");
    let refused = world.call("POST", "/movie", body).await;
    assert_eq!(refused.status, 400);
    assert!(refused.json()["errors"]["$.minimumAvailability"][0].as_str().unwrap().contains("MovieStatusType"));
    let wrong = json!({ "tmdbId": 900001, "qualityProfileId": 99, "rootFolderPath": "/nowhere", "colour": 1 });
    let reply = world.call("POST", "/movie", wrong).await.json();
    let codes: Vec<&str> = reply.as_array().unwrap().iter().map(|one| one["errorCode"].as_str().unwrap()).collect();
    assert_eq!(codes, ["RootFolderExistsValidator", "QualityProfileExistsValidator"]);
    assert!(world.radarr.complaints().iter().any(|one| one.contains("'colour'")));
    let typed = world.call("POST", "/movie", json!({ "tmdbId": "x" })).await;
    assert!(typed.json()["errors"]["$.tmdbId"].is_array());
    let unknown = json!({ "tmdbId": 12, "qualityProfileId": 4, "rootFolderPath": "/movies" });
    let reply = world.call("POST", "/movie", unknown).await.json();
    assert!(reply[0]["errorMessage"].as_str().unwrap().starts_with("A movie with this ID was not found"));
    assert!(reply[0].get("errorCode").is_none());
}

#[tokio::test]
async fn tags_are_lower_case_and_strict_since_six() {
    let world = World::new(Options::radarr()).await;
    let made = world.call("POST", "/tag", json!({ "label": "User-Bob" })).await;
    assert_eq!((made.status, made.json()), (201, json!({ "id": 1, "label": "user-bob" })));
    assert_eq!(world.call("POST", "/tag", json!({ "label": "USER-BOB" })).await.json()["id"], 1);
    assert_eq!(world.call("POST", "/tag", json!({ "label": "bob's" })).await.status, 400);
    world.radarr.set_version("5.2.6.8376");
    assert_eq!(world.call("POST", "/tag", json!({ "label": "bob's" })).await.status, 201);
}

#[tokio::test]
async fn a_connection_is_tried_out_before_it_is_saved() {
    let world = World::new(Options::radarr()).await;
    let deaf = receiver(StatusCode::BAD_GATEWAY).await;
    let refused = world.call("POST", "/notification", hook_body(&deaf.url(), "Usherr")).await;
    assert_eq!(refused.status, 400);
    let text = refused.json()[0]["errorMessage"].as_str().unwrap().to_owned();
    assert!(text.starts_with("Unable to send test message: "), "{text}");
    assert!(world.radarr.notifications().is_empty());
    let path = "/notification?forceSave=true";
    let saved = world.call("POST", path, hook_body(&deaf.url(), "Usherr")).await;
    assert_eq!(saved.status, 201);
    assert_eq!(
        world.call("POST", path, hook_body(&deaf.url(), "Usherr")).await.json()[0]["errorMessage"],
        "Should be unique"
    );
    let mut stored = world.get("/notification").await[0].clone();
    let fields = stored["fields"].as_array().unwrap();
    assert_eq!(fields.iter().find(|one| one["name"] == "password").unwrap()["value"], "********");
    stored["name"] = json!("Renamed");
    let changed = world.call("PUT", "/notification/1?forceSave=true", stored).await;
    assert_eq!(changed.status, 202);
    assert_eq!(world.radarr.notifications()[0].password, "secret");
    let schema = world.get("/notification/schema").await;
    assert!(schema.as_array().unwrap().iter().any(|one| one["implementation"] == "Webhook"));
    assert_eq!(world.call("DELETE", "/notification/1", Value::Null).await.json(), json!({}));
}

#[tokio::test]
async fn changes_are_202_deletes_empty_and_strangers_404() {
    let world = World::new(Options::radarr()).await;
    world.radarr.add_existing(world.film.tmdb_id, false, false).unwrap();
    let mut movie = world.get("/movie/1").await;
    movie["monitored"] = json!(true);
    let changed = world.call("PUT", "/movie", movie).await;
    assert_eq!((changed.status, &changed.json()["monitored"]), (202, &json!(true)));
    assert!(world.radarr.complaints().is_empty(), "{:?}", world.radarr.complaints());
    assert_eq!(world.call("GET", "/movie/0", Value::Null).await.json()["message"], "BadRequest: 0 is not a valid ID");
    let missing = world.call("GET", "/movie/9", Value::Null).await;
    assert_eq!((missing.status, &missing.json()["message"]), (404, &json!("Movie with ID 9 does not exist")));
    assert_eq!(world.call("GET", "/languageprofile", Value::Null).await.status, 404);
    let gone = world.call("DELETE", "/movie/1?deleteFiles=true", Value::Null).await;
    assert_eq!((gone.status, gone.text().as_str()), (200, ""));
    assert_eq!(world.get("/movie").await, json!([]));
}

#[tokio::test]
async fn pictures_are_served_and_4k_grabs_4k() {
    let world = World::new(Options::radarr_4k()).await;
    let found = world.get(&format!("/movie/lookup?term={}", world.film.tmdb_id)).await;
    assert_eq!(found, json!([]));
    let found = world.get(&format!("/movie/lookup?term=tmdb:{}", world.film.tmdb_id)).await;
    let poster = send("GET", found[0]["remotePoster"].as_str().unwrap(), &[], "").await.unwrap();
    assert_eq!((poster.status, poster.header("content-type").as_deref()), (200, Some("image/png")));
    let mut body = world.add_body();
    (body["rootFolderPath"], body["qualityProfileId"]) = (json!("/movies-4k"), json!(5));
    assert_eq!(world.call("POST", "/movie", body).await.status, 201);
    world.downloads.finish_all();
    let imports = world.imports.lock().unwrap().clone();
    assert!(matches!(imports[0], Import::Film { quality_4k: true, .. }), "{imports:?}");
}
