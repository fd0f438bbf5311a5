//! Outside services: settings pages with a real connection test, health, pickers, webhooks registered in Sonarr and Radarr.

pub mod public;
