//! One slice per noun. Slices never import slices: they meet in domain types, database reads, or an effect.

pub mod access;
pub mod access_requests;
pub mod activity;
pub mod auth;
pub mod backups;
pub mod dashboard;
pub mod groups;
pub mod invites;
pub mod jobs;
pub mod libraries;
pub mod me;
pub mod memberships;
pub mod notices;
pub mod onboarding;
pub mod people;
pub mod requests;
pub mod services;
pub mod settings;
pub mod setup;
#[cfg(test)]
pub mod testing;
pub mod titles;
