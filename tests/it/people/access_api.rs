//! What one person sees over the JSON API.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::grants;
use usherr::domain::access::when::When;
use usherr::domain::activity::ActivityKind;
use usherr::domain::group::Rule;
use usherr::domain::people::Role;

use super::access::{grants_of, group, library, withheld};
use super::{close, entries, house, named};

fn seen<'a>(told: &'a Value, title: &str) -> &'a Value {
    let found = told["libraries"].as_array().unwrap().iter().find(|one| one["title"] == title);
    found.unwrap_or_else(|| panic!("no {title} in {told}"))
}

#[tokio::test]
async fn what_somebody_sees_is_told_and_set() {
    let test = house().await;
    let (yuki, rare) = (named(&test, "Yuki Park").await, library(&test, "4K Films").await);
    let films = library(&test, "Films").await;
    let friends = group(&test, "Friends", vec![], vec![films]).await;
    let all = group(&test, "All", vec![Rule::Friends], vec![]).await;
    let helper = test.as_role(Role::Moderator).await;
    let path = format!("/api/people/{}/access", yuki.id);
    let told = helper.get(&path).await.is(200).json();
    assert_eq!(told["person"], json!({ "id": yuki.id.0, "name": "Yuki Park" }));
    assert_eq!(told["groups"], json!([{ "id": all.0, "name": "All", "by_rule": true }]));
    let body = json!({
        "groups": [friends.0],
        "grants": [{
            "library_id": rare.0,
            "from": "2020-01-01T00:00:00Z",
            "until": "2099-01-01T00:00:00+01:00",
            "weekly": [{ "day": "mon", "from": "00:00", "to": "24:00" }],
            "note": "a\u{0}b"
        }],
    });
    let told = helper.json(Method::PUT, &path, body.clone()).await.is(200).json();
    let named: Vec<&str> = told["groups"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(named, ["Friends", "All"]);
    let grant = &told["grants"][0];
    assert_eq!((grant["until"].as_str(), grant["note"].as_str()), (Some("2098-12-31T23:00:00Z"), Some("ab")));
    assert_eq!(grant["weekly"], json!([{ "day": "mon", "from": "00:00", "to": "00:00" }]));
    assert_eq!(seen(&told, "Films")["why"][0], "Group Friends");
    assert!(seen(&told, "Films")["sees"] == true && seen(&told, "4K Films")["on_plex"] == false);
    assert!(seen(&told, "4K Films")["until"].is_string());
    let again = helper.json(Method::PUT, &path, body).await.is(200).json();
    assert_eq!(again["grants"], told["grants"], "the same grants stay the same ones");
    let told = helper.json(Method::PUT, &path, json!({ "excluded": [films.0, films.0] })).await.is(200).json();
    assert_eq!((&told["excluded"], &told["grants"]), (&json!([films.0]), &again["grants"]));
    assert_eq!(seen(&told, "Films")["why"][0], "Withheld by hand");
    let told = helper.json(Method::PUT, &path, json!({ "grants": [], "groups": [], "excluded": [] })).await.is(200);
    assert_eq!(told.json()["grants"], json!([]));
    assert_eq!(helper.json(Method::PUT, &path, json!({})).await.is(200).json(), told.json());
    assert_eq!(entries(&test, ActivityKind::GrantGiven).await, 1);
    close(test).await;
}

#[tokio::test]
async fn withholding_one_library_keeps_what_plex_gives_besides() {
    let test = house().await;
    let (ana, films) = (named(&test, "Ana Kovac").await, library(&test, "Films").await);
    let admin = test.as_admin().await;
    let path = format!("/api/people/{}/access", ana.id);
    let told = admin.json(Method::PUT, &path, json!({ "excluded": [films.0] })).await.is(200).json();
    assert!(told["libraries"].as_array().unwrap().iter().all(|one| (one["sees"] == true) != (one["id"] == films.0)));
    let plan = admin.get("/api/plan").await.is(200).json();
    assert_eq!(plan["changes"][0]["lose"], json!(["Films"]), "{plan}");
    assert_eq!(plan["changes"][0]["gain"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_field() {
    let test = house().await;
    let yuki = named(&test, "Yuki Park").await;
    let (films, welcome) = (library(&test, "Films").await.0, library(&test, "Welcome").await.0);
    let admin = test.as_admin().await;
    let path = format!("/api/people/{}/access", yuki.id);
    let window = |day: &str, from: &str, to: &str| json!({ "grants": [{ "library_id": films, "weekly": [{ "day": day, "from": from, "to": to }] }] });
    let table = [
        (json!({ "groups": [999_999] }), "groups"),
        (json!({ "groups": [-1] }), "groups"),
        (json!({ "excluded": [welcome] }), "excluded"),
        (json!({ "excluded": [i64::MAX] }), "excluded"),
        (json!({ "grants": [{ "library_id": welcome }] }), "grants.0.library_id"),
        (json!({ "grants": [{ "library_id": films }, { "library_id": 0 }] }), "grants.1.library_id"),
        (json!({ "grants": [{ "library_id": films }], "excluded": [films] }), "excluded"),
        (json!({ "grants": [{ "library_id": films, "until": "soon" }] }), "grants.0.until"),
        (json!({ "grants": [{ "library_id": films, "until": "2001-01-01T00:00:00Z" }] }), "grants.0.until"),
        (json!({ "grants": [{ "library_id": films, "until": "9999-01-01T00:00:00Z" }] }), "grants.0.until"),
        (json!({ "grants": [{ "library_id": films, "from": "0001-01-01T00:00:00Z" }] }), "grants.0.from"),
        (
            json!({ "grants": [{ "library_id": films, "from": "2030-01-02T00:00:00Z", "until": "2030-01-01T00:00:00Z" }] }),
            "grants.0.until",
        ),
        (json!({ "grants": [{ "library_id": films, "note": "x".repeat(201) }] }), "grants.0.note"),
        (window("funday", "10:00", "11:00"), "grants.0.weekly"),
        (window("mon", "10:00", ""), "grants.0.weekly"),
        (window("mon", "", ""), "grants.0.weekly"),
        (window("mon", "24:00", "25:00"), "grants.0.weekly"),
        (json!({ "grants": vec![json!({ "library_id": films }); 501] }), "grants"),
    ];
    for (body, field) in table {
        let reply = admin.json(Method::PUT, &path, body.clone()).await.is(422).json();
        assert!(reply["errors"][field].is_string(), "{body}: {reply}");
    }
    assert!(grants_of(&test, yuki.id).await.is_empty() && withheld(&test, yuki.id).await.is_empty());
    for body in [
        json!([]),
        json!({ "groups": "x" }),
        json!({ "grants": [{}] }),
        json!({ "groups": [1.5] }),
        json!({ "group": [] }),
    ] {
        admin.json(Method::PUT, &path, body).await.is(400);
    }
    admin.json(Method::PUT, "/api/people/999999/access", json!({})).await.is(404);
    admin.get("/api/people/999999/access").await.is(404);
    close(test).await;
}

#[tokio::test]
async fn a_grant_that_is_over_may_be_sent_back_as_it_was_read() {
    let test = house().await;
    let (yuki, films) = (named(&test, "Yuki Park").await, library(&test, "Films").await);
    let over = When { until: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..When::default() };
    let now = test.app().now();
    test.app().db.write(move |tx| grants::add(tx, yuki.id, films, &over, None, "long ago", now)).await.unwrap();
    let admin = test.as_admin().await;
    let path = format!("/api/people/{}/access", yuki.id);
    let read = admin.get(&path).await.is(200).json();
    let grants = json!({ "grants": read["grants"] });
    assert_eq!(admin.json(Method::PUT, &path, grants.clone()).await.is(200).json()["grants"], read["grants"]);
    let mut other = grants;
    other["grants"][0]["note"] = json!("again");
    let refused = admin.json(Method::PUT, &path, other).await.is(422).json();
    assert!(refused["errors"]["grants.0.until"].as_str().unwrap().contains("This moment is past"), "{refused}");
    close(test).await;
}

#[tokio::test]
async fn access_is_set_by_those_who_may() {
    let test = house().await;
    let (owner, yuki) = (named(&test, "mara").await, named(&test, "Yuki Park").await);
    let films = library(&test, "Films").await.0;
    let admin_id = test.add_person("second", Role::Admin).await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let at = |id: usherr::domain::ids::PersonId| format!("/api/people/{id}/access");
    for id in [owner.id, admin_id] {
        helper.json(Method::PUT, &at(id), json!({ "groups": [] })).await.is(403);
        helper.get(&at(id)).await.is(200);
    }
    admin.json(Method::PUT, &at(owner.id), json!({ "excluded": [films] })).await.is(422);
    assert!(admin.get(&at(owner.id)).await.is(200).json()["libraries"][0]["sees"] == true);
    for role in [Role::Auditor, Role::Requester, Role::Viewer] {
        let browser = test.as_role(role).await;
        browser.json(Method::PUT, &at(yuki.id), json!({})).await.is(403);
        browser.get(&at(yuki.id)).await.is(if role == Role::Auditor { 200 } else { 403 });
    }
    test.nobody().get(&at(yuki.id)).await.is(401);
    close(test).await;
}
