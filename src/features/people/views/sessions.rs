//! Where somebody is signed in.

use maud::html;

use super::person::{Tab, short_head, tabs};
use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Session};
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, device, empty, format};

pub struct List {
    pub person: Person,
    pub sessions: Vec<Session>,
    /// The session of this very visit.
    pub here: Option<String>,
    /// Whoever looks may end them.
    pub may: bool,
}

pub fn path(person: PersonId) -> String {
    format!("/admin/people/{person}/sessions")
}

pub fn sessions(frame: &Frame, list: &List) -> Page {
    let (name, path) = (format::first_name(&list.person.name), path(list.person.id));
    let row = |session: &Session| {
        let here = list.here.as_deref() == Some(session.id.as_str());
        let action = frame.links.to(&format!("{path}/{}/end", session.id));
        let end = html! { @if list.may { (device::sign_out(&action, session)) } };
        device::row(&frame.clock, session, here, end)
    };
    let everywhere = html! { @if list.may {
        (button::post(&frame.links.to(&format!("{path}/end-all")), Button::new("Sign out everywhere").small().submit()))
    } };
    let body = html! {
        (short_head(&list.person))
        (tabs(frame, &list.person, Tab::Devices, true))
        @if list.sessions.is_empty() {
            (empty::empty(Icon::Screen, &format!("{name} is signed in nowhere"), html! { "Browsers and programs show up here." }, html! {}))
        } @else {
            section.stack aria-labelledby="signed-in" {
                (card::section_head("signed-in", &format!("Where {name} is signed in"), everywhere))
                (card::rows(list.sessions.iter().map(row)))
            }
        }
    };
    Page::new(frame, Place::People, format!("Devices of {}", list.person.name), body)
}
