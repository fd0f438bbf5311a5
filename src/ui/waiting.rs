//! A part that looks again by itself until what it waits for is there: every two seconds where scripts run, else with the
//! page, by `Page::refresh(SECONDS)`. What comes takes the place of all that stands in `place`; it has no such part in it
//! when it is final. Who is asked again and again must come to an end by itself.

use maud::{Markup, html};

use super::alert;
use super::badge::Kind;
use super::button::Button;
use super::icon::Icon;

/// How often a page looks again where scripts don't run.
pub const SECONDS: u16 = 3;

/// `here` is the address that is looked at, `place` the id of what it fills: "main" or "dialog".
pub fn part(here: &str, place: &str, sentence: &str) -> Markup {
    let link = Button::new("Look again").icon(Icon::Refresh).small().link(here);
    html! {
        div role="status" hx-get=(here) hx-trigger="every 2s" hx-target=(format!("#{place}")) hx-swap="innerHTML" {
            (alert::alert(Kind::Info, Icon::Clock, html! { p { (sentence) } }, link))
        }
    }
}
