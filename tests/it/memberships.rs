//! Those whose membership ends are reminded once for each rung, ask for more by one tap, and hear what became of it.

use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::memberships;
use usherr::demo::WorldOptions;
use usherr::demo::mail::Caught;
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::membership::{Membership, link};
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use crate::support::TestApp;

const MAIL: &str = "sam@example.org";

async fn house() -> (TestApp, PersonId) {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address("https://usherr.example.org").await;
    let sam = test.add_person("sam", Role::Requester).await;
    (test, sam)
}

async fn ends_in(test: &TestApp, person: PersonId, left: TimeDelta) -> Membership {
    let one = Membership { ends_at: Some(Utc::now() + left), ..Membership::open(person) };
    let kept = one.clone();
    test.app()
        .db
        .write(move |tx| {
            memberships::save(tx, &kept, Utc::now() - TimeDelta::days(100))?;
            Ok(memberships::of_person(tx, person)?.unwrap())
        })
        .await
        .unwrap()
}

async fn of(test: &TestApp, person: PersonId) -> Membership {
    test.app().db.read(move |conn| memberships::of_person(conn, person)).await.unwrap().unwrap()
}

async fn remind(test: &TestApp) -> Value {
    let run = test.run_job(JobName::Membership).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    test.settled().await;
    run.result
}

fn mails(test: &TestApp, to: &str) -> Vec<Caught> {
    test.world.mail().to(to)
}

/// Where the button of a mail leads, below the public address.
fn way(mail: &Caught) -> String {
    let text = mail.text.as_deref().unwrap_or_default();
    let (_, rest) = text.split_once("https://usherr.example.org").unwrap_or_else(|| panic!("no link in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn each_rung_is_told_once() {
    let (test, sam) = house().await;
    let end = ends_in(&test, sam, TimeDelta::days(6)).await.ends_at.unwrap();
    assert_eq!(remind(&test).await, json!({ "reminded": 1, "told_it_is_over": 0 }));
    assert_eq!(remind(&test).await, json!({ "reminded": 0, "told_it_is_over": 0 }));
    let [mail] = mails(&test, MAIL).try_into().unwrap();
    assert!(mail.subject().contains("ends in 6 days"), "{}", mail.subject());
    // The end has come while the house was closed: one mail says so, and it is the last.
    let over = Membership { ends_at: Some(end - TimeDelta::days(7)), ..of(&test, sam).await };
    test.app().db.write(move |tx| memberships::save(tx, &over, Utc::now() - TimeDelta::days(9))).await.unwrap();
    assert_eq!(remind(&test).await, json!({ "reminded": 0, "told_it_is_over": 1 }));
    assert_eq!(remind(&test).await, json!({ "reminded": 0, "told_it_is_over": 0 }));
    assert!(mails(&test, MAIL)[1].subject().contains("has ended"));
    // Nobody writes to those who rest, nor to those who want no such mails.
    let rests =
        Membership { ends_at: Some(Utc::now() + TimeDelta::days(6)), ..Membership::open(sam) }.pause(Utc::now());
    test.app().db.write(move |tx| memberships::save(tx, &rests, Utc::now() - TimeDelta::days(90))).await.unwrap();
    assert_eq!(remind(&test).await["reminded"], 0);
    test.close().await;
}

#[tokio::test]
async fn one_tap_asks_and_a_yes_or_a_no_is_told() {
    let (test, sam) = house().await;
    let (admin, nobody) = (test.as_admin().await, test.nobody());
    test.add_person("helga", Role::Moderator).await;
    ends_in(&test, sam, TimeDelta::days(6)).await;
    remind(&test).await;
    let way = way(&mails(&test, MAIL)[0]);
    // Looking asks nothing.
    nobody.get(&way).await.is(200).has("Stay longer?").has("Ask to stay longer");
    assert_eq!(of(&test, sam).await.asked_at, None);
    nobody.post(&way, &[]).await.is(200).has("You have asked");
    let asked = of(&test, sam).await.asked_at;
    assert!(asked.is_some());
    // Again is the same.
    nobody.post(&way, &[]).await.is(200).has("You have asked");
    nobody.get(&way).await.is(200).has("You have asked").lacks("Ask to stay longer");
    test.settled().await;
    let to_helga = mails(&test, "helga@example.org");
    assert_eq!(to_helga.iter().filter(|mail| mail.subject().contains("asks to stay longer")).count(), 1);
    let page = format!("/admin/people/{sam}");
    admin.get(&page).await.is(200).has("Asked to stay longer").has(">Give 1 month<").has(">Decline<");
    let no = admin.post(&format!("{page}/membership"), &[("do", "decline")]).await.is(303);
    admin.follow(&no).await.is(200).has("sam stays until the end of ");
    test.settled().await;
    assert!(mails(&test, MAIL)[1].subject().contains("stays as it is"));
    // The end is the same, so the link still is good; this time it is a yes.
    nobody.post(&way, &[]).await.is(200).has("You have asked");
    let before = of(&test, sam).await.ends_at;
    admin.post(&format!("{page}/membership"), &[("stay", "1m")]).await.is(303);
    test.settled().await;
    assert!(of(&test, sam).await.ends_at > before);
    assert!(mails(&test, MAIL)[2].subject().contains("You can stay"));
    // Once it is decided, the link says so and does nothing.
    let after = of(&test, sam).await;
    nobody.get(&way).await.is(200).has("You can stay").lacks("Ask to stay longer");
    nobody.post(&way, &[]).await.is(200).has("You can stay");
    assert_eq!(of(&test, sam).await, after);
    test.close().await;
}

#[tokio::test]
async fn what_the_house_gives_by_itself_is_given_so_often_and_no_more() {
    let (test, sam) = house().await;
    test.setting(SettingKey::MembershipExtensions, "1").await;
    test.setting(SettingKey::MembershipExtension, "7d").await;
    let before = ends_in(&test, sam, TimeDelta::days(-1)).await.ends_at.unwrap();
    let browser = test.signed_in(sam).await;
    browser.get("/me").await.is(200).has("Ask to come back");
    assert_eq!(browser.post("/me/membership", &[]).await.is(303).location(), "/me");
    browser.get("/me").await.is(200).has("You are welcome until");
    browser.get("/").await.is(200);
    let given = of(&test, sam).await;
    assert!(given.ends_at.unwrap() > before + TimeDelta::days(7) && given.granted == 1);
    browser.post("/me/membership", &[]).await.is(303);
    browser.get("/me").await.is(200).has("Somebody decides");
    assert_eq!(of(&test, sam).await.ends_at, given.ends_at);
    // Whoever has no end has nothing to ask for.
    let ada = test.add_person("ada", Role::Requester).await;
    test.signed_in(ada).await.post("/me/membership", &[]).await.is(303);
    assert_eq!(test.app().db.read(move |conn| memberships::of_person(conn, ada)).await.unwrap(), None);
    test.close().await;
}

#[tokio::test]
async fn a_link_opens_nothing_but_what_it_was_made_for() {
    let (test, sam) = house().await;
    let one = ends_in(&test, sam, TimeDelta::days(6)).await;
    let nobody = test.nobody();
    let keys = &test.app().keys;
    let about = link::about(&one);
    let right = keys.sign_link(link::PURPOSE, &about, Utc::now() + TimeDelta::days(1));
    let old = keys.sign_link(link::PURPOSE, &about, Utc::now() - TimeDelta::seconds(1));
    let other = keys.sign_link("unsubscribe", &about, Utc::now() + TimeDelta::days(1));
    let odd = keys.sign_link(link::PURPOSE, "999999:1", Utc::now() + TimeDelta::days(1));
    for token in [old, other, odd, format!("{right}x"), "a.b".to_owned()] {
        nobody.get(&format!("/membership/{token}")).await.is(404).has("This link has run out");
        nobody.post(&format!("/membership/{token}"), &[]).await.is(404).has("This link has run out");
    }
    nobody.get(&format!("/unsubscribe/{right}")).await.is(404);
    nobody.get(&format!("/membership/{right}")).await.is(200);
    assert_eq!(of(&test, sam).await, one);
    test.close().await;
}

#[tokio::test]
async fn who_is_out_asks_to_come_back_and_stays_out_by_a_no() {
    let (test, sam) = house().await;
    test.add_person("helga", Role::Moderator).await;
    let (admin, mine) = (test.as_admin().await, test.signed_in(sam).await);
    ends_in(&test, sam, TimeDelta::days(-1)).await;
    mine.json(Method::POST, "/api/people/me/membership/ask", Value::Null).await.is(200);
    test.settled().await;
    let asked = mails(&test, "helga@example.org").pop().unwrap();
    assert_eq!(asked.subject(), "sam asks to come back");
    assert!(asked.text.unwrap().starts_with("sam asks to come back. Their membership ended on "));
    let page = format!("/admin/people/{sam}");
    admin.get(&page).await.is(200).has("Asked to come back").has(">Give 1 month<").has(">Decline<");
    let no = admin.post(&format!("{page}/membership"), &[("do", "decline")]).await.is(303);
    admin.follow(&no).await.is(200).has("sam stays out.");
    test.settled().await;
    let told = mails(&test, MAIL).pop().unwrap().text.unwrap();
    assert!(told.starts_with("You asked to come back to ") && told.contains("The answer is no for now."), "{told}");
    test.close().await;
}

#[tokio::test]
async fn programs_read_and_ask_for_their_owner_and_say_no_for_others() {
    let (test, sam) = house().await;
    ends_in(&test, sam, TimeDelta::days(-1)).await;
    let mine = test.signed_in(sam).await;
    assert_eq!(mine.get("/api/people/me/membership").await.is(200).json()["state"], json!("over"));
    mine.get("/api/people/me").await.is(403);
    for _ in 0..2 {
        let asked = mine.json(Method::POST, "/api/people/me/membership/ask", Value::Null).await.is(200).json();
        assert_eq!(asked["answer"], json!("waits"));
        assert!(asked["membership"]["asked_at"].is_string());
    }
    let admin = test.as_admin().await;
    let no = format!("/api/people/{sam}/membership/decline");
    for _ in 0..2 {
        assert_eq!(admin.json(Method::POST, &no, Value::Null).await.is(200).json()["asked_at"], Value::Null);
    }
    test.settled().await;
    let said = mails(&test, MAIL);
    assert_eq!(said.iter().filter(|mail| mail.subject().contains("You asked to come back")).count(), 1);
    let open = admin.json(Method::POST, "/api/people/me/membership/ask", Value::Null).await.is(200).json();
    assert_eq!((&open["answer"], &open["membership"]["state"]), (&json!("nothing"), &json!("open")));
    test.close().await;
}

#[tokio::test]
async fn guessing_links_of_mails_ends_soon() {
    let (test, sam) = house().await;
    let one = ends_in(&test, sam, TimeDelta::days(20)).await;
    let right = test.app().keys.sign_link(link::PURPOSE, &link::about(&one), link::until(&one, Utc::now()));
    let nobody = test.nobody();
    nobody.get(&format!("/membership/{right}")).await.is(200);
    let mut slowed = Vec::new();
    for n in 0..15 {
        for door in ["membership", "unsubscribe"] {
            slowed.push(nobody.get(&format!("/{door}/guess-{n}")).await.status == 429);
        }
    }
    assert!(!slowed[0] && slowed.ends_with(&[true, true]), "{slowed:?}");
    assert_eq!(of(&test, sam).await, one);
    test.close().await;
}
