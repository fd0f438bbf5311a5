//! What holds for every component at once: the policy of the pages, the frame by role, the files they need.

use chrono::{TimeZone, Utc};
use maud::{Markup, html};

use super::badge::{Face, badge, face, faces, plainly, tag};
use super::card::{card, end, fold, line, opening, page_head, rows, section};
use super::chips::{Chip, chips};
use super::form::{Choice, Errors, Field, check, form, hidden, switch, toolbar};
use super::progress::{Part, price, progress, quantity, rail, steps};
use super::table::{Column, kept, table};
use super::timeline::{At, Step, timeline};
use super::*;
use crate::domain::people::Role;
use crate::domain::request::Stage;

const APP: &str = include_str!("../../assets/app.js");
const TOKENS: &str = include_str!("../../assets/tokens.css");
const COMPONENTS: &str = include_str!("../../assets/components.css");

fn frame(role: Role) -> Frame {
    let now = Utc.with_ymd_and_hms(2026, 11, 20, 18, 30, 0).single().unwrap_or_default();
    Frame {
        links: Links::new("/usherr"),
        clock: Clock::new(now, chrono_tz::Europe::Stockholm),
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

fn nobody() -> Frame {
    Frame { viewer: None, ..frame(Role::Viewer) }
}

fn page(frame: &Frame, place: Place) -> String {
    Page::new(frame, place, "Title", html! {}).whole().into_string()
}

/// Every component once.
fn everything() -> Markup {
    let errors = Errors::one("url", "No answer within 5 seconds.");
    let field = Field::new("url", "Address").value("x").help("Help").errors(&errors).optional();
    let choices = [Choice::new("a", "A").help("help"), Choice::new("b", "B")];
    let button = Button::new("Go").icon(Icon::Check).primary().value("do", "it").busy("Going").to("/x").unchecked();
    html! {
        (page_head("Title", Some("Sentence."), button.submit()))
        (section("id", "Title", html! {}, rows([line(Some(Icon::Clock), html! { "words" }, end(html! { "end" }))])))
        (card(fold(html! { "Season 1" }, badge(Kind::Good, Icon::Check, "Complete"), true, html! {})))
        (opening(Icon::Film, "Radarr", "Films", plainly(Kind::Bad, Icon::X, "Down"), true, html! {}))
        (tag(Some(Icon::Disk), "22 GB")) (face("Ana", Face::Large)) (faces(&["Åke", "Sam"]))
        (chips("Filter", &[Chip::new("All", "#", true).count(4)]))
        (field.text()) (field.id("p").password("current-password")) (field.id("s").secret(Some("kept")))
        (field.id("t").textarea()) (field.id("c").select(&choices)) (field.id("o").options(&choices))
        (form("/x", html! { (hidden("a", "b")) (check("c", "1", "C", "help", true)) (switch("d", "1", "D", "", false)) }, button.submit()))
        (toolbar("/x", "find", "", "Name", html! {})) (button.link("/x")) (button.dialog("/x")) (button::post("/x", html! {}))
        (button::menu("it", html! {})) (dialog::form("Title", "/x", "/y", html! {}, html! {}))
        (steps(2, 6)) (rail(2, &["One", "Two", "Three"])) (progress("Done", 1.0, 2.0)) (progress::big("Done", 1.0, 2.0))
        (price("31 GB", &["free"], quantity("Disk", &[(Part::Used, 0.5), (Part::New, 0.1)]), html! { "left" }))
        (table(&[Column::new("A"), Column::new("B").number()], html! {}))
        (kept(&[Column::new("A").hidden()], html! {}))
        (timeline(&[Step { at: At::Now, title: "Asked".to_owned(), when: html! { "now" }, note: Some("x".to_owned()) }]))
        (ticket::ticket("Request 1", media::big(poster::thumb(None, Icon::Tv), html! {}), facts::tight(&[("A", html! { "b" })])))
        (poster::shelf([poster::card("/x", "Title", "Film", Some("/images/1"))]))
        (media::row(poster::poster(None, "Title"), html! { "Title" }, html! {}, button.submit()))
        (media::tile(poster::poster(None, "Title"), html! { "Title" }, "Film", html! {}))
        (alert::note(Kind::Info, Icon::Info, "Note.")) (alert::degraded("Down.", "/again"))
        (empty::empty(Icon::Ticket, "Nothing", html! {}, html! {})) (empty::loading_row("Loading"))
        (bulbs::stage(Stage::Downloading, None)) (bulbs::step(Stage::Stuck, Some(Stage::Grabbed)))
        (live::live("live", "/s", "/p", "/h", live::over()))
        (Fragment(html! {}).toast(&Toast::new("Done")).0)
        (episodes::episodes(&[(1, episodes::Seat::OnPlex), (2, episodes::Seat::OnItsWay)]))
        (facts::facts(&[("A", html! { "b" })])) (pager::pager(1, 20, 40, None, Some("/x")))
    }
}

#[test]
fn nothing_needs_an_unsafe_policy() {
    let framed = Page::new(&frame(Role::Admin), Place::Home, "Home", everything()).toast(Toast::new("Done"));
    let plain = Page::plain(&nobody(), "Home", everything()).wide().dark().refresh(5);
    for html in [framed.whole(), framed.part(), plain.whole()].map(Markup::into_string) {
        for forbidden in [
            " style=",
            "<style",
            " onclick",
            " onload",
            "hx-on",
            "js:",
            "javascript:",
            "<script>",
            "hx-trigger=\"every",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        for trigger in html.split("hx-trigger=\"").skip(1) {
            assert!(!trigger.split('"').next().unwrap_or_default().contains('['), "{trigger}");
        }
        assert_eq!(html.matches("<script").count(), html.matches("<script src=\"/usherr/assets/").count());
    }
}

#[test]
fn a_page_says_its_title_its_theme_and_its_files() {
    let dark = Frame { theme: Theme::Dark, ..frame(Role::Requester) };
    let html = page(&dark, Place::Home);
    assert!(html.starts_with(r#"<!DOCTYPE html><html lang="en" data-theme="dark">"#), "{html}");
    assert!(html.contains("<title>Title · Usherr</title>"));
    assert!(html.contains(r##"<a class="skip" href="#main">"##) && html.contains(r#"id="main""#));
    assert_eq!(html.matches(r#"rel="stylesheet""#).count(), 1);
    assert!(!page(&frame(Role::Requester), Place::Home).contains("<html lang=\"en\" data-theme"));
}

#[test]
fn the_first_field_that_is_wrong_has_the_focus() {
    let field = |name, errors: &Errors| Field::new(name, "Label").errors(errors).autofocus().text().into_string();
    let (right, wrong) = (Errors::default(), Errors::one("password", "Choose a longer one."));
    assert!(field("name", &right).contains("autofocus"));
    assert!(!field("name", &wrong).contains("autofocus"));
    assert!(Field::new("password", "Label").errors(&wrong).text().into_string().contains("autofocus"));
}

#[test]
fn entries_go_by_role() {
    let office = [
        "/usherr/admin\"",
        "/admin/requests",
        "/admin/people",
        "/admin/groups",
        "/admin/invites",
        "/admin/access-requests",
        "/admin/onboarding",
        "/admin/plan",
        "/admin/jobs",
        "/admin/activity",
    ];
    for role in Role::ALL {
        let html = page(&frame(*role), Place::Home);
        for entry in office {
            assert_eq!(html.contains(entry), role.sees_back_office(), "{role} {entry}");
        }
        assert_eq!(html.contains("/admin/services"), role.sees_settings(), "{role}");
        for lobby in ["/usherr/\"", "/usherr/search", "/usherr/requests", "/usherr/me", "/usherr/logout"] {
            assert!(html.contains(lobby), "{role} {lobby}");
        }
        for absent in ["calendar", "Calendar", "Inbox", "Streams", "Downloads"] {
            assert!(!html.contains(absent), "{role} {absent}");
        }
    }
}

#[test]
fn a_page_for_nobody_has_no_entries() {
    let html = Page::plain(&nobody(), "Sign in", html! { "sheet" }).whole().into_string();
    assert!(html.contains("sheet") && !html.contains("<nav") && !html.contains("/logout"), "{html}");
}

#[test]
fn the_phone_bar_has_four_entries_and_the_current_place_is_marked() {
    for (role, place) in [(Role::Viewer, Place::Home), (Role::Admin, Place::Requests), (Role::Auditor, Place::Home)] {
        let html = page(&frame(role), place);
        let bar = html.split_once("class=\"bottombar\"").map_or("", |(_, bar)| bar);
        let top = bar.split_once("<details>").map_or("", |(top, _)| top);
        assert_eq!(top.matches("<a ").count() + 1, 4, "{role}");
        assert_eq!(html.matches("aria-current=\"page\"").count(), 2, "{role}");
    }
}

#[test]
fn ids_in_the_frame_are_unique() {
    let html = page(&frame(Role::Admin), Place::Jobs);
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}

#[test]
fn counts_reach_every_place_that_shows_them() {
    for role in Role::ALL {
        for place in [Place::Home, Place::People] {
            let frame = frame(*role);
            let html = page(&frame, place);
            let counts = frame.viewer.as_ref().map(layout::counts).unwrap_or_default().into_string();
            for id in html.split(" id=\"count-").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(counts.contains(&format!("\"#count-{id}\"")), "{role} {id}");
            }
        }
    }
}

#[test]
fn trouble_links_to_the_services_only_for_those_who_see_them() {
    for (role, linked) in [(Role::Viewer, false), (Role::Moderator, false), (Role::Admin, true)] {
        let troubled = Frame { state: HouseState::Trouble("Radarr is down".to_owned()), ..frame(role) };
        let html = page(&troubled, Place::Home);
        assert!(html.contains("Radarr is down"));
        assert_eq!(html.contains(r#"class="badge plainly bad" href="#), linked, "{role}");
    }
}

#[test]
fn an_error_is_tied_to_its_field_and_a_secret_never_comes_back() {
    let errors = Errors::one("url", "No answer.");
    let html = Field::new("url", "Address").value("http://x").help("Inside.").errors(&errors).url().into_string();
    assert!(html.contains(r#"aria-invalid="true" aria-describedby="url-error url-help""#), "{html}");
    assert!(html.contains(r#"<p class="error" id="url-error">"#) && html.contains(r#"value="http://x""#), "{html}");
    let secret = Field::new("key", "Key").value("hush").secret(None).into_string();
    assert!(!secret.contains("hush") && !secret.contains("value="), "{secret}");
}

#[test]
fn what_people_type_is_text() {
    let html =
        Page::new(&frame(Role::Viewer), Place::Search, "<b>", html! {}).searched("\"><script>").whole().into_string();
    assert!(html.contains("<title>&lt;b&gt; · Usherr</title>") && !html.contains("<script>"), "{html}");
}

#[test]
fn colours_stand_in_the_token_file_only() {
    let hex =
        COMPONENTS.split('#').skip(1).any(|rest| rest.chars().take(3).filter(char::is_ascii_hexdigit).count() == 3);
    assert!(!hex && !["oklch(", "rgb(", "rgba(", "hsl("].iter().any(|colour| COMPONENTS.contains(colour)));
}

#[test]
fn both_light_token_sets_are_equal() {
    let sets: Vec<String> = TOKENS
        .split("color-scheme: light;")
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .map(|set| set.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(sets.len(), 2);
    assert_eq!(sets[0], sets[1]);
}

#[test]
fn the_script_is_small_and_the_first_visit_too() {
    assert!(APP.len() < 5_000, "{}", APP.len());
    let shelf = poster::shelf(
        (0..24).map(|n| poster::card(&format!("/titles/movie/{n}"), "A title", "Film", Some("/images/x"))),
    );
    let html = Page::new(&frame(Role::Admin), Place::Home, "Home", shelf).whole().into_string();
    let assets = [assets::Asset::Styles, assets::Asset::Htmx, assets::Asset::App, assets::Asset::Mark];
    let files = assets.map(|asset| assets::file(assets::name(asset)).map(|file| file.bytes).unwrap_or_default());
    let total: usize = files.into_iter().chain([html.as_bytes()]).map(gzipped).sum();
    assert!(total < 60_000, "{total}");
}

#[test]
fn only_a_name_with_its_hash_is_served() {
    let name = assets::name(assets::Asset::Styles);
    assert_eq!(assets::file(name).map(|file| file.mime), Some("text/css; charset=utf-8"));
    assert_eq!(assets::file("styles.css"), None);
}

fn gzipped(bytes: &[u8]) -> usize {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = encoder.write_all(bytes);
    encoder.finish().map_or(usize::MAX, |out| out.len())
}
