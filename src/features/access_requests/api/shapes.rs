//! Access requests as programs send and read them.

use poem_openapi::Object;

use crate::domain::access_request::AccessRequest;
use crate::domain::access_request::form::{TypedApproval, TypedAsk};
use crate::web::api::time;

/// Who asks, as it is sent.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AccessDraft {
    name: String,
    /// It is confirmed by mail.
    email: String,
    /// A few words to those who decide.
    message: Option<String>,
}

impl AccessDraft {
    pub fn typed(self) -> TypedAsk {
        TypedAsk { name: self.name, email: self.email, message: self.message.unwrap_or_default() }
    }
}

/// What a yes gives.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AccessApproval {
    /// Groups that they join: at least one.
    group_ids: Vec<i64>,
    /// How long they may stay: open, days such as 30d, months such as 12m, or a last day. Left out, open.
    stay: Option<String>,
}

impl AccessApproval {
    pub fn typed(self) -> TypedApproval {
        let groups = self.group_ids.iter().map(ToString::to_string).collect();
        TypedApproval { groups, stay: self.stay.unwrap_or_default() }
    }
}

/// Why it is a no.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AccessDecline {
    /// In words for whoever asked; left out, nothing is said.
    pub reason: Option<String>,
}

/// Somebody who asks to be let in.
#[derive(Debug, Object)]
#[oai(rename = "AccessRequest")]
pub struct AccessRequestShape {
    id: i64,
    name: String,
    email: String,
    message: String,
    /// unconfirmed, open, approved or declined.
    state: String,
    /// Somebody has followed the invite of the yes.
    came_in: bool,
    /// RFC 3339 in UTC.
    asked_at: String,
    /// RFC 3339 in UTC.
    confirmed_at: Option<String>,
    /// RFC 3339 in UTC.
    decided_at: Option<String>,
    decided_by: Option<i64>,
    /// Why it was a no.
    reason: Option<String>,
    /// The invite of the yes, until it is deleted.
    invite_id: Option<i64>,
    /// The private link by which they asked.
    link_id: Option<i64>,
}

impl AccessRequestShape {
    pub fn of(one: AccessRequest) -> Self {
        Self {
            id: one.id.0,
            name: one.name,
            email: one.email,
            message: one.message,
            state: one.state.to_string(),
            came_in: one.came_in,
            asked_at: time(one.asked_at),
            confirmed_at: one.confirmed_at.map(time),
            decided_at: one.decided_at.map(time),
            decided_by: one.decided_by.map(|id| id.0),
            reason: one.reason,
            invite_id: one.invite.map(|id| id.0),
            link_id: one.link.map(|id| id.0),
        }
    }
}
