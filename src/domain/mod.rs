//! The rules of the house. Pure: no async, no IO, no clock, no framework; `now` is an argument.

pub mod activity;
pub mod catalog;
pub mod dashboard;
pub mod effect;
pub mod fault;
pub mod ids;
pub mod jobs;
pub mod links;
pub mod notice;
pub mod parcel;
pub mod people;
pub mod quota;
pub mod request;
pub mod schedule;
pub mod search;
pub mod servarr;
pub mod service;
pub mod service_form;
pub mod settings;
pub mod size;
pub mod text_enum;
pub mod title;
pub mod title_seasons;
pub mod title_wish;
pub mod torrent;
pub mod wording;
