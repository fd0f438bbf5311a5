//! The steps of the other services: those that are connected, and a form for one more.

use maud::{Markup, html};

use super::{Onward, onward, sheet};
use crate::features::services::views::{FormView, form as service_form, icon};
use crate::features::setup::steps::Step;
use crate::ui::{Button, Frame, Icon, Kind, Page, badge, card};

/// A service that is connected.
pub struct Connected {
    pub key: crate::domain::service_form::FormKey,
    pub name: String,
    pub sub: String,
}

/// One form of a step. Optional ones stay folded until somebody wants them.
pub struct Offer<'a> {
    pub label: String,
    pub open: bool,
    pub form: FormView<'a>,
}

pub fn step(frame: &Frame, step: Step, connected: &[Connected], offers: &[Offer<'_>]) -> Page {
    let (question, words) = match step {
        Step::Arr => (
            "Who gets films and series?",
            "Radarr gets films, Sonarr gets series. Connect one, both, or several; you can do it later, too.",
        ),
        Step::Downloads => (
            "How do downloads get on?",
            "qBittorrent tells how fast a download is and when it will be done. Usherr only reads there.",
        ),
        _ => (
            "Who carries the mail?",
            "Usherr writes to those who ask and to those who decide. A test sends you a real mail.",
        ),
    };
    let body = html! {
        @if !connected.is_empty() { (card::rows(connected.iter().map(row))) }
        @for offer in offers { (one(offer)) }
        (onward(frame, step, if connected.is_empty() { Onward::Skip } else { Onward::GoOn }))
    };
    sheet(frame, step, question, words, body)
}

fn row(one: &Connected) -> Markup {
    let words = html! { p { (one.name) } @if !one.sub.is_empty() { p.sub { (one.sub) } } };
    card::line(Some(icon(one.key)), words, badge::badge(Kind::Good, Icon::Check, "Connected"))
}

fn one(offer: &Offer<'_>) -> Markup {
    html! {
        details.card open[offer.open] {
            summary.line {
                (crate::ui::icon::icon(icon(offer.form.key)))
                h2.grow { (offer.label) }
                (crate::ui::icon::icon(Icon::ChevronDown))
            }
            (service_form::form(&offer.form))
        }
    }
}

/// Takes back what was typed and not added.
pub fn forget(frame: &Frame, key: crate::domain::service_form::FormKey) -> Markup {
    let path = frame.links.to(&format!("/setup/services/{key}/forget"));
    Button::new("Clear").quiet().to(&path).unchecked().submit()
}
