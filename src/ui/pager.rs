//! Paging that stays in the address: "11 to 20 of 143", back, next.

use maud::{Markup, html};

use super::button::Button;
use super::format::number;
use super::icon::{self, Icon};

/// `from` and `to` are the first and last row shown, counted from 1; `back` and `next` are addresses where there are any.
pub fn pager(from: i64, to: i64, total: i64, back: Option<&str>, next: Option<&str>) -> Markup {
    let shown = match (back, next) {
        (None, None) => format!("{} of {}", number(to), number(total)),
        _ => format!("{} to {} of {}", number(from), number(to), number(total)),
    };
    html! {
        nav.pager aria-label="Pages" {
            span { (shown) }
            @if back.is_some() || next.is_some() {
                span.cluster {
                    @if let Some(back) = back { (Button::new("Back").icon(Icon::ChevronLeft).small().link(back)) }
                    @if let Some(next) = next { a.btn.small href=(next) { "Next" (icon::small(Icon::ChevronRight)) } }
                }
            }
        }
    }
}
