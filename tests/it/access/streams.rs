//! Whoever loses a server stops watching there, and nobody else does.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use usherr::db::memberships;
use usherr::demo::fault::Fault;
use usherr::domain::membership::Membership;
use usherr::domain::settings::SettingKey;

use super::{close, house, on_plex, person};
use crate::support::TestApp;
use crate::support::patience::until;

/// A row as a media server lists it; some players give no session.
fn row(account: i64, session: Option<&str>) -> Value {
    let user = json!({ "id": account.to_string() });
    let mut row = json!({ "sessionKey": "7", "type": "movie", "title": "Nine Winters", "User": user });
    if let Some(id) = session {
        row["Session"] = json!({ "id": id, "bandwidth": 2798, "location": "lan" });
    }
    row
}

fn account(test: &TestApp, name: &str) -> i64 {
    let found = test.world.house().read(|house| house.accounts.iter().find(|one| one.title == name).map(|one| one.id));
    found.unwrap_or_else(|| panic!("no account {name}"))
}

fn sessions(test: &TestApp) -> Vec<Value> {
    test.world.media_server().sessions().iter().map(|row| row["Session"]["id"].clone()).collect()
}

/// How often it was told to end one.
fn ended(test: &TestApp) -> usize {
    let asked = test.world.media_server().journal().requests();
    asked.iter().filter(|one| one.path.ends_with("/status/sessions/terminate")).count()
}

/// Their membership is over, and the clock sees to it.
async fn ends(test: &TestApp, name: &str) {
    let person = person(test, name).await;
    let one = Membership { ends_at: Some(Utc::now() - TimeDelta::hours(1)), ..Membership::open(person) };
    test.app().db.write(move |tx| memberships::save(tx, &one, Utc::now())).await.unwrap();
    test.setting(SettingKey::AccessLookedAt, &(Utc::now() - TimeDelta::hours(30)).to_rfc3339()).await;
    test.run_job(usherr::domain::jobs::JobName::AccessSchedule).await;
}

async fn record(test: &TestApp) -> String {
    let admin = test.as_admin().await;
    admin.get("/admin/activity").await.is(200).body
}

#[tokio::test]
async fn what_somebody_watches_ends_with_their_share() {
    let test = house().await;
    let (teo, priya) = (account(&test, "Teo Almeida"), account(&test, "Priya Raman"));
    test.world.media_server().set_sessions(vec![
        row(teo, Some("teo-1")),
        row(priya, Some("priya-1")),
        row(teo, Some("teo 2&x")),
        row(teo, None),
        row(1, Some("owner")),
    ]);
    ends(&test, "Teo").await;
    test.settled_in_a_hurry().await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    assert_eq!(sessions(&test), [json!("priya-1"), Value::Null, json!("owner")]);
    assert_eq!(ended(&test), 2);
    assert!(record(&test).await.contains("2 streams on "), "it is in the record");
    close(test).await;
}

#[tokio::test]
async fn a_player_that_begins_again_is_stopped_again() {
    let test = house().await;
    let teo = account(&test, "Teo Almeida");
    test.world.media_server().set_sessions(vec![row(teo, Some("first"))]);
    ends(&test, "Teo").await;
    until("the first is ended", || async { (ended(&test) == 1).then_some(()) }).await;
    test.world.media_server().set_sessions(vec![row(teo, Some("again"))]);
    test.settled_in_a_hurry().await;
    assert_eq!((sessions(&test), ended(&test)), (vec![], 2));
    close(test).await;
}

#[tokio::test]
async fn without_plex_pass_it_is_said_and_the_share_is_gone_all_the_same() {
    let test = house().await;
    let teo = account(&test, "Teo Almeida");
    test.world.house().write(|house| house.accounts.iter_mut().for_each(|one| one.plex_pass = false));
    test.world.media_server().set_sessions(vec![row(teo, Some("first"))]);
    ends(&test, "Teo").await;
    test.settled_in_a_hurry().await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    assert_eq!(sessions(&test), [json!("first")]);
    let record = record(&test).await;
    assert!(record.contains("could not be ended") && record.contains("has a Plex Pass"), "{record}");
    close(test).await;
}

#[tokio::test]
async fn it_waits_for_a_server_that_is_away_and_leaves_who_is_back() {
    let test = house().await;
    let teo = account(&test, "Teo Almeida");
    test.world.media_server().set_sessions(vec![row(teo, Some("first"))]);
    test.world.media_server().faults().set_for("/status/sessions", None, Fault::Status(503), None);
    ends(&test, "Teo").await;
    let tried = || {
        let asked = test.world.media_server().journal().requests();
        asked.iter().filter(|one| one.path.ends_with("/status/sessions")).count()
    };
    until("it was tried", || async { (tried() > 0).then_some(()) }).await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    // They are let in again before the server answers: they may go on watching.
    let admin = test.as_admin().await;
    let person = person(&test, "Teo").await;
    admin.post(&format!("/admin/people/{person}/membership"), &[("do", "open")]).await.is(303);
    until("they are back", || async {
        test.hurry().await;
        on_plex(&test).contains_key("Teo Almeida").then_some(())
    })
    .await;
    test.world.media_server().faults().clear();
    test.settled_in_a_hurry().await;
    assert_eq!((sessions(&test), ended(&test)), (vec![json!("first")], 0));
    close(test).await;
}
