//! Everybody Usherr knows: read from Plex by the job `people_sync`, added by hand with a local sign-in, shown in the back
//! office. Identity is the Plex account id. An import never ends or removes anything, and never changes a role.

pub mod actions;
pub mod admin;
pub mod api;
pub mod effects;
pub mod sync;
pub mod views;
