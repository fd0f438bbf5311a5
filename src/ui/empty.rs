//! Nothing there yet, and not there yet: empty states with the next step, and boxes that hold the place while loading.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// `act` is the next step: a button, or nothing.
pub fn empty(symbol: Icon, title: &str, words: Markup, act: Markup) -> Markup {
    html! { div.empty { (icon(symbol)) h2 { (title) } p { (words) } (act) } }
}

/// A row of the size a media row will have. `words` are for those who can't see it: "Still asking Sonarr".
pub fn loading_row(words: &str) -> Markup {
    html! {
        div.media {
            span.poster.skel {}
            div.stack-2 { span.skel.w1 {} span.skel.w2 {} span.visually-hidden { (words) } }
        }
    }
}
