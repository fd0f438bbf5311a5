//! Adding and changing films (services.md 2.4).

use chrono::Utc;
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::resource::{AVAILABILITIES, folder};
use super::{Inner, Movie};
use crate::demo::servarr::Body;
use crate::demo::servarr::wire::{Call, Reply, failure};

const WRITABLE: [&str; 11] = [
    "tmdbId",
    "title",
    "year",
    "qualityProfileId",
    "rootFolderPath",
    "path",
    "monitored",
    "minimumAvailability",
    "tags",
    "addOptions",
    "id",
];

impl Inner {
    pub fn add(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let tmdb_id = body.int("tmdbId")?.unwrap_or_default();
        let minimum = body.word("minimumAvailability", "NzbDrone.Core.Movies.MovieStatusType", &AVAILABILITIES)?;
        let full = |text: &&str| !text.is_empty();
        let (path, root) = (body.text("path")?.filter(full), body.text("rootFolderPath")?.filter(full));
        let profile = body.int("qualityProfileId")?.unwrap_or_default();
        let is_monitored = body.flag("monitored")?.unwrap_or_default();
        let tags = body.ints("tags")?.unwrap_or_default();
        body.text("title")?;
        body.int("year")?;
        let options = body.object("addOptions")?;
        let options = options.as_ref();
        let searches = options.map(|one| one.flag("searchForMovie")).transpose()?.flatten().unwrap_or_default();
        const MONITORS: [&str; 3] = ["movieOnly", "movieAndCollection", "none"];
        let monitor = options.map(|one| one.word("monitor", "NzbDrone.Core.Movies.MonitorTypes", &MONITORS));
        let monitor = monitor.transpose()?.flatten();
        self.check(tmdb_id, profile, path, root)?;
        if self.base.common().skyhook_down {
            return Err(Reply::no_skyhook(&tmdb_id.to_string()));
        }
        let Some(film) = self.catalogue.film_by_tmdb(tmdb_id) else {
            let text = format!("A movie with this ID was not found. Path: {}", path.or(root).unwrap_or_default());
            return Err(Reply::invalid(vec![failure("TmdbId", &text, json!(tmdb_id), None)]));
        };
        let root = root.unwrap_or("/").trim_end_matches('/').to_owned();
        let movie = {
            let mut library = self.library();
            if library.movies.iter().any(|movie| movie.film.tmdb_id == tmdb_id) {
                // Two adds at once: the second one meets the database's own rule.
                let text = "constraint failed\r\nUNIQUE constraint failed: Movies.MovieMetadataId";
                return Err(Reply::message(StatusCode::CONFLICT, text));
            }
            library.last_movie += 1;
            let movie = Movie {
                id: library.last_movie,
                path: path.map_or_else(|| format!("{root}/{}", folder(&film)), str::to_owned),
                root,
                film,
                quality_profile_id: profile,
                is_monitored: is_monitored && monitor != Some("none"),
                minimum_availability: minimum.unwrap_or("tba"),
                tags,
                added_at: Utc::now(),
                file: None,
            };
            library.movies.push(movie.clone());
            library.added.push(Value::Object(object.clone()));
            movie
        };
        let resource = self.own_movie(&movie);
        self.tell_added(&movie);
        self.base.command("RefreshMovie", json!({ "movieIds": [movie.id], "isNewMovie": true }), "unspecified");
        if searches {
            self.base.command("MoviesSearch", json!({ "movieIds": [movie.id] }), "unspecified");
        }
        Ok(Reply::created(resource, format!("/api/v3/movie/{}", movie.id)))
    }

    fn note_unknown(&self, call: &Call, body: &Body<'_>) {
        let Some(film) = self.catalogue.films().into_iter().next() else { return };
        let known = self.stranger(&film);
        let more = ["statistics", "movieFile", "movieFileId", "path", "lastSearchTime", "collection"];
        for name in body.unknown(&WRITABLE) {
            if known.get(name).is_none() && !more.contains(&name) {
                self.base.common().complain(format!("{} /movie: unknown member '{name}'", call.method));
            }
        }
    }

    /// All that the validators of an add find wrong, at once.
    fn check(&self, tmdb_id: i64, profile: i64, path: Option<&str>, root: Option<&str>) -> Result<(), Reply> {
        let is_there = self.library().movies.iter().any(|movie| movie.film.tmdb_id == tmdb_id);
        let is_taken = path.is_some_and(|path| self.library().movies.iter().any(|movie| movie.path == path));
        let mut common = self.base.common();
        let mut failures = Vec::new();
        let mut fail = |property: &str, text: &str, value: Value, code: &str| {
            failures.push(failure(property, text, value, Some(code)));
        };
        match (path, root) {
            (None, None) => {
                fail("RootFolderPath", "'Root Folder Path' must not be empty.", json!(""), "NotEmptyValidator");
            }
            (Some(path), _) if is_taken => {
                let text = format!("Path '{path}' is already configured for an existing movie");
                fail("Path", &text, json!(path), "MoviePathValidator");
            }
            (None, Some(root)) if !common.options.roots.iter().any(|own| own.path == root.trim_end_matches('/')) => {
                let text = format!("Root folder '{root}' does not exist");
                fail("RootFolderPath", &text, json!(root), "RootFolderExistsValidator");
            }
            _ => {}
        }
        if profile <= 0 {
            let text = "'Quality Profile Id' must be greater than '0'.";
            fail("QualityProfileId", text, json!(profile), "GreaterThanValidator");
        } else if !common.has_profile(profile) {
            fail("QualityProfileId", "Quality Profile does not exist", json!(profile), "QualityProfileExistsValidator");
        }
        if tmdb_id <= 0 {
            fail("TmdbId", "'Tmdb Id' must not be empty.", json!(tmdb_id), "NotEmptyValidator");
            common.complain("POST /movie: no tmdbId, so it was not looked up");
        } else if is_there {
            fail("TmdbId", "This movie has already been added", json!(tmdb_id), "MovieExistsValidator");
        }
        if failures.is_empty() { Ok(()) } else { Err(Reply::invalid(failures)) }
    }

    /// `PUT /movie`: the whole resource; what is left out is wiped.
    pub fn change(&self, call: &Call, id: Option<i64>) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let id = id.or(body.int("id")?).unwrap_or_default();
        if id == 0 {
            return Err(Reply::bad_request("0 is not a valid ID"));
        }
        let minimum = body.word("minimumAvailability", "NzbDrone.Core.Movies.MovieStatusType", &AVAILABILITIES)?;
        let profile = body.int("qualityProfileId")?.unwrap_or_default();
        let path = body.text("path")?.unwrap_or_default();
        if !self.library().movies.iter().any(|movie| movie.id == id) {
            return Err(Reply::no_row("Movie", id));
        }
        let mut failures = Vec::new();
        if path.is_empty() {
            failures.push(failure("Path", "'Path' must not be empty.", json!(path), Some("NotEmptyValidator")));
        }
        if !self.base.common().has_profile(profile) {
            let (text, code) = ("Quality Profile does not exist", Some("QualityProfileExistsValidator"));
            failures.push(failure("QualityProfileId", text, json!(profile), code));
        }
        if !failures.is_empty() {
            return Err(Reply::invalid(failures));
        }
        let mut library = self.library();
        let Some(movie) = library.movies.iter_mut().find(|movie| movie.id == id) else {
            return Err(Reply::no_row("Movie", id));
        };
        movie.is_monitored = body.flag("monitored")?.unwrap_or_default();
        movie.tags = body.ints("tags")?.unwrap_or_default();
        movie.quality_profile_id = profile;
        movie.path = path.to_owned();
        movie.minimum_availability = minimum.unwrap_or("tba");
        let movie = movie.clone();
        drop(library);
        Ok(Reply::accepted(self.own_movie(&movie)))
    }
}
