//! The invites of the house, newest first.

use std::collections::HashMap;

use maud::{Markup, html};

use super::words::{self, Told};
use crate::domain::invite::Standing;
use crate::domain::people::Role;
use crate::ui::chips::{Chip, chips};
use crate::ui::icon::icon;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, empty, format, pager};

pub struct List {
    pub rows: Vec<Told>,
    pub counts: HashMap<Standing, i64>,
    /// The standing that narrows the list.
    pub standing: Option<Standing>,
    pub page: i64,
    pub per_page: i64,
}

const SENTENCE: &str = "A link that lets somebody in. You can pause or delete it at any time; who is in stays in.";

impl List {
    fn count(&self, standing: Option<Standing>) -> i64 {
        match standing {
            Some(standing) => self.counts.get(&standing).copied().unwrap_or_default(),
            None => self.counts.values().sum(),
        }
    }
}

pub fn invites(frame: &Frame, list: &List, role: Role) -> Page {
    let new = Button::new("New invite").icon(Icon::Plus).primary().link(&frame.links.to("/admin/invites/new"));
    let all = list.count(None);
    let body = html! {
        (card::page_head("Invites", Some(SENTENCE), html! { @if role.may_decide() && all > 0 { (clear(frame, list)) (new) } }))
        @if all == 0 {
            (nothing(role, new))
        } @else {
            (chips("Filter", &filters(frame, list)))
            @if list.rows.is_empty() { p.soft { "None of these." } } @else {
                (table(&columns(), html! { @for told in &list.rows { (row(frame, told, role)) } }))
                (pages(frame, list))
            }
        }
    };
    Page::new(frame, Place::Invites, "Invites", body)
}

fn nothing(role: Role, new: Markup) -> Markup {
    let words = "An invite is a link, or a code to scan, that shares libraries with whoever follows it, once or often.";
    empty::empty(Icon::Door, "No invites yet", html! { (words) }, html! { @if role.may_decide() { (new) } })
}

/// Deletes those that let nobody in any more.
fn clear(frame: &Frame, list: &List) -> Markup {
    let over = list.count(Some(Standing::Expired)) + list.count(Some(Standing::UsedUp));
    html! {
        @if over > 0 {
            (Button::new("Clear those that are over").quiet().link(&frame.links.to("/admin/invites/clear")))
        }
    }
}

fn filters(frame: &Frame, list: &List) -> Vec<Chip> {
    let wanted = std::iter::once(None).chain(Standing::ALL.iter().copied().map(Some));
    wanted
        .filter(|standing| standing.is_none() || list.count(*standing) > 0 || *standing == list.standing)
        .map(|standing| {
            let word = standing.map(Standing::as_str).unwrap_or_default();
            let href = frame.links.query("/admin/invites", &[("show", word)]);
            let label = standing.map_or("All", words::label);
            Chip::new(label, href, standing == list.standing).count(list.count(standing))
        })
        .collect()
}

fn columns() -> [Column<'static>; 5] {
    [
        Column::new("Invite"),
        Column::new("State"),
        Column::new("Used"),
        Column::new("The link ends"),
        Column::new("More").hidden(),
    ]
}

fn row(frame: &Frame, told: &Told, role: Role) -> Markup {
    let invite = &told.invite;
    let now = frame.clock.now();
    html! {
        tr {
            th scope="row" {
                div {
                    a href=(frame.links.to(&format!("/admin/invites/{}", invite.id))) { bdi { (invite.name()) } }
                    p.sub { (words::gives(&frame.clock, told)) }
                    @if let Some(by) = words::of_member(told) { p.sub { (by) } }
                }
            }
            td data-label="State" { (words::state_of(told, now)) }
            td data-label="Used" { (words::used(invite)) }
            td data-label="The link ends" {
                @match invite.expires_at {
                    Some(at) => (frame.clock.ends(at)),
                    None => span.muted { "never" },
                }
            }
            td.corner { @if role.may_decide() { (menu(frame, told)) } }
        }
    }
}

fn menu(frame: &Frame, told: &Told) -> Markup {
    let invite = &told.invite;
    let at = |end: &str| frame.links.to(&format!("/admin/invites/{}/{end}", invite.id));
    let like = frame.links.query("/admin/invites/new", &[("like", &invite.id.to_string())]);
    let (pause, symbol) = if invite.paused { ("Let it work again", Icon::Play) } else { ("Pause", Icon::Pause) };
    button::menu(
        invite.name(),
        html! {
            a href=(like) { (icon(Icon::Copy)) "Duplicate" }
            form method="post" action=(at("pause")) {
                button type="submit" name="paused" value=(if invite.paused { "" } else { "yes" }) { (icon(symbol)) (pause) }
            }
            a href=(at("removal")) { (icon(Icon::Trash)) "Delete" }
        },
    )
}

fn pages(frame: &Frame, list: &List) -> Markup {
    let (total, shown) = (list.count(list.standing), list.rows.len() as i64);
    let before = (list.page - 1) * list.per_page;
    let word = list.standing.map(Standing::as_str).unwrap_or_default();
    let to = |page: i64| frame.links.query("/admin/invites", &[("show", word), ("page", &page.to_string())]);
    let back = (list.page > 1).then(|| to(list.page - 1));
    let next = (before + shown < total).then(|| to(list.page + 1));
    pager::pager(before + 1, before + shown, total, back.as_deref(), next.as_deref())
}

/// Asks before an invite is deleted, or all that are over.
pub fn removal(frame: &Frame, title: &str, words: &str, action: &str, label: &str) -> Page {
    let end = html! {
        (Button::new(label).icon(Icon::Trash).danger().busy("Deleting").submit())
        (Button::new("Keep").quiet().link(&frame.links.to("/admin/invites")))
    };
    let body = html! {
        (card::page_head(title, Some(words), html! {}))
        (crate::ui::form::form(&frame.links.to(action), html! {}, end))
    };
    Page::new(frame, Place::Invites, format::capital(title), body)
}
