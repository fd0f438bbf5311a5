//! Forms that were read before something changed: asked for by somebody else meanwhile, decided, sent twice; and forms that
//! name what is not there.

use reqwest::Method;
use serde_json::json;
use usherr::domain::request::{Arrival, Command};
use usherr::features::requests::actions;

use super::super::support::requests::a_series;
use super::*;

const HARBOURMASTER_ID: i64 = 410_005;

async fn requests_of(browser: &Browser) -> i64 {
    browser.get("/api/requests?mine=true").await.is(200).json()["total"].as_i64().unwrap()
}

#[tokio::test]
async fn an_instance_that_is_gone_is_said_and_what_was_typed_is_kept() {
    let test = house().await;
    let admin = test.as_admin().await;
    let sonarr = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Sonarr)).await.unwrap().remove(0);
    for service in ["4711".to_owned(), sonarr.id.to_string()] {
        let fields = [("service_id", service.as_str()), ("note", "please")];
        let form = admin.post(KESTREL, &fields).await.is(422);
        plain(form).has("The instance that was chosen is not there any more. It goes to Radarr").has("please");
    }
    let radarr = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap().remove(0);
    let radarr = radarr.id.to_string();
    for (field, value, words) in [
        ("quality_profile_id", "-3", "That quality is not there any more."),
        ("root_folder", "/etc", "That folder is not there any more."),
    ] {
        admin.post(KESTREL, &[("service_id", &radarr), (field, value)]).await.is(422).has(words);
    }
    assert_eq!(requests_of(&admin).await, 0);
    let path = ask(&admin, KESTREL, "").await;
    let edit = format!("/admin/requests/{}/edit", id(&path));
    admin
        .post(&edit, &[("service_id", "4711")])
        .await
        .is(422)
        .has("The instance that was chosen is not there any more");
    close(test).await;
}

#[tokio::test]
async fn a_season_that_somebody_was_quicker_to_ask_for_is_followed() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let first = priya.post(HARBOURMASTER, &[("scope", "all"), ("seasons", "1")]).await.is(303).location().to_owned();
    let stale = sam.post(HARBOURMASTER, &[("scope", "all"), ("seasons", "1")]).await.is(303);
    assert_eq!(stale.location(), first);
    sam.follow(&stale).await.has("Somebody asked for it before. You follow it now.");
    let again = priya.post(HARBOURMASTER, &[("scope", "all"), ("seasons", "1")]).await.is(303);
    priya.follow(&again).await.has("You have asked for it already.");
    let teo = test.as_role(Role::Requester).await;
    let both = [("scope", "first"), ("seasons", "1"), ("seasons", "2"), ("seasons", "2")];
    let rest = teo.post(HARBOURMASTER, &both).await.is(303).location().to_owned();
    assert_eq!(row(&test, &rest).await.seasons, Some(vec![2]));
    teo.get(&first).await.is(200).has("Stop following");
    close(test).await;
}

#[tokio::test]
async fn follow_it_asks_for_nothing_new() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let all = [("scope", "first"), ("seasons", "1"), ("seasons", "2"), ("seasons", "3")];
    for series in [HARBOURMASTER, SMALL_HOURS] {
        let path = priya.post(series, &all).await.is(303).location().to_owned();
        sam.get(series).await.is(200).has("Follow it");
        let followed = sam.post(series, &[("scope", "all")]).await.is(303);
        assert_eq!(followed.location(), path);
        sam.follow(&followed).await.has("You follow it now.").has("Stop following");
    }
    assert_eq!(requests_of(&priya).await, 2);
    // What is to come of a series that goes on was asked for by nobody.
    sam.get(&format!("{SMALL_HOURS}?scope=future")).await.is(200).lacks("Follow it");
    let future = sam.post(SMALL_HOURS, &[("scope", "future")]).await.is(303).location().to_owned();
    assert_eq!(row(&test, &future).await.scope, Some(ScopeKind::Future));
    close(test).await;
}

#[tokio::test]
async fn what_came_for_others_is_followed_by_its_own_request() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    for season in [1, 2] {
        let asked = a_series(HARBOURMASTER_ID, json!([season]));
        let id = priya.json(Method::POST, "/api/requests", asked).await.is(201).json()["id"].as_i64().unwrap();
        let (now, arrived) = (test.app().now(), Command::Arrived(Arrival { wanted: 1, there: 1 }));
        test.app().db.write(move |tx| actions::observe(tx, RequestId(id), &arrived, now)).await.unwrap();
        let joined =
            sam.json(Method::POST, "/api/requests", a_series(HARBOURMASTER_ID, json!([season]))).await.is(200).json();
        assert_eq!((&joined["id"], &joined["joined"]), (&json!(id), &json!(true)), "{joined}");
        sam.get(&format!("/requests/{id}")).await.is(200).has("Ready on Plex");
    }
    close(test).await;
}

#[tokio::test]
async fn a_form_sent_twice_leads_to_where_it_went() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let path = ask(&priya, KESTREL, "").await;
    let withdrawal = format!("{path}/withdrawal");
    priya.post(&withdrawal, &[]).await.is(303);
    let again = priya.post(&withdrawal, &[]).await.is(303);
    assert_eq!(again.location(), path);
    priya.follow(&again).await.has("Nothing was changed. This request was withdrawn already.");
    let late = priya.get(&withdrawal).await.is(303);
    assert_eq!(late.location(), path);
    for page in ["0", "-1", "2", "99999999999999999999", "x"] {
        priya.get(&format!("/requests?page={page}")).await.is(200).has("Kestrel").lacks("Nothing here");
    }
    close(test).await;
}

/// Rows are numbered one after the other: whoever tries them must learn nothing of what others have.
#[tokio::test]
async fn what_has_no_number_of_its_own_can_not_be_asked_for() {
    let test = TestApp::in_world(WorldOptions::test()).await;
    let (admin, guest) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let personal = admin.get("/api/search?q=popcorn%20lesson").await.is(200).json();
    let id = personal["on_plex"][0]["id"].as_str().unwrap().to_owned();
    let row = id.strip_prefix("plex-").expect(&id);
    for title in [format!("/titles/movie/plex-{row}"), "/titles/movie/plex-99999".to_owned()] {
        for browser in [&admin, &guest] {
            browser.get(&format!("{title}/request")).await.is(404);
            browser.post(&format!("{title}/request"), &[]).await.is(404);
            browser.post(&format!("{title}/follow"), &[]).await.is(404);
        }
    }
    guest.post("/titles/song/1/follow", &[]).await.is(404);
    close(test).await;
}
