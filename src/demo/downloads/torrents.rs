//! Torrents as the simulated download client holds them: bytes, speed, phase. Pure; never knows who asked for them.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// What a torrent does, apart from being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A magnet that has no metadata yet.
    Meta,
    Downloading,
    Stalled,
    Queued,
    Checking,
    Moving,
    Seeding,
    Error,
    MissingFiles,
}

/// One torrent.
#[derive(Debug, Clone, PartialEq)]
pub struct Torrent {
    /// Lower-case info-hash.
    pub hash: String,
    pub name: String,
    /// Bytes; 0 until the metadata is there.
    pub size: i64,
    /// Bytes to go.
    pub left: f64,
    /// Bytes a second, now.
    pub rate: f64,
    pub phase: Phase,
    /// Stopped (5.x) or paused (4.x) by a person.
    pub stopped: bool,
    pub forced: bool,
    pub category: String,
    pub tags: Vec<String>,
    pub save_path: String,
    pub added_on: DateTime<Utc>,
    pub completed_on: Option<DateTime<Utc>>,
    /// Simulated seconds of activity.
    pub active_seconds: f64,
}

/// What a film of this size moves at when nobody says otherwise: 24 MB/s.
const USUAL_RATE: f64 = 24_000_000.0;

impl Torrent {
    pub fn new(hash: &str, name: &str, size: i64, category: &str) -> Self {
        Self {
            hash: hash.to_owned(),
            name: name.to_owned(),
            size,
            left: size as f64,
            rate: USUAL_RATE,
            phase: Phase::Downloading,
            stopped: false,
            forced: false,
            category: category.to_owned(),
            tags: Vec::new(),
            save_path: "/downloads".to_owned(),
            added_on: Utc::now(),
            completed_on: None,
            active_seconds: 0.0,
        }
    }

    /// 0 to 1.
    pub fn progress(&self) -> f64 {
        if self.size <= 0 { 0.0 } else { (1.0 - self.left / self.size as f64).clamp(0.0, 1.0) }
    }

    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Seeding
    }

    /// Whether bytes come in.
    pub fn may_flow(&self) -> bool {
        self.phase == Phase::Downloading && !self.stopped
    }

    /// Bytes a second, as shown.
    pub fn speed(&self) -> i64 {
        if self.may_flow() { self.rate as i64 } else { 0 }
    }

    /// Whole seconds to go; none when nothing moves.
    pub fn eta(&self) -> Option<i64> {
        (self.speed() > 0).then(|| (self.left / self.rate).ceil() as i64)
    }

    pub fn complete(&mut self) {
        if !self.is_complete() {
            self.left = 0.0;
            self.phase = Phase::Seeding;
            self.completed_on = Some(Utc::now());
        }
    }

    pub(super) fn set_progress(&mut self, fraction: f64) {
        self.left = self.size as f64 * (1.0 - fraction.clamp(0.0, 1.0));
        self.phase = Phase::Downloading;
        self.completed_on = None;
        if fraction >= 1.0 {
            self.complete();
        }
    }

    /// Lets bytes in for this long, at a rate that takes `whole` seconds for everything and sways a little.
    pub(super) fn flow(&mut self, passed: Duration, whole: f64) {
        self.active_seconds += passed.as_secs_f64();
        if !self.may_flow() {
            return;
        }
        let sway = 1.0 + 0.18 * (self.active_seconds / 3.7).sin();
        self.rate = (self.size as f64 / whole * sway).max(1.0);
        self.left -= self.rate * passed.as_secs_f64();
        if self.left <= 0.0 {
            self.complete();
        }
    }
}

/// Forty hex digits that always come out the same for the same text. A made-up info-hash, not a digest.
pub fn info_hash(text: &str) -> String {
    (0..5).map(|lane| format!("{:08x}", fold(text, lane))).collect()
}

/// 31 bits that always come out the same for the same text, as queue ids are made.
pub fn hash31(text: &str) -> u32 {
    fold(text, 0) & 0x7fff_ffff
}

/// FNV-1a over the text with the lane in front, folded to 32 bits.
fn fold(text: &str, lane: u8) -> u32 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(mix(start, lane), mix);
    ((hash >> 32) ^ (hash & 0xffff_ffff)) as u32
}
