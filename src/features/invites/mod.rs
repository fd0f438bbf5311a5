//! Invites in the back office, those of members in the portal, and both in the API: links that let somebody in.

mod accept;
pub mod actions;
pub mod admin;
pub mod api;
pub mod effects;
mod give;
pub mod public;
pub mod qr;
pub mod viewer;
pub mod views;
