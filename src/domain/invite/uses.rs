//! One guest and one invite: how far they have come. A use counts from the moment they press the button until Plex refuses.

use chrono::{DateTime, Utc};

use super::home::{HomePlace, HomeState};
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
    /// Their place in the Plex Home; none where none was asked for.
    pub home: Option<HomePlace>,
}

impl InviteUse {
    pub fn is_refused(&self) -> bool {
        self.state == UseState::Refused
    }

    /// Something is being done for the guest at this moment.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, UseState::Checking | UseState::Sharing | UseState::Accepting)
    }

    /// Plex is still to be asked for their place in the Home.
    pub fn waits_for_home(&self) -> bool {
        self.state == UseState::In && self.home_state() == Some(HomeState::Waiting)
    }

    /// Plex may be asked for a place, for the first time or again. `gives` says whether their invite gives one.
    pub fn may_ask_home(&self, gives: bool) -> bool {
        let open = match self.home_state() {
            None | Some(HomeState::Sent | HomeState::Refused) => true,
            Some(HomeState::Waiting | HomeState::In | HomeState::Stopping) => false,
        };
        gives && open && self.state == UseState::In
    }

    /// Their place may be taken back: they have not said yes so far.
    pub fn may_stop_home(&self) -> bool {
        matches!(self.home_state(), Some(HomeState::Waiting | HomeState::Sent))
    }

    pub fn home_state(&self) -> Option<HomeState> {
        self.home.as_ref().map(|home| home.state)
    }
}
