//! What happened about somebody lately.

use maud::{Markup, html};

use super::Seen;
use crate::domain::activity::{ActivityKind, Entry};
use crate::ui::activity::dated;
use crate::ui::{Frame, Icon, activity, card};

pub fn lately(frame: &Frame, seen: &Seen) -> Markup {
    let all = frame.links.to(&format!("/admin/people/{}/activity", seen.person.id));
    html! {
        section aria-labelledby="lately" {
            (card::section_head("lately", "Lately", html! { @if !seen.lately.is_empty() { a href=(all) { "Everything" } } }))
            @if seen.lately.is_empty() { p.soft { "Nothing happened yet." } } @else {
                (card::rows(seen.lately.iter().map(|entry| line(frame, seen, entry))))
            }
        }
    }
}

/// What concerns them needs no name; what they did about others is told as in the record.
fn line(frame: &Frame, seen: &Seen, entry: &Entry) -> Markup {
    if entry.person != Some(seen.person.id) {
        let concerned = entry.person.and_then(|id| seen.names.get(&id)).map(String::as_str);
        return activity::line(&frame.clock, entry, concerned, frame.clock.brief(entry.at));
    }
    let own = entry.actor_id == Some(seen.person.id);
    let (icon, words) = story(entry);
    let words = html! {
        (words)
        @if entry.request.is_some() { " " b.strong { bdi { (entry.subject) } } }
        @if let Some((before, after)) = entry.before.as_ref().zip(entry.after.as_ref()) {
            p.sub { "Before: " (dated(&frame.clock, before)) ". Now: " (dated(&frame.clock, after)) "." }
        }
        @if entry.detail.is_some() || !own {
            p.sub {
                @if let Some(detail) = &entry.detail { (detail.trim_end_matches('.')) }
                @if entry.detail.is_some() && !own { ", " }
                @if !own { "by " bdi { (entry.actor) } }
            }
        }
    };
    card::line(Some(icon), words, card::end(frame.clock.brief(entry.at)))
}

fn story(entry: &Entry) -> (Icon, String) {
    let (icon, words) = match entry.kind {
        ActivityKind::SignedIn => (Icon::Key, "Signed in"),
        ActivityKind::SignInRefused => (Icon::Lock, "A sign-in was refused"),
        ActivityKind::SessionsEnded => (Icon::SignOut, "Signed out"),
        ActivityKind::PersonAdded => (Icon::Plus, "Added"),
        ActivityKind::PersonImported => (Icon::Door, "Read from Plex"),
        ActivityKind::PersonGone => (Icon::Alert, "Gone from Plex"),
        ActivityKind::RoleChanged => (Icon::Shield, "Role changed"),
        ActivityKind::PasswordSet => (Icon::Lock, "Password set"),
        ActivityKind::RequestAsked => (Icon::Ticket, "Asked for"),
        ActivityKind::RequestJoined => (Icon::Follow, "Follows"),
        ActivityKind::RequestApproved => (Icon::Check, "Approved"),
        ActivityKind::RequestDeclined => (Icon::X, "Declined"),
        ActivityKind::RequestWithdrawn => (Icon::Undo, "Withdrew"),
        ActivityKind::RequestReady => (Icon::Play, "Ready"),
        ActivityKind::GroupJoined => return (Icon::Groups, format!("Put into the group {}", entry.subject)),
        ActivityKind::GroupLeft => return (Icon::Groups, format!("Taken out of the group {}", entry.subject)),
        other => return (activity::icon(other), other.label().to_owned()),
    };
    (icon, words.to_owned())
}
