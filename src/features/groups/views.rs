//! The pages about groups.

pub mod form;
pub mod list;
pub mod members;
pub mod removal;
pub mod week;
pub mod words;
