//! How many films and seasons somebody may ask for in so many days, and what is left of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::people::Role;
use super::settings::AutoApprove;

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + n)
    }

    #[test]
    fn what_was_spent_long_ago_does_not_count() {
        let quota = Quota { limit: Some(6), days: 30 };
        let spent =
            [Spent { at: day(-31), amount: 4 }, Spent { at: day(-10), amount: 2 }, Spent { at: day(-1), amount: 3 }];
        let state = quota.state(&spent, day(0));
        assert_eq!((state.used, state.left(), state.resets_at), (5, Some(1), Some(day(20))));
        assert!(state.allows(1) && !state.allows(2));
        assert_eq!(quota.state(&[], day(0)).resets_at, None);
    }

    #[test]
    fn who_needs_no_decision() {
        assert!(!approves_itself(AutoApprove::None, Role::Admin));
        assert!(approves_itself(AutoApprove::Moderators, Role::Moderator));
        assert!(!approves_itself(AutoApprove::Moderators, Role::Requester));
        assert!(approves_itself(AutoApprove::Everyone, Role::Requester));
        assert!(!approves_itself(AutoApprove::Everyone, Role::Auditor));
    }
}
