//! The record as a page.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::domain::activity::{ActivityKind, Entry};
use crate::domain::ids::PersonId;
use crate::ui::{Button, Frame, Icon, Page, Place, activity, card, empty, format, pager};

pub mod csv;

pub const A_PAGE: i64 = 50;

pub type Names = HashMap<PersonId, String>;

/// The filter as it was typed, to be shown and linked again.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    pub kind: &'a str,
    pub person: &'a str,
    pub request: &'a str,
    pub since: &'a str,
    pub until: &'a str,
}

impl<'a> Filter<'a> {
    fn pairs(&self) -> [(&'static str, &'a str); 5] {
        [
            ("kind", self.kind),
            ("person", self.person),
            ("request", self.request),
            ("since", self.since),
            ("until", self.until),
        ]
    }

    fn is_on(&self) -> bool {
        self.pairs().iter().any(|(_, value)| !value.is_empty())
    }

    fn address(&self, frame: &Frame, path: &str, page: i64) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let pairs: Vec<(&str, &str)> = self.pairs().into_iter().chain([("page", page.as_str())]).collect();
        frame.links.query(path, &pairs)
    }
}

/// One page of the record.
pub struct Shown {
    pub entries: Vec<Entry>,
    /// Of those the entries concern.
    pub names: Names,
    pub page: i64,
    pub total: i64,
    /// Everybody to choose from in the filter.
    pub people: Vec<(PersonId, String)>,
}

pub fn page(frame: &Frame, filter: &Filter<'_>, shown: &Shown) -> Page {
    let entries = format::count(shown.total, "entry", "entries");
    let sentence = match (shown.total, filter.is_on()) {
        (0, _) => "Who did what, to whom, and when.".to_owned(),
        (_, true) => format!("{entries} match what you chose, newest first."),
        (_, false) => format!("{entries}, newest first. Nothing is ever taken out."),
    };
    let export = filter.address(frame, "/admin/activity.csv", 1);
    let act = html! { @if shown.total > 0 {
        (Button::new("Export as CSV").icon(Icon::Download).link(&export))
    } };
    let body = html! {
        (card::page_head("Activity", Some(&sentence), act))
        (toolbar(frame, filter, &shown.people))
        @if shown.entries.is_empty() { (nothing(frame, filter, shown.total)) } @else { (list(frame, filter, shown)) }
    };
    Page::new(frame, Place::Activity, "Activity", body)
}

fn toolbar(frame: &Frame, filter: &Filter<'_>, people: &[(PersonId, String)]) -> Markup {
    html! {
        form.toolbar action=(frame.links.to(Place::Activity.path())) aria-label="Filter" {
            @if !filter.request.is_empty() { input type="hidden" name="request" value=(filter.request); }
            div {
                label.visually-hidden for="kind" { "What happened" }
                select.select id="kind" name="kind" {
                    option value="" { "Everything" }
                    @for kind in ActivityKind::ALL {
                        option value=(kind) selected[kind.as_str() == filter.kind] { (kind.label()) }
                    }
                }
            }
            div {
                label.visually-hidden for="person" { "Person" }
                select.select id="person" name="person" {
                    option value="" { "Everybody" }
                    @for (id, name) in people {
                        option value=(id) selected[id.to_string() == filter.person] { (name) }
                    }
                }
            }
            (date("since", "From", filter.since))
            (date("until", "to", filter.until))
            (Button::new("Show").submit())
            @if filter.is_on() {
                (Button::new("Show everything").quiet().link(&frame.links.to(Place::Activity.path())))
            }
        }
    }
}

fn date(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.joined.cluster {
            label for=(name) { (label) }
            input.input type="date" id=(name) name=(name) value=(value);
        }
    }
}

fn nothing(frame: &Frame, filter: &Filter<'_>, total: i64) -> Markup {
    if total > 0 {
        let first = Button::new("To the newest").link(&filter.address(frame, Place::Activity.path(), 1));
        return empty::empty(Icon::Log, "This page is empty", html! { "The list is shorter than that." }, first);
    }
    if !filter.is_on() {
        let words = html! { "Sign-ins, decisions, changes and failures are written down here as they happen." };
        return empty::empty(Icon::Log, "Nothing has happened yet", words, html! {});
    }
    let everything = Button::new("Show everything").link(&frame.links.to(Place::Activity.path()));
    empty::empty(Icon::Log, "Nothing like that", html! { "No entry matches what you chose." }, everything)
}

fn list(frame: &Frame, filter: &Filter<'_>, shown: &Shown) -> Markup {
    let rows = shown.entries.iter().map(|entry| {
        let concerned = entry.person.and_then(|id| shown.names.get(&id)).map(String::as_str);
        activity::line(&frame.clock, entry, concerned, frame.clock.brief(entry.at))
    });
    let from = (shown.page - 1) * A_PAGE;
    let to = from + i64::try_from(shown.entries.len()).unwrap_or_default();
    let turn = |page: i64| filter.address(frame, Place::Activity.path(), page);
    let back = (shown.page > 1).then(|| turn(shown.page - 1));
    let next = (to < shown.total).then(|| turn(shown.page + 1));
    html! {
        (card::rows(rows))
        (pager::pager(from + 1, to, shown.total, back.as_deref(), next.as_deref()))
    }
}
