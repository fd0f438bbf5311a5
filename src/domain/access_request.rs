//! Access requests: somebody without an invite asks to come in, confirms the address by mail, and somebody decides.

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::{AccessRequestId, AskLinkId, GroupId, InviteId, PersonId};

pub mod form;
pub mod link;

/// How long the invite of a yes works.
pub const INVITE_WORKS: TimeDelta = TimeDelta::days(14);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    pub id: AccessRequestId,
    /// By which private link they asked; none for the open door.
    pub link: Option<AskLinkId>,
    pub name: String,
    /// In lower case.
    pub email: String,
    pub message: String,
    pub state: State,
    pub asked_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<PersonId>,
    /// Why not, in words for whoever asked.
    pub reason: Option<String>,
    /// What a yes gave, until it is deleted.
    pub invite: Option<InviteId>,
    /// Somebody has followed it.
    pub came_in: bool,
}

crate::text_enum! {
    pub enum State {
        /// It waits for a decision.
        Open = "open",
        /// Nobody has said yet that the address is theirs.
        Unconfirmed = "unconfirmed",
        Approved = "approved",
        Declined = "declined",
    }
}

/// Why something can't be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unconfirmed,
    Settled,
}

impl Refusal {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unconfirmed => "Nobody has confirmed this address yet.",
            Self::Settled => "This was decided already.",
        }
    }
}

impl AccessRequest {
    /// The address is theirs.
    pub fn confirm(&self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        match self.state {
            State::Unconfirmed => Ok(Self { state: State::Open, confirmed_at: Some(now), ..self.clone() }),
            _ => Err(Refusal::Settled),
        }
    }

    /// The answer is yes, by this invite.
    pub fn approve(&self, by: PersonId, invite: InviteId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Ok(Self { state: State::Approved, invite: Some(invite), ..self.decide(by, now)? })
    }

    pub fn decline(&self, by: PersonId, reason: Option<String>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Ok(Self { state: State::Declined, reason, ..self.decide(by, now)? })
    }

    fn decide(&self, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        match self.state {
            State::Open => Ok(Self { decided_at: Some(now), decided_by: Some(by), ..self.clone() }),
            State::Unconfirmed => Err(Refusal::Unconfirmed),
            State::Approved | State::Declined => Err(Refusal::Settled),
        }
    }
}

/// A private link by which somebody may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskLink {
    pub id: AskLinkId,
    /// The end of its link.
    pub code: String,
    pub label: String,
    /// What a yes would give, unless somebody chooses otherwise.
    pub groups: Vec<GroupId>,
    pub expires_at: Option<DateTime<Utc>>,
    pub paused: bool,
    pub made_by: Option<PersonId>,
    pub made_at: DateTime<Utc>,
}

crate::text_enum! {
    /// Whether somebody may ask by a link.
    pub enum Standing {
        Open = "open",
        Paused = "paused",
        /// Its time is over.
        Expired = "expired",
    }
}

impl AskLink {
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match self {
            _ if self.expires_at.is_some_and(|end| end <= now) => Standing::Expired,
            _ if self.paused => Standing::Paused,
            _ => Standing::Open,
        }
    }
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    pub fn request() -> AccessRequest {
        AccessRequest {
            id: AccessRequestId(7),
            link: None,
            name: "Nadia".to_owned(),
            email: "nadia@example.org".to_owned(),
            message: String::new(),
            state: State::Unconfirmed,
            asked_at: now(),
            confirmed_at: None,
            decided_at: None,
            decided_by: None,
            reason: None,
            invite: None,
            came_in: false,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    const MARA: PersonId = PersonId(1);

    #[test]
    fn it_is_confirmed_once_and_decided_once() {
        let asked = request();
        assert_eq!(asked.approve(MARA, InviteId(3), now()), Err(Refusal::Unconfirmed));
        assert_eq!(asked.decline(MARA, None, now()), Err(Refusal::Unconfirmed));
        let open = asked.confirm(now()).unwrap();
        assert_eq!((open.state, open.confirmed_at), (State::Open, Some(now())));
        assert_eq!(open.confirm(now()), Err(Refusal::Settled));
        let yes = open.approve(MARA, InviteId(3), now()).unwrap();
        assert_eq!((yes.state, yes.invite, yes.decided_by), (State::Approved, Some(InviteId(3)), Some(MARA)));
        let no = open.decline(MARA, Some("Full.".to_owned()), now()).unwrap();
        assert_eq!((no.state, no.reason.as_deref(), no.decided_at), (State::Declined, Some("Full."), Some(now())));
        for settled in [yes, no] {
            assert_eq!(settled.confirm(now()), Err(Refusal::Settled));
            assert_eq!(settled.approve(MARA, InviteId(4), now()), Err(Refusal::Settled));
            assert_eq!(settled.decline(MARA, None, now()), Err(Refusal::Settled));
        }
    }

    #[test]
    fn a_link_to_ask_works_until_its_end_unless_it_is_paused() {
        let open = AskLink {
            id: AskLinkId(1),
            code: "abc".to_owned(),
            label: String::new(),
            groups: Vec::new(),
            expires_at: None,
            paused: false,
            made_by: None,
            made_at: now(),
        };
        let soon = AskLink { expires_at: Some(now() + TimeDelta::seconds(1)), ..open.clone() };
        assert_eq!([&open, &soon].map(|link| link.standing(now())), [Standing::Open; 2]);
        let paused = AskLink { paused: true, ..open };
        assert_eq!(paused.standing(now()), Standing::Paused);
        assert_eq!(AskLink { expires_at: Some(now()), ..paused }.standing(now()), Standing::Expired);
    }
}
