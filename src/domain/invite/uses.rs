//! One guest and one invite: how far they have come. A use counts from the moment they press the button until Plex refuses.

use chrono::{DateTime, Utc};

use super::refusal::Refusal;
use crate::domain::ids::{BatchId, InviteId, InviteUseId, PersonId};

crate::text_enum! {
    pub enum UseState {
        /// Plex is asked about the guest's account.
        Checking = "checking",
        /// What the invite gives is being shared.
        Sharing = "sharing",
        /// It is shared; Plex is told that the guest accepts.
        Accepting = "accepting",
        /// They are in.
        In = "in",
        /// Plex, or the house, says no; the use is given back.
        Refused = "refused",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteUse {
    pub id: InviteUseId,
    /// None: it was deleted since.
    pub invite: Option<InviteId>,
    pub plex_id: i64,
    pub person: Option<PersonId>,
    /// What the account was called.
    pub name: String,
    pub state: UseState,
    pub refusal: Option<Refusal>,
    /// The changes of access that let them in; none before they are planned.
    pub batch: Option<BatchId>,
    pub began_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// Nothing was shared with them when they came.
    pub is_newcomer: bool,
}

impl InviteUse {
    pub fn is_refused(&self) -> bool {
        self.state == UseState::Refused
    }

    /// Something is being done for the guest at this moment.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, UseState::Checking | UseState::Sharing | UseState::Accepting)
    }
}
