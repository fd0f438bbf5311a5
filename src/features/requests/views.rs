//! The pages of requests: the form, the parcel, one's own list, the desk. Pure functions of view-models.

pub mod decline;
pub mod desk;
pub mod desk_query;
pub mod desk_row;
pub mod edit;
pub mod form;
pub mod mine;
pub mod options;
pub mod parcel;
pub mod price;
pub mod seasons;
pub mod target;
pub mod waiting;
pub mod way;
pub mod withdraw;
pub mod words;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalog::MediaKind;
use crate::domain::ids::RequestId;
use crate::domain::parcel::Progress;
use crate::domain::request::{Request, Stage};
use crate::domain::wording;
use crate::ui::{Frame, Icon, format, poster};

/// The title a request is about, as pages need it.
#[derive(Debug, Clone)]
pub struct Subject {
    pub kind: MediaKind,
    pub title: String,
    /// The path of its page, without base.
    pub path: String,
    /// A ready address under `/images`.
    pub poster: Option<String>,
}

/// Whoever asked or decided, as the reader calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    You,
    Somebody(String),
}

/// A request as lists and its own page show it.
#[derive(Debug, Clone)]
pub struct Card {
    pub request: Request,
    pub subject: Subject,
    pub asker: Who,
    pub followers: i64,
    pub progress: Option<Progress>,
    /// The day it comes out, while that is still to come.
    pub comes_out: Option<NaiveDate>,
}

/// What the reader may do with a request now. Whatever is false has no button.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct May {
    pub approve: bool,
    pub decline: bool,
    pub edit: bool,
    pub retry: bool,
    pub withdraw: bool,
    pub follow: bool,
    pub unfollow: bool,
}

impl Who {
    /// In the middle of a sentence: "you", "Sam Okafor".
    pub fn name(&self) -> &str {
        match self {
            Self::You => "you",
            Self::Somebody(name) => name,
        }
    }

    /// As one is spoken to: "you", "Sam".
    pub fn first(&self) -> &str {
        format::first_name(self.name())
    }
}

impl Subject {
    pub fn thumb(&self) -> Markup {
        let stand_in = match self.kind {
            MediaKind::Movie => Icon::Film,
            MediaKind::Series => Icon::Tv,
        };
        poster::thumb(self.poster.as_deref(), stand_in)
    }
}

impl Card {
    /// "Kestrel", "Orrery, season 2", "Tin Parade in 4K".
    pub fn name(&self) -> String {
        wording::name(&self.subject.title, &self.request)
    }

    /// Why nothing is found yet, where that is no wonder: "Not out yet. Likely from 12 Jan."
    pub fn not_out(&self, frame: &Frame) -> Option<String> {
        let looked_for = matches!(self.request.stage, Stage::Sent | Stage::Searching);
        let day = self.comes_out.filter(|_| looked_for)?;
        Some(format!("Not out yet. Likely from {}.", frame.clock.day(day)))
    }
}

/// The path of a request's own page.
pub fn path(id: RequestId) -> String {
    format!("/requests/{id}")
}

/// The path of one act at the desk: "approval", "decline", "edit", "retry".
pub fn desk_path(id: RequestId, act: &str) -> String {
    format!("/admin/requests/{id}/{act}")
}

/// The id of a row at the desk; a swap names the same.
pub fn row_id(id: RequestId) -> String {
    format!("request-{id}")
}

/// A form that htmx sends and whose answer takes the place of `target`; without scripts it is a plain form.
pub fn act(action: &str, target: &str, swap: &str, inside: Markup) -> Markup {
    html! {
        form.cluster method="post" action=(action) hx-post=(action) hx-target=(format!("#{target}")) hx-swap=(swap) { (inside) }
    }
}
