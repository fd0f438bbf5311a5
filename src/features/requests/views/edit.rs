//! Changing where a request goes, and its seasons, before it is sent.

use maud::{Markup, html};

use super::desk::Query;
use super::target::{self, Target};
use super::{Card, desk_path, words};
use crate::ui::form::{Errors, check, hidden};
use crate::ui::icon::small;
use crate::ui::{Button, Frame, Icon, Page, Place, card, dialog};

#[derive(Debug, Clone)]
pub struct Edit {
    pub card: Card,
    pub target: Target,
    /// Season numbers to choose from, and whether each is chosen; none for a film.
    pub seasons: Vec<(i32, bool)>,
    /// It waits for a decision: saving may approve it as well.
    pub may_approve: bool,
    /// It is stuck: saving may send it again as well.
    pub may_retry: bool,
    pub from_parcel: bool,
    pub errors: Errors,
}

pub fn page(frame: &Frame, query: &Query, edit: &Edit) -> Page {
    let heading = heading(edit);
    let back = back(frame, query, edit);
    let body = html! {
        (card::page_head(&heading, None, html! {}))
        form.form method="post" action=(action(frame, edit)) {
            (fields(query, edit))
            div.form-end.actions.dock { (buttons(edit)) (Button::new("Leave it").quiet().link(&back)) }
        }
    };
    Page::new(frame, Place::Requests, heading, body)
}

pub fn dialog(frame: &Frame, query: &Query, edit: &Edit) -> Markup {
    let back = back(frame, query, edit);
    let footer = html! { a.btn.quiet href=(back) data-close { "Leave it" } (buttons(edit)) };
    dialog::swapping(&heading(edit), &action(frame, edit), &back, fields(query, edit), footer)
}

fn heading(edit: &Edit) -> String {
    format!("Change {}", edit.card.name())
}

fn action(frame: &Frame, edit: &Edit) -> String {
    frame.links.to(&desk_path(edit.card.request.id, "edit"))
}

fn back(frame: &Frame, query: &Query, edit: &Edit) -> String {
    if edit.from_parcel { frame.links.to(&super::path(edit.card.request.id)) } else { query.address(frame) }
}

fn buttons(edit: &Edit) -> Markup {
    html! {
        @if edit.may_approve {
            (Button::new("Save").value("then", "keep").busy("Saving").submit())
            (Button::new("Save and approve").primary().value("then", "approve").busy("Approving").submit())
        } @else if edit.may_retry {
            (Button::new("Save").value("then", "keep").busy("Saving").submit())
            (Button::new("Save and try again").primary().value("then", "retry").busy("Trying").submit())
        } @else {
            (Button::new("Save").primary().value("then", "keep").busy("Saving").submit())
        }
    }
}

fn fields(query: &Query, edit: &Edit) -> Markup {
    html! {
        (edit.errors.alert())
        (target::fields(&edit.target, &edit.errors))
        @if !edit.seasons.is_empty() { (seasons(edit)) }
        (query.carried())
        @if edit.from_parcel { (hidden("from", "parcel")) }
    }
}

fn seasons(edit: &Edit) -> Markup {
    html! {
        fieldset aria-describedby=[edit.errors.of("seasons").map(|_| "seasons-error")] {
            legend { "Seasons" }
            div.cluster.wide {
                @for (number, chosen) in &edit.seasons {
                    (check("seasons", &number.to_string(), &words::season(*number), "", *chosen))
                }
            }
            @if let Some(wrong) = edit.errors.of("seasons") {
                p.error #seasons-error { (small(Icon::Alert)) (wrong) }
            }
            (hidden("seasons_shown", "1"))
        }
    }
}
