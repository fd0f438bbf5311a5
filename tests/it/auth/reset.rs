//! A new password by a link in a mail: told alike to everybody, good once and for an hour, for one person and one password.

use chrono::TimeDelta;
use usherr::db::people::{self, NewPerson};
use usherr::demo::WorldOptions;
use usherr::demo::mail::{Caught, MailFault};
use usherr::domain::account::{self, RESET};
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::PersonId;
use usherr::domain::people::Role;

use super::entries;
use crate::support::house::PASSWORD;
use crate::support::{Reply, TestApp};

const PUBLIC: &str = "https://usherr.example.org";
const NEW: &str = "another one, please";

async fn house() -> (TestApp, PersonId) {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address(PUBLIC).await;
    let ana = test.add_person("ana", Role::Requester).await;
    (test, ana)
}

async fn ask(test: &TestApp, typed: &str) -> Reply {
    let reply = test.nobody().post("/login/reset", &[("username", typed)]).await;
    test.settled().await;
    reply
}

/// Where the button of a mail leads, below the public address.
fn way(mail: &Caught) -> String {
    let text = mail.text.as_deref().unwrap_or_default();
    let (_, rest) = text.split_once(PUBLIC).unwrap_or_else(|| panic!("no link in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn choose(test: &TestApp, way: &str, password: &str) -> Reply {
    test.nobody().post(way, &[("password", password)]).await
}

async fn sign_in(test: &TestApp, username: &str, password: &str) -> u16 {
    let reply = test.nobody().post("/login", &[("username", username), ("password", password)]).await;
    reply.status.as_u16()
}

async fn mark(test: &TestApp, person: PersonId) -> String {
    test.app().db.read(move |conn| people::sign_in_mark(conn, person)).await.unwrap().unwrap_or_default()
}

/// A link as the house would make it, but for what the test changes.
async fn signed(test: &TestApp, purpose: &str, person: PersonId, lasts: TimeDelta) -> String {
    let about = account::about(person, &mark(test, person).await);
    format!("/login/reset/{}", test.app().keys.sign_link(purpose, &about, test.app().now() + lasts))
}

#[tokio::test]
async fn a_link_in_a_mail_gives_a_new_password_once() {
    let (test, ana) = house().await;
    test.nobody().get("/login").await.is(200).has("href=\"/login/reset\"");
    let elsewhere = test.signed_in(ana).await;
    ask(&test, " ANA@example.org ").await.is(200).has("Look into your mail");
    let [mail] = test.world.mail().to("ana@example.org").try_into().unwrap();
    let way = way(&mail);
    // Looking changes nothing.
    let page = test.nobody().get(&way).await.is(200).has("Hello <bdi>ana</bdi>").has("At least 8 characters");
    assert_eq!(
        (&page.headers["cache-control"], &page.headers["referrer-policy"]),
        (&"no-store".parse().unwrap(), &"same-origin".parse().unwrap())
    );
    choose(&test, &way, "short").await.is(422).has("at least 8").lacks("value=\"short\"");
    choose(&test, &way, "").await.is(422);
    elsewhere.get("/me").await.is(200);
    assert_eq!(choose(&test, &way, NEW).await.is(303).location(), "/login");
    elsewhere.get("/me").await.is(303);
    assert_eq!((sign_in(&test, "ana", PASSWORD).await, sign_in(&test, "ana", NEW).await), (422, 303));
    // Used up.
    test.nobody().get(&way).await.is(404).has("This link has run out");
    choose(&test, &way, "yet another one").await.is(404);
    assert_eq!(sign_in(&test, "ana", NEW).await, 303);
    test.settled().await;
    let [_, told] = test.world.mail().to("ana@example.org").try_into().unwrap();
    assert!(told.subject().contains("has changed"), "{}", told.subject());
    let set = entries(&test, ActivityKind::PasswordSet).await;
    assert_eq!((set.len(), set[0].actor_id, set[0].person), (1, Some(ana), Some(ana)));
    let token = way.rsplit('/').next().unwrap();
    let said = [set, entries(&test, ActivityKind::PasswordResetAsked).await].concat();
    assert!(said.iter().all(|entry| !format!("{entry:?}").contains(token)));
    test.close().await;
}

#[tokio::test]
async fn two_who_use_a_link_at_once_set_one_password() {
    let (test, ana) = house().await;
    let way = signed(&test, RESET, ana, TimeDelta::minutes(5)).await;
    let tries = futures_util::future::join_all((0..4).map(|n| {
        let (test, way) = (&test, &way);
        async move { (n, choose(test, way, &format!("password number {n}")).await.status.as_u16()) }
    }))
    .await;
    let set: Vec<_> = tries.iter().filter(|(_, status)| *status == 303).collect();
    assert_eq!(set.len(), 1, "{tries:?}");
    assert!(tries.iter().all(|(_, status)| [303, 404].contains(status)), "{tries:?}");
    assert_eq!(sign_in(&test, "ana", &format!("password number {}", set[0].0)).await, 303);
    test.close().await;
}

#[tokio::test]
async fn a_link_is_bound_to_purpose_hour_person_and_password() {
    let (test, ana) = house().await;
    let ben = test.add_person("ben", Role::Requester).await;
    let good = signed(&test, RESET, ana, TimeDelta::minutes(5)).await;
    let token = good.rsplit('/').next().unwrap();
    let of_ben = account::about(ben, &mark(&test, ana).await);
    let until = test.app().now() + TimeDelta::minutes(5);
    let bad = [
        signed(&test, "unsubscribe", ana, TimeDelta::minutes(5)).await,
        signed(&test, RESET, ana, TimeDelta::seconds(-1)).await,
        signed(&test, RESET, PersonId(999_999), TimeDelta::minutes(5)).await,
        format!("/login/reset/{}", test.app().keys.sign_link(RESET, &of_ben, until)),
        format!("/login/reset/{}", &token[..token.len() - 1]),
    ];
    for way in bad {
        test.nobody().get(&way).await.is(404).has("This link has run out");
        choose(&test, &way, NEW).await.is(404);
    }
    test.nobody().get(&good).await.is(200);
    // Whoever changes the password meanwhile makes it worthless.
    let here = test.signed_in(ana).await;
    here.post("/me/password", &[("current", PASSWORD), ("password", "changed by hand")]).await.is(303);
    choose(&test, &good, NEW).await.is(404);
    assert_eq!(sign_in(&test, "ana", "changed by hand").await, 303);
    // And so does another address: the link went to the old one.
    let good = signed(&test, RESET, ana, TimeDelta::minutes(5)).await;
    let now = test.app().now();
    test.app().db.write(move |tx| people::confirm_email(tx, ana, "ana@elsewhere.example", now)).await.unwrap();
    choose(&test, &good, NEW).await.is(404);
    test.close().await;
}

#[tokio::test]
async fn an_hour_later_a_link_has_run_out() {
    let (test, _) = house().await;
    ask(&test, "ana").await.is(200);
    let way = way(&test.world.mail().to("ana@example.org")[0]);
    test.later(59);
    test.nobody().get(&way).await.is(200);
    test.later(1);
    test.nobody().get(&way).await.is(404);
    choose(&test, &way, NEW).await.is(404);
    test.close().await;
}

#[tokio::test]
async fn nobody_can_tell_who_is_known() {
    let (test, _) = house().await;
    let on_plex = NewPerson {
        email: Some("pia@example.org".to_owned()),
        username: None,
        plex_id: Some(4711),
        ..NewPerson::local("Pia", "", Role::Requester)
    };
    let twins = ["dup-1", "dup-2"].map(|name| NewPerson {
        email: Some("twins@example.org".to_owned()),
        ..NewPerson::local(name, name, Role::Viewer)
    });
    let now = test.app().now();
    test.app()
        .db
        .write(move |tx| {
            people::add(tx, &on_plex, now)?;
            twins.iter().try_for_each(|one| people::add(tx, one, now).map(|_| ()))
        })
        .await
        .unwrap();
    let mut pages = Vec::new();
    for typed in ["ana", "ana@example.org", "pia@example.org", "twins@example.org", "nobody", "🎬 <b>"] {
        let page = ask(&test, typed).await.is(200).lacks("🎬");
        assert!(!page.headers.contains_key("set-cookie"));
        pages.push(page.body);
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    // By name and by address it is one mail; who comes by Plex is told so.
    assert_eq!(test.world.mail().to("ana@example.org").len(), 1);
    let [pia] = test.world.mail().to("pia@example.org").try_into().unwrap();
    assert!(pia.text.as_deref().unwrap().contains("with your Plex account") && way(&pia) == "/login");
    assert_eq!(test.world.mail().mails().len(), 2);
    let asked = entries(&test, ActivityKind::PasswordResetAsked).await;
    assert_eq!(asked.iter().filter(|entry| entry.subject == "A name nobody has").count(), 3);
    assert!(asked.iter().all(|entry| !format!("{entry:?}").contains("nobody@") && entry.detail.is_some()));
    test.later(6);
    ask(&test, "ana").await.is(200);
    assert_eq!(test.world.mail().to("ana@example.org").len(), 2, "after a while there is another one");
    test.close().await;
}

#[tokio::test]
async fn asking_and_guessing_are_slowed_down() {
    let (test, _) = house().await;
    for n in 0..10 {
        ask(&test, &format!("somebody {n}")).await.is(200);
    }
    let late = ask(&test, "ana").await.is(429).has("Too many tries").has("value=\"ana\"");
    assert!(late.headers.contains_key("retry-after"));
    assert!(test.world.mail().mails().is_empty());
    for n in 0..10 {
        test.nobody().get(&format!("/login/reset/guess{n}.x")).await.is(404);
    }
    test.nobody().get("/login/reset/guess.x").await.is(429);
    choose(&test, "/login/reset/guess.x", NEW).await.is(429);
    test.close().await;
}

#[tokio::test]
async fn a_form_of_another_site_asks_for_nothing() {
    let (test, ana) = house().await;
    let evil = || test.nobody().with_header("sec-fetch-site", "cross-site");
    evil().post("/login/reset", &[("username", "ana")]).await.is(403);
    let way = signed(&test, RESET, ana, TimeDelta::minutes(5)).await;
    evil().post(&way, &[("password", NEW)]).await.is(403);
    test.nobody().post("/login/reset", &[("username", " ")]).await.is(422).has("Write your name");
    assert!(test.world.mail().mails().is_empty());
    assert_eq!(sign_in(&test, "ana", PASSWORD).await, 303);
    test.close().await;
}

#[tokio::test]
async fn without_mail_somebody_has_to_be_asked() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.add_person("ana", Role::Requester).await;
    test.nobody().get("/login").await.is(200).has("can give you a new one").lacks("/login/reset");
    for page in [test.nobody().get("/login/reset").await, ask(&test, "ana").await, ask(&test, "nobody").await] {
        page.is(200).has("sends no mails");
    }
    assert!(test.world.mail().mails().is_empty());
    test.close().await;
}

#[tokio::test]
async fn a_mail_that_could_not_go_for_an_hour_does_not_go_at_all() {
    let (test, _) = house().await;
    test.world.mail().set_fault(MailFault::Busy, None);
    test.nobody().post("/login/reset", &[("username", "ana")]).await.is(200);
    crate::support::patience::until("it was tried", || async {
        let held =
            test.app().db.read(|conn| usherr::db::outbox::holdups(conn, &["tell 2 of their account".to_owned()]));
        (!held.await.unwrap().is_empty()).then_some(())
    })
    .await;
    test.world.mail().clear_faults();
    test.later(60);
    test.settled_in_a_hurry().await;
    assert!(test.world.mail().mails().is_empty());
    test.close().await;
}
