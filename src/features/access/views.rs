//! The pages of the plan: what would change, what is changing, what was changed.

use maud::{Markup, html};

use crate::domain::access::told::{PER_PAGE, Part, Told};
use crate::domain::access::words::lower;
use crate::domain::ids::BatchId;
use crate::ui::badge::{Face, face};
use crate::ui::icon::small;
use crate::ui::{Frame, Icon, format, pager};

pub mod batch;
mod drift;
pub mod earlier;
pub mod plan;
pub mod undo;

pub const PLAN: &str = "/admin/plan";

pub fn batch_path(id: BatchId) -> String {
    format!("{PLAN}/changes/{id}")
}

/// Who may change what people see.
fn may_write(frame: &Frame) -> bool {
    frame.viewer.as_ref().is_some_and(|viewer| viewer.role.may_decide())
}

/// To the pages before and behind; nothing where all stands on one.
fn pages<T>(part: &Part<T>, to: impl Fn(usize) -> String) -> Markup {
    if part.total <= PER_PAGE {
        return html! {};
    }
    let last = (part.before() + PER_PAGE).min(part.total);
    let back = (part.page > 1).then(|| to(part.page - 1));
    let next = (last < part.total).then(|| to(part.page + 1));
    pager::pager(part.before() as i64 + 1, last as i64, part.total as i64, back.as_deref(), next.as_deref())
}

/// What somebody loses and gains, as tags: losses first.
fn tags(told: &Told) -> Markup {
    let (off, on): (Vec<_>, Vec<_>) = told.turns.iter().partition(|(_, on)| !on);
    html! {
        div.cluster {
            @for title in &told.lose { (loss(title)) }
            @for (name, _) in off { (loss(name)) }
            @for title in &told.gain { (gain(title)) }
            @for (name, _) in on { (gain(name)) }
        }
    }
}

fn loss(name: &str) -> Markup {
    html! { span.tag.loss { (small(Icon::Minus)) span.visually-hidden { "loses " } (name) } }
}

fn gain(name: &str) -> Markup {
    html! { span.tag.gain { (small(Icon::Plus)) span.visually-hidden { "gains " } (name) } }
}

/// "loses Films 4K, gains Documentaries and downloads": one change in words.
fn in_words(told: &Told, lost: &str, gained: &str) -> String {
    let turned = |wanted: bool| told.turns.iter().filter(move |(_, on)| *on == wanted).map(|(name, _)| lower(name));
    let part = |verb: &str, names: Vec<String>| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        (!names.is_empty()).then(|| format!("{verb} {}", format::list(&names)))
    };
    let losses: Vec<String> = told.lose.iter().cloned().chain(turned(false)).collect();
    let gains: Vec<String> = told.gain.iter().cloned().chain(turned(true)).collect();
    [part(lost, losses), part(gained, gains)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn named(name: &str) -> Markup {
    html! { (face(name, Face::Small)) b.strong.grow { bdi { (name) } } }
}
