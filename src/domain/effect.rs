//! What is to be done outside: written down with the change that causes it, done later by the worker, exactly once.
//! Effects carry ids and moments only, so that whoever runs them sees the state of that moment.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{
    AccessRequestId, ChangeId, InviteMailId, InviteUseId, PersonId, RemovalId, RequestId, ServerId, ServiceId, TitleId,
};
use super::notice::{AccountNotice, MembershipNotice, RequestNotice};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Add the title of an approved request to its Radarr or Sonarr. `attempt` tells a retry by hand from the first time.
    SendRequest { request: RequestId, title: TitleId, attempt: i32 },
    /// Stop watching and downloading what a withdrawn or declined request had started.
    CancelRequest { request: RequestId, title: TitleId },
    /// A title that somebody waits for came to a Plex library, or got more episodes there.
    TitleArrived { title: TitleId },
    /// Tell one person about one step of one request.
    TellRequest { notice: RequestNotice, request: RequestId, person: PersonId },
    /// Tell one person about a membership: their own, or one they may decide about.
    TellMembership { notice: MembershipNotice, about: PersonId, reader: PersonId },
    /// Tell somebody who decides that somebody asks to be let in.
    TellAccessRequest { access_request: AccessRequestId, reader: PersonId },
    /// Write to somebody who asks to be let in: how to go on, or what became of it.
    WriteToAsker { access_request: AccessRequestId },
    /// Tell one person about their own account. Nobody where somebody asked for one that there is not: that is written
    /// down like any other, and done by doing nothing.
    TellAccount { notice: AccountNotice, person: Option<PersonId> },
    /// Make one share on Plex what a change of access says.
    ChangeAccess { change: ChangeId },
    /// Give somebody whose membership was over, or paused, what was taken from them since.
    GiveBack { person: PersonId, out_since: DateTime<Utc> },
    /// End what somebody watches on a server that is no longer shared with them. A player may begin again at once: then there
    /// is another round.
    EndStreams { person: PersonId, server: ServerId, round: u32 },
    /// Have Plex end a friendship, or take somebody out of the Home.
    RemoveFromPlex { removal: RemovalId },
    /// Give a guest what their invite gives.
    LetIn { invite_use: InviteUseId },
    /// Accept on Plex, for a guest, what was shared with them.
    Welcome { invite_use: InviteUseId },
    /// Ask Plex for a place in the Home for a guest who is in.
    InviteHome { invite_use: InviteUseId },
    /// Take back from a guest what `InviteHome` has asked for.
    StopHome { invite_use: InviteUseId },
    /// Send an invite to a mail address.
    MailInvite { mail: InviteMailId },
    /// Make sure that a Sonarr or Radarr reports to us.
    RegisterHook { service: ServiceId },
}

/// The lane of everything that writes shares.
pub const ACCESS_LANE: &str = "access";

/// The lane of everything that is done for one guest.
pub fn guest_lane(invite_use: InviteUseId) -> String {
    format!("guest {invite_use}")
}

impl Effect {
    /// The word by which the outbox lists it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SendRequest { .. } => "send_request",
            Self::CancelRequest { .. } => "cancel_request",
            Self::TitleArrived { .. } => "title_arrived",
            Self::TellRequest { .. } => "tell_request",
            Self::TellMembership { .. } => "tell_membership",
            Self::TellAccessRequest { .. } => "tell_access_request",
            Self::WriteToAsker { .. } => "write_to_asker",
            Self::TellAccount { .. } => "tell_account",
            Self::ChangeAccess { .. } => "change_access",
            Self::GiveBack { .. } => "give_back",
            Self::EndStreams { .. } => "end_streams",
            Self::RemoveFromPlex { .. } => "remove_from_plex",
            Self::LetIn { .. } => "let_in",
            Self::Welcome { .. } => "welcome",
            Self::InviteHome { .. } => "invite_home",
            Self::StopHome { .. } => "stop_home",
            Self::MailInvite { .. } => "mail_invite",
            Self::RegisterHook { .. } => "register_hook",
        }
    }

    /// Effects of one lane run one after the other, in the order they were written down.
    pub fn lane(&self) -> Option<String> {
        match self {
            // Two requests for seasons of one series must not add it at the same time.
            Self::SendRequest { title, .. } | Self::CancelRequest { title, .. } => Some(format!("title {title}")),
            Self::TellRequest { request, person, .. } => Some(format!("tell {person} of {request}")),
            Self::TellMembership { about, reader, .. } => Some(format!("tell {reader} of the membership of {about}")),
            Self::TellAccessRequest { access_request, reader } => {
                Some(format!("tell {reader} who asks {access_request}"))
            }
            Self::WriteToAsker { access_request } => Some(format!("write to asker {access_request}")),
            Self::TellAccount { person, .. } => person.map(|person| format!("tell {person} of their account")),
            // plex.tv loses one of two writes that come together, whichever servers they are about.
            Self::ChangeAccess { .. } | Self::GiveBack { .. } | Self::RemoveFromPlex { .. } => {
                Some(ACCESS_LANE.to_owned())
            }
            Self::LetIn { invite_use }
            | Self::Welcome { invite_use }
            | Self::InviteHome { invite_use }
            | Self::StopHome { invite_use } => Some(guest_lane(*invite_use)),
            Self::RegisterHook { service } => Some(format!("hook {service}")),
            Self::TitleArrived { .. } | Self::MailInvite { .. } | Self::EndStreams { .. } => None,
        }
    }
}

/// How the worker's try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// Nothing to do any more: what asked for it was taken back, or is so already.
    Moot,
}
