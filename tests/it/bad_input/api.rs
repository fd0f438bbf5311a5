//! Whatever programs send to the API: fine, or a problem as RFC 9457 has it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{escaped, nasty};
use crate::csp::lived_in;
use crate::support::Reply;

/// Bodies for one operation: each field of its schema with everything that it is not.
fn bodies(document: &Value, schema: &Value) -> Vec<Value> {
    let name = schema["$ref"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let properties = document["components"]["schemas"][name]["properties"].as_object().cloned().unwrap_or_default();
    let usual = |name: &str| match name {
        "kind" => json!("movie"),
        "tmdb_id" | "tvdb_id" => json!(900_001),
        "username" | "password" | "reason" | "name" => json!("words"),
        _ => Value::Null,
    };
    let whole: serde_json::Map<String, Value> =
        properties.keys().map(|name| (name.clone(), usual(name))).filter(|(_, value)| !value.is_null()).collect();
    let odd: Vec<Value> = nasty()
        .into_iter()
        .map(Value::from)
        .chain([
            json!(null),
            json!([]),
            json!({}),
            json!(-1),
            json!(i64::MAX),
            json!(1e300),
            json!(true),
            json!([[[]]]),
            json!([9_999_999_999_i64]),
        ])
        .collect();
    let mut bodies = vec![json!({}), json!([]), json!(null), json!("x"), json!(7)];
    for name in properties.keys() {
        for value in &odd {
            let mut body = whole.clone();
            body.insert(name.clone(), value.clone());
            bodies.push(Value::Object(body));
        }
    }
    bodies
}

#[tokio::test]
async fn every_operation_of_the_api_takes_anything() {
    let test = lived_in().await;
    let document: Value = serde_json::from_str(&usherr::router::openapi_document()).unwrap();
    let mut sent = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if path == "/auth/token" && method == Method::DELETE {
                continue;
            }
            let admin = test.as_admin().await;
            let at = |id: &str| {
                format!("/api{}", path.replace("{id}", id).replace("{person_id}", id).replace("{name}", "cleanup").replace("{kind}", "movie"))
            };
            let schema = &operation["requestBody"]["content"]["application/json; charset=utf-8"]["schema"];
            let schema = if schema.is_null() {
                &operation["requestBody"]["content"]["application/json"]["schema"]
            } else {
                schema
            };
            if !operation["requestBody"].is_null() {
                for body in bodies(&document, schema) {
                    let reply = admin.json(method.clone(), &at("1"), body.clone()).await;
                    let shown: String = body.to_string().chars().take(120).collect();
                    problem(&reply, &format!("{method} {path} {shown}"));
                    sent += 1;
                }
                for (kind, body) in [
                    ("text/plain", "{}"),
                    ("application/json", "{"),
                    ("application/json", ""),
                    ("application/json", "\u{0}"),
                    ("application/xml", "<a/>"),
                    ("application/x-www-form-urlencoded", "a=b"),
                    ("nonsense", "{}"),
                ] {
                    let reply = admin.send(method.clone(), &at("1"), Some((kind, body.to_owned()))).await;
                    problem(&reply, &format!("{method} {path} as {kind}"));
                    assert!(reply.status.is_client_error() || reply.status.is_success(), "{method} {path} as {kind}");
                }
            }
            for id in ["0", "-1", "x", "99999999999999999999", "%00", "1;2", "%F0%9F%A6%86"] {
                let reply = admin.send(method.clone(), &at(id), None).await;
                problem(&reply, &format!("{method} {path} with {id}"));
            }
            for value in nasty().into_iter().filter(|value| value.len() < 8_000 && method == Method::GET) {
                let query = operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query");
                let query: Vec<String> =
                    query.map(|one| format!("{}={}", one["name"].as_str().unwrap(), escaped(&value))).collect();
                let reply = admin.get(&format!("{}?{}", at("1"), query.join("&"))).await;
                problem(&reply, &format!("{method} {path} with {value:?}"));
            }
        }
    }
    assert!(sent > 100, "only {sent}");
    test.settled_in_a_hurry().await;
    test.house.close().await;
    test.world.stop().await;
}

/// Fine, or a problem as RFC 9457 has it; never ours.
#[track_caller]
fn problem(reply: &Reply, what: &str) {
    let status = reply.status.as_u16();
    assert!(status < 500 || status == 502 || status == 503, "{what}: {}", reply.body);
    if status >= 400 {
        let kind = reply.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
        assert_eq!(kind, "application/problem+json", "{what}: {status} {}", reply.body);
        let body = reply.json();
        assert!(body["type"].is_string() && body["title"].is_string() && body["detail"].is_string(), "{what}: {body}");
        assert_eq!(body["status"], status, "{what}");
    }
}
