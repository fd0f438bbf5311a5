//! The record in words: one plain sentence for each entry, the same on pages, in exports and for programs.

use super::{ActivityKind, Entry};
use crate::domain::settings::SettingKey;

/// "Ana approved **Nine Winters** for Dario": what stands before, the thing itself, what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub before: String,
    pub thing: String,
    pub after: String,
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [self.before.as_str(), self.thing.as_str(), self.after.as_str()];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&said.join(" "))
    }
}

impl Entry {
    /// `concerned` is the name of the person it concerns, when that is known.
    pub fn sentence(&self, concerned: Option<&str>) -> Sentence {
        let (before, after) = self.kind.frame();
        let before = before.replace("{actor}", &self.actor);
        let after = match concerned.filter(|name| self.kind.names_the_person() && *name != self.actor) {
            Some(name) => format!("{after} for {name}").trim_start().to_owned(),
            None => after.to_owned(),
        };
        // Whoever does something to themselves is named once.
        let myself = self.actor_id.is_some() && self.actor == self.subject;
        match self.kind {
            ActivityKind::SignedIn if self.actor_id.is_some() => self.actor_did("signed in"),
            ActivityKind::SessionsEnded if myself => self.actor_did("signed out elsewhere"),
            ActivityKind::PasswordSet if myself => self.actor_did("set a new password"),
            ActivityKind::SettingChanged => {
                let thing = self
                    .subject
                    .parse()
                    .map_or_else(|_| self.subject.clone(), |key: SettingKey| key.named().to_owned());
                Sentence { before, thing, after }
            }
            ActivityKind::SetupDone => Sentence { before, thing: String::new(), after },
            ActivityKind::GroupJoined => self.moved(concerned, "put", "into the group"),
            ActivityKind::GroupLeft => self.moved(concerned, "took", "out of the group"),
            _ => Sentence { before, thing: self.subject.clone(), after },
        }
    }

    /// "Mara put Ana into the group **Friends**".
    fn moved(&self, concerned: Option<&str>, verb: &str, way: &str) -> Sentence {
        let whom = match concerned {
            Some(name) if self.actor_id.is_some() && name == self.actor => "themselves",
            Some(name) => name,
            None => "somebody",
        };
        let before = format!("{} {verb} {whom} {way}", self.actor);
        Sentence { before, thing: self.subject.clone(), after: String::new() }
    }

    fn actor_did(&self, what: &str) -> Sentence {
        Sentence { before: String::new(), thing: self.actor.clone(), after: what.to_owned() }
    }
}

impl ActivityKind {
    /// The words before and after the subject.
    fn frame(self) -> (&'static str, &'static str) {
        match self {
            Self::SignedIn => ("", "signed in"),
            Self::SignInRefused => ("A sign-in was refused:", ""),
            Self::SessionsEnded => ("{actor} ended the sessions of", ""),
            Self::PersonAdded => ("{actor} added", ""),
            Self::PersonImported => ("", "came in from Plex"),
            Self::PersonGone => ("", "is no longer at Plex"),
            Self::PersonRemoved => ("{actor} removed", ""),
            Self::PersonTakenBack => ("{actor} let", "back in"),
            Self::RemovalFailed => ("Plex did not remove", ""),
            Self::RoleChanged => ("{actor} changed the role of", ""),
            Self::PasswordSet => ("{actor} set the password of", ""),
            Self::PasswordResetAsked => ("A new password was asked for by mail:", ""),
            Self::MailChangeAsked => ("Another mail address was asked for by", ""),
            Self::MailChanged => ("", "confirmed another mail address"),
            Self::MailChangeStopped => ("Another mail address was objected to by", ""),
            Self::SettingChanged => ("{actor} changed", ""),
            Self::ServiceSaved => ("{actor} saved the service", ""),
            Self::ServiceRemoved => ("{actor} removed the service", ""),
            Self::ServiceDown => ("", "does not answer"),
            Self::ServiceBack => ("", "is back"),
            Self::KeyMade => ("{actor} made the API key", ""),
            Self::KeyRevoked => ("{actor} revoked the API key", ""),
            Self::PlanApplied => ("{actor} applied the access plan to", ""),
            Self::PlanUndone => ("{actor} took changes of access back for", ""),
            Self::PlanLeft => ("{actor} left out the access plan for", ""),
            Self::DriftKept => ("{actor} kept what Plex gives", ""),
            Self::AccessChanged => ("What", "sees has changed"),
            Self::AccessFailed => ("What", "sees could not be changed"),
            Self::StreamsEnded => ("What", "was watching has ended"),
            Self::StreamsLeft => ("What", "is watching could not be ended"),
            Self::GrantGiven => ("{actor} gave a library to", ""),
            Self::GrantEnded => ("{actor} took a library back from", ""),
            Self::LibraryWithheld => ("{actor} withholds a library from", ""),
            Self::LibraryGivenAgain => ("{actor} no longer withholds a library from", ""),
            Self::FlagsTakenBack => ("{actor} took back what an invite allowed", ""),
            Self::GroupsChanged => ("{actor} changed the groups of", ""),
            Self::NotesChanged => ("{actor} changed the notes about", ""),
            Self::MembershipChanged => ("{actor} changed the membership of", ""),
            Self::MembershipAsked => ("", "asks to stay longer"),
            Self::KeepChanged => ("{actor} changed the keep list:", ""),
            Self::LimitsAgain => ("{actor} plans limits again for", ""),
            Self::PeopleMerged => ("{actor} merged somebody into", ""),
            Self::PeopleSplit => ("{actor} split somebody off from", ""),
            Self::RequestAsked => ("{actor} asked for", ""),
            Self::RequestJoined => ("{actor} follows", ""),
            Self::RequestApproved => ("{actor} approved", ""),
            Self::RequestEdited => ("{actor} changed the request for", ""),
            Self::RequestDeclined => ("{actor} declined", ""),
            Self::RequestWithdrawn => ("{actor} withdrew", ""),
            Self::RequestRetried => ("{actor} tried", "once more"),
            Self::RequestSent => ("", "was sent"),
            Self::RequestStuck => ("", "is stuck"),
            Self::RequestReady => ("", "is ready"),
            Self::RequestGone => ("", "is gone from Plex"),
            Self::JobAsked => ("{actor} started the job", ""),
            Self::JobFailed => ("The job", "failed"),
            Self::SetupDone => ("{actor} finished setting up", ""),
            Self::NoticeFailed => ("A mail could not be delivered:", ""),
            Self::GroupSaved => ("{actor} saved the group", ""),
            Self::GroupMoved => ("{actor} moved the group", ""),
            Self::GroupRemoved => ("{actor} deleted the group", ""),
            Self::GroupJoined => ("{actor} put somebody into the group", ""),
            Self::GroupLeft => ("{actor} took somebody out of the group", ""),
            Self::InviteMailed => ("{actor} sent the invite", "by mail"),
            Self::InviteUsed => ("", "followed an invite"),
            Self::InviteSaved => ("{actor} saved the invite", ""),
            Self::InviteRemoved => ("{actor} deleted the invite", ""),
            Self::InvitesCleared => ("{actor} deleted", ""),
            Self::HomeAsked => ("{actor} asks for a place in the Plex Home for", ""),
            Self::HomeInvited => ("", "is invited to the Plex Home"),
            Self::HomeStopped => ("{actor} took back the place in the Plex Home of", ""),
            Self::AccessAsked => ("", "asks to be let in"),
            Self::AccessApproved => ("{actor} says yes to", "and makes an invite"),
            Self::AccessDeclined => ("{actor} says no to", "who asked to be let in"),
            Self::AskLinkSaved => ("{actor} saved the link to ask by", ""),
            Self::AskLinkRemoved => ("{actor} deleted the link to ask by", ""),
            Self::WelcomeSaved => ("{actor} saved the welcome page", ""),
            Self::WelcomeMoved => ("{actor} moved the welcome page", ""),
            Self::WelcomeRemoved => ("{actor} deleted the welcome page", ""),
            Self::PictureAdded => ("{actor} added the picture", ""),
            Self::PictureRemoved => ("{actor} deleted the picture", ""),
            Self::BackupRemoved => ("{actor} removed the backup", ""),
            Self::BackupDownloaded => ("{actor} downloaded the backup", ""),
            Self::Restored => ("Usherr was restored from", ""),
        }
    }

    /// Something is decided or done for somebody else, whose name the subject does not tell.
    fn names_the_person(self) -> bool {
        matches!(
            self,
            Self::RequestAsked
                | Self::RequestApproved
                | Self::RequestEdited
                | Self::RequestDeclined
                | Self::RequestWithdrawn
                | Self::RequestRetried
                | Self::RequestReady
        )
    }

    /// As a filter names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::SignInRefused => "Sign-in refused",
            Self::SessionsEnded => "Sessions ended",
            Self::PersonAdded => "Person added",
            Self::PersonImported => "Person came in from Plex",
            Self::PersonGone => "Person gone from Plex",
            Self::PersonRemoved => "Person removed",
            Self::PersonTakenBack => "Person let back in",
            Self::RemovalFailed => "Person not removed",
            Self::RoleChanged => "Role changed",
            Self::PasswordSet => "Password set",
            Self::PasswordResetAsked => "New password asked for",
            Self::MailChangeAsked => "Another mail address asked for",
            Self::MailChanged => "Mail address changed",
            Self::MailChangeStopped => "Another mail address objected to",
            Self::SettingChanged => "Setting changed",
            Self::ServiceSaved => "Service saved",
            Self::ServiceRemoved => "Service removed",
            Self::ServiceDown => "Service down",
            Self::ServiceBack => "Service back",
            Self::KeyMade => "API key made",
            Self::KeyRevoked => "API key revoked",
            Self::PlanApplied => "Access plan applied",
            Self::PlanUndone => "Access taken back",
            Self::PlanLeft => "Access plan left out",
            Self::DriftKept => "Kept what Plex gives",
            Self::AccessChanged => "Access changed",
            Self::AccessFailed => "Access not changed",
            Self::StreamsEnded => "Streams ended",
            Self::StreamsLeft => "Streams that could not be ended",
            Self::GrantGiven => "Library given",
            Self::GrantEnded => "Library taken back",
            Self::LibraryWithheld => "Library withheld",
            Self::LibraryGivenAgain => "Library no longer withheld",
            Self::FlagsTakenBack => "What an invite allowed taken back",
            Self::GroupsChanged => "Groups of a person changed",
            Self::NotesChanged => "Notes changed",
            Self::MembershipChanged => "Membership changed",
            Self::MembershipAsked => "Asked to stay longer",
            Self::KeepChanged => "Keep list changed",
            Self::LimitsAgain => "Limits planned again",
            Self::PeopleMerged => "People merged",
            Self::PeopleSplit => "People split",
            Self::RequestAsked => "Request asked",
            Self::RequestJoined => "Request followed",
            Self::RequestApproved => "Request approved",
            Self::RequestEdited => "Request changed",
            Self::RequestDeclined => "Request declined",
            Self::RequestWithdrawn => "Request withdrawn",
            Self::RequestRetried => "Request tried again",
            Self::RequestSent => "Request sent",
            Self::RequestStuck => "Request stuck",
            Self::RequestReady => "Request ready",
            Self::RequestGone => "Request gone",
            Self::JobAsked => "Job started by hand",
            Self::JobFailed => "Job failed",
            Self::SetupDone => "Set-up done",
            Self::NoticeFailed => "Mail not delivered",
            Self::GroupSaved => "Group saved",
            Self::GroupMoved => "Group moved",
            Self::GroupRemoved => "Group deleted",
            Self::GroupJoined => "Put into a group",
            Self::GroupLeft => "Taken out of a group",
            Self::InviteMailed => "Invite sent",
            Self::InviteUsed => "Invite used",
            Self::InviteSaved => "Invite saved",
            Self::InviteRemoved => "Invite deleted",
            Self::InvitesCleared => "Invites cleared",
            Self::HomeAsked => "Plex Home asked for",
            Self::HomeInvited => "Invited to the Plex Home",
            Self::HomeStopped => "Plex Home taken back",
            Self::AccessAsked => "Asked to be let in",
            Self::AccessApproved => "Access request approved",
            Self::AccessDeclined => "Access request declined",
            Self::AskLinkSaved => "Link to ask by saved",
            Self::AskLinkRemoved => "Link to ask by deleted",
            Self::WelcomeSaved => "Welcome page saved",
            Self::WelcomeMoved => "Welcome page moved",
            Self::WelcomeRemoved => "Welcome page deleted",
            Self::PictureAdded => "Picture added",
            Self::PictureRemoved => "Picture deleted",
            Self::BackupRemoved => "Backup removed",
            Self::BackupDownloaded => "Backup downloaded",
            Self::Restored => "Restored from a backup",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::ids::{ActivityId, PersonId};

    fn entry(kind: ActivityKind, actor: Option<&str>, subject: &str) -> Entry {
        Entry {
            id: ActivityId(1),
            at: "2026-11-20T18:40:00Z".parse().unwrap(),
            kind,
            actor_id: actor.map(|_| PersonId(1)),
            actor: actor.unwrap_or("Usherr").to_owned(),
            person: Some(PersonId(2)),
            request: None,
            subject: subject.to_owned(),
            detail: None,
            before: None,
            after: None,
        }
    }

    #[test]
    fn names_a_setting_as_people_do() {
        let changed = |subject| entry(ActivityKind::SettingChanged, Some("Mara"), subject).sentence(None).to_string();
        assert_eq!(changed("base_url"), "Mara changed the public address");
        assert_eq!(changed("the schedule of Tidy up"), "Mara changed the schedule of Tidy up");
    }

    #[test]
    fn says_who_did_what_for_whom() {
        let approved = entry(ActivityKind::RequestApproved, Some("Ana"), "Nine Winters");
        assert_eq!(approved.sentence(Some("Dario")).to_string(), "Ana approved Nine Winters for Dario");
        assert_eq!(approved.sentence(Some("Ana")).to_string(), "Ana approved Nine Winters");
        assert_eq!(approved.sentence(None).to_string(), "Ana approved Nine Winters");
        let retried = entry(ActivityKind::RequestRetried, Some("Ana"), "Nine Winters");
        assert_eq!(retried.sentence(Some("Dario")).to_string(), "Ana tried Nine Winters once more for Dario");
    }

    #[test]
    fn a_name_stands_once() {
        assert_eq!(entry(ActivityKind::SignedIn, Some("Ana"), "Ana").sentence(None).to_string(), "Ana signed in");
        assert_eq!(entry(ActivityKind::SignedIn, None, "Ana").sentence(None).to_string(), "Ana signed in");
        let ended = entry(ActivityKind::SessionsEnded, Some("Ana"), "Ana").sentence(None);
        assert_eq!(ended.to_string(), "Ana signed out elsewhere");
        let password = entry(ActivityKind::PasswordSet, Some("Ana"), "Ana").sentence(None);
        assert_eq!(password.to_string(), "Ana set a new password");
        assert_eq!(
            entry(ActivityKind::SetupDone, Some("Ana"), "x").sentence(None).to_string(),
            "Ana finished setting up"
        );
    }

    #[test]
    fn groups_tell_who_came_and_who_went() {
        let said = |kind, actor, whom| entry(kind, actor, "Friends").sentence(whom).to_string();
        let joined = ActivityKind::GroupJoined;
        assert_eq!(said(joined, Some("Mara"), Some("Ana")), "Mara put Ana into the group Friends");
        assert_eq!(said(joined, Some("Mara"), Some("Mara")), "Mara put themselves into the group Friends");
        assert_eq!(said(joined, None, Some("Ana")), "Usherr put Ana into the group Friends");
        assert_eq!(said(ActivityKind::GroupLeft, Some("Mara"), None), "Mara took somebody out of the group Friends");
    }

    #[test]
    fn an_actor_named_like_a_placeholder_stays_text() {
        let odd = entry(ActivityKind::PersonAdded, Some("{actor}"), "<b>");
        assert_eq!(odd.sentence(None).to_string(), "{actor} added <b>");
    }

    #[test]
    fn labels_tell_kinds_apart() {
        let labels: std::collections::BTreeSet<&str> = ActivityKind::ALL.iter().map(|kind| kind.label()).collect();
        assert_eq!(labels.len(), ActivityKind::ALL.len());
    }
}
