//! A guest whose sign-in with Plex comes to nothing is led back to the invite, and to nowhere else.

use usherr::demo::fault::Fault;
use usherr::web::cookies::PLEX_SIGN_IN;

use super::super::support::patience::until;
use super::super::support::{Browser, Reply, TestApp};
use super::{close, house, invite, show};

const WAIT: &str = "/login/plex/wait?next=%2Finvite%2Fback-row";
const BACK: &str = "href=\"/invite/back-row\"";

async fn begin(browser: &Browser) -> Reply {
    browser.post("/login/plex", &[("as_guest", "yes"), ("next", "/invite/back-row")]).await.is(303)
}

/// The page that says how it ended.
async fn over(browser: &Browser) -> Reply {
    until("the sign-in is over", || async {
        let reply = browser.get(WAIT).await;
        (reply.status != 200).then_some(reply)
    })
    .await
}

async fn at_the_door() -> (TestApp, Browser) {
    let test = house().await;
    invite(&test, serde_json::json!({})).await;
    let guest = test.nobody();
    guest.get("/invite/back-row").await.is(200);
    (test, guest)
}

#[tokio::test]
async fn with_plex_away_the_invite_is_one_press_away() {
    let (test, guest) = at_the_door().await;
    let plex = test.world.plex_tv().faults();
    plex.set(Fault::Status(503));
    assert_eq!(begin(&guest).await.location(), WAIT);
    let page = over(&guest).await.is(503).has("Plex is not answering").has("Your invite is safe").has(BACK);
    page.lacks("href=\"/login\"").lacks("name=\"password\"");
    // Looked at again, the way is still the same.
    guest.get(WAIT).await.is(410).has("Your invite is safe").has(BACK).lacks("href=\"/login\"");
    assert_eq!(guest.get("/login/plex").await.is(303).location(), "/login/plex/wait");
    plex.clear();
    assert_eq!(show(&test, &guest, "casper.holm").await.location(), "/invite/back-row");
    guest.get("/invite/back-row").await.is(200).has("Casper");
    // Plex has led another tab back meanwhile.
    assert_eq!(guest.get(WAIT).await.is(303).location(), "/invite/back-row");
    close(test).await;
}

#[tokio::test]
async fn who_waits_too_long_or_goes_back_finds_the_invite() {
    let (test, guest) = at_the_door().await;
    assert!(begin(&guest).await.location().starts_with(&test.world.plex_tv().auth_url()));
    let waiting = guest.get(WAIT).await.is(200).has("Waiting for Plex").has(BACK).lacks("href=\"/login\"");
    waiting.has(&format!("hx-get=\"{WAIT}\""));
    // The page is known by the cookie alone, too.
    guest.get("/login/plex/wait").await.is(200).has(BACK);
    let sign_in = guest.cookie(PLEX_SIGN_IN).unwrap();
    let htmx = test.nobody().with_cookie(PLEX_SIGN_IN, &sign_in).with_header("HX-Request", "true");
    test.world.plex_tv().expire_pin(test.world.plex_tv().pins().pop().unwrap().id);
    over(&guest)
        .await
        .is(410)
        .has("This sign-in is over")
        .has("Your invite is safe")
        .has(BACK)
        .lacks("href=\"/login\"");
    assert_eq!(htmx.get("/login/plex/wait").await.is(200).headers["hx-redirect"], WAIT);
    close(test).await;
}

#[tokio::test]
async fn the_way_back_leads_to_an_invite_of_this_house_alone() {
    let (test, guest) = at_the_door().await;
    let nobody = test.nobody();
    nobody.get(WAIT).await.is(410).has("refused Usherr’s cookie").has(BACK);
    for next in ["//evil.example/invite/x", "https://evil.example/invite/x", "/\\evil.example", "/requests", "/login"] {
        let query = url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>();
        let page = nobody.get(&format!("/login/plex/wait?next={query}")).await.is(410);
        page.has("href=\"/login\"").lacks("evil.example").lacks("Your invite");
        test.world.plex_tv().faults().set(Fault::Status(503));
        let page = guest.post("/login/plex", &[("as_guest", "yes"), ("next", next)]).await.is(503);
        page.has("Plex doesn’t answer").lacks("evil.example");
        test.world.plex_tv().faults().clear();
    }
    close(test).await;
}
