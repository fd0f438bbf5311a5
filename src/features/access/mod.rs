//! Who sees what, made so on Plex: the plan is drawn from groups and grants, looked at, applied one share after the other,
//! and taken back when somebody wants it back. Drift is shown and never overwritten unasked. Every write to Plex is an
//! effect of one lane, so that they come one at a time.

pub mod actions;
pub mod admin;
pub mod api;
pub mod effects;
pub mod views;
