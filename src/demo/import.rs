//! The hand-over from Radarr and Sonarr to the media server: files that were just put on the shelf.
//! Only the words; never moves anything itself.

use std::sync::Arc;

/// What was put into the media folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    Film {
        tmdb_id: i64,
        imdb_id: Option<String>,
        title: String,
        year: i32,
        /// 2160p: goes into the 4K library.
        quality_4k: bool,
        /// Bytes on disk.
        size: i64,
    },
    Episodes {
        tvdb_id: i64,
        title: String,
        year: i32,
        season: i32,
        /// Episode numbers within the season.
        numbers: Vec<i32>,
        /// 2160p: a second file of the same episodes, where they are there already.
        quality_4k: bool,
        /// Bytes on disk, of all these episodes together.
        size: i64,
    },
}

/// Called by Radarr and Sonarr after an import; the media server scans and shows it.
pub type OnImport = Arc<dyn Fn(Import) + Send + Sync>;
