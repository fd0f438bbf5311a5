//! What the dashboard says, and to whom it shows buttons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::access::outlook::Outlook;
use crate::domain::catalog::MediaKind;
use crate::domain::dashboard::OpenRequest;
use crate::domain::ids::{RequestId, TitleId};
use crate::domain::request::ScopeKind;
use crate::ui::{Clock, HouseState, Links, Theme, Viewer};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn frame(role: Role) -> Frame {
    Frame {
        links: Links::new("/usherr"),
        clock: Clock::new(at("2026-11-20T20:00:00Z"), chrono_tz::UTC),
        house: "The Back Row".to_owned(),
        state: HouseState::Running,
        theme: Theme::System,
        viewer: Some(Viewer {
            name: "Mara Lindqvist".to_owned(),
            role,
            open_requests: 0,
            to_decide: 0,
            in_plan: 0,
            asking: 0,
        }),
    }
}

fn request() -> OpenRequest {
    OpenRequest {
        id: RequestId(4),
        title_id: TitleId(9),
        title: "Small Hours".to_owned(),
        has_poster: true,
        kind: MediaKind::Series,
        scope: Some(ScopeKind::Seasons),
        seasons: vec![3],
        is_4k: false,
        asker: "Priya".to_owned(),
        created_at: at("2026-11-20T18:00:00Z"),
        stage_at: at("2026-11-20T18:00:00Z"),
        cause: None,
        estimated_bytes: Some(22_000_000_000),
        free: Some(212e9),
        followers: 3,
    }
}

fn shown() -> Desk {
    let radarr = Health {
        key: "service:1".to_owned(),
        name: "Radarr".to_owned(),
        up: false,
        message: None,
        version: None,
        latency_ms: None,
        since: at("2026-11-20T18:52:00Z"),
        checked_at: at("2026-11-20T19:59:00Z"),
    };
    Desk {
        asked: vec![request()],
        asked_total: 1,
        stuck: Vec::new(),
        stuck_total: 0,
        asking: 0,
        staying: 0,
        plan: None,
        fetching: Vec::new(),
        entries: Vec::new(),
        names: HashMap::new(),
        health: vec![radarr],
        held: HashMap::from([("service:1".to_owned(), 2)]),
        mails: HashMap::new(),
        folders: Vec::new(),
        jobs: Vec::new(),
    }
}

fn words(markup: &Markup) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in markup.0.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text
}

#[test]
fn says_what_waits_and_what_is_down() {
    let page = desk(&frame(Role::Admin), &shown());
    let said = words(&page);
    for sentence in [
        "Good evening, Mara",
        "One thing waits for you.",
        "Radarr has not answered since 18:52. Two requests wait for it; they go out as soon as it is back.",
        "Small Hours, season 3",
        "Priya, 2 hours ago. About 22 GB, 190 GB free afterwards. 3 follow.",
    ] {
        assert!(said.contains(sentence), "'{sentence}' is missing in {said}");
    }
    assert!(page.0.contains("action=\"/usherr/admin/requests/4/approval\""));
    assert!(page.0.contains("href=\"/usherr/admin/requests/4/decline\""));
    assert!(page.0.contains("src=\"/usherr/images/title/9?w="));
}

#[test]
fn shows_everybody_only_the_buttons_that_are_theirs() {
    let auditor = desk(&frame(Role::Auditor), &shown()).0;
    assert!(!auditor.contains("<form") && !auditor.contains("Decline"));
    assert!(auditor.contains("/usherr/admin/services"));
    let moderator = desk(&frame(Role::Moderator), &shown()).0;
    assert!(moderator.contains("Approve") && !moderator.contains("/admin/services"));
}

#[test]
fn tells_unknown_sizes_and_too_little_room() {
    let mut desk_now = shown();
    desk_now.asked[0].estimated_bytes = None;
    desk_now.asked[0].title = "<b>Bold</b>".to_owned();
    let page = desk(&frame(Role::Admin), &desk_now);
    assert!(words(&page).contains("Size unknown.") && !page.0.contains("<b>Bold"));
    desk_now.asked[0] = OpenRequest { free: Some(5e9), ..request() };
    assert!(words(&desk(&frame(Role::Admin), &desk_now)).contains("About 22 GB, but only 5 GB free."));
}

#[test]
fn the_access_plan_is_told_where_there_is_something_to_decide() {
    let with = |people: usize, differ: usize| {
        let outlook = Outlook { people, differ, at: at("2026-11-20T19:57:00Z") };
        desk(&frame(Role::Moderator), &Desk { plan: Some(outlook), ..shown() }).0
    };
    assert!(!with(0, 0).contains("access plan") && !desk(&frame(Role::Moderator), &shown()).0.contains("access plan"));
    let both = with(7, 2);
    assert!(both.contains("href=\"/usherr/admin/plan\""), "{both}");
    let said = words(&maud::PreEscaped(both));
    for sentence in [
        "Two things wait for you.",
        "7 people would gain or lose something. Plex differs for 2 people. Counted 3 minutes ago.",
    ] {
        assert!(said.contains(sentence), "'{sentence}' is missing in {said}");
    }
    let one = words(&maud::PreEscaped(with(0, 1)));
    assert!(one.contains("Plex differs for 1 person.") && !one.contains("gain or lose"), "{one}");
    assert!(words(&maud::PreEscaped(with(1, 0))).contains("1 person would gain or lose something."));
}

#[test]
fn who_asks_to_be_let_in_or_to_stay_waits_among_the_rest() {
    let markup = desk(&frame(Role::Moderator), &Desk { asking: 2, staying: 1, ..shown() });
    let said = words(&markup);
    for sentence in ["2 people ask to be let in", "1 person asks to stay longer", "Three things wait for you."] {
        assert!(said.contains(sentence), "'{sentence}' is missing in {said}");
    }
    assert!(markup.0.contains("/admin/people?show=asking"), "{}", markup.0);
    let without = words(&desk(&frame(Role::Moderator), &shown()));
    assert!(!without.contains("let in") && !without.contains("stay longer"), "{without}");
}

#[test]
fn an_empty_house_says_so() {
    let empty = Desk { asked: Vec::new(), asked_total: 0, health: Vec::new(), held: HashMap::new(), ..shown() };
    let said = words(&desk(&frame(Role::Auditor), &empty));
    assert!(said.contains("Nothing waits.") && said.contains("Nothing is being downloaded."), "{said}");
}
