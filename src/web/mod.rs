//! Plumbing between poem and the features: who is calling, from where, and how an answer is dressed.
//! It knows no feature and no rule of the house.

pub mod actor;
mod address;
pub mod api;
pub mod api_docs;
pub mod api_document;
pub mod assets;
mod away;
pub mod body;
pub mod client;
pub mod compress;
pub mod cookies;
pub mod edge;
pub mod errors;
pub mod form;
pub mod headers;
pub mod origin;
pub mod routes;
pub mod sign_in;
pub mod sse;
pub mod upload;
pub mod visit;
pub mod written;

pub use actor::{Admin, BackOffice, Moderator, Oneself, Requester, SettingsReader, Viewer};
pub use address::public_address;
pub use form::Fields;
pub use upload::Upload;
pub use visit::Visit;
pub use written::Written;
