//! Everything that needs the whole house: real HTTP against it, the simulated world around it.
//! Runs on SQLite, or on PostgreSQL when `USHERR_TEST_DATABASE_URL` is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod access_requests;
mod activity;
mod adopt;
mod api;
mod auth;
mod backups;
mod bad_input;
mod contract;
mod crash;
mod csp;
mod faults;
mod groups;
mod hooks;
mod invites;
mod job;
mod jobs;
mod mail;
mod me;
mod memberships;
mod onboarding;
mod outages;
mod people;
mod program;
mod races;
mod request_pages;
mod requests;
mod roles;
mod series;
mod services;
mod settings;
mod setup;
mod sight;
mod sizes;
mod storage;
mod streams;
mod sub_path;
mod support;
mod tables;
mod titles;
mod waiting;
mod withdrawals;
