//! Guests' places in the Plex Home, for whoever looks after invites: how each stands, asking Plex for one, taking it back.

use maud::{Markup, html};

use crate::domain::ids::InviteId;
use crate::domain::invite::home::{HomePlace, HomeState};
use crate::domain::invite::uses::InviteUse;
use crate::ui::badge::badge;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, card, form};

const HOME: &str =
    "Whoever is in a Home switches between people on the same TV; its owner sees and manages who is in it.";

/// How a place stands, and what an admin can do about it; `gives` says whether the invite still gives one.
pub fn cell(frame: &Frame, invite: InviteId, one: &InviteUse, is_admin: bool, gives: bool) -> Markup {
    let to = |end: &str| frame.links.to(&format!("{}{end}", address(invite, one)));
    html! {
        div.stack-2 {
            @match &one.home {
                Some(home) => (state(home)),
                None => span.muted { "not asked" },
            }
            @if is_admin && (one.may_ask_home(gives) || one.may_stop_home()) {
                div.cluster {
                    @if one.may_ask_home(gives) { (Button::new(label(one)).small().link(&to(""))) }
                    @if one.may_stop_home() { (Button::new("Take back").small().link(&to("/removal"))) }
                }
            }
        }
    }
}

fn address(invite: InviteId, one: &InviteUse) -> String {
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
    let (kind, icon, word) = match home.state {
        HomeState::Waiting => (Kind::Info, Icon::Clock, "Plex is being asked"),
        HomeState::Sent => (Kind::Info, Icon::Mail, "Waits for their yes"),
        HomeState::In => (Kind::Good, Icon::Check, "In the Home"),
        HomeState::Refused => (Kind::Bad, Icon::X, "No place"),
        HomeState::Stopping => (Kind::Info, Icon::Clock, "Is being taken back"),
    };
    html! {
        div { (badge(kind, icon, word)) }
        @if let Some(why) = home.refusal { p.small.soft { (why.headline()) ". " (why.for_host()) } }
        @match (&home.said, home.state) {
            (Some(said), HomeState::Sent) => p.small.soft { "It could not be taken back: " (said) },
            (Some(said), _) => p.small.soft { "“" bdi { (said) } "”" },
            (None, _) => {}
        }
    }
}

/// Asks before Plex is; `why_not` is why it is not asked now.
pub fn ask(frame: &Frame, invite: InviteId, one: &InviteUse, why_not: Option<&str>) -> Page {
    let title = format!("A place in the Plex Home for {}", one.name);
    let again = "It was asked before. Where that invitation still waits for their yes, no second one is sent.";
    let act = Button::new("Ask Plex").icon(Icon::Mail).primary().busy("Asking").submit();
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
    let act = why_not.is_none().then_some((act, "Not now"));
    question(frame, invite, &title, words, &address(invite, one), act)
}

const STOPS: &str = "Plex’s mail to them leads nowhere from then on. What they see stays as it is. Whoever has said yes meanwhile stays in the Home.";

/// Asks before a place is taken back.
pub fn stop(frame: &Frame, invite: InviteId, one: &InviteUse, why_not: Option<&str>) -> Page {
    let title = format!("Take back the place in the Plex Home of {}?", one.name);
    let words = why_not.unwrap_or(STOPS);
    let act = Button::new("Take it back").icon(Icon::Undo).danger().busy("Taking back").submit();
    let act = why_not.is_none().then_some((act, "Keep"));
    question(frame, invite, &title, html! { p { (words) } }, &format!("{}/removal", address(invite, one)), act)
}

/// `act` is the button with the word for leaving it; none where there is nothing to do.
fn question(
    frame: &Frame,
    invite: InviteId,
    title: &str,
    words: Markup,
    action: &str,
    act: Option<(Markup, &str)>,
) -> Page {
    let back = frame.links.to(&format!("/admin/invites/{invite}#uses"));
    let (act, leave) = act.unwrap_or((html! {}, "Back"));
    let end = html! { (act) (Button::new(leave).quiet().link(&back)) };
    let body = html! {
        (card::page_head_with(title, words, html! {}))
        (form::form(&frame.links.to(action), html! {}, end))
    };
    Page::new(frame, Place::Invites, title.to_owned(), body)
}
