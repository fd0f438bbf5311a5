//! The frame of a signed-in page: side bar from 900 px, bottom bar below, top bar with search. Entries go by role;
//! what does not exist yet has none.

use maud::{Markup, html};

use super::badge::{Face, face};
use super::dialog;
use super::frame::{Frame, HouseState, LOBBY, Place, Viewer, back_office};
use super::icon::{self, Icon};
use super::page::wordmark;

pub(super) fn framed(frame: &Frame, place: Place, query: &str, body: &Markup) -> Markup {
    html! {
        div.app {
            aside.sidebar aria-label="Side bar" { (sidebar(frame, place)) }
            div.column {
                (topbar(frame, place, query))
                main.main #main tabindex="-1" { (body) }
            }
            @if let Some(viewer) = &frame.viewer { (bottombar(frame, viewer, place)) }
        }
        dialog.dialog #dialog aria-labelledby="dialog-title" {}
        (dialog::keys())
    }
}

/// The counts in the frame, out of band, after something was asked or decided.
pub fn counts(viewer: &Viewer) -> Markup {
    html! {
        @for bar in [Bar::Side, Bar::Phone, Bar::More] {
            @for place in LOBBY.iter().chain(back_office(viewer.role)) {
                @if let Some(waiting) = viewer.waiting(*place) {
                    hx-partial hx-target=(format!("#{}", count_id(bar, *place))) hx-swap="outerHTML" {
                        (count(waiting, bar, *place))
                    }
                }
            }
        }
    }
}

fn sidebar(frame: &Frame, place: Place) -> Markup {
    html! {
        (wordmark(frame))
        @if let Some(viewer) = &frame.viewer {
            nav.nav aria-label="Main" {
                @for entry in LOBBY { (entry_link(frame, viewer, Bar::Side, entry, place)) }
                @if viewer.role.sees_back_office() { p.nav-title { "Back office" } }
                @for entry in back_office(viewer.role) { (entry_link(frame, viewer, Bar::Side, *entry, place)) }
            }
        }
        p.foot { span { (frame.house) } (state(frame)) }
    }
}

fn state(frame: &Frame) -> Markup {
    let may_look = frame.viewer.as_ref().is_some_and(|viewer| viewer.role.sees_settings());
    match &frame.state {
        HouseState::Running => html! { span { "Everything is running" } },
        HouseState::Trouble(words) if may_look => html! {
            a.badge.plainly.bad href=(frame.links.to(Place::Services.path())) { (icon::small(Icon::X)) (words) }
        },
        HouseState::Trouble(words) => html! { span.badge.plainly.bad { (icon::small(Icon::X)) (words) } },
    }
}

fn topbar(frame: &Frame, place: Place, query: &str) -> Markup {
    let class = if matches!(place, Place::Home | Place::Search) { "topbar has-search" } else { "topbar" };
    html! {
        header class=(class) {
            (wordmark(frame))
            @if let Some(viewer) = &frame.viewer {
                form.search role="search" aria-label="Films and series" action=(frame.links.to(Place::Search.path())) {
                    (icon::icon(Icon::Search))
                    input type="search" name="q" value=(query) placeholder="Search films and series"
                        aria-label="Search films and series" autocomplete="off" maxlength="200"
                        autofocus[place == Place::Search && query.is_empty()];
                    kbd { "/" }
                }
                a.round href=(frame.links.to(Place::Account.path())) {
                    (face(&viewer.name, Face::Medium))
                    span.visually-hidden { "Your account, " (viewer.name) }
                }
            }
        }
    }
}

/// Three entries and "More". Those with a back office have its entries while they are in it, and the lobby's else.
fn bottombar(frame: &Frame, viewer: &Viewer, place: Place) -> Markup {
    let office = back_office(viewer.role);
    let split = office.len().min(3);
    let in_office = place.is_back_office() && split > 0;
    let bar = if in_office { &office[..split] } else { &LOBBY[..] };
    html! {
        nav.bottombar aria-label="Phone" {
            @for entry in bar { (entry_link(frame, viewer, Bar::Phone, *entry, place)) }
            details {
                summary { (icon::icon(Icon::Menu)) "More" }
                div.sheet-menu.nav {
                    @if in_office {
                        @for entry in LOBBY { (entry_link(frame, viewer, Bar::More, entry, place)) }
                        @for entry in &office[split..] { (entry_link(frame, viewer, Bar::More, *entry, place)) }
                    } @else {
                        @for entry in office { (entry_link(frame, viewer, Bar::More, *entry, place)) }
                    }
                    (entry_link(frame, viewer, Bar::More, Place::Account, place))
                    form method="post" action=(frame.links.to("/logout")) {
                        button type="submit" { (icon::icon(Icon::SignOut)) "Sign out" }
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bar {
    Side,
    Phone,
    More,
}

fn entry_link(frame: &Frame, viewer: &Viewer, bar: Bar, entry: Place, place: Place) -> Markup {
    let label = match (bar, entry) {
        (Bar::Phone, Place::MyRequests) => "Requests",
        (Bar::Phone, Place::Dashboard) => "Desk",
        _ => entry.label(),
    };
    html! {
        a href=(frame.links.to(entry.path())) aria-current=[(entry == place).then_some("page")] {
            (icon::icon(entry.icon())) (label)
            @if let Some(waiting) = viewer.waiting(entry) { (count(waiting, bar, entry)) }
        }
    }
}

/// Always there, so that a count can come and go out of band; hidden while there is nothing to count.
fn count(waiting: i64, bar: Bar, place: Place) -> Markup {
    html! {
        span.count id=(count_id(bar, place)) hidden[waiting <= 0] {
            span.visually-hidden { ", " } (waiting) span.visually-hidden { " open" }
        }
    }
}

fn count_id(bar: Bar, place: Place) -> String {
    let bar = match bar {
        Bar::Side => "side",
        Bar::Phone => "phone",
        Bar::More => "more",
    };
    let what = match place {
        Place::Requests => "to-decide",
        Place::Plan => "in-plan",
        Place::AccessRequests => "asking",
        _ => "mine",
    };
    format!("count-{bar}-{what}")
}
