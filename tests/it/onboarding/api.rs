//! Welcome pages by programs.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::domain::people::Role;

use super::{bare, close, titles};

#[tokio::test]
async fn a_program_makes_changes_and_deletes_pages() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let gate = json!({ "label": "Rules", "url": "https://example.org/" });
    let sent = json!({ "title": "Hello", "body": "Come *in*.", "gate": gate });
    let made = admin.json(Method::POST, "/api/welcome-pages", sent).await.is(201).json();
    let at = format!("/api/welcome-pages/{}", made["id"]);
    let wanted = json!({ "id": made["id"], "title": "Hello", "body": "Come *in*.", "gate": gate, "invites": null,
        "enabled": true });
    assert_eq!(made, wanted);
    assert_eq!(admin.get(&at).await.is(200).json(), wanted);
    let other = json!({ "title": "Bye", "body": "Go.", "enabled": false });
    let changed = admin.json(Method::PUT, &at, other).await.is(200).json();
    assert_eq!(
        (&changed["title"], &changed["gate"], &changed["enabled"]),
        (&json!("Bye"), &Value::Null, &json!(false))
    );
    let wrong = json!({ "title": "", "body": "[a](javascript:x)", "gate": { "label": "", "url": "x" }, "invites": [] });
    let refused = admin.json(Method::PUT, &at, wrong).await.is(422).json();
    let fields: Vec<&String> = refused["errors"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["body", "gate.label", "gate.url", "invites", "title"]);
    let unknown = json!({ "title": "a", "body": "b", "invites": [999_999] });
    admin.json(Method::POST, "/api/welcome-pages", unknown).await.is(422);
    for missing in [Method::GET, Method::PUT, Method::DELETE] {
        let body = if missing == Method::PUT { json!({ "title": "a", "body": "b" }) } else { Value::Null };
        admin.json(missing, "/api/welcome-pages/999999", body).await.is(404);
    }
    admin.json(Method::DELETE, &at, Value::Null).await.is(204);
    assert!(titles(&admin).await.is_empty());
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get("/api/welcome-pages").await.is(200);
    auditor.json(Method::POST, "/api/welcome-pages", json!({ "title": "a", "body": "b" })).await.is(403);
    test.as_role(Role::Requester).await.get("/api/welcome-pages").await.is(403);
    close(test).await;
}

#[tokio::test]
async fn there_are_only_as_many_pages_as_anybody_reads() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let page = || json!({ "title": "One more", "body": "Read me." });
    for _ in 0..usherr::db::welcome::MOST_PAGES {
        admin.json(Method::POST, "/api/welcome-pages", page()).await.is(201);
    }
    admin.json(Method::POST, "/api/welcome-pages", page()).await.is(422).has("nobody reads more");
    close(test).await;
}
