//! Welcome pages: read by newcomers one after the other, written and put in order in the back office and by programs.

pub mod actions;
pub mod admin;
pub mod api;
pub mod viewer;
pub mod views;
