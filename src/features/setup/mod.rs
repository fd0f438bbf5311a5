//! The first-run wizard: a frame that shows the pages of accounts, services and libraries in order, and the door before it.
//! It has no logic of theirs: it saves through `app::keep` and tests with the lookups of `services`.

pub mod actions;
pub mod door;
