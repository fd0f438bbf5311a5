//! Live parts of a page.

use maud::{Markup, html};

/// Placeholder docs.
pub fn live(id: &str, stream: &str, poll: &str, here: &str, content: Markup) -> Markup {
    html! {
        div id=(id) aria-live="polite" hx-sse:connect=(stream) hx-sse:close="over" hx-trigger="live" hx-swap="innerMorph"
            hx-status:4xx="swap:none" hx-status:5xx="swap:none" data-poll=(poll) { (content) }
        noscript { p { a.btn.small href=(here) { "Look again" } } }
    }
}
