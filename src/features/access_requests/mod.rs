//! Access requests: somebody without an invite asks to come in, says by mail that the address is theirs, and somebody
//! decides, here or by the link of a mail. A yes is an invite that is sent. What is written to whom is told by `notices`.

pub mod actions;
pub mod admin;
pub mod api;
pub mod public;
pub mod views;
