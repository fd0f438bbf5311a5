//! Finding: home, search, the page of a title, and pictures. What is here is read from the local copy at once; what Sonarr
//! and Radarr could bring is asked for beside it, and no page waits for them. Nobody sees a title of a library they may
//! not see as "on Plex".

mod actions;
pub mod api;
mod gather;
mod lookups;
mod pictures;
pub mod viewer;
mod views;

#[cfg(test)]
#[path = "titles_tests.rs"]
mod tests;
