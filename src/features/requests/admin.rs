//! The desk: requests as those see them who decide, or who look on.

pub mod decide;
pub mod decline;
pub mod desk;
pub mod edit;
pub mod many;
