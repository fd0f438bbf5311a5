//! The frame of the JSON API: its document, its page, its errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use reqwest::{Body, Method};
use serde_json::{Value, json};
use usherr::demo::WorldOptions;
use usherr::domain::people::Role;

use crate::support::patience::until;
use crate::support::requests::a_film;
use crate::support::world::films_to_ask_for;
use crate::support::{Browser, TestApp};

#[tokio::test]
async fn the_document_and_its_page_are_open_and_need_nothing_from_outside() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let document = house.nobody().get("/api/openapi.json").await.is(200).json();
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    assert_eq!(document["servers"], json!([{ "url": "/api" }]));
    assert!(document["components"]["securitySchemes"]["bearer"].is_object());
    assert_eq!(document["paths"]["/auth/token"]["post"]["security"], json!([]));
    assert_eq!(document, serde_json::from_str::<serde_json::Value>(&usherr::router::openapi_document()).unwrap());
    let page = house.nobody().get("/api/docs").await.is(200);
    let page = page.has("/jobs/{name}/run").has("X-Api-Key").lacks("https://").lacks("style=").lacks("<script>");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe"), "{policy}");
    house.as_admin().await.get("/api/docs").await.is(200).has("Dashboard");
    house.close().await;
}

#[tokio::test]
async fn every_error_of_the_api_is_a_problem() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let admin = house.as_admin().await;
    for (method, path, status) in [
        (Method::GET, "/api/nothing", 404),
        (Method::GET, "/api", 404),
        (Method::DELETE, "/api/jobs", 404),
        (Method::GET, "/api/runs/x", 400),
        (Method::GET, "/api/runs/99999999999999999999", 400),
        (Method::GET, "/api/jobs?page=-1", 400),
    ] {
        let reply = admin.send(method.clone(), path, None).await.is(status);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{method} {path}");
        assert_eq!(reply.json()["status"], status, "{method} {path}");
    }
    house.close().await;
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let endless = futures_util::stream::iter(0..).map(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(vec![b' '; 64 * 1024])
    });
    let call = reqwest::Client::new().post(format!("{}/api/auth/token", house.url()));
    let call = call.header("content-type", "application/json").body(Body::wrap_stream(endless));
    // The connection may be cut before the answer is read.
    if let Ok(answer) = call.send().await {
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().contains("too long"));
    }
    assert!(sent.load(Ordering::Relaxed) < 1000);
    house.close().await;
}

#[tokio::test]
async fn pages_of_a_list_hold_each_row_once_in_one_order() {
    let house = TestApp::new().await;
    let (admin, asker) = (house.as_admin().await, house.as_role(Role::Requester).await);
    for film in films_to_ask_for(&house.world).iter().take(5) {
        asker.ask(a_film(film)).await;
    }
    house.settled().await;
    for name in ["Family", "Friends", "Kids"] {
        admin.json(Method::POST, "/api/groups", json!({ "name": name })).await.is(201);
    }
    let admin = &admin;
    for list in ["people", "groups", "requests", "services", "jobs", "runs", "activity"] {
        let whole = || async move { admin.get(&format!("/api/{list}?per_page=100")).await.is(200).json() };
        // The timetable goes on; what it changes between two pages proves nothing.
        let (all, rows) = until(&format!("{list} is read in peace"), || async {
            let before = whole().await;
            let rows = in_pages(admin, list, before["total"].as_i64().unwrap()).await;
            (whole().await == before).then_some((before, rows))
        })
        .await;
        let total = all["total"].as_i64().unwrap();
        assert!((3..=100).contains(&total), "{list}: {total}");
        assert_eq!(json!(rows), all["items"], "{list}");
        for bad in ["page=0", "page=-1", "per_page=0", "per_page=101", "page=99999999999999999999", "page=x"] {
            admin.get(&format!("/api/{list}?{bad}")).await.is(400);
        }
        let far = admin.get(&format!("/api/{list}?page=1000000&per_page=100")).await.is(200).json();
        assert_eq!(far["items"], json!([]));
    }
    house.close().await;
}

/// The rows of all pages, and the empty one behind them.
async fn in_pages(admin: &Browser, list: &str, total: i64) -> Vec<Value> {
    let mut rows = Vec::new();
    for page in 1..=(total + 1) / 2 + 1 {
        let part = admin.get(&format!("/api/{list}?per_page=2&page={page}")).await.is(200).json();
        assert_eq!((&part["page"], &part["per_page"]), (&json!(page), &json!(2)));
        rows.extend(part["items"].as_array().unwrap().clone());
    }
    rows
}
