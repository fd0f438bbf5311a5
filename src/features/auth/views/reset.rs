//! The pages of a new password by mail.

use maud::{Markup, html};

use crate::domain::people::{Person, rules};
use crate::ui::form::{Errors, Field};
use crate::ui::{Button, Frame, Page, format};

const TITLE: &str = "A new password";

pub fn ask(frame: &Frame, typed: &str, errors: &Errors) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { (TITLE) }
            p.soft { "We write to the address that " (frame.house) " has for you. A link in that mail lets you choose one." }
        }
        form.form method="post" action=(frame.links.to("/login/reset")) {
            (Field::new("username", "Name or e-mail").value(typed).errors(errors)
                .autocomplete("username").maxlength(254).required().autofocus().text())
            div.actions {
                (Button::new("Send me a link").primary().busy("Sending").submit())
                (Button::new("Back").quiet().link(&frame.links.to("/login")))
            }
        }
    };
    Page::plain(frame, TITLE, body)
}

/// The same whether anybody was meant or not.
pub fn sent(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 role="status" {
            h1 { "Look into your mail" }
            p.soft { "If " (frame.house) " knows you by that, a mail is on its way. Its link works for an hour." }
            p.soft { "Nothing after five minutes? Look among the spam, check how you wrote it, and ask again." }
        }
        div.actions {
            (Button::new("Back to sign-in").primary().link(&frame.links.to("/login")))
            (Button::new("Ask again").quiet().link(&frame.links.to("/login/reset")))
        }
    };
    Page::plain(frame, "Look into your mail", body)
}

/// Who has no name yet chooses one, too; `typed` is what they wrote.
pub fn choose(frame: &Frame, person: &Person, token: &str, typed: &str, errors: &Errors) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { (TITLE) }
            p.soft { "Hello " bdi { (format::first_name(&person.name)) } ". "
                @if let Some(name) = &person.username { "You sign in as " b.strong { (name) } ". " } @else { "You can go on signing in with Plex. " }
                "Wherever you are signed in now, you will be signed out."
            }
        }
        form.form method="post" action=(frame.links.to(&format!("/login/reset/{token}"))) {
            (errors.alert())
            @match &person.username {
                Some(name) => { input type="hidden" name="username" autocomplete="username" value=(name); }
                None => { (name_field(typed, errors)) }
            }
            (Field::new("password", "New password").errors(errors).help(&rules::password_in_words())
                .required().autofocus().password("new-password"))
            (Button::new("Set password").primary().class("full").busy("Changing").submit())
        }
    };
    Page::plain(frame, TITLE, body)
}

fn name_field(typed: &str, errors: &Errors) -> Markup {
    Field::new("username", "Name to sign in with")
        .value(typed)
        .errors(errors)
        .help(&rules::username_in_words())
        .autocomplete("username")
        .maxlength(50)
        .required()
        .text()
}

pub fn over(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "This link has run out" }
            p.soft { "A link works once and for an hour, and no longer than the password it replaces. Nothing was changed." }
        }
        div.actions {
            (Button::new("Ask for a new one").primary().link(&frame.links.to("/login/reset")))
            (Button::new("Sign in").quiet().link(&frame.links.to("/login")))
        }
    };
    Page::plain(frame, "This link has run out", body).dark()
}

pub fn closed(frame: &Frame) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { (TITLE) }
            p.soft { (frame.house) " sends no mails. Whoever looks after it can give you a new password." }
        }
        div.actions { (Button::new("Back").primary().link(&frame.links.to("/login"))) }
    };
    Page::plain(frame, TITLE, body)
}
