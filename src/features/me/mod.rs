//! One's own page: how one signs in, where one is signed in, the look, and which notices come by mail. And the page behind
//! the link in every mail that stops a notice, for which nobody has to sign in.

pub mod actions;
pub mod api;
pub mod public;
pub mod viewer;
pub mod views;
