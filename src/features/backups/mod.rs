//! Backups: the job that makes them, the list of those that there are, and what a program asks for. How one is written and
//! put back is `app::backups` and `db::backups`; to put one back is for the command line, with the house closed.

pub mod actions;
pub mod admin;
pub mod api;
pub mod effects;
mod views;
