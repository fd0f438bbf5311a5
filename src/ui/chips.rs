//! Filter chips. They are links, so what was chosen stays in the address.

use maud::{Markup, html};

use super::link::Links;

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

/// The parts of the settings; `here` is the path of the one that is shown.
pub fn settings(links: &Links, here: &str) -> Markup {
    let parts =
        [("Services", "/admin/services"), ("General", "/admin/settings/general"), ("Backups", "/admin/backups")];
    chips("Settings", &parts.map(|(label, path)| Chip::new(label, links.to(path), here == path)))
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
