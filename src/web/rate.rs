//! Rate limits on everything that can be guessed. Kept in memory; what has not been used for a while is forgotten.

use std::net::{IpAddr, Ipv6Addr};
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
    pub fn sign_in(&self, address: IpAddr, name: &str) -> Outcome<()> {
        take(&self.0.by_address, household(address).to_string())?;
        take(&self.0.by_name, name.trim().to_lowercase().chars().take(100).collect())
    }

    /// One try at something that only the address tells apart.
    pub fn knock(&self, address: IpAddr, door: &str) -> Outcome<()> {
        take(&self.0.by_address, format!("{door} {}", household(address)))
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network, too.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn another_address_of_the_same_network_gets_no_tries_of_its_own() {
        let limits = Limits::new(3);
        let tries = |address: &str| limits.knock(address.parse().unwrap(), "setup");
        for n in 1..=3 {
            tries(&format!("2001:db8:1:1::{n}")).unwrap();
        }
        assert!(tries("2001:db8:1:1:ffff::1").is_err());
        assert!(tries("2001:db8:1:2::1").is_ok());
        assert!(tries("192.0.2.1").is_ok());
    }
}
