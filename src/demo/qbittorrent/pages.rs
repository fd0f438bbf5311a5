//! Reading pages beside the list: application, transfer, details of one torrent, categories, tags
//! (services.md 4.4, 4.8).

use chrono::Utc;
use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::control::missing;
use super::door::{Call, Reply};
use super::{Generation, Inner, State, rows};
use crate::demo::downloads::Torrent;

/// Bytes.
const PIECE: i64 = 4_194_304;

pub fn answer(inner: &Inner, call: &Call, action: &str) -> Option<Reply> {
    let generation = inner.state().options.generation;
    let json = |value: Value| Reply::json(StatusCode::OK, &value);
    Some(match action {
        "app/version" => Reply::text(StatusCode::OK, generation.app_version()),
        "app/webapiVersion" => Reply::text(StatusCode::OK, generation.api_version()),
        "app/buildInfo" => json(generation.build_info()),
        "app/defaultSavePath" => Reply::text(StatusCode::OK, "/downloads"),
        "app/preferences" => json(Value::Object(inner.state().preferences.clone())),
        "app/setPreferences" => match call.param("json").and_then(|text| serde_json::from_str(text).ok()) {
            Some(Value::Object(wanted)) => {
                inner.state().preferences.extend(wanted);
                Reply::ok()
            }
            _ => missing(generation, &["json"]),
        },
        "app/shutdown" => Reply::ok(),
        "app/rotateAPIKey" => json(json!({ "apiKey": inner.state().rotate_api_key()? })),
        "app/deleteAPIKey" if generation.is_modern() => {
            inner.state().api_key = None;
            Reply::ok()
        }
        "transfer/info" => json(transfer(&inner.downloads.torrents(), generation)),
        "torrents/categories" => json(categories(&inner.state())),
        "torrents/tags" => json(json!(inner.state().tags)),
        "torrents/properties" => one(inner, call, properties),
        "torrents/files" => one(inner, call, files),
        "torrents/trackers" => one(inner, call, |_, _| trackers()),
        "log/main" => json(json!([{
            "id": 0, "message": format!("qBittorrent {} started. Process ID: 7", generation.app_version()),
            "timestamp": Utc::now().timestamp(), "type": 1,
        }])),
        _ => return None,
    })
}

fn one(inner: &Inner, call: &Call, write: impl Fn(&Torrent, Generation) -> Value) -> Reply {
    let generation = inner.state().options.generation;
    let Some(hash) = call.param("hash") else { return missing(generation, &["hash"]) };
    match inner.downloads.torrent(hash) {
        Some(torrent) => Reply::json(StatusCode::OK, &write(&torrent, generation)),
        None => Reply::error(StatusCode::NOT_FOUND),
    }
}

fn properties(torrent: &Torrent, generation: Generation) -> Value {
    let row = rows::row(torrent, generation);
    let member = |name: &str| row.get(name).cloned().unwrap_or_default();
    let mut all = json!({
        "addition_date": member("added_on"), "comment": "", "completion_date": member("completion_on"),
        "created_by": "", "creation_date": -1, "dl_limit": -1, "dl_speed": member("dlspeed"), "dl_speed_avg": -1,
        "download_path": "", "eta": member("eta"), "hash": torrent.hash, "infohash_v1": torrent.hash,
        "infohash_v2": "", "is_private": false, "last_seen": -1, "name": torrent.name,
        "nb_connections": member("num_seeds"), "nb_connections_limit": 100, "peers": 0, "peers_total": 4,
        "piece_size": PIECE, "pieces_have": (torrent.size - torrent.left.ceil() as i64) / PIECE,
        "pieces_num": (torrent.size + PIECE - 1) / PIECE, "reannounce": 0,
    });
    rows::extend(
        &mut all,
        json!({
            "save_path": torrent.save_path, "seeding_time": member("seeding_time"), "seeds": member("num_seeds"),
            "seeds_total": 18, "share_ratio": 0, "time_elapsed": member("time_active"),
            "total_downloaded": member("downloaded"), "total_downloaded_session": member("downloaded"),
            "total_size": torrent.size, "total_uploaded": 0, "total_uploaded_session": 0, "total_wasted": 0,
            "up_limit": -1, "up_speed": 0, "up_speed_avg": 0,
        }),
    );
    if generation >= Generation::V5_1 {
        rows::extend(
            &mut all,
            json!({
                "has_metadata": member("has_metadata"), "popularity": 0, "private": member("private"),
                "progress": member("progress"),
            }),
        );
    }
    if generation >= Generation::V5_3 {
        rows::extend(&mut all, json!({ "availability": member("availability") }));
    }
    all
}

fn files(torrent: &Torrent, generation: Generation) -> Value {
    let row = rows::row(torrent, generation);
    json!([{
        "availability": -1, "index": 0, "is_seed": torrent.is_complete(), "name": format!("{0}/{0}.mkv", torrent.name),
        "piece_range": [0, (torrent.size / PIECE).max(0)], "priority": 1, "progress": row.get("progress"),
        "size": torrent.size,
    }])
}

fn trackers() -> Value {
    let own = |name: &str| {
        json!({ "msg": "", "num_downloaded": 0, "num_leeches": 0, "num_peers": 0, "num_seeds": 0, "status": 2,
            "tier": -1, "url": format!("** [{name}] **") })
    };
    json!([own("DHT"), own("PeX"), own("LSD")])
}

pub fn transfer(torrents: &[Torrent], generation: Generation) -> Value {
    let received: f64 = torrents.iter().map(|one| one.size as f64 - one.left).sum();
    let mut info = json!({
        "connection_status": "connected", "dht_nodes": 312, "dl_info_data": received as i64,
        "dl_info_speed": torrents.iter().map(Torrent::speed).sum::<i64>(), "dl_rate_limit": 0, "up_info_data": 0,
        "up_info_speed": 0, "up_rate_limit": 0,
    });
    if generation >= Generation::V5_1 {
        rows::extend(&mut info, json!({ "last_external_address_v4": "", "last_external_address_v6": "" }));
    }
    info
}

pub fn categories(state: &State) -> Value {
    let write = |(name, path): (&String, &String)| {
        let mut category = json!({ "name": name, "savePath": path });
        if state.options.generation.is_modern() {
            rows::extend(
                &mut category,
                json!({
                    "download_path": null, "inactive_seeding_time_limit": -2, "ratio_limit": -2, "seeding_time_limit": -2,
                    "share_limit_action": "Default", "share_limits_mode": "Default",
                }),
            );
        }
        (name.clone(), category)
    };
    Value::Object(state.categories.iter().map(write).collect())
}

/// The part of the preferences that anybody reads.
pub fn preferences() -> Map<String, Value> {
    let all = json!({
        "alt_dl_limit": 10240, "alt_up_limit": 10240, "dht": true, "dl_limit": 0, "max_active_downloads": 3,
        "max_active_torrents": 5, "max_active_uploads": 3, "max_ratio": -1, "max_ratio_act": 0,
        "max_ratio_enabled": false, "max_seeding_time": -1, "max_seeding_time_enabled": false,
        "queueing_enabled": true, "save_path": "/downloads", "temp_path": "/downloads/temp",
        "temp_path_enabled": false, "up_limit": 0, "web_ui_csrf_protection_enabled": true,
        "web_ui_max_auth_fail_count": 5, "web_ui_ban_duration": 3600, "web_ui_username": "admin",
    });
    all.as_object().cloned().unwrap_or_default()
}
