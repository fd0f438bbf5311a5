//! The pages of invites.

pub mod door;
pub mod form;
pub mod guests;
pub mod home;
pub mod list;
pub mod mails;
pub mod uses;
pub mod words;
