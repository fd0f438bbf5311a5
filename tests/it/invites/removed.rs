//! Who was removed before, and follows a new invite.

use reqwest::Method;
use serde_json::json;
use usherr::db::people;

use super::{close, come_in, house, invite, sees, show, used};
use crate::support::patience::until;

#[tokio::test]
async fn who_was_removed_from_usherr_is_taken_in_by_a_new_invite() {
    let test = house().await;
    let (admin, account) = (test.as_admin().await, test.world.account("teo").unwrap().id);
    let of_teo = move |conn: &mut usherr::db::Conn| people::by_plex_id(conn, account);
    let teo = test.app().db.read(of_teo).await.unwrap().unwrap();
    let removal = format!("/api/people/{}/removal", teo.id);
    admin.json(Method::POST, &removal, json!({ "from": "usherr" })).await.is(200);
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "teo").await;
    come_in(&guest).await.has("The door is open");
    let back = test.app().db.read(of_teo).await.unwrap().unwrap();
    assert!(back.id == teo.id && back.removed_at.is_none() && back.gone_at.is_none());
    assert_eq!(admin.get(&removal).await.is(200).json()["state"], "taken_back");
    assert_eq!(guest.post("/login/plex", &[("go_in", "yes")]).await.is(303).location(), "/");
    guest.get("/").await.is(200).has("Teo");
    close(test).await;
}

/// An invite that is followed overrules a removal that Plex has not made yet.
#[tokio::test]
async fn who_was_removed_from_friends_comes_in_again() {
    let test = house().await;
    let (admin, account) = (test.as_admin().await, test.world.account("teo").unwrap().id);
    let of_teo = move |conn: &mut usherr::db::Conn| people::by_plex_id(conn, account);
    let teo = test.app().db.read(of_teo).await.unwrap().unwrap();
    let removal = format!("/api/people/{}/removal", teo.id);
    admin.json(Method::POST, &removal, json!({ "from": "friends" })).await.is(200);
    until("they are friends no more", || async {
        test.run_job(usherr::domain::jobs::JobName::AccessSchedule).await;
        test.hurry().await;
        (admin.get(&removal).await.json()["state"] == "done").then_some(())
    })
    .await;
    assert_eq!(sees(&test, "teo"), None);
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "teo").await;
    come_in(&guest).await.has("The door is open");
    assert!(sees(&test, "teo").is_some_and(|(titles, accepted)| accepted && titles.contains(&"Films".to_owned())));
    assert_eq!(admin.get(&removal).await.is(200).json()["state"], "taken_back");
    assert_eq!(admin.get(&format!("/api/people/{}/membership", teo.id)).await.json()["state"], "open");
    close(test).await;
}

/// A link that was there before somebody was removed, or paused, does not undo that.
#[tokio::test]
async fn a_link_from_before_lets_nobody_back() {
    let test = house().await;
    let (admin, account) = (test.as_admin().await, test.world.account("teo").unwrap().id);
    let of_teo = move |conn: &mut usherr::db::Conn| people::by_plex_id(conn, account);
    let teo = test.app().db.read(of_teo).await.unwrap().unwrap();
    invite(&test, json!({})).await;
    let removal = format!("/api/people/{}/removal", teo.id);
    let guest = test.nobody();
    for (way, may_sign_in) in [("server", true), ("usherr", false)] {
        admin.json(Method::POST, &removal, json!({ "from": way })).await.is(200);
        show(&test, &guest, "teo").await;
        let page = come_in(&guest).await.has("Your access here has ended").lacks("Come in</button>");
        assert_eq!(page.body.contains("Sign in and see why"), may_sign_in);
        assert_ne!(admin.get(&removal).await.is(200).json()["state"], "taken_back");
    }
    let gone = test.app().db.read(of_teo).await.unwrap().unwrap();
    assert!(gone.removed_at.is_some() && used(&test).await == 0);
    close(test).await;
}

#[tokio::test]
async fn who_came_in_and_is_out_by_now_is_told_so() {
    let test = house().await;
    let admin = test.as_admin().await;
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open").has("Yours");
    let uses = admin.get("/api/invites/1/uses").await.is(200).json();
    let casper = uses["items"][0]["person_id"].as_i64().unwrap();
    let at = format!("/admin/people/{casper}/membership");
    let membership = |turn| admin.post(&at, turn);
    membership(&[("do", "pause")]).await.is(303);
    let page = guest.get("/invite/back-row").await.is(200).has("Your access here has ended");
    page.lacks("The door is open").lacks("Takes about two minutes");
    let see = guest.post("/login/plex", &[("go_in", "yes"), ("next", "/me")]).await.is(303);
    assert_eq!(see.location(), "/me");
    guest.get("/me").await.is(200).has("is paused");
    membership(&[("do", "resume")]).await.is(303);
    guest.get("/invite/back-row").await.is(200).has("The door is open");
    assert_eq!(used(&test).await, 1);
    close(test).await;
}
