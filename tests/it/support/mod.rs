//! What the tests share: a house with the simulated world around it, browsers to visit it, and a look at what is left over.
// Each test binary uses a part of it.
#![allow(dead_code, unused_imports)]

#[path = "../../../src/db/testing.rs"]
pub mod database;

pub mod browser;
pub mod child;
pub mod house;
pub mod html;
pub mod patience;
pub mod receiver;
pub mod requests;
pub mod world;

pub use browser::{Browser, Reply};
pub use house::TestApp;
