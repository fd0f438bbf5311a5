//! The step of a guest whose invite gives a place in the Plex Home, too: theirs alone to take. Nothing else waits for it.

use maud::{Markup, html};

use super::{At, Scene, going_on, inner, said};
use crate::domain::invite::home::{HomePlace, HomeState};

/// How it stands with the place of somebody who is in.
pub struct HomeStep {
    pub place: HomePlace,
    /// Where Plex writes to.
    pub email: Option<String>,
    pub is_slow: bool,
}

impl HomeStep {
    pub fn waits(&self) -> bool {
        self.place.state == HomeState::Waiting
    }
}

/// It looks again by itself while Plex is being asked; the rest of the page stays as it is.
pub fn step(number: usize, here: &str, scene: &Scene, gives: bool) -> Markup {
    let home = match scene {
        Scene::In { home: Some(home), .. } => Some(home),
        Scene::In { home: None, .. } => return html! {},
        _ if gives => None,
        _ => return html! {},
    };
    let (class, live) = (home.map_or("later", class), home.filter(|home| home.waits()));
    let trigger = live.map(|home| if home.is_slow { "every 20s" } else { "every 2s" });
    let at = if class == "done" { At::Done } else { At::Later };
    html! {
        li #home class=(class) hx-get=[live.map(|_| here)] hx-trigger=[trigger] hx-select=[live.map(|_| "#home")] hx-swap=[live.map(|_| "outerHTML")] {
            (inner(number, at, "A place in the Plex Home", match home { Some(home) => reached(home), None => ahead() }))
        }
    }
}

/// What there is to do stands out, though it is not the next thing to do.
fn class(home: &HomeStep) -> &'static str {
    match home.place.state {
        HomeState::Waiting | HomeState::Stopping => "later",
        HomeState::Sent | HomeState::Refused => "now",
        HomeState::In => "done",
    }
}

fn ahead() -> Markup {
    said(
        "Once you are in, Plex sends you a mail: say yes there. In a Home you switch between people on the same TV; its owner sees and manages who is in it.",
    )
}

fn reached(home: &HomeStep) -> Markup {
    match home.place.state {
        HomeState::Waiting => going_on(home.is_slow, "Plex is being asked at this moment …"),
        HomeState::Sent => html! {
            p.small.soft {
                "Plex has sent a mail" @if let Some(email) = &home.email { " to " bdi { (email) } }
                ": say yes there, or in Plex, and you are in the Home. Only you can."
            }
        },
        HomeState::In => said("You are in the Home."),
        HomeState::Stopping => said("The invitation to the Home is being taken back. All the rest is yours."),
        HomeState::Refused => html! {
            @if let Some(why) = home.place.refusal {
                p.small { (why.headline()) }
                (said(why.for_guest()))
            }
            (said("All the rest is yours, with or without it."))
        },
    }
}
