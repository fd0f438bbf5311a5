//! Toasts: it is done, in one line. They go by themselves.

use maud::{Markup, html};

/// One line. What must be known here and now is an alert, not a toast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    words: String,
}

impl Toast {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into() }
    }

    fn markup(&self) -> Markup {
        html! {
            div.toast { span { (self.words) } }
        }
    }
}

/// The polite live region; on every page, mostly empty. Beside it what the script says when nobody answers, or a proxy
/// does in our place.
pub(super) fn region(toasts: &[Toast]) -> Markup {
    let silence = Toast::new("Usherr didn't answer. Nothing is lost: try again in a moment.");
    html! {
        div.toasts #toasts role="status" { @for toast in toasts { (toast.markup()) } }
        template #silence { (silence.markup()) }
    }
}

/// Beside a fragment: adds the toast to those on the page.
pub fn out_of_band(toast: &Toast) -> Markup {
    html! { hx-partial hx-target="#toasts" hx-swap="beforeend" { (toast.markup()) } }
}
