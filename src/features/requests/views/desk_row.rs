//! One request at the desk: what, who, how big, what can be done with it here; and with the decline form open in it.

use maud::{Markup, html};

use super::decline::{self, Decline};
use super::desk::{BULK, Query};
use super::mine::state;
use super::{Card, May, desk_path, path, row_id, words};
use crate::domain::catalog::MediaKind;
use crate::domain::request::{ScopeKind, Stage};
use crate::ui::badge::{badge, tag};
use crate::ui::{Button, Frame, Icon, Kind, button, format, media};

#[derive(Debug, Clone)]
pub struct Row {
    pub card: Card,
    pub may: May,
    /// Takes more than is free, as far as both are known.
    pub too_big: bool,
    /// Something worth knowing before deciding: "Not out yet, comes on 3 Feb."
    pub hint: Option<String>,
}

impl Row {
    /// It waits for this reader's decision.
    pub fn waits(&self) -> bool {
        self.may.approve
    }
}

/// The whole `li`; a swap replaces it.
pub fn item(frame: &Frame, query: &Query, row: &Row) -> Markup {
    html! { li id=(row_id(row.card.request.id)) { (inside(frame, query, row)) } }
}

/// The same with the decline form below it.
pub fn item_declining(frame: &Frame, query: &Query, row: &Row, form: &Decline) -> Markup {
    html! {
        li id=(row_id(row.card.request.id)) {
            div.stack { (inside(frame, query, row)) (decline::form(frame, query, form)) }
        }
    }
}

/// The same on a page of its own, where there is nothing else to do with it.
pub fn item_alone(frame: &Frame, query: &Query, row: &Row, form: &Decline) -> Markup {
    html! { li { div.stack { (the_media(frame, row, html! {})) (decline::plain(frame, query, form)) } } }
}

fn inside(frame: &Frame, query: &Query, row: &Row) -> Markup {
    let media = the_media(frame, row, acts(frame, query, row));
    let id = row.card.request.id;
    html! {
        @if row.waits() {
            div.line {
                input.check.tick type="checkbox" name="request" value=(id) form=(BULK)
                    aria-label=(format!("Tick {}", row.card.name()));
                div.grow { (media) }
            }
        } @else {
            (media)
        }
    }
}

fn the_media(frame: &Frame, row: &Row, acts: Markup) -> Markup {
    let card = &row.card;
    let request = &card.request;
    let title = html! { a href=(frame.links.to(&path(request.id))) { (card.name()) } };
    let words = html! {
        p { (card.asker.name()) ", " (frame.clock.ago(request.created_at)) }
        (tags(row))
        @if request.stage != Stage::Asked { (state(card)) }
        @if let Some(hint) = &row.hint { p { (hint) } }
        @if let Some(note) = request.note.as_deref().filter(|_| request.stage == Stage::Asked) { p { (format::quoted(note)) } }
    };
    media::row(card.subject.thumb(), title, words, acts)
}

fn tags(row: &Row) -> Markup {
    let request = &row.card.request;
    let seasons = request.seasons.as_deref().unwrap_or_default();
    let tags = html! {
        @if request.kind == MediaKind::Series && request.scope != Some(ScopeKind::Future) && seasons.len() > 1 {
            (tag(None, &format::count(seasons.len() as i64, "season", "seasons")))
        }
        @match request.estimated_bytes {
            Some(bytes) => (tag(Some(Icon::Disk), &format::rough_size(bytes as f64))),
            None if request.stage == Stage::Asked => (tag(Some(Icon::Disk), "size unknown")),
            None => "",
        }
        @if row.card.followers > 0 { (tag(Some(Icon::Follow), &words::followers(row.card.followers))) }
        @if row.too_big { (badge(Kind::Warn, Icon::Alert, "Big")) }
    };
    html! { @if !tags.0.is_empty() { div.cluster { (tags) } } }
}

/// Whatever may be done with it. Auditors have none.
fn acts(frame: &Frame, query: &Query, row: &Row) -> Markup {
    let (may, id) = (row.may, row.card.request.id);
    let to = |act: &str| query.under(frame, &desk_path(id, act));
    let decline = to("decline");
    let row_target = format!("#{}", row_id(id));
    let buttons = html! {
        @if may.approve {
            (sent(&to("approval"), id, Button::new("Approve").icon(Icon::Check).small().tonal().busy("Approving")))
        }
        @if may.retry { (sent(&to("retry"), id, Button::new("Try again").icon(Icon::Refresh).small().busy("Trying"))) }
        @if may.decline && may.approve {
            a.btn.small href=(decline) hx-get=(decline) hx-target=(row_target) hx-swap="outerHTML" { "Decline" }
        }
        @if may.edit || may.withdraw || (may.decline && !may.approve) {
            (button::menu(&row.card.name(), html! {
                @if may.edit { (Button::new("Change it").icon(Icon::Edit).dialog(&to("edit"))) }
                @if may.decline && !may.approve {
                    a.btn href=(decline) hx-get=(decline) hx-target=(row_target) hx-swap="outerHTML" { "Decline" }
                }
                @if may.withdraw {
                    (Button::new("Withdraw").icon(Icon::X).danger()
                        .dialog(&frame.links.to(&format!("{}/withdrawal", path(id)))))
                }
            }))
        }
    };
    html! { @if !buttons.0.is_empty() { div.cluster { (buttons) } } }
}

fn sent(action: &str, id: crate::domain::ids::RequestId, button: Button<'_>) -> Markup {
    super::act(action, &row_id(id), "outerHTML", button.submit())
}
