//! Points at which a debug build can be made to die, so that tests can prove that nothing is lost or doubled: around
//! every claim, every call to a service and every commit. In a release build they are nothing at all.

#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicI64, Ordering};

#[cfg(debug_assertions)]
static LEFT: AtomicI64 = AtomicI64::new(i64::MAX);

/// The process dies at the n-th point from now.
pub fn arm(kill_at: Option<u64>) {
    #[cfg(debug_assertions)]
    if let Some(n) = kill_at {
        LEFT.store(i64::try_from(n).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
    #[cfg(not(debug_assertions))]
    let _ = kill_at;
}

/// Passed in `db` around every commit, in `vendor` around every call and mail, and in `worker` around every effect.
/// `USHERR_LOG=usherr::config::fail_point=trace` lists them.
pub fn pass(name: &str) {
    #[cfg(debug_assertions)]
    {
        tracing::trace!("{name}");
        if LEFT.fetch_sub(1, Ordering::SeqCst) == 1 {
            eprintln!("fail point: {name}");
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
