//! The whole way, for strangers and for those who have something already.

use reqwest::Method;
use serde_json::json;

use super::{by_plex, close, come_in, house, invite, libraries, sees, show, used};

#[tokio::test]
async fn from_the_link_to_the_open_door_and_in() {
    let test = house().await;
    let made = invite(&test, json!({ "note": "Come in!", "flags": { "sync": true } })).await;
    assert_eq!((made["state"].as_str(), made["used"].as_i64()), (Some("open"), Some(0)));
    let guest = test.nobody();
    let page = guest.get("/invite/Back-Row").await.is(200);
    page.has("Come in!").has("Films").has("2 of 2 places left").has("name=\"as_guest\"");
    assert_eq!(show(&test, &guest, "casper.holm").await.location(), "/invite/back-row");
    guest
        .get("/invite/back-row")
        .await
        .is(200)
        .has("Casper")
        .has("/invite/back-row/accept")
        .lacks("name=\"as_guest\" value=\"yes\" hidden");
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    assert_eq!(sees(&test, "casper.holm"), Some((vec!["Films".to_owned(), "Welcome".to_owned()], true)));
    let house = test.world.house();
    assert!(house.read(|house| house.settings[&house.account_named("casper.holm").unwrap().id].allow_sync));
    // Again changes nothing.
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    let plan = test.as_admin().await.get("/api/plan").await.is(200).json();
    assert_eq!((&plan["changes"], &plan["drift"]), (&json!([]), &json!([])));
    // Whoever was let in needs not show their account again.
    let pins = test.world.plex_tv().pins().len();
    assert_eq!(guest.post("/login/plex", &[("go_in", "yes")]).await.is(303).location(), "/");
    guest.get("/").await.is(200).has("Casper");
    assert_eq!(test.world.plex_tv().pins().len(), pins);
    guest.get("/invite/back-row").await.is(200).has("The door is open");
    close(test).await;
}

#[tokio::test]
async fn who_has_a_share_already_gets_what_is_missing_and_keeps_the_rest() {
    let test = house().await;
    let before = sees(&test, "teo").unwrap();
    assert_eq!(before, (vec!["Films".to_owned(), "Series".to_owned(), "Welcome".to_owned()], true));
    invite(&test, json!({ "libraries": libraries(&test, &["Documentaries"]).await })).await;
    // Who is signed in has shown their account.
    let guest = test.nobody();
    by_plex(&test, &guest, "teo", &[]).await;
    guest.get("/invite/back-row").await.is(200).has("Teo").has("/invite/back-row/accept");
    come_in(&guest).await.has("The door is open");
    let titles = ["Documentaries", "Films", "Series", "Welcome"].map(str::to_owned).to_vec();
    assert_eq!(sees(&test, "teo"), Some((titles, true)));
    close(test).await;
}

#[tokio::test]
async fn who_was_invited_by_hand_and_never_answered_comes_in() {
    let test = house().await;
    let casper = test.world.account("casper.holm").unwrap();
    test.world.house().write(|house| {
        let kids = house.sections.iter().find(|one| one.title == "Kids").unwrap().id;
        house.invite(Some(casper.id), casper.email.clone(), vec![kids], false);
    });
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    let titles = ["Films", "Kids", "Welcome"].map(str::to_owned).to_vec();
    assert_eq!(sees(&test, "casper.holm"), Some((titles, true)));
    close(test).await;
}

#[tokio::test]
async fn groups_are_joined_and_what_they_carry_is_shared() {
    let test = house().await;
    let admin = test.as_admin().await;
    let body = json!({ "name": "Cousins", "libraries": libraries(&test, &["Series", "Kids"]).await });
    let group = admin.json(Method::POST, "/api/groups", body).await.is(201).json();
    let mut wanted = json!({ "code": "back-row", "groups": [group["id"]] });
    wanted["uses"] = json!(1);
    admin.json(Method::POST, "/api/invites", wanted).await.is(201);
    let guest = test.nobody();
    guest.get("/invite/back-row").await.is(200).has("Kids and Series");
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    let titles = ["Kids", "Series", "Welcome"].map(str::to_owned).to_vec();
    assert_eq!(sees(&test, "casper.holm"), Some((titles, true)));
    let members = admin.get(&format!("/api/groups/{}/members", group["id"])).await.is(200);
    members.has("Casper");
    assert_eq!(used(&test).await, 1);
    close(test).await;
}
