//! One's own requests and those one follows.

use maud::{Markup, html};

use super::parcel::figures;
use super::{Card, Who, path};
use crate::domain::request::Stage;
use crate::ui::chips::{Chip, chips};
use crate::ui::{Button, Frame, Icon, Page, Place, bulbs, card, empty, format, media, pager, progress};

/// A page of the list, as it was asked for.
#[derive(Debug, Clone)]
pub struct Mine {
    pub shelf: Shelf,
    pub cards: Vec<Card>,
    /// How many each chip would show.
    pub counts: Counts,
    pub page: i64,
    pub per_page: i64,
}

crate::text_enum! {
    /// Which of them the list shows.
    #[derive(Default)]
    pub enum Shelf {
        #[default]
        All = "all",
        Open = "open",
        Ready = "ready",
        Ended = "ended",
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: i64,
    pub ready: i64,
    pub ended: i64,
}

impl Shelf {
    /// The stages on it; none means all.
    pub fn stages(self) -> Vec<Stage> {
        let every = || Stage::ALL.iter().copied();
        match self {
            Self::Open => every().filter(|stage| !stage.is_over()).collect(),
            Self::Ready => vec![Stage::Ready],
            Self::Ended => every().filter(|stage| stage.is_over() && *stage != Stage::Ready).collect(),
            Self::All => Vec::new(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Ready => "Ready",
            Self::Ended => "Ended",
            Self::All => "All",
        }
    }
}

impl Counts {
    pub fn of(self, shelf: Shelf) -> i64 {
        match shelf {
            Shelf::Open => self.open,
            Shelf::Ready => self.ready,
            Shelf::Ended => self.ended,
            Shelf::All => self.open + self.ready + self.ended,
        }
    }
}

pub fn page(frame: &Frame, mine: &Mine) -> Page {
    let any = mine.counts.of(Shelf::All) > 0;
    let find = Button::new("Find something").icon(Icon::Search).link(&frame.links.to("/search"));
    let body = html! {
        (card::page_head("My requests", Some(&sentence(mine)), html! { @if any { (find) } }))
        @if !any {
            (nothing(frame))
        } @else {
            (filters(frame, mine))
            @if mine.cards.is_empty() {
                (empty::empty(Icon::Ticket, "Nothing here", html! { "None of your requests is like that now." }, html! {}))
            } @else {
                (card::rows(mine.cards.iter().map(|card| row(frame, card))))
                (pages(frame, mine))
            }
        }
    };
    Page::new(frame, Place::MyRequests, "My requests", body)
}

fn sentence(mine: &Mine) -> String {
    match mine.counts.open {
        0 => "Nothing is on its way at the moment.".to_owned(),
        1 => "One is on its way.".to_owned(),
        many => format!("{} are on their way.", format::spelled(many)),
    }
}

fn nothing(frame: &Frame) -> Markup {
    let act = Button::new("Find something").icon(Icon::Search).primary().link(&frame.links.to("/search"));
    let words = html! { "Look for a film or series; if it is not here, one button asks for it." };
    empty::empty(Icon::Ticket, "You have not asked for anything yet", words, act)
}

fn filters(frame: &Frame, mine: &Mine) -> Markup {
    let all: Vec<Chip> = Shelf::ALL
        .iter()
        .map(|shelf| {
            Chip::new(shelf.label(), address(frame, *shelf, 1), *shelf == mine.shelf).count(mine.counts.of(*shelf))
        })
        .collect();
    chips("Filter", &all)
}

fn address(frame: &Frame, shelf: Shelf, page: i64) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    let shelf = if shelf == Shelf::default() { "" } else { shelf.as_str() };
    frame.links.query("/requests", &[("show", shelf), ("page", &page)])
}

fn row(frame: &Frame, card: &Card) -> Markup {
    let title = html! { a href=(frame.links.to(&path(card.request.id))) { (card.name()) } };
    let asked = match &card.asker {
        Who::You => html! { "You asked " (frame.clock.ago(card.request.created_at)) },
        Who::Somebody(name) => html! { "You follow it; " (name) " asked " (frame.clock.ago(card.request.created_at)) },
    };
    let words = html! {
        p { (asked) }
        (state(card))
        @if let Some(words) = card.not_out(frame) { p { (words) } }
        @if let Some(moving) = card.progress.filter(|_| card.request.stage == Stage::Downloading) {
            @if let Some(share) = moving.share() {
                (progress::progress(&format!("Downloaded of {}", card.name()), share, 1.0))
                p { (figures(&frame.clock, moving)) }
            }
        }
    };
    media::row(card.subject.thumb(), title, words, html! {})
}

/// The bulbs, and why it ended where it did.
pub fn state(card: &Card) -> Markup {
    let request = &card.request;
    let words = match (request.stage, request.cause, request.reason.as_deref()) {
        (Stage::Stuck, Some(cause), _) => format!("Stuck: {}", format::lower(cause.headline())),
        (Stage::Declined, _, Some(reason)) => format!("Declined: {reason}"),
        (stage, ..) => bulbs::word(stage).to_owned(),
    };
    bulbs::stage_saying(request.stage, Some(request.lit), &words)
}

fn pages(frame: &Frame, mine: &Mine) -> Markup {
    let from = (mine.page - 1) * mine.per_page + 1;
    let to = from + mine.cards.len() as i64 - 1;
    let back = (mine.page > 1).then(|| address(frame, mine.shelf, mine.page - 1));
    let total = mine.counts.of(mine.shelf);
    let next = (to < total).then(|| address(frame, mine.shelf, mine.page + 1));
    pager::pager(from, to, total, back.as_deref(), next.as_deref())
}
