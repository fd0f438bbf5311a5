//! A simulated world: plex.tv, a media server, Radarr, Sonarr, qBittorrent and a mail catcher, each with state,
//! faults and a journal. It serves `usherr demo` and the tests, and meets Usherr only over HTTP, SMTP and webhooks.
//! Never used by the features themselves.

mod ask;
pub mod catalogue;
pub mod downloads;
pub mod fault;
pub mod host;
pub mod household;
pub mod import;
pub mod journal;
pub mod mail;
pub mod media_server;
pub mod plex_tv;
pub mod poster;
pub mod qbittorrent;
pub mod radarr;
pub mod seed;
pub mod servarr;
pub mod sonarr;
pub mod webhooks;
pub mod wire;
pub mod world;

pub use world::{Ports, World, WorldOptions};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub mod testing;
