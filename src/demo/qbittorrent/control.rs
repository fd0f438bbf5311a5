//! Everything that changes torrents, categories and tags (services.md 4.6, 4.7). Unknown hashes are no error.

use poem::http::StatusCode;
use serde_json::json;

use super::door::{Call, Reply};
use super::{Generation, Inner};
use crate::demo::downloads::{Phase, Torrent, info_hash};

/// 400, from 5.2 on with the names.
pub fn missing(generation: Generation, names: &[&str]) -> Reply {
    match generation.is_modern() {
        true => Reply::text(StatusCode::BAD_REQUEST, &format!("Missing required parameters: {}", names.join(", "))),
        false => Reply::error(StatusCode::BAD_REQUEST),
    }
}

/// The parameters an action can't do without; none when there is no such action in this generation.
fn needs(action: &str, generation: Generation) -> Option<&'static [&'static str]> {
    let name = action.strip_prefix("torrents/")?;
    Some(match name {
        "pause" | "resume" if generation.says_paused() => &["hashes"],
        "stop" | "start" if !generation.says_paused() => &["hashes"],
        "delete" => &["hashes", "deleteFiles"],
        "recheck" | "reannounce" | "topPrio" | "bottomPrio" | "increasePrio" | "decreasePrio" => &["hashes"],
        "setForceStart" => &["hashes", "value"],
        "setCategory" => &["hashes", "category"],
        "addTags" => &["hashes", "tags"],
        "removeTags" => &["hashes"],
        "setShareLimits" if generation.is_modern() => &[
            "hashes",
            "ratioLimit",
            "seedingTimeLimit",
            "inactiveSeedingTimeLimit",
            "shareLimitAction",
            "shareLimitsMode",
        ],
        "setShareLimits" => &["hashes", "ratioLimit", "seedingTimeLimit"],
        "createCategory" => &["category"],
        "removeCategories" => &["categories"],
        "createTags" | "deleteTags" => &["tags"],
        "add" => &[],
        _ => return None,
    })
}

pub fn answer(inner: &Inner, call: &Call, action: &str) -> Option<Reply> {
    let generation = inner.state().options.generation;
    let absent: Vec<&str> =
        needs(action, generation)?.iter().copied().filter(|name| call.param(name).is_none()).collect();
    if !absent.is_empty() {
        return Some(missing(generation, &absent));
    }
    let param = |name: &str| call.param(name).unwrap_or_default();
    let list = |name: &str| -> Vec<String> {
        param(name).split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
    };
    match action.trim_start_matches("torrents/") {
        "add" => return Some(add(inner, call)),
        "createCategory" => return Some(create_category(inner, param("category"), param("savePath"))),
        "removeCategories" => param("categories").lines().for_each(|name| drop(inner.state().categories.remove(name))),
        "createTags" => inner.state().tags.extend(list("tags")),
        "deleteTags" => inner.state().tags.retain(|tag| !list("tags").contains(tag)),
        "delete" => inner.downloads.with_torrents(|all| all.retain(|torrent| !is_meant(call, torrent))),
        "stop" | "pause" => each(inner, call, |torrent| torrent.stopped = true),
        "start" | "resume" => each(inner, call, |torrent| torrent.stopped = false),
        "setForceStart" => each(inner, call, |torrent| {
            torrent.forced = param("value") == "true";
            torrent.stopped &= !torrent.forced;
        }),
        "setCategory" => {
            let category = param("category");
            if !category.is_empty() && !inner.state().categories.contains_key(category) {
                return Some(Reply::text(StatusCode::CONFLICT, "Incorrect category name"));
            }
            each(inner, call, |torrent| torrent.category = category.to_owned());
        }
        "addTags" => {
            inner.state().tags.extend(list("tags"));
            each(inner, call, |torrent| {
                torrent.tags.extend(list("tags"));
                torrent.tags.sort();
                torrent.tags.dedup();
            });
        }
        "removeTags" => {
            let tags = list("tags");
            each(inner, call, |torrent| torrent.tags.retain(|tag| !tags.is_empty() && !tags.contains(tag)));
        }
        _ => {}
    }
    Some(Reply::ok())
}

fn is_meant(call: &Call, torrent: &Torrent) -> bool {
    let hashes = call.param("hashes").unwrap_or_default();
    hashes == "all" || hashes.split('|').any(|hash| hash.eq_ignore_ascii_case(&torrent.hash))
}

fn each(inner: &Inner, call: &Call, change: impl Fn(&mut Torrent)) {
    inner.downloads.with_torrents(|all| all.iter_mut().filter(|torrent| is_meant(call, torrent)).for_each(change));
}

fn create_category(inner: &Inner, name: &str, path: &str) -> Reply {
    let mut state = inner.state();
    if name.is_empty() {
        return Reply::text(StatusCode::BAD_REQUEST, "Category cannot be empty");
    }
    if name.starts_with('/') || name.ends_with('/') || name.contains("//") {
        return Reply::text(StatusCode::CONFLICT, "Incorrect category name");
    }
    if state.categories.contains_key(name) {
        return Reply::text(StatusCode::CONFLICT, "Unable to create category");
    }
    state.categories.insert(name.to_owned(), path.to_owned());
    Reply::ok()
}

/// Adds magnets, bare hashes and files. A file's hash is made up from its bytes, for SHA-1 has no place here.
fn add(inner: &Inner, call: &Call) -> Reply {
    let generation = inner.state().options.generation;
    let mut found = Vec::new();
    for (name, bytes) in &call.files {
        if !bytes.starts_with(b"d") || !bytes.windows(6).any(|six| six == b"4:info") {
            let text = format!("Error: '{name}' is not a valid torrent file.");
            return Reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text);
        }
        let hash = info_hash(&String::from_utf8_lossy(bytes));
        found.push(Torrent::new(&hash, name.trim_end_matches(".torrent"), 2_097_152, ""));
    }
    let mut pending = 0;
    for url in call.param("urls").unwrap_or_default().lines().map(str::trim).filter(|url| !url.is_empty()) {
        if url.starts_with("http://") || url.starts_with("https://") {
            pending += 1;
        }
        found.extend(from_url(url));
    }
    let is_true = |name: &str| call.param(name) == Some("true");
    let is_stopped = is_true(if generation.says_paused() { "paused" } else { "stopped" });
    let category = call.param("category").unwrap_or_default();
    let tags: Vec<String> =
        call.param("tags").into_iter().flat_map(|tags| tags.split(',')).map(|tag| tag.trim().to_owned()).collect();
    let mut added = Vec::new();
    for mut torrent in found {
        torrent.stopped = is_stopped;
        torrent.category = category.to_owned();
        torrent.tags = tags.clone();
        if let Some(path) = call.param("savepath").filter(|path| !path.is_empty()) {
            torrent.save_path = path.to_owned();
        }
        let is_new = inner.downloads.torrent(&torrent.hash).is_none();
        if is_new {
            added.push(inner.downloads.add_torrent(torrent));
        }
    }
    let mut state = inner.state();
    if !added.is_empty() && !category.is_empty() {
        state.categories.entry(category.to_owned()).or_default();
    }
    state.tags.extend(tags.into_iter().filter(|_| !added.is_empty()));
    drop(state);
    match (added.is_empty() && pending == 0, generation.is_modern()) {
        (true, true) => Reply::error(StatusCode::CONFLICT),
        (true, false) => Reply::text(StatusCode::OK, "Fails."),
        (false, false) => Reply::text(StatusCode::OK, "Ok."),
        (false, true) => {
            let status = if added.is_empty() { StatusCode::ACCEPTED } else { StatusCode::OK };
            let body = json!({
                "added_torrent_ids": added, "failure_count": 0, "pending_count": pending, "success_count": added.len(),
            });
            Reply::json(status, &body)
        }
    }
}

fn from_url(url: &str) -> Option<Torrent> {
    let is_hash = |text: &str| text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit());
    let (hash, name) = match url.strip_prefix("magnet:?") {
        Some(query) => {
            let pairs = crate::demo::wire::pairs(query);
            let value = |key: &str| pairs.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone());
            let hash = value("xt")?.strip_prefix("urn:btih:")?.to_lowercase();
            let name = value("dn").unwrap_or_else(|| hash.clone());
            (hash, name)
        }
        None => (url.to_lowercase(), url.to_lowercase()),
    };
    is_hash(&hash).then(|| {
        let mut torrent = Torrent::new(&hash, &name, 0, "");
        torrent.phase = Phase::Meta;
        torrent
    })
}
