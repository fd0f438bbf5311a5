//! Registering our address in Sonarr and Radarr (services.md 3.1).

use poem::http::Method;
use serde_json::{Value, json};
use usherr::domain::fault::FaultClass;

use crate::stand_in::{StandIn, empty, fixture, json, ok};

const URL: &str = "http://usherr:3000/hooks/radarr/secret";

fn template(implementation: &str) -> Value {
    json!({"implementation": implementation, "configContract": format!("{implementation}Settings"), "presets": [{"big": 1}],
        "onGrab": false, "onDownload": false, "includeHealthWarnings": false, "supportsOnGrab": true, "tags": [],
        "fields": [{"order": 0, "name": "url", "label": "URL", "type": "url"}, {"order": 1, "name": "method", "value": 2},
                   {"order": 2, "name": "username"}, {"order": 3, "name": "password", "privacy": "password"}]})
}

async fn service(existing: Value) -> StandIn {
    StandIn::new(move |call| match (&call.method, call.path.as_str()) {
        (&Method::GET, "/api/v3/notification") => ok(&existing),
        (&Method::GET, "/api/v3/notification/schema") => ok(&json!([template("Discord"), template("Webhook")])),
        (&Method::POST, _) => {
            let mut made = call.json();
            made["id"] = json!(9);
            json(201, &made)
        }
        (&Method::PUT, _) => json(202, &call.json()),
        (&Method::DELETE, "/api/v3/notification/9") => ok(&json!({})),
        _ => json(404, &json!({"message": "NotFound"})),
    })
    .await
}

fn flags(body: &Value) -> Vec<(String, bool)> {
    let members = body.as_object().unwrap().iter();
    let flags = members.filter(|(name, _)| name.starts_with("on") || *name == "includeHealthWarnings");
    let mut flags: Vec<_> = flags.map(|(name, value)| (name.clone(), value.as_bool().unwrap())).collect();
    flags.sort();
    flags
}

fn field<'a>(body: &'a Value, name: &str) -> &'a Value {
    &body["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap()["value"]
}

#[tokio::test]
async fn a_new_connection_is_made_from_the_template() {
    let server = service(fixture("ruddarr-app-captures/notifications.json")).await;
    assert_eq!(server.radarr().register_webhook("Usherr", URL).await.unwrap(), 9);
    let body = server.only("POST /api/v3/notification").json();
    assert_eq!((&body["name"], &body["implementation"]), (&json!("Usherr"), &json!("Webhook")));
    assert_eq!((field(&body, "url"), field(&body, "method")), (&json!(URL), &json!(1)));
    assert_eq!((&body["tags"], body.get("presets"), body.get("id")), (&json!([]), None, None));
    let expected = [
        ("includeHealthWarnings", true),
        ("onApplicationUpdate", true),
        ("onDownload", true),
        ("onGrab", true),
        ("onHealthIssue", true),
        ("onHealthRestored", true),
        ("onManualInteractionRequired", true),
        ("onMovieAdded", true),
        ("onMovieDelete", true),
        ("onMovieFileDelete", true),
        ("onMovieFileDeleteForUpgrade", false),
        ("onRename", false),
        ("onUpgrade", true),
    ];
    assert_eq!(flags(&body), expected.map(|(name, on)| (name.to_owned(), on)));
}

#[tokio::test]
async fn sonarr_is_not_told_to_call_twice_for_an_import() {
    let server = service(json!([])).await;
    server.sonarr().register_webhook("Usherr", URL).await.unwrap();
    let body = server.only("POST /api/v3/notification").json();
    let expected = [
        ("includeHealthWarnings", true),
        ("onApplicationUpdate", true),
        ("onDownload", true),
        ("onEpisodeFileDelete", true),
        ("onEpisodeFileDeleteForUpgrade", false),
        ("onGrab", true),
        ("onHealthIssue", true),
        ("onHealthRestored", true),
        ("onImportComplete", false),
        ("onManualInteractionRequired", true),
        ("onRename", false),
        ("onSeriesAdd", true),
        ("onSeriesDelete", true),
        ("onUpgrade", true),
    ];
    assert_eq!(flags(&body), expected.map(|(name, on)| (name.to_owned(), on)));
}

#[tokio::test]
async fn ours_is_found_by_address_and_updated_with_its_masked_secret() {
    let mut existing = fixture("ruddarr-app-captures/notifications.json");
    let fields = existing[1]["fields"].as_array_mut().unwrap();
    fields[0]["value"] = json!(URL);
    fields[3]["value"] = json!("********");
    let server = service(existing).await;
    assert_eq!(server.radarr().register_webhook("Usherr", URL).await.unwrap(), 2);
    let body = server.only("PUT /api/v3/notification/2").json();
    assert_eq!((&body["name"], field(&body, "password")), (&json!("Usherr"), &json!("********")));
    assert!(server.lines().iter().all(|line| !line.starts_with("POST")));
}

#[tokio::test]
async fn ours_is_found_by_name_when_the_address_changed() {
    let server = service(fixture("ruddarr-app-captures/notifications.json")).await;
    assert_eq!(server.radarr().register_webhook("Webhook", URL).await.unwrap(), 3);
    assert_eq!(field(&server.only("PUT /api/v3/notification/3").json(), "url"), &json!(URL));
}

#[tokio::test]
async fn a_connection_of_another_kind_with_our_name_is_left_alone() {
    let server = service(fixture("ruddarr-app-captures/notifications.json")).await;
    server.radarr().register_webhook("Plex", URL).await.unwrap();
    assert_eq!(server.lines().last().map(String::as_str), Some("POST /api/v3/notification"));
}

#[tokio::test]
async fn a_test_call_that_does_not_arrive_is_told() {
    let server = StandIn::new(|call| match call.method {
        Method::GET => ok(&json!([template("Webhook")])),
        _ => json(400, &json!([{"propertyName": "Url", "errorMessage": "Unable to send test message: Connection refused", "severity": "error"}])),
    })
    .await;
    let fault = server.radarr().register_webhook("Usherr", URL).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Permanent);
    assert!(fault.message.contains("Unable to send test message") && !fault.message.contains(URL), "{fault}");
}

#[tokio::test]
async fn a_connection_is_removed_and_may_be_gone() {
    let server = service(json!([])).await;
    server.radarr().unregister_webhook(9).await.unwrap();
    server.radarr().unregister_webhook(10).await.unwrap();
    let down = StandIn::new(|_| empty(502)).await;
    assert!(down.radarr().unregister_webhook(9).await.unwrap_err().is_transient());
}
