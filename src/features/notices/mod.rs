//! Mails: what people are told, and how it is put. Who is told is decided where it happens; this slice only says it.

pub mod access_requests;
pub mod accounts;
pub mod emails;
pub mod invites;
pub mod memberships;
mod post;
pub mod requests;
