//! How one's own membership stands, and how to stay longer or come back.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::membership::{Membership, Standing};
use crate::ui::{Button, Frame, Icon, Kind, alert, button, card};

/// Whoever was removed is told of that, and of no end.
pub fn section(frame: &Frame, one: &Membership, removed_at: Option<DateTime<Utc>>) -> Markup {
    let clock = &frame.clock;
    let removed =
        removed_at.map(|at| format!("You were removed on {}.", clock.day(at.with_timezone(&clock.zone).date_naive())));
    let shown = match (one.standing(clock.now()), one.last_day(clock.zone)) {
        (Standing::Paused, _) => {
            let left = if one.ends_at.is_some() { " What was left of your time then is kept." } else { "" };
            let back = if removed.is_some() { "let you back" } else { "let it go on" };
            let paused = format!("Your membership is paused.{left}");
            out(frame, &removed.unwrap_or(paused), html! { p { "Whoever looks after the house can " (back) "." } })
        }
        (Standing::Over, Some(day)) => {
            let ended = format!("Your membership ended on {}.", clock.day(day));
            out(frame, &removed.unwrap_or(ended), asking(frame, one, "Ask to come back"))
        }
        (_, Some(day)) => card::card(html! {
            p { "You are welcome until the end of " (clock.day(day)) "." }
            (asking(frame, one, "Ask to stay longer"))
        }),
        (_, None) => card::card(html! { p { "You are welcome without end." } }),
    };
    card::section("membership", "Membership", html! {}, shown)
}

fn out(frame: &Frame, why: &str, act: Markup) -> Markup {
    let words = html! {
        p { b.strong { (why) } }
        p { "What " (frame.house) " shared with you on Plex is put away until you are back; then it is as it was." }
    };
    alert::alert(Kind::Warn, Icon::Lock, words, act)
}

fn asking(frame: &Frame, one: &Membership, label: &str) -> Markup {
    match one.asked_at {
        Some(at) => html! { p.sub { "You asked " (frame.clock.ago(at)) ". Somebody decides, and you get a mail." } },
        None => button::post(&frame.links.to("/me/membership"), Button::new(label).small().busy("Asking").submit()),
    }
}
