//! Looking films up by id and by title (services.md 2.4).

use serde_json::{Value, json};

use super::Inner;
use crate::demo::catalogue::Film;
use crate::demo::servarr::wire::{Call, Reply};

impl Inner {
    pub fn look_up(&self, call: &Call) -> Reply {
        let term = call.param("term").unwrap_or_default().trim().to_owned();
        if self.base.common().skyhook_down {
            return Reply::no_skyhook(&term);
        }
        Reply::ok(self.found(&term).iter().map(|film| self.known(film)).collect())
    }

    /// `/movie/lookup/tmdb` and `/movie/lookup/imdb`: one object.
    pub fn look_up_one(&self, call: &Call, source: &str) -> Reply {
        let id = call.param(&format!("{source}Id")).unwrap_or_default();
        if self.base.common().skyhook_down {
            return Reply::no_skyhook(id);
        }
        let film = if source == "tmdb" { self.by_tmdb(id) } else { self.by_imdb(id) };
        film.map_or_else(Reply::not_found, |film| Reply::ok(self.known(&film)))
    }

    fn found(&self, term: &str) -> Vec<Film> {
        let lower = term.to_lowercase();
        for (prefixes, by_tmdb) in [(["tmdb:", "tmdbid:"], true), (["imdb:", "imdbid:"], false)] {
            if let Some(id) = prefixes.iter().find_map(|prefix| lower.strip_prefix(prefix)) {
                let film = if by_tmdb { self.by_tmdb(id.trim()) } else { self.by_imdb(id.trim()) };
                return film.into_iter().collect();
            }
        }
        let mut films = self.catalogue.find_films(term);
        if films.is_empty() && lower.chars().count() > 2 {
            films =
                self.catalogue.films().into_iter().filter(|film| film.title.to_lowercase().contains(&lower)).collect();
        }
        films
    }

    fn by_tmdb(&self, id: &str) -> Option<Film> {
        self.catalogue.film_by_tmdb(id.parse().ok()?)
    }

    fn by_imdb(&self, id: &str) -> Option<Film> {
        self.catalogue.films().into_iter().find(|film| film.imdb_id == id)
    }

    /// With the library's id when it is there, without when not.
    fn known(&self, film: &Film) -> Value {
        let movie = self.library().movies.iter().find(|movie| movie.film.tmdb_id == film.tmdb_id).cloned();
        let Some(movie) = movie else { return self.stranger(film) };
        let stranger = self.stranger(film);
        let mut resource = self.own_movie(&movie);
        if let Some(map) = resource.as_object_mut() {
            map.insert("remotePoster".into(), stranger.get("remotePoster").cloned().unwrap_or(json!(null)));
            map.insert("folder".into(), stranger.get("folder").cloned().unwrap_or(json!(null)));
        }
        resource
    }
}
