//! What a person with a browser meets: a real Chromium against the whole house. Left out with a notice where Chromium or
//! chromedriver isn't installed, a failure there if `USHERR_TEST_REQUIRE_PEERS=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod entrance;
mod job;
mod line;
mod live;
mod page;
mod pages;
mod stage;
#[path = "../it/support/mod.rs"]
#[allow(dead_code)]
mod support;
mod window;
mod wizard;
