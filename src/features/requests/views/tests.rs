//! What each view shows to whom, and that nothing people typed becomes markup.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::desk::{Desk, Query, Sums, Tray};
use super::desk_row::Row;
use super::form::{Decision, Known, RequestForm};
use super::mine::{Counts, Mine, Shelf};
use super::parcel::Parcel;
use super::price::Price;
use super::seasons::{List, Now, Season, Seasons};
use super::way::Passed;
use super::*;
use crate::domain::ids::{PersonId, TitleId};
use crate::domain::people::Role;
use crate::domain::quota::{Quota, QuotaState};
use crate::domain::request::{Cause, Choice, ScopeKind, Stage};
use crate::ui::form::Errors;
use crate::ui::{Clock, Frame, HouseState, Links, Theme, Viewer};

const HOSTILE: &str = "<script>alert(1)</script>\" onmouseover=\"x";

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 18, 30, 0).unwrap()
}

fn frame(role: Role) -> Frame {
    Frame {
        links: Links::new("/usherr"),
        clock: Clock::new(now(), chrono_tz::Europe::Berlin),
        house: "The Back Row".to_owned(),
        state: HouseState::Running,
        theme: Theme::System,
        viewer: Some(Viewer {
            name: "Priya Raman".to_owned(),
            role,
            open_requests: 2,
            to_decide: 4,
            in_plan: 3,
            asking: 1,
        }),
    }
}

fn request(stage: Stage) -> Request {
    Request {
        id: RequestId(412),
        title: TitleId(1),
        kind: MediaKind::Series,
        asker: PersonId(3),
        scope: Some(ScopeKind::Seasons),
        seasons: Some(vec![3]),
        is_4k: false,
        stage,
        lit: if stage == Stage::Stuck { Stage::Searching } else { stage },
        cause: (stage == Stage::Stuck).then_some(Cause::NoRelease),
        cause_detail: Some(HOSTILE.to_owned()),
        reason: Some(HOSTILE.to_owned()),
        note: Some(HOSTILE.to_owned()),
        choice: Choice::default(),
        arr_id: None,
        added_by_us: true,
        estimated_bytes: Some(31_000_000_000),
        searches: 9,
        attempts: 1,
        missed_reads: 0,
        decided_by: None,
        decided_at: Some(now() - TimeDelta::days(3)),
        stage_at: now(),
        checked_at: None,
        created_at: now() - TimeDelta::days(4),
        updated_at: now(),
    }
}

fn card(stage: Stage) -> Card {
    Card {
        request: request(stage),
        subject: Subject {
            kind: MediaKind::Series,
            title: HOSTILE.to_owned(),
            path: "/titles/series/7".to_owned(),
            poster: None,
        },
        asker: Who::You,
        followers: 2,
        progress: Some(Progress {
            size: 18_400_000_000,
            size_left: 6_500_000_000,
            speed: Some(9_200_000),
            eta: Some(now() + TimeDelta::minutes(12)),
        }),
        comes_out: chrono::NaiveDate::from_ymd_opt(2027, 1, 12),
    }
}

const EVERYTHING: May =
    May { approve: true, decline: true, edit: true, retry: true, withdraw: true, follow: true, unfollow: true };

fn parcel(stage: Stage, may: May) -> Parcel {
    let passed = |stage, days| Passed {
        stage,
        at: now() - TimeDelta::days(days),
        note: Some(HOSTILE.to_owned()),
        by: Some(Who::Somebody(HOSTILE.to_owned())),
    };
    Parcel {
        card: card(stage),
        decider: Some(Who::Somebody("Ana Kovac".to_owned())),
        followers: vec![Who::Somebody("Sam Okafor".to_owned()), Who::Somebody(HOSTILE.to_owned())],
        passed: vec![passed(Stage::Asked, 4), passed(Stage::Approved, 3), passed(stage, 0)],
        seats: vec![(3, vec![(1, crate::ui::episodes::Seat::OnPlex), (2, crate::ui::episodes::Seat::OnItsWay)])],
        arrival: None,
        play: Some("https://app.plex.tv/desktop/".to_owned()),
        picture: Some(HOSTILE.to_owned()),
        down: Some(HOSTILE.to_owned()),
        may,
        sees_back_office: true,
    }
}

/// Nothing that the policy forbids, and nothing of what people typed as markup.
#[track_caller]
fn clean(markup: &str) {
    for bad in ["<script>alert", " style=", "\" onmouseover=", " onclick=", "javascript:", "hx-on"] {
        let found = markup.find(bad).map(|at| &markup[at.saturating_sub(80)..(at + 80).min(markup.len())]);
        assert!(found.is_none(), "{bad}: {found:?}");
    }
}

#[test]
fn every_stage_has_a_page_that_holds_what_people_typed_as_text() {
    let frame = frame(Role::Admin);
    for stage in Stage::ALL {
        for may in [EVERYTHING, May::default()] {
            let whole = parcel::page(&frame, &parcel(*stage, may)).whole().into_string();
            clean(&whole);
            assert_eq!(whole.contains("data-over"), stage.is_over(), "{stage}");
            assert_eq!(whole.contains("hx-sse:connect"), !stage.is_over(), "{stage}");
            assert_eq!(whole.contains("http-equiv=\"refresh\""), !stage.is_over(), "{stage}");
            assert!(whole.contains("The way here") && whole.contains("No. 0412"), "{stage}");
        }
    }
}

#[test]
fn who_may_do_nothing_sees_no_form() {
    let frame = frame(Role::Auditor);
    for stage in Stage::ALL {
        let inside = parcel::content(&frame, &parcel(*stage, May::default())).into_string();
        assert!(!inside.contains("<form") && !inside.contains("data-dialog"), "{stage}: {inside}");
        let row = Row { card: card(*stage), may: May::default(), too_big: true, hint: Some(HOSTILE.to_owned()) };
        let row = desk_row::item(&frame, &Query::default(), &row).into_string();
        clean(&row);
        assert!(!row.contains("<form") && !row.contains("<input"), "{stage}: {row}");
    }
}

#[test]
fn a_download_says_how_far_it_is_and_when_it_is_ready() {
    let inside = parcel::content(&frame(Role::Requester), &parcel(Stage::Downloading, May::default())).into_string();
    assert!(inside.contains("Downloading, ready about 19:42"), "{inside}");
    assert!(inside.contains("11.9 of 18.4 GB, 9.2 MB a second, 12 min left"), "{inside}");
    let mut late = parcel(Stage::Downloading, May::default());
    late.card.progress = late.card.progress.map(|progress| Progress { eta: Some(now()), ..progress });
    let late = parcel::content(&frame(Role::Requester), &late).into_string();
    assert!(late.contains("Downloading</h2>") && !late.contains("ready about"), "nobody knows any more: {late}");
    assert!(inside.contains("1 can be watched now.") && inside.contains("Step 4 of 6"), "{inside}");
}

#[test]
fn a_service_that_does_not_answer_is_named_while_it_is_needed() {
    let silent = |stage| Parcel { down: Some("Radarr".to_owned()), ..parcel(stage, May::default()) };
    let said = |stage| parcel::content(&frame(Role::Requester), &silent(stage)).into_string();
    assert!(said(Stage::Approved).contains("Radarr does not answer. Your request is safe and goes out as soon as"));
    for stage in [Stage::Searching, Stage::Downloading] {
        assert!(said(stage).contains("Radarr does not answer. Nothing is lost; what you see here may be"), "{stage}");
    }
    for stage in [Stage::Asked, Stage::Stuck, Stage::Ready, Stage::Declined] {
        assert!(!said(stage).contains("does not answer"), "{stage}");
    }
}

#[test]
fn what_is_not_out_yet_is_no_wonder() {
    let said = |stage| parcel::content(&frame(Role::Requester), &parcel(stage, May::default())).into_string();
    assert!(said(Stage::Searching).contains("Not out yet. Likely from 12 Jan 2027."));
    assert!(!said(Stage::Downloading).contains("Not out yet"), "it leaked");
}

#[test]
fn a_stuck_request_says_why_and_what_can_be_done() {
    let may = May { withdraw: true, ..May::default() };
    let inside = parcel::content(&frame(Role::Requester), &parcel(Stage::Stuck, may)).into_string();
    for words in ["Stuck at step 3 of 6", "No good copy found yet", "What you can do", "Wait", "1 season goes back"] {
        assert!(inside.contains(words), "{words}: {inside}");
    }
    assert!(!inside.contains("Try again"), "{inside}");
    let decides = May { retry: true, ..May::default() };
    let inside = parcel::content(&frame(Role::Admin), &parcel(Stage::Stuck, decides)).into_string();
    assert!(inside.contains("Try again") && inside.contains("/usherr/admin/requests/412/retry"), "{inside}");
}

fn price(left: Option<u32>) -> Price {
    let quota = Quota { limit: left.map(|_| 6), days: 30 };
    let quota = QuotaState { quota, used: 6 - left.unwrap_or(6), resets_at: Some(now() + TimeDelta::days(14)) };
    Price {
        kind: MediaKind::Series,
        bytes: Some(31_000_000_000),
        free: Some(212e9),
        total: Some(1000e9),
        quota,
        cost: 1,
        clock: Clock::new(now(), chrono_tz::Europe::Berlin),
    }
}

fn form(list: List) -> RequestForm {
    let seasons = Seasons {
        chosen: ScopeKind::All,
        list,
        ticked: vec![4],
        late: vec![],
        preset: vec![4],
        is_4k: false,
        in_dialog: true,
    };
    RequestForm {
        subject: card(Stage::Asked).subject,
        seasons: Some(seasons),
        price: price(Some(5)),
        known: Known::Nothing,
        decision: Decision::By(vec!["Mara Lindqvist".to_owned(), HOSTILE.to_owned()]),
        picture: None,
        note: HOSTILE.to_owned(),
        target: None,
        errors: Errors::one("seasons", HOSTILE),
    }
}

#[test]
fn the_form_shows_seasons_price_and_allowance() {
    let season = |number, now| Season { number, there: 0, of: Some(8), now, bytes: Some(31_000_000_000) };
    let rows = vec![season(1, Now::OnPlex), season(3, Now::OnItsWay), season(4, Now::Missing), season(0, Now::Missing)];
    let frame = frame(Role::Requester);
    for markup in [
        form::page(&frame, &form(List::Known(rows.clone()))).whole().into_string(),
        form::dialog(&frame, &form(List::Known(rows))).into_string(),
    ] {
        clean(&markup);
        for words in [
            "On Plex",
            "On its way",
            "Missing",
            "Specials",
            "about 31 GB",
            "181 GB free afterwards",
            "5 of 6 seasons",
            "4 Dec",
            "this takes 1.",
            "Request 1 season",
            "Mara or",
            r#"value="1" aria-label="Season 1" disabled"#,
        ] {
            assert!(markup.contains(words), "{words}");
        }
    }
}

#[test]
fn in_4k_every_part_of_the_form_says_so() {
    let frame = frame(Role::Requester);
    let page = |form: &RequestForm| form::page(&frame, form).whole().into_string();
    let mut form = form(List::Known(vec![Season { number: 4, there: 0, of: Some(8), now: Now::Missing, bytes: None }]));
    assert!(!page(&form).contains("4K"), "nobody is offered what they may not have");
    form.picture = Some(false);
    assert!(page(&form).contains("In 4K") && form.button() == "Request 1 season");
    form.picture = Some(true);
    form.seasons.as_mut().unwrap().is_4k = true;
    for words in ["What would you like in 4K?", "scope=first&amp;is_4k=yes", r#"name="preset" value="4""#] {
        assert!(page(&form).contains(words), "{words}");
    }
    assert_eq!(form.button(), "Request 1 season in 4K");
    for (known, words) in [
        (Known::AskedFor, "This is asked for in 4K already."),
        (Known::Begun, "You have asked for this in 4K already."),
        (Known::OnPlex, "All that has aired is on Plex in 4K."),
    ] {
        form.known = known;
        assert!(page(&form).contains(words), "{words}");
    }
    form.known = Known::Mine(RequestId(412));
    assert!(form.button() == "Track this request" && page(&form).contains("You have asked for this in 4K already."));
}

#[test]
fn without_the_list_of_seasons_the_quick_choices_remain() {
    let frame = frame(Role::Requester);
    let silent = form(List::Silent("Still asking Sonarr.".to_owned()));
    let markup = form::page(&frame, &silent).whole().into_string();
    assert!(markup.contains("Still asking Sonarr.") && markup.contains("Look again"), "{markup}");
    assert!(markup.contains("Latest season") && !markup.contains("<table"), "{markup}");
}

#[test]
fn what_nobody_knows_is_said_to_be_unknown() {
    let unknown = Price { bytes: None, free: None, total: None, ..price(None) };
    let markup = price::block(&unknown).into_string();
    assert!(markup.contains("Size unknown") && markup.contains("nobody knows how much room there is"), "{markup}");
    assert!(!markup.contains("<svg class=\"bar\"") && !markup.contains("You have"), "{markup}");
    let spent = price::block(&price(Some(0))).into_string();
    assert!(spent.contains("0 of 6 seasons") && spent.contains("Your allowance is used up."), "{spent}");
}

fn sums(waiting: i64, needed: i64, unsized_ones: i64, free: Option<f64>) -> Sums {
    Sums { trays: vec![(Tray::ToDecide, waiting), (Tray::Ready, 212)], needed, unsized_ones, free }
}

#[test]
fn the_desk_says_first_what_waits_and_what_it_takes() {
    let frame = frame(Role::Moderator);
    let shown = |sums: Sums| {
        let row = Row { card: card(Stage::Asked), may: EVERYTHING, too_big: false, hint: None };
        let rows = vec![row];
        let desk = Desk { query: Query::default(), sums, rows, per_page: 20, total: 1, decides: true };
        let whole = desk::page(&frame, &desk).whole().into_string();
        clean(&whole);
        whole
    };
    let gb = 1_000_000_000;
    for (sums, words) in [
        (
            sums(4, 132 * gb, 0, Some(212e9)),
            "Four wait for a decision. All four together need about 132 GB; 212 GB are free.",
        ),
        (sums(1, 0, 1, None), "One waits for a decision. Nobody knows how big it gets; how much is free is unknown."),
        (sums(3, 5 * gb, 1, None), "The two whose size is known need about 5 GB;"),
        (sums(0, 0, 0, None), "Nothing waits for a decision."),
    ] {
        assert!(shown(sums).contains(words), "{words}");
    }
    let page = shown(sums(4, 132 * gb, 0, Some(212e9)));
    assert!(page.contains("class=\"bulk\"") && page.contains(r#"form="bulk""#), "{page}");
}

#[test]
fn ones_own_list_has_chips_pages_and_an_empty_state() {
    let frame = frame(Role::Requester);
    let counts = Counts { open: 25, ready: 1, ended: 0 };
    let cards = vec![card(Stage::Downloading), card(Stage::Declined)];
    let mine = Mine { shelf: Shelf::Open, cards, counts, page: 2, per_page: 20 };
    let page = mine::page(&frame, &mine).whole().into_string();
    clean(&page);
    assert!(page.contains("21 to 22 of 25") && page.contains("25 are on their way."), "{page}");
    let none = Mine { cards: Vec::new(), counts: Counts::default(), page: 1, ..mine };
    let page = mine::page(&frame, &none).whole().into_string();
    assert!(page.contains("You have not asked for anything yet"), "{page}");
}
