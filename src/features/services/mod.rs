//! Outside services: settings pages with a real connection test, health, pickers, webhooks registered in Sonarr and Radarr.

pub mod actions;
pub mod admin;
pub mod api;
mod asking;
pub mod desk;
pub mod effects;
pub mod emails;
pub mod lookups;
pub mod public;
pub mod views;
