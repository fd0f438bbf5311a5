//! The record of what happened: read by the back office, filtered, exported. Nothing here writes.

pub mod admin;
pub mod api;
mod views;
