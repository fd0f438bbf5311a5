//! One's mail address: the form on one's page, and the pages behind the links in the mails.

use maud::{Markup, html};

use super::Me;
use crate::domain::account::MailChange;
use crate::ui::form::Field;
use crate::ui::{Button, Frame, Page, button, card, format};

/// The change that waits, or the form for one, with what was wrong with it.
pub fn section(frame: &Frame, me: &Me) -> Markup {
    card::section(
        "email-head",
        "Mail address",
        html! {},
        match me.change.as_ref().filter(|_| me.typed.email.is_empty()) {
            Some(change) => waiting(frame, change),
            None => form(frame, me),
        },
    )
}

fn waiting(frame: &Frame, change: &MailChange) -> Markup {
    let to = |act: &str| frame.links.to(&format!("/me/email/{act}"));
    card::card(html! {
        p { "A link was sent to " b.strong { (change.new) } ". Your address changes when it is opened there." }
        p.sub { "It waits until " (frame.clock.stamp(change.until())) "." }
        div.cluster {
            (button::post(&to("again"), Button::new("Send again").busy("Sending").submit()))
            (button::post(&to("removal"), Button::new("Leave it as it is").quiet().submit()))
        }
    })
}

fn form(frame: &Frame, me: &Me) -> Markup {
    let errors = &me.typed.errors;
    html! {
        form.card.stack method="post" action=(frame.links.to("/me/email")) {
            (Field::new("email", "New mail address").value(&me.typed.email).errors(errors)
                .help("A link goes there; the address changes when you open it.")
                .autocomplete("email").maxlength(254).required().email())
            @if me.person.has_password {
                (Field::new("email_password", "Your password").errors(errors).required().password("current-password"))
            }
            div { (Button::new("Change address").busy("Sending").submit()) }
        }
    }
}

pub fn confirm(frame: &Frame, name: &str, new: &str, token: &str) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "Use this address?" }
            p.soft { "Hello " bdi { (format::first_name(name)) } ". From then on mails of " (frame.house) " come to " b.strong { (new) } "." }
        }
        form.actions method="post" action=(frame.links.to(&format!("/email/confirm/{token}"))) {
            (Button::new("Use it").primary().busy("Changing").submit())
        }
    };
    Page::plain(frame, "Use this address?", body)
}

pub fn confirmed(frame: &Frame, new: &str) -> Page {
    let body = html! {
        div.stack-2 { h1 { "Your address is changed" } p.soft { "Mails of " (frame.house) " come to " b.strong { (new) } " now." } }
        div.actions { (Button::new("To your page").primary().link(&frame.links.to("/me"))) }
    };
    Page::plain(frame, "Your address is changed", body)
}

pub fn stop(frame: &Frame, name: &str, new: &str, token: &str) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "Keep your address?" }
            p.soft { "Hello " bdi { (format::first_name(name)) } ". Somebody signed in as you wants mails of " (frame.house) " to come to " b.strong { (new) } "." }
        }
        form.actions method="post" action=(frame.links.to(&format!("/email/stop/{token}"))) {
            (Button::new("Keep my address").primary().busy("Stopping").submit())
        }
    };
    Page::plain(frame, "Keep your address?", body)
}

pub fn stopped(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "Your address stays" }
            p.soft { "Nothing was changed. If it was not you who asked, somebody else is signed in as you: sign out everywhere on your page, and choose another password." }
        }
        div.actions {
            (Button::new("To your page").primary().link(&frame.links.to("/me")))
            (Button::new("Another password").quiet().link(&frame.links.to("/login/reset")))
        }
    };
    Page::plain(frame, "Your address stays", body)
}

pub fn over(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "This link has run out" }
            p.soft { "A link works once, for a day, and until the change is done or left. Your page shows your address." }
        }
        div.actions { (Button::new("To your page").primary().link(&frame.links.to("/me"))) }
    };
    Page::plain(frame, "This link has run out", body).dark()
}
