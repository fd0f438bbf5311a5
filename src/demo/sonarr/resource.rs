//! Series and episodes as Sonarr writes them, in the library and in a lookup. Pure.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Episode, Inner, Series};
use crate::demo::catalogue::Show;
use crate::demo::servarr::wire::instant;

/// The folder Sonarr makes for a series.
pub fn folder(show: &Show) -> String {
    show.title.chars().filter(|c| !"/\\:*?\"<>|".contains(*c)).collect()
}

fn slug(title: &str) -> String {
    let words = title.to_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

fn status(show: &Show, today: NaiveDate) -> &'static str {
    match (show.ended, show.first_aired()) {
        (true, _) => "ended",
        (false, Some(day)) if day <= today => "continuing",
        (false, _) => "upcoming",
    }
}

fn statistics<'a>(episodes: impl Iterator<Item = &'a Episode> + Clone, today: NaiveDate) -> Value {
    let files = episodes.clone().filter_map(|episode| episode.file.as_ref());
    let counted =
        episodes.clone().filter(|one| one.file.is_some() || (one.is_monitored && one.has_aired(today))).count();
    let mut groups: Vec<&str> = files.clone().map(|file| file.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let count = files.clone().count();
    json!({
        "episodeFileCount": count, "episodeCount": counted, "totalEpisodeCount": episodes.count(),
        "sizeOnDisk": files.map(|file| file.size).sum::<i64>(), "releaseGroups": groups,
        "percentOfEpisodes": if counted == 0 { json!(0) } else { percent(count, counted) },
    })
}

fn percent(part: usize, whole: usize) -> Value {
    crate::demo::servarr::wire::number(part as f64 * 100.0 / whole as f64)
}

impl Inner {
    /// A series the library does not have: no id, no path, no profile.
    pub fn stranger(&self, show: &Show) -> Value {
        let today = self.catalogue.today();
        let poster = self.base.poster(show.tvdb_id);
        let base = self.base.common().options.url_base.clone();
        let seasons: Vec<Value> = show
            .seasons
            .iter()
            .map(|season| json!({ "seasonNumber": season.number, "monitored": season.number > 0 }))
            .collect();
        let count = show.seasons.iter().filter(|season| season.number > 0).count();
        json!({
            "title": show.title, "sortTitle": slug(&show.title).replace('-', " "), "status": status(show, today),
            "ended": show.ended, "overview": show.overview, "network": show.network, "airTime": "21:00",
            "images": [{
                "coverType": "poster", "url": format!("{base}/MediaCoverProxy/{}/poster.jpg", show.tvdb_id),
                "remoteUrl": poster,
            }],
            "originalLanguage": { "id": 1, "name": "English" }, "remotePoster": poster, "seasons": seasons,
            "year": show.year, "qualityProfileId": 0, "seasonFolder": false, "monitored": true,
            "monitorNewItems": "all", "useSceneNumbering": false, "runtime": show.runtime_minutes,
            "tvdbId": show.tvdb_id, "tvRageId": 0, "tvMazeId": 0, "tmdbId": show.tmdb_id,
            "firstAired": show.first_aired().map(|day| format!("{day}T00:00:00Z")), "seriesType": "standard",
            "cleanTitle": slug(&show.title).replace('-', ""), "imdbId": show.imdb_id, "titleSlug": slug(&show.title),
            "folder": folder(show), "certification": show.certification, "genres": show.genres, "tags": [],
            "added": "0001-01-01T00:00:00Z", "ratings": { "votes": 0, "value": 0 },
            "statistics": {
                "seasonCount": count, "episodeFileCount": 0, "episodeCount": 0, "totalEpisodeCount": 0,
                "sizeOnDisk": 0, "percentOfEpisodes": 0,
            },
            "languageProfileId": 1,
        })
    }

    /// A series of the library.
    pub fn own_series(&self, series: &Series) -> Value {
        let today = self.catalogue.today();
        let mut resource = self.stranger(&series.show);
        let base = self.base.common().options.url_base.clone();
        let Some(map) = resource.as_object_mut() else { return resource };
        ["remotePoster", "folder"].iter().for_each(|name| drop(map.remove(*name)));
        if let Some(image) = map.get_mut("images").and_then(|images| images.get_mut(0)).and_then(Value::as_object_mut) {
            let url = format!("{base}/MediaCover/{}/poster.jpg?lastWrite=638602186948197290", series.id);
            image.insert("url".into(), json!(url));
        }
        let mut all = statistics(series.episodes.iter(), today);
        if let Some(all) = all.as_object_mut() {
            let regular = series.seasons.iter().filter(|(number, _)| *number > 0).count();
            all.insert("seasonCount".into(), json!(regular));
        }
        let own = json!({
            "id": series.id, "path": series.path, "rootFolderPath": format!("{}/", series.root.trim_end_matches('/')),
            "qualityProfileId": series.quality_profile_id, "seasonFolder": series.season_folder,
            "monitored": series.is_monitored, "monitorNewItems": series.monitor_new,
            "seriesType": series.series_type, "tags": series.tags, "added": instant(series.added_at),
            "alternateTitles": series.show.aliases.iter().map(|alias| {
                json!({ "title": alias, "seasonNumber": -1 })
            }).collect::<Vec<_>>(),
            "seasons": series.seasons.iter().map(|(number, on)| self.season(series, *number, *on)).collect::<Vec<_>>(),
            "statistics": all,
        });
        if let Value::Object(own) = own {
            map.extend(own);
        }
        resource
    }

    /// Statistics are missing as long as no episode is known.
    fn season(&self, series: &Series, number: i32, is_monitored: bool) -> Value {
        let episodes = series.episodes.iter().filter(|episode| episode.season == number);
        let is_known = !series.episodes.is_empty();
        json!({
            "seasonNumber": number, "monitored": is_monitored,
            "statistics": is_known.then(|| statistics(episodes, self.catalogue.today())),
        })
    }

    pub fn own_episode(&self, series: &Series, episode: &Episode) -> Value {
        json!({
            "id": episode.id, "seriesId": series.id, "tvdbId": episode.tvdb_id,
            "episodeFileId": episode.file.as_ref().map_or(0, |file| file.id), "seasonNumber": episode.season,
            "episodeNumber": episode.number, "title": episode.title, "airDate": episode.air_date.map(|day| day.to_string()),
            "airDateUtc": episode.air_date.map(|day| format!("{day}T20:00:00Z")), "runtime": series.show.runtime_minutes,
            "hasFile": episode.file.is_some(), "monitored": episode.is_monitored, "unverifiedSceneNumbering": false,
            "grabbed": false,
        })
    }
}
