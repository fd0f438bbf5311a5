//! The cards beside the libraries: groups, allowance, notes, who this is, the share, and the role.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{Seen, Server, group_tags};
use crate::domain::ids::PersonId;
use crate::domain::people::Person;
use crate::domain::quota::QuotaState;
use crate::domain::sharing::ShareSettings;
use crate::ui::form::{self, Choice, Field};
use crate::ui::{Button, Frame, Icon, button, card, facts, format};

/// What Plex says of the share as a whole.
pub struct Share {
    pub accepted: bool,
    pub invited_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub settings: ShareSettings,
}

pub fn aside(frame: &Frame, seen: &Seen) -> Markup {
    html! {
        aside.stack aria-label="About this person" {
            (groups(frame, seen))
            (super::membership::membership(frame, seen))
            (allowance(frame, seen))
            (notes(frame, seen))
            (identities(frame, seen))
            @for server in &seen.servers { @if let Some(share) = &server.share { (share_card(frame, server, share)) } }
            @if !seen.roles.is_empty() { (role_form(frame, seen)) }
        }
    }
}

fn groups(frame: &Frame, seen: &Seen) -> Markup {
    let change = frame.links.to(&format!("/admin/people/{}/groups", seen.person.id));
    card::card(html! {
        div.line {
            h2.grow { "Groups" }
            @if seen.may { (Button::new("Change").small().quiet().link(&change)) }
        }
        @if seen.groups.is_empty() { p.soft { "In no group." } } @else { (group_tags(&seen.groups)) }
        @if seen.groups.iter().any(|group| group.by_rule) {
            p.sub { "Those with a funnel take them in by a rule." }
        }
        (flags(frame, seen))
    })
}

fn flags(frame: &Frame, seen: &Seen) -> Markup {
    let words = seen.flags.words();
    let action = frame.links.to(&format!("/admin/people/{}/flags/removal", seen.person.id));
    html! {
        @if !words.is_empty() {
            div.line {
                p.grow.sub { "By an invite also: " (format::list(&words)) "." }
                @if seen.may { (button::post(&action, Button::new("Take back").small().quiet().busy("Taking back").submit())) }
            }
        }
    }
}

fn allowance(frame: &Frame, seen: &Seen) -> Markup {
    let mut rows = Vec::new();
    if let Some(allowance) = seen.allowance {
        rows.push(("Films", left(frame, allowance.films)));
        rows.push(("Seasons", left(frame, allowance.seasons)));
    }
    if let Some(guests) = seen.guests {
        rows.push(("Guests", html! { (guests.left()) " of " (guests.limit) " left" }));
    }
    if rows.is_empty() {
        return html! {};
    }
    card::card(html! { h2 { "Allowance" } (facts::facts(&rows)) })
}

/// "3 of 5 left, until 4 Dec".
fn left(frame: &Frame, state: Option<QuotaState>) -> Markup {
    let Some(state) = state else { return html! { span.muted { "may not ask for any" } } };
    let Some((limit, left)) = state.quota.limit.zip(state.left()) else { return html! { "as many as they like" } };
    html! {
        (left) " of " (limit) " left"
        @if let Some(at) = state.resets_at {
            ", until " (frame.clock.time(at, &frame.clock.day(at.with_timezone(&frame.clock.zone).date_naive())))
        }
    }
}

fn notes(frame: &Frame, seen: &Seen) -> Markup {
    let kept = if seen.keep { "Never removed for being quiet." } else { "May be removed for being quiet." };
    if !seen.may {
        return card::card(html! {
            h2 { "Notes" }
            @if seen.notes.is_empty() { p.soft { "None." } } @else {
                @for line in seen.notes.lines() { p { (line) } }
            }
            p.sub { (kept) }
        });
    }
    let action = frame.links.to(&format!("/admin/people/{}/notes", seen.person.id));
    let help = "For those who look after people; never shown to them.";
    card::card(html! {
        h2 { "Notes" }
        form.form method="post" action=(action) {
            (Field::new("notes", "What to remember").value(&seen.notes).errors(&seen.errors).help(help).maxlength(2000).textarea())
            (form::switch("keep", "yes", "Never removed for being quiet", "On the keep list.", seen.keep))
            div { (Button::new("Save").busy("Saving").submit()) }
        }
    })
}

fn identities(frame: &Frame, seen: &Seen) -> Markup {
    let (person, may) = (&seen.person, seen.may);
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
    let gone = person.gone_at.filter(|_| person.removed_at.is_none());
    let rows = [
        ("Plex", plex),
        ("Local sign-in", local),
        ("Plex Home", html! { (if person.home { "yes" } else { "no" }) }),
        ("Known since", frame.clock.stamp(person.created_at)),
        ("Invited by", seen.invited_by.as_ref().map(|by| inviter(frame, by)).unwrap_or_default()),
        ("Last here", person.last_seen_at.map_or_else(|| none("not yet"), |at| frame.clock.ago(at))),
        ("Limits", person.limits_kept_at.map(|at| limits_kept(frame, person, at, may)).unwrap_or_default()),
        ("Removed", person.removed_at.map(|at| frame.clock.stamp(at)).unwrap_or_default()),
        ("Gone since", gone.map(|at| frame.clock.stamp(at)).unwrap_or_default()),
    ];
    let shown: Vec<_> = rows.into_iter().filter(|(_, value)| !value.0.is_empty()).collect();
    card::card(html! { h2 { "Who this is" } (facts::facts(&shown)) })
}

fn inviter(frame: &Frame, (id, name): &(PersonId, String)) -> Markup {
    html! { a href=(frame.links.to(&format!("/admin/people/{id}"))) { bdi { (name) } } }
}

fn limits_kept(frame: &Frame, person: &Person, at: DateTime<Utc>, may: bool) -> Markup {
    let action = frame.links.to(&format!("/admin/people/{}/limits", person.id));
    html! {
        p { "Plex keeps them in a restriction profile, and refused ours " (frame.clock.ago(at)) "." }
        @if may {
            (button::post(&action, Button::new("Plan ours again").small().quiet().busy("Asking").submit()))
        }
    }
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
    card::opening(Icon::Shield, "Role", &now, html! {}, seen.errors.of("role").is_some(), body)
}
