//! What somebody has asked for.

use maud::{Markup, html};

use super::person::{Tab, short_head, tabs};
use crate::domain::people::Person;
use crate::domain::request::{Request, Stage};
use crate::ui::{Frame, Icon, Page, Place, bulbs, card, empty, format, media, pager, poster};

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
}

pub fn requests(frame: &Frame, list: &List) -> Page {
    let name = format::first_name(&list.person.name);
    let body = html! {
        (short_head(&list.person))
        (tabs(frame, &list.person, Tab::Requests))
        @if list.rows.is_empty() {
            (empty::empty(Icon::Ticket, &format!("{name} has asked for nothing"), html! { "Requests show up here." }, html! {}))
        } @else {
            section.stack aria-labelledby="asked-for" {
                (card::section_head("asked-for", &format!("What {name} asked for"), html! {
                    span { (format::count(list.total, "request", "requests")) }
                }))
                (card::rows(list.rows.iter().map(|row| line(frame, row))))
            }
            (pages(frame, list))
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

fn pages(frame: &Frame, list: &List) -> Markup {
    let path = format!("/admin/people/{}/requests", list.person.id);
    let at = |page: i64| {
        let page = if page > 1 { page.to_string() } else { String::new() };
        frame.links.query(&path, &[("page", &page)])
    };
    let from = (list.page - 1) * list.per_page + 1;
    let to = from + i64::try_from(list.rows.len()).unwrap_or_default() - 1;
    let back = (list.page > 1).then(|| at(list.page - 1));
    let next = (to < list.total).then(|| at(list.page + 1));
    pager::pager(from, to, list.total, back.as_deref(), next.as_deref())
}
