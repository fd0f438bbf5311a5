//! Reads a connection out of a body and checks it. Never saves it.

use serde_json::{Map, Value, json};

use super::super::wire::{Call, Reply, failure};
use super::super::{Arr, Body, Common};
use super::Notification;
use super::resource::{MASK, OTHER, has_headers, triggers};

pub fn read<A: Arr>(app: &A, call: &Call, id: Option<i64>) -> Result<Notification, Reply> {
    let object = call.object()?;
    let body = Body::new(&object);
    let mut common = app.base().common();
    let triggers: Vec<&'static str> = triggers(common.flavour).collect();
    for name in body.unknown(&[&triggers[..], &OTHER].concat()) {
        if !name.starts_with("supports") {
            common.complain(format!("{} /notification: unknown member '{name}'", call.method));
        }
    }
    if body.text("implementation")? != Some("Webhook") || body.text("configContract")? != Some("WebhookSettings") {
        return Err(Reply::crash("Sequence contains no matching element"));
    }
    let stored = common.notifications.iter().find(|one| Some(one.id) == id).cloned();
    let mut wanted = fields(&common, &body, stored.as_ref())?;
    wanted.id = id.unwrap_or_default();
    wanted.name = body.text("name")?.unwrap_or_default().to_owned();
    wanted.tags = body.ints("tags")?.unwrap_or_default();
    for trigger in triggers {
        if body.flag(trigger)?.unwrap_or_default() {
            wanted.triggers.push(trigger);
        }
    }
    check(&common, &wanted)?;
    Ok(wanted)
}

/// The settings out of `fields`; a mask keeps what is stored.
fn fields(common: &Common, body: &Body<'_>, stored: Option<&Notification>) -> Result<Notification, Reply> {
    let given: Map<String, Value> = body
        .objects("fields")?
        .unwrap_or_default()
        .iter()
        .filter_map(|field| {
            Some((field.text("name").ok()??.to_owned(), field.get("value").cloned().unwrap_or_default()))
        })
        .collect();
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut password = text("password");
    if password == MASK {
        password = stored.map(|one| one.password.clone()).unwrap_or_default();
    }
    let pair =
        |header: &Value| Some((header.get("key")?.as_str()?.to_owned(), header.get("value")?.as_str()?.to_owned()));
    let headers = given.get("headers").and_then(Value::as_array).filter(|_| has_headers(common));
    Ok(Notification {
        id: 0,
        name: String::new(),
        url: text("url"),
        put: given.get("method").and_then(Value::as_i64) == Some(2),
        username: text("username"),
        password,
        headers: headers.into_iter().flatten().filter_map(pair).collect(),
        triggers: Vec::new(),
        tags: Vec::new(),
    })
}

fn check(common: &Common, wanted: &Notification) -> Result<(), Reply> {
    let name = json!(wanted.name);
    if wanted.name.is_empty() {
        let text = "'Name' must not be empty.";
        return Err(Reply::invalid(vec![failure("Name", text, name, Some("NotEmptyValidator"))]));
    }
    if common.notifications.iter().any(|one| one.name == wanted.name && one.id != wanted.id) {
        return Err(Reply::invalid(vec![failure("Name", "Should be unique", name, Some("PredicateValidator"))]));
    }
    if !wanted.url.starts_with("http://") && !wanted.url.starts_with("https://") {
        return Err(Reply::invalid(vec![failure("Url", "Invalid Url", json!(wanted.url), Some("PredicateValidator"))]));
    }
    Ok(())
}
