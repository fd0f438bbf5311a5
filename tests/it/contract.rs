//! The JSON that other programs rely on: the whole document as a snapshot, and the shapes of `contracts.md` member by member.

use std::collections::BTreeSet;

use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::access_requests;
use usherr::domain::access_request::form::Ask;
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;

use super::support::TestApp;
use super::support::requests::{a_film, a_series};
use super::support::world::{films_to_ask_for, show};

#[test]
fn the_document_is_as_it_was() {
    let mut document: Value = serde_json::from_str(&usherr::router::openapi_document()).unwrap();
    document["info"]["version"] = json!("[version]");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&document).unwrap()));
}

/// All these members are there; more may be.
#[track_caller]
fn has(value: &Value, members: &[&str]) {
    let there: BTreeSet<&str> =
        value.as_object().unwrap_or_else(|| panic!("{value}")).keys().map(String::as_str).collect();
    let missing: Vec<&&str> = members.iter().filter(|name| !there.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {value}");
}

#[track_caller]
fn is_time(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no time"));
    assert!(text.ends_with('Z') && text.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{text}");
}

const REQUEST: &[&str] = &[
    "id",
    "kind",
    "title",
    "year",
    "tmdb_id",
    "tvdb_id",
    "seasons",
    "scope",
    "stage",
    "cause",
    "reason",
    "progress",
    "eta",
    "requested_by",
    "decided_by",
    "created_at",
    "updated_at",
    "timeline",
];
const TITLE: &[&str] = &[
    "id",
    "kind",
    "tmdb_id",
    "tvdb_id",
    "imdb_id",
    "title",
    "year",
    "overview",
    "poster",
    "availability",
    "request_id",
];

#[tokio::test]
async fn requests_have_their_shape() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let created = asker.json(Method::POST, "/api/requests", a_film(&films[0])).await.is(201).json();
    has(&created, REQUEST);
    has(&created["requested_by"], &["id", "name"]);
    has(&created["timeline"][0], &["stage", "at", "note"]);
    is_time(&created["created_at"]);
    is_time(&created["timeline"][0]["at"]);
    assert_eq!(
        (&created["kind"], &created["stage"], &created["scope"]),
        (&json!("movie"), &json!("asked"), &Value::Null)
    );
    assert_eq!(created["seasons"], Value::Null);
    let again = asker.json(Method::POST, "/api/requests", a_film(&films[0])).await.is(200).json();
    assert_eq!((&again["joined"], &again["id"]), (&json!(true), &created["id"]));
    let harbourmaster = show(&test.world, "Harbourmaster").tvdb_id;
    let series = asker.json(Method::POST, "/api/requests", a_series(harbourmaster, "first")).await.is(201).json();
    assert_eq!((&series["scope"], &series["seasons"]), (&json!("first"), &json!([1])));
    let id = series["id"].as_i64().unwrap();
    admin.decide(id, "decline", json!({ "reason": "No." })).await.is(200);

    let list = asker.get("/api/requests?stage=asked,stuck&mine=true").await.is(200).json();
    has(&list, &["items", "page", "per_page", "total"]);
    assert_eq!((&list["page"], &list["per_page"], &list["total"]), (&json!(1), &json!(20), &json!(1)));
    let all = admin.get("/api/requests?per_page=1&page=2").await.is(200).json();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["total"]), (1, &json!(2)));
    for bad in ["page=0", "per_page=101", "per_page=0", "stage=dancing", "mine=perhaps"] {
        admin.get(&format!("/api/requests?{bad}")).await.is(400);
    }
    let follow = format!("/api/requests/{id}/follow");
    asker.json(Method::DELETE, &follow, Value::Null).await.is(204);
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn search_jobs_services_and_activity_have_theirs() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let found = admin.get("/api/search?q=harbour").await.is(200).json();
    has(&found, &["on_plex", "on_the_way", "requestable", "degraded"]);
    for list in ["on_plex", "requestable"] {
        let titles = found[list].as_array().unwrap();
        assert!(!titles.is_empty(), "{list}: {found}");
        for title in titles {
            has(title, TITLE);
            assert!(["movie", "series"].contains(&title["kind"].as_str().unwrap()));
            assert!(
                ["none", "requested", "partial", "available"].contains(&title["availability"].as_str().unwrap()),
                "{title}"
            );
            assert!(title["poster"].is_null() || title["poster"].as_str().unwrap().starts_with('/'), "{title}");
        }
    }
    let jobs = admin.get("/api/jobs").await.is(200).json();
    let text = jobs.to_string();
    for job in ["library_sync", "people_sync", "request_repair", "downloads_sync", "service_health", "cleanup"] {
        assert!(text.contains(&format!("\"{job}\"")), "{job} in {text}");
    }
    let started = admin.json(Method::POST, "/api/jobs/cleanup/run", Value::Null).await.is(202).json();
    let run = admin.get(&format!("/api/runs/{}", started["run_id"])).await.is(200).json();
    has(&run, &["id", "job", "state", "result", "error"]);
    admin.json(Method::POST, "/api/jobs/dishwashing/run", Value::Null).await.is(404);
    let services = admin.get("/api/services").await.is(200);
    for secret in [test.world.radarr().api_key(), test.world.owner().unwrap().token] {
        assert!(!services.body.contains(&secret));
    }
    assert!(services.body.contains("Radarr") && services.body.contains("qBittorrent"), "{}", services.body);
    let activity = admin.get("/api/activity").await.is(200).json();
    has(&activity, &["items", "page", "per_page", "total"]);
    test.close().await;
}

#[tokio::test]
async fn a_token_opens_the_api_and_is_given_back() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let body = json!({ "username": "mara", "password": super::support::house::PASSWORD });
    let token = test.nobody().json(Method::POST, "/api/auth/token", body).await.is(200).json();
    has(&token, &["token", "expires_at"]);
    is_time(&token["expires_at"]);
    let program = test.nobody().with_header("authorization", format!("Bearer {}", token["token"].as_str().unwrap()));
    program.get("/api/requests").await.is(200);
    program.json(Method::DELETE, "/api/auth/token", Value::Null).await.is(204);
    program.get("/api/requests").await.is(401);
    test.nobody()
        .json(Method::POST, "/api/auth/token", json!({ "username": "mara", "password": "guess" }))
        .await
        .is(401);
    test.close().await;
}

/// What is wrong with an answer, by the document's own word.
fn misfits(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return misfits(document, document.pointer(&name[1..]).unwrap(), value, place);
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        let fits = ways.iter().any(|way| misfits(document, way, value, place).is_empty());
        return if fits { Vec::new() } else { vec![format!("{place}: {value} fits none of {schema}")] };
    }
    if value.is_null() {
        let may = schema["nullable"] == true || schema.get("type").is_none();
        return if may { Vec::new() } else { vec![format!("{place} is null")] };
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") if schema["format"] == "date-time" => {
            value.as_str().is_some_and(|at| at.parse::<chrono::DateTime<chrono::Utc>>().is_ok())
        }
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    let mut wrong = if right { Vec::new() } else { vec![format!("{place}: {value} is no {}", schema["type"])] };
    for item in value.as_array().into_iter().flatten() {
        wrong.extend(misfits(document, &schema["items"], item, &format!("{place}[]")));
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => wrong.extend(misfits(document, schema, member, &format!("{place}.{name}"))),
            None if schema["properties"].is_object() => wrong.push(format!("{place}.{name} is not in the document")),
            None => {}
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            wrong.push(format!("{place} lacks {name}"));
        }
    }
    wrong
}

#[tokio::test]
async fn answers_and_errors_are_those_of_the_document() {
    let test = TestApp::new().await;
    test.run_job(JobName::Backup).await;
    let document: Value = serde_json::from_str(&usherr::router::openapi_document()).unwrap();
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let films = films_to_ask_for(&test.world);
    let (approved, asked) = (asker.ask(a_film(&films[0])).await, asker.ask(a_film(&films[1])).await);
    admin.approve(approved).await;
    test.settled().await;
    let group = json!({ "name": "Kids", "until": "2037-01-06T00:00:00Z", "rules": ["home", "friends"],
        "weekly": [{ "day": "mon", "from": "16:00", "to": "20:00" }] });
    let group = admin.json(Method::POST, "/api/groups", group).await.is(201).json();
    let invite = json!({ "label": "Cousins", "groups": [group["id"]], "uses": 3 });
    let invite = admin.json(Method::POST, "/api/invites", invite).await.is(201).json();
    let nadia = Ask { name: "Nadia".to_owned(), email: "nadia@example.org".to_owned(), message: "Hi".to_owned() };
    let asks = test.app().db.write(move |tx| access_requests::add(tx, &nadia, None, Utc::now())).await.unwrap();
    let former = test.add_person("former", Role::Viewer).await;
    let removal = json!({ "from": "usherr" });
    admin.json(Method::POST, &format!("/api/people/{former}/removal"), removal).await.is(200);
    let run = admin.get("/api/runs").await.json()["items"][0]["id"].clone();
    let changed = admin.get("/api/plan").await.json()["changes"][0]["person"]["id"].clone();
    let apply = json!({ "person_ids": [changed] });
    let batch = admin.json(Method::POST, "/api/plan/apply", apply).await.is(202).json()["batch_id"].clone();
    test.settled().await;
    let title = format!("/titles/movie/{}", films[0].tmdb_id);
    let calls = [
        ("/people", "/people".to_owned()),
        ("/invites", "/invites".to_owned()),
        ("/invites/{id}", format!("/invites/{}", invite["id"])),
        ("/invites/{id}", "/invites/999999".to_owned()),
        ("/invites/{id}/uses", format!("/invites/{}/uses", invite["id"])),
        ("/invites/{id}/uses", "/invites/999999/uses".to_owned()),
        ("/invites/{id}/mails", format!("/invites/{}/mails", invite["id"])),
        ("/invites/{id}/mails", "/invites/999999/mails".to_owned()),
        ("/access-requests", "/access-requests".to_owned()),
        ("/access-requests/{id}", format!("/access-requests/{asks}")),
        ("/access-requests/{id}", "/access-requests/999999".to_owned()),
        ("/people/me", "/people/me".to_owned()),
        ("/people/{id}", "/people/1".to_owned()),
        ("/people/{id}", "/people/999999".to_owned()),
        ("/people/{id}", "/people/x".to_owned()),
        ("/people/{id}/access", "/people/2/access".to_owned()),
        ("/people/{id}/access", "/people/999999/access".to_owned()),
        ("/people/me/membership", "/people/me/membership".to_owned()),
        ("/people/me/invites", "/people/me/invites".to_owned()),
        ("/people/me/invites", "/people/me/invites?page=0".to_owned()),
        ("/people/{id}/membership", "/people/2/membership".to_owned()),
        ("/people/{id}/membership", "/people/999999/membership".to_owned()),
        ("/people/{id}/notes", "/people/2/notes".to_owned()),
        ("/people/{id}/notes", "/people/999999/notes".to_owned()),
        ("/people/{id}/removal", format!("/people/{former}/removal")),
        ("/people/{id}/removal", "/people/999999/removal".to_owned()),
        ("/people/{id}/merges", "/people/2/merges".to_owned()),
        ("/people/{id}/merges", "/people/999999/merges".to_owned()),
        ("/people/{id}/sessions", "/people/1/sessions".to_owned()),
        ("/people/{id}/sessions", "/people/999999/sessions".to_owned()),
        ("/search", "/search?q=harbour".to_owned()),
        ("/search", "/search?kind=song".to_owned()),
        ("/titles/{kind}/{id}", title),
        ("/titles/{kind}/{id}", "/titles/movie/1".to_owned()),
        ("/requests", "/requests".to_owned()),
        ("/requests", "/requests?page=0".to_owned()),
        ("/requests/{id}", format!("/requests/{approved}")),
        ("/requests/{id}", format!("/requests/{asked}")),
        ("/welcome-pages", "/welcome-pages".to_owned()),
        ("/welcome-pages/{id}", "/welcome-pages/1".to_owned()),
        ("/welcome-pages/{id}", "/welcome-pages/999999".to_owned()),
        ("/groups", "/groups".to_owned()),
        ("/groups/{id}", format!("/groups/{}", group["id"])),
        ("/groups/{id}", "/groups/999999".to_owned()),
        ("/groups/{id}/members", format!("/groups/{}/members", group["id"])),
        ("/people/{id}/access", "/people/1/access".to_owned()),
        ("/people/{id}/access", "/people/999999/access".to_owned()),
        ("/plan", "/plan".to_owned()),
        ("/plan/batches/{id}", format!("/plan/batches/{batch}")),
        ("/plan/batches/{id}", "/plan/batches/999999".to_owned()),
        ("/services", "/services".to_owned()),
        ("/backups", "/backups".to_owned()),
        ("/backups", "/backups?page=0".to_owned()),
        ("/jobs", "/jobs".to_owned()),
        ("/runs", "/runs?per_page=100".to_owned()),
        ("/runs/{id}", format!("/runs/{run}")),
        ("/activity", "/activity?per_page=100".to_owned()),
    ];
    let mut seen = BTreeSet::new();
    for (path, call) in calls {
        for who in [&admin, &test.nobody()] {
            let reply = who.get(&format!("/api{call}")).await;
            let status = reply.status.as_u16().to_string();
            let content = &document["paths"][path]["get"]["responses"][&status]["content"];
            let (kind, media) = content.as_object().and_then(|all| all.iter().next()).unwrap_or_else(|| {
                panic!("{call} answers {status}, of which the document knows nothing");
            });
            assert_eq!(reply.headers["content-type"], kind.as_str(), "{call}");
            let wrong = misfits(&document, &media["schema"], &reply.json(), path);
            assert!(wrong.is_empty(), "{call} {status}: {wrong:#?}");
            seen.insert(path);
        }
    }
    let reads = document["paths"].as_object().unwrap().iter().filter(|(_, methods)| methods.get("get").is_some());
    let unseen: Vec<&String> = reads.map(|(path, _)| path).filter(|path| !seen.contains(path.as_str())).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
    test.close().await;
}

#[test]
fn every_operation_says_what_it_does_what_it_takes_and_how_it_fails() {
    let document: Value = serde_json::from_str(&usherr::router::openapi_document()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{place}");
            assert_ne!(operation.get("parameters"), Some(&Value::Null), "{place}");
            assert!(operation["responses"]["401"].is_object() && operation["responses"]["503"].is_object(), "{place}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{place}: {parameter}");
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert_ne!(schema.get("properties"), Some(&Value::Null), "{name}");
        assert!(schema["description"].is_string(), "{name}");
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            assert!(!field.ends_with("_ms") || schema["description"].is_string(), "the unit of {name}.{field}");
            assert!(!field.ends_with("_at") || schema["format"] == "date-time", "{name}.{field}");
        }
    }
}
