//! Mails: what people are told, and how it is put. Who is told is decided where it happens; this slice only says it.

pub mod effects;
pub mod emails;
