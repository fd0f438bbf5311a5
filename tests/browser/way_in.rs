//! Asking to come in, welcome pages, a forgotten password, another address, the end of a membership: as they look.

use chrono::{TimeDelta, Utc};
use usherr::db::memberships;
use usherr::demo::WorldOptions;
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::JobName;
use usherr::domain::membership::Membership;
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use crate::audit::{problems, problems_here};
use crate::pages::none;
use crate::stage::{Look, Stage};
use crate::support::house::PASSWORD;
use crate::support::{Browser, TestApp};

const HERE: &str = "https://usherr.example.org";
const LONG: &str = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch";

/// A house where anybody may ask, and that knows its address.
async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address(HERE).await;
    test.setting(SettingKey::Asking, "anybody").await;
    test
}

/// Where the last mail to an address leads, by a link that begins like this.
async fn way(test: &TestApp, to: &str, begins: &str) -> String {
    test.settled().await;
    let mail = test.world.mail().to(to).pop().unwrap_or_else(|| panic!("no mail to {to}"));
    let text = mail.text.unwrap_or_default();
    let (_, rest) = text.split_once(&format!("{HERE}{begins}")).unwrap_or_else(|| panic!("no {begins} in {text}"));
    format!("{begins}{}", rest.split_whitespace().next().unwrap_or_default())
}

/// Somebody asks, up to where it is to be decided; the way by which they confirmed.
async fn asks(test: &TestApp, name: &str, email: &str) -> String {
    let message = LONG.repeat(4);
    let typed = [("name", name), ("email", email), ("message", message.as_str())];
    test.nobody().post("/ask", &typed).await.is(303);
    let confirm = way(test, email, "/ask/confirm/").await;
    test.nobody().post(&confirm, &[]).await.is(200);
    confirm
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = house().await;
    let mara = test.as_admin().await;
    test.add_person("helga", Role::Moderator).await;
    mara.post("/admin/groups/new", &[("name", "Friends")]).await.is(303);
    let window = stage.window(&test.url(), Look::DESK).await;
    let confirmed = asks(&test, LONG, "nadia@example.org").await;
    let (yes, no) = (
        way(&test, "helga@example.org", "/ask/approve/").await,
        way(&test, "helga@example.org", "/ask/decline/").await,
    );
    test.nobody().post("/ask", &[("name", "Otto"), ("email", "otto@example.org")]).await.is(303);
    let confirm = way(&test, "otto@example.org", "/ask/confirm/").await;
    let mut wrong = problems(&window, &["/ask", "/ask/sent", &confirm, &confirmed, &yes, &no]).await;
    window.come_in(&mara).await;
    wrong.extend(problems(&window, &["/admin/access-requests/links"]).await);
    mara.post("/admin/access-requests/links", &[("label", LONG)]).await.is(303);
    let listed = mara.get("/admin/access-requests").await.is(200);
    let (_, rest) = listed.body.split_once("/admin/access-requests/").unwrap();
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let one = format!("/admin/access-requests/{}", if number.is_empty() { "1" } else { &number });
    let paths = [
        "/admin/access-requests",
        "/admin/access-requests?show=declined",
        "/admin/access-requests/links",
        "/admin/access-requests/links/1/removal",
        &one,
    ];
    wrong.extend(problems(&window, &paths).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn welcome_pages_are_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let (mara, priya) = (test.as_admin().await, test.as_plex("priya").await);
    let body = format!("# {LONG}\n\n- one\n- two\n\n> {LONG}\n\n`{LONG}`\n\n[the shelf](/search)");
    let typed = [
        ("title", LONG),
        ("body", body.as_str()),
        ("gate_label", "Read the rules of the house"),
        ("gate_url", "https://example.org/rules"),
        ("readers", "everybody"),
        ("enabled", "yes"),
    ];
    mara.post("/admin/onboarding/new", &typed).await.is(303);
    let window = stage.window(&test.url(), Look::DESK).await;
    window.come_in(&mara).await;
    let paths = [
        "/admin/onboarding",
        "/admin/onboarding/new",
        "/admin/onboarding/1",
        "/admin/onboarding/5",
        "/admin/onboarding/1/removal",
        "/admin/onboarding/preview",
    ];
    let mut wrong = problems(&window, &paths).await;
    window.come_in(&priya).await;
    wrong.extend(problems(&window, &["/welcome/1", "/welcome/2", "/welcome/3", "/welcome/4", "/welcome/5"]).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}

/// Their membership ends, and they are told.
async fn ends(test: &TestApp, person: PersonId, left: TimeDelta) {
    let one = Membership { ends_at: Some(Utc::now() + left), ..Membership::open(person) };
    let long_ago = Utc::now() - TimeDelta::days(100);
    test.app().db.write(move |tx| memberships::save(tx, &one, long_ago)).await.unwrap();
    test.run_job(JobName::Membership).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ones_own_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = house().await;
    let ana = test.add_person("ana", Role::Requester).await;
    let here: Browser = test.signed_in(ana).await;
    let window = stage.window(&test.url(), Look::DESK).await;
    test.nobody().post("/login/reset", &[("username", "ana")]).await.is(200);
    let reset = way(&test, "ana@example.org", "/login/reset/").await;
    let mut wrong = problems(&window, &["/login", "/login/reset", &reset]).await;
    let asked = [("email", "ana@elsewhere.example"), ("email_password", PASSWORD)];
    here.post("/me/email", &asked).await.is(303);
    let confirm = way(&test, "ana@elsewhere.example", "/email/confirm/").await;
    let stop = way(&test, "ana@example.org", "/email/stop/").await;
    ends(&test, ana, TimeDelta::days(6)).await;
    let longer = way(&test, "ana@example.org", "/membership/").await;
    window.come_in(&here).await;
    wrong.extend(problems(&window, &["/me", "/me/email", "/me/password", &confirm, &stop, &longer]).await);
    ends(&test, ana, -TimeDelta::days(1)).await;
    wrong.extend(problems(&window, &["/me", "/", &longer]).await);
    window.open(&way(&test, "ana@example.org", "/membership/").await).await;
    window.press("Ask to come back").await;
    window.see("You have asked").await;
    wrong.extend(problems_here(&window, "it is asked").await);
    none(&wrong);
    window.close().await;
    test.close().await;
}
