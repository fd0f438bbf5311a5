//! What is said of somebody who was removed: from where, how far Plex is with it, and the way back.

use maud::{Markup, html};

use super::Seen;
use crate::domain::removal::{Removal, State, Way};
use crate::ui::{Button, Frame, Icon, Kind, alert, button};

/// The last removal that nobody has taken back.
pub struct Removed {
    pub last: Removal,
    /// Why they can't be let back, where they can't.
    pub no_way_back: Option<String>,
    /// Why Plex has not done it yet, as far as that is known.
    pub held_up: Option<String>,
    /// The one who looks may let them back.
    pub may: bool,
}

pub fn note(frame: &Frame, seen: &Seen) -> Markup {
    let Some(removed) = &seen.removed else { return html! {} };
    let last = &removed.last;
    let (kind, icon) = match last.state {
        State::Failed => (Kind::Bad, Icon::Alert),
        State::Waiting => (Kind::Warn, Icon::Clock),
        State::Done | State::TakenBack => (Kind::Info, Icon::Info),
    };
    let words = html! {
        p { b.strong { (head(last)) } " " (when(frame, last)) }
        (state(removed))
        @if let Some(words) = &removed.no_way_back { p { (words) } }
    };
    alert::alert(kind, icon, words, acts(frame, seen, removed))
}

fn head(last: &Removal) -> String {
    match last.state {
        State::Waiting => format!("Being removed {}.", last.way.from()),
        State::Failed => format!("Not removed {}.", last.way.from()),
        State::Done | State::TakenBack => format!("Removed {}", last.way.from()),
    }
}

/// "2 minutes ago by Mara."; of what is not done, "Asked for 2 minutes ago by Mara."
fn when(frame: &Frame, last: &Removal) -> Markup {
    html! {
        @if last.state != State::Done { "Asked for " }
        (frame.clock.ago(last.made_at))
        @if let Some((_, name)) = &last.by { " by " bdi { (name) } }
        "."
    }
}

fn state(removed: &Removed) -> Markup {
    let last = &removed.last;
    match (last.state, &removed.held_up, &last.problem) {
        (State::Waiting, Some(words), _) => html! { p { "Plex has not done all of it yet: " (words) } },
        (State::Waiting, None, _) => html! { p { "Plex has not done all of it yet." } },
        (State::Failed, _, Some(words)) => html! { p { "Plex did not do it: " (words) } },
        _ => html! {},
    }
}

fn acts(frame: &Frame, seen: &Seen, removed: &Removed) -> Markup {
    let to = |part: &str| frame.links.to(&format!("/admin/people/{}/removal/{part}", seen.person.id));
    let (last, may) = (&removed.last, removed.may);
    let failed = last.state == State::Failed;
    let back = if last.way == Way::Usherr { "Take in again" } else { "Let them back" };
    html! {
        div.cluster {
            @if may && failed && last.way.asks_plex() {
                (button::post(&to("retry"), Button::new("Try again").icon(Icon::Refresh).small().busy("Asking").submit()))
            }
            @if failed && last.way == Way::Server {
                (Button::new("To the access plan").icon(Icon::Plan).small().link(&frame.links.to("/admin/plan")))
            }
            @if may && removed.no_way_back.is_none() {
                (button::post(&to("undo"), Button::new(back).icon(Icon::Undo).small().busy("Letting back").submit()))
            }
        }
    }
}
