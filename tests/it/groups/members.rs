//! Who is in a group: put there by hand, or by a rule.

use serde_json::json;
use usherr::db::people;
use usherr::domain::activity::ActivityKind;
use usherr::domain::people::{Person, Role};

use super::{make, named, names_in, told};
use crate::support::TestApp;

async fn person(test: &TestApp, name: &str) -> Person {
    let everybody = test.app().db.read(|conn| people::lists::matching(conn, "")).await.unwrap();
    let found = everybody.into_iter().map(|listed| listed.person).find(|person| person.name == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn people_are_put_in_and_taken_out_by_hand() {
    let test = TestApp::new().await;
    let helper = test.as_role(Role::Moderator).await;
    let id = named(&helper, "Friends").await;
    let at = format!("/admin/groups/{id}");
    let (ana, dario) = (person(&test, "Ana Kovac").await, person(&test, "Dario Conti").await);
    let (one, two) = (ana.id.to_string(), dario.id.to_string());
    let page = helper.get(&format!("{at}/members?find=kovac")).await.is(200).has("Ana Kovac").lacks("Dario Conti");
    page.has(&format!("name=\"add\" value=\"{one}\" form=\"bulk\"")).has("Nobody is in it yet.");
    let reply = helper.post(&format!("{at}/members"), &[("add", &one), ("add", &two), ("add", "x")]).await.is(303);
    assert_eq!(reply.location(), at);
    let page = helper.follow(&reply).await.is(200).has("Ana Kovac and Dario Conti are in Friends now.");
    page.has("2 people. Nothing changes on Plex").has("Since <time").has("/admin/plan");
    assert_eq!(names_in(&test, id).await, ["Ana Kovac", "Dario Conti"]);
    let again = helper.post(&format!("{at}/members"), &[("add", &one)]).await.is(303);
    helper.follow(&again).await.is(200).has("Nobody was put in anew.");
    let page = helper.get(&format!("{at}/members?show=in")).await.is(200).has("Take out").lacks("Priya Raman");
    page.has("2 of 2").has("disabled checked");
    let reply = helper.post(&format!("{at}/members/removal"), &[("remove", &one)]).await.is(303);
    helper.follow(&reply).await.is(200).has("Ana Kovac is out of Friends now.");
    assert_eq!(names_in(&test, id).await, ["Dario Conti"]);
    assert_eq!(told(&test, ActivityKind::GroupJoined).await.len(), 2);
    assert_eq!(told(&test, ActivityKind::GroupLeft).await.len(), 1);
    helper.get(&format!("/admin/people/{one}")).await.is(200).has("Taken out of the group Friends");
    helper.get("/admin/activity").await.is(200).has("put Dario Conti into the group");
    let card = helper.get("/admin/groups").await.is(200).has("1 person. No limit");
    card.has("<span class=\"face s\" aria-hidden=\"true\">D</span>");
    test.close().await;
}

#[tokio::test]
async fn a_rule_puts_people_in_and_nobody_takes_them_out_by_hand() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = make(&admin, json!({ "name": "Family", "rules": ["home"] })).await;
    let at = format!("/admin/groups/{id}");
    assert_eq!(names_in(&test, id).await, ["Ida"], "the owner is in no group");
    admin.get(&at).await.is(200).has("By rule: everybody in the Plex Home");
    let ida = person(&test, "Ida").await.id.to_string();
    let page = admin.get(&format!("{at}/members?show=home")).await.is(200).has("By rule").lacks("name=\"add\"");
    page.has("everybody in the Plex Home").has("Owns the server, sees everything");
    let out = format!("{at}/members/removal");
    admin.post(&out, &[("remove", &ida)]).await.is(409).has("Ida is in Family by a rule");
    admin.post(&format!("{at}/members"), &[("add", &ida)]).await.is(303);
    admin.get(&format!("{at}/members?show=in")).await.is(200).has("By hand").has("By rule").has("Take out");
    admin.post(&out, &[("remove", &ida)]).await.is(303);
    assert_eq!(names_in(&test, id).await, ["Ida"]);
    test.close().await;
}

/// The clock does what a group's times say, and asks nobody.
#[tokio::test]
async fn a_helper_sets_no_times_for_an_admin() {
    let test = TestApp::new().await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let other = test.add_person("olga", Role::Admin).await.to_string();
    let id = named(&admin, "Friends").await;
    admin.post(&format!("/admin/groups/{id}/members"), &[("add", &other)]).await.is(303);
    let page = format!("/admin/groups/{id}");
    let ending = [("name", "Friends"), ("until", "2030-01-01T00:00")];
    helper.post(&page, &ending).await.is(403).has("only an admin changes that");
    helper.post(&page, &[("name", "Good friends")]).await.is(303);
    admin.post(&page, &ending).await.is(303);
    helper.post(&page, &[("name", "Friends")]).await.is(403);
    helper.post(&page, &[("name", "Dear friends"), ending[1]]).await.is(303);
    test.close().await;
}

#[tokio::test]
async fn a_helper_sorts_no_admin_and_nobody_the_owner() {
    let test = TestApp::new().await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let other = test.add_person("olga", Role::Admin).await.to_string();
    let (viewer, owner) = (test.add_person("vera", Role::Viewer).await.to_string(), person(&test, "mara").await);
    assert!(owner.is_owner);
    let id = named(&admin, "Friends").await;
    let (add, out) = (format!("/admin/groups/{id}/members"), format!("/admin/groups/{id}/members/removal"));
    let page = helper.get(&format!("{add}?find=olga")).await.is(200).has("only an admin can put admins into it");
    page.lacks("name=\"add\"");
    let refused = helper.post(&add, &[("add", &viewer), ("add", &other)]).await.is(403);
    let refused = refused.has("olga is an admin. Only an admin puts admins into groups").has("Nobody is in it yet.");
    refused.has(&format!("value=\"{viewer}\" form=\"bulk\" aria-label=\"Put vera into the group\" checked"));
    let typed = [("add", viewer.as_str()), ("add", &other), ("find", "ver"), ("show", "viewer"), ("page", "1")];
    let refused = helper.post(&add, &typed).await.is(403).has("value=\"ver\"").lacks("Ana Kovac");
    refused.has("aria-label=\"Put vera into the group\" checked");
    assert!(names_in(&test, id).await.is_empty(), "all of them or nobody");
    let api = |who: &str| format!("/api/groups/{id}/members/{who}");
    helper.json(reqwest::Method::PUT, &api(&other), json!(null)).await.is(403);
    admin.post(&add, &[("add", &other)]).await.is(303);
    helper.post(&out, &[("remove", &other)]).await.is(403);
    helper.json(reqwest::Method::DELETE, &api(&other), json!(null)).await.is(403);
    assert_eq!(names_in(&test, id).await, ["olga"]);
    let both = [("add", owner.id.to_string()), ("add", viewer.clone())];
    let both: Vec<(&str, &str)> = both.iter().map(|(name, id)| (*name, id.as_str())).collect();
    admin.post(&add, &both).await.is(422).has("aria-label=\"Put vera into the group\" checked");
    admin.post(&add, &[("add", &owner.id.to_string())]).await.is(422).has("is in no group").lacks("<fieldset");
    admin.json(reqwest::Method::PUT, &api(&owner.id.to_string()), json!(null)).await.is(422);
    admin.post(&out, &[("remove", &other)]).await.is(303);
    assert!(names_in(&test, id).await.is_empty());
    test.close().await;
}

#[tokio::test]
async fn the_list_of_everybody_finds_filters_and_pages() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = named(&admin, "Friends").await;
    let at = format!("/admin/groups/{id}/members");
    let mut all = Vec::new();
    for n in 0..25 {
        all.push(test.add_person(&format!("zed-{n:02}"), Role::Viewer).await.to_string());
    }
    let page =
        admin.get(&format!("{at}?find=zed&show=viewer&page=2")).await.is(200).has("21 to 25 of 25").has("zed-24");
    page.lacks("zed-19").has("find=zed&amp;show=viewer\"");
    admin.get(&format!("{at}?find=zzz")).await.is(200).has("Nobody fits");
    admin.get(&format!("{at}?page=99")).await.is(200).has("This page is empty");
    admin.get(&format!("{at}?page=-1&show=%00&find=%22%3E%3Cscript")).await.is(200).lacks("<script>");
    let ticked: Vec<(&str, &str)> = all.iter().map(|id| ("add", id.as_str())).collect();
    admin.post(&at, &ticked).await.is(303);
    let page = admin.get(&format!("/admin/groups/{id}")).await.is(200).has("25 people.").has("And 13 more");
    page.has("zed-11").lacks("zed-12");
    let late = [("add", "424242"), ("add", &all[0]), ("find", "zed")];
    admin.post(&at, &late).await.is(409).has("is gone meanwhile").has("zed-00");
    admin.post("/admin/groups/424242/members", &late).await.is(409).has("is gone meanwhile");
    admin.post(&at, &[]).await.is(303);
    test.close().await;
}
