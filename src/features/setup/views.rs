//! The pages of the wizard: one sheet, a rail, one question each. Forms are plain; a reload comes back to the same place.

use maud::{Markup, html};

use super::steps::Step;
use crate::ui::form::{Errors, Field, hidden};
use crate::ui::{Button, Frame, Icon, Kind, Page, alert, form, progress};

pub mod plex;
pub mod services;
pub mod sync;

/// A step: the rail, its question, what follows.
pub fn sheet(frame: &Frame, step: Step, question: &str, words: &str, body: Markup) -> Page {
    let names: Vec<&str> = Step::ALL.iter().map(|step| step.label()).collect();
    let (now, of) = (step.number(), u8::try_from(names.len()).unwrap_or(u8::MAX));
    let body = html! {
        (progress::rail(usize::from(now), &names))
        div.stack {
            (progress::steps(now, of))
            h1 { (question) }
            p.soft.measure { (words) }
        }
        (body)
    };
    Page::plain(frame, format!("Set up: {}", step.label()), body).wide()
}

/// With what the step was for, or without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    GoOn,
    Skip,
}

/// The way on and back, for a step whose own forms are above.
pub fn onward(frame: &Frame, step: Step, how: Onward) -> Markup {
    let button = match how {
        Onward::GoOn => Button::new("Go on").icon(Icon::ArrowRight).primary(),
        Onward::Skip => Button::new("Skip for now").icon(Icon::ArrowRight),
    };
    html! {
        form method="post" action=(frame.links.to("/setup/onward")) {
            (hidden("from", step.as_str()))
            div.form-end {
                (button.submit())
                (back(frame, step))
            }
        }
    }
}

pub fn back(frame: &Frame, step: Step) -> Markup {
    html! {
        @if let Some(before) = step.before() { (Button::new("Back").quiet().link(&frame.links.to(&before.path()))) }
    }
}

/// For visitors from elsewhere.
pub fn code(frame: &Frame, errors: &Errors) -> Page {
    let field = Field::new("code", "One-time code")
        .help("Usherr printed six digits when it started: look at its output or its container's log.")
        .errors(errors)
        .autocomplete("one-time-code")
        .maxlength(20)
        .required()
        .autofocus();
    let body = html! {
        div.stack-2 {
            h1 { "Is this your house?" }
            p.soft { "Usherr is not set up yet. Whoever types the code from its log is its owner." }
        }
        (form::form(&frame.links.to("/setup/code"), field.number(), Button::new("Go on").primary().submit()))
    };
    Page::plain(frame, "Set up", body)
}

/// What was typed about the owner.
#[derive(Debug, Clone, Default)]
pub struct OwnerForm {
    pub name: String,
    pub username: String,
    pub email: String,
}

pub fn owner(frame: &Frame, typed: &OwnerForm, errors: &Errors) -> Page {
    let fields = html! {
        (errors.alert())
        (Field::new("name", "Your name").value(&typed.name).errors(errors).autocomplete("name").maxlength(100)
            .help("As others will see it.").required().autofocus().text())
        div.two {
            (Field::new("username", "Sign-in name").value(&typed.username).errors(errors).autocomplete("username")
                .maxlength(50).required().text())
            (Field::new("email", "Mail address").value(&typed.email).errors(errors).autocomplete("email").maxlength(254)
                .help("The one of your Plex account, if you have one: then both are one person here.").optional().email())
        }
        (Field::new("password", "Password").errors(errors).help("8 letters or more.").maxlength(200).required()
            .password("new-password"))
    };
    let end = Button::new("Go on").icon(Icon::ArrowRight).primary().busy("Working").submit();
    let words = "You will be the admin. This sign-in works even when Plex does not.";
    let form = form::form(&frame.links.to("/setup/owner"), fields, end);
    sheet(frame, Step::Owner, "Who runs this house?", words, form)
}

/// There is an admin already.
pub fn owner_known(frame: &Frame) -> Page {
    let body = html! {
        (alert::note(Kind::Good, Icon::Check, "There is an admin already, so nobody new is needed."))
        (onward(frame, Step::Owner, Onward::GoOn))
    };
    let words = "If the password is lost: usherr admin create, with the same name, gives a new one.";
    sheet(frame, Step::Owner, "Who runs this house?", words, body)
}

/// What was typed about the address.
#[derive(Debug, Clone, Default)]
pub struct AddressForm {
    pub base_url: String,
    pub internal_url: String,
    /// The zone's field; it is the one of the settings page.
    pub time_zone: Markup,
    /// Who fixes the public address, when that is not this page.
    pub base_url_fixed: Option<&'static str>,
}

pub fn address(frame: &Frame, typed: &AddressForm, errors: &Errors) -> Page {
    let fields = html! {
        (errors.alert())
        @match typed.base_url_fixed {
            Some(who) => p { "The public address is " code { (typed.base_url) } ", set by " (who) "." },
            None => (Field::new("base_url", "Public address").value(&typed.base_url).errors(errors).maxlength(500)
                .help("The one people type. Links in mails lead there.").url()),
        }
        (Field::new("internal_url", "Address for Sonarr and Radarr").value(&typed.internal_url).errors(errors)
            .help("Where they report what they are doing, as they reach this machine. Empty: the public one.")
            .optional().maxlength(500).url())
        (typed.time_zone)
    };
    let end = html! {
        (Button::new("Go on").icon(Icon::ArrowRight).primary().busy("Saving").submit())
        (back(frame, Step::Address))
    };
    let words = "We guessed from how you came here. Change it if people will come another way.";
    let form = form::form(&frame.links.to("/setup/address"), fields, end);
    sheet(frame, Step::Address, "Where is the house?", words, form)
}
