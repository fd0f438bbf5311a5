//! The private links by which somebody may ask.

use maud::{Markup, html};

use super::list::{self, Door};
use super::words;
use crate::domain::access_request::AskLink;
use crate::domain::access_request::form::{MOST_LABEL, TypedLink};
use crate::ui::form::{Errors, Field, group_check, several};
use crate::ui::icon::icon;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, format};

pub struct Links {
    pub rows: Vec<Told>,
    pub typed: TypedLink,
    /// Id, name, titles of what it carries.
    pub groups: Vec<(String, String, Vec<String>)>,
    pub errors: Errors,
    pub door: Door,
    pub may_write: bool,
}

/// A link with the names of its groups.
pub struct Told {
    pub link: AskLink,
    pub groups: Vec<String>,
    /// The whole address.
    pub address: String,
}

const SENTENCE: &str = "Whoever has one may ask to be let in. You still decide about each.";

pub fn page(frame: &Frame, links: &Links) -> Page {
    let back = Button::new("Access requests").quiet().link(&frame.links.to("/admin/access-requests"));
    let columns = [
        Column::new("Link"),
        Column::new("Address"),
        Column::new("State"),
        Column::new("Ends"),
        Column::new("More").hidden(),
    ];
    let body = html! {
        (card::page_head("Private links", Some(SENTENCE), back))
        (list::door(&links.door))
        @if links.rows.is_empty() { p.soft { "There are none yet." } } @else {
            (table(&columns, html! { @for told in &links.rows { (row(frame, told, links.may_write)) } }))
        }
        @if links.may_write { (card::section("new", "New link", html! {}, new(frame, links))) }
    };
    Page::new(frame, Place::AccessRequests, "Private links", body)
}

fn row(frame: &Frame, told: &Told, may_write: bool) -> Markup {
    let link = &told.link;
    let label = format!("The link {}", link.label);
    html! {
        tr {
            th scope="row" {
                div.stack-2 {
                    bdi { (link.label) }
                    @if !told.groups.is_empty() {
                        p.sub { "Suggests " (format::list(&told.groups.iter().map(String::as_str).collect::<Vec<_>>())) }
                    }
                }
            }
            td data-label="Address" {
                div.joined {
                    input.input.mono readonly value=(told.address) aria-label=(label);
                    button.btn type="button" data-copy { "Copy" }
                }
            }
            td data-label="State" { (words::standing(link.standing(frame.clock.now()))) }
            td data-label="Ends" {
                @match link.expires_at { Some(at) => (frame.clock.ends(at)), None => span.muted { "never" } }
            }
            td.corner { @if may_write { (menu(frame, link)) } }
        }
    }
}

fn menu(frame: &Frame, link: &AskLink) -> Markup {
    let at = |end: &str| frame.links.to(&format!("/admin/access-requests/links/{}/{end}", link.id));
    let (pause, symbol) = if link.paused { ("Let it work again", Icon::Play) } else { ("Pause", Icon::Pause) };
    button::menu(
        &link.label,
        html! {
            form method="post" action=(at("pause")) {
                button type="submit" name="paused" value=(if link.paused { "" } else { "yes" }) { (icon(symbol)) (pause) }
            }
            a href=(at("removal")) { (icon(Icon::Trash)) "Delete" }
        },
    )
}

fn new(frame: &Frame, links: &Links) -> Markup {
    let (typed, errors) = (&links.typed, &links.errors);
    let groups = html! {
        div.options {
            @for group in &links.groups { (group_check(group, &typed.groups)) }
        }
    };
    html! {
        form.form method="post" action=(frame.links.to("/admin/access-requests/links")) {
            (errors.alert())
            (Field::new("label", "Whom it is for").value(&typed.label).errors(errors).required().autocomplete("off")
                .maxlength(MOST_LABEL as u16).help("Only those who decide read it.").text())
            (Field::new("until", "Its last day").value(&typed.until).errors(errors).optional().date())
            @if !links.groups.is_empty() {
                (several("groups", "Groups to suggest", "Ticked beforehand when you say yes.", errors, groups))
            }
            div.form-end { (Button::new("Make the link").icon(Icon::Link).primary().busy("Making").submit()) }
        }
    }
}
