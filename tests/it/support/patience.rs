//! Waiting for what other tasks bring about, without guessing how long that takes. Patience is counted in beats, not measured:
//! on a machine that is busy elsewhere beats are rare, and waiting takes as long as it has to.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

/// Looks before something is held to never come: a minute's worth of them and more.
pub const LOOKS: usize = 3_000;

/// Moments to look again, in thousandths of a second.
pub fn beats(every: u64) -> Interval {
    let mut beat = interval(Duration::from_millis(every));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

/// Asks again and again until there is an answer. A test that waits for ever fails in the end, naming what for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    look_for(ask).await.unwrap_or_else(|| panic!("waited in vain until {what}"))
}

/// The same; none when there is no answer in the end.
pub async fn look_for<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> Option<T> {
    let mut beat = beats(20);
    for _ in 0..LOOKS {
        beat.tick().await;
        if let Some(answer) = ask().await {
            return Some(answer);
        }
    }
    None
}

/// What must come although something else never does: well before anything of ours that is slow would give up.
pub async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    within(30, work).await.unwrap_or_else(|| panic!("{what} does not come soon"))
}

/// What must come at all.
pub async fn at_last<T>(what: &str, work: impl Future<Output = T>) -> T {
    within(600, work).await.unwrap_or_else(|| panic!("{what} does not come"))
}

/// Tenths of a second in which there was time to do something.
async fn within<T>(tenths: usize, work: impl Future<Output = T>) -> Option<T> {
    let count = async {
        let mut beat = beats(100);
        for _ in 0..=tenths {
            beat.tick().await;
        }
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = count => None,
    }
}
