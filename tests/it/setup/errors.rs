//! What goes wrong in the wizard: it names what that is, and keeps what was typed.

use usherr::db::{services, settings};
use usherr::demo::fault::Fault;
use usherr::demo::mail::MailFault;

use super::{come_back, waiting, with_owner, with_server};
use crate::support::TestApp;

#[tokio::test]
async fn errors_name_what_is_wrong_and_keep_what_was_typed() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    let (radarr, sonarr) = (test.world.radarr(), test.world.sonarr());
    let (url, key) = (radarr.url(), radarr.api_key());

    // A wrong key.
    let fields = [("name", "My films"), ("url", url.as_str()), ("secret", "0123456789abcdefwrong")];
    let page = browser.post("/setup/services/radarr-new/test", &fields).await.is(422);
    page.has("radarr-new-secret-error")
        .has("Settings, General, API key")
        .has("My films")
        .has(&url)
        .lacks("abcdefwrong");
    // The same page after a reload; the right key alone mends it.
    browser.get("/setup/arr").await.has("radarr-new-secret-error").has("My films");
    let fields = [("name", "My films"), ("url", url.as_str()), ("secret", key.as_str())];
    browser.post("/setup/services/radarr-new/test", &fields).await.is(303);

    // A swapped program: Sonarr where Radarr should be. The key typed before is kept.
    let (swapped, sonarr_key) = (sonarr.url(), sonarr.api_key());
    let fields = [("name", "My films"), ("url", swapped.as_str()), ("secret", sonarr_key.as_str())];
    browser.post("/setup/services/radarr-new/test", &fields).await.is(422).has("This is Sonarr, not Radarr");

    // Nobody at the address.
    let fields = [("name", "My films"), ("url", "http://127.0.0.1:1"), ("secret", "")];
    browser.post("/setup/services/radarr-new/test", &fields).await.is(422).has("radarr-new-url-error").has("kept");
    let fields = [("name", "My films"), ("url", url.as_str()), ("secret", key.as_str())];
    radarr.faults().set(Fault::Garbage);
    browser.post("/setup/services/radarr-new/test", &fields).await.is(422).has("radarr-new-url-error");
    radarr.faults().clear();

    // Words that can't be an address.
    for bad in ["", "ftp://x", "http://user:pw@host", "http://host/?apikey=1"] {
        let fields = [("name", "x"), ("url", bad), ("secret", "k")];
        browser.post("/setup/services/radarr-new/test", &fields).await.is(422).has("radarr-new-url-error");
    }
    assert!(test.app().db.read(services::all).await.unwrap().is_empty());
    test.house.close().await;
}

#[tokio::test]
async fn a_password_in_an_address_is_kept_nowhere() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    let fields = [("name", "x"), ("url", "http://ana:hush-hush@127.0.0.1:7878/radarr"), ("secret", "k")];
    for path in ["/setup/services/radarr-new/test", "/setup/services/radarr-new"] {
        let page = browser.post(path, &fields).await.is(422).has("Leave the user name and password out");
        page.has("value=\"http://127.0.0.1:7878/radarr\"").lacks("hush-hush");
        browser.get("/setup/arr").await.is(200).has("value=\"http://127.0.0.1:7878/radarr\"").lacks("hush-hush");
    }
    let kept = test.app().db.read(|conn| settings::get(conn, "draft:setup:radarr-new")).await.unwrap();
    assert!(kept.is_some_and(|draft| !draft.contains("hush-hush")));
    test.house.close().await;
}

#[tokio::test]
async fn qbittorrent_is_asked_once_with_a_wrong_password() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    let url = test.world.qbittorrent().url();
    let fields = [("url", url.as_str()), ("username", "admin"), ("secret", "wrong")];
    browser.post("/setup/services/qbittorrent-new/test", &fields).await.is(422).has("five wrong tries");
    let logins = test.world.qbittorrent().journal().count(poem::http::Method::POST, "/api/v2/auth/login");
    assert_eq!(logins, 1);
    browser.get("/setup/downloads").await.is(200);
    assert_eq!(test.world.qbittorrent().journal().count(poem::http::Method::POST, "/api/v2/auth/login"), 1);
    test.house.close().await;
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_told_apart() {
    let test = TestApp::empty().await;
    let browser = with_server(&test).await;
    test.world.mail().set_credentials(Some(("usherr", "right")));
    let smtp = test.world.mail().smtp_addr();
    let (host, port) = (smtp.ip().to_string(), smtp.port().to_string());
    let with = |secret: &'static str| {
        [
            ("url", host.clone()),
            ("port", port.clone()),
            ("security", "none".to_owned()),
            ("username", "usherr".to_owned()),
            ("secret", secret.to_owned()),
            ("from", "Usherr <usherr@example.org>".to_owned()),
        ]
    };
    let wrong = with("wrong");
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/setup/services/smtp-new/test", &wrong).await.is(422).has("smtp-new-secret-error");
    let right = with("right");
    let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    test.world.mail().set_fault(MailFault::Greylist, Some(1));
    browser.post("/setup/services/smtp-new/test", &right).await.is(422).has("asks to try later");
    browser.post("/setup/services/smtp-new/test", &right).await.is(303);
    for (host, port, words) in [
        ("127.0.0.1", "1", "refuses the connection: nothing listens there"),
        ("nowhere.invalid", "25", "its host name is unknown here"),
        ("127.0.0.1:25", "25", "name alone"),
        ("::1", "1", "refuses the connection"),
    ] {
        let fields = [("url", host), ("port", port), ("security", "none"), ("from", "usherr@example.org")];
        let page = browser.post("/setup/services/smtp-new/test", &fields).await.is(422);
        page.has("smtp-new-url-error").has(words).lacks("os error");
    }
    test.house.close().await;
}

#[tokio::test]
async fn plex_says_no_in_its_own_ways() {
    let test = TestApp::empty().await;
    let browser = with_owner(&test).await;
    let url = test.world.media_server().url();
    let fields = [("name", "Home"), ("url", url.as_str()), ("secret", "not the token at all")];
    browser.post("/setup/services/plex-new/test", &fields).await.is(422).has("plex-new-secret-error");
    let guest = test
        .world
        .house()
        .read(|house| house.share_of(house.account_named("felix.brandt").unwrap().id).unwrap().access_token.clone());
    let fields = [("name", "Home"), ("url", url.as_str()), ("secret", guest.as_str())];
    let refused = browser.post("/setup/services/plex-new", &fields).await.is(422);
    refused.has("plex-new-secret-error").has("not the one of the owner").lacks(&guest);
    let radarr = test.world.radarr().url();
    let fields = [("name", "Home"), ("url", radarr.as_str()), ("secret", "x")];
    browser.post("/setup/services/plex-new/test", &fields).await.is(422).has("plex-new-url-error");

    // plex.tv is away.
    test.world.plex_tv().faults().set(Fault::Status(503));
    browser.post("/setup/plex/sign-in", &[]).await.is(503).has("address and a token");
    test.world.plex_tv().faults().clear();

    // Somebody who owns nothing.
    browser.post("/setup/plex/sign-in", &[]).await.is(303);
    waiting(&browser, "Open Plex").await;
    let pin = test.world.plex_tv().pins().pop().unwrap();
    test.world.plex_tv().approve_pin(&pin.code, test.world.account("priya").unwrap().id);
    come_back(&browser).await;
    browser.get("/setup/plex").await.is(200).has("owns no Plex server");
    browser.post("/setup/plex/other", &[]).await.is(303);

    // A sign-in that ran out.
    browser.post("/setup/plex/sign-in", &[]).await.is(303);
    waiting(&browser, "Open Plex").await;
    let pin = test.world.plex_tv().pins().pop().unwrap();
    test.world.plex_tv().expire_pin(pin.id);
    waiting(&browser, "ran out").await;
    test.house.close().await;
}
