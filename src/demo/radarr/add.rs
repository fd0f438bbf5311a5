//! Adding and changing films (services.md 2.4).

use chrono::Utc;
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::resource::{AVAILABILITIES, folder};
use super::{Inner, Library, Movie};
use crate::demo::catalogue::Film;
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

/// What an add asks for.
struct Form<'a> {
    tmdb_id: i64,
    profile: i64,
    path: Option<&'a str>,
    root: Option<&'a str>,
    is_monitored: bool,
    minimum: &'static str,
    tags: Vec<i64>,
    searches: bool,
}

impl<'a> Form<'a> {
    fn read(body: &Body<'a>) -> Result<Form<'a>, Reply> {
        const MONITORS: [&str; 3] = ["movieOnly", "movieAndCollection", "none"];
        let full = |text: &&str| !text.is_empty();
        body.text("title")?;
        body.int("year")?;
        let (mut monitor, mut searches) = (None, false);
        if let Some(options) = body.object("addOptions")? {
            monitor = options.word("monitor", "NzbDrone.Core.Movies.MonitorTypes", &MONITORS)?;
            searches = options.flag("searchForMovie")?.unwrap_or_default();
        }
        let minimum = body.word("minimumAvailability", "NzbDrone.Core.Movies.MovieStatusType", &AVAILABILITIES)?;
        Ok(Form {
            tmdb_id: body.int("tmdbId")?.unwrap_or_default(),
            profile: body.int("qualityProfileId")?.unwrap_or_default(),
            path: body.text("path")?.filter(full),
            root: body.text("rootFolderPath")?.filter(full),
            is_monitored: body.flag("monitored")?.unwrap_or_default() && monitor != Some("none"),
            minimum: minimum.unwrap_or("tba"),
            tags: body.ints("tags")?.unwrap_or_default(),
            searches,
        })
    }
}

impl Library {
    fn push(&mut self, film: Film, form: &Form<'_>) -> Result<Movie, Reply> {
        if self.movies.iter().any(|movie| movie.film.tmdb_id == film.tmdb_id) {
            // Two adds at once: the second one meets the database's own rule.
            let text = "constraint failed\r\nUNIQUE constraint failed: Movies.MovieMetadataId";
            return Err(Reply::message(StatusCode::CONFLICT, text));
        }
        let root = form.root.unwrap_or("/").trim_end_matches('/').to_owned();
        self.last_movie += 1;
        let movie = Movie {
            id: self.last_movie,
            path: form.path.map_or_else(|| format!("{root}/{}", folder(&film)), str::to_owned),
            root,
            film,
            quality_profile_id: form.profile,
            is_monitored: form.is_monitored,
            minimum_availability: form.minimum,
            tags: form.tags.clone(),
            added_at: Utc::now(),
            file: None,
        };
        self.movies.push(movie.clone());
        Ok(movie)
    }
}

impl Inner {
    pub fn add(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let form = Form::read(&body)?;
        self.check(&form)?;
        if self.base.common().skyhook_down {
            return Err(Reply::no_skyhook(&form.tmdb_id.to_string()));
        }
        let Some(film) = self.catalogue.film_by_tmdb(form.tmdb_id) else {
            let path = form.path.or(form.root).unwrap_or_default();
            let text = format!("A movie with this ID was not found. Path: {path}");
            return Err(Reply::invalid(vec![failure("TmdbId", &text, json!(form.tmdb_id), None)]));
        };
        let movie = self.library().push(film, &form)?;
        self.library().added.push(Value::Object(object.clone()));
        let resource = self.own_movie(&movie);
        self.tell_added(&movie);
        self.base.command("RefreshMovie", json!({ "movieIds": [movie.id], "isNewMovie": true }), "unspecified");
        if form.searches {
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
    fn check(&self, form: &Form<'_>) -> Result<(), Reply> {
        let &Form { tmdb_id, profile, path, root, .. } = form;
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
