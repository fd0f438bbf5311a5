//! Usherr, the front desk of a Plex server.

pub mod demo;
pub mod domain;
