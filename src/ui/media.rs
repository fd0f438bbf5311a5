//! A title in a row: small poster, words, and buttons that drop below when the row is narrow.

use maud::{Markup, html};

/// `poster` comes from `poster::thumb`, `tail` is buttons or nothing. `title` may be a link; `words` are paragraphs,
/// badges, progress.
pub fn row(poster: Markup, title: Markup, words: Markup, tail: Markup) -> Markup {
    html! {
        div class=(if tail.0.is_empty() { "media" } else { "media has-tail" }) {
            (poster)
            div.stack-2 { p.title { (title) } (words) }
            @if !tail.0.is_empty() { div.tail.actions { (tail) } }
        }
    }
}

/// The same in a card of its own, with the line below the title close to it.
pub fn tile(poster: Markup, title: Markup, below: &str, words: Markup) -> Markup {
    html! {
        div.media { (poster) div.stack-2 { div { p.title { (title) } p { (below) } } (words) } }
    }
}

/// The big one, for a ticket: poster and words side by side.
pub fn big(poster: Markup, words: Markup) -> Markup {
    html! { div.media.big { (poster) div.stack-2 { (words) } } }
}
