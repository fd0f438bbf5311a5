//! What is on Plex where the asker can't see it.

use reqwest::Method;
use serde_json::json;
use usherr::domain::people::Role;

use super::super::support::world::film;
use super::*;

#[tokio::test]
async fn who_decides_is_told_that_only_the_library_is_missing() {
    let test = TestApp::new().await.with_4k().await;
    let teo = test.with_rights("teo", json!({}), &["Series"]).await;
    let hint = "On Plex already, in a library that teo does not see.";
    for (title, told) in [("Tin Parade", true), ("Kestrel", false)] {
        let wanted = json!({ "kind": "movie", "tmdb_id": film(&test.world, title).tmdb_id });
        let id = teo.json(Method::POST, "/api/requests", wanted).await.is(201).json()["id"].to_string();
        let desk = test.as_role(Role::Admin).await.get(&format!("/admin/requests?q={}", title.replace(' ', "+"))).await;
        assert_eq!(desk.is(200).body.contains(hint), told, "{title}");
        teo.get(&format!("/requests/{id}")).await.is(200).lacks("On Plex already");
    }
}
