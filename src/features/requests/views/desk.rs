//! The desk where requests are decided: the sentence first, filters in the address, rows that carry their own buttons, and
//! a bar for many at once.

use maud::{Markup, html};

pub use super::desk_query::{Query, Sort, Tray};
use super::desk_row::{self, Row};
use crate::ui::chips::{Chip, chips};
use crate::ui::form::{self, Choice, hidden};
use crate::ui::{Button, Frame, Icon, Page, Place, card, empty, format, layout, live, pager};

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
    /// Bytes that all to be decided need together whose size is known.
    pub needed: i64,
    /// How many there are whose size nobody knows.
    pub unsized_ones: i64,
    /// Bytes free on the disks they would go to.
    pub free: Option<f64>,
}

impl Sums {
    pub fn of(&self, tray: Tray) -> i64 {
        match tray {
            Tray::All => self.trays.iter().map(|(_, count)| count).sum(),
            tray => self.trays.iter().find(|(known, _)| *known == tray).map_or(0, |(_, count)| *count),
        }
    }
}

impl Desk {
    /// Of the requests on this page.
    pub fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|row| row.card.request.id.0).collect()
    }
}

/// The id of the live part.
pub const LIST: &str = "desk-list";

pub fn page(frame: &Frame, desk: &Desk) -> Page {
    let here = desk.query.address(frame);
    let shown = desk.ids().iter().map(i64::to_string).collect::<Vec<_>>().join(SEAM);
    let part = |path: &str| desk.query.showing(frame, path, &shown);
    let (stream, poll) = (part("/admin/requests/live"), part("/admin/requests"));
    let body = html! {
        (head(&desk.sums))
        (filters(frame, desk))
        (narrow(frame, desk))
        (live::live(LIST, &stream, &poll, &here, listed(frame, desk)))
    };
    Page::new(frame, Place::Requests, "Requests", body)
}

const SEAM: &str = ".";

/// The ids that an address says were on the page when it was opened.
pub fn shown(word: &str, most: i64) -> Vec<i64> {
    let most = usize::try_from(most).unwrap_or_default();
    word.split(SEAM).filter_map(|id| id.parse().ok()).take(most).collect()
}

/// What the stream and the polling bring: the list, and the figures around it.
pub fn live_part(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        (listed(frame, desk))
        (sums_part(frame, desk))
        @if let Some(viewer) = &frame.viewer { (layout::counts(viewer)) }
    }
}

fn listed(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        @if desk.rows.is_empty() {
            (nothing(frame, desk))
        } @else {
            (list(frame, desk))
            (pages(frame, desk))
        }
    }
}

/// Out of band, after a decision: the sentence and the counts of the chips.
pub fn sums_part(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        hx-partial hx-target="#desk-head" hx-swap="outerMorph" { (head(&desk.sums)) }
        hx-partial hx-target="#desk-chips" hx-swap="outerMorph" { (filters(frame, desk)) }
    }
}

fn head(sums: &Sums) -> Markup {
    html! { div #desk-head aria-live="polite" { (card::page_head("Requests", Some(&sentence(sums)), html! {})) } }
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
    let size = format::rough_size(sums.needed as f64);
    let needed = match (count, count - sums.unsized_ones) {
        (1, 1) => format!("It needs about {size}"),
        (1, _) => "Nobody knows how big it gets".to_owned(),
        (all, known) if all == known => format!("All {spelled} together need about {size}"),
        (_, ..=0) => "Nobody knows how big they get".to_owned(),
        (_, 1) => format!("The one whose size is known needs about {size}"),
        (_, known) => {
            let known = format::spelled(known).to_lowercase();
            format!("The {known} whose size is known need about {size}")
        }
    };
    let free = match sums.free {
        Some(free) => format!("{} are free", format::rough_size(free)),
        None => "how much is free is unknown".to_owned(),
    };
    format!("{waiting} {needed}; {free}.")
}

/// To decide, all, and the one chosen always; others while there is something in them.
fn filters(frame: &Frame, desk: &Desk) -> Markup {
    let chip = |tray: Tray| {
        let query = Query { tray, page: 1, ..desk.query.clone() };
        Chip::new(tray.label(), query.address(frame), tray == desk.query.tray).count(desk.sums.of(tray))
    };
    let shown =
        |tray: &Tray| matches!(tray, Tray::ToDecide | Tray::All) || *tray == desk.query.tray || desk.sums.of(*tray) > 0;
    let all: Vec<Chip> = Tray::ALL.iter().copied().filter(shown).map(chip).collect();
    html! { div #desk-chips { (chips("Filter", &all)) } }
}

fn narrow(frame: &Frame, desk: &Desk) -> Markup {
    let query = &desk.query;
    let kinds = [Choice::new("", "All kinds"), Choice::new("movie", "Films"), Choice::new("series", "Series")];
    let sorts: Vec<Choice<'_>> = Sort::ALL.iter().map(|sort| Choice::new(sort.as_str(), sort.label())).collect();
    let more = html! {
        @if query.tray != Tray::default() { (hidden("stage", query.tray.as_str())) }
        (form::narrow("kind", "Kind", &kinds, query.kind.map_or("", |kind| kind.as_str())))
        (form::narrow("sort", "Order", &sorts, query.sort.as_str()))
    };
    form::toolbar(&frame.links.to("/admin/requests"), "q", &query.find, "Title or person", more)
}

fn nothing(frame: &Frame, desk: &Desk) -> Markup {
    let query = &desk.query;
    let narrowed = !query.find.is_empty() || query.kind.is_some();
    if narrowed {
        let wide = Query { tray: query.tray, ..Query::default() };
        let act = Button::new("Show all of them").link(&wide.address(frame));
        return empty::empty(
            Icon::Search,
            "Nothing like that",
            html! { "No request here fits what you look for." },
            act,
        );
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
