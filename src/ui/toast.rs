//! Toasts: it is done, in one line, perhaps with a way to take it back. They go by themselves unless there is an act.

use maud::{Markup, html};

use super::button::Button;

/// One line. What must be known here and now is an alert, not a toast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    words: String,
    act: Option<(String, String)>,
}

impl Toast {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), act: None }
    }

    /// A button that posts to an address: "Undo". Such a toast stays until it is used or the page is left.
    pub fn act(mut self, label: impl Into<String>, action: impl Into<String>) -> Self {
        self.act = Some((label.into(), action.into()));
        self
    }

    fn markup(&self) -> Markup {
        html! {
            div.toast {
                span { (self.words) }
                @if let Some((label, action)) = &self.act {
                    form method="post" action=(action) { (Button::new(label).small().submit()) }
                }
            }
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
