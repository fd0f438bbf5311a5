//! Who asks to be let in, newest first.

use std::collections::HashMap;

use maud::{Markup, html};

use super::words;
use crate::domain::access_request::{AccessRequest, State};
use crate::domain::ids::PersonId;
use crate::domain::settings::Asking;
use crate::ui::chips::{Chip, chips};
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, pager};

pub struct List {
    pub rows: Vec<AccessRequest>,
    pub counts: HashMap<State, i64>,
    /// The state that narrows the list; none is all.
    pub state: Option<State>,
    /// The names of those who decided.
    pub names: HashMap<PersonId, String>,
    pub page: i64,
    pub per_page: i64,
    pub door: Door,
}

/// Whether anybody can ask.
pub struct Door {
    pub asking: Asking,
    /// There is a mail server, and a public address.
    pub can_answer: bool,
    /// The whole address of the open door.
    pub address: String,
}

impl List {
    fn count(&self, state: Option<State>) -> i64 {
        match state {
            Some(state) => self.counts.get(&state).copied().unwrap_or_default(),
            None => self.counts.values().sum(),
        }
    }
}

/// The word of a filter in the address.
fn word(state: Option<State>) -> &'static str {
    state.map_or("all", State::as_str)
}

pub fn page(frame: &Frame, list: &List) -> Page {
    let links = Button::new("Private links").icon(Icon::Link).link(&frame.links.to("/admin/access-requests/links"));
    let body = html! {
        (card::page_head("Access requests", Some("Who asks to be let in. A yes sends them an invite."), links))
        (door(&list.door))
        @if list.count(None) == 0 {
            (empty::empty(Icon::Mail, "Nobody has asked yet", html! { "Whoever asks says first, by mail, that the address is theirs. Then they show up here." }, html! {}))
        } @else {
            (chips("Filter", &filters(frame, list)))
            @if list.rows.is_empty() { p.soft { "None of these." } } @else {
                (table(&columns(), html! { @for one in &list.rows { (row(frame, list, one)) } }))
                (pages(frame, list))
            }
        }
    };
    Page::new(frame, Place::AccessRequests, "Access requests", body)
}

pub fn door(door: &Door) -> Markup {
    match (door.asking, door.can_answer) {
        (Asking::Nobody, _) => alert::note(Kind::Info, Icon::Lock, "Nobody can ask: Settings, General say so."),
        (_, false) => alert::note(
            Kind::Warn,
            Icon::Mail,
            "Nobody can ask: addresses are confirmed by mail, and that takes a mail server and the public address of Settings, General.",
        ),
        (Asking::ByLink, true) => html! { p.soft { "Only whoever has a private link can ask." } },
        (Asking::Anybody, true) => {
            html! { p.soft { "Anybody can ask at " a href=(door.address) { (door.address) } "." } }
        }
    }
}

fn filters(frame: &Frame, list: &List) -> Vec<Chip> {
    let wanted = State::ALL.iter().copied().map(Some).chain(std::iter::once(None));
    wanted
        .map(|state| {
            let href = frame.links.query("/admin/access-requests", &[("show", word(state))]);
            Chip::new(state.map_or("All", words::label), href, state == list.state).count(list.count(state))
        })
        .collect()
}

fn columns() -> [Column<'static>; 4] {
    [Column::new("Who"), Column::new("State"), Column::new("Asked"), Column::new("Decided")]
}

fn row(frame: &Frame, list: &List, one: &AccessRequest) -> Markup {
    let by = one.decided_by.and_then(|id| list.names.get(&id));
    html! {
        tr {
            th scope="row" {
                div {
                    a href=(frame.links.to(&format!("/admin/access-requests/{}", one.id))) { bdi { (one.name) } }
                    p.sub { bdi { (one.email) } }
                }
            }
            td data-label="State" { (words::state(one)) }
            td data-label="Asked" { (frame.clock.ago(one.asked_at)) }
            td data-label="Decided" {
                @match one.decided_at {
                    Some(at) => { (frame.clock.ago(at)) @if let Some(by) = by { " by " bdi { (by) } } },
                    None => span.muted { "not yet" },
                }
            }
        }
    }
}

fn pages(frame: &Frame, list: &List) -> Markup {
    let (total, shown) = (list.count(list.state), list.rows.len() as i64);
    let before = (list.page - 1) * list.per_page;
    let to = |page: i64| {
        frame.links.query("/admin/access-requests", &[("show", word(list.state)), ("page", &page.to_string())])
    };
    let back = (list.page > 1).then(|| to(list.page - 1));
    let next = (before + shown < total).then(|| to(list.page + 1));
    pager::pager(before + 1, before + shown, total, back.as_deref(), next.as_deref())
}
