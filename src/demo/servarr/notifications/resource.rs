//! A connection as it is written, the template of one, and the test message. Pure.

use serde_json::{Value, json};

use super::super::{Common, Flavour};
use super::Notification;

pub const MASK: &str = "********";

/// Triggers both have; the title's own ones come on top.
const TRIGGERS: [&str; 9] = [
    "onGrab",
    "onDownload",
    "onUpgrade",
    "onRename",
    "onHealthIssue",
    "includeHealthWarnings",
    "onHealthRestored",
    "onApplicationUpdate",
    "onManualInteractionRequired",
];
const MOVIE_TRIGGERS: [&str; 4] = ["onMovieAdded", "onMovieDelete", "onMovieFileDelete", "onMovieFileDeleteForUpgrade"];
const SERIES_TRIGGERS: [&str; 5] =
    ["onImportComplete", "onSeriesAdd", "onSeriesDelete", "onEpisodeFileDelete", "onEpisodeFileDeleteForUpgrade"];
pub const OTHER: [&str; 11] = [
    "id",
    "name",
    "implementation",
    "implementationName",
    "configContract",
    "infoLink",
    "message",
    "tags",
    "fields",
    "presets",
    "link",
];

/// Custom headers came late in 2024; older versions ignore the field.
pub fn has_headers(common: &Common) -> bool {
    match common.flavour {
        Flavour::Radarr => common.is_at_least(&[5, 16]),
        Flavour::Sonarr => common.is_at_least(&[4, 0, 11]),
    }
}

pub fn triggers(flavour: Flavour) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = if flavour == Flavour::Radarr { &MOVIE_TRIGGERS } else { &SERIES_TRIGGERS };
    TRIGGERS.iter().chain(own).copied()
}

pub fn schema(common: &Common) -> Value {
    let empty = Notification {
        id: 0,
        name: String::new(),
        url: String::new(),
        put: false,
        username: String::new(),
        password: String::new(),
        headers: Vec::new(),
        triggers: Vec::new(),
        tags: Vec::new(),
    };
    let mut webhook = resource(common, &empty);
    if let Some(map) = webhook.as_object_mut() {
        map.remove("id");
        map.remove("name");
        map.insert("presets".into(), json!([]));
    }
    let mail = json!({
        "implementationName": "Email", "implementation": "Email", "configContract": "EmailSettings", "tags": [],
        "fields": [{ "order": 0, "name": "server", "label": "Server", "type": "textbox", "advanced": false,
            "privacy": "normal", "isFloat": false }],
    });
    json!([mail, webhook])
}

pub fn resource(common: &Common, one: &Notification) -> Value {
    let field = |order: i64, name: &str, label: &str, kind: &str, privacy: &str, value: Value| {
        json!({
            "order": order, "name": name, "label": label, "value": value, "type": kind, "advanced": false,
            "privacy": privacy, "isFloat": false,
        })
    };
    let mut method = field(1, "method", "Method", "select", "normal", json!(if one.put { 2 } else { 1 }));
    let options = json!([
        { "value": 1, "name": "POST", "order": 1, "dividerAfter": false },
        { "value": 2, "name": "PUT", "order": 2, "dividerAfter": false },
    ]);
    if let Some(map) = method.as_object_mut() {
        map.insert("selectOptions".into(), options);
    }
    let masked = if one.password.is_empty() { "" } else { MASK };
    let mut fields = vec![
        field(0, "url", "Webhook URL", "url", "normal", json!(one.url)),
        method,
        field(2, "username", "Username", "textbox", "userName", json!(one.username)),
        field(3, "password", "Password", "password", "password", json!(masked)),
    ];
    if has_headers(common) {
        let pairs: Vec<Value> = one.headers.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
        fields.push(field(4, "headers", "Headers", "keyValueList", "normal", json!(pairs)));
    }
    let app = common.flavour.name().to_lowercase();
    let mut resource = json!({
        "id": one.id, "name": one.name, "fields": fields, "implementationName": "Webhook",
        "implementation": "Webhook", "configContract": "WebhookSettings",
        "infoLink": format!("https://wiki.servarr.com/{app}/supported#webhook"), "tags": one.tags,
    });
    if let Some(map) = resource.as_object_mut() {
        for trigger in triggers(common.flavour) {
            map.insert(trigger.to_owned(), json!(one.triggers.contains(&trigger)));
            if let Some(rest) = trigger.strip_prefix("on") {
                map.insert(format!("supportsOn{rest}"), json!(true));
            }
        }
    }
    resource
}

pub fn test_body(common: &Common) -> Value {
    let (name, url) = (&common.options.instance_name, "");
    match common.flavour {
        Flavour::Sonarr => json!({
            "series": {
                "id": 1, "title": "Test Title", "path": "C:\\testpath", "tvdbId": 1234, "tvMazeId": 0, "tmdbId": 0,
                "type": "standard", "year": 0, "tags": ["test-tag"],
            },
            "episodes": [{
                "id": 123, "episodeNumber": 1, "seasonNumber": 1, "title": "Test title", "seriesId": 0, "tvdbId": 0,
            }],
            "eventType": "Test", "instanceName": name, "applicationUrl": url,
        }),
        Flavour::Radarr => json!({
            "movie": {
                "id": 1, "title": "Test Title", "year": 1970, "releaseDate": "1970-01-01",
                "folderPath": "C:\\testpath", "tmdbId": 0,
            },
            "remoteMovie": { "tmdbId": 1234, "imdbId": "5678", "title": "Test title", "year": 1970 },
            "release": {
                "quality": "Test Quality", "qualityVersion": 1, "releaseGroup": "Test Group",
                "releaseTitle": "Test Title", "indexer": "Test Indexer", "size": 9_999_999, "customFormatScore": 0,
            },
            "eventType": "Test", "instanceName": name, "applicationUrl": url,
        }),
    }
}
