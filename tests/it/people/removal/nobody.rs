//! From Usherr only: Plex is asked for nothing, and here they are nobody, whatever it says, until they are taken in again.

use reqwest::Method;
use serde_json::json;
use usherr::crypto;
use usherr::db::{Tx, people, sessions};
use usherr::domain::activity::ActivityKind;
use usherr::domain::people::{KeyScope, Role};
use usherr::domain::removal::{State, Way};

use super::{all_of, followed, remove, share, undo};
use crate::invites::by_plex;
use crate::people::{close, entries, everybody, house, named, sync};
use crate::support::house::PASSWORD;
use crate::support::patience::until;

#[tokio::test]
async fn plex_keeps_what_it_has_and_no_reading_brings_them_back() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, named(&test, "Teo Almeida").await);
    let (page, account) = (format!("/admin/people/{}", teo.id), teo.plex_id.unwrap());
    let (had, theirs) = (share(&test, account), test.signed_in(teo.id).await);
    theirs.get("/").await.is(200);
    admin.get(&format!("{page}/removal")).await.is(200).has("keeps what it shares");
    admin.post(&format!("{page}/removal"), &[("from", "usherr")]).await.is(303);
    admin.post(&format!("{page}/removal"), &[("from", "usherr")]).await.is(303);
    assert_eq!(all_of(&test, teo.id).await, [(Way::Usherr, State::Done)]);
    theirs.get("/").await.is(303);
    let writes = test.world.plex_tv().journal().requests().iter().filter(|one| one.method != "GET").count();
    followed(&test).await;
    for _ in 0..2 {
        let run = sync(&test).await;
        assert_eq!((&run.result["back"], &run.result["gone"]), (&json!(0), &json!(0)));
        test.later(11);
    }
    let asked = test.world.plex_tv().journal().requests();
    assert_eq!(asked.iter().filter(|one| one.method != "GET").count(), writes);
    assert_eq!(share(&test, account), had);
    let gone = named(&test, "Teo Almeida").await;
    assert!(gone.removed_at.is_some() && !gone.is_here());
    // Nobody plans for them, and only one list has them.
    assert!(!admin.get("/api/plan").await.body.contains("Teo"));
    admin.get(&page).await.is(200).has("Removed from Usherr only").has("Take in again").lacks("Give a library");
    admin.get("/admin/people").await.is(200).lacks("Teo Almeida");
    admin.get("/admin/people?show=removed").await.is(200).has("Teo Almeida").has("Removed");
    let told = admin.get("/api/people?show=removed").await.is(200).json();
    assert!(told["items"][0]["removed_at"].is_string() && told["items"][0]["gone_at"].is_null(), "{told}");
    // By Plex they are refused like any stranger.
    let browser = test.nobody();
    let plex = browser.post("/login/plex", &[]).await.is(303);
    let pins = test.world.plex_tv().pins();
    let pin = pins.iter().find(|pin| plex.location().contains(&format!("code={}", pin.code))).unwrap();
    assert!(test.world.plex_tv().approve_pin(&pin.code, account));
    until("Plex has told who it is", || async {
        let reply = browser.get("/login/plex/wait").await;
        (reply.status != 200).then_some(reply)
    })
    .await
    .is(403);
    assert!(named(&test, "Teo Almeida").await.removed_at.is_some());

    assert_eq!(undo(&admin, teo.id).await["state"], "taken_back");
    let back = named(&test, "Teo Almeida").await;
    assert_eq!((back.gone_at, back.removed_at), (None, None));
    by_plex(&test, &test.nobody(), "teo", &[]).await;
    admin.get("/admin/people").await.is(200).has("Teo Almeida");
    let kinds = [ActivityKind::PersonRemoved, ActivityKind::PersonTakenBack];
    assert_eq!((entries(&test, kinds[0]).await, entries(&test, kinds[1]).await), (1, 1));
    close(test).await;
}

#[tokio::test]
async fn no_password_no_device_and_no_key_lets_them_in() {
    let test = house().await;
    let (admin, sam) = (test.as_admin().await, test.add_person("sam", Role::Moderator).await);
    let (device, key, now) = (test.signed_in(sam).await, crypto::token_hash("key-of-sam"), test.app().now());
    let write = move |tx: &mut Tx<'_>| sessions::add_key(tx, sam, "t", KeyScope::Read, &key, "key", now).map(drop);
    test.app().db.write(write).await.unwrap();
    let program = test.nobody().with_header("x-api-key", "key-of-sam");
    let own = [("username", "sam"), ("password", PASSWORD)];
    program.get("/api/people/me").await.is(200);
    remove(&admin, sam, "usherr").await;
    program.get("/api/people/me").await.is(401);
    device.get("/").await.is(303);
    test.nobody().post("/login", &own).await.is(422).has("don’t belong together");
    let known = test.app().db.read(|conn| {
        let named = people::with_roles(conn, &[Role::Moderator])?;
        Ok((people::meant(conn, "sam")?, named.len()))
    });
    assert_eq!(known.await.unwrap(), (None, 0), "no reset, and nothing for them to decide");
    // The name stays theirs.
    let again = [("name", "Sam"), ("username", "sam"), ("email", ""), ("password", "long enough"), ("role", "viewer")];
    admin.post("/admin/people/new", &again).await.is(422).has("has this name already");
    undo(&admin, sam).await;
    assert_eq!(test.nobody().post("/login", &own).await.is(303).location(), "/admin");
    program.get("/api/people/me").await.is(401);
    admin.json(Method::POST, &format!("/api/people/{sam}/removal/undo"), json!(null)).await.is(409);
    close(test).await;
}

#[tokio::test]
async fn who_was_gone_from_plex_before_is_so_still() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, named(&test, "Teo Almeida").await);
    let (id, then) = (teo.id, test.app().now() - chrono::TimeDelta::days(3));
    let miss = move |tx: &mut Tx<'_>| {
        people::import::miss(tx, id, then - chrono::TimeDelta::days(1))?;
        people::import::miss(tx, id, then)
    };
    assert!(test.app().db.write(miss).await.unwrap());
    admin.get(&format!("/admin/people/{id}/removal")).await.is(200).has("From Usherr only").lacks("value=\"server\"");
    remove(&admin, id, "usherr").await;
    undo(&admin, id).await;
    let back = everybody(&test).await.into_iter().find(|one| one.id == id).unwrap();
    assert!(back.gone_at.is_some() && back.removed_at.is_none());
    close(test).await;
}
