//! What a group gives and withholds takes effect at once.

use reqwest::Method;
use serde_json::json;
use usherr::domain::ids::{GroupId, PersonId};
use usherr::domain::people::Role;

use super::make;
use crate::support::requests::{a_film, a_series, series_to_ask_for};
use crate::support::world::films_to_ask_for;
use crate::support::{Browser, TestApp};

async fn asker(test: &TestApp) -> (PersonId, Browser) {
    let id = test.add_person("asker", Role::Requester).await;
    (id, test.signed_in(id).await)
}

async fn put_in(admin: &Browser, group: GroupId, person: PersonId) {
    admin.json(Method::PUT, &format!("/api/groups/{group}/members/{person}"), json!(null)).await.is(204);
}

#[tokio::test]
async fn a_group_says_what_may_be_asked_for() {
    let test = TestApp::new().await;
    let (admin, films) = (test.as_admin().await, films_to_ask_for(&test.world));
    let (id, asker) = asker(&test).await;
    asker.ask(a_film(&films[0])).await;
    let watchers = make(&admin, json!({ "name": "Watchers", "rights": { "movies": false } })).await;
    put_in(&admin, watchers, id).await;
    let refused = asker.json(Method::POST, "/api/requests", a_film(&films[1])).await.is(403);
    refused.has("You may not ask for films");
    let form = format!("/titles/movie/{}/request", films[1].tmdb_id);
    asker.post(&form, &[("form", "request")]).await.is(403).has("You may not ask for films");
    let series = series_to_ask_for(&test, 1)[0].tvdb_id;
    asker.ask(a_series(series, "first")).await;
    // The most generous of several counts.
    let friends = make(&admin, json!({ "name": "Friends", "rights": { "series": false } })).await;
    put_in(&admin, friends, id).await;
    asker.ask(a_film(&films[1])).await;
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_group_says_how_many() {
    let test = TestApp::new().await;
    let (admin, films) = (test.as_admin().await, films_to_ask_for(&test.world));
    let (id, asker) = asker(&test).await;
    let friends = make(&admin, json!({ "name": "Friends", "quotas": { "movies": 1 } })).await;
    put_in(&admin, friends, id).await;
    asker.ask(a_film(&films[0])).await;
    let refused = asker.json(Method::POST, "/api/requests", a_film(&films[1])).await.is(422);
    refused.has("You may ask for 1 film in 30 days");
    admin.json(Method::DELETE, &format!("/api/groups/{friends}"), json!(null)).await.is(204);
    asker.ask(a_film(&films[1])).await;
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_group_says_whose_requests_need_no_decision() {
    let test = TestApp::new().await;
    let (admin, films) = (test.as_admin().await, films_to_ask_for(&test.world));
    let (_, asker) = asker(&test).await;
    let first = asker.ask(a_film(&films[0])).await;
    assert_eq!(asker.request(first).await["stage"], "asked");
    make(&admin, json!({ "name": "Trusted", "rights": { "auto_approve": true }, "rules": ["role:requester"] })).await;
    let second = asker.ask(a_film(&films[1])).await;
    assert_ne!(asker.request(second).await["stage"], "asked");
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_group_says_who_sees_what_others_ask_for() {
    let test = TestApp::new().await;
    let (admin, films) = (test.as_admin().await, films_to_ask_for(&test.world));
    let (id, asker) = asker(&test).await;
    let others = test.as_role(Role::Requester).await.ask(a_film(&films[0])).await;
    asker.get(&format!("/api/requests/{others}")).await.is(404);
    let open = make(&admin, json!({ "name": "Open", "rights": { "sees_requests": true } })).await;
    put_in(&admin, open, id).await;
    asker.get(&format!("/api/requests/{others}")).await.is(200);
    asker.get(&format!("/requests/{others}")).await.is(200);
    test.settled().await;
    test.close().await;
}
