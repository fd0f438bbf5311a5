//! Jobs and runs: list, run now, change the schedule, progress. What a job does belongs to its slice; this one only asks
//! for runs and shows them.

pub mod actions;
pub mod admin;
pub mod api;
mod views;
