//! The portal's pages of requests: the form, one's own list, the parcel, following and taking back.

pub mod cards;
pub mod form;
pub mod mine;
pub mod parcel;
pub mod reply;
pub mod submit;
pub mod withdrawal;
