//! What people are told, and when.

use super::ids::PersonId;
use super::people::Role;

crate::text_enum! {
    /// A step of a request that somebody is told about.
    pub enum NoticeKind {
        /// To those who decide: somebody asks for a title.
        Asked = "request_asked",
        Approved = "request_approved",
        Declined = "request_declined",
        Ready = "request_ready",
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
            Self::Asked => role.may_decide(),
            Self::Approved | Self::Declined | Self::Ready => role.may_request(),
        }
    }

    /// The switch on a person's page, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "Somebody asks for a title",
            Self::Approved => "Your request was approved",
            Self::Declined => "Your request was declined",
            Self::Ready => "What you asked for or follow is ready",
        }
    }
}
