//! One write to what is shared after the other (plex.md B11), and which ways of asking plex.tv has closed. It decides
//! nothing about shares.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::fault::Answer;

/// A way that is closed is asked again after so long: Plex may have opened it.
const FORGET_AFTER: Duration = Duration::from_secs(24 * 3600);

/// One for the whole house: Plex loses one of two writes that come close together, whoever they are about.
#[derive(Debug)]
pub struct ShareWrites {
    gap: Duration,
    /// Held by whoever writes: when the next write may begin.
    turn: tokio::sync::Mutex<Instant>,
    closed: Mutex<HashMap<&'static str, Instant>>,
}

impl ShareWrites {
    /// Between two writes at least `gap` passes; also before the first, for the process before this one may have written in
    /// its last moment.
    pub fn new(gap: Duration) -> Self {
        Self { gap, turn: tokio::sync::Mutex::new(Instant::now() + gap), closed: Mutex::default() }
    }

    /// Does the write when it is its turn. What was answered is known when the gap has passed: also a refused one counts,
    /// one of which nobody knows whether it was taken, and one for which nobody waits any more.
    pub(super) async fn in_turn<T>(&self, write: impl Future<Output = Answer<T>>) -> Answer<T> {
        let mut next = self.turn.lock().await;
        tokio::time::sleep_until((*next).into()).await;
        *next = Instant::now() + self.gap;
        let answer = write.await;
        *next = Instant::now() + self.gap;
        tokio::time::sleep_until((*next).into()).await;
        answer
    }

    pub(super) fn is_closed(&self, way: &'static str) -> bool {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.get(way).is_some_and(|since| since.elapsed() < FORGET_AFTER)
    }

    pub(super) fn note_closed(&self, ways: impl IntoIterator<Item = &'static str>) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.extend(ways.into_iter().map(|way| (way, Instant::now())));
    }
}
