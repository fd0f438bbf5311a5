//! One welcome page as a newcomer reads it.

use maud::{Markup, html};

use crate::domain::ids::WelcomePageId;
use crate::domain::welcome::Gate;
use crate::domain::welcome::markdown::Target;
use crate::domain::welcome::way::Spot;
use crate::ui::{Button, Frame, Icon, Kind, Page, badge, button, progress, prose};

/// The part that changes once the gate was pressed.
pub const ONWARD: &str = "onward";

pub fn page(frame: &Frame, spot: &Spot<'_>) -> Page {
    let page = &spot.step.page;
    let body = html! {
        header.stack-2 {
            p.small.muted { "Welcome to " bdi { (frame.house) } ", " (spot.number) " of " (spot.of) }
            (progress::progress("Welcome pages", spot.number as f64, spot.of as f64))
            h1 { bdi { (page.title) } }
        }
        (prose::prose(&frame.links, &page.body))
        (onward(frame, spot))
    };
    Page::plain(frame, page.title.clone(), body).wide()
}

/// The gate and the ways on. While the gate is closed it looks by itself whether it was pressed.
pub fn onward(frame: &Frame, spot: &Spot<'_>) -> Markup {
    let here = address_of(frame, spot.step.page.id);
    let held = spot.step.is_held();
    let next = if spot.next.is_some() { "Next" } else { "Finish" };
    html! {
        div.stack id=(ONWARD) hx-get=[held.then_some(&here)] hx-trigger=[held.then_some("every 2s")]
            hx-target=[held.then_some("#onward")] hx-swap="outerHTML" {
            @if let Some(gate) = &spot.step.page.gate { (gate_of(frame, spot, gate)) }
            div.cluster {
                @if held {
                    button.btn type="button" disabled aria-describedby="held" { (next) }
                    noscript { a.btn href=(here) { "I have pressed it" } }
                } @else {
                    (button::post(&format!("{here}/read"), Button::new(next).icon(Icon::ArrowRight).primary().submit()))
                }
                @if let Some(back) = spot.back { (Button::new("Back").quiet().link(&address_of(frame, back))) }
                @if !held && spot.next.is_some() {
                    (Button::new("Skip for now").quiet().class("push").link(&frame.links.to("/")))
                }
            }
        }
    }
}

fn address_of(frame: &Frame, id: WelcomePageId) -> String {
    frame.links.to(&format!("/welcome/{id}"))
}

fn gate_of(frame: &Frame, spot: &Spot<'_>, gate: &Gate) -> Markup {
    let here = address_of(frame, spot.step.page.id);
    html! {
        div.card.stack {
            @if spot.step.is_held() {
                p #held { "To go on, press this button first. It opens in a new tab; then come back here." }
                form.cluster method="post" action=(format!("{here}/gate")) target="_blank" rel="noopener noreferrer" {
                    (Button::new(&gate.label).icon(Icon::External).primary().submit())
                }
            } @else {
                div.line {
                    div.grow {
                        a href=(address(frame, gate)) target="_blank" rel="noopener noreferrer" { bdi { (gate.label) } }
                    }
                    (badge::badge(Kind::Good, Icon::Check, "Done"))
                }
            }
        }
    }
}

/// Where the button of a gate leads.
pub fn address(frame: &Frame, gate: &Gate) -> String {
    match Target::of(&gate.url) {
        Some(Target::Outside(url)) => url,
        Some(Target::Inside(path)) => frame.links.to(&path),
        None => frame.links.to("/"),
    }
}

/// In the new tab, for as long as it takes to get there.
pub fn leaving(frame: &Frame, id: WelcomePageId, gate: &Gate) -> Page {
    let body = html! {
        div.stack.center { h1 { bdi { (gate.label) } } p.soft { "You are on your way." } }
        (Button::new("Go there").icon(Icon::External).primary().big().link(&address(frame, gate)))
        (Button::new("Back to the welcome").quiet().link(&address_of(frame, id)))
    };
    Page::plain(frame, gate.label.clone(), body)
}
