//! The wizard: with plain forms from the first page to the open house, and the door before it.

use usherr::db::{people, servers, services};
use usherr::domain::people::Role;
use usherr::domain::service::ServiceKind;
use usherr::features::setup::door;

use crate::support::patience::until;
use crate::support::{Browser, Reply, TestApp};

mod errors;

const OWNER: [(&str, &str); 4] =
    [("name", "Mara"), ("username", "mara"), ("email", "mara@example.org"), ("password", "correct horse battery")];

async fn with_owner(test: &TestApp) -> Browser {
    let browser = test.nobody();
    let reply = browser.post("/setup/owner", &OWNER).await.is(303);
    assert_eq!(reply.location(), "/setup/plex");
    browser
}

async fn with_server(test: &TestApp) -> Browser {
    let browser = with_owner(test).await;
    let (url, token) = (test.world.media_server().url(), test.world.owner().unwrap().token);
    let fields = [("name", "Plex"), ("url", url.as_str()), ("secret", token.as_str())];
    browser.post("/setup/services/plex-new", &fields).await.is(303);
    // Nobody gave it a name of its own, so it goes by the one it has.
    browser.get("/setup/plex").await.is(200).has("The Back Row is connected at");
    browser
}

/// Looks again, as the page does by itself, until it says this.
async fn waiting(browser: &Browser, words: &str) {
    until(&format!("the waiting page says '{words}'"), || async {
        browser.get("/setup/plex/wait").await.is(200).body.contains(words).then_some(())
    })
    .await;
}

/// Looks again until Plex has told whose account it is.
async fn come_back(browser: &Browser) -> Reply {
    until("Plex has told who it is", || async {
        let reply = browser.get("/setup/plex/wait").await;
        (reply.status == 303).then_some(reply)
    })
    .await
}

#[tokio::test]
async fn plain_forms_lead_from_nothing_to_an_open_house() {
    let test = TestApp::empty().await;
    let browser = test.nobody();
    assert_eq!(browser.get("/setup").await.is(303).location(), "/setup/owner");
    browser.get("/setup/owner").await.is(200).has("Who runs this house?").has("aria-current=\"step\"");
    browser.post("/setup/owner", &OWNER).await.is(303);

    // Step 2: through the owner's sign-in at Plex.
    browser.get("/setup/plex").await.is(200).has("Sign in with Plex").has("address and a token");
    let wait = browser.post("/setup/plex/sign-in", &[]).await.is(303);
    assert_eq!(wait.location(), "/setup/plex/wait");
    waiting(&browser, "Open Plex").await;
    let pin = test.world.plex_tv().pins().remove(0);
    assert!(test.world.plex_tv().approve_pin(&pin.code, test.world.owner().unwrap().id));
    let back = come_back(&browser).await;
    let pick = browser.follow(&back).await.is(200).has("The Back Row");
    let machine = pick.body.split("name=\"machine_id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let url = test.world.media_server().url();
    let taken = browser.post("/setup/plex/server", &[("machine_id", &machine), ("url", &url)]).await.is(303);
    browser.follow(&taken).await.is(200).has("Which library does everybody keep?").has("Welcome");
    let next = browser.post("/setup/plex/library", &[("default_library", "Welcome")]).await.is(303);
    assert_eq!(next.location(), "/setup/arr");

    // Step 3: the test unlocks the pickers, the second press saves.
    let (url, key) = (test.world.radarr().url(), test.world.radarr().api_key());
    let typed = [("name", "Radarr"), ("url", url.as_str()), ("secret", key.as_str()), ("is_default", "yes")];
    let tested = browser.post("/setup/services/radarr-new/test", &typed).await.is(303);
    let page =
        browser.follow(&tested).await.is(200).has("answered in").has("quality_profile_id").has("/movies").has("free");
    let ends = format!("kept, ends in {}", &key[key.len() - 4..]);
    let page = page.has(&ends).lacks(&key);
    let profile =
        page.body.split("name=\"quality_profile_id\"").nth(1).unwrap().split("option value=\"").nth(1).unwrap();
    let profile = profile.split('"').next().unwrap().to_owned();
    let picked = [
        ("name", "Radarr"),
        ("url", url.as_str()),
        ("secret", ""),
        ("pickers", "yes"),
        ("quality_profile_id", profile.as_str()),
        ("root_folder", "/movies"),
        ("is_default", "yes"),
    ];
    let calls = test.world.radarr().journal().requests().len();
    let saved = browser.post("/setup/services/radarr-new", &picked).await.is(303);
    assert_eq!(test.world.radarr().journal().requests().len(), calls, "what was tested is not tested again");
    browser.follow(&saved).await.is(200).has("Connected").has("Another Radarr");
    assert_eq!(browser.post("/setup/onward", &[("from", "arr")]).await.is(303).location(), "/setup/downloads");

    // Step 4 and 5.
    let (url, name, password) =
        (test.world.qbittorrent().url(), test.world.qbittorrent().username(), test.world.qbittorrent().password());
    let typed = [("url", url.as_str()), ("username", name.as_str()), ("secret", password.as_str())];
    browser.post("/setup/services/qbittorrent-new", &typed).await.is(303);
    browser.get("/setup/downloads").await.has("Connected").lacks(&password);
    browser.post("/setup/onward", &[("from", "downloads")]).await.is(303);
    let smtp = test.world.mail().smtp_addr();
    let (host, port) = (smtp.ip().to_string(), smtp.port().to_string());
    let typed = [
        ("url", host.as_str()),
        ("port", port.as_str()),
        ("security", "none"),
        ("from", "Usherr <usherr@example.org>"),
    ];
    let tested = browser.post("/setup/services/smtp-new/test", &typed).await.is(303);
    browser.follow(&tested).await.has("Test mail sent to mara@example.org, taken by the server in");
    assert_eq!(test.world.mail().to("mara@example.org").len(), 1);
    browser.post("/setup/services/smtp-new", &typed).await.is(303);
    assert_eq!(test.world.mail().to("mara@example.org").len(), 1, "what was tested is not tested again");
    browser.post("/setup/onward", &[("from", "mail")]).await.is(303);

    // Step 6 guesses from how the visitor came.
    browser.get("/setup/address").await.is(200).has(&test.url()).has("Europe/Berlin").has("internal_url");
    let wrong = [("base_url", "nowhere"), ("internal_url", ""), ("time_zone", "Mars/Base")];
    browser.post("/setup/address", &wrong).await.is(422).has("nowhere").has("Mars/Base").has("no time zone");
    let right = [("base_url", ""), ("internal_url", ""), ("time_zone", "Europe/Berlin")];
    assert_eq!(browser.post("/setup/address", &right).await.is(303).location(), "/setup/ready");

    // Step 7, and the door closes.
    browser.get("/setup/ready").await.is(200).has("People and shares").has("<progress");
    assert_eq!(browser.post("/setup/done", &[]).await.is(303).location(), "/admin");
    browser.get("/setup").await.is(404);
    test.nobody().get("/setup/owner").await.is(404);
    test.nobody().post("/setup/owner", &OWNER).await.is(404);
    let (all, main) =
        test.app().db.read(|conn| Ok((services::all(conn)?, servers::all(conn)?.remove(0)))).await.unwrap();
    assert_eq!(all.len(), 3);
    let radarr = all.iter().find(|service| service.kind == ServiceKind::Radarr).unwrap();
    assert_eq!(radarr.quality_profile_id.unwrap().to_string(), profile);
    assert_eq!(main.default_library.as_deref(), Some("Welcome"));
    assert_eq!(main.owner_plex_id, Some(test.world.owner().unwrap().id));
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
}

#[tokio::test]
async fn a_reload_or_another_tab_goes_on_where_it_was() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    browser.post("/setup/onward", &[("from", "arr")]).await.is(303);
    assert_eq!(browser.get("/setup").await.location(), "/setup/downloads");
    // Steps that need more than there is lead to what is missing.
    let empty = TestApp::empty().await;
    assert_eq!(empty.nobody().get("/setup/mail").await.is(303).location(), "/setup/owner");
    empty.house.close().await;
    test.house.close().await;
}

#[tokio::test]
async fn the_owner_form_keeps_what_was_typed() {
    let test = TestApp::empty().await;
    let typed = [("name", "Ana <b>🦉</b>"), ("username", ""), ("email", "nope"), ("password", "short")];
    let page = test.nobody().post("/setup/owner", &typed).await.is(422);
    page.has("Ana &lt;b&gt;🦉&lt;/b&gt;")
        .has("Choose a sign-in name")
        .has("whole mail address")
        .has("at least 8 characters")
        .lacks("value=\"short\"");
    assert!(!test.app().db.read(people::an_admin_exists).await.unwrap());
    test.house.close().await;
}

#[tokio::test]
async fn strangers_need_the_code() {
    let test = TestApp::empty().await;
    // A proxy in between: nobody can tell from where.
    let stranger = test.nobody().with_header("x-forwarded-for", "203.0.113.9");
    stranger.get("/setup").await.is(200).has("One-time code");
    stranger.get("/setup/owner").await.is(200).has("One-time code");
    stranger.post("/setup/owner", &OWNER).await.is(403);
    stranger.post("/setup/code", &[("code", "wrong")]).await.is(422).has("not the code");
    let code = test.app().setup_code.clone();
    stranger.post("/setup/code", &[("code", &code)]).await.is(303);
    stranger.get("/setup/owner").await.is(200).has("Who runs this house?");
    let elsewhere = test.nobody().with_header("sec-fetch-site", "cross-site");
    elsewhere.post("/setup/owner", &OWNER).await.is(403);
    test.house.close().await;
}

#[tokio::test]
async fn the_code_is_not_guessed() {
    let test = TestApp::empty().await;
    let stranger = test.nobody().with_header("x-forwarded-for", "203.0.113.9");
    let mut wrong = 0;
    let refused = loop {
        let reply = stranger.post("/setup/code", &[("code", "123 45")]).await;
        if reply.status == 429 {
            break reply;
        }
        reply.is(422);
        wrong += 1;
        assert!(wrong < 30, "thirty guesses were let through");
    };
    assert!(wrong >= 10, "refused after {wrong}");
    assert!(refused.has("Too many tries").has("One-time code").headers.contains_key("retry-after"));
    test.house.close().await;
}

/// Its own name leads to this machine, so that its scripts are let in as those of our pages are.
#[tokio::test]
async fn a_page_from_elsewhere_does_not_pass_for_this_machine() {
    let test = TestApp::empty().await;
    let lured = test.nobody().with_header("host", "evil.example:5699");
    lured.get("/setup/owner").await.is(200).has("One-time code");
    lured.post("/setup/owner", &OWNER).await.is(403);
    assert!(!test.app().db.read(people::an_admin_exists).await.unwrap());
    test.house.close().await;
}

#[tokio::test]
async fn what_is_begun_is_finished_by_an_admin() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    let state = door::state(test.app()).await.unwrap();
    assert!(state.is_done() && state.is_open() && !state.needs_code());
    assert!(test.nobody().get("/setup/arr").await.is(303).location().starts_with("/login"));
    test.as_role(Role::Moderator).await.get("/setup/arr").await.is(403).has("finished by an admin");
    browser.get("/setup/arr").await.is(200);
    browser.get("/setup/ready").await.is(200).has("not begun").has("Open the house").lacks("this goes on");
    test.house.close().await;
}

#[tokio::test]
async fn setup_reset_opens_the_wizard_again() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    test.nobody().get("/setup").await.is(404);
    usherr::features::setup::actions::reopen(test.app()).await.unwrap();
    let admin = test.as_admin().await;
    assert_eq!(admin.get("/setup").await.is(303).location(), "/setup/owner");
    admin.get("/setup/owner").await.is(200).has("There is an admin already");
    // Nobody makes himself the owner of a house that has one.
    test.nobody().post("/setup/owner", &[("username", "eve"), ("name", "Eve"), ("password", "12345678")]).await.is(303);
    assert!(test.app().db.read(|conn| people::by_username(conn, "eve")).await.unwrap().is_none());
    admin.get("/setup/plex").await.is(200).has("is connected at");
    admin.post("/setup/done", &[]).await.is(303);
    admin.get("/setup").await.is(404);
    test.house.close().await;
}
