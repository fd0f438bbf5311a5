//! Registers our address as a webhook connection in Sonarr or Radarr (services.md 3.1). It touches no connection but
//! the one that carries our address or our name.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Servarr, number};
use crate::domain::catalog::MediaKind;
use crate::domain::fault::{Answer, Fault};

/// The service calls us back before it answers.
const CALLS_US_BACK: Duration = Duration::from_secs(60);

const FLAGS: &[(&str, bool)] = &[
    ("onGrab", true),
    ("onDownload", true),
    ("onUpgrade", true),
    ("onRename", false),
    ("onHealthIssue", true),
    ("includeHealthWarnings", true),
    ("onHealthRestored", true),
    ("onApplicationUpdate", true),
    ("onManualInteractionRequired", true),
];
const SONARR_FLAGS: &[(&str, bool)] = &[
    // With it each import would arrive twice (services.md 3.4).
    ("onImportComplete", false),
    ("onSeriesAdd", true),
    ("onSeriesDelete", true),
    ("onEpisodeFileDelete", true),
    ("onEpisodeFileDeleteForUpgrade", false),
];
const RADARR_FLAGS: &[(&str, bool)] = &[
    ("onMovieAdded", true),
    ("onMovieDelete", true),
    ("onMovieFileDelete", true),
    ("onMovieFileDeleteForUpgrade", false),
];

pub(super) async fn exists(arr: &Servarr, url: &str) -> Answer<bool> {
    Ok(connections(arr).await?.iter().any(|hook| calls(hook, url)))
}

pub(super) async fn register(arr: &Servarr, name: &str, url: &str) -> Answer<i64> {
    let (request, body) = match ours(connections(arr).await?, name, url) {
        Some((id, connection)) => {
            (arr.request(Method::PUT, &format!("notification/{id}")), filled(connection, arr.kind, name, url))
        }
        None => (arr.request(Method::POST, "notification"), filled(template(arr).await?, arr.kind, name, url)),
    };
    let reply = arr.call(request.json(&body).timeout(CALLS_US_BACK)).await?;
    number(&reply.json()?, "id").ok_or_else(|| reply.garbled())
}

/// The webhook connections; those of other kinds are none of our business.
async fn connections(arr: &Servarr) -> Answer<Vec<Value>> {
    let all: Vec<Value> = arr.call(arr.ask("notification")).await?.json()?;
    Ok(all.into_iter().filter(is_webhook).collect())
}

fn calls(hook: &Value, url: &str) -> bool {
    field(hook, "url").is_some_and(|value| value == url)
}

/// The connection with our address, else the one with our name (the address may have changed).
fn ours(hooks: Vec<Value>, name: &str, url: &str) -> Option<(i64, Value)> {
    let by_url = hooks.iter().find(|hook| calls(hook, url));
    let by_name = || hooks.iter().find(|hook| hook.get("name").is_some_and(|value| value == name));
    let hook = by_url.or_else(by_name)?;
    Some((number(hook, "id")?, hook.clone()))
}

async fn template(arr: &Servarr) -> Answer<Value> {
    let templates: Vec<Value> = arr.call(arr.ask("notification/schema")).await?.json()?;
    let missing = || Fault::permanent(format!("This {} offers no webhook connections.", arr.name()));
    templates.into_iter().find(is_webhook).ok_or_else(missing)
}

fn is_webhook(connection: &Value) -> bool {
    connection.get("implementation").is_some_and(|word| word == "Webhook")
}

fn field<'a>(connection: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = connection.get("fields")?.as_array()?;
    fields.iter().find(|field| field.get("name").is_some_and(|value| value == name))?.get("value")
}

/// Everything else stays as it was; masked secrets sent back keep what is stored.
fn filled(mut connection: Value, kind: MediaKind, name: &str, url: &str) -> Value {
    let Some(members) = connection.as_object_mut() else { return connection };
    members.remove("presets");
    members.insert("name".to_owned(), json!(name));
    let own = if kind == MediaKind::Movie { RADARR_FLAGS } else { SONARR_FLAGS };
    for (flag, on) in FLAGS.iter().chain(own) {
        members.insert((*flag).to_owned(), json!(on));
    }
    // A tag would hide every title that doesn't carry it.
    members.insert("tags".to_owned(), json!([]));
    let fields = members.entry("fields").or_insert_with(|| json!([]));
    set_field(fields, "url", json!(url));
    // 1 is POST.
    set_field(fields, "method", json!(1));
    connection
}

fn set_field(fields: &mut Value, name: &str, value: Value) {
    let Some(fields) = fields.as_array_mut() else { return };
    match fields.iter_mut().find(|field| field.get("name").is_some_and(|known| known == name)) {
        Some(Value::Object(field)) => drop(field.insert("value".to_owned(), value)),
        _ => fields.push(json!({ "name": name, "value": value })),
    }
}
