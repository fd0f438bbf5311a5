//! Coming in and going out: passwords, Plex, sessions, tokens.

mod reset;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use usherr::db::{activity, people};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::activity::{ActivityFilter, ActivityKind, Entry};
use usherr::domain::people::{Person, Role};
use usherr::domain::settings::SettingKey;

use super::support::house::PASSWORD;
use super::support::html::tags;
use super::support::patience::until;
use super::support::{Browser, Reply, TestApp};

async fn house() -> TestApp {
    TestApp::unsynced(WorldOptions::test()).await
}

/// Nothing here puts effects into the outbox; what set-up left there is the business of other tests.
async fn close(test: TestApp) {
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
    test.world.stop().await;
}

pub async fn entries(test: &TestApp, kind: ActivityKind) -> Vec<Entry> {
    let filter = ActivityFilter { kind: Some(kind), ..Default::default() };
    test.app().db.read(move |conn| activity::page(conn, &filter, 0, 50)).await.unwrap().0
}

async fn plex_person(test: &TestApp, name: &str) -> Option<Person> {
    let id = test.world.account(name).unwrap().id;
    test.app().db.read(move |conn| people::by_plex_id(conn, id)).await.unwrap()
}

async fn sign_in(browser: &Browser, name: &str, password: &str, next: &str) -> Reply {
    browser.post("/login", &[("username", name), ("password", password), ("next", next)]).await
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let test = house().await;
    test.add_person("ana", Role::Requester).await;
    let mut pages = Vec::new();
    for name in ["ana", "nobody"] {
        let page = sign_in(&test.nobody(), name, "wrong password", "").await.is(422);
        let page = page.has(&format!("value=\"{name}\"")).lacks("wrong password");
        assert!(page.headers.get("set-cookie").is_none());
        pages.push(page.body.replace(&format!("value=\"{name}\""), ""));
    }
    assert_eq!(pages[0], pages[1]);
    let refused = entries(&test, ActivityKind::SignInRefused).await;
    assert_eq!(refused.iter().filter(|entry| entry.subject == "ana").count(), 1);
    sign_in(&test.nobody(), "ana@example.org", "wrong password", "").await.is(422);
    let refused = entries(&test, ActivityKind::SignInRefused).await;
    assert_eq!(refused.iter().filter(|entry| entry.subject == "ana").count(), 2, "by their address, too");
    assert!(refused.iter().all(|entry| entry.subject != "nobody" && entry.detail.as_deref() != Some("nobody")));
    close(test).await;
}

#[tokio::test]
async fn everybody_lands_where_they_belong() {
    let test = house().await;
    test.add_person("ana", Role::Requester).await;
    test.add_person("ben", Role::Moderator).await;
    test.add_person("eve", Role::Auditor).await;
    for (name, next, place) in [
        ("ana", "", "/"),
        ("ANA@example.org", "/search?q=a%20b", "/search?q=a%20b"),
        ("ana", "//evil.example/", "/"),
        ("ana", "https://evil.example", "/"),
        ("ben", "/", "/admin"),
        ("eve", "", "/admin"),
        ("mara", "/logout", "/admin"),
    ] {
        let reply = sign_in(&test.nobody(), name, PASSWORD, next).await.is(303);
        assert_eq!(reply.location(), place, "{name} {next}");
        let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    assert_eq!(entries(&test, ActivityKind::SignedIn).await.len(), 7);
    close(test).await;
}

#[tokio::test]
async fn signing_in_needs_both_fields_and_our_own_page() {
    let test = house().await;
    let form = [("username", "mara"), ("password", PASSWORD)];
    test.nobody().with_header("sec-fetch-site", "cross-site").post("/login", &form).await.is(403);
    let page = test.nobody().post("/login", &[("username", " ")]).await.is(422);
    page.has("Write your name").has("Write your password");
    let odd = "\u{202e}ana\u{0007}🎬".repeat(200);
    sign_in(&test.nobody(), &odd, "x", "").await.is(422).has("🎬");
    let browser = test.as_admin().await;
    assert_eq!(browser.get("/login").await.is(303).location(), "/admin");
    close(test).await;
}

#[tokio::test]
async fn every_sign_in_is_a_new_session_and_signing_out_ends_it() {
    let test = house().await;
    let (old, browser) = (test.as_admin().await, test.as_admin().await);
    sign_in(&browser, "mara", PASSWORD, "").await.is(303);
    old.get("/logout").await.is(200);
    browser.get("/logout").await.is(200).has("Sign out");
    test.nobody().get("/logout").await.is(303);
    browser.post("/logout", &[]).await.is(303);
    assert_eq!(browser.get("/logout").await.is(303).location(), "/login?next=%2Flogout");
    old.get("/logout").await.is(200);
    close(test).await;
}

#[tokio::test]
async fn a_form_sent_after_the_session_has_ended_leads_back_to_its_page() {
    let test = house().await;
    let next = async |referer: String| {
        let browser = test.nobody().with_header("referer", referer);
        browser.post("/admin/people/3/notes", &[]).await.is(303).location().to_owned()
    };
    let here = test.url();
    assert_eq!(next(format!("{here}/admin/people/3?page=2")).await, "/login?next=%2Fadmin%2Fpeople%2F3%3Fpage%3D2");
    for elsewhere in ["https://elsewhere.example/admin", "nonsense", "/admin", "about:blank"] {
        assert_eq!(next(elsewhere.to_owned()).await, "/login?next=%2F", "{elsewhere}");
    }
    close(test).await;
}

#[tokio::test]
async fn the_address_of_a_refused_form_leads_to_the_page_it_stands_on() {
    let test = house().await;
    let admin = test.as_admin().await;
    let places = [
        ("/admin/plan/drift", "/admin/plan"),
        ("/admin/plan/removal", "/admin/plan"),
        ("/admin/people/1/role", "/admin/people/1"),
        ("/admin/people/1/notes", "/admin/people/1"),
        ("/admin/people/1/exclusions", "/admin/people/1"),
        ("/admin/people/1/exclusions/removal", "/admin/people/1"),
        ("/me/password", "/me"),
    ];
    for (path, page) in places {
        assert_eq!(admin.get(path).await.is(303).location(), page);
    }
    admin.get("/admin/people/x/notes").await.is(404);
    close(test).await;
}

#[tokio::test]
async fn a_cookie_of_another_program_does_not_hide_ours() {
    let test = house().await;
    let ana = test.add_person("ana", Role::Requester).await;
    let browser = test.signed_in(ana).await.with_cookie("another", "naïve").with_cookie("last", "1");
    browser.get("/me").await.is(200);
    close(test).await;
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let test = house().await;
    let browser = test.nobody();
    let guesses = join_all((0..30).map(|_| sign_in(&browser, "mara", "a guess", ""))).await;
    let (late, looked_at): (Vec<_>, Vec<_>) = guesses.iter().partition(|reply| reply.status == 429);
    assert!((5..12).contains(&looked_at.len()), "{} were looked at", looked_at.len());
    assert!(looked_at.iter().all(|reply| reply.status == 422));
    for reply in late {
        assert!((1..=6).contains(&reply.headers["retry-after"].to_str().unwrap().parse::<u8>().unwrap()));
        assert!(reply.body.contains("Too many tries") && reply.body.contains("value=\"mara\""));
    }
    let right = json!({"username": "mara", "password": PASSWORD});
    test.nobody().json(Method::POST, "/api/auth/token", right).await.is(429).has("Try again in");
    close(test).await;
}

#[tokio::test]
async fn a_whole_household_signs_in_at_once() {
    let test = house().await;
    let browsers: Vec<_> = (0..20).map(|_| test.nobody()).collect();
    for reply in join_all(browsers.iter().map(|browser| sign_in(browser, "mara", PASSWORD, ""))).await {
        reply.is(303);
    }
    close(test).await;
}

#[tokio::test]
async fn until_the_house_is_set_up_every_way_in_leads_to_the_wizard() {
    let test = TestApp::empty().await;
    assert_eq!(test.nobody().get("/login").await.is(303).location(), "/setup");
    assert_eq!(sign_in(&test.nobody(), "mara", PASSWORD, "").await.is(303).location(), "/setup");
    assert_eq!(test.nobody().post("/login/plex", &[]).await.is(303).location(), "/setup");
    close(test).await;
}

#[tokio::test]
async fn programs_get_a_token_and_give_it_back() {
    let test = house().await;
    let nobody = test.nobody();
    let wrong = json!({"username": "mara", "password": "wrong"});
    let refused = nobody.json(Method::POST, "/api/auth/token", wrong).await.is(401).has("belong together");
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
    nobody.get("/api/requests").await.is(401).has("not signed in");
    nobody.json(Method::POST, "/api/auth/token", json!({"username": "mara"})).await.is(400);
    let right = json!({"username": "mara", "password": PASSWORD});
    let token = nobody.json(Method::POST, "/api/auth/token", right).await.is(200).json();
    assert!(token["expires_at"].as_str().unwrap().ends_with('Z'));
    let bearer = format!("bearer {}", token["token"].as_str().unwrap());
    let program = test.nobody().with_header("authorization", bearer);
    program.json(Method::DELETE, "/api/auth/token", json!(null)).await.is(204);
    program.json(Method::DELETE, "/api/auth/token", json!(null)).await.is(401);
    close(test).await;
}

/// Begins at our page; the address of Plex's own one. A page that did not wait for it shows it later.
async fn begin(browser: &Browser, next: &str) -> String {
    let reply = browser.post("/login/plex", &[("next", next)]).await.is(303);
    if reply.location() != "/login/plex/wait" {
        return reply.location().to_owned();
    }
    until("the pin has come", || async {
        let page = browser.get("/login/plex/wait").await.is(200).body;
        let plex = tags(&page).into_iter().find(|tag| tag.name == "a" && tag.text.contains("Open Plex"));
        plex.map(|link| link.get("href").to_owned())
    })
    .await
}

/// Looks again, as the page does by itself, until the waiting is over.
async fn end_of_waiting(browser: &Browser) -> Reply {
    until("Plex has told who it is", || async {
        let reply = browser.get("/login/plex/wait").await;
        let goes_on = reply.status == 200 && !reply.headers.contains_key("hx-redirect");
        (!goes_on).then_some(reply)
    })
    .await
}

/// Begins at our page and says yes at Plex, as this account.
async fn by_plex(test: &TestApp, browser: &Browser, name: &str, next: &str) {
    let place = begin(browser, next).await;
    assert!(place.starts_with(&test.world.plex_tv().auth_url()), "{place}");
    assert!(place.contains(&url_part(&format!("{}/login/plex/wait", test.url()))), "{place}");
    let pin = test.world.plex_tv().pins().pop().unwrap();
    assert!(test.world.plex_tv().approve_pin(&pin.code, test.world.account(name).unwrap().id));
}

fn url_part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn the_owner_comes_in_by_plex_as_admin() {
    let test = house().await;
    let browser = test.nobody();
    browser.get("/login").await.is(200).has("Sign in with Plex");
    by_plex(&test, &browser, "mara.lindqvist", "").await;
    assert_eq!(end_of_waiting(&browser).await.is(303).location(), "/admin");
    browser.get("/logout").await.is(200);
    let owner = plex_person(&test, "mara.lindqvist").await.unwrap();
    assert!(owner.is_owner && owner.role == Role::Admin);
    // A second look of the same page that comes after the first one.
    assert_eq!(browser.get("/login/plex/wait").await.is(303).location(), "/admin");
    test.nobody().get("/login/plex/wait").await.is(410);
    close(test).await;
}

#[tokio::test]
async fn two_looks_at_once_let_in_once() {
    let test = house().await;
    let browser = test.nobody();
    by_plex(&test, &browser, "priya", "/requests").await;
    let sign_in = browser.cookie(usherr::web::cookies::PLEX_SIGN_IN).unwrap();
    let late = test.nobody().with_cookie(usherr::web::cookies::PLEX_SIGN_IN, &sign_in);
    assert_eq!(end_of_waiting(&browser).await.is(303).location(), "/requests");
    let late = late.with_header("HX-Request", "true");
    let again = late.get("/login/plex/wait").await.is(200);
    assert_eq!(again.headers["hx-redirect"], "/login/plex/wait");
    assert_eq!(browser.get("/login/plex/wait").await.is(303).location(), "/");
    test.nobody().with_cookie(usherr::web::cookies::PLEX_SIGN_IN, &sign_in).get("/login/plex/wait").await.is(410);
    close(test).await;
}

#[tokio::test]
async fn somebody_with_an_accepted_share_comes_in_with_the_usual_role() {
    let test = house().await;
    let browser = test.nobody();
    by_plex(&test, &browser, "dario_conti", "/requests").await;
    assert_eq!(end_of_waiting(&browser).await.is(303).location(), "/requests");
    assert_eq!(plex_person(&test, "dario_conti").await.unwrap().role, Role::Requester);
    let sealed = test.world.account("dario_conti").unwrap().token;
    let page = browser.get("/logout").await.is(200);
    assert!(!page.body.contains(&sealed));
    close(test).await;
}

#[tokio::test]
async fn anybody_else_with_plex_is_told_so() {
    let test = house().await;
    let browser = test.nobody();
    by_plex(&test, &browser, "casper.holm", "").await;
    end_of_waiting(&browser).await.is(403).has("does not know you").lacks("Ask to come in");
    browser.get("/logout").await.is(303);
    assert!(plex_person(&test, "casper.holm").await.is_none());
    assert_eq!(entries(&test, ActivityKind::SignInRefused).await.len(), 1);
    // Where anybody may ask, that is the way on.
    test.setting(SettingKey::BaseUrl, &test.url()).await;
    test.setting(SettingKey::Asking, "anybody").await;
    let browser = test.nobody();
    by_plex(&test, &browser, "casper.holm", "").await;
    end_of_waiting(&browser).await.is(403).has("Ask to come in").has("href=\"/ask\"");
    close(test).await;
}

#[tokio::test]
async fn waiting_for_plex_goes_on_by_itself_and_belongs_to_one_browser() {
    let test = house().await;
    let browser = test.nobody();
    begin(&browser, "").await;
    browser.get("/login/plex/wait").await.is(200).has("Waiting for Plex").has("http-equiv=\"refresh\"");
    test.nobody().get("/login/plex/wait").await.is(410);
    let pin = test.world.plex_tv().pins().pop().unwrap();
    test.world.plex_tv().approve_pin(&pin.code, test.world.account("priya").unwrap().id);
    // The token is told once; a hiccup right then must not lose it.
    test.world.plex_tv().faults().set_for("/api/v2/user", None, Fault::Status(503), Some(1));
    assert_eq!(end_of_waiting(&browser).await.is(303).location(), "/");
    close(test).await;
}

#[tokio::test]
async fn with_scripts_the_waiting_part_alone_is_swapped() {
    let test = house().await;
    let browser = test.nobody();
    begin(&browser, "").await;
    let htmx = browser.with_header("HX-Request", "true");
    htmx.get("/login/plex/wait").await.is(200).has("id=\"plex-wait\"").lacks("<html");
    let pin = test.world.plex_tv().pins().pop().unwrap();
    test.world.plex_tv().approve_pin(&pin.code, test.world.account("priya").unwrap().id);
    let reply = end_of_waiting(&htmx).await.is(200);
    assert_eq!(reply.headers["hx-redirect"], "/");
    close(test).await;
}

#[tokio::test]
async fn a_pin_that_ran_out_is_said_plainly() {
    let test = house().await;
    let browser = test.nobody();
    begin(&browser, "").await;
    let pin = test.world.plex_tv().pins().pop().unwrap();
    test.world.plex_tv().expire_pin(pin.id);
    end_of_waiting(&browser).await.is(410).has("This sign-in is over");
    close(test).await;
}

#[tokio::test]
async fn plex_that_is_down_or_slow_leaves_the_local_way_open() {
    let test = house().await;
    let plex = test.world.plex_tv().faults();
    plex.set(Fault::Status(503));
    let page = test.nobody().post("/login/plex", &[("next", "/requests")]).await.is(503);
    page.has("Plex doesn’t answer").has("name=\"password\"").has("value=\"/requests\"");
    plex.clear();
    plex.set(Fault::Slow(std::time::Duration::from_millis(1500)));
    let browser = test.nobody();
    assert_eq!(browser.post("/login/plex", &[]).await.is(303).location(), "/login/plex/wait");
    browser.get("/login/plex/wait").await.is(200).has("Plex is slow to answer");
    until("the pin has come", || async {
        browser.get("/login/plex/wait").await.is(200).body.contains("Open Plex").then_some(())
    })
    .await;
    sign_in(&test.nobody(), "mara", PASSWORD, "").await.is(303);
    close(test).await;
}
