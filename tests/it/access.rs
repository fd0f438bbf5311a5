//! The access plan against the simulated plex.tv: what it says, what is sent, what is left alone.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{self, changes, people};
use usherr::demo::household::{Settings, Share};
use usherr::demo::journal::Recorded;
use usherr::domain::access::when::When;
use usherr::domain::group::{Flags, Group};
use usherr::domain::ids::{GroupId, LibraryId, PersonId};
use usherr::domain::jobs::{JobName, Run, RunState};

use crate::support::patience::until;
use crate::support::{Browser, TestApp};

mod clock;
mod command;
mod drift;
mod faults;
mod kill;
mod long;
mod membership;
mod outlook;
mod pages;
mod refused;
mod since;
mod streams;
mod undo;

async fn house() -> TestApp {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    for job in [JobName::ServiceHealth, JobName::PeopleSync] {
        let run = test.run_job(job).await;
        assert_eq!(run.state, RunState::Succeeded, "{job}: {:?}", run.error);
    }
    test
}

async fn library(test: &TestApp, title: &str) -> LibraryId {
    let titles = test.app().db.read(db::libraries::titles).await.unwrap();
    titles.into_iter().find(|(_, known)| known.trim() == title).unwrap_or_else(|| panic!("no library {title}")).0
}

async fn person(test: &TestApp, name: &str) -> PersonId {
    let name = name.to_owned();
    let found = test.app().db.read(move |conn| people::lists::matching(conn, &name)).await.unwrap();
    found.first().unwrap_or_else(|| panic!("nobody")).person.id
}

/// A group of these libraries with these people in it.
async fn group(
    test: &TestApp,
    name: &str,
    titles: &[&str],
    members: &[&str],
    change: impl FnOnce(&mut Group),
) -> GroupId {
    let mut made = Group::new(name);
    for title in titles {
        made.libraries.push(library(test, title).await);
    }
    change(&mut made);
    let mut ids = Vec::new();
    for name in members {
        ids.push(person(test, name).await);
    }
    let now = test.app().now();
    test.app()
        .db
        .write(move |tx| {
            let id = db::groups::save(tx, &made, now)?;
            for person in ids {
                db::groups::join(tx, id, person, now)?;
            }
            Ok(id)
        })
        .await
        .unwrap()
}

async fn plan(admin: &Browser) -> Value {
    admin.get("/api/plan").await.is(200).json()
}

/// Applies the plan to these people, or to everybody, and waits for the end. The batch.
async fn apply(test: &TestApp, admin: &Browser, people: Value) -> (Value, Run) {
    let started = admin.json(Method::POST, "/api/plan/apply", json!({ "person_ids": people })).await.is(202).json();
    let run = ended(test, started["run_id"].as_i64().unwrap()).await;
    let batch = match started["batch_id"].as_i64() {
        Some(id) => admin.get(&format!("/api/plan/batches/{id}")).await.is(200).json(),
        None => Value::Null,
    };
    (batch, run)
}

/// Takes a batch back, and waits for the end.
async fn take_back(test: &TestApp, admin: &Browser, batch: &Value) -> Run {
    let undo = format!("/api/plan/batches/{batch}/undo");
    let started = admin.json(Method::POST, &undo, json!({})).await.is(202).json();
    ended(test, started["run_id"].as_i64().unwrap()).await
}

async fn ended(test: &TestApp, id: i64) -> Run {
    until("the run ends", || async move {
        let run = test.app().db.read(move |conn| db::jobs::run(conn, usherr::domain::ids::RunId(id))).await.unwrap();
        run.filter(|run| run.state != RunState::Running)
    })
    .await
}

/// What Plex gives, by title of the account or address: names of libraries, settings, accepted.
fn on_plex(test: &TestApp) -> BTreeMap<String, (Vec<String>, Settings, bool)> {
    test.world.house().read(|house| {
        let told = |share: &Share| {
            let account = share.account_id.and_then(|id| house.account(id));
            let name = account.map_or_else(|| share.email.clone().unwrap_or_default(), |one| one.title.clone());
            let keys = house.keys_of(share);
            let titles = house.sections.iter().filter(|one| keys.contains(&one.key));
            let settings = share.account_id.and_then(|id| house.settings.get(&id).cloned()).unwrap_or_default();
            (name, (titles.map(|one| one.title.trim().to_owned()).collect(), settings, share.accepted_at.is_some()))
        };
        house.shares.iter().map(told).collect()
    })
}

fn libraries_of(test: &TestApp, name: &str) -> Vec<String> {
    on_plex(test).remove(name).map(|(libraries, ..)| libraries).unwrap_or_default()
}

fn writes(test: &TestApp) -> Vec<Recorded> {
    let all = test.world.plex_tv().journal().requests();
    all.into_iter().filter(|one| one.method != Method::GET.as_str()).collect()
}

/// Nothing that was sent names a section by its key, or an empty list.
fn only_section_ids(test: &TestApp) {
    let ids: Vec<i64> = test.world.house().read(|house| house.sections.iter().map(|one| one.id).collect());
    for write in writes(test) {
        let body = write.json();
        let lists = [&body["shared_server"]["library_section_ids"], &body["librarySectionIds"]];
        for list in lists.into_iter().filter_map(Value::as_array) {
            assert!(!list.is_empty(), "{} {}: an empty list", write.method, write.path);
            assert!(
                list.iter().all(|id| ids.contains(&id.as_i64().unwrap())),
                "{} {}: {list:?}",
                write.method,
                write.path
            );
        }
    }
}

async fn close(test: TestApp) {
    only_section_ids(&test);
    test.close().await;
}

#[tokio::test]
async fn a_plan_is_shown_applied_once_and_then_empty() {
    let test = house().await;
    let admin = test.as_admin().await;
    assert_eq!(plan(&admin).await["changes"], json!([]), "who is in no group keeps what was found");
    let flags = |group: &mut Group| group.flags = Flags { sync: true, ..Flags::default() };
    group(&test, "Friends", &["Films", "Series", "4K Films"], &["Priya", "Yuki", "Casper"], flags).await;
    let shown = plan(&admin).await;
    let by_name = |name: &str| {
        let changes = shown["changes"].as_array().unwrap();
        changes.iter().find(|one| one["person"]["name"] == name).unwrap_or_else(|| panic!("{shown}")).clone()
    };
    let (priya, yuki, casper) = (by_name("Priya Raman"), by_name("Yuki Park"), by_name("Casper Holm"));
    assert_eq!(shown["changes"].as_array().unwrap().len(), 3);
    assert_eq!((&priya["action"], &priya["gain"]), (&json!("update"), &json!(["4K Films"])));
    assert_eq!(priya["lose"], json!(["Documentaries", "Kids"]));
    assert_eq!(priya["flags"], json!({}), "she may download already");
    assert_eq!(yuki["flags"], json!({ "allow_sync": true }));
    assert_eq!(
        (&casper["action"], &casper["gain"]),
        (&json!("invite"), &json!(["4K Films", "Films", "Series", "Welcome"]))
    );
    assert!(yuki["why"].to_string().contains("Group Friends"), "{yuki}");
    test.world.plex_tv().journal().clear();

    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert!(batch["changes"].as_array().unwrap().iter().all(|one| one["state"] == "done"), "{batch}");
    let after = ["4K Films", "Films", "Series", "Welcome"];
    for name in ["Priya Raman", "Yuki Park", "Casper Holm"] {
        let mut libraries = libraries_of(&test, name);
        libraries.sort();
        assert_eq!(libraries, after, "{name}");
    }
    assert!(on_plex(&test)["Yuki Park"].1.allow_sync);
    assert!(!on_plex(&test)["Casper Holm"].2, "an invite waits for a yes");
    assert_eq!(writes(&test).len(), 3, "{:?}", writes(&test));
    let again = plan(&admin).await;
    assert_eq!((&again["changes"], &again["drift"]), (&json!([]), &json!([])));
    let (nothing, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!((nothing, run.state), (Value::Null, RunState::Succeeded));
    assert_eq!(writes(&test).len(), 3, "nothing more to send");

    // Another reading of Plex changes nothing about that.
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    assert_eq!(plan(&admin).await["changes"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn only_those_who_are_named_are_changed_and_an_admin_only_by_an_admin() {
    let test = house().await;
    let (admin, helper) = (test.as_admin().await, test.as_role(usherr::domain::people::Role::Moderator).await);
    group(&test, "Cinema", &["Films"], &["Priya", "Marek", "Sam"], |_| {}).await;
    let (sam, now) = (person(&test, "Sam").await, test.app().now());
    test.app().db.write(move |tx| people::set_role(tx, sam, usherr::domain::people::Role::Admin, now)).await.unwrap();
    let priya = person(&test, "Priya").await;
    let (batch, _) = apply(&test, &helper, json!([priya.0])).await;
    assert_eq!(batch["changes"].as_array().unwrap().len(), 1);
    helper.json(Method::POST, "/api/plan/apply", json!({ "person_ids": [sam.0] })).await.is(403);
    let before = libraries_of(&test, "Sam Okafor");
    let (batch, _) = apply(&test, &helper, Value::Null).await;
    assert_eq!(batch["changes"].as_array().unwrap().len(), 1, "Marek: {batch}");
    assert_eq!(libraries_of(&test, "Sam Okafor"), before);
    let (batch, _) = apply(&test, &admin, Value::Null).await;
    assert_eq!(batch["changes"][0]["person"]["name"], "Sam Okafor");
    assert_eq!(libraries_of(&test, "Sam Okafor"), ["Films", "Welcome"]);
    close(test).await;
}

/// Made by hand, so that a test need not wait for the page.
async fn grant(test: &TestApp, name: &str, title: &str, when: When) {
    let (person, library, now) = (person(test, name).await, library(test, title).await, test.app().now());
    test.app().db.write(move |tx| db::grants::add(tx, person, library, &when, None, "", now).map(drop)).await.unwrap();
}

async fn open_changes(test: &TestApp) -> usize {
    test.app().db.read(changes::open_targets).await.unwrap().len()
}
