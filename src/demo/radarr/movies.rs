//! The pages of the film library: list, editor, delete, calendar, wanted, and the way to all others
//! (services.md 2.4, 2.5).

use chrono::{NaiveDate, TimeDelta};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::hooks::wanted;
use super::{Inner, Movie};
use crate::demo::downloads::{Target, Wanted};
use crate::demo::servarr::parts::retag;
use crate::demo::servarr::wire::{Call, Order, Reply, paged};
use crate::demo::servarr::{Arr, Base, Body};

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

const ORDER: Order =
    Order { keys: &["movieMetadata.sortTitle", "movieMetadata.year", "movies.lastSearchTime"], descending: false };

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
            ("GET", ["wanted", "cutoff"]) => paged(call, Vec::new(), &ORDER, false),
            _ => return None,
        })
    }

    fn title(&self, id: i64) -> Option<Value> {
        let movie = self.library().movies.iter().find(|movie| movie.id == id).cloned()?;
        Some(self.own_movie(&movie))
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

    fn search_for(&self, call: &Call) -> Vec<Wanted> {
        let ids = call.ids("movieId");
        let category = self.base.common().options.category.clone();
        let movies = self.library().movies.clone();
        let asked = movies.iter().filter(|movie| ids.contains(&movie.id));
        asked.map(|movie| wanted(movie, &self.quality(), &category)).collect()
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
        paged(call, records, &ORDER, false)
    }
}
