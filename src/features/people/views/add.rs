//! The form that adds somebody with a local sign-in.

use maud::html;

use crate::domain::people::{Role, rules};
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame, Icon, Page, Place, card};

/// As it was typed; the password never comes back.
pub struct Form {
    pub name: String,
    pub username: String,
    pub email: String,
    pub role: String,
    pub roles: &'static [Role],
    pub errors: Errors,
}

impl Form {
    pub fn empty(roles: &'static [Role]) -> Self {
        Self {
            name: String::new(),
            username: String::new(),
            email: String::new(),
            role: Role::Requester.as_str().to_owned(),
            roles,
            errors: Errors::default(),
        }
    }
}

pub fn add(frame: &Frame, typed: &Form) -> Page {
    let errors = &typed.errors;
    let rule =
        format!("At least {} characters, and not the sign-in name. Tell it to them in person.", rules::LEAST_PASSWORD);
    let roles: Vec<Choice<'_>> =
        typed.roles.iter().map(|role| Choice::new(role.as_str(), role.label()).help(role.about())).collect();
    let fields = html! {
        (errors.alert())
        (Field::new("name", "Name").value(&typed.name).errors(errors).help("As others see it.").maxlength(100).required().text())
        (Field::new("username", "Sign-in name").value(&typed.username).errors(errors)
            .help("Letters a to z, digits, and . _ - + @").autocomplete("off").maxlength(50).required().text())
        (Field::new("email", "E-mail").value(&typed.email).errors(errors).help("For mails about requests.")
            .autocomplete("off").maxlength(254).optional().email())
        (Field::new("password", "Password").errors(errors).help(&rule).required().password("new-password"))
        (Field::new("role", "May do").value(&typed.role).errors(errors).options(&roles))
    };
    let end = html! {
        (Button::new("Add this person").icon(Icon::Plus).primary().busy("Adding").submit())
        (Button::new("Back").quiet().link(&frame.links.to("/admin/people")))
    };
    let sentence = "They sign in here with a name and a password, and see the default library until more is shared.";
    let body = html! {
        (card::page_head("Add somebody", Some(sentence), html! {}))
        (form::form(&frame.links.to("/admin/people/new"), fields, end))
    };
    Page::new(frame, Place::People, "Add somebody", body)
}
