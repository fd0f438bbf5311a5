//! A film as Radarr writes it, in the library and in a lookup. Pure.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Inner, Movie, MovieFile};
use crate::demo::catalogue::Film;
use crate::demo::servarr::wire::instant;
use crate::demo::servarr::{Flavour, languages, quality};

pub const AVAILABILITIES: [&str; 5] = ["tba", "announced", "inCinemas", "released", "deleted"];

/// The folder Radarr makes for a film.
pub fn folder(film: &Film) -> String {
    let title: String = film.title.chars().filter(|c| !"/\\:*?\"<>|".contains(*c)).collect();
    format!("{title} ({})", film.year)
}

fn midnight(day: Option<NaiveDate>) -> Option<String> {
    day.map(|day| format!("{day}T00:00:00Z"))
}

fn sort_title(title: &str) -> String {
    let lower = title.to_lowercase();
    ["the ", "a ", "an "].iter().find_map(|article| lower.strip_prefix(article)).unwrap_or(&lower).to_owned()
}

pub fn status(film: &Film, today: NaiveDate) -> &'static str {
    let is_past = |day: Option<NaiveDate>| day.is_some_and(|day| day <= today);
    if is_past(film.digital_release) || is_past(film.physical_release) {
        return "released";
    }
    let in_cinemas = film.in_cinemas.filter(|day| *day <= today);
    match in_cinemas {
        // Without a home release, Radarr takes a film for released three months after the cinemas.
        Some(day) if film.digital_release.is_none() && (today - day).num_days() > 90 => "released",
        Some(_) => "inCinemas",
        None => "announced",
    }
}

/// Whether it is out far enough for this availability.
pub fn is_available(film: &Film, minimum: &str, today: NaiveDate) -> bool {
    let rank = |word: &str| AVAILABILITIES.iter().position(|one| *one == word).unwrap_or_default();
    rank(status(film, today)) >= rank(minimum)
}

impl Inner {
    /// A film the library does not have: no id, no path, no profile.
    pub fn stranger(&self, film: &Film) -> Value {
        let today = self.catalogue.today();
        let poster = self.base.poster(film.tmdb_id);
        let base = self.base.common().options.url_base.clone();
        let votes = 200 + film.tmdb_id % 9_000;
        json!({
            "title": film.title, "originalTitle": film.original_title.as_ref().unwrap_or(&film.title),
            "originalLanguage": { "id": 1, "name": "English" },
            "alternateTitles": film.aliases.iter().map(|alias| {
                json!({ "sourceType": "tmdb", "movieMetadataId": 0, "title": alias })
            }).collect::<Vec<_>>(),
            "secondaryYearSourceId": 0, "sortTitle": sort_title(&film.title), "sizeOnDisk": 0,
            "status": status(film, today), "overview": film.overview, "inCinemas": midnight(film.in_cinemas),
            "physicalRelease": midnight(film.physical_release), "digitalRelease": midnight(film.digital_release),
            "images": [{
                "coverType": "poster", "url": format!("{base}/MediaCoverProxy/{}/poster.jpg", film.tmdb_id),
                "remoteUrl": poster,
            }],
            "website": "", "remotePoster": poster, "year": film.year, "hasFile": false, "youTubeTrailerId": "",
            "studio": film.studio, "qualityProfileId": 0, "monitored": false, "minimumAvailability": "tba",
            "isAvailable": is_available(film, "tba", today), "folderName": "", "runtime": film.runtime_minutes,
            "cleanTitle": film.title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), ""),
            "imdbId": film.imdb_id, "tmdbId": film.tmdb_id, "titleSlug": film.tmdb_id.to_string(),
            "folder": folder(film), "certification": film.certification, "genres": film.genres, "tags": [],
            "added": "0001-01-01T00:00:00Z",
            "ratings": { "tmdb": { "votes": votes, "value": 5.0 + (film.tmdb_id % 40) as f64 / 10.0, "type": "user" } },
            "popularity": (film.tmdb_id % 700) as f64 / 10.0,
        })
    }

    /// A film of the library.
    pub fn own_movie(&self, movie: &Movie) -> Value {
        let mut resource = self.stranger(&movie.film);
        let today = self.catalogue.today();
        let size = movie.file.as_ref().map_or(0, |file| file.size);
        let groups: Vec<&String> = movie.file.iter().map(|file| &file.group).collect();
        let base = self.base.common().options.url_base.clone();
        let Some(map) = resource.as_object_mut() else { return resource };
        map.remove("remotePoster");
        map.remove("folder");
        if let Some(image) = map.get_mut("images").and_then(|images| images.get_mut(0)).and_then(Value::as_object_mut) {
            let url = format!("{base}/MediaCover/{}/poster.jpg?lastWrite=638294004510842666", movie.id);
            image.insert("url".into(), json!(url));
        }
        let own = json!({
            "id": movie.id, "path": movie.path, "folderName": movie.path, "qualityProfileId": movie.quality_profile_id,
            "monitored": movie.is_monitored, "minimumAvailability": movie.minimum_availability,
            "isAvailable": is_available(&movie.film, movie.minimum_availability, today),
            "hasFile": movie.file.is_some(), "movieFileId": movie.file.as_ref().map_or(0, |file| file.id),
            "sizeOnDisk": size, "rootFolderPath": format!("{}/", movie.root.trim_end_matches('/')),
            "tags": movie.tags, "added": instant(movie.added_at),
            "movieFile": movie.file.as_ref().map(|file| file_resource(movie, file)),
            "statistics": { "movieFileCount": groups.len(), "sizeOnDisk": size, "releaseGroups": groups },
        });
        if let Value::Object(own) = own {
            map.extend(own);
        }
        resource
    }
}

fn file_resource(movie: &Movie, file: &MovieFile) -> Value {
    json!({
        "movieId": movie.id, "relativePath": file.relative_path,
        "path": format!("{}/{}", movie.path, file.relative_path), "size": file.size,
        "dateAdded": instant(file.added_at), "sceneName": file.relative_path.trim_end_matches(".mkv"),
        "indexerFlags": 0, "quality": quality(Flavour::Radarr, &file.quality), "customFormats": [],
        "customFormatScore": 0, "qualityCutoffNotMet": false, "languages": languages(),
        "releaseGroup": file.group, "edition": "", "id": file.id,
    })
}
