//! The first-run wizard: a frame that shows the pages of accounts, services and libraries in order, and the door before it.
//! It has no logic of theirs: it tests and saves through `services` and `settings`, as their own pages do.

pub mod account;
pub mod actions;
pub mod door;
pub mod public;
pub mod steps;
pub mod views;
