//! The face of finding: pure functions of what was gathered.

pub mod home;
pub mod search;
pub mod title;
pub mod title_seasons;

use maud::{Markup, html};

use crate::domain::catalog::MediaKind;
use crate::domain::service::ServiceKind;
use crate::domain::title::Title;
use crate::domain::title_wish::{self, Availability, Wish, availability};
use crate::ui::form::hidden;
use crate::ui::{Frame, Icon};

/// A title with all that one reader may know of it.
#[derive(Debug, Clone)]
pub struct Found {
    pub title: Title,
    /// Path of its picture, without the base path.
    pub poster: Option<String>,
    /// Address that opens it at Plex; none when it is not on Plex for the reader.
    pub play: Option<String>,
    pub on_plex: bool,
    /// Of a film: there is a copy in 4K.
    pub in_4k: bool,
    /// Seasons of which something is on Plex.
    pub seasons: Vec<i32>,
    /// Seasons there are in all, as far as a lookup told.
    pub seasons_in_all: Option<usize>,
    pub wishes: Vec<Wish>,
}

impl Found {
    /// A series of which whole seasons are not on Plex is there in part.
    pub fn availability(&self) -> Availability {
        let regular = self.seasons.iter().filter(|season| **season > 0).count();
        match availability(self.on_plex, &self.wishes) {
            Availability::Available if self.seasons_in_all.is_some_and(|all| regular < all) => Availability::Partial,
            plain => plain,
        }
    }

    /// What is under way, the reader's own first.
    pub fn open_wish(&self) -> Option<&Wish> {
        title_wish::open(&self.wishes)
    }

    /// The same in this picture.
    pub fn open_in(&self, is_4k: bool) -> Option<&Wish> {
        title_wish::open_in(&self.wishes, is_4k)
    }

    pub(super) fn poster_at(&self, frame: &Frame, width: u32) -> Option<String> {
        let path = self.poster.as_deref()?;
        let sign = if path.contains('?') { '&' } else { '?' };
        Some(frame.links.to(&format!("{path}{sign}w={width}")))
    }
}

fn kind_word(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Movie => "Film",
        MediaKind::Series => "Series",
    }
}

fn kind_icon(kind: MediaKind) -> Icon {
    match kind {
        MediaKind::Movie => Icon::Film,
        MediaKind::Series => Icon::Tv,
    }
}

/// The service that fetches titles of this kind.
fn fetcher(kind: MediaKind) -> &'static str {
    ServiceKind::fetching(kind).label()
}

/// "Film, 2024" or "Series, 2023 to now".
fn kind_and_year(title: &Title) -> String {
    let kind = kind_word(title.kind);
    years(title).map_or_else(|| kind.to_owned(), |years| format!("{kind}, {years}"))
}

/// "2024", or "2023 to now" for a series that goes on.
fn years(title: &Title) -> Option<String> {
    let year = title.year?;
    let goes_on = title.kind == MediaKind::Series && title.status.as_deref() == Some("continuing");
    Some(if goes_on { format!("{year} to now") } else { year.to_string() })
}

/// How old one must be: "From 12" for "de/12"; other countries' words stay as they are.
pub(super) fn certification_words(text: &str) -> String {
    let plain = text.rsplit('/').next().unwrap_or(text).trim();
    match plain.parse::<u8>() {
        Ok(0) => "For all ages".to_owned(),
        Ok(age) => format!("From {age}"),
        Err(_) => plain.to_owned(),
    }
}

/// The first sentence of an overview, when it is short enough for a row.
fn first_sentence(overview: Option<&str>) -> Option<&str> {
    let overview = overview?;
    let end = overview.find(['.', '!', '?']).map_or(overview.len(), |at| at + 1);
    let sentence = overview.get(..end)?.trim();
    (1..=110).contains(&sentence.chars().count()).then_some(sentence)
}

/// Says which of two requests is meant: the one in 4K.
fn picture(wish: &Wish) -> Markup {
    html! { @if wish.is_4k { (hidden("is_4k", "yes")) } }
}

/// A link out to Plex.
fn play_button(label: &str, address: &str, class: &str) -> Markup {
    html! {
        a class=(format!("btn {class}")) href=(address) target="_blank" rel="noreferrer noopener" {
            (crate::ui::icon::icon(Icon::Play)) (label)
        }
    }
}
