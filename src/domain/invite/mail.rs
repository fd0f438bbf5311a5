//! An invite that is sent to somebody by mail.

use chrono::{DateTime, Utc};

use crate::domain::ids::{InviteId, InviteMailId};

crate::text_enum! {
    pub enum MailState {
        Waiting = "waiting",
        /// A mail server has taken it.
        Sent = "sent",
        Failed = "failed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteMail {
    pub id: InviteMailId,
    pub invite: InviteId,
    pub address: String,
    pub state: MailState,
    /// Why it was not sent.
    pub fault: Option<String>,
    pub asked_at: DateTime<Utc>,
}
