//! A place in the owner's Plex Home for somebody who came by an invite that gives one (plex.md B10). It comes after what
//! is shared, and endangers none of it: whatever Plex says, the guest is in.

/// So many fit into a Plex Home.
pub const MOST: usize = 15;

crate::text_enum! {
    pub enum HomeState {
        /// Plex is still to be asked.
        Waiting = "waiting",
        /// Plex has written to them, and waits for their own yes: nobody can say it for them.
        Sent = "sent",
        /// They were found in the Home.
        In = "in",
        Refused = "refused",
        /// Taken back here; Plex is still to hear it.
        Stopping = "stopping",
    }
}

crate::text_enum! {
    /// Why there is no place for somebody. plex.md has no list of these answers.
    pub enum HomeRefusal {
        Full = "full",
        /// Plex wants a Plex Pass of the owner for this.
        NeedsPass = "needs_pass",
        /// Nobody is in two Homes.
        OtherHome = "other_home",
        /// The account's mail address is not confirmed.
        Unverified = "unverified",
        /// Plex does not know whom to invite.
        Unknown = "unknown",
        /// Plex has retired the way of asking.
        Closed = "closed",
        /// Plex could not be asked, for days or at all.
        Unasked = "unasked",
        /// Plex refuses, and does not say why in words that we know.
        Other = "other",
    }
}

/// How it stands with somebody's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomePlace {
    pub state: HomeState,
    pub refusal: Option<HomeRefusal>,
    /// Plex's own words for it, or what kept it from being asked, or from hearing that it is taken back.
    pub said: Option<String>,
}

impl HomePlace {
    pub fn new(state: HomeState) -> Self {
        Self { state, refusal: None, said: None }
    }

    pub fn refused(why: HomeRefusal, said: Option<String>) -> Self {
        Self { state: HomeState::Refused, refusal: Some(why), said }
    }
}

/// What Plex answers when it is asked for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeAnswer {
    /// It writes to them, or has done so before.
    Sent,
    Refused {
        why: HomeRefusal,
        /// In Plex's own words.
        said: Option<String>,
    },
}

impl HomeRefusal {
    pub fn headline(self) -> &'static str {
        match self {
            Self::Full => "The Plex Home is full",
            Self::NeedsPass => "Plex wants a Plex Pass for this",
            Self::OtherHome => "In another Plex Home",
            Self::Unverified => "Plex wants a confirmed mail address",
            Self::Unknown => "Plex does not find the account",
            Self::Closed => "Plex takes no such request any more",
            Self::Unasked => "Plex could not be asked",
            Self::Other => "Plex says no",
        }
    }

    /// Why, and what to do now, for the guest. They are in all the same.
    pub fn for_guest(self) -> &'static str {
        match self {
            Self::Full => {
                "15 people fit into one, and all places are taken. Ask whoever sent you the link to make room."
            }
            Self::NeedsPass => "The owner needs one to have you in the Home. Tell whoever sent you the link.",
            Self::OtherHome => {
                "Nobody is in two. Leave the other one in Plex, under Settings, and tell whoever sent you the link."
            }
            Self::Unverified => {
                "Open the mail that Plex sent you about your address, press its link, and tell whoever sent you the link here."
            }
            Self::Unknown => "It may be new. Tell whoever sent you the link to try again in some minutes.",
            Self::Closed | Self::Unasked | Self::Other => {
                "Tell whoever sent you the link: they see why, and can try again."
            }
        }
    }

    /// What whoever looks after the house can do.
    pub fn for_host(self) -> &'static str {
        match self {
            Self::Full => {
                "15 people fit into a Home, those who have yet to say yes among them. Make room in Plex, then try again."
            }
            Self::NeedsPass => "A Home with others in it needs a Plex Pass of the owner. Get one, then try again.",
            Self::OtherHome => "They have to leave that one in Plex first; then try again.",
            Self::Unverified => "Have them confirm their address on plex.tv, then try again.",
            Self::Unknown => "The account may be new: try again in some minutes.",
            Self::Closed => "Invite them in Plex, under Settings, Plex Home; and bring Usherr up to date.",
            Self::Unasked => "Check the server and its sign-in under Services, then try again.",
            Self::Other => "Try again, or invite them in Plex, under Settings, Plex Home.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_refusal_has_words_of_its_own_and_a_way_on_for_both() {
        let headlines: HashSet<&str> = HomeRefusal::ALL.iter().map(|one| one.headline()).collect();
        let hosts: HashSet<&str> = HomeRefusal::ALL.iter().map(|one| one.for_host()).collect();
        assert_eq!((headlines.len(), hosts.len()), (HomeRefusal::ALL.len(), HomeRefusal::ALL.len()));
        for one in HomeRefusal::ALL {
            assert!(one.for_guest().ends_with('.') && one.for_host().ends_with('.'), "{one}");
        }
        for full in [HomeRefusal::Full.for_guest(), HomeRefusal::Full.for_host()] {
            assert!(full.contains(&MOST.to_string()), "{full}");
        }
    }
}
