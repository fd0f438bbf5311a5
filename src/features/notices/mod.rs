//! Mails: what people are told, and how it is put.

pub mod emails;
