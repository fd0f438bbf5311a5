//! Everybody, with a tick for those who are to come into a group, and a way out for those who are in it by hand.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::words;
use crate::domain::group::{Group, Rule};
use crate::domain::people::Person;
use crate::ui::badge::{Face, face, plainly};
use crate::ui::chips::{Chip, chips};
use crate::ui::form::Errors;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, card, empty, form, format, pager};

pub struct Members {
    pub group: Group,
    /// How many are in it.
    pub people: usize,
    pub rows: Vec<Row>,
    /// Rows on all pages.
    pub total: usize,
    /// How many each of the filters would show.
    pub counts: Vec<usize>,
    pub page: usize,
    pub per_page: usize,
    pub words: String,
    /// The filter, as it is in the address.
    pub show: String,
    pub may_write: bool,
    pub errors: Errors,
}

pub struct Row {
    pub person: Person,
    /// They had been ticked when the form was refused.
    pub ticked: bool,
    pub since: Option<DateTime<Utc>>,
    pub rules: Vec<Rule>,
    /// Whoever looks may put this one into a group, and take them out.
    pub may_sort: bool,
}

/// The chips: word in the address, label.
pub const FILTERS: [(&str, &str); 8] = [
    ("", "All"),
    ("in", "In this group"),
    ("viewer", "Viewers"),
    ("requester", "Requesters"),
    ("moderator", "Helpers"),
    ("auditor", "Checkers"),
    ("admin", "Admins"),
    ("home", "Plex Home"),
];

/// The id of the form that the ticks belong to: forms can't stand in forms.
const BULK: &str = "bulk";

pub fn members(frame: &Frame, list: &Members) -> Page {
    let here = path(list);
    let title = format!("People in {}", format::quoted(&list.group.name));
    let sentence = words::are_in_it(list.people);
    let back = Button::new("Back to the group").icon(Icon::ChevronLeft);
    let back = back.link(&frame.links.to(&format!("/admin/groups/{}", list.group.id)));
    let kept = html! { @if !list.show.is_empty() { (form::hidden("show", &list.show)) } };
    let body = html! {
        (card::page_head(&title, Some(&sentence), back))
        (list.errors.alert())
        div.stack {
            (form::toolbar(&frame.links.to(&here), "find", &list.words, "Name or e-mail", kept))
            (chips("Filter", &filters(frame, list)))
        }
        @if list.rows.is_empty() { (nobody(frame, list)) } @else { (rows(frame, list)) (pages(frame, list)) }
    };
    Page::new(frame, Place::Groups, format!("People in {}", list.group.name), body)
}

fn path(list: &Members) -> String {
    format!("/admin/groups/{}/members", list.group.id)
}

fn filters(frame: &Frame, list: &Members) -> Vec<Chip> {
    FILTERS
        .iter()
        .zip(&list.counts)
        .filter(|((word, _), count)| word.is_empty() || **count > 0 || *word == list.show)
        .map(|((word, label), count)| {
            let href = frame.links.query(&path(list), &[("find", &list.words), ("show", word)]);
            Chip::new(*label, href, *word == list.show).count(as_i64(*count))
        })
        .collect()
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn rows(frame: &Frame, list: &Members) -> Markup {
    let columns =
        [Column::new("Tick").hidden(), Column::new("Person"), Column::new("Role"), Column::new("In this group")];
    let rows = html! { @for row in &list.rows { (person(frame, list, row)) } };
    html! {
        div.tickable {
            (table(&columns, rows))
            @if list.may_write { (bar(frame, list)) }
        }
    }
}

fn bar(frame: &Frame, list: &Members) -> Markup {
    let label = format!("Put into {}", format::quoted(&list.group.name));
    html! {
        form.bulk id=(BULK) method="post" action=(frame.links.to(&path(list))) role="group"
            aria-label="With the ticked people" {
            @for (name, value) in [("find", &list.words), ("show", &list.show), ("page", &list.page.to_string())] {
                (form::hidden(name, value))
            }
            span.n { "ticked" }
            (Button::new(&label).icon(Icon::Plus).small().tonal().busy("Adding").submit())
        }
    }
}

fn person(frame: &Frame, list: &Members, row: &Row) -> Markup {
    let person = &row.person;
    let is_in = row.since.is_some() || !row.rules.is_empty();
    let label = format!("Put {} into the group", person.name);
    let free = list.may_write && row.may_sort && !is_in && !person.is_owner;
    html! {
        tr {
            td.corner {
                @if free {
                    input.check.tick type="checkbox" name="add" value=(person.id) form=(BULK) aria-label=(label)
                        checked[row.ticked];
                } @else {
                    input.check type="checkbox" disabled checked[is_in] aria-label=(format!("{} in the group", person.name));
                }
            }
            th scope="row" {
                div.line {
                    (face(&person.name, Face::Medium))
                    div.grow {
                        bdi { (person.name) }
                        @if let Some(email) = person.email.as_ref().filter(|email| **email != person.name) {
                            p.sub { bdi { (email) } }
                        }
                    }
                }
            }
            td data-label="Role" { (person.role.label()) }
            td data-label="In this group" { (how(frame, list, row)) }
        }
    }
}

fn how(frame: &Frame, list: &Members, row: &Row) -> Markup {
    let out = frame.links.to(&format!("{}/removal", path(list)));
    let id = row.person.id.to_string();
    let rule = row.rules.first().map(|rule| format::lower(&rule.label()));
    html! {
        @if row.person.is_owner { span.muted { "Owns the server, sees everything" } }
        @if let Some(since) = row.since {
            div.cluster {
                (plainly(Kind::Good, Icon::Check, "By hand"))
                span.small.muted { "since " (frame.clock.brief(since)) }
                @if list.may_write && row.may_sort {
                    form method="post" action=(out) {
                        (form::hidden("remove", &id))
                        (Button::new("Take out").small().busy("Taking out").submit())
                    }
                }
            }
        }
        @if let Some(rule) = rule {
            p { (plainly(Kind::Good, Icon::Check, "By rule")) " " span.small.muted { (rule) } }
        }
        @if row.since.is_none() && row.rules.is_empty() && !row.person.is_owner {
            span.muted { (if row.may_sort || !list.may_write { "No" } else { "No; only an admin can put admins into it" }) }
        }
    }
}

fn nobody(frame: &Frame, list: &Members) -> Markup {
    let all = Button::new("Show everybody").link(&frame.links.to(&path(list)));
    match list.page {
        1 => empty::empty(
            Icon::Users,
            "Nobody fits",
            html! { "Try a part of the name or of the e-mail address, or another filter." },
            all,
        ),
        _ => empty::empty(Icon::Users, "This page is empty", html! { "The list is shorter than that." }, all),
    }
}

fn pages(frame: &Frame, list: &Members) -> Markup {
    let to = |page: usize| {
        let page = if page == 1 { String::new() } else { page.to_string() };
        let asked = [("find", list.words.as_str()), ("show", &list.show), ("page", &page)];
        frame.links.query(&path(list), &asked)
    };
    let before = (list.page - 1) * list.per_page;
    let last = before + list.rows.len();
    let back = (list.page > 1).then(|| to(list.page - 1));
    let next = (last < list.total).then(|| to(list.page + 1));
    pager::pager(as_i64(before + 1), as_i64(last), as_i64(list.total), back.as_deref(), next.as_deref())
}
