//! Guests' places in the Plex Home, for whoever looks after invites: how each stands, and asking Plex for one.

use maud::{Markup, html};

use crate::domain::ids::InviteId;
use crate::domain::invite::home::{HomePlace, HomeState};
use crate::domain::invite::uses::InviteUse;
use crate::ui::badge::badge;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, card, form};

const HOME: &str =
    "Whoever is in a Home switches between people on the same TV; its owner sees and manages who is in it.";

/// How a place stands, and what there is to do for `asks`, who may.
pub fn cell(frame: &Frame, invite: InviteId, one: &InviteUse, asks: bool) -> Markup {
    html! {
        div.stack-2 {
            @match &one.home {
                Some(home) => (state(home)),
                None => span.muted { "not asked" },
            }
            @if asks {
                (Button::new(label(one)).quiet().small().link(&frame.links.to(&address(invite, one))))
            }
        }
    }
}

pub fn address(invite: InviteId, one: &InviteUse) -> String {
    format!("/admin/invites/{invite}/uses/{}/home", one.id)
}

fn label(one: &InviteUse) -> &'static str {
    match one.home_state() {
        Some(HomeState::Refused) => "Try again",
        Some(_) => "Ask again",
        None => "Ask Plex",
    }
}

fn state(home: &HomePlace) -> Markup {
    match home.state {
        HomeState::Waiting => badge(Kind::Info, Icon::Clock, "Plex is being asked"),
        HomeState::Sent => badge(Kind::Info, Icon::Mail, "Waits for their yes"),
        HomeState::In => badge(Kind::Good, Icon::Check, "In the Home"),
        HomeState::Refused => html! {
            (badge(Kind::Bad, Icon::X, "No place"))
            @if let Some(why) = home.refusal { p.small.soft { (why.headline()) ". " (why.for_host()) } }
            @if let Some(said) = &home.said { p.small.soft { "“" bdi { (said) } "”" } }
        },
    }
}

/// Asks before Plex is; `why_not` is why it is not asked now.
pub fn ask(frame: &Frame, invite: InviteId, one: &InviteUse, why_not: Option<&str>) -> Page {
    let title = format!("A place in the Plex Home for {}", one.name);
    let again = "It was asked before. Where that invitation still waits for their yes, no second one is sent.";
    let back = frame.links.to(&format!("/admin/invites/{invite}#uses"));
    let end = html! {
        @if why_not.is_none() { (Button::new("Ask Plex").icon(Icon::Mail).primary().busy("Asking").submit()) }
        (Button::new(if why_not.is_none() { "Not now" } else { "Back" }).quiet().link(&back))
    };
    let words = html! {
        @match why_not {
            Some(why) => p { (why) },
            None => {
                p { "Plex sends them a mail, and they are in when they say yes there. " (HOME) }
                @if one.home_state() == Some(HomeState::Sent) { p { (again) } }
                p { "What they see now stays as it is." }
            }
        }
    };
    let body = html! {
        (card::page_head_with(&title, words, html! {}))
        (form::form(&frame.links.to(&address(invite, one)), html! {}, end))
    };
    Page::new(frame, Place::Invites, title.clone(), body)
}
