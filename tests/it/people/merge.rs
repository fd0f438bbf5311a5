//! Two people who are one, and two again.

use std::collections::BTreeSet;

use usherr::db::people::merge::{self, REFERRING};
use usherr::db::people::{self, notes};
use usherr::db::{grants, requests, sessions};
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::{MergeId, PersonId};
use usherr::domain::people::{KeyScope, Role};

use super::access::{grants_of, group, groups_of, library};
use super::{close, entries, house, named};
use crate::support::TestApp;
use crate::support::house::PASSWORD;
use crate::support::requests::a_film;
use crate::support::world::films_to_ask_for;

/// Columns that the migrations tie to people.
fn referring() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for engine in ["sqlite", "postgres"] {
        for step in std::fs::read_dir(format!("migrations/{engine}")).unwrap() {
            let mut table = String::new();
            for line in std::fs::read_to_string(step.unwrap().path().join("up.sql")).unwrap().lines().map(str::trim) {
                if let Some(rest) = line.strip_prefix("CREATE TABLE ").or(line.strip_prefix("ALTER TABLE ")) {
                    table = rest.split([' ', '(']).next().unwrap().to_owned();
                }
                if line.contains("REFERENCES people") {
                    let column = line.split("ADD COLUMN ").last().unwrap().split_whitespace().next().unwrap();
                    found.insert((table.clone(), column.to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn merging_knows_every_column_that_refers_to_people() {
    let known: BTreeSet<(String, String)> =
        REFERRING.iter().map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned())).collect();
    assert_eq!(known.len(), REFERRING.len(), "a column is there twice");
    assert_eq!(known, referring());
}

async fn find(test: &TestApp, id: PersonId) -> Option<usherr::domain::people::Person> {
    test.app().db.read(move |conn| people::get(conn, id)).await.unwrap()
}

async fn merged(test: &TestApp, id: PersonId) -> Vec<merge::Merged> {
    test.app().db.read(move |conn| merge::of_person(conn, id)).await.unwrap()
}

async fn asked(test: &TestApp, id: PersonId) -> i64 {
    test.app().db.read(move |conn| requests::asked_by(conn, id, 1, 20)).await.unwrap().1
}

#[tokio::test]
async fn two_become_one_and_two_again() {
    let test = TestApp::new().await;
    let ana = named(&test, "Ana Kovac").await;
    let local = test.add_person("anak", Role::Requester).await;
    let films = films_to_ask_for(&test.world);
    let (own, plex) = (test.signed_in(local).await, test.signed_in(ana.id).await);
    let first = own.ask(a_film(&films[0])).await;
    plex.ask(a_film(&films[1])).await;
    let shelf = library(&test, "4K Films").await;
    let (night, day) = (group(&test, "Night", vec![], vec![]).await, group(&test, "Day", vec![], vec![]).await);
    let helper = test.as_role(Role::Moderator).await;
    let page = |id: PersonId| format!("/admin/people/{id}");
    let both = [("group", night.to_string()), ("group", day.to_string())];
    let both: Vec<(&str, &str)> = both.iter().map(|(name, id)| (*name, id.as_str())).collect();
    helper.post(&format!("{}/groups", page(local)), &both).await.is(303);
    helper.post(&format!("{}/groups", page(ana.id)), &both[..1]).await.is(303);
    helper.post(&format!("{}/grants", page(local)), &[("library", &shelf.to_string())]).await.is(303);
    helper.post(&format!("{}/notes", page(local)), &[("notes", "two"), ("keep", "yes")]).await.is(303);
    helper.post(&format!("{}/notes", page(ana.id)), &[("notes", "one")]).await.is(303);
    let now = test.app().now();
    let key = usherr::crypto::token_hash("key-of-ana");
    let write = move |tx: &mut usherr::db::Tx<'_>| sessions::add_key(tx, local, "t", KeyScope::Read, &key, "key", now);
    test.app().db.write(move |tx| write(tx).map(drop)).await.unwrap();
    let program = test.nobody().with_header("x-api-key", "key-of-ana");
    program.get("/api/people/me").await.is(200).has("anak");

    let path = format!("{}/merge", page(local));
    helper.get(&format!("{path}?find=kovac")).await.is(200).has("Ana Kovac").has("This one");
    let form = helper.get(&format!("{path}?other={}", ana.id)).await.is(200).has("Make anak part of Ana Kovac");
    form.has("Plex, and anak with its password").has("a requester from then on");
    let reply = helper.post(&path, &[("other", &ana.id.to_string())]).await.is(303);
    assert_eq!(reply.location(), page(ana.id));
    helper.follow(&reply).await.is(200).has("anak is part of Ana Kovac now").has("Split again");
    assert!(find(&test, local).await.is_none());
    own.get("/me").await.is(303);
    program.get("/api/people/me").await.is(401);
    let sign_in = [("username", "anak"), ("password", PASSWORD)];
    let browser = test.nobody();
    browser.post("/login", &sign_in).await.is(303);
    browser.get("/me").await.is(200).has("Ana Kovac");
    assert_eq!(asked(&test, ana.id).await, 2);
    assert_eq!(groups_of(&test, ana.id).await.len(), 2);
    assert!(grants_of(&test, ana.id).await.iter().any(|one| one.library == shelf));
    let noted = test.app().db.read(move |conn| notes::of_person(conn, ana.id)).await.unwrap();
    assert_eq!((noted.notes.as_str(), noted.keep), ("one\ntwo", true));
    assert_eq!(entries(&test, ActivityKind::PeopleMerged).await, 1);

    let split = format!("{}/split", page(ana.id));
    helper.get(&split).await.is(200).has("Bring anak back");
    let id = merged(&test, ana.id).await.remove(0).id;
    let reply = helper.post(&split, &[("merge", &id.to_string())]).await.is(303);
    assert_eq!(reply.location(), page(local));
    browser.get("/me").await.is(303);
    let again = test.nobody();
    again.post("/login", &sign_in).await.is(303);
    again.get("/me").await.is(200).has("anak");
    assert_eq!((asked(&test, ana.id).await, asked(&test, local).await), (1, 1));
    again.get(&format!("/requests/{first}")).await.is(200);
    assert_eq!((groups_of(&test, ana.id).await, groups_of(&test, local).await), (vec![night], vec![night, day]));
    let theirs: Vec<_> = grants_of(&test, local).await.into_iter().map(|one| one.library).collect();
    assert_eq!(theirs, [shelf]);
    let noted = test.app().db.read(move |conn| notes::of_person(conn, ana.id)).await.unwrap();
    assert_eq!((noted.notes.as_str(), noted.keep), ("one", false));
    let back = find(&test, ana.id).await.unwrap();
    assert_eq!((back.username, back.email, back.role), (None, ana.email, ana.role));
    assert!(merged(&test, ana.id).await.is_empty());
    helper.post(&split, &[("merge", &id.to_string())]).await.is(404);
    assert_eq!(entries(&test, ActivityKind::PeopleSplit).await, 1);
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn the_higher_role_stays_and_helpers_stay_within_theirs() {
    let test = house().await;
    let (owner, yuki, ana) =
        (named(&test, "mara").await, named(&test, "Yuki Park").await, named(&test, "Ana Kovac").await);
    let jun = named(&test, "jun@example.org").await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let (boss, checker) = (test.add_person("boss", Role::Admin).await, test.add_person("eye", Role::Auditor).await);
    let (other_helper, local) =
        (test.add_person("hand", Role::Moderator).await, test.add_person("lo", Role::Viewer).await);
    let at = |id: PersonId| format!("/admin/people/{id}/merge");
    let with = |id: PersonId| id.to_string();
    for (browser, id, other, status, words) in [
        (&helper, boss, yuki.id, 403, "Only an admin"),
        (&helper, yuki.id, boss, 403, "Only an admin"),
        (&helper, yuki.id, owner.id, 403, "Only an admin"),
        (&helper, yuki.id, other_helper, 422, "Only an admin merges"),
        (&admin, yuki.id, ana.id, 422, "Two accounts stay two people"),
        (&admin, yuki.id, yuki.id, 422, "Choose somebody else"),
        (&admin, local, jun.id, 422, "has not come yet"),
        (&admin, jun.id, local, 422, "has not come yet"),
        (&admin, yuki.id, checker, 422, "A checker asks for nothing"),
        (&admin, yuki.id, PersonId(999_999), 422, "Choose one of the people"),
    ] {
        browser.post(&at(id), &[("other", &with(other))]).await.is(status).has(words);
    }
    for odd in ["", "x", "-1", "99999999999999999999"] {
        admin.post(&at(yuki.id), &[("other", odd)]).await.is(422);
        admin.post(&format!("/admin/people/{}/split", yuki.id), &[("merge", odd)]).await.is(404);
        admin.get(&format!("{}?other={odd}&find={odd}", at(yuki.id))).await.is(200);
    }
    admin.post(&at(yuki.id), &[("other", &with(boss))]).await.is(303);
    assert_eq!(find(&test, yuki.id).await.unwrap().role, Role::Admin, "the higher of both");
    let id: MergeId = merged(&test, yuki.id).await.remove(0).id;
    let split = format!("/admin/people/{}/split", yuki.id);
    helper.post(&split, &[("merge", &id.to_string())]).await.is(403);
    admin.post(&split, &[("merge", &id.to_string())]).await.is(303);
    let roles = (find(&test, yuki.id).await.unwrap().role, find(&test, boss).await.unwrap().role);
    assert_eq!(roles, (Role::Requester, Role::Admin));
    // Into the owner, by oneself: the local admin is the owner after all.
    let own = test.signed_in(boss).await;
    own.post(&at(boss), &[("other", &with(owner.id))]).await.is(303);
    own.get("/admin").await.is(303);
    assert!(find(&test, owner.id).await.unwrap().is_owner);
    let given = test.app().db.read(move |conn| grants::of_person(conn, owner.id)).await.unwrap();
    assert!(given.is_empty());
    close(test).await;
}
