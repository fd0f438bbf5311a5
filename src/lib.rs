//! Usherr, the front desk of a Plex server.

pub mod domain;
pub mod vendor;
