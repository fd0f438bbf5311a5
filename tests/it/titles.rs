//! Finding, over HTTP: home, search, titles, pictures, and that nobody sees what they may not see.

use serde_json::Value;
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::people::Role;

use super::support::TestApp;
use super::support::html::{Tag, tags};
use super::support::patience::until;

/// Names of a group of the API's answer.
fn names(found: &Value, group: &str) -> Vec<String> {
    found[group].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_search_answers_in_its_groups() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let found = admin.get("/api/search?q=harbuor").await.is(200).json();
    assert!(names(&found, "on_plex").contains(&"Harbour Lights".to_owned()), "{found}");
    let found = admin.get("/api/search?q=harbour").await.is(200).json();
    assert!(names(&found, "requestable").contains(&"Harbourmaster".to_owned()), "{found}");
    assert_eq!(found["degraded"], serde_json::json!([]));
    let one = &found["on_plex"][0];
    for key in ["id", "kind", "tmdb_id", "tvdb_id", "imdb_id", "title", "year", "overview", "poster", "availability"] {
        assert!(one.get(key).is_some(), "{key} is missing in {one}");
    }
    admin.get(one["poster"].as_str().unwrap()).await.is(200);
    admin.get("/search?q=harbour").await.is(200).has("On Plex").has("Can be requested").has("Harbourmaster");
    admin.get("/search").await.is(200).has("What would you like to see?");
    admin.get("/search?q=qqqqxxxx").await.is(200).has("Nothing found for");
    for hostile in ["%00", "%22*", "NEAR(a%20b", "%25", "a%27--", "%F0%9F%8D%BF", "*"] {
        admin.get(&format!("/search?q={hostile}")).await.is(200);
        admin.get(&format!("/api/search?q={hostile}")).await.is(200);
    }
    test.close().await;
}

#[tokio::test]
async fn services_that_do_not_answer_are_named() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    test.world.radarr().faults().set(Fault::Status(503));
    let page = admin.get("/search?q=harbour").await.is(200);
    page.has("Radarr did not answer").has("On Plex").has("The Harbour Surveyors");
    let found = admin.get("/api/search?q=harbour%20su").await.is(200).json();
    assert_eq!(found["degraded"], serde_json::json!(["radarr"]));
    // One that nobody here knows, and the service that would know it is known to be away.
    test.run_job(usherr::domain::jobs::JobName::ServiceHealth).await;
    let away = admin.get("/titles/movie/900001/request").await.is(503).has("Radarr is not answering").has("Away since");
    away.has("We look again").has("by ourselves").has("Look again");
    test.world.radarr().faults().clear();
    test.world.sonarr().faults().set(Fault::Hang);
    admin.get("/search?q=harbourm").await.is(200).has("Still asking Sonarr").has("/search/events?q=harbourm");
    let htmx = test.as_admin().await.with_header("HX-Request", "true");
    htmx.get("/search/now?q=harbourma").await.is(200).lacks("<html").has("Still asking");
    test.world.sonarr().faults().clear();
    test.close().await;
}

#[tokio::test]
async fn nobody_sees_what_is_not_shared_with_them() {
    let test = TestApp::in_world(WorldOptions { titles: 60, ..WorldOptions::test() }).await;
    let admin = test.as_admin().await;
    // Yuki has no series; a viewer by local sign-in has the default library alone.
    let yuki = test.as_plex("yuki.park").await;
    let guest = test.as_role(Role::Viewer).await;
    let all = admin.get("/api/search?q=harbour%20lights").await.is(200).json();
    let hidden = &all["on_plex"][0];
    assert_eq!(hidden["title"], "Harbour Lights");
    for person in [&yuki, &guest] {
        let found = person.get("/api/search?q=harbour%20lights").await.is(200).json();
        assert_eq!(found["on_plex"], serde_json::json!([]));
        person.get(hidden["poster"].as_str().unwrap()).await.is(404);
        person.get("/").await.is(200).lacks("Harbour Lights");
        // As Sonarr tells it to everybody: nothing of Plex.
        let page = person.get(&format!("/titles/series/{}", hidden["id"].as_str().unwrap())).await.is(200);
        page.lacks("Play on Plex").lacks("class=\"have\"").lacks("app.plex.tv");
    }
    let personal = admin.get("/api/search?q=popcorn%20lesson").await.is(200).json();
    let id = personal["on_plex"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("plex-"), "{personal}");
    admin.get(&format!("/titles/movie/{id}")).await.is(200).has("Play on Plex");
    for nowhere in [
        "/titles/movie/plex-99999",
        "/titles/movie/99999999",
        "/titles/movie/x",
        "/titles/song/1",
        "/images/title/99999",
        "/images/title/x",
        "/images/title/99999999999999999999?w=-1",
        "/images/remote/forged.token",
    ] {
        admin.get(nowhere).await.is(404);
    }
    test.close().await;
}

/// What we know of a title only because it lies where somebody may not look is none of theirs, not even while Sonarr is away.
#[tokio::test]
async fn the_form_tells_nothing_of_what_is_hidden() {
    let test = TestApp::new().await;
    let (admin, guest) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let all = admin.get("/api/search?q=harbour%20lights").await.is(200).json();
    let id = all["on_plex"][0]["id"].as_str().unwrap().to_owned();
    test.world.sonarr().faults().set(Fault::Status(503));
    let form = format!("/titles/series/{id}/request");
    admin.get(&form).await.is(200).has("Harbour Lights");
    guest.get(&form).await.is(503).lacks("Harbour Lights").has("Sonarr");
    let asked = serde_json::json!({ "kind": "series", "tvdb_id": id.parse::<i64>().unwrap(), "seasons": "all" });
    guest.json(reqwest::Method::POST, "/api/requests", asked).await.is(503);
    test.close().await;
}

#[tokio::test]
async fn the_lobby_and_a_title_show_what_there_is() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    admin.get("/").await.is(200).has("New on The Back Row").has("Harbour Lights");
    let found = admin.get("/api/search?q=harbour%20lights").await.is(200).json();
    let id = found["on_plex"][0]["id"].as_str().unwrap().to_owned();
    let page = admin.get(&format!("/titles/series/{id}")).await.is(200);
    page.has("Season 1").has("Complete").has("Request season 4").has("Facts").has("episodes on Plex");
    let form = admin.get(&format!("/titles/series/{id}/request?season=4")).await.is(200);
    let ticked = |tag: &Tag| tag.get("name") == "seasons" && tag.attributes.contains_key("checked");
    let seasons: Vec<Tag> = tags(&form.body).into_iter().filter(ticked).collect();
    assert!(seasons.len() == 1 && seasons[0].get("value") == "4", "the one whose button it was: {seasons:?}");
    admin.get(&format!("/api/titles/series/{id}")).await.is(200).has("Harbour Lights");
    let wanted = admin.get("/api/search?q=harbourmaster").await.is(200).json();
    let poster = wanted["requestable"][0]["poster"].as_str().unwrap().to_owned();
    assert!(poster.starts_with("/images/remote/"), "{poster}");
    // What its host sends late is there the next time.
    until("the poster is there", || async { (admin.get(&poster).await.status == 200).then_some(()) }).await;
    test.nobody().get(&poster).await.is(303);
    test.close().await;
}
