//! One entry of the record as a row: icon, sentence, what changed, when.

use maud::{Markup, html};

use super::card;
use super::icon::{Icon, small};
use crate::domain::activity::{ActivityKind, Entry};

/// `concerned` is the name of the person it concerns, `when` a time at the end of the row.
pub fn line(entry: &Entry, concerned: Option<&str>, when: Markup) -> Markup {
    let said = entry.sentence(concerned);
    let words = html! {
        @if !said.before.is_empty() { (said.before) " " }
        @if !said.thing.is_empty() { b.strong { (said.thing) } }
        @if !said.after.is_empty() { " " (said.after) }
        @if let Some(detail) = entry.detail.as_ref().filter(|detail| **detail != entry.subject) { p.sub { (detail) } }
        (change(entry))
    };
    card::line(Some(icon(entry.kind)), words, card::end(when))
}

fn change(entry: &Entry) -> Markup {
    let before = entry.before.as_deref().filter(|value| !value.is_empty());
    let after = entry.after.as_deref().filter(|value| !value.is_empty());
    html! {
        @match (before, after) {
            (Some(before), Some(after)) => p.sub.cluster {
                span { span.visually-hidden { "from " } (before) }
                (small(Icon::ArrowRight))
                span { span.visually-hidden { "to " } (after) }
            },
            (Some(before), None) => p.sub { "Before: " (before) },
            (None, Some(after)) => p.sub { "Now: " (after) },
            (None, None) => {},
        }
    }
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
