//! The lobby: what moved, what is on its way, what is new.

use maud::{Markup, html};

use super::{Found, kind_and_year, kind_icon, kind_word};
use crate::domain::catalog::MediaKind;
use crate::domain::request::Stage;
use crate::domain::title::NewSeason;
use crate::domain::title_wish::{Asker, Wish};
use crate::domain::wording;
use crate::ui::{Button, Frame, Icon, Page, Place, alert, bulbs, card, empty, format, media, poster, progress};

pub struct Home {
    pub name: String,
    /// Servers to which Plex has invited them, and waits for their yes.
    pub invited_to: Vec<String>,
    pub may_request: bool,
    /// Requests of one's own and followed ones that moved since yesterday.
    pub moved: i64,
    /// As far as they are named here.
    pub on_its_way: Vec<(Found, Wish)>,
    /// With the season that came, of a series that was there before.
    pub newest: Vec<(Found, Option<NewSeason>)>,
}

/// Of what is on its way; the rest is one link away.
pub const TILES: usize = 6;

pub fn page(frame: &Frame, home: &Home) -> Page {
    let first = format::first_name(&home.name);
    let body = html! {
        (card::page_head_with(&format!("{}, {first}", frame.clock.greeting()), sentence(frame, home), html! {}))
        (alert::invited_on_plex(&home.invited_to))
        @if !home.on_its_way.is_empty() {
            (card::section("h-way", "On its way", html! { a href=(frame.links.to("/requests")) { "All my requests" } },
                html! { ul.tiles { @for (found, wish) in home.on_its_way.iter().take(TILES) { li.card { (tile(frame, wish, found)) } } } }))
        }
        @if !home.newest.is_empty() {
            (card::section("h-new", &format!("New on {}", frame.house), html! {},
                poster::shelf(home.newest.iter().map(|(found, season)| fresh(frame, found, *season)))))
        } @else if home.on_its_way.is_empty() {
            (nothing(frame, home))
        }
    };
    Page::new(frame, Place::Home, "Home", body)
}

fn sentence(frame: &Frame, home: &Home) -> Markup {
    let soonest = home
        .on_its_way
        .iter()
        .filter_map(|(found, wish)| Some((still_ahead(frame, wish)?, wish, found)))
        .min_by_key(|one| one.0);
    html! {
        p {
            @match (home.moved, home.on_its_way.len()) {
                (0, 0) if home.may_request => "Nothing is on its way. Search for something you would like to see.",
                (0, 0) => "Here is what is new. Search finds everything else.",
                (0, _) => "Nothing moved since yesterday.",
                (1, _) => "One of your requests moved since yesterday.",
                (n, _) => { (format::spelled(n)) " of your requests moved since yesterday." }
            }
            @if let Some((eta, wish, found)) = soonest {
                " " a href=(frame.links.to(&format!("/requests/{}", wish.request))) { (found.title.title) }
                " will be ready " (when(frame, eta)) "."
            }
        }
    }
}

/// When it will be there; nothing when that has passed, for then nobody knows.
pub fn still_ahead(frame: &Frame, wish: &Wish) -> Option<chrono::DateTime<chrono::Utc>> {
    wish.eta.filter(|eta| *eta > frame.clock.now())
}

/// "about 20:15", or the day when it is another one.
pub fn when(frame: &Frame, at: chrono::DateTime<chrono::Utc>) -> Markup {
    let words = match (at - frame.clock.now()).num_hours() {
        0..=11 => format!("about {}", frame.clock.hour(at)),
        _ => frame.clock.relative(at),
    };
    frame.clock.time(at, &words)
}

fn tile(frame: &Frame, wish: &Wish, found: &Found) -> Markup {
    let title = &found.title;
    let name = html! { a href=(frame.links.to(&format!("/requests/{}", wish.request))) { (title.title) } };
    let words = html! {
        (bulbs::stage(wish.stage, Some(wish.lit)))
        @if wish.stage == Stage::Downloading && let Some(done) = wish.progress {
            (progress::progress(&format!("Downloaded of {}", title.title), done, 1.0))
        }
        p { (next_step(frame, wish, found)) }
    };
    let picture = poster::thumb(found.poster_at(frame, 240).as_deref(), kind_icon(title.kind));
    media::tile(picture, name, &about(wish, found), words)
}

/// "Season 3", "Film, 2026", "Film, 2026, asked by Sam, you follow".
fn about(wish: &Wish, found: &Found) -> String {
    let what = match (&wish.seasons, found.title.kind) {
        (Some(numbers), MediaKind::Series) if !numbers.is_empty() => format::capital(&wording::seasons(numbers)),
        _ => kind_and_year(&found.title),
    };
    let what = if wish.is_4k { format!("{what}, in 4K") } else { what };
    match &wish.asker {
        Asker::You => what,
        Asker::Named(name) if wish.following => format!("{what}, asked by {name}, you follow"),
        Asker::Named(name) => format!("{what}, asked by {name}"),
        Asker::Somebody => format!("{what}, asked by somebody"),
    }
}

/// One plain sentence on what happens next.
pub fn next_step(frame: &Frame, wish: &Wish, found: &Found) -> Markup {
    let not_out = found.title.release_date.filter(|date| *date > frame.clock.today());
    match wish.stage {
        Stage::Asked => html! { "Waits for a yes." },
        Stage::Approved => html! { "Starts by itself." },
        Stage::Sent | Stage::Searching => match not_out {
            Some(date) => html! { "Not out yet. Likely from " (frame.clock.day(date)) "." },
            None => html! { "Being looked for." },
        },
        Stage::Grabbed => html! { "Found. The download starts in a moment." },
        Stage::Downloading => html! {
            @match (wish.progress, still_ahead(frame, wish)) {
                (Some(done), Some(eta)) => { (format::percent(done)) ", ready " (when(frame, eta)) }
                (Some(done), None) => { (format::percent(done)) }
                (None, Some(eta)) => { "Ready " (when(frame, eta)) }
                (None, None) => "On its way.",
            }
        },
        Stage::Importing => html! { "Being put on the shelf." },
        Stage::Partial => html! { "Some of it is ready to watch; the rest follows." },
        Stage::Stuck => html! { "It doesn't go on by itself. Its page says why; nothing is lost." },
        Stage::Ready => html! { "Ready to watch." },
        Stage::Declined | Stage::Withdrawn | Stage::Gone => html! {},
    }
}

/// "Film, 2025", "Series, 3 seasons", "Season 2, 5 episodes".
fn fresh(frame: &Frame, found: &Found, season: Option<NewSeason>) -> Markup {
    let title = &found.title;
    let below = match (title.kind, season, found.seasons.iter().filter(|season| **season > 0).count()) {
        (_, Some(NewSeason { number, episodes }), _) => {
            format!("Season {number}, {}", format::count(episodes, "episode", "episodes"))
        }
        (MediaKind::Series, _, 1) => "Series, 1 season".to_owned(),
        (MediaKind::Series, _, n) if n > 1 => format!("Series, {n} seasons"),
        _ => title
            .year
            .map_or_else(|| kind_word(title.kind).to_owned(), |year| format!("{}, {year}", kind_word(title.kind))),
    };
    poster::card(&frame.links.to(&title.path()), &title.title, &below, found.poster_at(frame, 240).as_deref())
}

fn nothing(frame: &Frame, home: &Home) -> Markup {
    let words = html! { "As soon as the libraries have been looked through, what is new stands here." };
    let act = match home.may_request {
        true => Button::new("Find something to watch").icon(Icon::Search).primary().link(&frame.links.to("/search")),
        false => html! {},
    };
    empty::empty(kind_icon(MediaKind::Movie), "Nothing on the shelf yet", words, act)
}
