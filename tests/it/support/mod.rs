//! What the tests share.

#[path = "../../../src/db/testing.rs"]
pub mod database;
