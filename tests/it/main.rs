//! Everything that needs the whole house: real HTTP against it, the simulated world around it.
//! Runs on SQLite, or on PostgreSQL when `USHERR_TEST_DATABASE_URL` is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod auth;
mod services;
mod settings;
mod setup;
mod storage;
mod support;
