//! The page of one title: what it is, how to watch it, what of it is there and what could be.

use maud::{Markup, html};

use super::home::next_step;
use super::{Found, certification_words, fetcher, kind_word, play_button, title_seasons, years};
use crate::domain::catalog::MediaKind;
use crate::domain::request::Stage;
use crate::domain::servarr::ArrEpisode;
use crate::domain::title_seasons::{Season, State};
use crate::domain::title_wish::{Asker, Availability, Wish};
use crate::domain::wording;
use crate::ui::{
    Button, Frame, Icon, Kind, Page, Place, alert, badge, button, card, facts, format, icon, poster, waiting,
};

pub struct Shown {
    pub found: Found,
    pub may_request: bool,
    pub may_request_in_4k: bool,
    pub seasons: Vec<Season>,
    /// The same seasons, as they are in 4K.
    pub seasons_in_4k: Vec<Season>,
    pub next: Option<ArrEpisode>,
    /// Bytes an episode usually takes, when that is known.
    pub episode_bytes: Option<i64>,
    /// How the question to Sonarr or Radarr stands, when it matters.
    pub missing: Option<Missing>,
}

/// What is not on the page, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Asking(MediaKind),
    Failed(MediaKind),
}

pub fn page(frame: &Frame, shown: &Shown) -> Page {
    let title = &shown.found.title;
    let body = html! {
        (head(frame, shown))
        @if let Some(missing) = shown.missing { (gap(frame, missing, &title.path())) }
        div.split {
            @if title.kind == MediaKind::Series { (title_seasons::list(frame, shown)) } @else { (film(frame, shown)) }
            aside.stack aria-label="About this title" { (about(frame, shown)) (house(frame, shown)) }
        }
    };
    let page = Page::new(frame, Place::Elsewhere, title.title.clone(), body);
    if matches!(shown.missing, Some(Missing::Asking(_))) { page.refresh(waiting::SECONDS) } else { page }
}

/// The page of a title of which nothing is known yet.
pub fn unknown(frame: &Frame, missing: Missing, here: &str) -> Page {
    let again = frame.links.to(here);
    let (heading, part) = match missing {
        Missing::Asking(kind) => {
            let sentence = format!(
                "Still asking {} about it. The page comes by itself as soon as it has answered.",
                fetcher(kind)
            );
            ("One moment", waiting::part(&again, "main", &sentence))
        }
        Missing::Failed(kind) => {
            let sentence = format!("{} did not answer. Nothing is lost: look again in a moment.", fetcher(kind));
            ("This title can't be shown now", alert::degraded(&sentence, &again))
        }
    };
    let body = html! { (card::page_head(heading, None, html! {})) (part) };
    let page = Page::new(frame, Place::Elsewhere, heading, body);
    if matches!(missing, Missing::Asking(_)) { page.refresh(waiting::SECONDS) } else { page }
}

fn gap(frame: &Frame, missing: Missing, here: &str) -> Markup {
    let again = frame.links.to(here);
    match missing {
        Missing::Asking(kind) => {
            alert::degraded(&format!("Still asking {} which episodes there are in all.", fetcher(kind)), &again)
        }
        Missing::Failed(kind) => alert::degraded(
            &format!("{} did not answer. Nothing is lost; what Plex has is shown.", fetcher(kind)),
            &again,
        ),
    }
}

fn head(frame: &Frame, shown: &Shown) -> Markup {
    let title = &shown.found.title;
    html! {
        div.title-head {
            (poster::poster(shown.found.poster_at(frame, 480).as_deref(), &title.title))
            div { h1 { (title.title) } p.facts-line { @for fact in facts_line(shown) { span { (fact) } } } }
            div.rest.stack {
                @if let Some(overview) = &title.overview { p.soft.measure { (overview) } }
                div.actions { (acts(frame, shown)) }
            }
        }
    }
}

fn facts_line(shown: &Shown) -> Vec<String> {
    let title = &shown.found.title;
    let regular = shown.seasons.iter().filter(|season| season.number > 0).count();
    let count = i64::try_from(regular).unwrap_or_default();
    let season_count = (regular > 0).then(|| format::count(count, "season", "seasons"));
    let minutes = title.runtime_minutes.filter(|minutes| *minutes > 0);
    [
        Some(kind_word(title.kind).to_owned()),
        years(title),
        season_count,
        title.certification.as_deref().map(certification_words),
        minutes.map(|minutes| format::duration(minutes * 60)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn acts(frame: &Frame, shown: &Shown) -> Markup {
    let found = &shown.found;
    html! {
        @if let Some(play) = &found.play { (play_button("Play on Plex", play, "primary")) }
        (ask(frame, shown))
        (ask_in_4k(frame, shown))
        @for wish in pictures(&shown.found) { (following(frame, shown, wish)) }
    }
}

/// What is under way, in each picture.
fn pictures(found: &Found) -> impl Iterator<Item = &Wish> {
    [found.open_in(false), found.open_in(true)].into_iter().flatten()
}

fn ask(frame: &Frame, shown: &Shown) -> Markup {
    let found = &shown.found;
    if !shown.may_request || !has_form(found) {
        return html! {};
    }
    let form = frame.links.to(&format!("{}/request", found.title.path()));
    match found.title.kind {
        _ if is_untouched(found) => Button::new("Request").icon(Icon::Plus).primary().dialog(&form),
        MediaKind::Movie => html! {},
        _ if shown.missing.is_none() && shown.seasons.iter().all(covered) => html! {},
        _ => Button::new("Request more").icon(Icon::Plus).dialog(&form),
    }
}

/// Beside what is there or asked for without 4K. Where nothing is, the one form asks for either.
fn ask_in_4k(frame: &Frame, shown: &Shown) -> Markup {
    let found = &shown.found;
    let has_all = match found.title.kind {
        MediaKind::Movie => found.in_4k || found.open_in(true).is_some(),
        MediaKind::Series => shown.missing.is_none() && shown.seasons_in_4k.iter().all(covered),
    };
    if !shown.may_request_in_4k || !has_form(found) || is_untouched(found) || has_all {
        return html! {};
    }
    let form = frame.links.query(&format!("{}/request", found.title.path()), &[("is_4k", "yes")]);
    Button::new("Request in 4K").icon(Icon::Plus).dialog(&form)
}

/// What no service knows by a number can't be asked for.
fn has_form(found: &Found) -> bool {
    crate::domain::title::public_id(found.title.kind, &found.title.ids).is_some()
}

/// Neither there nor asked for without 4K.
fn is_untouched(found: &Found) -> bool {
    !found.on_plex && found.open_in(false).is_none()
}

/// Nothing of it is left to be asked for.
fn covered(season: &Season) -> bool {
    matches!(season.state, State::Complete | State::UpToDate | State::Coming(_))
}

fn following(frame: &Frame, shown: &Shown, wish: &Wish) -> Markup {
    let picture = if wish.is_4k { " in 4K" } else { "" };
    let request = format!("/requests/{}", wish.request);
    let to = |act: &str| frame.links.to(&format!("{request}/{act}"));
    match (&wish.asker, wish.following) {
        (Asker::You, _) => {
            Button::new(&format!("Track this request{picture}")).icon(Icon::Ticket).link(&frame.links.to(&request))
        }
        (_, true) => button::post(
            &to("unfollow"),
            html! { button.btn type="submit" aria-pressed="true" { (icon::icon(Icon::Check)) "Following" (picture) } },
        ),
        _ if shown.may_request => button::post(
            &frame.links.to(&format!("{}/follow", shown.found.title.path())),
            html! { (super::picture(wish)) (Button::new(&format!("Follow{picture}")).icon(Icon::Follow).submit()) },
        ),
        _ => html! {},
    }
}

fn film(frame: &Frame, shown: &Shown) -> Markup {
    let found = &shown.found;
    html! {
        section aria-labelledby="h-film" {
            (card::section_head("h-film", "Where it is", html! {}))
            div.card.stack {
                @if found.on_plex {
                    div.cluster {
                        (badge::badge(Kind::Good, Icon::Check, "Ready to watch"))
                        @if found.in_4k { (badge::badge(Kind::Good, Icon::Check, "In 4K")) }
                    }
                }
                @for wish in pictures(found) {
                    @if wish.is_4k { h3 { "In 4K" } }
                    (way(frame, wish, found))
                }
                @if found.availability() == Availability::None {
                    div.cluster { (badge::badge(Kind::Neutral, Icon::Plus, "Not on Plex")) }
                }
            }
        }
    }
}

fn way(frame: &Frame, wish: &Wish, found: &Found) -> Markup {
    html! {
        (crate::ui::bulbs::stage(wish.stage, Some(wish.lit)))
        p.small.soft {
            (next_step(frame, wish, found))
            @if wish.stage == Stage::Downloading { "." }
            @if wish.may_be_seen() { " " (track(frame, wish)) }
        }
    }
}

pub(super) fn track(frame: &Frame, wish: &Wish) -> Markup {
    html! { a href=(frame.links.to(&format!("/requests/{}", wish.request))) { "Track this request" } }
}

fn about(frame: &Frame, shown: &Shown) -> Markup {
    let title = &shown.found.title;
    let mut list: Vec<(&str, Markup)> = Vec::new();
    if let Some(original) = &title.original_title {
        list.push(("First named", html! { (original) }));
    }
    if !title.genres.is_empty() {
        let genres: Vec<&str> = title.genres.iter().map(String::as_str).collect();
        list.push(("Kind", html! { (format::capital(&genres.join(", ").to_lowercase())) }));
    }
    if let Some(network) = &title.network {
        list.push((if title.kind == MediaKind::Series { "Shown by" } else { "Made by" }, html! { (network) }));
    }
    if let Some(date) = title.release_date {
        list.push((
            if date > frame.clock.today() { "Comes out" } else { "Came out" },
            html! { (frame.clock.day(date)) },
        ));
    }
    if let Some(at) = shown.next.as_ref().and_then(|next| next.air_date) {
        list.push(("Next", frame.clock.ago(at)));
    }
    html! { @if !list.is_empty() { div.card.stack { h2 { "Facts" } (facts::facts(&list)) } } }
}

/// Who asked and who follows: names only for those who may see them.
fn house(frame: &Frame, shown: &Shown) -> Markup {
    let wishes = &shown.found.wishes;
    if wishes.is_empty() {
        return html! {};
    }
    html! {
        div.card.stack {
            h2 { "In the house" }
            @if let Some(line) = followers(wishes) { (line) }
            ul.stack-2.small {
                @for wish in wishes {
                    li { (asked(shown.found.title.kind, wish)) br; span.muted { (frame.clock.ago(wish.asked_at)) } }
                }
            }
        }
    }
}

fn followers(wishes: &[Wish]) -> Option<Markup> {
    let you = wishes.iter().any(|wish| wish.following);
    let mut names: Vec<&str> = if you { vec!["You"] } else { Vec::new() };
    for name in wishes.iter().flat_map(|wish| &wish.follower_names) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let word = match names.as_slice() {
        [] => return None,
        ["You"] => "follow",
        [_] => "follows",
        _ => "follow",
    };
    Some(html! { div.line { (badge::faces(&names)) span.grow.small.soft { (format::list(&names)) " " (word) } } })
}

fn asked(kind: MediaKind, wish: &Wish) -> String {
    let who = match &wish.asker {
        Asker::You => "You",
        Asker::Named(name) => name,
        Asker::Somebody => "Somebody",
    };
    let picture = if wish.is_4k { " in 4K" } else { "" };
    match (&wish.seasons, kind) {
        (Some(numbers), MediaKind::Series) if !numbers.is_empty() => {
            format!("{who} asked for {}{picture}", wording::seasons(numbers))
        }
        (_, MediaKind::Series) => format!("{who} asked for the series{picture}"),
        _ => format!("{who} asked for it{picture}"),
    }
}
