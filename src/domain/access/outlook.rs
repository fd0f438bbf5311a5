//! How the plan stands, in figures: what the dashboard shows without drawing it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::domain::ids::PersonId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// People who would gain or lose something.
    pub people: usize,
    /// People for whom Plex differs from what was last sent.
    pub differ: usize,
    /// When they were counted.
    pub at: DateTime<Utc>,
}

impl Outlook {
    pub fn of(plan: &Plan, at: DateTime<Utc>) -> Self {
        let count = |people: &mut dyn Iterator<Item = PersonId>| people.collect::<HashSet<_>>().len();
        Self {
            people: count(&mut plan.changes.iter().map(|change| change.person)),
            differ: count(&mut plan.drift.iter().map(|drift| drift.person)),
            at,
        }
    }

    /// There is nothing to decide.
    pub fn is_quiet(&self) -> bool {
        self.people == 0 && self.differ == 0
    }

    /// Whoever has seen one has seen the other, but for the time.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.people, self.differ) == (other.people, other.differ)
    }
}
