//! Usherr, the front desk of a Plex server.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod dispatch;

pub mod domain;
pub mod error;
pub mod features;
pub mod router;
pub mod serve;
pub mod timetable;
pub mod ui;
pub mod vendor;
pub mod web;
pub mod worker;
