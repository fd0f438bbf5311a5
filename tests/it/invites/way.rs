//! The whole way, for strangers and for those who have something already.

use reqwest::Method;
use serde_json::json;
use usherr::db::people;
use usherr::domain::jobs::{JobName, RunState};

use super::{by_plex, close, come_in, house, invite, libraries, sees, show, used};
use crate::support::html::forms;

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
    let go_in = [("go_in", "yes"), ("next", "/welcome")];
    assert_eq!(guest.post("/login/plex", &go_in).await.is(303).location(), "/welcome");
    assert!(guest.get("/welcome").await.is(303).location().starts_with("/welcome/"));
    guest.get("/").await.is(200).has("Casper");
    assert_eq!(test.world.plex_tv().pins().len(), pins);
    guest.get("/invite/back-row").await.is(200).has("The door is open");
    close(test).await;
}

#[tokio::test]
async fn what_an_invite_allows_is_seen_and_can_be_taken_back() {
    let test = house().await;
    invite(&test, json!({ "flags": { "sync": true, "tuners": true } })).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    let admin = test.as_admin().await;
    let uses = admin.get("/api/invites/1/uses").await.is(200).json();
    assert_eq!((&uses["total"], &uses["items"][0]["state"]), (&json!(1), &json!("in")));
    let id = uses["items"][0]["person_id"].as_i64().unwrap();
    let page = format!("/admin/people/{id}");
    admin.get(&page).await.is(200).has("By an invite also: downloads and Live TV.");
    let access = admin.get(&format!("/api/people/{id}/access")).await.is(200).json();
    assert_eq!(access["flags"], json!({ "sync": true, "camera_upload": false, "tuners": true }));
    admin.post(&format!("{page}/flags/removal"), &[]).await.is(303);
    admin.get(&page).await.is(200).lacks("By an invite also");
    let plan = admin.get("/api/plan").await.is(200).json();
    assert_eq!(plan["changes"][0]["flags"], json!({ "allow_sync": false, "allow_tuners": false }));
    // Again finds nothing, by the page as by the API.
    admin.post(&format!("{page}/flags/removal"), &[]).await.is(303);
    admin.json(Method::DELETE, &format!("/api/people/{id}/flags"), json!(null)).await.is(204);
    admin.json(Method::DELETE, "/api/people/999999/flags", json!(null)).await.is(404);
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
async fn what_is_still_to_be_decided_is_not_decided_by_an_invite() {
    let test = house().await;
    let admin = test.as_admin().await;
    let teo = test.world.account("teo").unwrap().id;
    let teo = test.app().db.read(move |conn| people::by_plex_id(conn, teo)).await.unwrap().unwrap().id;
    let only_kids = json!({ "grants": [{ "library_id": libraries(&test, &["Kids"]).await[0] }], "excluded": libraries(&test, &["Series"]).await });
    admin.json(Method::PUT, &format!("/api/people/{teo}/access"), only_kids).await.is(200);
    invite(&test, json!({ "libraries": libraries(&test, &["Documentaries"]).await })).await;
    let guest = test.nobody();
    show(&test, &guest, "teo").await;
    come_in(&guest).await.has("The door is open");
    let plan = admin.get("/api/plan").await.is(200).json();
    assert_eq!((&plan["changes"][0]["gain"], &plan["changes"][0]["lose"]), (&json!([]), &json!(["Films", "Series"])));
    let titles = ["Documentaries", "Films", "Kids", "Series", "Welcome"].map(str::to_owned).to_vec();
    assert_eq!(sees(&test, "teo"), Some((titles, true)), "what was said gives, and takes nothing yet");
    close(test).await;
}

#[tokio::test]
async fn an_open_invite_that_is_known_is_accepted_and_then_grows() {
    let test = house().await;
    let casper = test.world.account("casper.holm").unwrap();
    test.world.house().write(|house| {
        let kids = house.sections.iter().find(|one| one.title == "Kids").unwrap().id;
        house.invite(Some(casper.id), casper.email.clone(), vec![kids], false);
    });
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    let titles = ["Films", "Kids", "Welcome"].map(str::to_owned).to_vec();
    assert_eq!(sees(&test, "casper.holm"), Some((titles, true)));
    close(test).await;
}

#[tokio::test]
async fn an_invite_that_is_deleted_while_somebody_comes_in_lets_nobody_wait_for_ever() {
    let test = house().await;
    let made = invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    test.world.plex_tv().down().await;
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    test.as_admin().await.json(Method::DELETE, &format!("/api/invites/{}", made["id"]), json!(null)).await.is(204);
    test.world.plex_tv().up().await.unwrap();
    test.settled_in_a_hurry().await;
    guest.get("/invite/back-row").await.is(404);
    assert_eq!(sees(&test, "casper.holm"), None);
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

#[tokio::test]
async fn a_link_is_paused_and_works_again() {
    let test = house().await;
    invite(&test, json!({})).await;
    let admin = test.as_admin().await;
    let (paused, works) = (&[("paused", "yes")], &[("paused", "")]);
    admin.post("/admin/invites/1/pause", paused).await.is(303);
    test.nobody().get("/invite/back-row").await.is(200).has("This invite rests");
    admin.get("/admin/invites").await.is(200).has("name=\"paused\" value=\"\"");
    admin.post("/admin/invites/1/pause", works).await.is(303);
    test.nobody().get("/invite/back-row").await.is(200).lacks("This invite rests");
    close(test).await;
}

/// What the form of an invite says it was opened with.
fn mark(page: &str) -> String {
    let fields = forms(page).into_iter().flat_map(|form| form.fields);
    fields.into_iter().find(|(name, _)| name == "seen").unwrap().1
}

#[tokio::test]
async fn a_link_that_was_sent_stays_and_nobody_saves_over_what_they_have_not_seen() {
    let test = house().await;
    let admin = test.as_admin().await;
    let page = invite(&test, json!({ "note": "Come in!" })).await;
    assert_eq!(page["code"], "back-row");
    let films = libraries(&test, &["Films"]).await[0].to_string();
    let opened = admin.get("/admin/invites/1").await.is(200).body;
    let seen = mark(&opened);
    let typed = |note: &'static str| {
        let rest = [("by", "libraries"), ("libraries", &*films), ("uses", "2"), ("expires", "never"), ("stay", "open")];
        [("code", ""), ("note", note), ("seen", &*seen)].into_iter().chain(rest).collect::<Vec<_>>()
    };
    // That somebody comes by it meanwhile is nothing that was written.
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open");
    admin.post("/admin/invites/1", &typed("Mine")).await.is(303);
    let now = admin.get("/api/invites/1").await.is(200).json();
    assert_eq!((&now["code"], &now["note"]), (&json!("back-row"), &json!("Mine")));
    let late = admin.post("/admin/invites/1", &typed("Theirs")).await.is(422);
    let late = late.has("Somebody else has saved this invite").has("Theirs");
    assert_eq!(admin.get("/api/invites/1").await.json()["note"], "Mine");
    let late = mark(&late.body);
    let again: Vec<_> =
        typed("Theirs").into_iter().filter(|(name, _)| *name != "seen").chain([("seen", &*late)]).collect();
    admin.post("/admin/invites/1", &again).await.is(303);
    assert_eq!(admin.get("/api/invites/1").await.json()["note"], "Theirs");
    close(test).await;
}
