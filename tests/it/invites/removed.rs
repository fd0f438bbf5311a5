//! Who was removed before, and follows a new invite.

use reqwest::Method;
use serde_json::json;
use usherr::db::people;

use super::{close, come_in, house, invite, sees, show};
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
