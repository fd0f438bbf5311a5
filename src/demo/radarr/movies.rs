//! The pages of the film library: list, add, change, delete, calendar, wanted (services.md 2.4, 2.5).

use chrono::{NaiveDate, TimeDelta, Utc};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::resource::{AVAILABILITIES, folder};
use super::{Inner, Movie};
use crate::demo::downloads::Target;
use crate::demo::servarr::parts::retag;
use crate::demo::servarr::wire::{Call, Reply, failure, paged};
use crate::demo::servarr::{Arr, Base, Body, Title};

/// Commands, and whether they wait for the pipeline.
const COMMANDS: [(&str, bool); 11] = [
    ("MoviesSearch", true),
    ("MissingMoviesSearch", true),
    ("CutoffUnmetMoviesSearch", true),
    ("RefreshMovie", true),
    ("RescanMovie", false),
    ("RefreshMonitoredDownloads", false),
    ("ProcessMonitoredDownloads", false),
    ("RssSync", false),
    ("CheckHealth", false),
    ("DownloadedMoviesScan", false),
    ("RenameMovie", false),
];

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

impl Arr for Inner {
    fn base(&self) -> &Base {
        &self.base
    }

    fn own(&self, call: &Call) -> Option<Reply> {
        let (method, route) = call.line();
        Some(match (method, route.as_slice()) {
            ("GET", ["movie", "lookup"]) => self.look_up(call),
            ("GET", ["movie", "lookup", source @ ("tmdb" | "imdb")]) => self.look_up_one(call, source),
            ("GET", ["movie"]) => self.list(call),
            ("POST", ["movie"]) => self.add(call).unwrap_or_else(|refused| refused),
            ("PUT", ["movie", "editor"]) => self.edit(call).unwrap_or_else(|refused| refused),
            ("DELETE", ["movie", "editor"]) => self.drop_many(call).unwrap_or_else(|refused| refused),
            ("GET", ["movie", id]) => self.with_id(id, |movie| Reply::ok(self.own_movie(&movie))),
            ("PUT", ["movie"]) => self.change(call, None).unwrap_or_else(|refused| refused),
            ("PUT", ["movie", id]) => self.change(call, id.parse().ok()).unwrap_or_else(|refused| refused),
            ("DELETE", ["movie", id]) => self.with_id(id, |movie| self.drop_one(call, &movie)),
            ("GET", ["calendar"]) => self.calendar(call),
            ("GET", ["wanted", "missing"]) => self.missing(call),
            ("GET", ["wanted", "cutoff"]) => paged(call, Vec::new(), "movieMetadata.sortTitle", false, false),
            _ => return None,
        })
    }

    fn title(&self, id: i64) -> Option<Title> {
        let movie = self.library().movies.iter().find(|movie| movie.id == id).cloned()?;
        Some(Title { resource: self.own_movie(&movie), tags: movie.tags })
    }

    fn episode(&self, _: i64) -> Option<Value> {
        None
    }

    fn poster_title(&self, id: i64, is_public: bool) -> Option<String> {
        if is_public {
            return self.catalogue.film_by_tmdb(id).map(|film| film.title);
        }
        self.library().movies.iter().find(|movie| movie.id == id).map(|movie| movie.film.title.clone())
    }

    fn command_names(&self) -> &'static [(&'static str, bool)] {
        &COMMANDS
    }

    fn search_again(&self, target: &Target) {
        if let Target::Film { movie_id } = target {
            self.base.command("MoviesSearch", json!({ "movieIds": [movie_id] }), "unspecified");
        }
    }
}

impl Inner {
    fn with_id(&self, id: &str, answer: impl FnOnce(Movie) -> Reply) -> Reply {
        let Ok(id) = id.parse::<i64>() else { return Reply::problem("id", &format!("The value '{id}' is not valid.")) };
        if id == 0 {
            return Reply::bad_request("0 is not a valid ID");
        }
        let movie = self.library().movies.iter().find(|movie| movie.id == id).cloned();
        movie.map_or_else(|| Reply::no_row("Movie", id), answer)
    }

    fn list(&self, call: &Call) -> Reply {
        let tmdb = call.param("tmdbId").and_then(|text| text.parse::<i64>().ok());
        let movies = self.library().movies.clone();
        let fits = |movie: &&Movie| tmdb.is_none_or(|id| movie.film.tmdb_id == id);
        Reply::ok(movies.iter().filter(fits).map(|movie| self.own_movie(movie)).collect())
    }

    fn add(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let tmdb_id = body.int("tmdbId")?.unwrap_or_default();
        let minimum = body.word("minimumAvailability", "NzbDrone.Core.Movies.MovieStatusType", &AVAILABILITIES)?;
        let (path, root) = (body.text("path")?, body.text("rootFolderPath")?);
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
        let is_taken = |path: &str| self.library().movies.iter().any(|movie| movie.path == path);
        let mut common = self.base.common();
        let mut failures = Vec::new();
        let mut fail = |property: &str, text: &str, value: Value, code: &str| {
            failures.push(failure(property, text, value, Some(code)));
        };
        match (path, root) {
            (None | Some(""), None | Some("")) => {
                fail("RootFolderPath", "'Root Folder Path' must not be empty.", json!(""), "NotEmptyValidator");
            }
            (Some(path), _) if !path.is_empty() => {
                if is_taken(path) {
                    let text = format!("Path '{path}' is already configured for an existing movie");
                    fail("Path", &text, json!(path), "MoviePathValidator");
                }
            }
            (_, Some(root)) if !common.options.roots.iter().any(|own| own.path == root.trim_end_matches('/')) => {
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
    fn change(&self, call: &Call, id: Option<i64>) -> Result<Reply, Reply> {
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

    fn edit(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        let ids = body.ints("movieIds")?.unwrap_or_default();
        let (monitored, profile) = (body.flag("monitored")?, body.int("qualityProfileId")?);
        let tags = body.ints("tags")?;
        let apply = body.word("applyTags", "NzbDrone.Api.ApplyTags", &["add", "remove", "replace"])?;
        let mut library = self.library();
        for movie in library.movies.iter_mut().filter(|movie| ids.contains(&movie.id)) {
            movie.is_monitored = monitored.unwrap_or(movie.is_monitored);
            movie.quality_profile_id = profile.unwrap_or(movie.quality_profile_id);
            retag(&mut movie.tags, tags.as_deref(), apply);
        }
        let edited: Vec<Movie> = library.movies.iter().filter(|movie| ids.contains(&movie.id)).cloned().collect();
        drop(library);
        Ok(Reply::accepted(edited.iter().map(|movie| self.own_movie(movie)).collect()))
    }

    fn drop_many(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let ids = Body::new(&object).ints("movieIds")?.unwrap_or_default();
        let gone: Vec<Movie> = self.library().movies.iter().filter(|movie| ids.contains(&movie.id)).cloned().collect();
        gone.iter().for_each(|movie| drop(self.drop_one(call, movie)));
        Ok(Reply::ok(json!({})))
    }

    fn drop_one(&self, call: &Call, movie: &Movie) -> Reply {
        if call.param("addImportListExclusion").is_some() {
            self.base.common().complain("DELETE /movie: addImportListExclusion is Sonarr's word");
        }
        self.library().movies.retain(|one| one.id != movie.id);
        for job in self.base.downloads.jobs_of(&self.base.me) {
            if job.wanted.target == (Target::Film { movie_id: movie.id }) {
                self.base.downloads.forget(&job.hash, false);
            }
        }
        self.tell_deleted(movie, call.flag("deleteFiles", false));
        Reply::empty(StatusCode::OK)
    }

    /// Films with a date in the window; the default one is today and two days more.
    fn calendar(&self, call: &Call) -> Reply {
        let day = |name: &str, default: NaiveDate| {
            let text = call.param(name).and_then(|text| text.get(..10));
            text.and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        let start = day("start", self.catalogue.today());
        let end = day("end", start + TimeDelta::days(2));
        let unmonitored = call.flag("unmonitored", false);
        let movies = self.library().movies.clone();
        let fits = |movie: &&Movie| {
            let film = &movie.film;
            let dates = [film.in_cinemas, film.digital_release, film.physical_release];
            (movie.is_monitored || unmonitored) && dates.iter().flatten().any(|day| (start..=end).contains(day))
        };
        Reply::ok(movies.iter().filter(fits).map(|movie| self.own_movie(movie)).collect())
    }

    fn missing(&self, call: &Call) -> Reply {
        let monitored = call.flag("monitored", true);
        let movies = self.library().movies.clone();
        let fits = |movie: &&Movie| movie.file.is_none() && movie.is_monitored == monitored;
        let records = movies.iter().filter(fits).map(|movie| self.own_movie(movie)).collect();
        paged(call, records, "movieMetadata.sortTitle", false, false)
    }
}
