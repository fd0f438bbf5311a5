//! Asking to be let in, as a stranger sees it.

use maud::html;

use crate::domain::access_request::AccessRequest;
use crate::domain::access_request::form::{MOST_EMAIL, MOST_MESSAGE, MOST_NAME, TypedAsk};
use crate::ui::form::{Errors, Field};
use crate::ui::{Button, Frame, Icon, Page};

#[derive(Debug, Clone, Default)]
pub struct Form {
    /// The end of the private link; empty at the open door.
    pub code: String,
    pub typed: TypedAsk,
    pub errors: Errors,
}

pub fn form(frame: &Frame, form: &Form) -> Page {
    let here = match form.code.as_str() {
        "" => "/ask".to_owned(),
        code => format!("/ask/{code}"),
    };
    let (typed, errors) = (&form.typed, &form.errors);
    let body = html! {
        div.stack.center {
            h1 { "May I come in?" }
            p.soft { "Say who you are, and whoever looks after " bdi { (frame.house) } " decides." }
        }
        form.form method="post" action=(frame.links.to(&here)) {
            (errors.alert())
            (Field::new("name", "Your name").value(&typed.name).errors(errors).autocomplete("name").required()
                .maxlength(MOST_NAME as u16).text())
            (Field::new("email", "Your mail address").value(&typed.email).errors(errors).autocomplete("email").required()
                .maxlength(MOST_EMAIL as u16).help("A mail comes there at once; the answer, too.").email())
            (Field::new("message", "A few words").value(&typed.message).errors(errors).optional()
                .maxlength(MOST_MESSAGE as u16).help("How do you know each other?").textarea())
            (Button::new("Ask to come in").icon(Icon::Door).primary().big().class("full").busy("Asking").submit())
        }
        p.small.muted.center { "Your name and address go to nobody else." }
    };
    Page::plain(frame, format!("Ask to come in to {}", frame.house), body)
}

/// Whatever the address was.
pub fn sent(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 role="status" {
            h1 { "Look into your mail" }
            p.soft { "A mail is on its way to the address you wrote. It says how to go on; its link works for two days." }
            p.small.muted { "Nothing there after a few minutes? Look among the spam, or see whether the address was right and ask again." }
        }
        div.actions { (Button::new("I have an account here").link(&frame.links.to("/login"))) }
    };
    Page::plain(frame, "Look into your mail", body)
}

pub fn closed(frame: &Frame) -> Page {
    let body = html! {
        div.stack.center {
            h1 { "Requests to come in are closed for now" }
            p.soft { "If you know somebody who is in, ask them for an invite or a link to ask by." }
        }
        (Button::new("I have an account here").link(&frame.links.to("/login")))
    };
    Page::plain(frame, "Requests to come in are closed", body).dark()
}

pub fn unknown(frame: &Frame) -> Page {
    let body = html! {
        div.stack.center {
            h1 { "There is no such link" }
            p.soft { "It may be cut off, or was deleted. Ask whoever sent it to you for a new one." }
        }
        (Button::new("I have an account here").link(&frame.links.to("/login")))
    };
    Page::plain(frame, "No such link", body).dark()
}

pub fn confirm(frame: &Frame, one: &AccessRequest, token: &str) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "Is this your address?" }
            p.soft { "Somebody asked as " bdi { (one.name) } " to be let in to " bdi { (frame.house) } ", with " bdi.strong { (one.email) } ". If that was you, say so; if not, close this page and nothing happens." }
        }
        form.actions method="post" action=(frame.links.to(&format!("/ask/confirm/{token}"))) {
            (Button::new("Yes, it is mine").icon(Icon::Check).primary().busy("Saying so").submit())
        }
    };
    Page::plain(frame, "Is this your address?", body)
}

pub fn confirmed(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 role="status" {
            h1 { "Thank you" }
            p.soft { "Whoever looks after " bdi { (frame.house) } " is told. You get a mail once it is decided; you need not ask again." }
        }
    };
    Page::plain(frame, "Thank you", body)
}

/// Of every link in a mail about this.
pub fn over(frame: &Frame) -> Page {
    let body = html! {
        div.stack.center {
            h1 { "This link has run out" }
            p.soft { "Nothing was changed. Links in mails work for two days, and only for what they were sent for." }
        }
        (Button::new("To the start page").link(&frame.links.to("/")))
    };
    Page::plain(frame, "This link has run out", body).dark()
}
