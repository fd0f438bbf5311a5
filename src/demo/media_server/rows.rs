//! Items as the server writes them down, with the mixed types that real servers have on purpose (plex.md C0, C3 to C6).
//! Never decides which items are asked for.

use serde_json::{Map, Value, json};

use super::item::{Item, Leaf, What, episode_key, season_key};
use super::shelves::sort_title;
use crate::demo::catalogue::{Film, Show};
use crate::demo::household::{Section, keys};

/// What the request wants of each row.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The `Guid` array: always in single items, in lists only with `includeGuids=1`.
    pub guids: bool,
    /// Lists cut genres to three.
    pub single: bool,
}

pub fn section(one: &Section) -> Value {
    json!({
        "allowSync": true, "art": "/:/resources/movie-fanart.jpg",
        "composite": format!("/library/sections/{}/composite/1893047130", one.key), "filters": true,
        "refreshing": false, "thumb": if one.key == keys::WELCOME { Value::Null } else { json!("/:/resources/movie.png") },
        "key": one.key.to_string(), "type": one.kind, "title": one.title, "agent": one.agent,
        "scanner": if one.kind == "show" { "Plex TV Series" } else { "Plex Movie" }, "language": "en-US",
        "uuid": one.uuid, "updatedAt": 1_728_394_005, "createdAt": 1_598_476_200, "scannedAt": 1_893_047_130,
        "content": true, "directory": true, "contentChangedAt": 6_379_184, "hidden": 0,
        "Location": [{"id": 18 + one.key, "path": format!("/media/{}", one.title.trim())}],
    })
}

pub fn film(item: &Item, film: &Film, style: Style) -> Value {
    let key = item.key();
    let four_k = item.section == keys::FILMS_4K;
    let minutes = film.runtime_minutes * 60_000 + i64::from(item.number) % 60_000;
    let released = film.in_cinemas.map(|date| date.to_string());
    let mut row = head(item, "movie", &film.title);
    let more = json!({
        "studio": film.studio, "originalTitle": film.original_title, "titleSort": title_sort(&film.title),
        "contentRating": rating(&film.certification), "summary": film.overview, "year": film.year,
        "rating": round_or_noisy(item.number), "audienceRating": 5.6,
        "thumb": thumb(key, item.updated_at), "art": format!("/library/metadata/{key}/art/{}", item.updated_at),
        "duration": maybe_text(item.number, minutes), "originallyAvailableAt": released,
        "Media": [media(item.number, minutes, four_k, &film.title, film.year)],
        "Image": [{"alt": film.title, "type": "coverPoster", "url": thumb(key, item.updated_at)}],
        "Genre": tags(&film.genres, style), "Director": [{"tag": film.director}],
    });
    merge(&mut row, more);
    let ids = film_guids(item.number, film);
    identify(&mut row, item, &format!("com.plexapp.agents.imdb://{}?lang=en", film.imdb_id), ids, style);
    Value::Object(row)
}

pub fn personal(item: &Item, title: &str) -> Value {
    let key = item.key();
    let mut row = head(item, "movie", title);
    row.insert("guid".into(), json!(format!("com.plexapp.agents.none://{key}?lang=xn")));
    row.insert("duration".into(), json!(421_000));
    row.insert("Media".into(), json!([media(item.number, 421_000, false, title, 2021)]));
    Value::Object(row)
}

pub fn show(item: &Item, show: &Show, leaves: &[Leaf], style: Style) -> Value {
    let key = item.key();
    let mut row = head(item, "show", &show.title);
    let seasons = leaves.iter().map(|leaf| leaf.season).collect::<std::collections::BTreeSet<_>>().len();
    let more = json!({
        "key": format!("/library/metadata/{key}/children"), "studio": show.network,
        "titleSort": title_sort(&show.title), "contentRating": rating(&show.certification), "summary": show.overview,
        "index": 1, "year": show.year, "rating": round_or_noisy(item.number), "thumb": thumb(key, item.updated_at),
        "duration": show.runtime_minutes * 60_000, "leafCount": leaves.len(), "viewedLeafCount": 0,
        "childCount": seasons, "originallyAvailableAt": show.first_aired().map(|date| date.to_string()),
        "Genre": tags(&show.genres, style), "audioLanguage": "",
    });
    merge(&mut row, more);
    let ids = [("imdb", show.imdb_id.clone()), ("tmdb", show.tmdb_id.to_string()), ("tvdb", show.tvdb_id.to_string())];
    let legacy = format!("com.plexapp.agents.thetvdb://{}?lang=en", show.tvdb_id);
    identify(&mut row, item, &legacy, guid_list(ids), style);
    Value::Object(row)
}

pub fn season(item: &Item, show: &Show, season: i32, leaves: &[Leaf]) -> Value {
    let mine: Vec<&Leaf> = leaves.iter().filter(|leaf| leaf.season == season).collect();
    let (key, parent) = (season_key(item.key(), season), item.key());
    let title = if season == 0 { "Specials".to_owned() } else { format!("Season {season}") };
    json!({
        "ratingKey": key.to_string(), "key": format!("/library/metadata/{key}/children"),
        "guid": format!("plex://season/{:024x}", key), "parentRatingKey": parent.to_string(),
        "parentGuid": plex_guid(item), "parentKey": format!("/library/metadata/{parent}"), "parentTitle": show.title,
        "type": "season", "title": title, "index": season, "parentIndex": 1, "parentYear": show.year,
        "thumb": thumb(parent, item.updated_at), "parentThumb": thumb(parent, item.updated_at),
        "leafCount": mine.len(), "viewedLeafCount": 0,
        "addedAt": mine.iter().map(|leaf| leaf.added_at).max().unwrap_or(item.added_at), "updatedAt": item.updated_at,
    })
}

pub fn episode(item: &Item, show: &Show, leaf: &Leaf, style: Style) -> Value {
    let (key, season, parent) =
        (episode_key(item.key(), leaf.season, leaf.number), season_key(item.key(), leaf.season), item.key());
    let minutes = show.runtime_minutes * 60_000;
    let in_4k = item.in_4k.contains(&(leaf.season, leaf.number));
    let mut row = json!({
        "ratingKey": key.to_string(), "key": format!("/library/metadata/{key}"),
        "guid": format!("plex://episode/{key:024x}"), "parentRatingKey": season.to_string(),
        "grandparentRatingKey": parent.to_string(), "grandparentGuid": plex_guid(item),
        "grandparentKey": format!("/library/metadata/{parent}"), "parentKey": format!("/library/metadata/{season}"),
        "grandparentTitle": show.title, "parentTitle": format!("Season {}", leaf.season), "type": "episode",
        "title": leaf.title, "contentRating": rating(&show.certification),
        // Both are numbers in some answers and text in others.
        "index": maybe_text(item.number.wrapping_add(1), i64::from(leaf.number)),
        "parentIndex": maybe_text(item.number, i64::from(leaf.season)),
        "thumb": thumb(parent, item.updated_at), "grandparentThumb": thumb(parent, item.updated_at),
        "duration": minutes, "addedAt": leaf.added_at, "updatedAt": leaf.added_at,
        "Media": [media(item.number, minutes, in_4k, &show.title, show.year)],
    });
    if let (Value::Object(fields), Some(date)) = (&mut row, leaf.air_date) {
        fields.insert("originallyAvailableAt".into(), json!(date.to_string()));
        fields.insert("year".into(), json!(chrono::Datelike::year(&date)));
    }
    if let (Value::Object(fields), true) = (&mut row, style.guids && leaf.tvdb_id > 0) {
        fields.insert("Guid".into(), json!([{"id": format!("tvdb://{}", leaf.tvdb_id)}]));
    }
    row
}

fn head(item: &Item, kind: &str, title: &str) -> Map<String, Value> {
    let key = item.key();
    let mut row = Map::new();
    row.insert("ratingKey".into(), json!(key.to_string()));
    row.insert("key".into(), json!(format!("/library/metadata/{key}")));
    row.insert("type".into(), json!(kind));
    row.insert("title".into(), json!(title));
    row.insert("addedAt".into(), json!(item.added_at));
    row.insert("updatedAt".into(), json!(item.updated_at));
    row
}

/// Absent fields are left out, empty text too: that is how the server writes "unknown".
fn merge(row: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        row.extend(more.into_iter().filter(|(_, value)| !value.is_null() && value != ""));
    }
}

/// A few titles were matched by a legacy agent: their guid tells an id itself and there is no `Guid` array.
fn identify(row: &mut Map<String, Value>, item: &Item, legacy: &str, ids: Vec<Value>, style: Style) {
    let is_legacy = matches!(item.what, What::Film(index) | What::Show(index) if index % 37 == 19);
    row.insert("guid".into(), json!(if is_legacy { legacy.to_owned() } else { plex_guid(item) }));
    if style.guids && !is_legacy && !ids.is_empty() {
        row.insert("Guid".into(), Value::Array(ids));
    }
}

/// The id that is the same on all servers: made of what the title is, not of where it stands.
pub fn plex_guid(item: &Item) -> String {
    let (kind, number) = match &item.what {
        What::Film(index) => ("movie", i64::from(*index)),
        What::Show(index) => ("show", i64::from(*index)),
        What::OtherFilm(film) => ("movie", 1 << 40 | film.tmdb_id),
        What::OtherShow(show) => ("show", 1 << 40 | show.tvdb_id),
        What::Personal(_) => return format!("local://{}", item.key()),
    };
    format!("plex://{kind}/5d7768{:018x}", number.wrapping_mul(0x1_0001))
}

/// One film in forty is known by IMDb alone.
fn film_guids(number: u32, film: &Film) -> Vec<Value> {
    let tmdb = if number % 41 == 7 { String::new() } else { film.tmdb_id.to_string() };
    guid_list([("imdb", film.imdb_id.clone()), ("tmdb", tmdb), ("tvdb", String::new())])
}

fn guid_list(ids: [(&str, String); 3]) -> Vec<Value> {
    let known = ids.into_iter().filter(|(_, id)| !id.is_empty() && id != "0");
    known.map(|(name, id)| json!({"id": format!("{name}://{id}")})).collect()
}

fn media(number: u32, duration: i64, four_k: bool, title: &str, year: i32) -> Value {
    let (width, height, resolution, bitrate) =
        if four_k { (3840, 2160, "4k", 52_300) } else { (1920, 1080, "1080", 9_400) };
    let size = duration / 1_000 * bitrate * 125;
    let aspect = if number.is_multiple_of(3) { json!("1.85") } else { json!(1.78) };
    json!({
        "id": number, "duration": duration, "bitrate": bitrate, "width": width, "height": height,
        "aspectRatio": aspect, "audioChannels": 6, "audioCodec": "eac3",
        "videoCodec": if four_k { "hevc" } else { "h264" }, "videoResolution": resolution, "container": "mkv",
        "videoFrameRate": "24p",
        "Part": [{"id": number + 1, "key": format!("/library/parts/{number}/1501053187/file.mkv"),
            "duration": duration, "file": format!("/media/{title} ({year})/{title}.mkv"), "size": size,
            "container": "mkv"}],
    })
}

fn tags(words: &[String], style: Style) -> Value {
    let kept = if style.single { words.len() } else { 3 };
    let tags: Vec<Value> = words.iter().take(kept).map(|word| json!({"tag": word})).collect();
    if tags.is_empty() { Value::Null } else { Value::Array(tags) }
}

fn thumb(key: i64, updated_at: i64) -> String {
    format!("/library/metadata/{key}/thumb/{updated_at}")
}

/// Only where it differs from the title.
fn title_sort(title: &str) -> Value {
    let sorted = sort_title(title);
    if sorted == title.to_lowercase() {
        Value::Null
    } else {
        json!(title.split_once(' ').map_or(title, |(_, rest)| rest))
    }
}

fn rating(certification: &str) -> String {
    if certification.is_empty() { String::new() } else { format!("de/{certification}") }
}

/// Ratings are integers when they are round.
fn round_or_noisy(number: u32) -> Value {
    if number.is_multiple_of(4) { json!(6) } else { json!(7.300_000_190_734_863) }
}

/// One number in seven comes as text.
fn maybe_text(number: u32, value: i64) -> Value {
    if number % 7 == 3 { json!(value.to_string()) } else { json!(value) }
}
