//! Who should see what. Pure: people, groups, grants and what Plex has go in, with a moment; out comes what each person
//! should have, why, until when, and what would have to change for that.

pub mod back;
pub mod batch;
pub mod gift;
pub mod given;
pub mod outlook;
pub mod person;
pub mod plan;
pub mod resolve;
pub mod said;
pub mod step;
pub mod tick;
pub mod told;
pub mod wall;
pub mod when;
pub mod words;

#[cfg(test)]
mod plan_tests;
