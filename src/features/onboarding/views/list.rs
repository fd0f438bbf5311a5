//! The welcome pages of the house, in the order in which they are read.

use maud::{Markup, html};

use super::pictures::{self, Pictures};
use crate::domain::people::Role;
use crate::domain::welcome::{Audience, WelcomePage};
use crate::ui::icon::icon;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, badge, button, card, empty};

pub struct List {
    pub rows: Vec<Row>,
    pub pictures: Pictures,
    pub role: Role,
}

pub struct Row {
    pub page: WelcomePage,
    /// Names of the invites that it is for.
    pub invites: Vec<String>,
}

const SENTENCE: &str = "What newcomers read after they have come in, one page after the other. Everybody can read it \
                        again from their account page.";

pub fn pages(frame: &Frame, list: &List) -> Page {
    let new = Button::new("New page").icon(Icon::Plus).primary().link(&frame.links.to("/admin/onboarding/new"));
    let writes = list.role.may_decide();
    let body = html! {
        @if list.rows.is_empty() {
            (card::page_head("Welcome pages", Some(SENTENCE), html! {}))
            (nothing(frame, writes))
        } @else {
            (card::page_head("Welcome pages", Some(SENTENCE), html! { @if writes { (new) } }))
            (table(&columns(), html! {
                @for (at, row) in list.rows.iter().enumerate() { (one(frame, row, at, list.rows.len(), writes)) }
            }))
        }
        (pictures::section(frame, &list.pictures, writes))
    };
    Page::new(frame, Place::Onboarding, "Welcome pages", body)
}

fn nothing(frame: &Frame, writes: bool) -> Markup {
    let words = "Without welcome pages whoever comes in goes straight to the lobby. Usherr has some to begin with: what \
                 Plex is, where the app is found, how it looks best, how to ask for something.";
    let act = html! {
        @if writes {
            div.cluster {
                (button::post(
                    &frame.links.to("/admin/onboarding/defaults"),
                    Button::new("Put the default pages back").icon(Icon::Undo).primary().busy("Writing").submit(),
                ))
                (Button::new("New page").icon(Icon::Plus).link(&frame.links.to("/admin/onboarding/new")))
            }
        }
    };
    empty::empty(Icon::Chat, "No welcome pages", html! { (words) }, act)
}

fn columns() -> [Column<'static>; 4] {
    [Column::new("Page"), Column::new("State"), Column::new("For"), Column::new("More").hidden()]
}

fn one(frame: &Frame, row: &Row, at: usize, of: usize, writes: bool) -> Markup {
    let page = &row.page;
    html! {
        tr {
            th scope="row" {
                div {
                    a href=(frame.links.to(&format!("/admin/onboarding/{}", page.id))) { bdi { (page.title) } }
                    p.sub {
                        (at + 1) " of " (of)
                        @if let Some(gate) = &page.gate { ", opens with “" bdi { (gate.label) } "”" }
                    }
                }
            }
            td data-label="State" {
                @if page.enabled { (badge::plainly(Kind::Good, Icon::Check, "On")) }
                @else { (badge::plainly(Kind::Neutral, Icon::Pause, "Off")) }
            }
            td data-label="For" { (readers(row)) }
            td.corner { @if writes { (menu(frame, page, at, of)) } }
        }
    }
}

fn readers(row: &Row) -> Markup {
    match &row.page.audience {
        Audience::Everybody => html! { "Everybody" },
        Audience::Invites(ids) if ids.is_empty() => html! { span.muted { "Nobody: its invites are deleted" } },
        Audience::Invites(_) => html! {
            div.cluster { @for name in &row.invites { (badge::tag(Some(Icon::Door), name)) } }
        },
    }
}

fn menu(frame: &Frame, page: &WelcomePage, at: usize, of: usize) -> Markup {
    let to = |end: &str| frame.links.to(&format!("/admin/onboarding/{}/{end}", page.id));
    let (switch, symbol) = if page.enabled { ("Switch off", Icon::Pause) } else { ("Switch on", Icon::Play) };
    button::menu(
        &page.title,
        html! {
            form method="post" action=(to("move")) {
                @if at > 0 { button type="submit" name="to" value="up" { (icon(Icon::Sort)) "Move up" } }
                @if at + 1 < of { button type="submit" name="to" value="down" { (icon(Icon::Sort)) "Move down" } }
            }
            form method="post" action=(to("switch")) {
                button type="submit" name="on" value=(if page.enabled { "" } else { "yes" }) { (icon(symbol)) (switch) }
            }
            a href=(to("removal")) { (icon(Icon::Trash)) "Delete" }
        },
    )
}
