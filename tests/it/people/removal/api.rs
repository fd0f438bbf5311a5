//! The same for programs.

use reqwest::Method;
use serde_json::{Value, json};

use super::{followed, remove, undo};
use crate::people::{close, house, named};

#[tokio::test]
async fn programs_remove_and_let_back() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, named(&test, "Teo Almeida").await);
    let path = format!("/api/people/{}/removal", teo.id);
    admin.get(&path).await.is(404);
    for (body, field) in [(json!({ "from": "plex" }), "from"), (json!({ "from": "home" }), "from")] {
        let reply = admin.json(Method::POST, &path, body).await.is(422).json();
        assert!(reply["errors"][field].is_string(), "{reply}");
    }
    admin.json(Method::POST, &path, json!({ "from": "server", "more": 1 })).await.is(400);
    admin.json(Method::POST, "/api/people/999999/removal", json!({ "from": "nowhere" })).await.is(404);
    admin.json(Method::POST, "/api/people/999999/removal/undo", Value::Null).await.is(404);
    admin.json(Method::POST, &format!("{path}/undo"), Value::Null).await.is(409);
    admin.json(Method::POST, &format!("{path}/retry"), Value::Null).await.is(409);
    let told = remove(&admin, teo.id, "server").await;
    assert_eq!(
        (&told["from"], &told["state"], &told["by_name"]),
        (&json!("server"), &json!("waiting"), &json!("mara"))
    );
    followed(&test).await;
    let told = admin.get(&path).await.is(200).json();
    assert!(told["state"] == "done" && told["ended_at"].is_string() && told["problem"].is_null(), "{told}");
    assert_eq!(admin.get(&format!("/api/people/{}/membership", teo.id)).await.json()["state"], "over");
    assert_eq!(undo(&admin, teo.id).await["state"], "taken_back");
    test.settled().await;
    close(test).await;
}
