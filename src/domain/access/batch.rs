//! Changes that were applied together, and how far each of them is.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::plan::Change;
use crate::domain::ids::{BatchId, ChangeId, PersonId};
use crate::domain::invite::refusal::Refusal;

crate::text_enum! {
    /// Why changes were made.
    pub enum Cause {
        /// Somebody applied the plan.
        Plan = "plan",
        /// The clock: a window opened or closed, a date came.
        Schedule = "schedule",
        /// Somebody took earlier changes back.
        Undo = "undo",
        /// Somebody put back what was changed on Plex.
        Drift = "drift",
        /// A guest followed an invite.
        Invite = "invite",
        /// Somebody whose membership was over, or paused, is back.
        Membership = "membership",
    }
}

crate::text_enum! {
    pub enum State {
        Waiting = "waiting",
        Done = "done",
        /// Plex refused it, or it was no longer as the plan had it.
        Failed = "failed",
        /// Plex took a part of it and refused the rest: `after` is what it came to. The rest is planned anew.
        Partly = "partly",
        /// Another change of the same share came before it was its turn.
        Superseded = "superseded",
        /// Somebody stopped it.
        Stopped = "stopped",
    }
}

/// How many changes of a batch are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(HashMap<State, usize>);

impl Counts {
    pub fn of(&self, state: State) -> usize {
        self.0.get(&state).copied().unwrap_or_default()
    }

    pub fn all(&self) -> usize {
        self.0.values().sum()
    }

    /// Plex has taken them, or a part of them.
    pub fn made(&self) -> usize {
        self.of(State::Done) + self.of(State::Partly)
    }

    pub fn is_over(&self) -> bool {
        self.of(State::Waiting) == 0
    }
}

impl FromIterator<(State, usize)> for Counts {
    fn from_iter<T: IntoIterator<Item = (State, usize)>>(counted: T) -> Self {
        Self(counted.into_iter().collect())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: BatchId,
    pub cause: Cause,
    /// Nobody: Usherr itself.
    pub by: Option<(PersonId, String)>,
    pub at: DateTime<Utc>,
    /// The batch that this one takes back.
    pub undoes: Option<BatchId>,
}

/// A change of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub id: ChangeId,
    pub batch: BatchId,
    pub change: Change,
    pub state: State,
    pub error: Option<String>,
    /// 0 the first time; one more for each time somebody had it tried again.
    pub attempt: i32,
    pub finished_at: Option<DateTime<Utc>>,
    /// What Plex has against the person, where it said so.
    pub refusal: Option<Refusal>,
}
