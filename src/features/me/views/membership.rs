//! How one's own membership stands, and how to come back.

use maud::{Markup, html};

use crate::domain::membership::{Membership, Standing};
use crate::ui::card;
use crate::ui::{Frame, Icon, Kind, alert};

pub fn section(frame: &Frame, one: &Membership) -> Markup {
    let clock = &frame.clock;
    let words = match (one.standing(clock.now()), one.last_day(clock.zone)) {
        (Standing::Paused, _) => {
            let more = if one.ends_at.is_some() { " What was left of your time then is kept." } else { "" };
            return out(frame, &format!("Your membership is paused.{more}"));
        }
        (Standing::Over, Some(day)) => {
            return out(frame, &format!("Your membership ended with {}.", clock.day(day)));
        }
        (_, Some(day)) => format!("You are welcome until the end of {}.", clock.day(day)),
        (_, None) => "You are welcome without end.".to_owned(),
    };
    card::section("membership", "Membership", html! {}, card::card(html! { p { (words) } }))
}

fn out(frame: &Frame, why: &str) -> Markup {
    let words = html! {
        p { b.strong { (why) } }
        p { "What " (frame.house) " shared with you on Plex is put away until you are back; then it is as it was. Ask whoever invited you." }
    };
    card::section("membership", "Membership", html! {}, alert::alert(Kind::Warn, Icon::Lock, words, html! {}))
}
