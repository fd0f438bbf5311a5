//! Titles that were imported though the catalogue has never heard of them: taken at the importer's word.
//! Never invents more than it must.

use crate::demo::catalogue::{Film, Shelf, Show};
use crate::demo::import::Import;

pub fn film(import: &Import, tmdb_id: i64) -> Film {
    let (title, year, imdb_id) = match import {
        Import::Film { title, year, imdb_id, .. } => (title.clone(), *year, imdb_id.clone()),
        Import::Episodes { title, year, .. } => (title.clone(), *year, None),
    };
    Film {
        tmdb_id,
        imdb_id: imdb_id.unwrap_or_default(),
        title,
        original_title: None,
        aliases: Vec::new(),
        year,
        overview: String::new(),
        genres: Vec::new(),
        certification: String::new(),
        runtime_minutes: 100,
        studio: String::new(),
        director: String::new(),
        in_cinemas: None,
        digital_release: None,
        physical_release: None,
        shelf: Shelf::Films,
        on_plex: true,
        in_4k: false,
    }
}

pub fn show(import: &Import, tvdb_id: i64) -> Show {
    let (Import::Film { title, year, .. } | Import::Episodes { title, year, .. }) = import;
    Show {
        tvdb_id,
        tmdb_id: 0,
        imdb_id: String::new(),
        title: title.clone(),
        aliases: Vec::new(),
        year: *year,
        overview: String::new(),
        genres: Vec::new(),
        certification: String::new(),
        runtime_minutes: 45,
        network: String::new(),
        ended: false,
        seasons: Vec::new(),
        shelf: Shelf::Series,
    }
}
