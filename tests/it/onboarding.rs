//! Welcome pages: read by newcomers, written in the back office and by programs.

mod api;
mod pages;
mod pictures;
mod way;

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::WorldOptions;

use super::support::{Browser, Reply, TestApp};

async fn house() -> TestApp {
    TestApp::unsynced(WorldOptions::test()).await
}

/// A house in which nobody has written anything yet, the pages that it began with included.
async fn bare() -> TestApp {
    let test = house().await;
    let admin = test.as_admin().await;
    for page in all(&admin).await {
        admin.json(Method::DELETE, &format!("/api/welcome-pages/{}", page["id"]), Value::Null).await.is(204);
    }
    test
}

async fn close(test: TestApp) {
    test.house.close().await;
    test.world.stop().await;
}

async fn all(browser: &Browser) -> Vec<Value> {
    browser.get("/api/welcome-pages?per_page=100").await.is(200).json()["items"].as_array().unwrap().clone()
}

async fn titles(browser: &Browser) -> Vec<String> {
    all(browser).await.iter().map(|page| page["title"].as_str().unwrap().to_owned()).collect()
}

/// A page of this title, with more said about it. Back: its id.
async fn page(browser: &Browser, title: &str, more: Value) -> i64 {
    let mut body = json!({ "title": title, "body": format!("This is {title}.") });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    browser.json(Method::POST, "/api/welcome-pages", body).await.is(201).json()["id"].as_i64().unwrap()
}

/// Sends a file as a form with a file field does.
async fn upload(browser: &Browser, name: &str, content: &str) -> Reply {
    let body = format!(
        "--popcorn\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: image/gif\r\n\r\n{content}\r\n--popcorn--\r\n"
    );
    let kind = "multipart/form-data; boundary=popcorn";
    browser.send(Method::POST, "/admin/onboarding/pictures", Some((kind, body))).await
}
