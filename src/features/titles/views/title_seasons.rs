//! The seasons of a series on its page: what of each is there, and what could be asked for.

use maud::{Markup, html};

use super::home::{next_step, still_ahead, when};
use super::title::{Shown, track};
use crate::domain::catalog::MediaKind;
use crate::domain::request::Stage;
use crate::domain::title_seasons::{Episode, Season, State};
use crate::domain::title_wish::Wish;
use crate::domain::wording;
use crate::ui::episodes::{Seat, episodes};
use crate::ui::{Button, Frame, Icon, Kind, badge, card, format};

pub fn list(frame: &Frame, shown: &Shown) -> Markup {
    let have: usize = shown.seasons.iter().map(|season| season.have).sum();
    let total: Option<usize> = shown.seasons.iter().map(|season| season.total).sum();
    let count = match total.filter(|total| *total > 0) {
        Some(total) => format!("{have} of {total} episodes on Plex"),
        None => format!("{} on Plex", format::count(i64::try_from(have).unwrap_or_default(), "episode", "episodes")),
    };
    html! {
        section aria-labelledby="h-seasons" {
            (card::section_head("h-seasons", "Seasons", html! { span { (count) } }))
            (in_4k(&shown.seasons_in_4k))
            @for season in &shown.seasons { (one_season(frame, shown, season)) }
            @if shown.seasons.is_empty() { p.soft { "Which seasons there are is not known yet." } }
        }
    }
}

/// Which seasons are there in 4K, and which come in it.
fn in_4k(seasons: &[Season]) -> Markup {
    let of = |is_so: fn(&Season) -> bool| {
        let numbers: Vec<i32> = seasons.iter().filter(|season| is_so(season)).map(|season| season.number).collect();
        (!numbers.is_empty()).then(|| wording::seasons(&numbers))
    };
    let there = of(|season| matches!(season.state, State::Complete | State::UpToDate | State::Some));
    let partly = of(|season| season.have > 0 && season.state == State::Partly);
    let coming = of(|season| matches!(season.state, State::Coming(_)));
    html! {
        @if there.is_some() || partly.is_some() || coming.is_some() {
            div.cluster {
                @if let Some(names) = there { (badge::badge(Kind::Good, Icon::Check, &format!("{} in 4K", format::capital(&names)))) }
                @if let Some(names) = partly {
                    (badge::badge(Kind::Neutral, Icon::Plus, &format!("Parts of {names} in 4K")))
                }
                @if let Some(names) = coming {
                    @let words = format!("{} on its way in 4K", format::capital(&names));
                    (badge::badge(Kind::Accent, Icon::Download, &words))
                }
            }
        }
    }
}

fn one_season(frame: &Frame, shown: &Shown, season: &Season) -> Markup {
    let name = if season.number == 0 { "Specials".to_owned() } else { format!("Season {}", season.number) };
    let count = match season.total {
        Some(total) => format!("{} of {total}", season.have),
        None => format!("{} on Plex", season.have),
    };
    let wish = shown.found.wishes.iter().find(|wish| wish.is_open() && !wish.is_4k && wish.covers(season.number));
    card::fold(
        html! { b { (name) } " " span.muted.small.nowrap { (count) } },
        state(season.state),
        matches!(season.state, State::Coming(_) | State::Partly | State::NotAsked),
        html! {
            @if !season.episodes.is_empty() { (episodes(&season.episodes.iter().map(seat).collect::<Vec<_>>())) }
            @if let Some(wish) = wish.filter(|_| matches!(season.state, State::Coming(_))) {
                p.small.soft { (next(frame, shown, season, wish)) @if wish.may_be_seen() { " " (track(frame, wish)) } }
            }
            @if shown.may_request && matches!(season.state, State::NotAsked | State::Partly) && wish.is_none() {
                div.cluster { (ask_season(frame, shown, season, &name)) }
            }
        },
    )
}

fn ask_season(frame: &Frame, shown: &Shown, season: &Season, name: &str) -> Markup {
    if crate::domain::title::public_id(MediaKind::Series, &shown.found.title.ids).is_none() {
        return html! {};
    }
    let path = format!("{}/request", shown.found.title.path());
    let form = frame.links.query(&path, &[("season", &season.number.to_string())]);
    html! {
        (Button::new(&format!("Request {}", name.to_lowercase())).icon(Icon::Plus).small().dialog(&form))
        @if let Some(bytes) = size(shown, season) {
            span.small.muted { "about " (format::rough_size(bytes as f64)) }
        }
    }
}

/// "Episodes 7 and 8 are downloading, ready about 20:15.", or what else comes next.
fn next(frame: &Frame, shown: &Shown, season: &Season, wish: &Wish) -> Markup {
    let coming = season.episodes.iter().filter(|(_, state)| *state == Episode::Coming).map(|(number, _)| *number);
    let subject = match coming.collect::<Vec<i32>>().as_slice() {
        _ if wish.stage != Stage::Downloading => return next_step(frame, wish, &shown.found),
        [] => return next_step(frame, wish, &shown.found),
        [one] => format!("Episode {one} is downloading"),
        [one, other] => format!("Episodes {one} and {other} are downloading"),
        [first, .., last] => format!("Episodes {first} to {last} are downloading"),
    };
    html! {
        (subject)
        @match (still_ahead(frame, wish), wish.progress) {
            (Some(eta), _) => { ", ready " (when(frame, eta)) "." },
            (None, Some(done)) => { ", " (format::percent(done)) "." },
            (None, None) => ".",
        }
    }
}

/// Bytes of what is missing of it.
fn size(shown: &Shown, season: &Season) -> Option<i64> {
    let missing = i64::try_from(season.total?.checked_sub(season.have)?).ok()?;
    Some(shown.episode_bytes?.saturating_mul(missing)).filter(|bytes| *bytes > 0)
}

fn state(state: State) -> Markup {
    match state {
        State::Complete => badge::badge(Kind::Good, Icon::Check, "Complete"),
        State::UpToDate => badge::badge(Kind::Good, Icon::Check, "Up to date"),
        State::Some => badge::badge(Kind::Good, Icon::Check, "On Plex"),
        State::Coming(0) => badge::badge(Kind::Accent, Icon::Download, "On its way"),
        State::Coming(1) => badge::badge(Kind::Accent, Icon::Download, "1 on its way"),
        State::Coming(n) => badge::badge(Kind::Accent, Icon::Download, &format!("{n} on their way")),
        State::Partly => badge::badge(Kind::Neutral, Icon::Plus, "Some missing"),
        State::NotAsked => badge::badge(Kind::Neutral, Icon::Plus, "Not requested"),
        State::NotOutYet => badge::badge(Kind::Neutral, Icon::Clock, "Not out yet"),
    }
}

fn seat((number, episode): &(i32, Episode)) -> (i32, Seat) {
    let seat = match episode {
        Episode::Have => Seat::OnPlex,
        Episode::Coming => Seat::OnItsWay,
        Episode::Missing => Seat::Missing,
        Episode::Later => Seat::NotOutYet,
    };
    (*number, seat)
}
