//! What somebody changed on Plex itself: set apart from the plan, with a word for either side.

use maud::{Markup, html};

use super::plan::pages;
use super::{PLAN, may_write, named};
use crate::domain::access::told::{PlanPage, ToldDrift};
use crate::ui::{Button, Frame, card, facts, form, format};

pub fn drift(frame: &Frame, plan: &PlanPage) -> Markup {
    let aside = html! { span { "not part of this plan" } };
    let body = html! {
        p.soft.small.measure {
            "Somebody changed these on Plex itself. Usherr leaves them alone until you say which side is right."
        }
        ul.tiles.big { @for one in &plan.drift.list { li { (drifted(frame, one, plan.servers > 1)) } } }
        (pages(frame, &plan.drift, "drift"))
    };
    card::section("drift", "Plex differs from what was last sent", aside, html! { div.stack { (body) } })
}

fn drifted(frame: &Frame, one: &ToldDrift, several: bool) -> Markup {
    let list = |names: &[String]| format::list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut on_plex = Vec::new();
    match () {
        () if one.gone => on_plex.push("The share is gone".to_owned()),
        () => {
            if !one.more.is_empty() {
                on_plex.push(format!("{} too", list(&one.more)));
            }
            if !one.missing.is_empty() {
                on_plex.push(format!("{} missing", list(&one.missing)));
            }
            if one.settings_differ {
                on_plex.push("other flags or limits".to_owned());
            }
        }
    }
    if on_plex.is_empty() {
        on_plex.push("all libraries, also those to come".to_owned());
    }
    let sent = if one.sent.is_empty() { "no library".to_owned() } else { list(&one.sent) };
    let rows = [("On Plex", html! { (on_plex.join("; ")) }), ("Last sent", html! { (sent) })];
    html! {
        article.card.stack {
            div.line {
                (named(&one.name))
                @if several { span.end { (one.server_name) } }
            }
            (facts::facts(&rows))
            @if may_write(frame) {
                form.cluster method="post" action=(frame.links.to(&format!("{PLAN}/drift"))) {
                    (form::hidden("person", &one.person.to_string()))
                    (form::hidden("server", &one.server.to_string()))
                    (Button::new("Keep Plex’s").small().value("right", "plex").submit())
                    (Button::new("Put ours back").small().value("right", "ours").submit())
                }
            }
        }
    }
}
