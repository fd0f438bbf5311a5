//! Pieces of webhooks, history and releases that Radarr and Sonarr write alike (services.md 3.3). Pure.

use chrono::Utc;
use serde_json::{Value, json};

use crate::demo::downloads::{Job, Quality, Release, hash31};

const INDEXER: &str = "Harbour Index (Prowlarr)";
const GROUPS: [&str; 4] = ["NTb", "FLUX", "HONE", "playWEB"];

/// A release by the naming of the scene: `Title.With.Dots.<middle>.1080p.WEB-DL…-GROUP`. `size` in bytes.
pub fn release(title: &str, middle: &str, size: i64, quality: &Quality) -> Release {
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let dice = hash31(&format!("{title}{middle}"));
    let group = GROUPS.get(dice as usize % GROUPS.len()).copied().unwrap_or_default();
    Release {
        name: format!("{}.{middle}.{}p.WEB-DL.DDP5.1.H.264-{group}", words.join("."), quality.resolution),
        indexer: INDEXER.to_owned(),
        group: group.to_owned(),
        size: size + i64::from(dice % 90_000_000),
        quality: quality.clone(),
    }
}

/// Seven fractional digits, as .NET writes them.
pub fn precise() -> String {
    let now = Utc::now();
    format!("{}.{:07}Z", now.format("%Y-%m-%dT%H:%M:%S"), now.timestamp_subsec_nanos() / 100)
}

/// The download client's members of a webhook.
pub fn client(job: &Job) -> Value {
    json!({
        "downloadClient": "qBittorrent", "downloadClientType": "qBittorrent", "downloadId": job.download_id(),
        "customFormatInfo": { "customFormats": [], "customFormatScore": 0 },
    })
}

/// The full `release` of a Grab.
pub fn grabbed_release(release: &Release) -> Value {
    json!({
        "quality": release.quality.name, "qualityVersion": 1, "releaseGroup": release.group,
        "releaseTitle": release.name, "indexer": release.indexer, "size": release.size, "customFormatScore": 0,
        "customFormats": [], "languages": [{ "id": 1, "name": "English" }],
    })
}

/// `episodeFile` or `movieFile` of a Download.
pub fn file(id: i64, relative_path: &str, dropped: &str, size: i64, release: &Release) -> Value {
    json!({
        "id": id, "relativePath": relative_path, "path": dropped, "quality": release.quality.name,
        "qualityVersion": 1, "releaseGroup": release.group, "sceneName": release.name, "size": size,
        "dateAdded": precise(), "languages": [{ "id": 1, "name": "English" }],
        "mediaInfo": media_info(&release.quality), "sourcePath": dropped,
    })
}

fn media_info(quality: &Quality) -> Value {
    let (width, height) = if quality.resolution > 1080 { (3840, 1608) } else { (1920, 804) };
    json!({
        "audioChannels": 5.1, "audioCodec": "EAC3", "audioLanguages": ["eng"], "height": height, "width": width,
        "subtitles": ["eng", "ger"], "videoCodec": "h264", "videoDynamicRange": "", "videoDynamicRangeType": "",
    })
}

/// The members only a ManualInteractionRequired has.
pub fn manual_interaction(release: &Release, message: &str) -> Value {
    json!({
        "downloadInfo": {
            "quality": release.quality.name, "qualityVersion": 1, "title": release.name, "size": release.size,
        },
        "downloadStatus": "Warning",
        "downloadStatusMessages": [{ "title": release.name, "messages": [message] }],
        "release": { "releaseTitle": release.name, "indexer": release.indexer, "size": release.size },
    })
}

/// `data` of a grabbed line in the history.
pub fn grabbed_data(job: &Job) -> Vec<(&'static str, String)> {
    let release = &job.wanted.release;
    vec![
        ("indexer", release.indexer.clone()),
        ("releaseGroup", release.group.clone()),
        ("age", "3".to_owned()),
        ("downloadClient", "qBittorrent".to_owned()),
        ("downloadClientName", "qBittorrent".to_owned()),
        ("size", release.size.to_string()),
        ("protocol", "2".to_owned()),
        ("customFormatScore", "0".to_owned()),
        ("torrentInfoHash", job.download_id()),
    ]
}

/// `data` of an import in the history.
pub fn imported_data(job: &Job, file_id: i64, dropped: &str, placed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("fileId", file_id.to_string()),
        ("droppedPath", dropped.to_owned()),
        ("importedPath", placed.to_owned()),
        ("downloadClient", "qBittorrent".to_owned()),
        ("downloadClientName", "qBittorrent".to_owned()),
        ("releaseGroup", job.wanted.release.group.clone()),
        ("customFormatScore", "0".to_owned()),
        ("size", job.wanted.release.size.to_string()),
    ]
}

/// `data` of a failure in the history.
pub fn failed_data(message: &str) -> Vec<(&'static str, String)> {
    vec![("downloadClient", "qBittorrent".to_owned()), ("message", message.to_owned())]
}

/// Adds the members of `more`.
pub fn put(body: &mut Value, more: Value) {
    if let (Some(map), Value::Object(more)) = (body.as_object_mut(), more) {
        map.extend(more);
    }
}

/// The editors' `applyTags`: add (also when it is left out), remove or replace.
pub fn retag(own: &mut Vec<i64>, tags: Option<&[i64]>, apply: Option<&str>) {
    let tags = tags.unwrap_or_default();
    match apply {
        Some("replace") => *own = tags.to_vec(),
        Some("remove") => own.retain(|tag| !tags.contains(tag)),
        _ => {
            let new: Vec<i64> = tags.iter().copied().filter(|tag| !own.contains(tag)).collect();
            own.extend(new);
        }
    }
}
