//! What the pipeline tells Radarr, and what Radarr tells the world of it: searches, grabs, imports, failures
//! (services.md 2.6-2.8, 3.3, 3.4).

use chrono::Utc;
use serde_json::{Value, json};

use super::resource::is_available;
use super::{Inner, Movie, MovieFile};
use crate::demo::catalogue::Film;
use crate::demo::downloads::{Job, Owner, Quality, Release, Target, Wanted};
use crate::demo::import::Import;
use crate::demo::servarr::parts::{self, put};
use crate::demo::servarr::{Arr, Event};

/// What an indexer has of this film: about 75 MB a minute, 180 in 2160p.
pub fn release(film: &Film, quality: &Quality) -> Release {
    let rate = if quality.resolution > 1080 { 180 } else { 75 };
    parts::release(&film.title, &film.year.to_string(), film.runtime_minutes * rate * 1_000_000, quality)
}

pub fn wanted(movie: &Movie, quality: &Quality, category: &str) -> Wanted {
    Wanted {
        title: movie.film.title.clone(),
        target: Target::Film { movie_id: movie.id },
        release: release(&movie.film, quality),
        category: category.to_owned(),
    }
}

impl Owner for Inner {
    fn run(&self, command: i64, barren: &dyn Fn(&str) -> bool) -> Vec<Wanted> {
        let Some(command) = self.base.common().commands.finish(command, "Completed") else { return Vec::new() };
        let ids: Vec<i64> = match command.name.as_str() {
            "MoviesSearch" => {
                let ids = command.body.get("movieIds").and_then(Value::as_array);
                ids.into_iter().flatten().filter_map(Value::as_i64).collect()
            }
            "MissingMoviesSearch" => {
                self.library().movies.iter().filter(|movie| movie.is_monitored).map(|movie| movie.id).collect()
            }
            _ => Vec::new(),
        };
        let (today, quality) = (self.catalogue.today(), self.quality());
        let category = self.base.common().options.category.clone();
        let library = self.library();
        let missing = library.movies.iter().filter(|movie| ids.contains(&movie.id) && movie.file.is_none());
        missing
            .filter(|movie| is_available(&movie.film, movie.minimum_availability, today) && !barren(&movie.film.title))
            .map(|movie| wanted(movie, &quality, &category))
            .collect()
    }

    fn grabbed(&self, job: &Job) {
        Event::note(&mut self.base.common(), job, "grabbed", &parts::grabbed_data(job));
        let Some(movie) = self.movie_of(job) else { return };
        let mut release = parts::grabbed_release(&job.wanted.release);
        put(&mut release, json!({ "indexerFlags": ["G_Freeleech"] }));
        let mut body = self.hook(&movie);
        put(&mut body, json!({ "release": release }));
        put(&mut body, parts::client(job));
        self.base.announce("onGrab", &movie.tags, "Grab", body);
    }

    fn imported(&self, job: &Job) {
        let release = &job.wanted.release;
        let Some((movie, file_id)) = self.place(job) else { return };
        let name = format!("{}.mkv", release.name);
        let (dropped, placed) = (format!("/downloads/{}/{name}", release.name), format!("{}/{name}", movie.path));
        let data = parts::imported_data(job, file_id, &dropped, &placed);
        Event::note(&mut self.base.common(), job, "downloadFolderImported", &data);
        let mut file = parts::file(file_id, &name, &dropped, release.size, release);
        put(&mut file, json!({ "indexerFlags": "0" }));
        let mut body = self.hook(&movie);
        put(
            &mut body,
            json!({
                "movieFile": file, "isUpgrade": false,
                "release": { "releaseTitle": release.name, "indexer": release.indexer, "size": release.size,
                    "indexerFlags": ["G_Freeleech"] },
            }),
        );
        put(&mut body, parts::client(job));
        self.base.announce("onDownload", &movie.tags, "Download", body);
        (self.on_import)(Import::Film {
            tmdb_id: movie.film.tmdb_id,
            imdb_id: Some(movie.film.imdb_id.clone()),
            title: movie.film.title.clone(),
            year: movie.film.year,
            quality_4k: release.quality.resolution > 1080,
            size: release.size,
        });
    }

    fn blocked(&self, job: &Job, message: &str) {
        let Some(movie) = self.movie_of(job) else { return };
        let mut body = self.hook(&movie);
        if let Some(map) = body.as_object_mut() {
            map.remove("remoteMovie");
        }
        put(&mut body, parts::client(job));
        put(&mut body, parts::manual_interaction(&job.wanted.release, message));
        self.base.announce("onManualInteractionRequired", &movie.tags, "ManualInteractionRequired", body);
    }

    fn failed(&self, job: &Job, message: &str) {
        Event::note(&mut self.base.common(), job, "downloadFailed", &parts::failed_data(message));
        self.search_again(&job.wanted.target);
    }
}

impl Inner {
    fn movie_of(&self, job: &Job) -> Option<Movie> {
        let Target::Film { movie_id } = job.wanted.target else { return None };
        self.library().movies.iter().find(|movie| movie.id == movie_id).cloned()
    }

    /// Puts the file on the shelf; the film and the file's id.
    fn place(&self, job: &Job) -> Option<(Movie, i64)> {
        let Target::Film { movie_id } = job.wanted.target else { return None };
        let release = &job.wanted.release;
        let mut library = self.library();
        library.last_file += 1;
        let file = MovieFile {
            id: library.last_file,
            relative_path: format!("{}.mkv", release.name),
            size: release.size,
            added_at: Utc::now(),
            quality: release.quality.clone(),
            group: release.group.clone(),
        };
        let movie = library.movies.iter_mut().find(|movie| movie.id == movie_id)?;
        let id = file.id;
        movie.file = Some(file);
        Some((movie.clone(), id))
    }

    /// `movie` and `remoteMovie` of a webhook.
    fn hook(&self, movie: &Movie) -> Value {
        let film = &movie.film;
        let released = film.in_cinemas.or(film.digital_release).map(|day| day.to_string());
        json!({
            "movie": {
                "id": movie.id, "title": film.title, "year": film.year, "releaseDate": released,
                "folderPath": movie.path, "tmdbId": film.tmdb_id, "imdbId": film.imdb_id, "overview": film.overview,
                "filePath": movie.file.as_ref().map(|file| format!("{}/{}", movie.path, file.relative_path)),
                "genres": film.genres, "tags": self.base.common().labels(&movie.tags),
                "images": [{ "coverType": "poster", "url": format!("/MediaCover/{}/poster.jpg", movie.id),
                    "remoteUrl": self.base.poster(film.tmdb_id) }],
                "originalLanguage": { "id": 1, "name": "English" },
            },
            "remoteMovie": {
                "tmdbId": film.tmdb_id, "imdbId": film.imdb_id, "title": film.title, "year": film.year,
            },
        })
    }

    pub fn tell_added(&self, movie: &Movie) {
        let mut body = self.hook(movie);
        if let Some(map) = body.as_object_mut() {
            map.remove("remoteMovie");
            map.insert("addMethod".into(), json!("manual"));
        }
        self.base.announce("onMovieAdded", &movie.tags, "MovieAdded", body);
    }

    pub fn tell_deleted(&self, movie: &Movie, with_files: bool) {
        let mut body = self.hook(movie);
        let size = movie.file.as_ref().map_or(0, |file| file.size);
        if let Some(map) = body.as_object_mut() {
            map.remove("remoteMovie");
            map.insert("deletedFiles".into(), json!(with_files));
            map.insert("movieFolderSize".into(), json!(if with_files { size } else { 0 }));
        }
        self.base.announce("onMovieDelete", &movie.tags, "MovieDelete", body);
    }
}
