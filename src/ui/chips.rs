//! Filter chips. They are links, so what was chosen stays in the address.

use maud::{Markup, html};

/// One filter: an address that holds it, and how many it would show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub label: String,
    pub href: String,
    pub count: Option<i64>,
    pub current: bool,
}

impl Chip {
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { label: label.into(), href: href.into(), count: None, current }
    }

    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// `about` names what is chosen between, for a screen reader: "Filter", "Kind".
pub fn chips(about: &str, chips: &[Chip]) -> Markup {
    html! {
        nav.chips aria-label=(about) {
            @for chip in chips {
                a.chip href=(chip.href) aria-current=[chip.current.then_some("true")] {
                    (chip.label) @if let Some(count) = chip.count { " " span { (super::format::number(count)) } }
                }
            }
        }
    }
}
