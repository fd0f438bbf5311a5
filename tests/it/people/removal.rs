//! Removing people: what is said before, what Plex is asked for, what is undone, and who may.

mod api;
mod nobody;
mod plex;

use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::removals;
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;
use usherr::domain::removal::{Removal, State, Way};
use usherr::domain::settings::SettingKey;

use super::{close, entries, house, named};
use crate::support::{Browser, TestApp};

/// The clock looks, as it does by itself soon after; then all is done that can be.
async fn followed(test: &TestApp) {
    looked(test).await;
    test.settled().await;
}

async fn looked(test: &TestApp) {
    test.setting(SettingKey::AccessLookedAt, &(Utc::now() - TimeDelta::hours(30)).to_rfc3339()).await;
    let set = Utc::now();
    loop {
        let run = test.run_job(JobName::AccessSchedule).await;
        assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
        if run.started_at >= set {
            return;
        }
    }
}

async fn remove(admin: &Browser, id: PersonId, from: &str) -> Value {
    admin.json(Method::POST, &format!("/api/people/{id}/removal"), json!({ "from": from })).await.is(200).json()
}

async fn undo(admin: &Browser, id: PersonId) -> Value {
    admin.json(Method::POST, &format!("/api/people/{id}/removal/undo"), Value::Null).await.is(200).json()
}

async fn state(admin: &Browser, id: PersonId) -> Value {
    admin.get(&format!("/api/people/{id}/removal")).await.is(200).json()["state"].clone()
}

async fn all_of(test: &TestApp, id: PersonId) -> Vec<(Way, State)> {
    let told = |one: Removal| (one.way, one.state);
    let all = test.app().db.read(move |conn| removals::of_person(conn, id)).await.unwrap();
    all.into_iter().map(told).collect()
}

/// What Plex shares with an account: section ids, and whether it was accepted.
fn share(test: &TestApp, account: i64) -> Option<(Vec<i64>, bool)> {
    test.world.house().read(|house| {
        let keys = |share| house.keys_of(share);
        house.share_of(account).map(|share| (keys(share), share.accepted_at.is_some()))
    })
}

fn is_friend(test: &TestApp, account: i64) -> bool {
    test.world.house().read(|house| house.friends.contains(&account))
}

/// What plex.tv was asked to take away, in order, by the part of the address that says what.
fn removals_sent(test: &TestApp) -> Vec<String> {
    let all = test.world.plex_tv().journal().requests();
    let sent = all.into_iter().filter(|one| one.method == Method::DELETE.as_str());
    let part = |path: &str| {
        ["shared_servers", "sharings", "home/users"].into_iter().find(|part| path.contains(part)).unwrap_or("?")
    };
    sent.map(|one| part(&one.path).to_owned()).collect()
}

#[tokio::test]
async fn from_the_servers_is_said_before_and_given_back_exactly() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, named(&test, "Teo Almeida").await);
    let (id, account) = (teo.id, teo.plex_id.unwrap());
    let had = share(&test, account).unwrap().0;
    let page = format!("/admin/people/{id}");
    admin.get(&page).await.is(200).has("Remove …").lacks("Let them back");
    let ask = admin.get(&format!("{page}/removal")).await.is(200);
    ask.has("Remove Teo Almeida")
        .has("Teo loses 3 libraries on The Back Row now, and what they watch there ends.")
        .has("From Usherr only")
        .has("Films");
    admin.post(&format!("{page}/removal"), &[]).await.is(422).has("Choose from where.");
    admin
        .post(&format!("{page}/removal"), &[("from", "home")])
        .await
        .is(422)
        .has("can’t be removed from the Plex Home");
    assert!(removals_sent(&test).is_empty() && all_of(&test, id).await.is_empty());

    admin.post(&format!("{page}/removal"), &[("from", "server")]).await.is(303);
    // Pressed twice.
    admin.post(&format!("{page}/removal"), &[("from", "server")]).await.is(303);
    followed(&test).await;
    assert_eq!(share(&test, account), None);
    assert!(is_friend(&test, account), "the friendship stays");
    assert_eq!(removals_sent(&test), ["shared_servers"]);
    assert_eq!(all_of(&test, id).await, [(Way::Server, State::Done)]);
    admin.get(&page).await.is(200).has("Removed from all servers").has("by <bdi>mara</bdi>").has("Let them back");
    admin.get(&page).await.is(200).has("They were removed from all servers").lacks("over, or paused");
    admin.get("/admin/people?show=removed").await.is(200).has("Teo Almeida");
    assert_eq!(entries(&test, ActivityKind::PersonRemoved).await, 1);
    // They are told once that it is over, whatever is looked at again.
    assert_eq!(test.run_job(JobName::Membership).await.state, RunState::Succeeded);
    test.settled().await;
    let mails = test.world.mail().to("teo@example.org");
    assert_eq!(mails.iter().filter(|mail| mail.subject().contains("has ended")).count(), 1);
    let theirs = test.signed_in(id).await;
    assert_eq!(theirs.get("/").await.is(303).location(), "/me");
    theirs.get("/me").await.is(200).has("You were removed on").lacks("Your membership ended").has("Ask to come back");

    admin.post(&format!("{page}/removal/undo"), &[]).await.is(303);
    test.settled().await;
    assert_eq!(share(&test, account), Some((had, false)), "the same again, once they say yes");
    assert_eq!(all_of(&test, id).await, [(Way::Server, State::TakenBack)]);
    theirs.get("/me").await.is(200).has("Plex has invited you to <bdi>The Back Row</bdi>").lacks("You were removed");
    admin.get(&page).await.is(200).lacks("Let them back").has("Without end.");
    assert_eq!(entries(&test, ActivityKind::PersonTakenBack).await, 1);
    admin.post(&format!("{page}/removal/undo"), &[]).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn another_end_is_a_way_back_too_and_keeps_what_was_agreed() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, named(&test, "Teo Almeida").await);
    let membership = format!("/api/people/{}/membership", teo.id);
    admin.json(Method::PUT, &membership, json!({ "stay": "30d" })).await.is(200);
    let agreed = admin.get(&membership).await.json()["ends_at"].clone();
    remove(&admin, teo.id, "server").await;
    followed(&test).await;
    undo(&admin, teo.id).await;
    test.settled().await;
    assert_eq!(admin.get(&membership).await.json()["ends_at"], agreed, "as it was before");
    remove(&admin, teo.id, "server").await;
    followed(&test).await;
    admin.json(Method::PUT, &membership, json!({ "stay": "7d" })).await.is(200);
    test.settled().await;
    assert_eq!(all_of(&test, teo.id).await, [(Way::Server, State::TakenBack); 2]);
    // What the house gives by itself is not for those whom somebody removed: they wait for a yes.
    test.setting(SettingKey::MembershipExtensions, "3").await;
    remove(&admin, teo.id, "server").await;
    let theirs = test.signed_in(teo.id).await;
    let asked = theirs.json(Method::POST, "/api/people/me/membership/ask", Value::Null).await.is(200).json();
    assert_eq!(asked["answer"], "waits");
    followed(&test).await;
    test.close().await;
}

#[tokio::test]
async fn each_removes_whom_they_may() {
    let test = house().await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let (teo, owner) = (named(&test, "Teo Almeida").await, named(&test, "mara").await);
    let other = test.add_person("other", Role::Admin).await;
    let page = |id: PersonId| format!("/admin/people/{id}/removal");
    helper.get(&page(teo.id)).await.is(200).has("From The Back Row").lacks("From Plex friends");
    helper.post(&page(teo.id), &[("from", "friends")]).await.is(422);
    helper.get(&page(other)).await.is(403);
    helper.post(&page(other), &[("from", "usherr")]).await.is(403);
    admin.get(&page(other)).await.is(200).has("Give them another role first");
    admin.post(&page(other), &[("from", "usherr")]).await.is(422).has("Give them another role first");
    let root = test.signed_in(other).await;
    root.get(&page(owner.id)).await.is(200).has("owns a server and stays").lacks("<form class=\"form\"");
    root.post(&page(owner.id), &[("from", "server")]).await.is(422).has("owns a server and stays");
    let own = test.add_person("helga", Role::Moderator).await;
    test.signed_in(own).await.post(&page(own), &[("from", "usherr")]).await.is(422).has("can’t remove yourself");
    admin.get(&page(PersonId(999_999))).await.is(404);
    assert_eq!(entries(&test, ActivityKind::PersonRemoved).await, 0);
    // What an admin has taken only an admin gives back.
    remove(&admin, teo.id, "friends").await;
    followed(&test).await;
    helper
        .get(&format!("/admin/people/{}", teo.id))
        .await
        .is(200)
        .has("Removed from Plex friends")
        .lacks("Let them back")
        .lacks("Without end");
    let longer = helper.post(&format!("/admin/people/{}/membership", teo.id), &[("do", "open")]).await;
    longer.is(403).has("only an admin lets them back");
    helper.post(&format!("{}/undo", page(teo.id)), &[]).await.is(403);
    helper.post(&format!("{}/retry", page(teo.id)), &[]).await.is(409);
    undo(&admin, teo.id).await;
    test.settled().await;
    close(test).await;
}
