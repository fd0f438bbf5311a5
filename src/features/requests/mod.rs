//! Requests, from the form to "ready": asking, deciding, sending, following, repairing. `/hooks/*` is its door for
//! Sonarr and Radarr. Whatever moves a request, a person or a service, goes through `actions::step`.

pub mod actions;
pub mod admin;
pub mod api;
pub mod effects;
pub mod lookups;
pub mod public;
pub mod viewer;
pub mod views;
