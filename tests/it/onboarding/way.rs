//! The way of a newcomer: page after page, through the gate, and home.

use serde_json::json;
use usherr::db::{people, welcome_reads};
use usherr::domain::people::Role;

use super::{bare, close, house, page};

#[tokio::test]
async fn a_new_house_has_pages_that_are_read_one_by_one() {
    let test = house().await;
    let ana = test.as_role(Role::Viewer).await;
    ana.get("/me").await.is(200).has("Read the welcome again").has("/welcome?from=start");
    for (number, title) in ["What Plex is", "Get the app", "Make it look good", "Ask for what is missing"]
        .into_iter()
        .enumerate()
        .map(|(at, title)| (at + 1, title))
    {
        let place = ana.get("/welcome").await.is(303).location().to_owned();
        let shown = ana.get(&place).await.is(200).has(title).has(&format!("{number} of 4"));
        let label = if number < 4 { "Next" } else { "Finish" };
        let shown = shown.has(label).has(&format!("{place}/read"));
        // Whoever has come is where they were, in another tab and after days.
        assert_eq!(ana.get("/welcome").await.location(), place);
        if number > 1 {
            shown.has("Back");
        }
        let onward = ana.post(&format!("{place}/read"), &[]).await.is(303);
        if number == 4 {
            assert_eq!(onward.location(), "/");
            ana.follow(&onward).await.is(200).has("Enjoy the show");
        }
    }
    assert_eq!(ana.get("/welcome").await.is(303).location(), "/");
    let again = ana.get("/welcome?from=start").await.is(303).location().to_owned();
    ana.get(&again).await.is(200).has("What Plex is");
    // Each reader has a way of their own; an auditor, who writes nothing else, has one too.
    let auditor = test.as_role(Role::Auditor).await;
    assert_eq!(auditor.get("/welcome").await.is(303).location(), again);
    auditor.post(&format!("{again}/read"), &[]).await.is(303);
    assert_ne!(auditor.get("/welcome").await.is(303).location(), again);
    close(test).await;
}

#[tokio::test]
async fn a_gate_opens_once_its_link_was_pressed() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let first = page(&admin, "Hello", json!({})).await;
    let gate = json!({ "label": "Read the house rules", "url": "https://example.org/rules" });
    let held = page(&admin, "Rules", json!({ "gate": gate })).await;
    let last = page(&admin, "Enjoy", json!({})).await;
    let at = |id: i64| format!("/welcome/{id}");
    let ana = test.as_role(Role::Requester).await;
    // Nobody gets behind the gate, by whatever address.
    assert_eq!(ana.get(&at(last)).await.is(303).location(), at(held));
    assert_eq!(ana.post(&format!("{}/read", at(last)), &[]).await.is(303).location(), at(held));
    assert_eq!(ana.post(&format!("{}/read", at(first)), &[]).await.is(303).location(), at(held));
    let closed = ana.get(&at(held)).await.is(200);
    let closed = closed.has("disabled aria-describedby=\"held\"").has("press this button first").has("every 2s");
    closed.has("I have pressed it").lacks("Skip for now").lacks("https://example.org");
    let refused = ana.post(&format!("{}/read", at(held)), &[]).await.is(303);
    assert_eq!(refused.location(), at(held));
    ana.follow(&refused).await.is(200).has("There is a button to press on this page first.");
    let waiting = test.as_role(Role::Viewer).await.with_header("hx-request", "true");
    let waiting = waiting.with_header("hx-target", "div#onward");
    waiting.post(&format!("{}/read", at(first)), &[]).await.is(303);
    waiting.get(&at(held)).await.is(204);
    // It leads nowhere before it was pressed, and a page without one has none.
    let leave = format!("{}/gate", at(held));
    ana.get(&leave).await.is(404);
    ana.post(&format!("{}/gate", at(first)), &[]).await.is(404);
    assert_eq!(ana.post(&leave, &[]).await.is(303).location(), leave);
    let leaving = ana.get(&leave).await.is(200).has("https://example.org/rules");
    assert_eq!(leaving.headers["refresh"], "0; url=https://example.org/rules");
    // The page that waits hears of it.
    let part = ana.with_header("hx-request", "true").with_header("hx-target", "div#onward");
    let open = part.get(&at(held)).await.is(200).has("id=\"onward\"").has("Done").has(">Next");
    open.lacks("hx-trigger").lacks("<h1");
    assert_eq!(part.post(&format!("{}/read", at(held)), &[]).await.is(303).location(), at(last));
    assert_eq!(part.get("/welcome").await.is(303).location(), at(last));
    close(test).await;
}

#[tokio::test]
async fn a_page_of_an_invite_is_for_those_who_came_by_it() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let group = admin.json(reqwest::Method::POST, "/api/groups", json!({ "name": "Cousins" })).await.is(201).json();
    let invite = json!({ "label": "For the cousins", "groups": [group["id"]] });
    let invite = admin.json(reqwest::Method::POST, "/api/invites", invite).await.is(201).json()["id"].clone();
    let theirs = page(&admin, "For cousins", json!({ "invites": [invite] })).await;
    admin.get("/admin/onboarding").await.is(200).has("For the cousins");
    let (ana, ben) = (test.add_person("ana", Role::Viewer).await, test.add_person("ben", Role::Viewer).await);
    let (by_invite, other) = (test.signed_in(ana).await, test.signed_in(ben).await);
    let (id, now) = (usherr::domain::ids::InviteId(invite.as_i64().unwrap()), test.app().now());
    let use_of = move |tx: &mut usherr::db::Tx<'_>| {
        let invite = usherr::db::invites::get(tx, id)?.unwrap();
        usherr::db::invite_uses::begin(tx, &invite, 4711, ana, "Ana", now)
    };
    let came = test.app().db.write(use_of).await.unwrap();
    // They are not in yet.
    assert_eq!(by_invite.get("/welcome").await.is(303).location(), "/");
    let state = usherr::domain::invite::uses::UseState::In;
    test.app().db.write(move |tx| usherr::db::invite_uses::go_on(tx, came, state, now)).await.unwrap();
    assert_eq!(by_invite.get("/welcome").await.is(303).location(), format!("/welcome/{theirs}"));
    assert_eq!(other.get("/welcome").await.is(303).location(), "/");
    other.get(&format!("/welcome/{theirs}")).await.is(404);
    other.post(&format!("/welcome/{theirs}/read"), &[]).await.is(404);
    other.get("/me").await.is(200).lacks("Read the welcome again");
    by_invite.get("/me").await.is(200).has("Read the welcome again");
    // Switched off, it is shown to nobody.
    admin.post(&format!("/admin/onboarding/{theirs}/switch"), &[("on", "")]).await.is(303);
    by_invite.get(&format!("/welcome/{theirs}")).await.is(404);
    admin.post(&format!("/admin/onboarding/{theirs}/switch"), &[("on", "yes")]).await.is(303);
    // Its invite is deleted: then it is for nobody, not for everybody.
    admin.json(reqwest::Method::DELETE, &format!("/api/invites/{invite}"), serde_json::Value::Null).await.is(204);
    for browser in [&by_invite, &other] {
        browser.get(&format!("/welcome/{theirs}")).await.is(404);
    }
    admin.get("/admin/onboarding").await.is(200).has("Nobody: its invites are deleted");
    close(test).await;
}

#[tokio::test]
async fn how_far_somebody_is_goes_with_them_when_they_are_merged() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let (first, second) = (page(&admin, "One", json!({})).await, page(&admin, "Two", json!({})).await);
    let (kept, gone) = (test.add_person("kept", Role::Viewer).await, test.add_person("gone", Role::Viewer).await);
    test.signed_in(kept).await.post(&format!("/welcome/{first}/read"), &[]).await.is(303);
    let other = test.signed_in(gone).await;
    for id in [first, second] {
        other.post(&format!("/welcome/{id}/read"), &[]).await.is(303);
    }
    let now = test.app().now();
    let way = test
        .app()
        .db
        .write(move |tx| {
            let mara = people::by_username(tx, "mara")?.unwrap().id;
            people::merge::merge(tx, kept, gone, Role::Viewer, mara, now)?;
            welcome_reads::way(tx, kept)
        })
        .await
        .unwrap();
    assert!(way.0.iter().all(|step| step.read), "{way:?}");
    close(test).await;
}
