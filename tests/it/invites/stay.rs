//! How long whoever comes by an invite may stay.

use chrono::{Days, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::{close, come_in, house, invite, libraries, show};
use crate::support::TestApp;

async fn last_day(test: &TestApp) -> Value {
    let admin = test.as_admin().await;
    let uses = admin.get("/api/invites/1/uses").await.is(200).json();
    let person = uses["items"][0]["person_id"].as_i64().unwrap();
    admin.get(&format!("/api/people/{person}/membership")).await.is(200).json()["last_day"].clone()
}

#[tokio::test]
async fn a_newcomer_stays_as_long_as_the_invite_says() {
    let test = house().await;
    let made = invite(&test, json!({ "stay": "30d" })).await;
    assert_eq!(made["stay"], json!("30d"));
    let guest = test.nobody();
    guest.get("/invite/back-row").await.is(200).has("Stay until");
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    let zone = test.app().settings().await.unwrap().time_zone;
    let today = Utc::now().with_timezone(&zone).date_naive();
    assert_eq!(last_day(&test).await, json!(today + Days::new(30)));
    test.as_admin().await.get("/admin/invites").await.is(200).has("for 30 days");
    close(test).await;
}

#[tokio::test]
async fn who_is_here_without_end_stays_without_end() {
    let test = house().await;
    invite(&test, json!({ "stay": "7d", "libraries": libraries(&test, &["Documentaries"]).await })).await;
    let guest = test.nobody();
    show(&test, &guest, "teo").await;
    come_in(&guest).await.has("The door is open");
    assert_eq!(last_day(&test).await, Value::Null);
    close(test).await;
}

#[tokio::test]
async fn a_stay_is_read_like_any_other_field() {
    let test = house().await;
    let admin = test.as_admin().await;
    let films = libraries(&test, &["Films"]).await;
    let with = |stay: &str| json!({ "code": "other", "libraries": films, "stay": stay });
    for bad in ["soon", "1y", "0d", "2026-01-01", "2026-02-30"] {
        let refused = admin.json(Method::POST, "/api/invites", with(bad)).await.is(422).json();
        assert!(refused["errors"]["stay"].is_string(), "{bad}: {refused}");
    }
    let until = admin.json(Method::POST, "/api/invites", with("2099-03-03")).await.is(201).json();
    assert_eq!(until["stay"], json!("2099-03-03"));
    assert!(until["expires_at"].as_str().unwrap().starts_with("2099-03-0"), "{until}");
    let page = admin.get(&format!("/admin/invites/{}", until["id"])).await.is(200);
    page.has("value=\"until\" selected").has("value=\"2099-03-03\"");
    let fields = [("code", "by-hand"), ("by", "libraries"), ("libraries", &films[0].to_string()), ("stay", "until")];
    let refused =
        admin.post("/admin/invites/new", &[&fields[..], &[("last_day", "2020-01-01")]].concat()).await.is(422);
    refused.has("This day is over.").has("value=\"by-hand\"");
    close(test).await;
}
