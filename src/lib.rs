//! Usherr, the front desk of a Plex server.

pub mod app;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod domain;
pub mod error;
pub mod ui;
pub mod vendor;
pub mod web;
pub mod worker;
