//! How one's own membership stands, and how to stay longer or come back.

use maud::{Markup, html};

use crate::domain::membership::{Membership, Standing};
use crate::ui::{Button, Frame, Icon, Kind, alert, button, card};

pub fn section(frame: &Frame, one: &Membership) -> Markup {
    let clock = &frame.clock;
    let shown = match (one.standing(clock.now()), one.last_day(clock.zone)) {
        (Standing::Paused, _) => {
            let more = if one.ends_at.is_some() { " What was left of your time then is kept." } else { "" };
            out(frame, &format!("Your membership is paused.{more}"), html! {})
        }
        (Standing::Over, Some(day)) => out(
            frame,
            &format!("Your membership ended with {}.", clock.day(day)),
            asking(frame, one, "Ask to come back"),
        ),
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
