//! Why somebody who followed an invite is not let in, and what they can do: every answer of Plex to an invite
//! (plex.md B4, B6), and what the house itself finds out.

crate::text_enum! {
    pub enum Refusal {
        /// It is over, paused, used up, or deleted since.
        NoMore = "no_more",
        /// The account is the one that the server belongs to.
        IsOwner = "is_owner",
        /// A member invites whom the house does not know yet, and gives nobody more than the house did.
        KnownAlready = "known_already",
        /// They were removed or paused since the link was made, or their time is over by now.
        Out = "out",
        /// Somebody of the Plex Home, or a managed user, is let in by the owner.
        HomeUser = "home_user",
        /// The account's mail address is not confirmed.
        Unverified = "unverified",
        /// Plex does not take the guest's sign-in any more.
        SignInAgain = "sign_in_again",
        /// Plex does not know whom to invite.
        Unknown = "unknown",
        /// Plex wants a Plex Pass of the owner for this.
        NeedsPass = "needs_pass",
        /// What the invite gives is not there any more.
        NothingToGive = "nothing_to_give",
        /// Plex refuses, and does not say why in words that we know.
        Other = "other",
    }
}

impl Refusal {
    pub fn headline(self) -> &'static str {
        match self {
            Self::NoMore => "This invite lets nobody in any more",
            Self::IsOwner => "This server is yours",
            Self::KnownAlready => "You are known here already",
            Self::Out => "Your access here has ended",
            Self::HomeUser => "You are in the Plex Home already",
            Self::Unverified => "Plex wants to be sure of your mail address",
            Self::SignInAgain => "Plex has forgotten your sign-in",
            Self::Unknown => "Plex does not find your account",
            Self::NeedsPass => "Plex does not let us invite you",
            Self::NothingToGive => "There is nothing behind this invite any more",
            Self::Other => "Plex says no",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoMore => "It was used as often as it works, or its time is over.",
            Self::IsOwner => "You signed in with the account that owns it: you see everything already.",
            Self::KnownAlready => "This link is for somebody who has not been here before.",
            Self::Out => "It is over, or was ended or paused; a link that you had before does not bring it back.",
            Self::HomeUser => "Whoever shares the owner’s Plex Home is let in there, not by a link.",
            Self::Unverified => "Accounts without a confirmed address can’t be invited.",
            Self::SignInAgain => "You signed out there, or changed your password, before the door was open.",
            Self::Unknown => "It may be new: Plex takes some minutes to know an account everywhere.",
            Self::NeedsPass => "It says that the owner of the server needs a Plex Pass for this.",
            Self::NothingToGive => "Its groups or libraries were deleted since it was made.",
            Self::Other => "It gave no reason that we understand.",
        }
    }

    /// What to do now.
    pub fn next(self) -> &'static str {
        match self {
            Self::NoMore | Self::NothingToGive => "Ask whoever sent you the link for a new one.",
            Self::IsOwner => "Open Plex and watch. To try the invite, sign in with another account.",
            Self::KnownAlready => "Sign in to see what is yours; for more, ask whoever looks after the house.",
            Self::Out => "Ask whoever looks after the house to let you back.",
            Self::HomeUser => "Ask the owner to choose your libraries, or sign in with another account.",
            Self::Unverified => "Open the mail that Plex sent you, press its link, come back and try again.",
            Self::SignInAgain => "Sign in with Plex once more; it goes on where it was.",
            Self::Unknown => "Wait a few minutes and try again.",
            Self::NeedsPass | Self::Other => {
                "Try again in a while, or tell whoever sent you the link; no place of it was used."
            }
        }
    }

    /// Another try may help.
    pub fn may_try_again(self) -> bool {
        matches!(self, Self::Unverified | Self::SignInAgain | Self::Unknown | Self::NeedsPass | Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_has_words_of_its_own_and_a_way_on() {
        let headlines: HashSet<&str> = Refusal::ALL.iter().map(|one| one.headline()).collect();
        let sentences: HashSet<&str> = Refusal::ALL.iter().map(|one| one.sentence()).collect();
        assert_eq!((headlines.len(), sentences.len()), (Refusal::ALL.len(), Refusal::ALL.len()));
        assert!(Refusal::ALL.iter().all(|one| one.next().ends_with('.')));
    }
}
