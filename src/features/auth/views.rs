//! The pages of coming in and going out.

use maud::{Markup, html};

use crate::ui::form::{Errors, Field, hidden};
use crate::ui::icon::{icon, small};
use crate::ui::{Button, Frame, Icon, Kind, Page, alert};

pub mod plex;
pub mod reset;

/// The sign-in page as it was left: what was typed comes back, the password never.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    pub username: String,
    /// Where to go afterwards; empty for the usual place.
    pub next: String,
    pub errors: Errors,
    /// A forgotten password can be replaced by mail.
    pub by_mail: bool,
    /// Plex could not be asked, in words.
    pub plex_trouble: Option<String>,
}

pub fn sign_in(frame: &Frame, form: &SignIn) -> Page {
    let local = form.plex_trouble.is_some() || !form.errors.is_empty();
    let body = html! {
        div.stack.center {
            h1 { "Welcome to " (frame.house) }
            p.soft { "Films and series, for family and friends." }
        }
        @if let Some(words) = &form.plex_trouble { (alert::note(Kind::Warn, Icon::Unplug, words)) }
        form.stack method="post" action=(frame.links.to("/login/plex")) {
            (hidden("next", &form.next))
            button.btn.primary.big type="submit" data-busy="Asking Plex" { (icon(Icon::Plex)) "Sign in with Plex" }
            p.small.muted.center { "Opens plex.tv and comes back. Usherr never sees your Plex password." }
        }
        details.fold open[local] {
            summary { (small(Icon::ChevronRight)) span.grow { "Use a name and password instead" } }
            (local_form(frame, form))
        }
    };
    Page::plain(frame, "Sign in", body)
}

fn local_form(frame: &Frame, form: &SignIn) -> Markup {
    html! {
        form.form method="post" action=(frame.links.to("/login")) {
            (hidden("next", &form.next))
            (form.errors.alert())
            (Field::new("username", "Name or e-mail").value(&form.username).errors(&form.errors)
                .autocomplete("username").maxlength(254).required().text())
            (Field::new("password", "Password").errors(&form.errors).required().password("current-password"))
            p.small.soft {
                @if form.by_mail {
                    a href=(frame.links.to("/login/reset")) { "Forgot your password?" }
                } @else {
                    "Forgot your password? Whoever looks after " (frame.house) " can give you a new one."
                }
            }
            (Button::new("Sign in").class("full").busy("Signing in").submit())
        }
    }
}

/// For those who open the address: going out takes a press.
pub fn sign_out(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "Leaving?" }
            p.soft { "You are signed in on this device. Signing out ends that here and nowhere else." }
        }
        form.actions method="post" action=(frame.links.to("/logout")) {
            (Button::new("Sign out").icon(Icon::SignOut).primary().submit())
            (Button::new("Stay").quiet().link(&frame.links.to("/")))
        }
    };
    Page::plain(frame, "Sign out", body)
}
