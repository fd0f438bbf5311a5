//! Another mail address: confirmed at the new one, stopped at the old one, and nobody learns who has which.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use usherr::db::people::{self, import};
use usherr::db::{activity, mail_changes};
use usherr::demo::WorldOptions;
use usherr::demo::mail::Caught;
use usherr::domain::account::{self, CONFIRM, OBJECT, RESET};
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::ids::PersonId;
use usherr::domain::people::reading::Known;
use usherr::domain::people::{PlexAccount, Role, SessionKind};

use crate::support::house::PASSWORD;
use crate::support::{Browser, Reply, TestApp};

const PUBLIC: &str = "https://usherr.example.org";
const OLD: &str = "ana@example.org";
const NEW: &str = "ana@elsewhere.example";

async fn house() -> (TestApp, PersonId, Browser) {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address(PUBLIC).await;
    let ana = test.add_person("ana", Role::Requester).await;
    let here = test.signed_in(ana).await;
    (test, ana, here)
}

async fn ask(test: &TestApp, here: &Browser, email: &str, password: &str) -> Reply {
    let reply = here.post("/me/email", &[("email", email), ("email_password", password)]).await;
    test.settled().await;
    reply
}

/// Where the button of the last mail to an address leads, below the public address.
fn way(test: &TestApp, to: &str) -> String {
    let mail: Caught = test.world.mail().to(to).pop().unwrap_or_else(|| panic!("no mail to {to}"));
    let text = mail.text.unwrap_or_default();
    let (_, rest) = text.split_once(PUBLIC).unwrap_or_else(|| panic!("no link in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn address(test: &TestApp, person: PersonId) -> Option<String> {
    test.app().db.read(move |conn| people::get(conn, person)).await.unwrap().unwrap().email
}

#[tokio::test]
async fn an_address_changes_when_it_is_confirmed_there() {
    let (test, ana, here) = house().await;
    ask(&test, &here, "nonsense", PASSWORD).await.is(422).has("a whole mail address").has("value=\"nonsense\"");
    ask(&test, &here, OLD, PASSWORD).await.is(422).has("your address already");
    ask(&test, &here, NEW, "").await.is(422).has("not your password");
    ask(&test, &here, NEW, "a guess").await.is(422).has("not your password").lacks("a guess");
    assert!(test.world.mail().mails().is_empty());
    assert_eq!(ask(&test, &here, " Ana@Elsewhere.example ", PASSWORD).await.is(303).location(), "/me");
    here.get("/me").await.is(200).has(NEW).has(OLD).has("Send again").has("Leave it as it is");
    assert!(test.world.mail().to(OLD)[0].text.as_deref().unwrap().contains(NEW));
    let (yes, no) = (way(&test, NEW), way(&test, OLD));
    test.nobody().get(&yes).await.is(200).has("Use this address?");
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD), "looking changes nothing");
    test.nobody().with_header("sec-fetch-site", "cross-site").post(&yes, &[]).await.is(403);
    test.nobody().post(&yes, &[]).await.is(200).has("Your address is changed");
    assert_eq!(address(&test, ana).await.as_deref(), Some(NEW));
    for used in [&yes, &no] {
        test.nobody().get(used).await.is(404).has("This link has run out");
        test.nobody().post(used, &[]).await.is(404);
    }
    here.get("/me").await.is(200).has(NEW).lacks("Send again");
    // The same way back; the first link is not for this one.
    ask(&test, &here, OLD, PASSWORD).await.is(303);
    test.nobody().post(&way(&test, OLD), &[]).await.is(200);
    ask(&test, &here, NEW, PASSWORD).await.is(303);
    test.nobody().post(&yes, &[]).await.is(404);
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD));
    let filter = ActivityFilter { kind: Some(ActivityKind::MailChanged), ..Default::default() };
    let changed = test.app().db.read(move |conn| activity::page(conn, &filter, 0, 50)).await.unwrap().0;
    assert_eq!(changed.len(), 2);
    assert!(changed.iter().all(|entry| entry.person == Some(ana) && !format!("{entry:?}").contains(NEW)));
    test.close().await;
}

#[tokio::test]
async fn whoever_reads_the_old_address_can_stop_it() {
    let (test, ana, here) = house().await;
    ask(&test, &here, NEW, PASSWORD).await.is(303);
    let (yes, no) = (way(&test, NEW), way(&test, OLD));
    test.nobody().get(&no).await.is(200).has("Keep your address?").has(NEW);
    test.nobody().post(&no, &[]).await.is(200).has("Your address stays");
    test.nobody().post(&yes, &[]).await.is(404);
    test.nobody().post(&no, &[]).await.is(404);
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD));
    // And whoever asked can leave it.
    ask(&test, &here, NEW, PASSWORD).await.is(303);
    here.post("/me/email/removal", &[]).await.is(303);
    test.nobody().post(&way(&test, NEW), &[]).await.is(404);
    here.post("/me/email/again", &[]).await.is(404);
    here.get("/me").await.is(200).has("New mail address");
    test.close().await;
}

#[tokio::test]
async fn a_link_is_bound_to_purpose_day_person_and_change() {
    let (test, ana, here) = house().await;
    let ben = test.add_person("ben", Role::Requester).await;
    ask(&test, &here, NEW, PASSWORD).await.is(303);
    let change = test.app().db.read(move |conn| mail_changes::of_person(conn, ana)).await.unwrap().unwrap();
    let until = test.app().now() + TimeDelta::minutes(5);
    let sign = |purpose: &str, person: PersonId, mark: &str| {
        test.app().keys.sign_link(purpose, &account::about(person, mark), until)
    };
    let bad = [
        sign(OBJECT, ana, &change.mark),
        sign(RESET, ana, &change.mark),
        sign(CONFIRM, ben, &change.mark),
        sign(CONFIRM, ana, "another mark"),
        sign(CONFIRM, PersonId(999_999), &change.mark),
    ];
    for token in bad {
        test.nobody().get(&format!("/email/confirm/{token}")).await.is(404);
        test.nobody().post(&format!("/email/confirm/{token}"), &[]).await.is(404);
    }
    let yes = way(&test, NEW);
    test.later(24 * 60 - 1);
    test.nobody().get(&yes).await.is(200);
    test.later(1);
    test.nobody().get(&yes).await.is(404);
    test.nobody().post(&yes, &[]).await.is(404);
    let here = test.signed_in(ana).await;
    here.get("/me").await.is(200).lacks("Send again");
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD));
    test.close().await;
}

#[tokio::test]
async fn whether_somebody_has_an_address_only_its_mailbox_learns() {
    let (test, ana, here) = house().await;
    test.add_person("ben", Role::Requester).await;
    let known = ask(&test, &here, "ben@example.org", PASSWORD).await.is(303);
    here.get("/me").await.is(200).has("A link was sent to");
    let unknown = ask(&test, &here, "zed@example.org", PASSWORD).await.is(303);
    assert_eq!(known.location(), unknown.location());
    here.get("/me").await.is(200).has("A link was sent to");
    assert_eq!(way(&test, "ben@example.org"), "/login");
    assert!(test.world.mail().to("ben@example.org")[0].subject().contains("is known"));
    // Somebody else was quicker.
    let yes = way(&test, "zed@example.org");
    test.add_person("zed", Role::Viewer).await;
    test.nobody().post(&yes, &[]).await.is(404);
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD));
    test.close().await;
}

#[tokio::test]
async fn nobody_has_mails_sent_to_strangers_without_end() {
    let (test, _, here) = house().await;
    ask(&test, &here, NEW, PASSWORD).await.is(303);
    for _ in 0..4 {
        here.post("/me/email/again", &[]).await.is(303);
    }
    here.post("/me/email/again", &[]).await.is(429);
    ask(&test, &here, "somebody@elsewhere.example", PASSWORD).await.is(429).has("Too many tries");
    test.settled().await;
    assert!(test.world.mail().to(NEW).len() <= 5 && test.world.mail().to("somebody@elsewhere.example").is_empty());
    test.close().await;
}

#[tokio::test]
async fn who_comes_by_plex_keeps_the_address_they_confirmed() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address(PUBLIC).await;
    let sync = async |email: &str| {
        let account = PlexAccount {
            id: 4711,
            uuid: None,
            username: Some("pia".to_owned()),
            email: Some(email.to_owned()),
            display_name: "Pia".to_owned(),
            thumb: None,
        };
        let (known, now) = (Known::of(&account), test.app().now());
        test.app().db.write(move |tx| import::keep(tx, &known, Role::Requester, now)).await.unwrap().0
    };
    let pia = sync("pia@example.org").await;
    sync("pia@plex.example").await;
    assert_eq!(address(&test, pia).await.as_deref(), Some("pia@plex.example"), "Plex leads so far");
    let here = test.signed_in(pia).await;
    here.get("/me").await.is(200).has("New mail address").lacks("Your password");
    ask(&test, &here, "pia@elsewhere.example", "").await.is(303);
    test.nobody().post(&way(&test, "pia@elsewhere.example"), &[]).await.is(200);
    sync("pia@plex.example").await;
    assert_eq!(address(&test, pia).await.as_deref(), Some("pia@elsewhere.example"));
    test.close().await;
}

#[tokio::test]
async fn programs_change_password_and_address_too() {
    let (test, ana, _) = house().await;
    let token = test.session(ana, SessionKind::Api).await;
    let program = test.nobody().with_header("authorization", format!("Bearer {token}"));
    let wrong = json!({ "current": "a guess", "password": "another one, please" });
    let refused = program.json(Method::PUT, "/api/auth/password", wrong).await.is(422).json();
    assert!(refused["errors"]["current"].is_string(), "{refused}");
    let short = json!({ "current": PASSWORD, "password": "short" });
    let refused = program.json(Method::PUT, "/api/auth/password", short).await.is(422).json();
    assert!(refused["errors"]["password"].is_string(), "{refused}");
    let elsewhere = test.signed_in(ana).await;
    let right = json!({ "current": PASSWORD, "password": "another one, please" });
    program.json(Method::PUT, "/api/auth/password", right).await.is(204);
    elsewhere.get("/me").await.is(303);
    let refused = program.json(Method::PUT, "/api/auth/email", json!({ "email": NEW })).await.is(422).json();
    assert!(refused["errors"]["password"].is_string(), "{refused}");
    let right = json!({ "email": NEW, "password": "another one, please" });
    program.json(Method::PUT, "/api/auth/email", right).await.is(202);
    test.settled().await;
    let yes = way(&test, NEW);
    program.json(Method::DELETE, "/api/auth/email", json!(null)).await.is(204);
    test.nobody().post(&yes, &[]).await.is(404);
    assert_eq!(address(&test, ana).await.as_deref(), Some(OLD));
    test.close().await;
}
