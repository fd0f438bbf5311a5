//! The local copy of all Plex libraries: job `library_sync`.
