//! The local copy of all Plex libraries, so that search and home answer at once: job `library_sync`.

pub mod sync;
#[cfg(test)]
#[path = "sync_tests.rs"]
mod tests;
