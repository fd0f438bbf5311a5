//! Alerts: something needs an act, or must be known here. They say what is safe.

use maud::{Markup, html};

use super::badge::Kind;
use super::format;
use super::icon::{Icon, icon};

/// `words` are one or more paragraphs, `act` a small button or nothing.
pub fn alert(kind: Kind, symbol: Icon, words: Markup, act: Markup) -> Markup {
    html! { div class=(kind.on("alert")) { (icon(symbol)) div { (words) (act) } } }
}

/// One sentence and nothing to press.
pub fn note(kind: Kind, symbol: Icon, sentence: &str) -> Markup {
    alert(kind, symbol, html! { p { (sentence) } }, html! {})
}

/// Plex waits for the yes of whoever looks at the page; nothing when it has invited them to no server.
pub fn invited_on_plex(servers: &[String]) -> Markup {
    let names: Vec<&str> = servers.iter().map(String::as_str).collect();
    let words = html! {
        p { b.strong { "Plex has invited you to " bdi { (format::list(&names)) } "." } }
        p { "Say yes in Plex: in the mail, or on app.plex.tv under friends. Until then you see nothing of it there." }
    };
    html! { @if !names.is_empty() { (alert(Kind::Info, Icon::Plex, words, html! {})) } }
}

/// A part of the page that could not be had, and a link to try again.
pub fn degraded(sentence: &str, again: &str) -> Markup {
    let link = super::Button::new("Look again").icon(Icon::Refresh).small().link(again);
    alert(Kind::Warn, Icon::Unplug, html! { p { (sentence) } }, link)
}
