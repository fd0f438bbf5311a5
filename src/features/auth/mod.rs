//! Signing in and out: with a name and a password of this house, or with Plex; for pages and for programs.
//!
//! A wrong name and a wrong password look and take the same. A sign-in with Plex is a row that waits: the visitor's
//! browser holds its id in a cookie and looks every few seconds, and whoever looks asks plex.tv, never for longer than a
//! page may wait; an answer that comes later is found by the next look.

pub mod actions;
pub mod api;
pub mod lookups;
pub mod public;
pub mod views;
