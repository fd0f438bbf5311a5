//! The dashboard: a greeting that says what waits, then decisions before figures.

use maud::{Markup, html};

use crate::domain::dashboard::{Desk, Fetching};
use crate::domain::people::Role;
use crate::domain::service::Health;
use crate::domain::wording;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, activity, alert, card, format, live, progress};

mod side;
mod waiting;

/// The id of the live part.
pub const DESK: &str = "desk";

pub fn page(frame: &Frame, shown: &Desk) -> Page {
    let here = frame.links.to(Place::Dashboard.path());
    let body = live::live(DESK, &frame.links.to("/admin/live"), &here, &here, desk(frame, shown));
    Page::new(frame, Place::Dashboard, "Dashboard", body).refresh(30)
}

/// All of it; it moves as a whole.
pub fn desk(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        (card::page_head(&greeting(frame), Some(&sentence(frame, desk)), html! {}))
        @for service in desk.health.iter().filter(|service| !service.up) { (down(frame, desk, service)) }
        div.split.lead {
            div.stack-8 {
                (waiting::section(frame, desk))
                (downloads(frame, &desk.fetching))
                (last_activity(frame, desk))
            }
            div.stack-8 { (side::sections(frame, desk)) }
        }
    }
}

fn greeting(frame: &Frame) -> String {
    let name = frame.viewer.as_ref().and_then(|viewer| viewer.name.split_whitespace().next()).unwrap_or_default();
    let hello = frame.clock.greeting();
    if name.is_empty() { hello.to_owned() } else { format!("{hello}, {name}") }
}

fn sentence(frame: &Frame, desk: &Desk) -> String {
    let apart = [desk.asking > 0, desk.staying > 0, waiting::plan_of(desk).is_some()];
    let waiting = desk.asked_total + desk.stuck_total + apart.map(i64::from).iter().sum::<i64>();
    let whom = if may_decide(frame) { " for you" } else { "" };
    let waits = if waiting == 1 { "thing waits" } else { "things wait" };
    let moving = i64::try_from(desk.fetching.len()).unwrap_or_default();
    let first = match waiting {
        0 => format!("Nothing waits{whom}."),
        n => format!("{} {waits}{whom}.", format::spelled(n)),
    };
    match moving {
        0 => first,
        1 => format!("{first} One title is on its way."),
        n => format!("{first} {} titles are on their way.", format::spelled(n)),
    }
}

fn role(frame: &Frame) -> Option<Role> {
    frame.viewer.as_ref().map(|viewer| viewer.role)
}

fn may_decide(frame: &Frame) -> bool {
    role(frame).is_some_and(Role::may_decide)
}

fn sees_settings(frame: &Frame) -> bool {
    role(frame).is_some_and(Role::sees_settings)
}

/// What does not answer, what waits for it, and that nothing is lost.
fn down(frame: &Frame, desk: &Desk, service: &Health) -> Markup {
    let requests = desk.held.get(&service.key).copied().unwrap_or_default();
    let mails = desk.mails.get(&service.key).copied().unwrap_or_default();
    let words = html! {
        p {
            (service.name) " has not answered since " (frame.clock.brief(service.since)) ". "
            (held(requests)) (held_mails(mails))
        }
    };
    let look = format!("Look at {}", service.name);
    let act = html! { @if sees_settings(frame) {
        (Button::new(&look).small().link(&frame.links.to(Place::Services.path())))
    } };
    alert::alert(Kind::Bad, Icon::Unplug, words, act)
}

fn held(requests: i64) -> String {
    match requests {
        0 => String::new(),
        1 => "One request waits for it; it goes out as soon as it is back.".to_owned(),
        n => format!("{} requests wait for it; they go out as soon as it is back.", format::spelled(n)),
    }
}

fn held_mails(mails: i64) -> String {
    match mails {
        0 => String::new(),
        1 => "One mail waits and goes out as soon as it is back.".to_owned(),
        n => format!("{} mails wait and go out as soon as it is back.", format::spelled(n)),
    }
}

fn downloads(frame: &Frame, fetching: &[Fetching]) -> Markup {
    let speed: i64 = fetching.iter().map(|one| one.speed).sum();
    let aside = match fetching.len() {
        0 => String::new(),
        n if speed > 0 => format!("{n} at {}", format::speed(speed as f64)),
        n => n.to_string(),
    };
    html! {
        section aria-labelledby="downloads" {
            (card::section_head("downloads", "Downloads", html! { @if !aside.is_empty() { span { (aside) } } }))
            @if fetching.is_empty() {
                div.card { p.muted { "Nothing is being downloaded." } }
            } @else {
                (card::rows(fetching.iter().map(|one| download(frame, one))))
            }
        }
    }
}

fn download(frame: &Frame, one: &Fetching) -> Markup {
    let done = (one.size - one.size_left).max(0) as f64;
    let left = match one.eta {
        Some(eta) if eta > frame.clock.now => format::duration((eta - frame.clock.now).num_seconds()),
        _ if one.size > 0 => format::percent(done / one.size as f64),
        _ => "getting ready".to_owned(),
    };
    let name = wording::named(&one.title, None, &[], one.is_4k);
    let words = html! {
        b.strong { (name) }
        " " span.sub { "for " (one.asker) }
    };
    html! {
        div.stack-2 {
            (card::line(None, words, card::end(html! { (left) })))
            (progress::progress(&name, done, one.size as f64))
        }
    }
}

fn last_activity(frame: &Frame, desk: &Desk) -> Markup {
    let all = html! { a href=(frame.links.to(Place::Activity.path())) { "Everything" } };
    let row = |entry| {
        let entry: &crate::domain::activity::Entry = entry;
        let concerned = entry.person.and_then(|id| desk.names.get(&id)).map(String::as_str);
        activity::line(&frame.clock, entry, concerned, frame.clock.brief(entry.at))
    };
    html! {
        section aria-labelledby="activity" {
            (card::section_head("activity", "Last activity", all))
            @if desk.entries.is_empty() {
                div.card { p.muted { "Nothing has happened yet." } }
            } @else {
                (card::rows(desk.entries.iter().map(row)))
            }
        }
    }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
