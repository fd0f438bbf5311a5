//! What stands where the request form will, while the title's service is slow to say what the title is.

use maud::{Markup, html};

use super::words;
use crate::domain::catalog::MediaKind;
use crate::ui::{Button, Frame, Page, Place, alert, card, dialog, waiting};

const HEADING: &str = "One moment";

/// As a page. `here` is the path of the form, `title` that of the title's page.
pub fn page(frame: &Frame, kind: MediaKind, here: &str, title: &str) -> Page {
    let body = html! {
        (card::page_head(HEADING, None, html! {}))
        div.stack {
            (waiting::part(&frame.links.to(here), "main", &sentence(kind)))
            div.cluster { (Button::new("Not now").quiet().link(&frame.links.to(title))) }
        }
    };
    Page::new(frame, Place::Elsewhere, HEADING, body).refresh(waiting::SECONDS)
}

/// As the inside of the dialog.
pub fn dialog(frame: &Frame, kind: MediaKind, here: &str, title: &str) -> Markup {
    let body = waiting::part(&frame.links.to(here), "dialog", &sentence(kind));
    dialog::words(HEADING, &frame.links.to(title), body)
}

/// In the dialog, where the form won't come.
pub fn in_vain(frame: &Frame, words: &str, here: &str, title: &str) -> Markup {
    let body = alert::degraded(words, &frame.links.to(here));
    dialog::words("This can't be asked for now", &frame.links.to(title), body)
}

fn sentence(kind: MediaKind) -> String {
    let what = match kind {
        MediaKind::Movie => "this film",
        MediaKind::Series => "this series",
    };
    format!("Still asking {} about {what}. The form comes by itself as soon as it has answered.", words::fetcher(kind))
}
