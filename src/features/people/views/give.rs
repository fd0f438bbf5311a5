//! The form that gives somebody one library.

use maud::html;

use super::when;
use crate::domain::access::wall::TypedWhen;
use crate::domain::people::Person;
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame, Icon, Page, Place, card, format};

/// As it was typed.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub library: String,
    pub when: TypedWhen,
    pub note: String,
    pub errors: Errors,
}

/// A library to choose; default libraries are no choice.
#[derive(Debug, Clone)]
pub struct Offer {
    pub id: String,
    pub title: String,
}

pub fn give(frame: &Frame, person: &Person, offers: &[Offer], typed: &Form) -> Page {
    let name = format::first_name(&person.name);
    let back = frame.links.to(&format!("/admin/people/{}", person.id));
    let errors = &typed.errors;
    let mut choices = vec![Choice::new("", "Choose a library")];
    choices.extend(offers.iter().map(|offer| Choice::new(&offer.id, &offer.title)));
    let fields = html! {
        (errors.alert())
        (Field::new("library", "Library").value(&typed.library).errors(errors).required().select(&choices))
        (when::bounds(&typed.when, errors))
        (when::weekly(&typed.when, errors))
        (Field::new("note", "Note").value(&typed.note).errors(errors).help("Why, for those who look after people.")
            .maxlength(200).optional().text())
    };
    let end = html! {
        (Button::new("Give it").icon(Icon::Plus).primary().busy("Keeping").submit())
        (Button::new("Back").quiet().link(&back))
    };
    let mut sentence =
        format!("{name} should see one more library, whatever their groups carry. Plex is changed by the access plan.");
    if person.plex_id.is_none() && person.username.is_some() {
        sentence.push_str(&format!(
            " {name} has no Plex account here: it counts in Usherr, and on Plex as soon as they have one."
        ));
    }
    let title = format!("Give {name} a library");
    let body = html! {
        (card::page_head(&title, Some(&sentence), html! {}))
        (form::form(&frame.links.to(&format!("/admin/people/{}/grants", person.id)), fields, end))
    };
    Page::new(frame, Place::People, title, body)
}
