//! The frame of the JSON API: its document, its page, its errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use reqwest::{Body, Method};
use serde_json::json;
use usherr::demo::WorldOptions;

use crate::support::TestApp;

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
