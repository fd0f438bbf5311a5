//! The ticket with its perforated stub: a request, and later an invite; nothing else.

use maud::{Markup, html};

/// `label` names it for a screen reader: "Request 0412".
pub fn ticket(label: &str, body: Markup, stub: Markup) -> Markup {
    html! {
        article.ticket aria-label=(label) { div.body { (body) } div.stub { (stub) } }
    }
}
