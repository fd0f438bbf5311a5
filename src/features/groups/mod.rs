//! Groups in the back office and in the API: what each carries, who is in it, and in which order they stand. What is saved
//! here is what people should have; Plex hears of it when the plan is applied.

pub mod actions;
pub mod admin;
pub mod api;
pub mod views;
