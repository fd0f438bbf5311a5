//! A group says how long whoever is put into it may stay.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::memberships;
use usherr::domain::ids::PersonId;
use usherr::domain::membership::Membership;
use usherr::domain::people::Role;

use super::{make, one};
use crate::support::TestApp;

async fn end(test: &TestApp, person: PersonId) -> Option<DateTime<Utc>> {
    let found = test.app().db.read(move |conn| memberships::of_person(conn, person)).await.unwrap();
    found.and_then(|one| one.ends_at)
}

async fn ends(test: &TestApp, person: PersonId, end: DateTime<Utc>) {
    let one = Membership { ends_at: Some(end), ..Membership::open(person) };
    test.app().db.write(move |tx| memberships::save(tx, &one, Utc::now())).await.unwrap();
}

/// About so many days from now: an end is that of a day.
fn is_in(end: Option<DateTime<Utc>>, days: i64) -> bool {
    end.is_some_and(|end| (end - Utc::now() - TimeDelta::days(days)).abs() <= TimeDelta::days(1))
}

#[tokio::test]
async fn whoever_is_put_into_it_gets_an_end() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let group = make(&admin, json!({ "name": "Summer guests", "stay": "30d" })).await;
    let (ana, sam, felix) = (
        test.add_person("ana", Role::Viewer).await,
        test.add_person("sam", Role::Viewer).await,
        test.add_person("felix", Role::Viewer).await,
    );
    let helga = test.add_person("helga", Role::Admin).await;
    let (late, over) = (Utc::now() + TimeDelta::days(300), Utc::now() - TimeDelta::days(3));
    ends(&test, sam, late).await;
    ends(&test, felix, over).await;
    let all: Vec<String> = [ana, sam, felix, helga].iter().map(ToString::to_string).collect();
    let add: Vec<(&str, &str)> = all.iter().map(|id| ("add", id.as_str())).collect();
    let page = format!("/admin/groups/{group}/members");
    admin.post(&page, &add).await.is(303);
    assert!(is_in(end(&test, ana).await, 30));
    assert!(is_in(end(&test, sam).await, 300), "a later date of their own stays");
    assert!(is_in(end(&test, felix).await, -3), "who is out stays out");
    assert_eq!(end(&test, helga).await, None, "an admin stays");
    admin.get("/admin/activity").await.is(200).has("by the group Summer guests");
    // Once they are in it, nothing is counted anew.
    let before = end(&test, ana).await;
    admin.post(&page, &[("add", &*ana.to_string())]).await.is(303);
    admin
        .json(Method::PUT, &format!("/api/groups/{group}"), json!({ "name": "Summer guests", "stay": "12m" }))
        .await
        .is(200);
    assert_eq!(end(&test, ana).await, before);
    test.close().await;
}

#[tokio::test]
async fn one_that_says_nothing_leaves_everybody_as_they_are() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let group = make(&admin, json!({ "name": "Friends" })).await;
    let ana = test.add_person("ana", Role::Viewer).await;
    admin.post(&format!("/admin/people/{ana}/groups"), &[("group", &*group.to_string())]).await.is(303);
    assert_eq!(end(&test, ana).await, None);
    test.close().await;
}

#[tokio::test]
async fn newcomers_stay_as_long_as_their_group_says() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let admin = test.as_admin().await;
    make(&admin, json!({ "name": "On trial", "stay": "7d", "for_newcomers": true })).await;
    let typed = [("name", "Nadia"), ("username", "nadia"), ("password", "a long one, please"), ("role", "viewer")];
    let added = admin.post("/admin/people/new", &typed).await.is(303).location().to_owned();
    let id: PersonId = added.rsplit('/').next().unwrap().parse().unwrap();
    assert!(is_in(end(&test, id).await, 7), "{added}");
    test.close().await;
}

#[tokio::test]
async fn it_is_said_in_the_form_and_over_the_api_and_on_invites() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let typed = [("name", "Friends"), ("stay", "until"), ("last_day", "soon")];
    let refused = admin.post("/admin/groups/new", &typed).await.is(422);
    refused.has("Write a day, such as 2027-03-03.").has("value=\"soon\"").has("Whoever is put into it may stay");
    let bad = admin.json(Method::POST, "/api/groups", json!({ "name": "Friends", "stay": "a while" })).await.is(422);
    assert!(bad.json()["errors"]["stay"].is_string(), "{}", bad.body);
    let group = make(&admin, json!({ "name": "Friends", "stay": "3m" })).await;
    let told: Value = admin.get(&format!("/api/groups/{group}")).await.is(200).json();
    assert_eq!(told["stay"], "3m");
    assert_eq!(one(&test, group).await.stay.to_string(), "3m");
    // An invite that says nothing gives what its group does, and says so.
    let id = group.to_string();
    let invite = [("code", "back-row"), ("by", "groups"), ("groups", id.as_str()), ("uses", "1"), ("expires", "7d")];
    admin.post("/admin/invites/new", &[&invite[..], &[("stay", "open")]].concat()).await.is(303);
    admin.get("/admin/invites").await.is(200).has("for 3 months");
    test.nobody().get("/invite/back-row").await.is(200).has("Stay until ");
    admin.post("/admin/invites/new", &[&[("code", "longer")], &invite[1..], &[("stay", "12m")]].concat()).await.is(303);
    admin.get("/admin/invites").await.is(200).has("for 1 year");
    test.close().await;
}
