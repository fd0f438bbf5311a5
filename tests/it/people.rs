//! People: the import from Plex, and the pages about them.

use usherr::db::{activity, people};
use usherr::demo::WorldOptions;
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::jobs::{JobName, Run, RunState};
use usherr::domain::people::Person;

use crate::support::TestApp;

mod access;
mod access_api;
mod api;
mod import;
mod many;
mod merge;
mod pages;
mod removal;
mod roles;

async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let run = sync(&test).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    test
}

async fn sync(test: &TestApp) -> Run {
    test.run_job(JobName::PeopleSync).await
}

async fn close(test: TestApp) {
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
    test.world.stop().await;
}

async fn everybody(test: &TestApp) -> Vec<Person> {
    let listed = test.app().db.read(|conn| people::lists::matching(conn, "")).await.unwrap();
    listed.into_iter().map(|listed| listed.person).collect()
}

async fn named(test: &TestApp, name: &str) -> Person {
    let people = everybody(test).await;
    let names: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
    people.into_iter().find(|person| person.name == name).unwrap_or_else(|| panic!("no {name} among {names:?}"))
}

async fn entries(test: &TestApp, kind: ActivityKind) -> usize {
    let filter = ActivityFilter { kind: Some(kind), ..Default::default() };
    test.app().db.read(move |conn| activity::page(conn, &filter, 0, 100)).await.unwrap().0.len()
}
