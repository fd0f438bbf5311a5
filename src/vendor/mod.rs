//! The outside services: Plex, Sonarr, Radarr, qBittorrent, mail. The only room that names reqwest and lettre.
//! Every client hands out domain types and classified faults; what the wire looks like stays private to it.
//! It decides nothing, stores nothing and never tries again on its own.

pub mod address;
pub mod http;
mod http_fault;
pub mod images;
pub mod json;
pub mod mail;
mod plex_guid;
pub mod plex_server;
mod plex_server_streams;
mod plex_server_wire;
pub mod plex_tv;
pub mod plex_tv_guest;
mod plex_tv_home;
mod plex_tv_json;
mod plex_tv_refusal;
mod plex_tv_sharing;
mod plex_tv_sharing_wire;
pub mod plex_tv_writes;
mod plex_tv_xml;
pub mod qbittorrent;
pub mod radarr;
pub mod servarr;
pub mod sonarr;

#[cfg(test)]
mod tests;
