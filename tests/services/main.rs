//! The clients of Radarr, Sonarr, qBittorrent and mail servers against stand-ins that answer with captured bytes,
//! and against the real program where it is installed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arr_errors;
mod arr_hooks;
mod arr_queue;
mod arr_reads;
mod arr_webhook;
mod arr_writes;
mod mail;
mod mail_real;
mod qbittorrent_captured;
mod qbittorrent_real;
#[allow(dead_code)]
mod real_qbittorrent;
#[path = "../it/support/receiver.rs"]
mod receiver;
mod smtp_stub;
mod stand_in;
#[path = "../it/support"]
mod support {
    #[allow(dead_code)]
    pub mod patience;
}
