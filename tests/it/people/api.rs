//! Adding people, and changing what is kept about them, over the JSON API.

use reqwest::Method;
use serde_json::json;
use usherr::domain::group::Rule;
use usherr::domain::people::Role;

use super::access::{group, library};
use super::{close, house, named};

#[tokio::test]
async fn somebody_with_a_local_sign_in_is_added() {
    let test = house().await;
    let helper = test.as_role(Role::Moderator).await;
    let body = |role: &str| json!({ "name": "Nils", "username": "nils", "email": "nils@example.org", "password": "a long pass phrase", "role": role });
    let added = helper.json(Method::POST, "/api/people", body("requester")).await.is(201).json();
    assert_eq!(
        (&added["name"], &added["role"], &added["plex_id"]),
        (&json!("Nils"), &json!("requester"), &json!(null))
    );
    let path = format!("/api/people/{}", added["id"]);
    assert_eq!(helper.get(&path).await.is(200).json(), added);
    let refused = helper.json(Method::POST, "/api/people", body("admin")).await.is(422).json();
    assert!(refused["errors"]["role"].is_string(), "{refused}");
    let unseen =
        json!({ "name": "\u{200b}", "username": "nobody", "password": "a long pass phrase", "role": "viewer" });
    let refused = helper.json(Method::POST, "/api/people", unseen).await.is(422).json();
    assert!(refused["errors"]["name"].is_string(), "{refused}");
    let refused = helper.json(Method::POST, "/api/people", body("viewer")).await.is(422).json();
    assert!(refused["errors"]["username"].is_string(), "{refused}");

    let changed = helper.json(Method::PUT, &format!("{path}/role"), json!({ "role": "viewer" })).await.is(200).json();
    assert_eq!(changed["role"], "viewer");
    helper.json(Method::PUT, &format!("{path}/role"), json!({ "role": "admin" })).await.is(422);
    helper.json(Method::PUT, &format!("{path}/role"), json!({ "role": "king" })).await.is(422);
    helper.json(Method::PUT, "/api/people/999999/role", json!({ "role": "viewer" })).await.is(404);
    close(test).await;
}

#[tokio::test]
async fn notes_and_the_keep_list_are_set_and_told() {
    let test = house().await;
    let yuki = named(&test, "Yuki Park").await;
    let (helper, auditor) = (test.as_role(Role::Moderator).await, test.as_role(Role::Auditor).await);
    let path = format!("/api/people/{}/notes", yuki.id);
    assert_eq!(auditor.get(&path).await.is(200).json(), json!({ "notes": "", "keep": false }));
    helper.json(Method::PUT, &path, json!({ "notes": "Prefers subtitles" })).await.is(200);
    helper.json(Method::PUT, &path, json!({ "keep": true })).await.is(200);
    assert_eq!(auditor.get(&path).await.is(200).json(), json!({ "notes": "Prefers subtitles", "keep": true }));
    helper.json(Method::PUT, &path, json!({ "notes": "x".repeat(2_001) })).await.is(422);
    helper.json(Method::PUT, &path, json!({ "kept": true })).await.is(400);
    helper.json(Method::PUT, &path, json!({ "notes": "Prefers\u{0} subtitles" })).await.is(200);
    assert_eq!(auditor.get(&path).await.is(200).json()["notes"], "Prefers subtitles");
    close(test).await;
}

#[tokio::test]
async fn many_are_changed_at_once() {
    let test = house().await;
    let (yuki, ana) = (named(&test, "Yuki Park").await, named(&test, "Ana Kovac").await);
    let films = library(&test, "Films").await;
    let friends = group(&test, "Friends", Vec::<Rule>::new(), vec![films]).await;
    let helper = test.as_role(Role::Moderator).await;
    let admin = test.as_admin().await;
    let me = admin.get("/api/people/me").await.is(200).json()["id"].clone();
    let body = json!({
        "person_ids": [yuki.id.0, ana.id.0, me],
        "join_groups": [friends.0],
        "exclude": [films.0],
        "keep": true,
    });
    let done = helper.json(Method::POST, "/api/people/edit", body).await.is(200).json();
    assert_eq!(done, json!({ "changed": 2, "left_out": 1, "without_end": 0 }));
    let access = helper.get(&format!("/api/people/{}/access", ana.id)).await.is(200).json();
    assert_eq!((&access["groups"][0]["name"], &access["excluded"]), (&json!("Friends"), &json!([films.0])));
    let edit = |body: serde_json::Value| helper.json(Method::POST, "/api/people/edit", body);
    let field = async |body: serde_json::Value| -> Vec<String> {
        let errors = edit(body).await.is(422).json()["errors"].clone();
        errors.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(field(json!({ "person_ids": [], "keep": true })).await, ["person_ids"]);
    assert_eq!(field(json!({ "person_ids": [yuki.id.0, 999_999], "keep": true })).await, ["person_ids"]);
    assert_eq!(field(json!({ "person_ids": [yuki.id.0], "exclude": [999_999] })).await, ["exclude"]);
    assert_eq!(field(json!({ "person_ids": [yuki.id.0] })).await, ["join_groups"]);
    edit(json!({ "person_ids": [yuki.id.0], "grant": [films.0], "until": "soon" })).await.is(422);
    edit(json!({ "person_ids": [yuki.id.0], "join_groups": [999_999] })).await.is(422);
    edit(json!({ "persons": [yuki.id.0], "keep": true })).await.is(400);
    close(test).await;
}

#[tokio::test]
async fn two_become_one_and_two_again() {
    let test = house().await;
    let yuki = named(&test, "Yuki Park").await;
    let admin = test.as_admin().await;
    let body =
        json!({ "name": "Yuki at home", "username": "yuki", "password": "a long pass phrase", "role": "viewer" });
    let local = admin.json(Method::POST, "/api/people", body).await.is(201).json();
    let merge = format!("/api/people/{}/merge", yuki.id);
    let kept = admin.json(Method::POST, &merge, json!({ "other_id": local["id"] })).await.is(200).json();
    assert_eq!((&kept["id"], &kept["username"]), (&json!(yuki.id.0), &json!("yuki")));
    admin.get(&format!("/api/people/{}", local["id"])).await.is(404);
    let merges = admin.get(&format!("/api/people/{}/merges", yuki.id)).await.is(200).json();
    assert_eq!(merges[0]["name"], "Yuki at home");
    let split = format!("/api/people/{}/split", yuki.id);
    admin.json(Method::POST, &split, json!({ "merge_id": 999_999 })).await.is(404);
    let back = admin.json(Method::POST, &split, json!({ "merge_id": merges[0]["id"] })).await.is(200).json();
    assert_eq!((&back["name"], &back["username"]), (&json!("Yuki at home"), &json!("yuki")));
    let other = named(&test, "Ana Kovac").await;
    let refused = admin.json(Method::POST, &merge, json!({ "other_id": other.id.0 })).await.is(422).json();
    assert!(refused["errors"]["other_id"].is_string(), "{refused}");
    close(test).await;
}
