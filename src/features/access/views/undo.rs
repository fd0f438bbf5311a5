//! Asks before earlier changes are taken back, and shows what that would change.

use maud::html;

use super::{batch, batch_path};
use crate::domain::access::batch::Batch;
use crate::domain::access::told::Told;
use crate::ui::{Button, Frame, Icon, Page, Place, card, form, format};

/// `changes` are the first of them; there are so many `more`, and so many people whom they are about. Others are `left`
/// alone.
pub fn page(frame: &Frame, of: &Batch, changes: &[Told], count: usize, more: usize, left: usize) -> Page {
    let here = batch_path(of.id);
    let left_alone = match left {
        0 => "Whoever is changed again meanwhile is left alone.".to_owned(),
        1 => "One other was changed again since and is left alone.".to_owned(),
        n => format!("{} others were changed again since and are left alone.", format::number(n as i64)),
    };
    let sentence = format!(
        "{} exactly what they had before, flags and limits with it. {left_alone}",
        format::count(count as i64, "person gets back", "people get back")
    );
    let label = format!("Take it back for {}", format::count(count as i64, "person", "people"));
    let end = html! {
        (Button::new(&label).icon(Icon::Undo).primary().busy("Taking back").submit())
        (Button::new("Leave it").quiet().link(&frame.links.to(&here)))
    };
    let body = html! {
        (card::page_head("Take it back?", Some(&sentence), html! {}))
        (batch::lines(changes))
        @if more > 0 { p.soft { "And " (format::count(more as i64, "more change", "more changes")) "." } }
        (form::form(&frame.links.to(&format!("{here}/undo")), html! {}, end))
    };
    Page::new(frame, Place::Plan, "Take it back?", body)
}
