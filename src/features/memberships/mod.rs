//! Memberships of those whom they are about: reminded before the end, asked for more by whoever has one.

pub mod actions;
pub mod api;
pub mod public;
pub mod remind;
pub mod views;
