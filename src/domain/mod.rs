//! The rules of the house. Pure: no async, no IO, no clock, no framework; `now` is an argument.

pub mod catalog;
pub mod fault;
pub mod ids;
pub mod links;
pub mod people;
pub mod request;
pub mod servarr;
pub mod service;
pub mod text_enum;
pub mod torrent;
