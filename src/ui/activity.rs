//! One entry of the record as a row: icon, sentence, what changed, when.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::card;
use super::format::Clock;
use super::icon::{Icon, small};
use crate::domain::activity::{ActivityKind, Entry};

/// `concerned` is the name of the person it concerns, `when` a time at the end of the row.
pub fn line(clock: &Clock, entry: &Entry, concerned: Option<&str>, when: Markup) -> Markup {
    let said = entry.sentence(concerned);
    let words = html! {
        @if !said.before.is_empty() { (said.before) " " }
        @if !said.thing.is_empty() { b.strong { (said.thing) } }
        @if !said.after.is_empty() { " " (said.after) }
        @if let Some(detail) = entry.detail.as_ref().filter(|detail| **detail != entry.subject) { p.sub { (detail) } }
        (change(clock, entry))
    };
    card::line(Some(icon(entry.kind)), words, card::end(when))
}

fn change(clock: &Clock, entry: &Entry) -> Markup {
    let said =
        |value: &Option<String>| value.as_deref().filter(|value| !value.is_empty()).map(|value| dated(clock, value));
    let (before, after) = (said(&entry.before), said(&entry.after));
    html! {
        @match (before, after) {
            (Some(before), Some(after)) => p.sub.cluster {
                span { span.visually-hidden { "before: " } (before) }
                (small(Icon::ArrowRight))
                span { span.visually-hidden { "now: " } (after) }
            },
            (Some(before), None) => p.sub { "Before: " (before) },
            (None, Some(after)) => p.sub { "Now: " (after) },
            (None, None) => {},
        }
    }
}

/// "until 2026-12-01" as pages say it: "until 1 Dec". Other words stay as they are.
pub fn dated(clock: &Clock, words: &str) -> String {
    let said = |part: &str| {
        let day: Option<NaiveDate> = part.get(..10).and_then(|day| day.parse().ok());
        day.map_or_else(|| part.to_owned(), |day| format!("{}{}", clock.day(day), &part[10..]))
    };
    let mut parts = words.split("until ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| format!("{all}until {}", said(part)))
}

pub fn icon(kind: ActivityKind) -> Icon {
    use ActivityKind as Kind;
    match kind {
        Kind::SignedIn | Kind::SetupDone => Icon::Door,
        Kind::SignInRefused => Icon::Lock,
        Kind::SessionsEnded => Icon::SignOut,
        Kind::PersonAdded | Kind::PersonImported | Kind::PersonGone => Icon::User,
        Kind::PersonRemoved => Icon::Minus,
        Kind::PersonTakenBack => Icon::Undo,
        Kind::RemovalFailed => Icon::Alert,
        Kind::RoleChanged => Icon::Shield,
        Kind::PasswordSet | Kind::PasswordResetAsked | Kind::KeyMade | Kind::KeyRevoked => Icon::Key,
        Kind::SettingChanged => Icon::Sliders,
        Kind::ServiceSaved | Kind::ServiceBack => Icon::Plug,
        Kind::ServiceRemoved | Kind::ServiceDown => Icon::Unplug,
        Kind::PlanApplied | Kind::AccessChanged | Kind::LimitsAgain => Icon::Plan,
        Kind::PlanUndone => Icon::Undo,
        Kind::PlanLeft | Kind::DriftKept => Icon::Minus,
        Kind::AccessFailed | Kind::StreamsLeft => Icon::Alert,
        Kind::StreamsEnded => Icon::Film,
        Kind::GrantGiven | Kind::LibraryGivenAgain => Icon::Plus,
        Kind::GrantEnded | Kind::LibraryWithheld | Kind::FlagsTakenBack => Icon::Minus,
        Kind::GroupsChanged => Icon::Groups,
        Kind::NotesChanged => Icon::Edit,
        Kind::KeepChanged => Icon::Lock,
        Kind::MembershipChanged | Kind::MembershipAsked => Icon::Clock,
        Kind::PeopleMerged | Kind::PeopleSplit => Icon::Users,
        Kind::RequestAsked => Icon::Ticket,
        Kind::RequestJoined => Icon::Follow,
        Kind::RequestApproved => Icon::Check,
        Kind::RequestEdited => Icon::Edit,
        Kind::RequestDeclined => Icon::X,
        Kind::RequestWithdrawn => Icon::Undo,
        Kind::RequestRetried => Icon::Refresh,
        Kind::RequestSent => Icon::ArrowRight,
        Kind::RequestStuck | Kind::JobFailed => Icon::Alert,
        Kind::RequestReady => Icon::Film,
        Kind::RequestGone => Icon::Trash,
        Kind::JobAsked => Icon::Clock,
        Kind::MailChangeAsked | Kind::MailChanged | Kind::MailChangeStopped => Icon::Mail,
        Kind::NoticeFailed => Icon::Mail,
        Kind::GroupSaved | Kind::GroupMoved | Kind::GroupRemoved | Kind::GroupJoined | Kind::GroupLeft => Icon::Groups,
        Kind::InviteSaved | Kind::InviteUsed | Kind::HomeAsked | Kind::HomeInvited => Icon::Door,
        Kind::InviteMailed => Icon::Mail,
        Kind::AccessAsked | Kind::AskLinkSaved => Icon::Door,
        Kind::AccessApproved => Icon::Check,
        Kind::AccessDeclined => Icon::X,
        Kind::AskLinkRemoved => Icon::Trash,
        Kind::InviteRemoved | Kind::InvitesCleared => Icon::Trash,
        Kind::HomeStopped => Icon::Undo,
        Kind::WelcomeSaved | Kind::WelcomeMoved | Kind::PictureAdded => Icon::Chat,
        Kind::WelcomeRemoved | Kind::PictureRemoved => Icon::Trash,
        Kind::BackupRemoved => Icon::Trash,
        Kind::BackupDownloaded => Icon::Download,
        Kind::Restored => Icon::Undo,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn ends_in_the_record_are_said_like_elsewhere() {
        let clock = Clock::new("2026-11-22T12:00:00Z".parse().unwrap(), chrono_tz::Europe::Stockholm);
        let said = |words: &str| dated(&clock, words);
        assert_eq!(said("until 2026-12-01"), "until 1 Dec");
        assert_eq!(said("paused, until 2027-01-02"), "paused, until 2 Jan 2027");
        assert_eq!(said("Fri 18:00 to 24:00, until 2027-01-06 18:00"), "Fri 18:00 to 24:00, until 6 Jan 2027 18:00");
        for same in ["without end", "2026-12-01", "until é2026-12-0", "until the end", "until ", ""] {
            assert_eq!(said(same), same);
        }
    }
}
