//! Connections: making a webhook, the real test call before it is saved, masked secrets (services.md 3.1).
//! Never sends the events themselves: `Base::announce` does.

mod form;
mod resource;

use poem::http::StatusCode;
use serde_json::json;

use self::form::read;
use self::resource::{resource, schema, test_body};
use super::Arr;
use super::wire::{Call, Reply};
use crate::demo::webhooks::Hook;

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
