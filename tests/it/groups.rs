//! Groups: what they carry, who is in them, and what follows from it.

use serde_json::{Value, json};
use usherr::db::{activity, group_people, groups};
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::group::Group;
use usherr::domain::ids::{GroupId, LibraryId};

use crate::support::{Browser, TestApp};

mod api;
mod members;
mod newcomers;
mod pages;
mod rights;
mod stay;

/// Makes a group as programs do.
async fn make(who: &Browser, group: Value) -> GroupId {
    let made = who.json(reqwest::Method::POST, "/api/groups", group).await.is(201).json();
    GroupId(made["id"].as_i64().unwrap())
}

async fn named(who: &Browser, name: &str) -> GroupId {
    make(who, json!({ "name": name })).await
}

async fn all(test: &TestApp) -> Vec<Group> {
    test.app().db.read(groups::all).await.unwrap()
}

async fn one(test: &TestApp, id: GroupId) -> Group {
    test.app().db.read(move |conn| groups::get(conn, id)).await.unwrap().unwrap()
}

async fn names_in(test: &TestApp, id: GroupId) -> Vec<String> {
    let group = one(test, id).await;
    let members = test.app().db.read(move |conn| group_people::of_one(conn, &group)).await.unwrap();
    members.into_iter().map(|member| member.person.name).collect()
}

/// The library of this title.
async fn library(test: &TestApp, title: &str) -> LibraryId {
    let title = title.to_owned();
    let found = test.app().db.read(move |conn| {
        let server = usherr::db::servers::all(conn)?.remove(0);
        let all = usherr::db::libraries::of_server(conn, server.id)?;
        let titles: Vec<String> = all.iter().map(|library| library.title.clone()).collect();
        Ok(all.into_iter().find(|library| library.title == title).map(|library| library.id).ok_or(titles))
    });
    found.await.unwrap().unwrap_or_else(|titles| panic!("among {titles:?}"))
}

/// Details of the entries of this kind, newest first.
async fn told(test: &TestApp, kind: ActivityKind) -> Vec<String> {
    let filter = ActivityFilter { kind: Some(kind), ..Default::default() };
    let (entries, _) = test.app().db.read(move |conn| activity::page(conn, &filter, 0, 100)).await.unwrap();
    let words = |entry: &usherr::domain::activity::Entry| {
        format!("{}: {}", entry.sentence(None), entry.detail.clone().unwrap_or_default())
    };
    entries.iter().map(words).collect()
}
