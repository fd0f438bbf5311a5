//! What a person with a browser meets: a real Chromium against the whole house. Left out with a notice where Chromium or
//! chromedriver isn't installed, a failure there if `USHERR_TEST_REQUIRE_PEERS=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod budget;
mod door;
mod entrance;
mod in_4k;
mod job;
mod keyboard;
mod line;
mod live;
mod page;
mod pages;
mod pictures;
#[path = "../services/real_qbittorrent.rs"]
#[allow(dead_code)]
mod real_qbittorrent;
mod silence;
mod stage;
#[path = "../it/support/mod.rs"]
mod support;
mod transfer;
mod way_in;

mod window;
mod wizard;
