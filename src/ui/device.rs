//! Where somebody is signed in. The name of a device comes from what its browser says of itself: a guess for the reader's
//! eye; nothing rests on it.

use maud::{Markup, html};

use super::badge::{Kind, badge};
use super::format::Clock;
use super::{Icon, card};
use crate::domain::people::{Session, SessionKind};

/// One place, with what can be done about it at its end; `here` is the one of this very visit.
pub fn row(clock: &Clock, session: &Session, here: bool, end: Markup) -> Markup {
    let icon = match session.kind {
        SessionKind::Api => Icon::Plug,
        SessionKind::Web if is_phone(session.user_agent.as_deref()) => Icon::Phone,
        SessionKind::Web => Icon::Screen,
    };
    let words = html! {
        b.strong { (name(session)) } " " @if here { (badge(Kind::Good, Icon::Check, "This device")) }
        p.sub {
            @if let Some(address) = &session.address { (address) ", " }
            "seen " (clock.ago(session.last_seen_at))
        }
    };
    card::line(Some(icon), words, end)
}

/// The button that ends it.
pub fn sign_out(action: &str, session: &Session) -> Markup {
    html! {
        form method="post" action=(action) {
            button.btn.small type="submit" aria-label=(format!("Sign out {}", name(session))) { "Sign out" }
        }
    }
}

/// "Firefox on Linux"; "A program" for a bearer token.
fn name(session: &Session) -> String {
    let agent = session.user_agent.as_deref().unwrap_or_default();
    let program = match session.kind {
        SessionKind::Api => return "A program, by token".to_owned(),
        SessionKind::Web => first(agent, BROWSERS).unwrap_or("A browser"),
    };
    match first(agent, SYSTEMS) {
        Some(system) => format!("{program} on {system}"),
        None => program.to_owned(),
    }
}

fn is_phone(agent: Option<&str>) -> bool {
    agent.is_some_and(|agent| agent.contains("Mobile") || agent.contains("Android") || agent.contains("iPhone"))
}

/// The more special comes first: Edge calls itself Chrome and Safari, too.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
];

fn first(agent: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
}
