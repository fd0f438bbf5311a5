//! Every address while every service hangs (bar 5): no service ever answers, and still each page, each form and each call is
//! answered `soon`. A route that is not in the walk fails. What has a limit of its own says so when it is reached.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use usherr::db::services;
use usherr::demo::World;
use usherr::demo::catalogue::Film;
use usherr::demo::fault::Fault;
use usherr::demo::mail::MailFault;
use usherr::domain::service::ServiceKind;

use super::csp::lived_in;
use super::roles::known;
use super::support::patience::{at_last, soon, until};
use super::support::requests::a_series;
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

/// Tests of a connection, told as such by their buttons: they may take ten seconds.
const TESTS: [&str; 5] = [
    "/setup/plex/server",
    "/setup/services/:key",
    "/setup/services/:key/test",
    "/admin/services/:key",
    "/admin/services/:key/test",
];

fn all_hang(world: &World) {
    for faults in [
        world.radarr().faults(),
        world.radarr_4k().faults(),
        world.sonarr().faults(),
        world.qbittorrent().faults(),
        world.media_server().faults(),
        world.plex_tv().faults(),
    ] {
        faults.set(Fault::Hang);
    }
    world.mail().set_fault(MailFault::Hang, None);
}

/// What there is to name in an address.
struct Names {
    film: Film,
    request: i64,
    service: String,
    run: i64,
    person: i64,
}

impl Names {
    /// The address, for something that is there wherever that can be.
    fn put_in(&self, path: &str) -> String {
        let id = match path {
            _ if path.contains("/runs/") => self.run,
            _ if path.contains("/people/") => self.person,
            _ if path.contains("/images/") => 1,
            _ if path.contains("/titles/") => self.film.tmdb_id,
            _ => self.request,
        };
        let service = if path.starts_with("/setup/") { "radarr-new" } else { &self.service };
        let part = |part: &str| match part {
            ":id" | ":use_id" => id.to_string(),
            ":kind" if path.starts_with("/hooks/") => "radarr".to_owned(),
            ":kind" => "movie".to_owned(),
            ":key" => service.to_owned(),
            ":name" => "cleanup".to_owned(),
            ":token" | ":secret" => "nonsense".to_owned(),
            other => other.to_owned(),
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Forms that do something with what is there.
fn fields(path: &str) -> Vec<(&'static str, &'static str)> {
    match path {
        "/login" => vec![("username", "nobody"), ("password", "nothing at all")],
        "/me/theme" => vec![("theme", "dark")],
        "/admin/requests/:id/decline" => vec![("reason", "Not now.")],
        "/admin/people/:id/role" => vec![("role", "viewer")],
        "/setup/onward" => vec![("from", "arr")],
        _ => Vec::new(),
    }
}

async fn ask(browser: &Browser, method: &str, path: &str, address: &str) -> u16 {
    let body = match (method, path.starts_with("/api/")) {
        ("GET", _) => None,
        (_, true) => Some(("application/json", json!({ "reason": "Not now." }).to_string())),
        (_, false) => {
            let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields(path)).finish();
            Some(("application/x-www-form-urlencoded", fields))
        }
    };
    let method: Method = method.parse().unwrap();
    soon(&format!("{method} {address}"), browser.knock(method.clone(), address, body)).await.0
}

/// A house in which there is something behind every address, and nobody outside answers any more.
async fn silent_house() -> (TestApp, Names) {
    let test = lived_in().await;
    let admin = test.as_admin().await;
    let listed = admin.get("/api/requests?stage=asked").await.is(200).json();
    let runs = admin.get("/api/runs").await.is(200).json();
    let of_kind = |kind| test.app().db.read(move |conn| services::of_kind(conn, kind));
    let radarr = of_kind(ServiceKind::Radarr).await.unwrap().remove(0);
    let names = Names {
        film: films_to_ask_for(&test.world).pop().unwrap(),
        request: listed["items"][0]["id"].as_i64().unwrap(),
        service: format!("radarr-{}", radarr.id.0),
        run: runs["items"][0]["id"].as_i64().unwrap(),
        person: 2,
    };
    all_hang(&test.world);
    (test, names)
}

#[tokio::test]
async fn every_address_answers_while_every_service_hangs() {
    let (test, names) = silent_house().await;
    let mut seen = BTreeSet::new();
    for (method, path) in known() {
        if method == "POST" && TESTS.contains(&path.as_str()) {
            continue;
        }
        // Some writes end every session of the one who makes them, or close what the next one wants.
        let browser = test.as_admin().await;
        let mut address = names.put_in(&path);
        if path == "/search" || path == "/search/now" || path == "/api/search" {
            address += "?q=never%20asked";
        }
        if path.starts_with("/setup") {
            usherr::features::setup::actions::reopen(test.app()).await.unwrap();
        }
        let status = match path.as_str() {
            // Programs wait a little longer for a search.
            "/api/search" => at_last(&path, browser.get(&address)).await.status.as_u16(),
            _ => ask(&browser, &method, &path, &address).await,
        };
        assert!(status < 500 || status == 503, "{method} {address}: {status}");
        seen.insert(status);
    }
    assert!([200, 204, 303, 404, 503].iter().all(|status| seen.contains(status)), "{seen:?}");
    test.house.close().await;
}

#[tokio::test]
async fn a_test_of_a_connection_has_an_end() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    all_hang(&test.world);
    let (radarr, sonarr) = (test.world.radarr().url(), test.world.sonarr().url());
    let (plex, qbittorrent) = (test.world.media_server().url(), test.world.qbittorrent().url());
    let typed = [
        ("/admin/services/sonarr-new/test", vec![("name", "S"), ("url", sonarr.as_str()), ("secret", "another key")]),
        ("/admin/services/radarr-new", vec![("name", "Second"), ("url", radarr.as_str()), ("secret", "another key")]),
        ("/admin/services/qbittorrent-new/test", vec![("url", qbittorrent.as_str())]),
        ("/admin/services/plex-new/test", vec![("name", "Home"), ("url", plex.as_str()), ("secret", "a token")]),
    ];
    let tests = typed.iter().map(|(path, fields)| at_last(path, admin.post(path, fields)));
    for reply in futures_util::future::join_all(tests).await {
        let reply = reply.is(422);
        let words = ["No answer within 10 seconds.", "did not answer in time."];
        assert!(words.iter().any(|words| reply.body.contains(words)), "{}", reply.body);
    }
    test.house.close().await;
}

#[tokio::test]
async fn a_known_series_is_asked_for_at_once_and_an_unknown_one_says_why_not() {
    let test = TestApp::new().await;
    let asker = test.as_admin().await;
    let shows = test.world.catalogue().shows().into_iter().map(|show| show.tvdb_id);
    let (known, unknown): (Vec<i64>, Vec<i64>) =
        shows.partition(|id| test.world.media_server().show_key(*id).is_some());
    all_hang(&test.world);
    let asked = asker.json(Method::POST, "/api/requests", a_series(known[0], "all"));
    soon("a request", asked).await.is(201);
    let asked = asker.json(Method::POST, "/api/requests", a_series(unknown[0], "all"));
    at_last("an answer", asked)
        .await
        .is(503)
        .has("Sonarr has not answered yet. Nothing is lost: try again in a moment.");
    test.house.close().await;
}

/// As htmx asks for what it puts in the place of this part.
fn filling(browser: Browser, target: &str) -> Browser {
    browser.with_header("hx-request", "true").with_header("hx-target", target)
}

#[tokio::test]
async fn what_nobody_here_knows_comes_by_itself_when_radarr_is_slow() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let (asker, page) = (test.as_admin().await, filling(test.as_admin().await, "main#main"));
    let dialog = filling(test.as_admin().await, "dialog#dialog");
    test.world.radarr().faults().set(Fault::Slow(Duration::from_millis(1_500)));
    for (film, what) in films.iter().zip(["form", "page"]) {
        let path = match what {
            "form" => format!("/titles/movie/{}/request", film.tmdb_id),
            _ => format!("/titles/movie/{}", film.tmdb_id),
        };
        test.world.radarr().journal().clear();
        let first = soon(&path, asker.get(&path)).await.is(200).has("One moment").has("Still asking Radarr about");
        first
            .has(&format!("The {what} comes by itself as soon as it has answered."))
            .has("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>")
            .has(&format!("hx-get=\"{path}\" hx-trigger=\"every 2s\" hx-target=\"#main\""));
        if what == "form" {
            let inside = soon(&path, dialog.get(&path)).await.is(200).has("One moment").has("hx-target=\"#dialog\"");
            inside.has("data-close").lacks("<html");
        }
        let last = until("it comes", || async {
            let look = soon(&path, page.get(&path)).await.is(200).lacks("<html");
            (!look.body.contains("Still asking Radarr")).then_some(look)
        })
        .await;
        last.has(&film.title).lacks("every 2s");
        assert_eq!(
            test.world.radarr().journal().count(Method::GET, "/api/v3/movie/lookup"),
            1,
            "one question is enough"
        );
    }
    // What the page of a title was told its form knows.
    let form = format!("/titles/movie/{}/request", films[1].tmdb_id);
    dialog.get(&form).await.is(200).has("Request the film");
    assert_eq!(test.world.radarr().journal().count(Method::GET, "/api/v3/movie/lookup"), 1);
    test.close().await;
}

#[tokio::test]
async fn who_waits_in_vain_is_told_and_does_not_look_again() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let (asker, page) = (test.as_admin().await, filling(test.as_admin().await, "main#main"));
    let dialog = filling(test.as_admin().await, "dialog#dialog");
    let form = |film: &Film| format!("/titles/movie/{}/request", film.tmdb_id);
    test.world.radarr().faults().set(Fault::Status(503));
    let words = "Radarr did not answer. Nothing is lost: try again in a moment.";
    asker.get(&form(&films[0])).await.is(503).has(words).has("Look again").lacks("http-equiv=\"refresh\"");
    let inside = dialog.get(&form(&films[1])).await.is(200).has("This can't be asked for now").has(words);
    inside.has("Look again").lacks("hx-trigger").lacks("<html");
    let reload = page.get(&form(&films[2])).await.is(200);
    assert_eq!((reload.headers["hx-refresh"].to_str().unwrap(), reload.body.as_str()), ("true", ""), "a page says it");
    let title = format!("/titles/movie/{}", films[3].tmdb_id);
    let lacking = page.get(&title).await.is(200).has("Radarr did not answer. Nothing is lost: look again in a moment.");
    lacking.lacks("hx-trigger");
    test.world.radarr().faults().clear();
    let unheard = page.get("/titles/movie/1/request").await.is(200);
    assert_eq!(unheard.headers["hx-refresh"], "true", "nor is what is not there looked for again");
    asker.get("/titles/movie/1/request").await.is(404);
    test.close().await;
}

#[tokio::test]
async fn the_wizard_goes_on_when_plex_does() {
    let test = TestApp::empty().await;
    let browser = test.nobody();
    let owner = [("name", "Mara"), ("username", "mara"), ("email", ""), ("password", "correct horse battery")];
    browser.post("/setup/owner", &owner).await.is(303);
    let faults = test.world.plex_tv().faults();
    let wait = "/setup/plex/wait";
    // What hangs is answered late, so that each answer is there for the look after it.
    faults.set(Fault::Slow(Duration::from_millis(1_500)));
    assert_eq!(soon("a page", browser.post("/setup/plex/sign-in", &[])).await.is(303).location(), wait);
    soon("a page", browser.get(wait)).await.is(200).has("Plex is slow to answer");
    until("there is a pin", || async {
        let page = soon("a page", browser.get(wait)).await.is(200);
        page.body.contains("Open Plex").then_some(())
    })
    .await;
    let pin = test.world.plex_tv().pins().remove(0);
    let owner = test.world.owner().unwrap();
    assert!(test.world.plex_tv().approve_pin(&pin.code, owner.id));
    until("the account is there", || async {
        let page = soon("a page", browser.get(wait)).await;
        (page.status == 303).then(|| assert_eq!(page.location(), "/setup/plex"))
    })
    .await;
    faults.clear();
    browser.get("/setup/plex").await.is(200).has("The Back Row");
    let mara = test.app().db.read(|conn| usherr::db::people::by_username(conn, "mara")).await.unwrap().unwrap();
    assert_eq!(mara.email, owner.email);
    test.house.close().await;
}

#[tokio::test]
async fn a_token_that_was_told_once_outlives_an_outage() {
    let test = TestApp::empty().await;
    let browser = test.nobody();
    let owner = [("name", "Mara"), ("username", "mara"), ("email", ""), ("password", "correct horse battery")];
    browser.post("/setup/owner", &owner).await.is(303);
    browser.post("/setup/plex/sign-in", &[]).await.is(303);
    let wait = || async { browser.get("/setup/plex/wait").await };
    until("there is a pin", || async { wait().await.body.contains("Open Plex").then_some(()) }).await;
    let pin = test.world.plex_tv().pins().remove(0);
    assert!(test.world.plex_tv().approve_pin(&pin.code, test.world.owner().unwrap().id));
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/v2/user", None, Fault::Status(503), None);
    until("the pin is confirmed", || async { (!wait().await.is(200).body.contains("Open Plex")).then_some(()) }).await;
    wait().await.is(200).has("Plex is slow to answer");
    faults.clear();
    until("the account is there", || async { (wait().await.status == 303).then_some(()) }).await;
    browser.get("/setup/plex").await.is(200).has("The Back Row");
    test.house.close().await;
}
