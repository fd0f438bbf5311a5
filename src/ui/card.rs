//! Blocks of a page: head, section, card, rows.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// The title, one sentence that says what is so, and the page's acts (top right; at the bottom on a phone).
pub fn page_head(title: &str, sentence: Option<&str>, acts: Markup) -> Markup {
    page_head_with(title, html! { @if let Some(sentence) = sentence { p { (sentence) } } }, acts)
}

/// The same where the sentence has links or times in it: `below` is one or more paragraphs.
pub fn page_head_with(title: &str, below: Markup, acts: Markup) -> Markup {
    html! {
        div.page-head {
            div { h1 { (title) } (below) }
            @if !acts.0.is_empty() { div.actions.dock { (acts) } }
        }
    }
}

/// A part of a page under its own heading. `id` is the heading's; `aside` is a link or a count at its right.
pub fn section(id: &str, title: &str, aside: Markup, body: Markup) -> Markup {
    html! {
        section.section aria-labelledby=(id) { (section_head(id, title, aside)) (body) }
    }
}

pub fn section_head(id: &str, title: &str, aside: Markup) -> Markup {
    html! { div.section-head { h2 id=(id) { (title) } (aside) } }
}

/// A card with its contents stacked.
pub fn card(body: Markup) -> Markup {
    html! { div.card.stack { (body) } }
}

/// A card that is a list of rows.
pub fn rows(rows: impl IntoIterator<Item = Markup>) -> Markup {
    html! { div.card.flush { ul.rows { @for row in rows { li { (row) } } } } }
}

/// One row: icon, words (which may hold a `p.sub`), a figure or a button at the end.
pub fn line(symbol: Option<Icon>, words: Markup, end: Markup) -> Markup {
    html! {
        div.line {
            @if let Some(symbol) = symbol { (icon(symbol)) }
            div.grow { (words) }
            (end)
        }
    }
}

/// The quiet figure at the end of a line.
pub fn end(words: Markup) -> Markup {
    html! { span.end { (words) } }
}

/// A block that opens: settings, one service a card. `state` is a badge.
pub fn opening(symbol: Icon, title: &str, sub: &str, state: Markup, open: bool, body: Markup) -> Markup {
    html! {
        details.card open[open] {
            summary.line {
                (icon(symbol))
                h2.grow { (title) @if !sub.is_empty() { small.sub { (sub) } } }
                (state)
                (icon(Icon::ChevronDown))
            }
            (body)
        }
    }
}

/// A long part of a page that folds away: a season. `end` is a badge.
pub fn fold(summary: Markup, end: Markup, open: bool, body: Markup) -> Markup {
    html! {
        details.fold open[open] {
            summary { (super::icon::small(Icon::ChevronRight)) span.grow { (summary) } (end) }
            div.stack { (body) }
        }
    }
}
