//! One decision that keeps the page. The layout has one empty `<dialog id="dialog">`; a link with `data-dialog` loads a
//! fragment made here into it. Without scripts the same link opens the page of the same form.

use maud::{Markup, html};

use super::icon::{self, Icon};

/// The inside of the dialog: a form. `back` is where the close button leads without scripts.
pub fn form(title: &str, action: &str, back: &str, body: Markup, footer: Markup) -> Markup {
    html! { form method="post" action=(action) { (inside(title, back, body, footer)) } }
}

/// The same for a form that may come back with errors: the answer takes its place in the dialog.
pub fn swapping(title: &str, action: &str, back: &str, body: Markup, footer: Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-target="#dialog" hx-swap="innerHTML" {
            (inside(title, back, body, footer))
        }
    }
}

/// Words in place of a form that is not there.
pub fn words(title: &str, back: &str, body: Markup) -> Markup {
    let footer = html! { a.btn.quiet href=(back) data-close { "Not now" } };
    html! { div { (inside(title, back, body, footer)) } }
}

fn inside(title: &str, back: &str, body: Markup, footer: Markup) -> Markup {
    html! {
        header {
            h2 #dialog-title { (title) }
            a.round href=(back) aria-label="Close" data-close { (icon::icon(Icon::X)) }
        }
        div.body { (body) }
        footer { (footer) }
    }
}

/// The keys, shown by `?`.
pub(super) fn keys() -> Markup {
    html! {
        dialog.dialog #keys aria-labelledby="keys-title" {
            form method="dialog" {
                header {
                    h2 #keys-title { "Keys" }
                    button.round type="submit" aria-label="Close" { (icon::icon(Icon::X)) }
                }
                div.body {
                    dl.facts {
                        dt { kbd { "/" } } dd { "Search" }
                        dt { kbd { "?" } } dd { "This list" }
                        dt { kbd { "Esc" } } dd { "Close what is open" }
                        dt { kbd { "Tab" } } dd { "The next thing to press" }
                    }
                }
            }
        }
    }
}
