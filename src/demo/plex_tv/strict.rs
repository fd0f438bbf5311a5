//! What plex.tv expects of the body of a write (plex.md B4, B7, B8): flags as text for the old routes, as booleans for the
//! new ones, ids as numbers for both. Real Plex is not known to look so closely; a client that is exact passes both.

use serde_json::Value;

use crate::demo::ask::Ask;

const FLAGS: [&str; 4] = ["allowSync", "allowCameraUpload", "allowChannels", "allowSubtitleAdmin"];
const FILTERS: [&str; 4] = ["filterMovies", "filterMusic", "filterPhotos", "filterTelevision"];

/// The body of a v1 write, or what is wrong with it.
pub fn v1(ask: &Ask, machine: &str) -> Result<Value, &'static str> {
    let body = body(ask)?;
    let (share, settings) = (&body["shared_server"], &body["sharing_settings"]);
    let digits = |name: &str| settings[name].as_str().is_some_and(|text| text.parse::<u8>().is_ok());
    let flags = FLAGS.iter().chain(&["allowTuners"]);
    let filters = FILTERS.iter().chain(&["filterAll"]);
    let settings_fit = flags.clone().all(|name| settings[*name].is_null() || digits(name))
        && filters.clone().all(|name| settings[*name].is_null() || settings[*name].is_string());
    match () {
        () if body["server_id"] != machine => Err("server_id is not the server of the path"),
        () if !are_ids(&share["library_section_ids"]) => Err("library_section_ids is no list of numbers"),
        () if !is_invitee(&share["invited_id"], &share["invited_email"]) => Err("invited_id or invited_email is odd"),
        () if !settings_fit => Err("sharing_settings is no object of texts"),
        () => Ok(body),
    }
}

/// The body of a v2 write, or what is wrong with it.
pub fn v2(ask: &Ask) -> Result<Value, &'static str> {
    let body = body(ask)?;
    let settings = &body["settings"];
    let (tuners, all) = (&settings["allowTuners"], &settings["filterAll"]);
    let settings_fit = FLAGS.iter().all(|name| settings[*name].is_null() || settings[*name].is_boolean())
        && FILTERS.iter().all(|name| settings[*name].is_null() || settings[*name].is_string())
        && (tuners.is_null() || tuners.is_i64())
        && (all.is_null() || all.is_string());
    match () {
        () if !are_ids(&body["librarySectionIds"]) => Err("librarySectionIds is no list of numbers"),
        () if !is_invitee(&body["invitedId"], &body["invitedEmail"]) => Err("invitedId or invitedEmail is odd"),
        () if !settings_fit => Err("settings is no object of booleans and texts"),
        () => Ok(body),
    }
}

fn body(ask: &Ask) -> Result<Value, &'static str> {
    let is_json = ask.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let body = ask.json();
    if is_json && body.is_object() { Ok(body) } else { Err("the body is no JSON object") }
}

fn are_ids(list: &Value) -> bool {
    list.is_null() || list.as_array().is_some_and(|ids| ids.iter().all(Value::is_i64))
}

/// One of them, or neither where nobody is invited.
fn is_invitee(id: &Value, name: &Value) -> bool {
    (id.is_null() || id.is_i64()) && (name.is_null() || name.is_string()) && (id.is_null() || name.is_null())
}
