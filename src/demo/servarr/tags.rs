//! Tags: ids in resources, labels in webhooks, always lower case (services.md 2.2).

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::wire::{Call, Reply, failure};
use super::{Arr, Body, Common, Flavour};

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    let mut common = app.base().common();
    let ids = 1..=common.tags.len() as i64;
    Some(match (method, route.as_slice()) {
        ("GET", ["tag"]) => Reply::ok(ids.filter_map(|id| resource(&common, id)).collect()),
        ("GET", ["tag", "detail"]) => Reply::ok(ids.filter_map(|id| detail(&common, id)).collect()),
        ("GET", ["tag", id]) => {
            let id = id.parse().unwrap_or_default();
            resource(&common, id).map_or_else(|| Reply::no_row("Tag", id), Reply::ok)
        }
        ("POST", ["tag"]) => add(&mut common, call).unwrap_or_else(|refused| refused),
        ("DELETE", ["tag", id]) => drop_tag(&mut common, id.parse().unwrap_or_default()),
        _ => return None,
    })
}

fn label(common: &Common, id: i64) -> Option<&String> {
    let at = usize::try_from(id - 1).ok()?;
    // A deleted tag leaves an empty label behind, so that ids stay.
    common.tags.get(at).filter(|label| !label.is_empty())
}

fn resource(common: &Common, id: i64) -> Option<Value> {
    label(common, id).map(|label| json!({ "label": label, "id": id }))
}

fn detail(common: &Common, id: i64) -> Option<Value> {
    let mut tag = resource(common, id)?;
    let titles = if common.flavour == Flavour::Radarr { "movieIds" } else { "seriesIds" };
    for name in ["delayProfileIds", "importListIds", "notificationIds", "indexerIds", "downloadClientIds", titles] {
        tag.as_object_mut()?.insert(name.to_owned(), json!([]));
    }
    Some(tag)
}

fn add(common: &mut Common, call: &Call) -> Result<Reply, Reply> {
    let object = call.object()?;
    let body = Body::new(&object);
    for name in body.unknown(&["label", "id"]) {
        common.complain(format!("POST /tag: unknown member '{name}'"));
    }
    let wanted = body.text("label")?.unwrap_or_default().to_lowercase();
    if wanted.is_empty() {
        let text = "'Label' must not be empty.";
        return Err(Reply::invalid(vec![failure("Label", text, json!(wanted), Some("NotEmptyValidator"))]));
    }
    let is_strict = common.flavour == Flavour::Radarr && common.is_at_least(&[6, 0, 3]);
    if is_strict && !wanted.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let text = "Allowed characters a-z, 0-9 and -";
        return Err(Reply::invalid(vec![failure("Label", text, json!(wanted), Some("RegularExpressionValidator"))]));
    }
    let known = common.tags.iter().position(|own| *own == wanted);
    let at = known.unwrap_or_else(|| {
        common.tags.push(wanted);
        common.tags.len() - 1
    });
    let id = at as i64 + 1;
    let created = resource(common, id).unwrap_or_default();
    Ok(Reply::created(created, format!("/api/v3/tag/{id}")))
}

fn drop_tag(common: &mut Common, id: i64) -> Reply {
    if label(common, id).is_none() {
        return Reply::no_row("Tag", id);
    }
    let slot = usize::try_from(id - 1).ok().and_then(|at| common.tags.get_mut(at));
    slot.into_iter().for_each(String::clear);
    Reply::empty(StatusCode::OK)
}
