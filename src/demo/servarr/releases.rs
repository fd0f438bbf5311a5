//! Manual search: what the indexers have for one title, and the grab of one of them (services.md 2.9).

use chrono::{TimeDelta, Utc};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::wire::{Call, Reply, failure, instant, number};
use super::{Arr, Body, Flavour, languages, quality};
use crate::demo::downloads::{Target, WEB_1080P, WEB_2160P, Wanted, hash31};

const INDEXER_ID: i64 = 15;

/// A release as it was found, and why it would not be taken by itself.
#[derive(Debug, Clone)]
pub struct Found {
    guid: String,
    wanted: Wanted,
    rejection: Option<&'static str>,
}

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    match (method, route.as_slice()) {
        ("GET", ["release"]) => Some(search(app, call)),
        ("POST", ["release"]) => Some(grab(app, call).unwrap_or_else(|refused| refused)),
        _ => None,
    }
}

fn search<A: Arr>(app: &A, call: &Call) -> Reply {
    let found: Vec<Found> = app.search_for(call).iter().flat_map(variants).collect();
    let flavour = app.base().flavour;
    let written = found.iter().map(|one| resource(flavour, one)).collect();
    // Kept for as long as the instance runs; the real cache forgets after half an hour.
    app.base().common().releases.extend(found);
    Reply::ok(written)
}

/// The usual release, a smaller one of another group, and one the profile does not want.
fn variants(wanted: &Wanted) -> [Found; 3] {
    let variant = |group: &str, size: i64, rejection: Option<&'static str>| {
        let mut wanted = wanted.clone();
        let release = &mut wanted.release;
        release.name = release.name.replace(&format!("-{}", release.group), &format!("-{group}"));
        release.group = group.to_owned();
        release.size = size;
        if rejection.is_some() {
            let is_uhd = release.quality == WEB_2160P;
            let other = if is_uhd { WEB_1080P } else { WEB_2160P };
            let (from, to) = (release.quality.resolution, other.resolution);
            release.name = release.name.replace(&format!(".{from}p."), &format!(".{to}p."));
            release.quality = other;
        }
        let guid = format!("https://indexer.example/details/{}", hash31(&wanted.release.name));
        Found { guid, wanted, rejection }
    };
    let size = wanted.release.size;
    [
        variant(&wanted.release.group, size, None),
        variant("SMALL", size * 6 / 10, None),
        variant("OTHER", size * 2, Some("Quality is not wanted in profile")),
    ]
}

fn resource(flavour: Flavour, found: &Found) -> Value {
    let release = &found.wanted.release;
    let age = i64::from(hash31(&release.name) % 400);
    let published = Utc::now() - TimeDelta::days(age);
    let mut resource = json!({
        "guid": found.guid, "quality": quality(flavour, &release.quality), "qualityWeight": 1, "age": age,
        "ageHours": number(age as f64 * 24.0 + 0.5), "ageMinutes": number(age as f64 * 1440.0 + 30.25),
        "size": release.size, "indexerId": INDEXER_ID, "indexer": release.indexer, "releaseGroup": release.group,
        "title": release.name, "languages": languages(), "customFormats": [], "customFormatScore": 0,
        "approved": found.rejection.is_none(), "temporarilyRejected": false, "rejected": found.rejection.is_some(),
        "rejections": found.rejection.into_iter().collect::<Vec<_>>(), "publishDate": instant(published),
        "infoUrl": found.guid, "downloadAllowed": true, "protocol": "torrent",
        "downloadUrl": "http://127.0.0.1:9696/2/download?apikey=indexer-secret&link=x",
        "seeders": 40 + age % 30, "leechers": age % 9,
    });
    let own = match &found.wanted.target {
        Target::Film { movie_id } => json!({
            "movieTitles": [found.wanted.title], "mappedMovieId": movie_id, "edition": "",
            "indexerFlags": ["G_Freeleech"], "imdbId": 0,
        }),
        Target::Episodes { series_id, season, episodes } => json!({
            "seriesTitle": found.wanted.title, "mappedSeriesId": series_id, "seasonNumber": season, "indexerFlags": 0,
            "fullSeason": episodes.len() > 1, "mappedSeasonNumber": season,
            "episodeNumbers": episodes.iter().map(|(_, number)| number).collect::<Vec<_>>(),
        }),
    };
    super::parts::put(&mut resource, own);
    resource
}

fn grab<A: Arr>(app: &A, call: &Call) -> Result<Reply, Reply> {
    let object = call.object()?;
    let body = Body::new(&object);
    let (guid, indexer) = (body.text("guid")?.unwrap_or_default(), body.int("indexerId")?.unwrap_or_default());
    if indexer <= 0 {
        let text = "'Indexer Id' must be greater than '0'.";
        return Err(Reply::invalid(vec![failure("IndexerId", text, json!(indexer), Some("GreaterThanValidator"))]));
    }
    let base = app.base();
    let found = base.common().releases.iter().find(|one| one.guid == guid && indexer == INDEXER_ID).cloned();
    let Some(found) = found else {
        let text = "Couldn't find requested release in cache, try searching again";
        return Err(Reply::message(StatusCode::NOT_FOUND, text));
    };
    base.downloads.grab_now(&base.me, found.wanted);
    Ok(Reply::ok(Value::Object(object)))
}
