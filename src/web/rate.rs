//! Rate limits on everything that can be guessed. Kept in memory; what has not been used for a while is forgotten.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock, DefaultClock};
use governor::{Quota, RateLimiter};

use crate::error::{AppError, Outcome};

type Limiter = RateLimiter<String, governor::state::keyed::DefaultKeyedStateStore<String>, DefaultClock>;

#[derive(Clone)]
pub struct Limits(Arc<Buckets>);

struct Buckets {
    by_address: Limiter,
    by_name: Limiter,
}

/// Names and addresses remembered before the oldest are forgotten.
const MOST_KEYS: usize = 10_000;

impl Limits {
    /// `burst` tries at once, then one every six seconds, for each address; half of it for each name.
    pub fn new(burst: u32) -> Self {
        let quota = |burst: u32| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Quota::per_minute(NonZeroU32::MIN.saturating_add(9)).allow_burst(burst)
        };
        Self(Arc::new(Buckets {
            by_address: RateLimiter::keyed(quota(burst)),
            by_name: RateLimiter::keyed(quota(burst.div_ceil(2))),
        }))
    }

    /// One try to sign in or to guess a code.
    pub fn sign_in(&self, address: std::net::IpAddr, name: &str) -> Outcome<()> {
        take(&self.0.by_address, address.to_string())?;
        take(&self.0.by_name, name.trim().to_lowercase().chars().take(100).collect())
    }

    /// One try at something that only the address tells apart.
    pub fn knock(&self, address: std::net::IpAddr, door: &str) -> Outcome<()> {
        take(&self.0.by_address, format!("{door} {address}"))
    }
}

fn take(limiter: &Limiter, key: String) -> Outcome<()> {
    if limiter.len() > MOST_KEYS {
        limiter.retain_recent();
    }
    limiter
        .check_key(&key)
        .map_err(|refused| AppError::TooMany { retry_after: refused.wait_time_from(DefaultClock::default().now()) })
}
