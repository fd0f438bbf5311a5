//! A torrent as `torrents/info` and `sync/maindata` write it, each generation with its own members, and the filters
//! of the list (services.md 4.5).

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::door::{Call, Reply};
use super::{Generation, Inner};
use crate::demo::downloads::{Phase, Torrent};

/// Seconds that stand for "unknown".
const NEVER: i64 = 8_640_000;

pub fn state(torrent: &Torrent, generation: Generation) -> &'static str {
    let (paused, complete) = (generation.says_paused(), torrent.is_complete());
    match torrent.phase {
        Phase::Error => "error",
        Phase::MissingFiles => "missingFiles",
        Phase::Moving => "moving",
        _ if torrent.stopped => match (paused, complete) {
            (true, true) => "pausedUP",
            (true, false) => "pausedDL",
            (false, true) => "stoppedUP",
            (false, false) => "stoppedDL",
        },
        Phase::Checking => "checkingDL",
        Phase::Meta if torrent.forced => "forcedMetaDL",
        Phase::Meta => "metaDL",
        Phase::Seeding if torrent.forced => "forcedUP",
        Phase::Seeding => "stalledUP",
        _ if torrent.forced => "forcedDL",
        Phase::Stalled => "stalledDL",
        Phase::Queued => "queuedDL",
        Phase::Downloading => "downloading",
    }
}

/// All members but `hash`, which the list has and maindata has not.
pub fn row(torrent: &Torrent, generation: Generation) -> Value {
    let unset = if generation.says_paused() { 0 } else { -1 };
    let unix = |at: Option<DateTime<Utc>>| at.map_or(unset, |at| at.timestamp());
    let has_metadata = torrent.phase != Phase::Meta;
    let left = torrent.left.ceil() as i64;
    let magnet = format!("magnet:?xt=urn:btih:{}&dn={}", torrent.hash, torrent.name);
    let content = if has_metadata { format!("{}/{}", torrent.save_path, torrent.name) } else { String::new() };
    let active = torrent.active_seconds as i64;
    let seeding = torrent.completed_on.map_or(0, |at| (Utc::now() - at).num_seconds().max(0));
    let moves = torrent.speed() > 0;
    let mut row = json!({
        "added_on": torrent.added_on.timestamp(), "amount_left": left, "auto_tmm": false,
        "availability": if torrent.is_complete() { -1.0 } else { 1.6 }, "category": torrent.category,
        "completed": torrent.size - left, "completion_on": unix(torrent.completed_on), "content_path": content,
        "dl_limit": 0, "dlspeed": torrent.speed(), "download_path": "", "downloaded": torrent.size - left,
        "downloaded_session": torrent.size - left, "eta": torrent.eta().unwrap_or(NEVER), "f_l_piece_prio": false,
        "force_start": torrent.forced, "infohash_v1": torrent.hash, "infohash_v2": "",
        "last_activity": torrent.added_on.timestamp() + active, "magnet_uri": magnet, "max_ratio": -1,
        "max_seeding_time": -1, "name": torrent.name,
    });
    extend(
        &mut row,
        json!({
            "num_complete": 18, "num_incomplete": 4, "num_leechs": 0, "num_seeds": if moves { 12 } else { 0 },
            "priority": if torrent.is_complete() { 0 } else { 1 }, "progress": progress(torrent), "ratio": 0,
            "ratio_limit": -2, "save_path": torrent.save_path, "seeding_time": seeding, "seeding_time_limit": -2,
            "seen_complete": unix(torrent.completed_on), "seq_dl": false, "size": torrent.size,
            "state": state(torrent, generation), "super_seeding": false, "tags": torrent.tags.join(", "),
            "time_active": active, "total_size": if has_metadata { torrent.size } else { -1 }, "tracker": "",
            "trackers_count": 0, "up_limit": 0, "uploaded": 0, "uploaded_session": 0, "upspeed": 0,
        }),
    );
    if generation >= Generation::V5_1 {
        extend(
            &mut row,
            json!({
                "magnet_uri": format!("{magnet}&xl={}", torrent.size), "comment": "", "has_metadata": has_metadata,
                "inactive_seeding_time_limit": -2, "max_inactive_seeding_time": -1, "popularity": 0,
                "private": has_metadata.then_some(false), "reannounce": 0, "root_path": content,
            }),
        );
    }
    if generation >= Generation::V5_3 {
        let (piece, count) = (4_194_304, (torrent.size + 4_194_303) / 4_194_304);
        extend(
            &mut row,
            json!({
                "connections_count": if moves { 12 } else { 0 }, "connections_limit": 100, "created_by": "",
                "creation_date": -1, "piece_size": if has_metadata { piece } else { -1 },
                "pieces_have": (torrent.size - left) / piece, "pieces_num": if has_metadata { count } else { -1 },
                "share_limit_action": "Default", "share_limits_mode": "Default", "total_wasted": 0,
            }),
        );
    }
    row
}

/// Adds the members of `more`.
pub fn extend(object: &mut Value, more: Value) {
    if let (Some(map), Value::Object(more)) = (object.as_object_mut(), more) {
        map.extend(more);
    }
}

/// Written as an integer at both ends, as Qt does.
fn progress(torrent: &Torrent) -> Value {
    match torrent.progress() {
        0.0 => json!(0),
        1.0 => json!(1),
        other => json!(other),
    }
}

pub fn info(inner: &Inner, call: &Call) -> Reply {
    let generation = inner.state().options.generation;
    let mut found = inner.downloads.torrents();
    if let Some(hashes) = call.param("hashes").filter(|text| !text.is_empty()) {
        found.retain(|one| hashes.split('|').any(|hash| hash.eq_ignore_ascii_case(&one.hash)));
    }
    if let Some(category) = call.param("category") {
        found.retain(|one| one.category == category);
    }
    if let Some(tag) = call.param("tag") {
        found.retain(|one| if tag.is_empty() { one.tags.is_empty() } else { one.tags.iter().any(|own| own == tag) });
    }
    let filter = call.param("filter").unwrap_or("all");
    found.retain(|one| passes(one, filter, generation));
    let mut rows: Vec<Value> = found
        .iter()
        .map(|torrent| {
            let mut row = row(torrent, generation);
            if let Some(map) = row.as_object_mut() {
                map.insert("hash".into(), json!(torrent.hash));
            }
            row
        })
        .collect();
    if let Some(sort) = call.param("sort").filter(|sort| !sort.is_empty()) {
        let is_known = rows.first().is_none_or(|row| row.get(sort).is_some());
        if !is_known && generation.is_modern() {
            return Reply::text(StatusCode::BAD_REQUEST, "Invalid sort key");
        }
        rows.sort_by(|a, b| compare(a.get(sort), b.get(sort)));
    }
    if call.param("reverse") == Some("true") {
        rows.reverse();
    }
    let number = |name: &str| call.param(name).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    let offset = usize::try_from(number("offset")).unwrap_or_default().min(rows.len());
    let limit = usize::try_from(number("limit")).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    Reply::json(StatusCode::OK, &rows.into_iter().skip(offset).take(limit).collect())
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> std::cmp::Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.map(Value::to_string).cmp(&b.map(Value::to_string)),
    }
}

/// An unknown filter, also the other generation's word, lets everything pass.
fn passes(torrent: &Torrent, filter: &str, generation: Generation) -> bool {
    let state = state(torrent, generation);
    let is_stalled_up = state == "stalledUP";
    let is_active = torrent.speed() > 0 || (state == "metaDL" && !generation.is_modern());
    match (filter, generation.says_paused()) {
        ("downloading", _) => !torrent.is_complete() && !matches!(state, "error" | "missingFiles"),
        ("seeding", _) => torrent.is_complete() && !torrent.stopped,
        ("completed", _) => torrent.is_complete(),
        ("paused", true) | ("stopped", false) => torrent.stopped,
        ("resumed", true) | ("running", false) => !torrent.stopped,
        ("active", _) => is_active,
        ("inactive", _) => !is_active,
        ("stalled", _) => is_stalled_up || state == "stalledDL",
        ("stalled_uploading", _) => is_stalled_up,
        ("stalled_downloading", _) => state == "stalledDL",
        ("checking", _) => state.starts_with("checking"),
        ("moving", _) => state == "moving",
        ("errored", _) => matches!(state, "error" | "missingFiles"),
        _ => true,
    }
}
