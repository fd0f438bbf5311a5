//! Live parts of a page: a stream of server-sent events while the tab is seen, polling where the stream stays silent, and
//! a link where scripts don't run.
//!
//! What the browser does (`assets/app.js` and htmx's own extension):
//! * It opens `stream` when the part is shown and the tab is visible, closes it when the tab is hidden, and opens it again
//!   when the tab comes back. A broken stream is tried again with growing waits.
//! * It looks at the clock every five seconds: if the stream has said nothing for 12 seconds (or never opened: refused,
//!   blocked, buffered by a proxy), it fetches `poll` every five seconds until the stream speaks again.
//! * A hidden tab asks nothing at all.
//! * Either way the new content is morphed into the part, so focus and open menus stay.
//!
//! What the server does:
//! * `GET stream` answers `text/event-stream`: at once one unnamed message with the content as it is now, then one
//!   whenever it changed (at most one a second), and `event: beat` at least every ten seconds. A message may carry
//!   `hx-partial`s for other places (toasts, counts); one stream a page is enough, and browsers allow only six.
//! * `GET poll` answers the same content as a plain fragment.
//! * When nothing will change any more: content that holds `over()`, then `event: over`. After that nobody asks again.
//! * A page that has a live part says `Page::refresh(5)` too, if it is to move without scripts.

use maud::{Markup, html};

/// A live part. Put `aria-live="polite"` on the one sentence in it worth reading out, not on figures that tick.
/// `id` is unique on the page, `stream` and `poll` are the addresses above, `here` is the page's own, for
/// the link that stands below where scripts don't run.
pub fn live(id: &str, stream: &str, poll: &str, here: &str, content: Markup) -> Markup {
    html! {
        div.live id=(id) data-poll=(poll) hx-sse:connect=(stream) hx-sse:close="over" hx-trigger="live"
            hx-swap="innerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none" { (content) }
        noscript { p { (super::Button::new("Look again").icon(super::Icon::Refresh).small().link(here)) } }
    }
}

/// Stands in content that is final.
pub fn over() -> Markup {
    html! { span hidden data-over {} }
}
