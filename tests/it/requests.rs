//! Requests and their rules: who may ask, decide, follow, withdraw and see; what is counted, and what is left alone.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{services, titles};
use usherr::domain::people::Role;
use usherr::domain::service::ServiceKind;
use usherr::domain::settings::SettingKey;

use super::support::TestApp;
use super::support::requests::{a_film, a_series, series_to_ask_for, wanted};
use super::support::world::{film, films_to_ask_for};

#[tokio::test]
async fn hooks_want_the_right_secret_and_let_pass_what_nobody_knows() {
    let test = TestApp::new().await.with_hooks().await;
    let hook = test.world.radarr().notifications().remove(0);
    let url = hook.url.clone();
    let path = url.strip_prefix(&test.url()).unwrap().to_owned();
    let nobody = test.nobody();
    let send = |path: String, body: &'static str| {
        let nobody = &nobody;
        async move {
            let body = Some(("application/json", body.to_owned()));
            nobody.send(Method::POST, &path, body).await.status.as_u16()
        }
    };
    assert_eq!(send(path.clone(), r#"{"eventType":"Test","movie":{"id":1,"tmdbId":1}}"#).await, 200);
    assert_eq!(send(path.clone(), r#"{"eventType":"Sneeze"}"#).await, 200);
    assert_eq!(send(path.clone(), "not json").await, 400);
    assert_eq!(send(format!("{path}x"), r#"{"eventType":"Test"}"#).await, 404);
    assert_eq!(send(path.replace("radarr", "sonarr"), r#"{"eventType":"Test"}"#).await, 404);
    assert_eq!(send(path.replace("radarr", "smtp"), r#"{"eventType":"Test"}"#).await, 404);
    let long = Some(("application/json", "x".repeat(1024 * 1024 + 1)));
    assert_eq!(nobody.send(Method::PUT, &path, long).await.status.as_u16(), 400);
    test.close().await;
}

#[tokio::test]
async fn an_allowance_is_shown_kept_and_given_back() {
    let test = TestApp::new().await;
    test.setting(SettingKey::DefaultMovieQuota, "1").await;
    let films = films_to_ask_for(&test.world);
    let asker = test.as_role(Role::Requester).await;
    let form = |tmdb_id: i64| format!("/titles/movie/{tmdb_id}/request");
    let first = asker.ask(a_film(&films[0])).await;
    asker.get(&form(films[1].tmdb_id)).await.is(200).has("1");
    let refused = asker.json(Method::POST, "/api/requests", a_film(&films[1])).await.is(422);
    refused.has("1 film in 30 days; 0 are left");
    asker.json(Method::POST, "/api/requests", a_film(&films[0])).await.is(200).has("\"joined\":true");
    asker.post(&form(films[1].tmdb_id), &[("note", "please, please")]).await.is(422).has("please, please");
    asker.decide(first, "withdraw", json!({})).await.is(200);
    asker.ask(a_film(&films[1])).await;
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn those_who_decide_are_bound_by_no_allowance() {
    let test = TestApp::new().await;
    test.setting(SettingKey::DefaultMovieQuota, "1").await;
    test.setting(SettingKey::AutoApprove, "moderators").await;
    let helper = test.as_role(Role::Moderator).await;
    for film in &films_to_ask_for(&test.world)[..3] {
        let id = helper.ask(a_film(film)).await;
        assert_ne!(helper.request(id).await["stage"], "asked", "a moderator's own request needs no decision");
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn the_house_rule_may_approve() {
    let test = TestApp::new().await;
    test.setting(SettingKey::AutoApprove, "everyone").await;
    let film = wanted(&test);
    let asker = test.signed_in(test.add_person("yuki", Role::Requester).await).await;
    let id = asker.ask(a_film(&film)).await;
    test.settled().await;
    let request = asker.reaches(id, "searching").await;
    assert_eq!(request["decided_by"], Value::Null);
    assert_eq!(test.world.radarr().added().len(), 1);
    assert!(test.world.mail().mails().iter().all(|mail| !mail.subject().contains("asks for")), "nobody has to decide");
    test.close().await;
}

#[tokio::test]
async fn the_house_rule_sends_nothing_where_it_can_not_go() {
    let test = TestApp::new().await;
    test.setting(SettingKey::AutoApprove, "everyone").await;
    let films = films_to_ask_for(&test.world);
    let (asker, admin) = (test.as_role(Role::Requester).await, test.as_admin().await);
    let kept_in = async |folder: Option<&'static str>| {
        let now = test.app().now();
        let write = test.app().db.write(move |tx| {
            let mut radarr = services::of_kind(tx, ServiceKind::Radarr)?.remove(0);
            radarr.root_folder = folder.map(str::to_owned);
            services::save(tx, &radarr, now)
        });
        write.await.unwrap();
    };
    kept_in(Some("/gone")).await;
    let id = asker.ask(a_film(&films[0])).await;
    test.settled().await;
    assert_eq!(asker.request(id).await["stage"], "asked", "it waits for somebody who can choose");
    assert!(test.world.mail().mails().iter().any(|mail| mail.subject().contains("asks for")));
    let words = "That folder is not there any more. Choose another one.";
    admin.decide(id, "approve", json!({})).await.is(422).has(words);
    admin.json(Method::POST, "/api/requests", a_film(&films[1])).await.is(422).has(words);
    assert!(test.world.radarr().added().is_empty());
    kept_in(None).await;
    admin.approve(id).await;
    admin.reaches(id, "searching").await;
    test.close().await;
}

#[tokio::test]
async fn a_request_is_seen_by_those_it_concerns() {
    let test = TestApp::new().await;
    let film = wanted(&test);
    let (asker, stranger) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let id = asker.ask(a_film(&film)).await;
    for path in [format!("/requests/{id}"), format!("/api/requests/{id}"), format!("/requests/{id}/now")] {
        asker.get(&path).await.is(200);
        stranger.get(&path).await.is(404).lacks(&film.title);
        test.as_role(Role::Auditor).await.get(&path).await.is(200);
    }
    assert_eq!(stranger.get("/api/requests").await.is(200).json()["total"], 0);
    assert_eq!(stranger.get("/api/requests?mine=true").await.is(200).json()["total"], 0);
    let query = url::form_urlencoded::byte_serialize(film.title.as_bytes()).collect::<String>();
    let found = stranger.get(&format!("/api/search?q={query}")).await.is(200).json();
    let title = ["on_the_way", "requestable", "on_plex"]
        .iter()
        .flat_map(|list| found[list].as_array().unwrap())
        .find(|title| title["tmdb_id"] == film.tmdb_id)
        .unwrap_or_else(|| panic!("{found}"));
    assert_eq!((&title["availability"], &title["request_id"]), (&json!("requested"), &Value::Null));
    for act in ["withdraw", "approve", "decline", "retry"] {
        let reply = stranger.decide(id, act, json!({ "reason": "x" })).await;
        let expected = if act == "withdraw" { 404 } else { 403 };
        assert_eq!(reply.status.as_u16(), expected, "{act}: {}", reply.body);
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn overlapping_seasons_become_the_rest() {
    let test = TestApp::new().await;
    let show = series_to_ask_for(&test, 3).swap_remove(0);
    let (one, two) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let first = one.ask(a_series(show.tvdb_id, json!([1, 2]))).await;
    let second = two.json(Method::POST, "/api/requests", a_series(show.tvdb_id, json!([2, 3]))).await.is(201).json();
    assert_eq!(second["seasons"], json!([3]));
    assert_eq!(two.request(first).await["id"], first, "the rest is followed, so it is seen");
    let covered = two.json(Method::POST, "/api/requests", a_series(show.tvdb_id, json!([1]))).await.is(200).json();
    assert_eq!((&covered["id"], &covered["joined"]), (&json!(first), &json!(true)));
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn what_is_on_plex_can_not_be_asked_for() {
    let test = TestApp::new().await;
    let there = film(&test.world, "The Salt Line");
    let admin = test.as_admin().await;
    admin.json(Method::POST, "/api/requests", a_film(&there)).await.is(409);
    let found = admin.get("/api/search?q=the%20salt%20line").await.is(200).json();
    assert_eq!(found["on_plex"][0]["availability"], "available", "{found}");
    test.close().await;
}

#[tokio::test]
async fn programs_ask_decide_and_follow() {
    let test = TestApp::new().await;
    let (sam, ana, teo) =
        (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await, test.as_role(Role::Viewer).await);
    let (mara, auditor) = (test.as_admin().await, test.as_role(Role::Auditor).await);
    let film = wanted(&test).tmdb_id;
    let body = json!({ "kind": "movie", "tmdb_id": film });
    let post = |who: &'static str, path: String, body: Value| {
        let browser = match who {
            "sam" => &sam,
            "ana" => &ana,
            "teo" => &teo,
            "auditor" => &auditor,
            _ => &mara,
        };
        async move { browser.json(Method::POST, &path, body).await }
    };
    let at = |id: &Value, what: &str| format!("/api/requests/{id}{what}");
    post("teo", "/api/requests".into(), body.clone()).await.is(403);
    post("auditor", "/api/requests".into(), body.clone()).await.is(403);
    post("sam", "/api/requests".into(), json!({ "kind": "album", "tmdb_id": 1 })).await.is(400);
    post("sam", "/api/requests".into(), json!({ "kind": "movie" })).await.is(422).has("tmdb_id");
    post("sam", "/api/requests".into(), json!({ "kind": "movie", "tmdb_id": 999_999_999 })).await.is(422);
    let series = json!({ "kind": "series", "tvdb_id": 1, "seasons": "most" });
    post("sam", "/api/requests".into(), series).await.is(422).has("seasons");
    let long = json!({ "kind": "movie", "tmdb_id": film, "note": "x".repeat(1001) });
    post("sam", "/api/requests".into(), long).await.is(422).has("note");

    let request = post("sam", "/api/requests".into(), body.clone()).await.is(201).json();
    let id = &request["id"];
    assert_eq!((request["stage"].as_str(), request["joined"].as_bool()), (Some("asked"), Some(false)));
    assert_eq!(request["tmdb_id"], film);
    assert!(request["seasons"].is_null() && request["decided_by"].is_null() && request["progress"].is_null());
    assert_eq!(request["timeline"][0]["stage"], "asked");
    ana.get(&at(id, "")).await.is(404);
    let joined = post("ana", "/api/requests".into(), body).await.is(200).json();
    assert_eq!((&joined["id"], joined["joined"].as_bool()), (id, Some(true)));
    ana.get(&at(id, "")).await.is(200);

    post("ana", at(id, "/approve"), json!({})).await.is(403);
    post("auditor", at(id, "/approve"), json!({})).await.is(403);
    post("mara", at(id, "/decline"), json!({ "reason": "  " })).await.is(422).has("reason");
    post("mara", at(id, "/retry"), Value::Null).await.is(409);
    post("mara", at(id, "/approve"), json!({ "root_folder": "/nowhere" })).await.is(422).has("root_folder");
    let approved = post("mara", at(id, "/approve"), Value::Null).await.is(200).json();
    assert_eq!(approved["decided_by"]["name"], "mara");
    post("mara", at(id, "/approve"), json!({})).await.is(409);
    post("mara", "/api/requests/4711/approve".into(), json!({})).await.is(404);

    let mine = sam.get("/api/requests?mine=true&stage=approved,sent,searching").await.is(200).json();
    assert_eq!((mine["total"].as_i64(), &mine["items"][0]["id"]), (Some(1), id));
    sam.get("/api/requests?stage=wild").await.is(400);
    sam.get("/api/requests?per_page=101").await.is(400);
    let all = auditor.get("/api/requests").await.is(200).json();
    assert_eq!(all["total"], 1);
    let none = teo.get("/api/requests").await.is(200).json();
    assert_eq!(none["total"], 0);

    post("ana", at(id, "/withdraw"), Value::Null).await.is(403);
    ana.send(Method::DELETE, &at(id, "/follow"), None).await.is(204);
    ana.get(&at(id, "")).await.is(404);
    ana.send(Method::PUT, &at(id, "/follow"), None).await.is(404);
    post("ana", at(id, "/withdraw"), Value::Null).await.is(404);
    let withdrawn = post("sam", at(id, "/withdraw"), Value::Null).await.is(200).json();
    assert_eq!(withdrawn["stage"], "withdrawn");
    post("sam", at(id, "/withdraw"), Value::Null).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn a_known_film_can_be_asked_for_while_radarr_is_down() {
    let test = TestApp::new().await;
    let (film, asker) = (wanted(&test), test.as_role(Role::Requester).await);
    test.world.radarr().down().await;
    asker.json(Method::POST, "/api/requests", a_film(&film)).await.is(503);
    test.world.radarr().up().await.unwrap();
    let app = test.app();
    let service = app.db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap().remove(0);
    let found = app.radarr(&service).unwrap().lookup_id(film.tmdb_id).await.unwrap().unwrap();
    let now = app.now();
    app.db.write(move |tx| titles::upsert_from_candidate(tx, &found, now)).await.unwrap();
    test.world.radarr().down().await;
    asker.ask(a_film(&film)).await;
    test.close().await;
}
