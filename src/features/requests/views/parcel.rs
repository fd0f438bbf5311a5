//! The page of one request: the ticket with how far it is, what can be done, and the way it came. The part below the title
//! is live: it comes by stream, by polling, or by loading the page again, and says so when nothing will change any more.

use maud::{Markup, html};

use super::way::{self, Passed};
use super::{Card, May, Who, options, words};
use crate::domain::parcel::Progress;
use crate::domain::request::{Arrival, Stage};
use crate::ui::episodes::{Seat, episodes};
use crate::ui::format::{self, Clock};
use crate::ui::{
    Button, Frame, Icon, Kind, Page, Place, alert, badge, bulbs, card, facts, live, media, progress, ticket,
};

#[derive(Debug, Clone)]
pub struct Parcel {
    pub card: Card,
    /// Nobody, though decided: the rule of the house.
    pub decider: Option<Who>,
    /// Who is told too.
    pub followers: Vec<Who>,
    pub passed: Vec<Passed>,
    /// Episodes by season, of a series of which they are known.
    pub seats: Vec<(i32, Vec<(i32, Seat)>)>,
    pub arrival: Option<Arrival>,
    /// Where it can be watched, once something of it can.
    pub play: Option<String>,
    /// The name of the quality it is fetched in, when it is known.
    pub picture: Option<String>,
    /// A service that is needed now does not answer: its name.
    pub down: Option<String>,
    pub may: May,
    /// The reader may know what the services said.
    pub sees_back_office: bool,
}

/// The id of the live part; forms in it swap the same.
pub const LIVE: &str = "parcel";

pub fn page(frame: &Frame, parcel: &Parcel) -> Page {
    let links = &frame.links;
    let here = super::path(parcel.card.request.id);
    let name = parcel.card.name();
    let stage = parcel.card.request.stage;
    let inside = content(frame, parcel);
    let body = html! {
        (card::page_head(&name, None, html! {}))
        @if is_final(stage) {
            div.live id=(LIVE) { (inside) }
        } @else {
            @let (stream, poll) = (links.to(&format!("{here}/events")), links.to(&format!("{here}/now")));
            (live::live(LIVE, &stream, &poll, &links.to(&here), inside))
        }
    };
    let page = Page::new(frame, Place::MyRequests, format!("{name}: {}", bulbs::word(stage).to_lowercase()), body);
    if is_final(stage) { page } else { page.refresh(5) }
}

/// Nothing moves any more by itself.
pub fn is_final(stage: Stage) -> bool {
    stage.is_over()
}

/// What stands in the live part.
pub fn content(frame: &Frame, parcel: &Parcel) -> Markup {
    let stage = parcel.card.request.stage;
    html! {
        (the_ticket(frame, parcel))
        (notice(parcel))
        div.split {
            @if options::has_own_block(parcel) {
                (options::section(frame, parcel))
                (road(frame, parcel))
            } @else {
                (road(frame, parcel))
                (aside(frame, parcel))
            }
        }
        @if is_final(stage) { (live::over()) }
    }
}

fn the_ticket(frame: &Frame, parcel: &Parcel) -> Markup {
    let request = &parcel.card.request;
    let body = media::big(
        parcel.card.subject.thumb(),
        html! {
            (bulbs::step(request.stage, Some(request.lit)))
            h2 aria-live="polite" { (headline(frame, parcel)) }
            (moving(&frame.clock, parcel))
            (explanation(frame, parcel))
            @if let Some(play) = parcel.play.as_deref().filter(|_| request.stage == Stage::Ready) {
                div.actions { (Button::new("Play on Plex").icon(Icon::Play).primary().link(play)) }
            }
        },
    );
    ticket::ticket(&format!("Request {}", words::number(request)), body, stub(frame, parcel))
}

fn headline(frame: &Frame, parcel: &Parcel) -> String {
    let request = &parcel.card.request;
    match request.stage {
        Stage::Asked => "Waiting for a decision".to_owned(),
        Stage::Approved => "Approved, about to go out".to_owned(),
        Stage::Sent => "Approved, and waiting for a copy".to_owned(),
        Stage::Searching => "Looking for a good copy".to_owned(),
        Stage::Grabbed => "A copy was found".to_owned(),
        Stage::Downloading => {
            match parcel.card.progress.and_then(|progress| progress.eta).filter(|eta| *eta > frame.clock.now()) {
                Some(eta) => format!("Downloading, ready {}", about(&frame.clock, eta)),
                None => "Downloading".to_owned(),
            }
        }
        Stage::Importing => "Downloaded, being put on the shelf".to_owned(),
        Stage::Partial => match parcel.arrival {
            Some(arrival) => format!("{} of {} episodes can be watched", arrival.there, arrival.wanted),
            None => "A part of it can be watched".to_owned(),
        },
        Stage::Ready => "Ready on Plex".to_owned(),
        Stage::Stuck => request.cause.map_or("It goes no further by itself", |cause| cause.headline()).to_owned(),
        Stage::Declined => match &parcel.decider {
            Some(who) => format!("Declined by {}", who.first()),
            None => "Declined".to_owned(),
        },
        Stage::Withdrawn => "Withdrawn".to_owned(),
        Stage::Gone => "No longer there".to_owned(),
    }
}

/// "about 20:15", or with the day when that is not today.
fn about(clock: &Clock, at: chrono::DateTime<chrono::Utc>) -> String {
    let day = at.with_timezone(&clock.zone).date_naive();
    if day == clock.today() {
        format!("about {}", clock.hour(at))
    } else {
        format!("about {}, {}", clock.day(day), clock.hour(at))
    }
}

/// The bar and its figures, while something is fetched.
fn moving(clock: &Clock, parcel: &Parcel) -> Markup {
    let stage = parcel.card.request.stage;
    let Some(moving) = parcel.card.progress.filter(|_| matches!(stage, Stage::Downloading | Stage::Stuck)) else {
        return html! {};
    };
    let Some(share) = moving.share() else { return html! {} };
    html! {
        (progress::big("Downloaded", share, 1.0))
        p { (figures(clock, moving)) }
    }
}

/// "11.9 of 18.4 GB, 9.2 MB a second, 12 min left".
pub fn figures(clock: &Clock, moving: Progress) -> String {
    let done = (moving.size - moving.size_left).max(0);
    let mut parts = vec![format::size_of(done as f64, moving.size as f64)];
    if let Some(speed) = moving.speed.filter(|speed| *speed > 0) {
        parts.push(format::speed(speed as f64));
    }
    if let Some(eta) = moving.eta.filter(|eta| *eta > clock.now) {
        parts.push(format!("{} left", format::duration((eta - clock.now).num_seconds())));
    }
    parts.join(", ")
}

fn explanation(frame: &Frame, parcel: &Parcel) -> Markup {
    let request = &parcel.card.request;
    if let Some(words) = parcel.card.not_out(frame) {
        return html! { p { (words) " It is fetched as soon as there is a copy." } };
    }
    let sentence = match request.stage {
        Stage::Asked => "You hear as soon as somebody has decided.",
        Stage::Sent => "It is watched for, and fetched as soon as there is a copy.",
        Stage::Importing => "A few minutes more, and Plex has it.",
        Stage::Withdrawn => "Nothing is fetched any more. What was there already stays.",
        Stage::Gone => "It was there, and was taken away since. You can ask for it again.",
        Stage::Stuck => request.cause.map_or("Your request is safe.", |cause| cause.explanation()),
        _ => "",
    };
    html! {
        @if !sentence.is_empty() { p { (sentence) } }
        @if let Some(reason) = request.reason.as_deref().filter(|_| request.stage == Stage::Declined) {
            p { (format::quoted(reason)) }
        }
    }
}

fn stub(frame: &Frame, parcel: &Parcel) -> Markup {
    let request = &parcel.card.request;
    let asked = html! { (parcel.card.asker.name()) ", " (frame.clock.ago(request.created_at)) };
    let mut pairs = vec![("Ticket", html! { "No. " (words::number(request)) }), ("Asked by", asked)];
    if request.stage != Stage::Declined && request.decided_at.is_some() {
        let by = parcel.decider.as_ref().map_or("by the house rule".to_owned(), |who| format!("by {}", who.first()));
        pairs.push(("Approved", html! { (by) }));
    }
    if let Some(picture) = &parcel.picture {
        pairs.push(("Picture", html! { (picture) }));
    }
    html! {
        (facts::tight(&pairs))
        (told(parcel))
        (following(frame, parcel))
    }
}

/// "Sam and Ana are told too".
fn told(parcel: &Parcel) -> Markup {
    let names: Vec<&str> = parcel.followers.iter().map(Who::first).collect();
    let shown = &names[..names.len().min(3)];
    let words = match (names.as_slice(), parcel.followers.as_slice()) {
        ([], _) => return html! {},
        (_, [Who::You]) => "You are told too".to_owned(),
        ([one], _) => format!("{one} is told too"),
        (many, _) if many.len() > 3 => format!("{} and {} more are told too", shown.join(", "), many.len() - 3),
        (many, _) => format!("{} are told too", format::list(many)),
    };
    html! { div.line { (badge::faces(shown)) span.grow { (format::capital(&words)) } } }
}

fn following(frame: &Frame, parcel: &Parcel) -> Markup {
    let request = parcel.card.request.id;
    let to = |act: &str| frame.links.to(&format!("{}/{act}", super::path(request)));
    html! {
        @if parcel.may.follow {
            (super::act(&to("follow"), LIVE, "innerMorph",
                Button::new("Tell me too").icon(Icon::Follow).small().submit()))
        }
        @if parcel.may.unfollow {
            (super::act(&to("unfollow"), LIVE, "innerMorph",
                Button::new("Stop following").icon(Icon::Check).small().submit()))
        }
    }
}

/// What must be known now: a service that does not answer, or what it said.
fn notice(parcel: &Parcel) -> Markup {
    let request = &parcel.card.request;
    let said = request.cause_detail.as_deref().filter(|_| request.stage == Stage::Stuck && parcel.sees_back_office);
    html! {
        @match (parcel.down.as_deref(), request.stage) {
            (Some(name), Stage::Approved) => (alert::note(Kind::Bad, Icon::Unplug, &format!(
                "{name} does not answer. Your request is safe and goes out as soon as it is back."))),
            (Some(name), stage) if stage.is_under_way() && stage != Stage::Stuck => (alert::note(Kind::Warn, Icon::Unplug,
                &format!("{name} does not answer. Nothing is lost; what you see here may be a little old."))),
            _ => {}
        }
        @if let Some(said) = said { (alert::note(Kind::Info, Icon::Info, &format!("It said: {said}"))) }
    }
}

fn road(frame: &Frame, parcel: &Parcel) -> Markup {
    let note = match is_final(parcel.card.request.stage) {
        true => html! {},
        false => html! { span { "Updates by itself" } },
    };
    html! {
        section aria-labelledby="h-road" {
            (card::section_head("h-road", "The way here", note))
            (way::timeline(&frame.clock, parcel))
        }
    }
}

fn aside(frame: &Frame, parcel: &Parcel) -> Markup {
    let empty = parcel.seats.is_empty() && !parcel.may.withdraw && !parcel.may.retry;
    html! {
        @if !empty {
            aside.stack aria-label="Episodes and choices" {
                (seats(parcel))
                (options::card(frame, parcel))
            }
        }
    }
}

fn seats(parcel: &Parcel) -> Markup {
    let many = parcel.seats.len() > 1;
    let all: Vec<Seat> = parcel.seats.iter().flat_map(|(_, seats)| seats).map(|(_, seat)| *seat).collect();
    let watchable = all.iter().filter(|seat| **seat == Seat::OnPlex).count();
    let how_many =
        if watchable == all.len() && watchable > 1 { "All of them" } else { &format::number(watchable as i64) };
    html! {
        @if !parcel.seats.is_empty() {
            div.card.stack {
                h2 { "Episodes" }
                @for (season, seats) in &parcel.seats {
                    @if many { h3 { (words::season(*season)) } }
                    (episodes(seats))
                }
                @if watchable > 0 {
                    p.small.muted { (how_many) " can be watched now." }
                    @if let Some(play) = parcel.play.as_deref().filter(|_| parcel.card.request.stage != Stage::Ready) {
                        (Button::new("Play on Plex").icon(Icon::Play).link(play))
                    }
                }
            }
        }
    }
}
