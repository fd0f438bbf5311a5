//! What runs in the background for services: the job that asks how they fare, the webhook at Sonarr and Radarr, tidying up.

pub mod cleanup;
pub mod health;
pub mod hook;
mod sizes;
