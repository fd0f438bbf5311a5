//! What the welcome looks like, to its readers and to those who write it.

pub mod form;
pub mod list;
pub mod pictures;
pub mod read;
pub mod removal;
