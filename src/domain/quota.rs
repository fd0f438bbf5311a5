//! How many films and seasons somebody may ask for in so many days, and what is left of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::catalog::MediaKind;
use super::people::Role;
use super::settings::{AutoApprove, Settings};

/// An allowance: so many in so many days, counted back from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// None: as many as one likes.
    pub limit: Option<u32>,
    pub days: u32,
}

/// One earlier request that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    pub at: DateTime<Utc>,
    /// Films, or seasons.
    pub amount: u32,
}

/// An allowance and what is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaState {
    pub quota: Quota,
    pub used: u32,
    /// When the oldest of what counts stops counting; nothing counts when none.
    pub resets_at: Option<DateTime<Utc>>,
}

impl Quota {
    /// Those who decide are not held to an allowance.
    pub fn of(settings: &Settings, role: Role, kind: MediaKind) -> Self {
        let limit = match kind {
            MediaKind::Movie => settings.default_movie_quota,
            MediaKind::Series => settings.default_season_quota,
        };
        Self { limit: limit.filter(|_| !role.may_decide()), days: settings.quota_days }
    }

    /// What was spent before this does not count any more.
    pub fn begins(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(i64::from(self.days))
    }

    pub fn state(self, spent: &[Spent], now: DateTime<Utc>) -> QuotaState {
        let counts = || spent.iter().filter(|spent| spent.at > self.begins(now) && spent.amount > 0);
        let used = counts().fold(0_u32, |sum, spent| sum.saturating_add(spent.amount));
        let oldest = counts().map(|spent| spent.at).min();
        QuotaState { quota: self, used, resets_at: oldest.map(|at| at + TimeDelta::days(i64::from(self.days))) }
    }
}

impl QuotaState {
    /// None: as many as one likes.
    pub fn left(self) -> Option<u32> {
        self.quota.limit.map(|limit| limit.saturating_sub(self.used))
    }

    pub fn allows(self, amount: u32) -> bool {
        self.left().is_none_or(|left| amount <= left)
    }
}

/// Whether a request of this role needs no decision.
pub fn approves_itself(rule: AutoApprove, role: Role) -> bool {
    match rule {
        AutoApprove::None => false,
        AutoApprove::Moderators => role.may_decide(),
        AutoApprove::Everyone => role.may_request(),
    }
}
