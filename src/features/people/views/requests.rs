//! What somebody has asked for.

use maud::{Markup, html};

use super::pages;
use super::person::{Tab, short_head, tabs};
use crate::domain::people::Person;
use crate::domain::request::{Request, Stage};
use crate::ui::{Frame, Icon, Page, Place, bulbs, card, empty, format, media, poster};

pub struct Asked {
    pub request: Request,
    pub name: String,
    pub poster: Option<String>,
}

pub struct List {
    pub person: Person,
    pub rows: Vec<Asked>,
    pub total: i64,
    pub page: i64,
    pub per_page: i64,
    /// Whoever looks may see where they are signed in.
    pub devices: bool,
}

pub fn requests(frame: &Frame, list: &List) -> Page {
    let name = format::first_name(&list.person.name);
    let body = html! {
        (short_head(&list.person))
        (tabs(frame, &list.person, Tab::Requests, list.devices))
        @if list.rows.is_empty() {
            (empty::empty(Icon::Ticket, &format!("{name} has asked for nothing"), html! { "Requests show up here." }, html! {}))
        } @else {
            section.stack aria-labelledby="asked-for" {
                (card::section_head("asked-for", &format!("What {name} asked for"), html! {
                    span { (format::count(list.total, "request", "requests")) }
                }))
                (card::rows(list.rows.iter().map(|row| line(frame, row))))
            }
            @let path = format!("/admin/people/{}/requests", list.person.id);
            (pages(frame, &path, list.page, list.per_page, list.rows.len(), list.total))
        }
    };
    Page::new(frame, Place::People, format!("Requests of {}", list.person.name), body)
}

fn line(frame: &Frame, row: &Asked) -> Markup {
    let request = &row.request;
    let title = html! { a href=(frame.links.to(&format!("/requests/{}", request.id))) { (row.name) } };
    let words = html! {
        p { "Asked " (frame.clock.ago(request.created_at)) }
        (bulbs::stage_saying(request.stage, Some(request.lit), &stage(request)))
    };
    media::row(poster::thumb(row.poster.as_deref(), Icon::Film), title, words, html! {})
}

fn stage(request: &Request) -> String {
    match (request.stage, request.cause, request.reason.as_deref()) {
        (Stage::Stuck, Some(cause), _) => format!("Stuck: {}", format::lower(cause.headline())),
        (Stage::Declined, _, Some(reason)) => format!("Declined: {reason}"),
        (stage, ..) => bulbs::word(stage).to_owned(),
    }
}
