//! What happened about somebody.

use std::collections::HashMap;

use maud::html;

use super::pages;
use super::person::{Tab, short_head, tabs};
use crate::domain::activity::Entry;
use crate::domain::ids::PersonId;
use crate::domain::people::Person;
use crate::ui::{Button, Frame, Icon, Page, Place, activity, card, empty, format};

pub struct List {
    pub person: Person,
    pub entries: Vec<Entry>,
    /// Of those whom they concern.
    pub names: HashMap<PersonId, String>,
    pub total: i64,
    pub page: i64,
    pub per_page: i64,
    /// Whoever looks may see where they are signed in.
    pub devices: bool,
}

pub fn activity(frame: &Frame, list: &List) -> Page {
    let (name, id) = (format::first_name(&list.person.name), list.person.id);
    let path = format!("/admin/people/{id}/activity");
    let record = frame.links.query("/admin/activity", &[("person", &id.to_string())]);
    let line = |entry: &Entry| {
        let concerned = entry.person.and_then(|id| list.names.get(&id)).map(String::as_str);
        activity::line(&frame.clock, entry, concerned, frame.clock.brief(entry.at))
    };
    let body = html! {
        (short_head(&list.person))
        (tabs(frame, &list.person, Tab::Activity, list.devices))
        @if list.entries.is_empty() && list.page > 1 {
            (empty::empty(Icon::Log, "This page is empty", html! { "The list is shorter than that." },
                Button::new("To the newest").link(&frame.links.to(&path))))
        } @else if list.entries.is_empty() {
            (empty::empty(Icon::Log, "Nothing happened yet", html! { "What " (name) " does, and what is done about them, shows up here." }, html! {}))
        } @else {
            section.stack aria-labelledby="happened" {
                (card::section_head("happened", "What happened", html! {
                    a href=(record) { "Filter and export" }
                }))
                (card::rows(list.entries.iter().map(line)))
            }
            (pages(frame, &path, list.page, list.per_page, list.entries.len(), list.total))
        }
    };
    Page::new(frame, Place::People, format!("Activity of {}", list.person.name), body)
}
