//! Groups for programs: the shape, and everything that may be wrong with what they send.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::groups;
use usherr::domain::group::Group;
use usherr::domain::people::Role;
use usherr::error::AppError;

use super::{all, library, named, names_in};
use crate::support::TestApp;

#[tokio::test]
async fn a_group_has_its_shape_and_comes_back_as_it_was_sent() {
    let test = TestApp::new().await;
    let helper = test.as_role(Role::Moderator).await;
    let bare = helper.json(Method::POST, "/api/groups", json!({ "name": "Friends" })).await.is(201).json();
    let id = bare["id"].as_i64().unwrap();
    let usual = json!({
        "id": id, "name": "Friends", "note": "", "libraries": [],
        "rights": { "movies": true, "series": true, "four_k": false, "auto_approve": false, "sees_requests": false },
        "quotas": { "movies": null, "seasons": null, "guests": 0, "days": 30 },
        "flags": { "sync": false, "camera_upload": false, "tuners": false },
        "ceiling": null, "from": null, "until": null, "weekly": [], "rules": [], "for_newcomers": false, "for_guests": false,
        "stay": "open", "members": 0
    });
    assert_eq!(bare, usual);
    let films = library(&test, "Films").await;
    let mut whole = json!({
        "id": id, "name": "Kids 🎬", "note": "After school.", "libraries": [films.0],
        "rights": { "movies": false, "series": true, "four_k": true, "auto_approve": true, "sees_requests": true },
        "quotas": { "movies": 0, "seasons": 6, "guests": 2, "days": 30 },
        "flags": { "sync": true, "camera_upload": true, "tuners": true },
        "ceiling": 12, "from": "2026-12-01T18:00:05Z", "until": "2037-01-06T00:00:00Z",
        "weekly": [{ "day": "mon", "from": "16:00", "to": "20:00" }, { "day": "sun", "from": "22:00", "to": "02:00" }],
        "rules": ["home", "role:viewer"], "for_newcomers": true, "for_guests": false, "stay": "12m", "members": 1
    });
    let at = format!("/api/groups/{id}");
    assert_eq!(helper.json(Method::PUT, &at, whole.clone()).await.is(200).json(), whole);
    assert_eq!(helper.get(&at).await.is(200).json(), whole);
    // What is left out is as in a new one.
    let again = helper.json(Method::PUT, &at, json!({ "name": "Friends" })).await.is(200).json();
    assert_eq!(again, usual);
    whole["name"] = json!("Others");
    assert_eq!(helper.json(Method::POST, "/api/groups", whole).await.is(201).json()["rules"][0], "home");
    let list = helper.get("/api/groups?per_page=1&page=2").await.is(200).json();
    assert_eq!((&list["total"], &list["items"][0]["name"]), (&json!(2), &json!("Others")));
    helper.json(Method::DELETE, &at, Value::Null).await.is(204);
    helper.get(&at).await.is(404);
    helper.json(Method::DELETE, &at, Value::Null).await.is(404);
    helper.json(Method::PUT, &at, json!({ "name": "" })).await.is(404);
    test.close().await;
}

#[tokio::test]
async fn members_come_and_go() {
    let test = TestApp::new().await;
    let helper = test.as_role(Role::Moderator).await;
    let id = named(&helper, "Friends").await;
    let person = test.add_person("vera", Role::Viewer).await;
    let members = format!("/api/groups/{id}/members");
    let at = format!("{members}/{person}");
    for _ in 0..2 {
        helper.json(Method::PUT, &at, Value::Null).await.is(204);
    }
    let list = helper.get(&members).await.is(200).json();
    assert_eq!((&list["total"], &list["items"][0]["name"]), (&json!(1), &json!("vera")));
    assert!(list["items"][0]["since"].as_str().unwrap().ends_with('Z') && list["items"][0]["rules"] == json!([]));
    assert_eq!(helper.get(&format!("/api/groups/{id}")).await.is(200).json()["members"], 1);
    for _ in 0..2 {
        helper.json(Method::DELETE, &at, Value::Null).await.is(204);
    }
    assert!(names_in(&test, id).await.is_empty());
    helper.json(Method::PUT, &format!("{members}/424242"), Value::Null).await.is(404);
    helper.json(Method::PUT, &format!("/api/groups/424242/members/{person}"), Value::Null).await.is(404);
    helper.json(Method::PUT, &format!("{members}/x"), Value::Null).await.is(400);
    helper.get(&format!("{members}?per_page=101")).await.is(400);
    helper.get("/api/groups/424242/members").await.is(404);
    test.close().await;
}

#[tokio::test]
async fn whatever_is_sent_is_kept_or_refused_by_field() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    named(&admin, "Friends").await;
    let refused = [
        ("name", json!("")),
        ("name", json!(" \u{1} ")),
        ("name", json!("x".repeat(61))),
        ("name", json!("FRIENDS")),
        ("note", json!("x".repeat(201))),
        ("libraries", json!([999_999])),
        ("libraries", json!([-1])),
        ("libraries", json!(vec![i64::MAX; 10_000])),
        ("quotas.movies", json!({ "movies": -1 })),
        ("quotas.movies", json!({ "movies": i64::MAX })),
        ("quotas.seasons", json!({ "seasons": 1001 })),
        ("quotas.guests", json!({ "guests": 101 })),
        ("ceiling", json!(13)),
        ("ceiling", json!(-6)),
        ("from", json!("tomorrow")),
        ("from", json!("2026-12-01T18:00")),
        ("until", json!("9999-12-31T23:59:59Z")),
        ("until", json!("")),
        ("weekly", json!([{ "day": "moon", "from": "10:00", "to": "11:00" }])),
        ("weekly", json!([{ "day": "mon", "from": "10:00", "to": "25:00" }])),
        ("weekly", json!([{ "day": "mon", "from": "", "to": "" }])),
        ("weekly", json!([{ "day": "mon", "from": "24:00", "to": "10:00" }])),
        ("rules", json!(["role:admin"])),
        ("rules", json!(["home", "everybody"])),
        ("quotas.days", json!({ "days": 7 })),
    ];
    for (field, value) in refused {
        let mut body = json!({ "name": "New" });
        body[field.split('.').next().unwrap()] = value.clone();
        let reply = admin.json(Method::POST, "/api/groups", body).await.is(422).json();
        assert!(reply["errors"][field].is_string(), "{field} {value}: {reply}");
        assert_eq!(reply["errors"].as_object().unwrap().len(), 1, "{field}: {reply}");
    }
    let backwards = json!({ "name": "New", "from": "2027-01-02T00:00:00Z", "until": "2027-01-01T00:00:00Z" });
    let reply = admin.json(Method::POST, "/api/groups", backwards).await.is(422).json();
    assert_eq!(reply["errors"]["until"], "The end must come after the start.");
    let minutes = (0..60).map(|n| json!({ "day": "tue", "from": format!("10:{n:02}"), "to": "11:00" }));
    let many = json!({ "name": "New", "weekly": minutes.collect::<Vec<_>>() });
    admin.json(Method::POST, "/api/groups", many).await.is(422).has("At most 50 times in a week.");
    for malformed in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "New", "libraries": "all" }),
        json!({ "name": "New", "libraries": ["1"] }),
        json!({ "name": "New", "quotas": { "movies": 1e300 } }),
        json!({ "name": "New", "quotas": { "movies": 1.5 } }),
        json!({ "name": "New", "rights": { "movies": "yes" } }),
        json!({ "name": "New", "weekly": [{ "day": "mon" }] }),
        json!({ "name": "New", "for_newcomers": 1 }),
        json!({ "name": "New", "foo": 1 }),
        json!({ "name": "New", "quotas": { "films": 3 } }),
        json!({ "name": "New", "rights": { "film": true } }),
        json!({ "name": "New", "flags": { "syncs": true } }),
        json!({ "name": "New", "weekly": [{ "day": "mon", "from": "10:00", "to": "11:00", "until": "12:00" }] }),
        json!([]),
    ] {
        admin.json(Method::POST, "/api/groups", malformed).await.is(400);
    }
    assert_eq!(all(&test).await.len(), 1, "nothing of it was saved");
    let odd = json!({ "name": "a\0b 👩‍👩‍👧‍👦", "note": "c\0d\n\te", "from": null, "weekly": null, "rights": null });
    let odd = admin.json(Method::POST, "/api/groups", odd).await.is(201).json();
    assert_eq!((&odd["name"], &odd["note"]), (&json!("a b 👩‍👩‍👧‍👦"), &json!("c d e")));
    test.close().await;
}

#[tokio::test]
async fn a_name_goes_to_one_of_two_who_want_it_at_once() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let make = |name: &str| admin.json(Method::POST, "/api/groups", json!({ "name": name }));
    let (one, other) = tokio::join!(make("Friends"), make("friends"));
    let mut seen = [one.status.as_u16(), other.status.as_u16()];
    seen.sort_unstable();
    assert_eq!(seen, [201, 422]);
    // Where nobody has looked before, the database says it.
    let (again, now) = (Group::new("FRIENDS"), test.app().now());
    let saved = test.app().db.write(move |tx| groups::save(tx, &again, now)).await.unwrap_err();
    assert!(matches!(&saved, AppError::Refused { fields, .. } if fields.contains_key("name")), "{saved}");
    test.close().await;
}
