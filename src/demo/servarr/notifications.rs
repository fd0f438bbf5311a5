//! Connections: making a webhook, the real test call before it is saved, masked secrets (services.md 3.1).
//! Never sends the events themselves: `Base::announce` does.

use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::wire::{Call, Reply, failure};
use super::{Arr, Body, Common, Flavour};
use crate::demo::webhooks::Hook;

const MASK: &str = "********";

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
const OTHER: [&str; 11] = [
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

/// A webhook connection, secrets unmasked.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    pub id: i64,
    pub name: String,
    pub url: String,
    pub put: bool,
    pub username: String,
    pub password: String,
    pub headers: Vec<(String, String)>,
    /// Triggers that are on.
    pub triggers: Vec<&'static str>,
    pub tags: Vec<i64>,
}

impl Notification {
    pub fn hook(&self) -> Hook {
        Hook {
            url: self.url.clone(),
            put: self.put,
            user: self.username.clone(),
            password: self.password.clone(),
            headers: self.headers.clone(),
        }
    }

    /// Whether this event is sent: the trigger is on, and the tags meet if the connection has any.
    pub fn listens(&self, trigger: &str, tags: &[i64]) -> bool {
        self.triggers.contains(&trigger) && (self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
    }
}

pub async fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    let outcome = match (method, route.as_slice()) {
        ("GET", ["notification"]) => {
            let common = app.base().common();
            Ok(Reply::ok(common.notifications.iter().map(|one| resource(&common, one)).collect()))
        }
        ("GET", ["notification", "schema"]) => Ok(Reply::ok(schema(&app.base().common()))),
        ("POST", ["notification"]) => save(app, call, None).await,
        ("POST", ["notification", "test"]) => test(app, call).await,
        ("POST", ["notification", "testall"]) => Ok(Reply::ok(json!([]))),
        ("GET", ["notification", id]) => {
            let (id, common) = (id.parse().unwrap_or_default(), app.base().common());
            let found = common.notifications.iter().find(|one| one.id == id);
            Ok(found
                .map_or_else(|| Reply::no_row("NotificationDefinition", id), |one| Reply::ok(resource(&common, one))))
        }
        ("PUT", ["notification", id]) => save(app, call, Some(id.parse().unwrap_or_default())).await,
        ("DELETE", ["notification", id]) => {
            let id: i64 = id.parse().unwrap_or_default();
            let mut common = app.base().common();
            let before = common.notifications.len();
            common.notifications.retain(|one| one.id != id);
            Ok(match common.notifications.len() == before {
                true => Reply::no_row("NotificationDefinition", id),
                false => Reply::ok(json!({})),
            })
        }
        _ => return None,
    };
    Some(outcome.unwrap_or_else(|refused| refused))
}

/// Adds or changes a connection. A real test message goes out first unless it is forced or nothing changed.
async fn save<A: Arr>(app: &A, call: &Call, id: Option<i64>) -> Result<Reply, Reply> {
    let mut wanted = read(app, call, id)?;
    let stored = app.base().common().notifications.iter().find(|one| Some(one.id) == id).cloned();
    if id.is_some() && stored.is_none() {
        return Err(Reply::no_row("NotificationDefinition", wanted.id));
    }
    if !call.flag("forceSave", false) && stored.as_ref() != Some(&wanted) {
        try_out(app, &wanted).await?;
    }
    let mut common = app.base().common();
    if let Some(place) = common.notifications.iter_mut().find(|one| Some(one.id) == id) {
        *place = wanted.clone();
        return Ok(Reply::accepted(resource(&common, &wanted)));
    }
    common.last_notification += 1;
    wanted.id = common.last_notification;
    common.notifications.push(wanted.clone());
    Ok(Reply::created(resource(&common, &wanted), format!("/api/v3/notification/{}", wanted.id)))
}

async fn test<A: Arr>(app: &A, call: &Call) -> Result<Reply, Reply> {
    let wanted = read(app, call, None)?;
    try_out(app, &wanted).await?;
    Ok(Reply::ok(json!({})))
}

async fn try_out<A: Arr>(app: &A, wanted: &Notification) -> Result<(), Reply> {
    let body = test_body(&app.base().common());
    match app.base().post.send_now(&wanted.hook(), body).await {
        Ok(_) => Ok(()),
        Err(why) => {
            let element = json!({
                "propertyName": "Url", "errorMessage": format!("Unable to send test message: {why}"), "severity": "error",
            });
            Err(Reply::new(StatusCode::BAD_REQUEST, json!([element])))
        }
    }
}

fn test_body(common: &Common) -> Value {
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

fn read<A: Arr>(app: &A, call: &Call, id: Option<i64>) -> Result<Notification, Reply> {
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

/// Custom headers came late in 2024; older versions ignore the field.
fn has_headers(common: &Common) -> bool {
    match common.flavour {
        Flavour::Radarr => common.is_at_least(&[5, 16]),
        Flavour::Sonarr => common.is_at_least(&[4, 0, 11]),
    }
}

fn triggers(flavour: Flavour) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = if flavour == Flavour::Radarr { &MOVIE_TRIGGERS } else { &SERIES_TRIGGERS };
    TRIGGERS.iter().chain(own).copied()
}

fn schema(common: &Common) -> Value {
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

fn resource(common: &Common, one: &Notification) -> Value {
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
