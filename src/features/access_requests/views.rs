//! The pages of asking to be let in.

pub mod ask;
pub mod decide;
pub mod links;
pub mod list;
pub mod one;
pub mod words;
