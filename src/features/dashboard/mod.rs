//! The dashboard: what waits, what moves, what is down, at a glance. It decides nothing; its buttons lead to the slices
//! that do.

pub mod admin;
mod views;
