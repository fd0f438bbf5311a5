//! The groups of the house, as cards.

use maud::{Markup, html};

use super::words;
use crate::domain::group::Group;
use crate::domain::people::Role;
use crate::ui::badge::{badge, faces, tag};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, card, empty};

pub struct Card {
    pub group: Group,
    /// Titles of its libraries.
    pub libraries: Vec<String>,
    /// How many are in it.
    pub people: usize,
    /// Names of the first of them.
    pub first: Vec<String>,
}

pub const MOST_FACES: usize = 3;
const MOST_TAGS: usize = 8;
const SENTENCE: &str = "A group carries libraries, rights and allowances. Someone in several gets the most generous of \
                        each, and the strictest age rating.";

pub fn groups(frame: &Frame, cards: &[Card], role: Role, quota_days: u32) -> Page {
    let new = Button::new("New group").icon(Icon::Plus).primary().link(&frame.links.to("/admin/groups/new"));
    let body = html! {
        @if cards.is_empty() {
            (card::page_head("Groups", Some(SENTENCE), html! {}))
            (nothing(role, new))
        } @else {
            (card::page_head("Groups", Some(SENTENCE), html! { @if role.may_decide() { (new) } }))
            ul.tiles { @for card in cards { li { (one(frame, card, quota_days)) } } }
        }
    };
    Page::new(frame, Place::Groups, "Groups", body)
}

fn nothing(role: Role, new: Markup) -> Markup {
    let words = "A group gives the same libraries, rights and times to several people: Family, Friends, Kids. Until \
                 there is one, everybody keeps what Plex shares with them, and asks by the rules of the settings.";
    empty::empty(Icon::Groups, "No groups yet", html! { (words) }, html! { @if role.may_decide() { (new) } })
}

fn one(frame: &Frame, card: &Card, quota_days: u32) -> Markup {
    let group = &card.group;
    let shown: Vec<&str> = card.first.iter().map(String::as_str).collect();
    let times = words::times(&frame.clock, &group.when);
    html! {
        a.card href=(frame.links.to(&format!("/admin/groups/{}", group.id))) {
            div.stack {
                div.line { h2.grow { bdi { (group.name) } } (faces(&shown)) }
                @if !group.note.is_empty() { p.small.soft { bdi { (group.note) } } }
                @if !times.is_empty() { p.small.soft { (times) } }
                div.cluster { (tags(card)) (badges(frame, group)) }
                p.small.muted {
                    (words::people(card.people)) ". "
                    (words::rights(&group.rights, group.flags, quota_days))
                }
            }
        }
    }
}

fn tags(card: &Card) -> Markup {
    let more = card.libraries.len().saturating_sub(MOST_TAGS);
    html! {
        @if card.libraries.is_empty() { span.small.muted { "No libraries" } }
        @for title in card.libraries.iter().take(MOST_TAGS) { (tag(None, title)) }
        @if more > 0 { span.small.muted { "and " (more) " more" } }
    }
}

fn badges(frame: &Frame, group: &Group) -> Markup {
    let now = frame.clock.now();
    html! {
        @if let Some(age) = group.ceiling { (badge(Kind::Info, Icon::Shield, &words::ceiling(age))) }
        @if group.for_newcomers { (badge(Kind::Neutral, Icon::Door, "Newcomers")) }
        @if group.for_guests { (badge(Kind::Neutral, Icon::Users, "Guests of members")) }
        @if group.when.until.is_some_and(|until| until <= now) { (badge(Kind::Warn, Icon::Clock, "Over")) }
        @else if !group.is_on(now) { (badge(Kind::Neutral, Icon::Clock, "Has not begun")) }
    }
}
