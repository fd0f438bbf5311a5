//! Status, health, disks, root folders and profiles (services.md 2.1, 2.2).

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::wire::{Call, Reply, failure, instant};
use super::{Arr, Body, Common, Flavour, Root};

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    let mut common = app.base().common();
    let common = &mut *common;
    Some(match (method, route.as_slice()) {
        ("GET", ["system", "status"]) => Reply::ok(status(common)),
        ("GET", ["health"]) => Reply::ok(Value::Array(common.health.clone())),
        ("GET", ["diskspace"]) => Reply::ok(disks(common)),
        ("GET", ["rootfolder"]) => Reply::ok(common.options.roots.iter().map(root).collect()),
        ("POST", ["rootfolder"]) => add_root(common, call).unwrap_or_else(|refused| refused),
        ("GET", ["rootfolder", id]) => {
            one(id, common.options.roots.iter().map(|one| (one.id, root(one))), "RootFolder")
        }
        ("DELETE", ["rootfolder", id]) => drop_root(common, id),
        ("GET", ["qualityprofile"]) => Reply::ok(profiles(common).map(|(_, profile)| profile).collect()),
        ("GET", ["qualityprofile", id]) => one(id, profiles(common), "QualityProfile"),
        ("GET", ["languageprofile"]) if common.flavour == Flavour::Sonarr => {
            Reply::ok(json!([language_profile()])).with("deprecation", "true")
        }
        ("POST" | "PUT", ["languageprofile", ..]) if common.flavour == Flavour::Sonarr => {
            Reply::accepted(language_profile()).with("deprecation", "true")
        }
        _ => return None,
    })
}

fn one(id: &str, all: impl Iterator<Item = (i64, Value)>, kind: &str) -> Reply {
    let Ok(id) = id.parse::<i64>() else { return Reply::problem("id", &format!("The value '{id}' is not valid.")) };
    if id == 0 {
        return Reply::bad_request("0 is not a valid ID");
    }
    let mut all = all;
    all.find(|(own, _)| *own == id).map_or_else(|| Reply::no_row(kind, id), |(_, found)| Reply::ok(found))
}

fn status(common: &Common) -> Value {
    let runtime = if common.flavour == Flavour::Radarr { "8.0.12" } else { "6.0.36" };
    json!({
        "appName": common.flavour.name(), "instanceName": common.options.instance_name,
        "version": common.options.version, "buildTime": "2026-09-14T18:20:11Z", "isDebug": false,
        "isProduction": true, "isAdmin": false, "isUserInteractive": false, "startupPath": "/app/bin",
        "appData": "/config", "osName": "alpine", "osVersion": "3.19", "isNetCore": true, "isLinux": true,
        "isOsx": false, "isWindows": false, "isDocker": true, "mode": "console", "branch": "master",
        "authentication": "forms", "databaseType": "sqLite", "databaseVersion": "3.46.1", "migrationVersion": 242,
        "urlBase": common.options.url_base, "runtimeVersion": runtime, "runtimeName": "netcore",
        "startTime": instant(common.started_at), "packageUpdateMechanism": "docker",
    })
}

fn disks(common: &Common) -> Value {
    let disk = |disk: &super::Disk| json!({ "path": disk.path, "label": "", "freeSpace": disk.free, "totalSpace": disk.total });
    common.options.disks.iter().map(disk).collect()
}

/// Free space is left out when the folder can't be reached; a total is never there.
fn root(root: &Root) -> Value {
    json!({
        "id": root.id, "path": root.path, "accessible": root.accessible,
        "freeSpace": root.accessible.then_some(root.free), "unmappedFolders": [],
    })
}

fn add_root(common: &mut Common, call: &Call) -> Result<Reply, Reply> {
    let object = call.object()?;
    let path = Body::new(&object).text("path")?.unwrap_or_default().to_owned();
    if !path.starts_with('/') {
        let text = format!("Invalid Path: '{path}'");
        return Err(Reply::invalid(vec![failure("Path", &text, json!(path), Some("PathValidator"))]));
    }
    if common.options.roots.iter().any(|root| root.path == path) {
        let text = format!("Path '{path}' is already configured as a root folder");
        return Err(Reply::invalid(vec![failure("Path", &text, json!(path), Some("RootFolderValidator"))]));
    }
    let id = common.options.roots.iter().map(|root| root.id).max().unwrap_or_default() + 1;
    let added = Root { id, path, accessible: true, free: 4_823_449_600_000 };
    let reply = Reply::created(root(&added), format!("/api/v3/rootfolder/{id}"));
    common.options.roots.push(added);
    Ok(reply)
}

fn drop_root(common: &mut Common, id: &str) -> Reply {
    let before = common.options.roots.len();
    common.options.roots.retain(|root| root.id.to_string() != id);
    match common.options.roots.len() == before {
        true => Reply::no_row("RootFolder", id.parse().unwrap_or_default()),
        false => Reply::empty(StatusCode::OK),
    }
}

fn profiles(common: &Common) -> impl Iterator<Item = (i64, Value)> {
    let flavour = common.flavour;
    common.options.profiles.iter().map(move |(id, name)| (*id, profile(flavour, *id, name)))
}

fn profile(flavour: Flavour, id: i64, name: &str) -> Value {
    let is_uhd = name.to_lowercase().contains("ultra") || name.contains("4K");
    let item = |id: i64, name: &str, source: &str, resolution: i64, allowed: bool| {
        let modifier = (flavour == Flavour::Radarr).then_some("none");
        json!({
            "quality": { "id": id, "name": name, "source": source, "resolution": resolution, "modifier": modifier },
            "items": [], "allowed": allowed,
        })
    };
    let web = if flavour == Flavour::Radarr { "webdl" } else { "web" };
    json!({
        "id": id, "name": name, "upgradeAllowed": false, "cutoff": if is_uhd { 18 } else { 1000 },
        "items": [
            item(1, "SDTV", if flavour == Flavour::Radarr { "tv" } else { "television" }, 480, false),
            { "id": 1000, "name": "WEB 1080p", "items": [item(3, "WEBDL-1080p", web, 1080, !is_uhd)], "allowed": !is_uhd },
            item(7, "Bluray-1080p", "bluray", 1080, !is_uhd),
            item(18, "WEBDL-2160p", web, 2160, is_uhd),
        ],
        "minFormatScore": 0, "cutoffFormatScore": 0, "minUpgradeFormatScore": 1, "formatItems": [],
        "language": (flavour == Flavour::Radarr).then(|| json!({ "id": -1, "name": "Any" })),
    })
}

fn language_profile() -> Value {
    let english = json!({ "id": 1, "name": "English" });
    json!({
        "id": 1, "name": "Deprecated", "upgradeAllowed": true, "cutoff": english,
        "languages": [{ "language": english, "allowed": true }],
    })
}
