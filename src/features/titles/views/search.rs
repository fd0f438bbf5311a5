//! Search results in their three groups. What is here stands at once; what could be had comes in below.

use maud::{Markup, html};

use super::{Found, fetcher, first_sentence, kind_and_year, kind_icon, picture, play_button};
use crate::domain::catalog::MediaKind;
use crate::domain::title_wish::{Asker, Wish};
use crate::domain::wording;
use crate::ui::chips::{Chip, chips};
use crate::ui::{
    Button, Frame, Icon, Kind, Page, Place, alert, badge, bulbs, button, card, empty, format, live, media, poster,
};

/// What a search has brought so far.
pub struct Results {
    /// As it was typed.
    pub query: String,
    /// The kind that was chosen; none for everything.
    pub kind: Option<MediaKind>,
    pub may_request: bool,
    pub on_plex: Vec<Found>,
    pub on_its_way: Vec<Found>,
    pub requestable: Vec<Found>,
    /// Services that are still being asked.
    pub asking: Vec<MediaKind>,
    /// Services that did not answer.
    pub failed: Vec<MediaKind>,
    /// Too short a query to ask anybody else.
    pub too_short: bool,
}

/// So many rows stand open in a group.
const NEAR: usize = 12;

impl Results {
    fn all(&self) -> impl Iterator<Item = &Found> {
        self.on_plex.iter().chain(&self.on_its_way).chain(&self.requestable)
    }

    pub fn is_final(&self) -> bool {
        self.asking.is_empty()
    }
}

pub fn page(frame: &Frame, results: &Results) -> Page {
    let heading = format!("Results for {}", format::quoted(&results.query));
    let body = html! {
        (card::page_head(&heading, None, html! {}))
        @if results.is_final() {
            (groups(frame, results))
        } @else {
            @let address = |path: &str| address(frame, path, results, results.kind);
            (live::live("results", &address("/search/events"), &address("/search/now"), &address("/search"),
                groups(frame, results)))
        }
    };
    Page::new(frame, Place::Search, heading.clone(), body).searched(&results.query)
}

/// Before anything was typed.
pub fn start(frame: &Frame) -> Page {
    let words =
        html! { "Write a title, or a part of it. A slip is forgiven. " code { "year:2021" } " narrows it down." };
    let body = html! {
        (card::page_head("Search", None, html! {}))
        (empty::empty(Icon::Search, "What would you like to see?", words, html! {}))
    };
    Page::new(frame, Place::Search, "Search", body)
}

fn address(frame: &Frame, path: &str, results: &Results, kind: Option<MediaKind>) -> String {
    frame.links.query(path, &[("q", &results.query), ("kind", kind.map_or("", MediaKind::as_str))])
}

/// Everything below the heading; also what the stream sends.
pub fn groups(frame: &Frame, results: &Results) -> Markup {
    html! {
        @let empty = results.all().next().is_none();
        @if !empty || results.kind.is_some() { (kinds(frame, results)) }
        @if !results.on_plex.is_empty() {
            (card::section("g1", "On Plex", html! { span { (results.on_plex.len()) " in your libraries" } },
                here(frame, &results.on_plex)))
        }
        @if !results.on_its_way.is_empty() {
            (card::section("g2", "On its way", html! { span { (asked_by(&results.on_its_way)) } },
                card::rows(results.on_its_way.iter().map(|found| on_its_way(frame, found, results.may_request)))))
        }
        @if results.may_request && has_third(results) { (requestable(frame, results)) }
        @if results.may_request && results.too_short && !empty { p.soft { "One more letter, and you see what can be requested, too." } }
        @if empty && results.is_final() { (nothing(results)) }
        @if results.is_final() { (live::over()) }
    }
}

/// The nearest at once, so that what could be had is not far below; the others unfold.
fn here(frame: &Frame, found: &[Found]) -> Markup {
    let rows = |some: &[Found]| card::rows(some.iter().map(|found| on_plex(frame, found)));
    let (near, more) = found.split_at(NEAR.min(found.len()));
    html! {
        (rows(near))
        @if !more.is_empty() { details.reveal { summary { "Show " (more.len()) " more" } (rows(more)) } }
    }
}

fn has_third(results: &Results) -> bool {
    !results.requestable.is_empty() || !results.asking.is_empty() || !results.failed.is_empty()
}

fn kinds(frame: &Frame, results: &Results) -> Markup {
    let count = |kind: Option<MediaKind>| {
        let of_kind = results.all().filter(|found| kind.is_none_or(|kind| found.title.kind == kind)).count();
        i64::try_from(of_kind).unwrap_or_default()
    };
    let chip = |label: &str, kind: Option<MediaKind>| {
        let chip = Chip::new(label, address(frame, "/search", results, kind), results.kind == kind);
        // Of another kind than the chosen one nobody knows how many there are.
        if results.kind.is_none() || results.kind == kind { chip.count(count(kind)) } else { chip }
    };
    let series = Some(MediaKind::Series);
    chips("Kind", &[chip("Everything", None), chip("Films", Some(MediaKind::Movie)), chip("Series", series)])
}

fn asked_by(list: &[Found]) -> String {
    let own = list.iter().filter(|found| found.wishes.iter().any(|wish| wish.asker == Asker::You)).count();
    match (own, list.len() - own) {
        (0, n) => format!("{n} asked by others"),
        (n, 0) => format!("{n} asked by you"),
        (own, others) => format!("{own} asked by you, {others} by others"),
    }
}

fn row(frame: &Frame, found: &Found, words: Markup, tail: Markup) -> Markup {
    let title = &found.title;
    media::row(
        poster::thumb(found.poster_at(frame, 120).as_deref(), kind_icon(title.kind)),
        html! { a href=(frame.links.to(&title.path())) { (title.title) } },
        words,
        tail,
    )
}

/// "Film, 2024, 1 h 58 min. Also known as “Harbour of Salt”."
fn about(found: &Found) -> String {
    let title = &found.title;
    let mut words = kind_and_year(title);
    if let (MediaKind::Movie, Some(minutes @ 1..)) = (title.kind, title.runtime_minutes) {
        words.push_str(&format!(", {}", format::duration(minutes * 60)));
    }
    if let Some(count) = found.seasons_in_all.filter(|_| title.kind == MediaKind::Series) {
        words.push_str(&format!(", {}", format::count(i64::try_from(count).unwrap_or_default(), "season", "seasons")));
    }
    words.push('.');
    if title.status.as_deref() == Some("ended") {
        words.push_str(" Ended.");
    }
    if let Some(original) = &title.original_title {
        words.push_str(&format!(" Also known as “{original}”."));
    } else if let Some(sentence) = first_sentence(title.overview.as_deref()) {
        words.push_str(&format!(" {sentence}"));
    }
    words
}

fn on_plex(frame: &Frame, found: &Found) -> Markup {
    let regular: Vec<i32> = found.seasons.iter().copied().filter(|season| *season > 0).collect();
    let open = found.open_wish();
    let have = match (found.title.kind, open) {
        (MediaKind::Series, Some(_)) if !regular.is_empty() => format::capital(&wording::seasons(&regular)),
        _ => "Ready to watch".to_owned(),
    };
    let words = html! {
        p { (about(found)) }
        div.cluster {
            (badge::badge(Kind::Good, Icon::Check, &have))
            @if let Some(wish) = open { (badge::badge(Kind::Accent, Icon::Download, &coming(wish))) }
        }
    };
    let play = found.play.as_deref().map(|address| play_button("Play", address, "small"));
    row(frame, found, words, play.unwrap_or_default())
}

fn coming(wish: &Wish) -> String {
    let picture = if wish.is_4k { " in 4K" } else { "" };
    match &wish.seasons {
        Some(numbers) if !numbers.is_empty() => {
            format!("{} on its way{picture}", format::capital(&wording::seasons(numbers)))
        }
        _ if wish.is_4k => "On its way in 4K".to_owned(),
        _ => "More on its way".to_owned(),
    }
}

fn on_its_way(frame: &Frame, found: &Found, may_follow: bool) -> Markup {
    let Some(wish) = found.open_wish() else { return html! {} };
    let words = html! {
        p { (about(found)) " " (asked(frame, wish)) }
        div.cluster { (bulbs::stage(wish.stage, Some(wish.lit))) }
    };
    let request = format!("/requests/{}", wish.request);
    let tail = match (&wish.asker, wish.following) {
        (Asker::You, _) | (_, true) => Button::new("Track").small().link(&frame.links.to(&request)),
        _ if may_follow => button::post(
            &frame.links.to(&format!("{}/follow", found.title.path())),
            html! { (picture(wish)) (Button::new("Follow").icon(Icon::Follow).small().submit()) },
        ),
        _ => html! {},
    };
    row(frame, found, words, tail)
}

/// "Asked by Dario on Tuesday, 2 people follow." To those who may not know: "Asked by somebody."
fn asked(frame: &Frame, wish: &Wish) -> Markup {
    let who = match &wish.asker {
        Asker::You => "you",
        Asker::Named(name) => name,
        Asker::Somebody => "somebody",
    };
    html! {
    "Asked" @if wish.is_4k { " in 4K" } " by " (who) " " (frame.clock.ago(wish.asked_at))
           @match wish.followers {
               0 => ".",
               1 if wish.following => ", you follow.",
               1 => ", 1 person follows.",
               n => { ", " (n) " people follow." }
           }
       }
}

fn requestable(frame: &Frame, results: &Results) -> Markup {
    let so_far = counted(&results.requestable);
    let aside = match (results.is_final(), results.requestable.is_empty()) {
        (_, true) => html! {},
        (true, _) => html! { span { (so_far) } },
        (false, _) => html! { span { (so_far) " so far" } },
    };
    let again = address(frame, "/search", results, results.kind);
    html! {
        section.section aria-labelledby="g3" aria-live="polite" {
            (card::section_head("g3", "Can be requested", aside))
            div.stack {
                @for kind in &results.failed { (failed(*kind, &again)) }
                @if !results.requestable.is_empty() || !results.asking.is_empty() {
                    div.card.flush {
                        ul.rows {
                            @for (n, found) in results.requestable.iter().enumerate() { li { (wanted(frame, found, n == 0)) } }
                            @for kind in &results.asking {
                                li aria-busy="true" { (empty::loading_row(&format!("Still asking {}", fetcher(*kind)))) }
                            }
                        }
                    }
                }
                @if !results.asking.is_empty() {
                    @let names: Vec<&str> = results.asking.iter().map(|kind| fetcher(*kind)).collect();
                    noscript {
                        (alert::note(Kind::Warn, Icon::Unplug, &format!("Still asking {}.", format::list(&names))))
                    }
                }
            }
        }
    }
}

/// "2 films and 1 series".
fn counted(list: &[Found]) -> String {
    let of = |kind: MediaKind| list.iter().filter(|found| found.title.kind == kind).count();
    let films = format::count(i64::try_from(of(MediaKind::Movie)).unwrap_or_default(), "film", "films");
    let series = format!("{} series", of(MediaKind::Series));
    match (of(MediaKind::Movie), of(MediaKind::Series)) {
        (_, 0) => films,
        (0, _) => series,
        _ => format!("{films} and {series}"),
    }
}

fn failed(kind: MediaKind, again: &str) -> Markup {
    let what = match kind {
        MediaKind::Movie => "Films",
        MediaKind::Series => "Series",
    };
    let sentence = format!(
        "{what} to request are not listed: {} did not answer. Nothing is lost, and what is on Plex is complete.",
        fetcher(kind)
    );
    let act = Button::new("Try again").icon(Icon::Refresh).small().link(again);
    alert::alert(Kind::Warn, Icon::Unplug, html! { p { (sentence) } }, act)
}

fn wanted(frame: &Frame, found: &Found, first: bool) -> Markup {
    let words = html! {
        p { (about(found)) }
        div.cluster { (badge::badge(Kind::Neutral, Icon::Plus, "Not on Plex")) }
    };
    let button = Button::new("Request").icon(Icon::Plus).small();
    let button = if first { button.primary() } else { button.tonal() };
    row(frame, found, words, button.dialog(&frame.links.to(&format!("{}/request", found.title.path()))))
}

fn nothing(results: &Results) -> Markup {
    let words = match (results.too_short, results.failed.is_empty(), results.may_request) {
        (true, ..) => html! { "One letter is not much to go by. Write one more." },
        (_, false, _) => {
            html! { "Nothing like it is on Plex or on its way. Not everybody could be asked, so look again in a moment." }
        }
        (_, _, true) => {
            html! { "Nothing like it is on Plex, and Sonarr and Radarr know nothing of that name. Try fewer words, or the original title." }
        }
        _ => html! { "Nothing like it is on Plex. Try fewer words, or the original title." },
    };
    empty::empty(Icon::Search, &format!("Nothing found for {}", format::quoted(&results.query)), words, html! {})
}
