//! What people are told, and when.

use super::ids::PersonId;
use super::people::Role;

crate::text_enum! {
    /// What everybody chooses for themselves whether it comes by mail.
    pub enum NoticeKind {
        /// To those who decide: somebody asks for a title.
        RequestAsked = "request_asked",
        RequestApproved = "request_approved",
        RequestDeclined = "request_declined",
        RequestReady = "request_ready",
        /// To those who decide: somebody would like to stay longer.
        MembershipAsked = "membership_asked",
        /// To those who decide: somebody asks to be let in.
        AccessAsked = "access_asked",
        /// It ends before long, has ended, or was asked about.
        Membership = "membership",
    }
}

crate::text_enum! {
    /// A step of a request that somebody is told about.
    pub enum RequestNotice {
        Asked = "request_asked",
        Approved = "request_approved",
        Declined = "request_declined",
        Ready = "request_ready",
    }
}

crate::text_enum! {
    /// What somebody is told about a membership.
    pub enum MembershipNotice {
        Ending = "membership_ending",
        Ended = "membership_ended",
        /// To those who decide: they would like to stay longer.
        Asked = "membership_asked",
        /// They had asked, and may stay.
        Extended = "membership_extended",
        /// They had asked, and it stays as it is.
        Declined = "membership_declined",
    }
}

crate::text_enum! {
    /// What somebody is told about the way into their own account, whatever else they want to be told.
    pub enum AccountNotice {
        /// Somebody asked for a new password.
        ResetAsked = "reset_asked",
        PasswordSet = "password_set",
        /// To another address that they want: is it theirs?
        MailConfirmation = "mail_confirmation",
        /// To the one they have: is it they who want another?
        MailObjection = "mail_objection",
    }
}

/// What a signed unsubscribe link is for, when it is made and when it is read.
pub const UNSUBSCRIBE: &str = "unsubscribe";

impl NoticeKind {
    /// What the link that stops this notice is about, as it is signed; `unsubscribed` reads it back.
    pub fn link_about(self, person: PersonId) -> String {
        format!("{person}:{self}")
    }

    pub fn unsubscribed(about: &str) -> Option<(PersonId, NoticeKind)> {
        let (person, kind) = about.split_once(':')?;
        Some((person.parse().ok()?, kind.parse().ok()?))
    }

    /// Whether somebody with this role ever gets it.
    pub fn concerns(self, role: Role) -> bool {
        match self {
            kind if kind.is_for_deciders() => role.may_decide(),
            Self::Membership => matches!(role, Role::Viewer | Role::Requester | Role::Moderator),
            _ => role.may_request(),
        }
    }

    /// Only whoever may decide gets it.
    pub fn is_for_deciders(self) -> bool {
        matches!(self, Self::RequestAsked | Self::MembershipAsked | Self::AccessAsked)
    }

    /// The switch on a person's page, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::RequestAsked => "Somebody asks for a title",
            Self::RequestApproved => "Your request was approved",
            Self::RequestDeclined => "Your request was declined",
            Self::RequestReady => "What you asked for or follow is ready",
            Self::MembershipAsked => "Somebody asks to stay longer",
            Self::AccessAsked => "Somebody asks to be let in",
            Self::Membership => "Your membership ends, or was extended",
        }
    }
}

impl RequestNotice {
    pub fn kind(self) -> NoticeKind {
        match self {
            Self::Asked => NoticeKind::RequestAsked,
            Self::Approved => NoticeKind::RequestApproved,
            Self::Declined => NoticeKind::RequestDeclined,
            Self::Ready => NoticeKind::RequestReady,
        }
    }
}

impl MembershipNotice {
    pub fn kind(self) -> NoticeKind {
        match self {
            Self::Asked => NoticeKind::MembershipAsked,
            Self::Ending | Self::Ended | Self::Extended | Self::Declined => NoticeKind::Membership,
        }
    }
}
