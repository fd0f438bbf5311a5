//! `sync/maindata`: everything once, then only what changed, per session (services.md 4.9).

use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::door::{Call, Reply};
use super::{Generation, Inner, pages, rows};
use crate::demo::downloads::Torrent;

/// Bytes.
const FREE_SPACE: i64 = 4_823_449_600_000;

/// What a session was told last, and what it is known to have received.
#[derive(Debug, Default)]
pub struct Told {
    last_id: i64,
    last: Value,
    accepted_id: i64,
    accepted: Value,
}

pub fn main_data(inner: &Inner, call: &Call) -> Reply {
    let asked: i64 = call.param("rid").and_then(|text| text.parse().ok()).unwrap_or_default();
    let now = snapshot(inner);
    let mut state = inner.state();
    let is_old = state.options.generation.says_paused();
    let told = state.sessions.entry(call.session.clone()).or_default();
    let mut is_full = true;
    if asked > 0 && told.last_id > 0 {
        if asked == told.last_id {
            (told.accepted_id, told.accepted) = (asked, told.last.clone());
        }
        is_full = asked != told.accepted_id;
    }
    told.last_id = told.last_id % 1_000_000 + 1;
    let mut answer = if is_full { full(&now, is_old) } else { delta(&told.accepted, &now) };
    told.last = now;
    answer.insert("rid".into(), json!(told.last_id));
    Reply::json(StatusCode::OK, &Value::Object(answer))
}

fn snapshot(inner: &Inner) -> Value {
    let torrents = inner.downloads.torrents();
    let state = inner.state();
    let generation = state.options.generation;
    let mut server = pages::transfer(&torrents, generation);
    rows::extend(
        &mut server,
        json!({
            "alltime_dl": 0, "alltime_ul": 0, "average_time_queue": 10, "free_space_on_disk": FREE_SPACE,
            "global_ratio": "-", "queued_io_jobs": 0, "queueing": true, "read_cache_hits": "0",
            "read_cache_overload": "0", "refresh_interval": 1500, "total_buffers_size": 0,
            "total_peer_connections": 0, "total_queued_size": 0, "total_wasted_session": 0,
            "use_alt_speed_limits": false, "write_cache_overload": "0",
        }),
    );
    match generation {
        Generation::V4_5 => {}
        Generation::V5_1 => rows::extend(&mut server, json!({ "use_subcategories": false })),
        Generation::V5_3 => rows::extend(
            &mut server,
            json!({ "queued_tracker_announces": 0, "request_latency": 0, "session_state": false }),
        ),
    }
    let row = |one: &Torrent| {
        let mut row = rows::row(one, generation);
        if generation.is_modern() {
            let told =
                json!({ "has_other_announce_error": false, "has_tracker_error": false, "has_tracker_warning": false });
            rows::extend(&mut row, told);
        }
        (one.hash.clone(), row)
    };
    let rows = torrents.iter().map(row);
    json!({
        "server_state": server, "torrents": rows.collect::<Map<String, Value>>(),
        "categories": pages::categories(&state), "tags": state.tags, "trackers": {},
    })
}

/// Later generations leave out what is empty.
fn full(now: &Value, keeps_empty: bool) -> Map<String, Value> {
    let is_empty =
        |value: &Value| value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty);
    let members = now.as_object().cloned().unwrap_or_default();
    let kept = members.into_iter().filter(|(_, value)| keeps_empty || !is_empty(value));
    kept.chain([("full_update".to_owned(), json!(true))]).collect()
}

fn delta(before: &Value, now: &Value) -> Map<String, Value> {
    let mut answer = Map::new();
    for (name, removed) in
        [("server_state", None), ("torrents", Some("torrents_removed")), ("categories", Some("categories_removed"))]
    {
        let (old, new) = (object(before, name), object(now, name));
        let changed = changes(&old, &new);
        if !changed.is_empty() {
            answer.insert(name.to_owned(), Value::Object(changed));
        }
        let gone: Vec<&String> = old.keys().filter(|key| !new.contains_key(*key)).collect();
        if let Some(removed) = removed.filter(|_| !gone.is_empty()) {
            answer.insert(removed.to_owned(), json!(gone));
        }
    }
    let list = |value: &Value| value.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let (old, new) = (list(before), list(now));
    for (name, from, without) in [("tags", &new, &old), ("tags_removed", &old, &new)] {
        let found: Vec<&Value> = from.iter().filter(|tag| !without.contains(tag)).collect();
        if !found.is_empty() {
            answer.insert(name.to_owned(), json!(found));
        }
    }
    answer
}

fn object(value: &Value, name: &str) -> Map<String, Value> {
    value.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Members that are new or different, deeply.
fn changes(old: &Map<String, Value>, new: &Map<String, Value>) -> Map<String, Value> {
    let change = |(key, value): (&String, &Value)| match (old.get(key), value) {
        (Some(before), now) if before == now => None,
        (Some(Value::Object(before)), Value::Object(now)) => Some((key.clone(), Value::Object(changes(before, now)))),
        (_, now) => Some((key.clone(), now.clone())),
    };
    new.iter().filter_map(change).collect()
}
