//! One person: what they see and why, what happened lately, who they are to Plex and to us.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::badges;
use crate::domain::activity::{ActivityKind, Entry};
use crate::domain::people::{Person, Role, Session};
use crate::domain::sharing::ShareSettings;
use crate::ui::badge::{Face, face, plainly};
use crate::ui::form::{Choice, Errors, Field};
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, facts, format};

pub struct Seen {
    pub person: Person,
    pub servers: Vec<Server>,
    pub lately: Vec<Entry>,
    /// None for those who may not look at them.
    pub sessions: Option<Vec<Session>>,
    /// Roles the one who looks may give them; none when they may not.
    pub roles: &'static [Role],
    pub errors: Errors,
}

pub struct Server {
    pub name: String,
    pub libraries: Vec<Library>,
    pub share: Option<Share>,
}

pub struct Library {
    pub title: String,
    pub sees: bool,
    pub why: &'static str,
}

/// What Plex says of the share as a whole.
pub struct Share {
    pub accepted: bool,
    pub invited_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub settings: ShareSettings,
}

/// Why somebody sees a library, or does not: one short sentence.
pub fn why(person: &Person, all_shared: bool, sees: bool) -> &'static str {
    match (sees, person.plex_id) {
        (true, _) if person.is_owner => "Owns the server",
        (true, _) if person.role.sees_all_libraries() => "Their role sees everything",
        (true, None) => "Default library, everyone has it",
        (true, Some(_)) if all_shared => "All libraries are shared on Plex",
        (true, Some(_)) => "Shared on Plex",
        (false, None) if person.username.is_none() => "Was invited and has not come yet",
        (false, None) => "Has no Plex account here",
        (false, Some(_)) => "Not shared on Plex",
    }
}

pub fn person(frame: &Frame, seen: &Seen) -> Page {
    let body = html! {
        (head(&seen.person))
        @if let Some(words) = seen.errors.of("role").filter(|_| seen.roles.is_empty()) {
            (alert::note(Kind::Bad, Icon::Alert, words))
        }
        div.split {
            div.stack-8 {
                @for (number, server) in seen.servers.iter().enumerate() { (libraries(seen, server, number)) }
                (lately(frame, seen))
            }
            aside.stack aria-label="About this person" {
                (identities(frame, &seen.person))
                @for server in &seen.servers { @if let Some(share) = &server.share { (share_card(frame, server, share)) } }
                @if !seen.roles.is_empty() { (role_form(frame, seen)) }
                @if let Some(sessions) = &seen.sessions { (session_card(frame, sessions)) }
            }
        }
    };
    Page::new(frame, Place::People, seen.person.name.clone(), body)
}

fn head(person: &Person) -> Markup {
    html! {
        div.page-head {
            div.line {
                (face(&person.name, Face::Large))
                div.grow {
                    h1 { bdi { (person.name) } }
                    div.cluster.small.soft {
                        @if let Some(email) = &person.email { span { (email) } }
                        span { (person.role.label()) }
                        (badges(person, false))
                    }
                }
            }
        }
    }
}

fn libraries(seen: &Seen, server: &Server, number: usize) -> Markup {
    let title = format!("What {} sees, and why", format::first_name(&seen.person.name));
    let id = format!("sees-{number}");
    let columns = [Column::new("Library"), Column::new("Sees it"), Column::new("Why")];
    let rows = html! {
        @for library in &server.libraries {
            tr {
                th scope="row" { (library.title) }
                td.corner {
                    @if library.sees { (plainly(Kind::Good, Icon::Check, "Yes")) }
                    @else { (plainly(Kind::Neutral, Icon::Minus, "No")) }
                }
                td data-label="Why" { (library.why) }
            }
        }
    };
    html! {
        section aria-labelledby=(id) {
            (card::section_head(&id, &title, html! { span { "Server " (server.name) } }))
            @if server.libraries.is_empty() {
                (empty::empty(Icon::Film, "No libraries yet", html! { "They show here after the first look at Plex." }, html! {}))
            } @else { (table(&columns, rows)) }
        }
    }
}

fn lately(frame: &Frame, seen: &Seen) -> Markup {
    html! {
        section aria-labelledby="lately" {
            (card::section_head("lately", "Lately", html! {}))
            @if seen.lately.is_empty() { p.soft { "Nothing happened yet." } } @else {
                (card::rows(seen.lately.iter().map(|entry| line(frame, seen, entry))))
            }
        }
    }
}

fn line(frame: &Frame, seen: &Seen, entry: &Entry) -> Markup {
    let own = entry.actor_id == Some(seen.person.id);
    let (icon, words) = story(entry);
    let words = html! {
        (words)
        @if entry.request.is_some() { " " b.strong { bdi { (entry.subject) } } }
        @if let Some((before, after)) = entry.before.as_ref().zip(entry.after.as_ref()) {
            p.sub { "from " (before) " to " (after) }
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
        other => return (Icon::Log, format::capital(&other.as_str().replace('_', " "))),
    };
    (icon, words.to_owned())
}

fn identities(frame: &Frame, person: &Person) -> Markup {
    let none = |words: &str| html! { span.muted { (words) } };
    let plex = match (person.plex_id, &person.plex_username) {
        (Some(_), Some(name)) => html! { bdi { (name) } },
        (Some(_), None) => html! { "managed user" },
        (None, _) => none("none"),
    };
    let local = match &person.username {
        Some(name) if person.has_password => html! { (name) },
        _ => none("none"),
    };
    let rows = [
        ("Plex", plex),
        ("Local sign-in", local),
        ("Plex Home", html! { (if person.home { "yes" } else { "no" }) }),
        ("Known since", frame.clock.stamp(person.created_at)),
        ("Last here", person.last_seen_at.map_or_else(|| none("not yet"), |at| frame.clock.ago(at))),
        ("Gone since", person.gone_at.map(|at| frame.clock.stamp(at)).unwrap_or_default()),
    ];
    let shown: Vec<_> = rows.into_iter().filter(|(_, value)| !value.0.is_empty()).collect();
    card::card(html! { h2 { "Who this is" } (facts::facts(&shown)) })
}

fn share_card(frame: &Frame, server: &Server, share: &Share) -> Markup {
    let yes_no = |yes: bool| html! { (if yes { "yes" } else { "no" }) };
    let since = match (share.accepted, share.accepted_at, share.invited_at) {
        (true, Some(at), _) => ("Since", frame.clock.stamp(at)),
        (true, None, _) => ("Since", html! { span.muted { "unknown" } }),
        (false, _, Some(at)) => ("Invited", frame.clock.ago(at)),
        (false, _, None) => ("Invited", html! { "not accepted yet" }),
    };
    let mut rows = vec![
        since,
        ("Downloads", yes_no(share.settings.allow_sync)),
        ("Camera upload", yes_no(share.settings.allow_camera_upload)),
        ("Live TV", yes_no(share.settings.allow_tuners > 0)),
    ];
    if share.settings.filters().next().is_some() {
        rows.push(("Limits", html! { @for filter in share.settings.filters() { p { (readable(filter)) } } }));
    }
    card::card(html! { h2 { "Share of " (server.name) } (facts::facts(&rows)) })
}

/// `contentRating=0%2C6|label=kids` as "contentRating 0, 6; label kids" (plex.md B8).
fn readable(filter: &str) -> String {
    let plain = filter.replace("%2C", ", ").replace("%2c", ", ").replace("%20", " ");
    plain.split(['|', '&']).map(|part| part.replacen('=', " ", 1)).collect::<Vec<_>>().join("; ")
}

fn role_form(frame: &Frame, seen: &Seen) -> Markup {
    let choices: Vec<Choice<'_>> =
        seen.roles.iter().map(|role| Choice::new(role.as_str(), role.label()).help(role.about())).collect();
    let action = frame.links.to(&format!("/admin/people/{}/role", seen.person.id));
    let role = seen.person.role;
    let now = format!("{}. {}", role.label(), role.about());
    let body = html! {
        form.form method="post" action=(action) {
            (Field::new("role", "May do").value(role.as_str()).errors(&seen.errors).options(&choices))
            div { (Button::new("Change role").busy("Changing").submit()) }
        }
    };
    card::opening(Icon::Shield, "Role", &now, html! {}, !seen.errors.is_empty(), body)
}

fn session_card(frame: &Frame, sessions: &[Session]) -> Markup {
    card::card(html! {
        h2 { "Signed in" }
        @if sessions.is_empty() { p.soft { "Nowhere at the moment." } }
        @for session in sessions {
            (card::line(None, html! {
                @if let Some(address) = &session.address { (address) } @else { "somewhere" }
                p.sub { "since " (frame.clock.brief(session.created_at)) }
            }, card::end(frame.clock.ago(session.last_seen_at))))
        }
    })
}
