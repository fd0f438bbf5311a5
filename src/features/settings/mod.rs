//! Settings of the house, by page, command line and settings file. Services and servers are other slices' pages; the
//! settings file writes them through `app::keep`, as those pages do.

pub mod actions;
pub mod admin;
pub mod apply;
pub mod file;
pub mod listing;
pub mod views;
