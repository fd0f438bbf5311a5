//! Who should see what. Pure: people, groups, grants and what Plex has go in, with a moment; out comes what each person
//! should have, why, until when, and what would have to change for that.

pub mod plan;
pub mod resolve;
pub mod wall;
pub mod when;

#[cfg(test)]
mod plan_tests;
