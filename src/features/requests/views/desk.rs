//! The desk where requests are decided: the sentence first, filters in the address, rows that carry their own buttons, and
//! a bar for many at once.

use maud::{Markup, html};

use super::desk_row::{self, Row};
use crate::domain::catalog::MediaKind;
use crate::domain::request::Stage;
use crate::ui::chips::{Chip, chips};
use crate::ui::form::{Choice, hidden};
use crate::ui::{Button, Frame, Icon, Links, Page, Place, card, empty, format, pager};

/// What the list was asked for; it lives in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub tray: Tray,
    pub kind: Option<MediaKind>,
    pub find: String,
    pub sort: Sort,
    /// Counted from 1; 0 counts as 1.
    pub page: i64,
}

crate::text_enum! {
    /// Requests by what is to be done about them.
    #[derive(Default)]
    pub enum Tray {
        #[default]
        ToDecide = "to_decide",
        OnTheirWay = "on_their_way",
        Stuck = "stuck",
        Ready = "ready",
        Declined = "declined",
        Ended = "ended",
        All = "all",
    }
}

crate::text_enum! {
    #[derive(Default)]
    pub enum Sort {
        #[default]
        Newest = "newest",
        Oldest = "oldest",
        Title = "title",
        Biggest = "biggest",
    }
}

#[derive(Debug, Clone)]
pub struct Desk {
    pub query: Query,
    pub sums: Sums,
    pub rows: Vec<Row>,
    pub per_page: i64,
    pub total: i64,
    /// The reader decides; else they look on.
    pub decides: bool,
}

/// The figures of the sentence and of the chips.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums {
    pub trays: Vec<(Tray, i64)>,
    /// Bytes that all to be decided need together; none when one of them is unknown.
    pub needed: Option<i64>,
    /// Bytes free on the disks they would go to.
    pub free: Option<f64>,
}

impl Tray {
    /// The stages in it; none means all.
    pub fn stages(self) -> Vec<Stage> {
        match self {
            Self::ToDecide => vec![Stage::Asked],
            Self::OnTheirWay => {
                Stage::ALL.iter().copied().filter(|stage| stage.is_under_way() && *stage != Stage::Stuck).collect()
            }
            Self::Stuck => vec![Stage::Stuck],
            Self::Ready => vec![Stage::Ready],
            Self::Declined => vec![Stage::Declined],
            Self::Ended => vec![Stage::Withdrawn, Stage::Gone],
            Self::All => Vec::new(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::ToDecide => "To decide",
            Self::OnTheirWay => "On their way",
            Self::Stuck => "Stuck",
            Self::Ready => "Ready",
            Self::Declined => "Declined",
            Self::Ended => "Withdrawn",
            Self::All => "All",
        }
    }
}

impl Sort {
    fn label(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Title => "By title",
            Self::Biggest => "Biggest first",
        }
    }
}

impl Query {
    /// The part of the address after the question mark, without what goes without saying.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let unless = |default: bool, word: &str| if default { String::new() } else { word.to_owned() };
        vec![
            ("stage", unless(self.tray == Tray::default(), self.tray.as_str())),
            ("kind", self.kind.map(|kind| kind.to_string()).unwrap_or_default()),
            ("q", self.find.clone()),
            ("sort", unless(self.sort == Sort::default(), self.sort.as_str())),
            ("page", unless(self.page <= 1, &self.page.to_string())),
        ]
    }

    pub fn address(&self, frame: &Frame) -> String {
        self.under(frame, "/admin/requests")
    }

    /// The same without base, to be led to.
    pub fn path(&self) -> String {
        self.on(&Links::default(), "/admin/requests")
    }

    /// The address of an act that leads back to this list.
    pub fn under(&self, frame: &Frame, path: &str) -> String {
        self.on(&frame.links, path)
    }

    fn on(&self, links: &Links, path: &str) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        links.query(path, &pairs)
    }

    /// The same as hidden fields of a form.
    pub fn carried(&self) -> Markup {
        html! { @for (key, value) in self.pairs() { @if !value.is_empty() { (hidden(key, &value)) } } }
    }
}

impl Sums {
    pub fn of(&self, tray: Tray) -> i64 {
        match tray {
            Tray::All => self.trays.iter().map(|(_, count)| count).sum(),
            tray => self.trays.iter().find(|(known, _)| *known == tray).map_or(0, |(_, count)| *count),
        }
    }
}

pub fn page(frame: &Frame, desk: &Desk) -> Page {
    let body = html! {
        (head(&desk.sums))
        (filters(frame, desk))
        (narrow(frame, desk))
        @if desk.rows.is_empty() {
            (nothing(frame, desk))
        } @else {
            (list(frame, desk))
            (pages(frame, desk))
        }
    };
    Page::new(frame, Place::Requests, "Requests", body)
}

/// Out of band, after a decision: the sentence and the counts of the chips.
pub fn sums_part(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        hx-partial hx-target="#desk-head" hx-swap="outerHTML" { (head(&desk.sums)) }
        hx-partial hx-target="#desk-chips" hx-swap="outerHTML" { (filters(frame, desk)) }
    }
}

fn head(sums: &Sums) -> Markup {
    html! { div #desk-head { (card::page_head("Requests", Some(&sentence(sums)), html! {})) } }
}

/// "Four wait for a decision. All four together need about 132 GB; 212 GB are free."
fn sentence(sums: &Sums) -> String {
    let count = sums.of(Tray::ToDecide);
    let waiting = match count {
        0 => return "Nothing waits for a decision.".to_owned(),
        1 => "One waits for a decision.".to_owned(),
        many => format!("{} wait for a decision.", format::spelled(many)),
    };
    let spelled = format::spelled(count).to_lowercase();
    let needed = match (count, sums.needed) {
        (1, Some(bytes)) => format!("It needs about {}", format::rough_size(bytes as f64)),
        (_, Some(bytes)) => format!("All {spelled} together need about {}", format::rough_size(bytes as f64)),
        (1, None) => "Nobody knows how big it gets".to_owned(),
        (_, None) => "Nobody knows how big they all get".to_owned(),
    };
    let free = match sums.free {
        Some(free) => format!("{} are free", format::rough_size(free)),
        None => "how much is free is unknown".to_owned(),
    };
    format!("{waiting} {needed}; {free}.")
}

fn filters(frame: &Frame, desk: &Desk) -> Markup {
    let chip = |tray: Tray| {
        let query = Query { tray, page: 1, ..desk.query.clone() };
        Chip::new(tray.label(), query.address(frame), tray == desk.query.tray).count(desk.sums.of(tray))
    };
    let all: Vec<Chip> = Tray::ALL.iter().map(|tray| chip(*tray)).collect();
    html! { div #desk-chips { (chips("Filter", &all)) } }
}

fn narrow(frame: &Frame, desk: &Desk) -> Markup {
    let query = &desk.query;
    let kinds = [("", "Films and series"), ("movie", "Films"), ("series", "Series")];
    let sorts: Vec<(&str, &str)> = Sort::ALL.iter().map(|sort| (sort.as_str(), sort.label())).collect();
    let more = html! {
        @if query.tray != Tray::default() { (hidden("stage", query.tray.as_str())) }
        (select("kind", "Kind", &kinds, query.kind.map_or("", |kind| kind.as_str())))
        (select("sort", "Order", &sorts, query.sort.as_str()))
    };
    crate::ui::form::toolbar(&frame.links.to("/admin/requests"), "q", &query.find, "Title or person", more)
}

/// A field without a label of its own to be seen: the toolbar is one line.
fn select(name: &str, about: &str, choices: &[(&str, &str)], chosen: &str) -> Markup {
    let choices = choices.iter().map(|(value, label)| Choice::new(value, label));
    html! {
        select.select name=(name) aria-label=(about) {
            @for choice in choices { option value=(choice.value) selected[choice.value == chosen] { (choice.label) } }
        }
    }
}

fn nothing(frame: &Frame, desk: &Desk) -> Markup {
    let query = &desk.query;
    let narrowed = !query.find.is_empty() || query.kind.is_some();
    if narrowed {
        let wide = Query { tray: query.tray, ..Query::default() };
        let act = Button::new("Show all of them").link(&wide.address(frame));
        return empty::empty(Icon::Search, "Nothing like that", html! { "No request here fits what you look for." }, act);
    }
    let (title, words) = match query.tray {
        Tray::ToDecide => ("Nothing to decide", "New requests show up here, and you get a mail."),
        Tray::Stuck => ("Nothing is stuck", "What goes no further by itself shows up here, with the reason."),
        _ => ("None of these", "Look under another heading."),
    };
    empty::empty(Icon::Ticket, title, html! { (words) }, html! {})
}

/// Forms can't stand in forms, so the ticks belong to the bar's form by its id.
fn list(frame: &Frame, desk: &Desk) -> Markup {
    let bulk = desk.decides && desk.rows.iter().any(Row::waits);
    html! {
        div.tickable {
            div.card.flush {
                ul.rows { @for row in &desk.rows { (desk_row::item(frame, &desk.query, row)) } }
            }
            @if bulk { (bar(frame, desk)) }
        }
    }
}

/// The id of the form that the ticks belong to.
pub const BULK: &str = "bulk";

fn bar(frame: &Frame, desk: &Desk) -> Markup {
    let to = |act: &str| frame.links.to(&format!("/admin/requests/{act}"));
    let decline = to("decline");
    html! {
        form.bulk id=(BULK) method="post" action=(to("approval")) role="group" aria-label="With the ticked requests" {
            (desk.query.carried())
            span.n { "ticked" }
            (Button::new("Approve").icon(Icon::Check).small().tonal().busy("Approving").submit())
            (Button::new("Decline").small().to(&decline).submit())
        }
    }
}

fn pages(frame: &Frame, desk: &Desk) -> Markup {
    let page = desk.query.page.max(1);
    let from = (page - 1) * desk.per_page + 1;
    let to = from + desk.rows.len() as i64 - 1;
    let at = |page: i64| Query { page, ..desk.query.clone() }.address(frame);
    let back = (page > 1).then(|| at(page - 1));
    let next = (to < desk.total).then(|| at(page + 1));
    pager::pager(from, to, desk.total, back.as_deref(), next.as_deref())
}
