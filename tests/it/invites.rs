//! The door: an invite is followed, Plex is asked, the guest is in.

mod crowd;
mod home;
mod kill;
mod mail;
mod members;
mod plex_away;
mod refusals;
mod removed;
mod stay;
mod way;

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::household::Household;
use usherr::domain::jobs::{JobName, RunState};

use super::support::patience::until;
use super::support::{Browser, Reply, TestApp};

async fn house() -> TestApp {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    for job in [JobName::ServiceHealth, JobName::PeopleSync] {
        assert_eq!(test.run_job(job).await.state, RunState::Succeeded, "{job}");
    }
    test
}

async fn close(test: TestApp) {
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
    test.world.stop().await;
}

/// The ids of these libraries.
async fn libraries(test: &TestApp, titles: &[&str]) -> Vec<i64> {
    let known = test.app().db.read(usherr::db::libraries::titles).await.unwrap();
    titles.iter().map(|title| known.iter().find(|(_, known)| known.trim() == *title).unwrap().0.0).collect()
}

/// An invite to Films, with more said about it.
async fn invite(test: &TestApp, more: Value) -> Value {
    let mut body = json!({ "code": "back-row", "libraries": libraries(test, &["Films"]).await, "uses": 2 });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    test.as_admin().await.json(Method::POST, "/api/invites", body).await.is(201).json()
}

/// How many places of the invite are taken.
async fn used(test: &TestApp) -> i64 {
    test.as_admin().await.get("/api/invites").await.is(200).json()["items"][0]["used"].as_i64().unwrap()
}

/// Shows the account of this one at the door.
async fn show(test: &TestApp, browser: &Browser, name: &str) -> Reply {
    by_plex(test, browser, name, &[("as_guest", "yes"), ("next", "/invite/back-row")]).await
}

pub async fn by_plex(test: &TestApp, browser: &Browser, name: &str, fields: &[(&str, &str)]) -> Reply {
    let plex = browser.post("/login/plex", fields).await.is(303);
    let plex = plex.location();
    let pins = test.world.plex_tv().pins();
    let pin = pins.iter().find(|pin| plex.contains(&format!("code={}", pin.code))).unwrap();
    assert!(test.world.plex_tv().approve_pin(&pin.code, test.world.account(name).unwrap().id));
    until("Plex has told who it is", || async {
        let reply = browser.get("/login/plex/wait").await;
        (reply.status == 303).then_some(reply)
    })
    .await
}

/// Presses the button, and waits for how it ends.
async fn come_in(browser: &Browser) -> Reply {
    browser.post("/invite/back-row/accept", &[]).await.is(303);
    ended(browser).await
}

async fn ended(browser: &Browser) -> Reply {
    until("the door has done with them", || async {
        let page = browser.get("/invite/back-row").await.is(200);
        (!page.body.contains("hx-trigger")).then_some(page)
    })
    .await
}

/// What Plex lets somebody see, and whether they have accepted it.
fn sees(test: &TestApp, name: &str) -> Option<(Vec<String>, bool)> {
    test.world.house().read(|house| share(house, name))
}

fn share(house: &Household, name: &str) -> Option<(Vec<String>, bool)> {
    let id = house.account_named(name).unwrap().id;
    let mut shares = house.shares.iter().filter(|share| share.account_id == Some(id));
    let share = shares.next()?;
    assert!(shares.next().is_none(), "{name} has two shares");
    let keys = house.keys_of(share);
    let all = house.sections.iter().filter(|one| keys.contains(&one.key));
    let mut titles: Vec<String> = all.map(|one| one.title.trim().to_owned()).collect();
    titles.sort();
    Some((titles, share.accepted_at.is_some()))
}
