//! The pages behind the link in a reminder.

use maud::html;

use super::actions::Answer;
use crate::domain::membership::{Membership, Standing};
use crate::ui::{Button, Frame, Page, format};

pub fn ask(frame: &Frame, name: &str, one: &Membership, token: &str) -> Page {
    let clock = &frame.clock;
    let day = one.last_day(clock.zone).map(|day| clock.day(day)).unwrap_or_default();
    let (title, words, act) = match one.standing(clock.now()) {
        Standing::Over => ("Come back?", format!("Your membership ended on {day}."), "Ask to come back"),
        _ => ("Stay longer?", format!("You are welcome until the end of {day}."), "Ask to stay longer"),
    };
    let body = html! {
        div.stack-2 {
            h1 { (title) }
            p.soft { "Hello " bdi { (format::first_name(name)) } ". " (words) " Whoever looks after " (frame.house) " is told that you asked." }
        }
        form.actions method="post" action=(frame.links.to(&format!("/membership/{token}"))) {
            (Button::new(act).primary().busy("Asking").submit())
        }
    };
    Page::plain(frame, title, body)
}

pub fn answer(frame: &Frame, answer: &Answer) -> Page {
    let clock = &frame.clock;
    let (title, words) = match answer {
        Answer::Given(one) => match (one.standing(clock.now()), one.last_day(clock.zone)) {
            (Standing::Paused, _) => ("It is paused", "Your membership is paused for now.".to_owned()),
            (Standing::Over, Some(day)) => ("It is over", format!("Your membership ended on {}.", clock.day(day))),
            (_, Some(day)) => ("You can stay", format!("You are welcome until the end of {}.", clock.day(day))),
            (_, None) => ("You can stay", "You are welcome without end.".to_owned()),
        },
        Answer::Waits => ("You have asked", "Somebody decides, and you get a mail. You need not ask again.".to_owned()),
        Answer::Nothing => {
            ("There is nothing to ask for", "Your membership has no end that could be moved.".to_owned())
        }
    };
    let body = html! {
        div.stack-2 { h1 { (title) } p.soft { (words) } }
        div.actions { (Button::new("To your page").primary().link(&frame.links.to("/me"))) }
    };
    Page::plain(frame, title, body)
}

pub fn over(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "This link has run out" }
            p.soft { "Nothing was asked. On your own page you can ask at any time." }
        }
        div.actions { (Button::new("To your page").primary().link(&frame.links.to("/me"))) }
    };
    Page::plain(frame, "This link has run out", body).dark()
}
