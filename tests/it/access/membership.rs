//! Memberships end, rest and go on: with them goes the share on Plex, and comes back as it was.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::memberships;
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::demo::household::Household;
use usherr::domain::access::when::When;
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::membership::Membership;
use usherr::domain::settings::SettingKey;

use super::clock::tick_since;
use super::{close, grant, group, house, libraries_of, on_plex, person, writes};
use crate::invites::by_plex;
use crate::support::patience::until;
use crate::support::{Browser, Reply, TestApp};

async fn ends(test: &TestApp, person: PersonId, at: DateTime<Utc>) {
    let one = Membership { ends_at: Some(at), ..Membership::open(person) };
    test.app().db.write(move |tx| memberships::save(tx, &one, Utc::now())).await.unwrap();
}

async fn stay(admin: &Browser, person: PersonId, stay: &str) -> Value {
    let body = json!({ "stay": stay });
    admin.json(Method::PUT, &format!("/api/people/{person}/membership"), body).await.is(200).json()
}

fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

#[tokio::test]
async fn at_the_end_the_share_goes_once_and_comes_back_as_it_was() {
    let test = house().await;
    let admin = test.as_admin().await;
    let teo = person(&test, "Teo").await;
    let before = on_plex(&test)["Teo Almeida"].clone();
    ends(&test, teo, Utc::now() - hours(1)).await;
    // Plex has been away for a day, and so have we: what has ended meanwhile is done once.
    let sent = writes(&test).len();
    tick_since(&test, Utc::now() - hours(30)).await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    tick_since(&test, Utc::now() - hours(30)).await;
    assert_eq!(writes(&test).len(), sent + 1);
    let plan = super::plan(&admin).await;
    assert_eq!((&plan["changes"], &plan["drift"]), (&json!([]), &json!([])), "there is nothing left to do");

    // A week more, and all is as it was.
    let told = stay(&admin, teo, "7d").await;
    assert_eq!((&told["state"], &told["paused_at"]), (&json!("open"), &Value::Null));
    test.settled().await;
    let mut after = on_plex(&test)["Teo Almeida"].clone();
    assert!(!after.2, "Plex has to ask them anew");
    after.2 = before.2;
    assert_eq!(after, before);
    assert_eq!(super::plan(&admin).await["changes"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn an_end_waits_for_plex_and_is_made_once() {
    let test = house().await;
    let (admin, teo) = (test.as_admin().await, person(&test, "Teo").await);
    let had = libraries_of(&test, "Teo Almeida");
    ends(&test, teo, Utc::now() - hours(1)).await;
    let before = test.world.plex_tv().journal().requests().len();
    for path in ["/api/servers", "/api/v2"] {
        test.world.plex_tv().faults().set_for(path, None, Fault::Status(503), None);
    }
    test.setting(SettingKey::AccessLookedAt, &(Utc::now() - hours(30)).to_rfc3339()).await;
    for _ in 0..2 {
        assert_eq!(test.run_job(JobName::AccessSchedule).await.state, RunState::Succeeded);
    }
    until("it was tried", || async { (test.world.plex_tv().journal().requests().len() > before).then_some(()) }).await;
    assert_eq!((super::open_changes(&test).await, libraries_of(&test, "Teo Almeida")), (1, had.clone()));
    test.world.plex_tv().faults().clear();
    test.settled_in_a_hurry().await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    assert_eq!(writes(&test).iter().filter(|one| one.method == "DELETE").count(), 1);
    stay(&admin, teo, "7d").await;
    test.settled_in_a_hurry().await;
    assert_eq!(libraries_of(&test, "Teo Almeida"), had);
    close(test).await;
}

#[tokio::test]
async fn what_the_clock_did_meanwhile_is_carried_over() {
    let test = house().await;
    let admin = test.as_admin().await;
    let marek = person(&test, "Marek").await;
    group(&test, "Cinema", &["Films"], &["Marek"], |_| {}).await;
    let until = When { until: Some(Utc::now() - hours(1)), ..When::default() };
    grant(&test, "Marek", "Series", until).await;
    let had = libraries_of(&test, "Marek Nowak");
    assert!(had.contains(&"Series".to_owned()));
    ends(&test, marek, Utc::now() - hours(3)).await;
    tick_since(&test, Utc::now() - hours(30)).await;
    assert!(!on_plex(&test).contains_key("Marek Nowak"));
    stay(&admin, marek, "1m").await;
    test.settled().await;
    let left: Vec<String> = had.into_iter().filter(|title| title != "Series").collect();
    assert_eq!(libraries_of(&test, "Marek Nowak"), left);
    close(test).await;
}

#[tokio::test]
async fn a_pause_takes_and_gives_back_by_the_page() {
    let test = house().await;
    let admin = test.as_admin().await;
    let teo = person(&test, "Teo").await;
    let had = libraries_of(&test, "Teo Almeida");
    let page = format!("/admin/people/{teo}");
    admin.get(&page).await.is(200).has("Without end.").has("Set the last day");
    admin
        .post(&format!("{page}/membership"), &[("stay", "soon")])
        .await
        .is(422)
        .has("Write a day, such as")
        .has("soon");
    admin.post(&format!("{page}/membership"), &[("stay", "2020-01-01")]).await.is(422).has("This day is over");
    let day = (Utc::now() + TimeDelta::days(40)).date_naive().to_string();
    admin.post(&format!("{page}/membership"), &[("stay", &day)]).await.is(303);
    admin.get(&page).await.is(200).has("days from now").has("+1 month");
    admin.post(&format!("{page}/membership"), &[("do", "pause")]).await.is(303);
    tick_since(&test, Utc::now() - hours(1)).await;
    assert!(!on_plex(&test).contains_key("Teo Almeida"));
    let theirs = test.signed_in(teo).await;
    theirs
        .get("/me")
        .await
        .is(200)
        .has("Whoever looks after the house can let it go on.")
        .lacks("Plex has invited you");
    admin.get(&page).await.is(200).has("no access until it goes on").has("Let it go on").lacks("+1 month");
    admin.post(&format!("{page}/membership"), &[("stay", "7d")]).await.is(422).has("Let it go on first");
    admin.post(&format!("{page}/membership"), &[("do", "resume")]).await.is(303);
    test.settled().await;
    assert_eq!(libraries_of(&test, "Teo Almeida"), had);
    for path in ["/me", "/"] {
        theirs.get(path).await.is(200).has("Plex has invited you to").has("Say yes in Plex");
    }
    let said_yes = Some(Utc::now().timestamp());
    let shares = |house: &mut Household| house.shares.iter_mut().for_each(|share| share.accepted_at = said_yes);
    test.world.house().write(shares);
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    theirs.get("/me").await.is(200).lacks("Plex has invited you").has("You are welcome until");
    let told = admin.get(&format!("/api/people/{teo}/membership")).await.is(200).json();
    assert_eq!((&told["state"], &told["last_day"]), (&json!("open"), &json!(day)), "it rested for no day");
    admin.post(&format!("{page}/membership"), &[("stay", &day), ("do", "open")]).await.is(303);
    admin.get(&page).await.is(200).has("Without end.");
    let entries = admin.get("/api/activity?kind=membership_changed").await.is(200).json();
    assert_eq!(entries["total"], 4, "{entries}");
    close(test).await;
}

#[tokio::test]
async fn who_is_out_sees_their_page_and_nothing_else() {
    let test = house().await;
    let teo = person(&test, "Teo").await;
    let guest = test.nobody();
    by_plex(&test, &guest, "teo", &[]).await;
    guest.get("/").await.is(200);
    ends(&test, teo, Utc::now() - hours(1)).await;
    tick_since(&test, Utc::now() - hours(30)).await;
    for path in ["/", "/search?q=a", "/requests"] {
        assert_eq!(guest.get(path).await.is(303).location(), "/me", "{path}");
    }
    guest.get("/api/search?q=a").await.is(403).has("Your membership is over");
    guest.get("/me").await.is(200).has("Your membership ended on").lacks("Search films and series");
    // Plex's list lacks them for a reason: they are not taken for gone, and may sign in anew.
    for _ in 0..2 {
        assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    }
    let anew = test.nobody();
    by_plex(&test, &anew, "teo", &[]).await;
    anew.get("/me").await.is(200).has("Your membership ended on");
    // Somebody who was never here is still nobody.
    let stranger = test.nobody();
    by_plex_refused(&test, &stranger, "casper.holm").await.is(403);
    close(test).await;
}

async fn by_plex_refused(test: &TestApp, browser: &Browser, name: &str) -> Reply {
    let plex = browser.post("/login/plex", &[]).await.is(303);
    let pins = test.world.plex_tv().pins();
    let pin = pins.iter().find(|pin| plex.location().contains(&format!("code={}", pin.code))).unwrap();
    assert!(test.world.plex_tv().approve_pin(&pin.code, test.world.account(name).unwrap().id));
    until("Plex has told who it is", || async {
        let reply = browser.get("/login/plex/wait").await;
        (reply.status != 200).then_some(reply)
    })
    .await
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    let admin = test.as_admin().await;
    let teo = person(&test, "Teo").await;
    let of = |id: String| format!("/api/people/{id}/membership");
    for bad in ["", "soon", "0d", "-1d", "2027-02-30", "99999999d", "2020-01-01"] {
        let reply = admin.json(Method::PUT, &of(teo.to_string()), json!({ "stay": bad })).await.is(422);
        assert!(!reply.json()["errors"]["stay"].is_null(), "{bad}");
    }
    admin.json(Method::PUT, &of(teo.to_string()), json!({ "stay": "7d", "more": 1 })).await.is(400);
    admin.json(Method::PUT, &of("999999".to_owned()), json!({ "stay": "7d" })).await.is(404);
    admin.get(&of("999999".to_owned())).await.is(404);
    // Nobody is shut out of their own house.
    let people = admin.get("/api/people?per_page=100").await.is(200).json();
    for (key, value) in [("is_owner", json!(true)), ("role", json!("admin"))] {
        let one = people["items"].as_array().unwrap().iter().find(|one| one[key] == value).unwrap();
        admin.json(Method::PUT, &of(one["id"].to_string()), json!({ "stay": "7d" })).await.is(422);
        admin.json(Method::POST, &format!("{}/pause", of(one["id"].to_string())), Value::Null).await.is(422);
    }
    assert_eq!(admin.get(&of(teo.to_string())).await.is(200).json()["state"], "open");
    assert_eq!(admin.get("/api/activity?kind=membership_changed").await.is(200).json()["total"], 0);
    close(test).await;
}
