//! The views of finding: what is on the page, block by block, and that nobody's name is told who may not know it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeZone, Utc};

use super::views::home::{self, Home};
use super::views::search::{self, Results};
use super::views::title::{self, Missing, Shown};
use super::views::{self, Found};
use crate::domain::catalog::{CandidateSeason, ExternalIds, MediaKind};
use crate::domain::ids::{RequestId, TitleId};
use crate::domain::people::{Role, Theme};
use crate::domain::request::Stage;
use crate::domain::title::{Episodes, NewSeason, Title};
use crate::domain::title_seasons::{Episode, Known, Season, State, seasons};
use crate::domain::title_wish::{Asker, Availability, Wish};
use crate::ui::{Clock, Frame, HouseState, Links, Viewer};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 18, 0, 0).unwrap()
}

fn frame() -> Frame {
    Frame {
        links: Links::new("/usherr"),
        clock: Clock::new(now(), chrono_tz::UTC),
        house: "The Back Row".to_owned(),
        state: HouseState::Running,
        theme: Theme::System,
        viewer: Some(Viewer {
            name: "Priya Raman".to_owned(),
            role: Role::Requester,
            open_requests: 1,
            to_decide: 0,
            in_plan: 0,
            asking: 0,
        }),
    }
}

fn found(id: i64, kind: MediaKind, name: &str) -> Found {
    let public = Some(1_000 + id);
    Found {
        title: Title {
            id: TitleId(id),
            kind,
            ids: match kind {
                MediaKind::Movie => ExternalIds { tmdb: public, ..ExternalIds::default() },
                MediaKind::Series => ExternalIds { tvdb: public, ..ExternalIds::default() },
            },
            title: name.to_owned(),
            original_title: None,
            sort_title: name.to_lowercase(),
            year: Some(2023),
            overview: Some("Somebody goes <b>somewhere</b>.".to_owned()),
            certification: Some("de/12".to_owned()),
            genres: vec!["Mystery".to_owned(), "Drama".to_owned()],
            runtime_minutes: Some(118),
            status: None,
            network: None,
            poster: None,
            release_date: None,
        },
        poster: Some(format!("/images/title/{id}?v=1")),
        play: None,
        on_plex: false,
        in_4k: false,
        seasons: Vec::new(),
        seasons_in_all: None,
        wishes: Vec::new(),
    }
}

fn wish(stage: Stage, asker: Asker) -> Wish {
    Wish {
        request: RequestId(7),
        title: TitleId(1),
        stage,
        lit: stage,
        seasons: None,
        is_4k: false,
        asker,
        following: false,
        followers: 2,
        follower_names: Vec::new(),
        asked_at: now(),
        moved_at: now(),
        progress: Some(0.64),
        eta: Some(now() + chrono::TimeDelta::minutes(135)),
    }
}

fn results() -> Results {
    Results {
        query: "har\"bour <x>".to_owned(),
        kind: None,
        may_request: true,
        on_plex: Vec::new(),
        on_its_way: Vec::new(),
        requestable: Vec::new(),
        asking: Vec::new(),
        failed: Vec::new(),
        too_short: false,
    }
}

fn has(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "'{word}' is missing in {page}");
    }
}

#[test]
fn home_says_what_moved_and_shows_what_is_new() {
    let page = home::page(
        &frame(),
        &Home {
            name: "Priya Raman".to_owned(),
            invited_to: vec!["Attic".to_owned()],
            may_request: true,
            moved: 2,
            on_its_way: vec![(found(1, MediaKind::Movie, "Kestrel"), wish(Stage::Downloading, Asker::You))],
            newest: vec![
                (found(2, MediaKind::Movie, "Saffron Road"), None),
                (found(3, MediaKind::Series, "Small Hours"), Some(NewSeason { number: 2, episodes: 5 })),
            ],
        },
    );
    has(
        &page.whole().into_string(),
        &[
            "Good evening, Priya",
            "Two of your requests moved since yesterday.",
            "Plex has invited you to <bdi>Attic</bdi>.",
            "will be ready",
            "about 20:15",
            "On its way",
            "Season 2, 5 episodes",
            r#"data-lit="4""#,
            "64 %",
            "New on The Back Row",
            r#"href="/usherr/titles/movie/1002""#,
            r#"src="/usherr/images/title/2?v=1&amp;w=240""#,
        ],
    );
}

#[test]
fn what_should_have_been_there_by_now_has_no_hour() {
    let late = Wish { eta: Some(now()), ..wish(Stage::Downloading, Asker::You) };
    let home = Home {
        name: "Priya Raman".to_owned(),
        invited_to: vec![],
        may_request: true,
        moved: 0,
        on_its_way: vec![(found(1, MediaKind::Movie, "Kestrel"), late)],
        newest: Vec::new(),
    };
    let page = home::page(&frame(), &home).whole().into_string();
    assert!(page.contains("64 %") && !page.contains("will be ready") && !page.contains("ready about"), "{page}");
}

#[test]
fn an_empty_house_says_what_to_do() {
    let home = Home {
        name: "Ana".to_owned(),
        invited_to: vec![],
        may_request: true,
        moved: 0,
        on_its_way: vec![],
        newest: vec![],
    };
    let page = home::page(&frame(), &home).whole().into_string();
    has(&page, &["Nothing on the shelf yet", "Find something to watch"]);
    assert!(!page.contains("Plex has invited you"), "{page}");
}

#[test]
fn results_stand_in_three_groups() {
    let mut there = found(1, MediaKind::Series, "Harbour Lights");
    there.on_plex = true;
    there.play = Some("https://app.plex.tv/desktop/#!/server/x".to_owned());
    there.seasons = vec![0, 1, 2];
    there.wishes = vec![Wish { seasons: Some(vec![3]), ..wish(Stage::Sent, Asker::You) }];
    let mut coming = found(2, MediaKind::Movie, "Kestrel");
    coming.wishes = vec![wish(Stage::Searching, Asker::Somebody)];
    let results = Results {
        on_plex: vec![there],
        on_its_way: vec![coming],
        requestable: vec![found(3, MediaKind::Series, "Harbourmaster")],
        asking: vec![MediaKind::Movie],
        ..results()
    };
    let page = search::page(&frame(), &results).whole().into_string();
    has(
        &page,
        &[
            "Results for “har&quot;bour &lt;x&gt;”",
            "Seasons 1 and 2",
            "Season 3 on its way",
            "1 in your libraries",
            "Asked by somebody",
            "2 people follow",
            r#"action="/usherr/titles/movie/1002/follow""#,
            "1 asked by others",
            "1 series so far",
            "Not on Plex",
            r#"href="/usherr/titles/series/1003/request" data-dialog"#,
            "Still asking Radarr",
            r#"hx-sse:connect="/usherr/search/events?q=har%22bour+%3Cx%3E""#,
            "Somebody goes &lt;b&gt;somewhere&lt;/b&gt;.",
        ],
    );
    assert!(!page.contains("data-over"));
    assert_eq!(page.matches("Look again").count(), 1, "one way to look again is enough");
}

#[test]
fn a_service_that_failed_is_named_and_nothing_found_is_said() {
    let failed = Results { failed: vec![MediaKind::Series], ..results() };
    has(
        &search::groups(&frame(), &failed).into_string(),
        &[
            "Series to request are not listed: Sonarr did not answer.",
            "Try again",
            "data-over",
            "Not everybody could be asked",
        ],
    );
    let short = Results { too_short: true, ..results() };
    has(&search::groups(&frame(), &short).into_string(), &["Write one more"]);
    let viewer = Results { may_request: false, requestable: vec![found(1, MediaKind::Movie, "X")], ..results() };
    assert!(!search::groups(&frame(), &viewer).into_string().contains("Can be requested"));
}

#[test]
fn a_title_shows_its_seasons_and_what_can_be_done() {
    let mut lights = found(1, MediaKind::Series, "Harbour Lights");
    lights.on_plex = true;
    lights.play = Some("https://app.plex.tv/x".to_owned());
    lights.wishes =
        vec![Wish { seasons: Some(vec![3]), following: true, ..wish(Stage::Sent, Asker::Named("Sam".to_owned())) }];
    let present = Episodes::from([(1, (1..=8).collect()), (3, (1..=6).collect())]);
    let shown = Shown {
        seasons: seasons(&present, None, &lights.wishes, false, now()),
        seasons_in_4k: Vec::new(),
        may_request_in_4k: false,
        found: lights,
        may_request: true,
        next: None,
        episode_bytes: None,
        missing: Some(Missing::Asking(MediaKind::Series)),
    };
    has(
        &title::page(&frame(), &shown).whole().into_string(),
        &[
            "Play on Plex",
            "Request more",
            r#"action="/usherr/requests/7/unfollow""#,
            r#"aria-pressed="true""#,
            "From 12",
            "14 episodes on Plex",
            "Season 1",
            "Still asking Sonarr which episodes there are in all.",
            "Mystery, drama",
            "In the house",
            "Sam asked for season 3",
        ],
    );
}

#[test]
fn what_a_season_would_take_stands_beside_its_button() {
    let season = Season { number: 4, have: 2, total: Some(10), state: State::Partly, episodes: Vec::new() };
    let mut shown = Shown {
        found: found(1, MediaKind::Series, "Harbour Lights"),
        may_request: true,
        may_request_in_4k: false,
        seasons: vec![season],
        seasons_in_4k: Vec::new(),
        next: None,
        episode_bytes: Some(3_900_000_000),
        missing: None,
    };
    let page = |shown: &Shown| title::page(&frame(), shown).whole().into_string();
    has(&page(&shown), &["Request season 4", "about 31 GB"]);
    shown.seasons[0].state = State::Coming(2);
    shown.seasons[0].episodes = vec![(1, Episode::Have), (2, Episode::Coming), (3, Episode::Coming)];
    let wanted = wish(Stage::Downloading, Asker::You);
    shown.found.wishes = vec![Wish { seasons: Some(vec![4]), progress: Some(0.4), eta: None, ..wanted }];
    has(&page(&shown), &["Episodes 2 and 3 are downloading, 40 %. <a"]);
    shown.found.wishes.clear();
    shown.episode_bytes = None;
    assert!(!page(&shown).contains("about "));
}

#[test]
fn who_may_not_see_a_request_learns_no_name() {
    let mut film = found(1, MediaKind::Movie, "Kestrel");
    film.wishes = vec![wish(Stage::Searching, Asker::Somebody)];
    let shown = film_shown(film);
    let page = title::page(&frame(), &shown).whole().into_string();
    has(&page, &["Somebody asked for it", r#"action="/usherr/titles/movie/1001/follow""#]);
    assert!(!page.contains("Track this request"));
}

fn film_shown(found: Found) -> Shown {
    Shown {
        found,
        may_request: true,
        may_request_in_4k: false,
        seasons: Vec::new(),
        seasons_in_4k: Vec::new(),
        next: None,
        episode_bytes: None,
        missing: None,
    }
}

#[test]
fn a_film_says_whether_it_is_there_in_4k_and_offers_it_to_who_may() {
    let in_4k = r#"href="/usherr/titles/movie/1001/request?is_4k=yes""#;
    let page = |shown: &Shown| title::page(&frame(), shown).whole().into_string();
    let mut shown = film_shown(found(1, MediaKind::Movie, "Kestrel"));
    shown.may_request_in_4k = true;
    assert!(!page(&shown).contains("4K"), "the one form asks for either");
    shown.found.on_plex = true;
    has(&page(&shown), &["Request in 4K", in_4k]);
    shown.may_request_in_4k = false;
    assert!(!page(&shown).contains("4K"));
    shown.may_request_in_4k = true;
    shown.found.in_4k = true;
    let there = page(&shown);
    assert!(there.contains("In 4K") && !there.contains(in_4k), "{there}");
    shown.found.in_4k = false;
    shown.found.wishes = vec![Wish { is_4k: true, ..wish(Stage::Searching, Asker::Named("Sam".to_owned())) }];
    let coming = page(&shown);
    has(&coming, &["Ready to watch", "<h3>In 4K</h3>", "Follow in 4K", "Sam asked for it in 4K", r#"name="is_4k""#]);
    assert!(!coming.contains(in_4k) && !coming.contains("Not on Plex"), "{coming}");
    shown.found.on_plex = false;
    has(&page(&shown), &["Follow in 4K", r#"href="/usherr/titles/movie/1001/request""#]);
}

#[test]
fn a_series_says_which_seasons_are_there_in_4k() {
    let told = |number: i32| CandidateSeason {
        number,
        monitored: false,
        aired: Some(8),
        total: Some(8),
        files: None,
        size_on_disk: None,
        is_over: true,
    };
    let known = Known { seasons: (1..=4).map(told).collect(), episodes: Vec::new() };
    let mut series = found(1, MediaKind::Series, "Orrery");
    series.on_plex = true;
    series.wishes = vec![Wish { is_4k: true, seasons: Some(vec![3]), ..wish(Stage::Searching, Asker::You) }];
    let present = Episodes::from([(1, (1..=8).collect()), (2, (1..=8).collect())]);
    let in_4k = Episodes::from([(1, (1..=8).collect()), (2, (1..=2).collect())]);
    let of = |present: &Episodes, is_4k| seasons(present, Some(&known), &series.wishes, is_4k, now());
    let shown = Shown {
        seasons: of(&present, false),
        seasons_in_4k: of(&in_4k, true),
        may_request_in_4k: true,
        ..film_shown(series.clone())
    };
    let page = title::page(&frame(), &shown).whole().into_string();
    has(
        &page,
        &[
            "Season 1 in 4K",
            "Parts of season 2 in 4K",
            "Season 3 on its way in 4K",
            "Request in 4K",
            "Request season 3",
            "Track this request in 4K",
        ],
    );
}

#[test]
fn a_series_without_some_seasons_is_there_in_part() {
    let mut series = found(1, MediaKind::Series, "Orrery");
    series.on_plex = true;
    series.seasons = vec![0, 1];
    assert_eq!(series.availability(), Availability::Available);
    series.seasons_in_all = Some(2);
    assert_eq!(series.availability(), Availability::Partial);
}

#[test]
fn words_of_rows_are_plain() {
    assert_eq!(views::certification_words("de/12"), "From 12");
    assert_eq!(views::certification_words("TV-MA"), "TV-MA");
}
