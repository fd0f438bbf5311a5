//! Asking for titles in 4K: who may, what counts then, and what those who decide see of it.

use reqwest::Method;
use serde_json::json;
use usherr::domain::request::Choice;

use super::super::support::requests::a_series;
use super::super::support::world::{film, show, subjects};
use super::*;

const NO_RIGHT: &str = "You may not ask for titles in 4K.";

/// With the right, and libraries to look at.
async fn sam(test: &TestApp) -> Browser {
    test.with_rights("sam", json!({ "four_k": true }), &["Films", "4K Films"]).await
}

async fn radarr_4k(test: &TestApp) -> Service {
    let all = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    all.into_iter().find(|service| service.is_4k).unwrap()
}

#[tokio::test]
async fn who_may_not_is_refused_alike_on_pages_and_to_programs() {
    let test = house().await;
    let (priya, admin) = (test.as_role(Role::Requester).await, test.as_admin().await);
    let wanted = json!({ "kind": "movie", "tmdb_id": 900_001, "is_4k": true });
    admin.get(KESTREL).await.is(200).lacks("4K");
    admin.post(KESTREL, &[("is_4k", "yes")]).await.is(422).has("no Radarr is set up for it.");
    admin.json(Method::POST, "/api/requests", wanted.clone()).await.is(422).has("no Radarr is set up for it.");
    let test = test.with_4k().await;
    admin.get(KESTREL).await.is(200).has("In 4K");
    priya.get(KESTREL).await.is(200).lacks("4K");
    priya.get(&format!("{KESTREL}?is_4k=yes")).await.is(200).lacks("4K");
    let refused = priya.post(KESTREL, &[("is_4k", "yes"), ("note", "For the big wall.")]).await.is(422);
    plain(refused).has(NO_RIGHT).has("For the big wall.").has("Request the film</").lacks("In 4K");
    priya.json(Method::POST, "/api/requests", wanted).await.is(422).has(NO_RIGHT);
    let path = ask(&priya, KESTREL, "").await;
    priya.post(KESTREL, &[("is_4k", "yes")]).await.is(422).has(NO_RIGHT);
    assert!(!row(&test, &path).await.is_4k);
    close(test).await;
}

#[tokio::test]
async fn a_film_is_asked_for_in_4k_beside_the_other_and_goes_to_its_own_radarr() {
    let test = TestApp::new().await.with_4k().await;
    let (sam, teo) = (sam(&test).await, test.with_rights("teo", json!({ "four_k": true }), &[]).await);
    plain(sam.get(KESTREL).await.is(200).has("In 4K").has("needs a fast line").has("Request the film</"));
    // Without scripts what was shown was not about 4K: it is shown anew, with what was typed.
    let turned = [("is_4k", "yes"), ("shown_4k", "no"), ("note", "For the big wall.")];
    let shown = plain(sam.post(KESTREL, &turned).await.is(422).has("This is what can be asked for in 4K"));
    shown.has("For the big wall.").has(r#"value="yes" checked"#).has("Request the film in 4K");
    let sent = [("is_4k", "yes"), ("shown_4k", "yes"), ("note", "For the big wall.")];
    let sharp = sam.post(KESTREL, &sent).await.is(303).location().to_owned();
    let usual = ask(&sam, KESTREL, "").await;
    assert_ne!(sharp, usual);
    assert_eq!((row(&test, &sharp).await.is_4k, row(&test, &usual).await.is_4k), (true, false));
    assert_eq!(sam.get(&format!("{KESTREL}?is_4k=yes")).await.is(303).location(), sharp, "nothing to fill in");
    assert_eq!(sam.get(KESTREL).await.is(303).location(), usual);
    teo.get(&format!("{KESTREL}?is_4k=yes")).await.is(200).has("This is asked for in 4K already.").has("Follow it");
    assert_eq!(teo.post(KESTREL, &sent[..1]).await.is(303).location(), sharp, "followed");

    sam.get("/requests").await.is(200).has("Kestrel in 4K");
    sam.get("/").await.is(200).has("in 4K");
    sam.get(KESTREL.trim_end_matches("/request"))
        .await
        .is(200)
        .has("You asked for it in 4K")
        .has("Track this request in 4K");
    let admin = test.as_admin().await;
    for page in ["/admin", "/admin/requests", &sharp] {
        admin.get(page).await.is(200).has("Kestrel in 4K");
    }
    test.settled().await;
    assert!(
        subjects(&test.world, "mara@example.org")
            .iter()
            .any(|subject| subject.contains("Kestrel (") && subject.contains(" in 4K"))
    );

    let (id, edit) = (id(&sharp), format!("/admin{sharp}/edit"));
    let form = plain(admin.get(&edit).await.is(200).has("Change Kestrel in 4K").has("Radarr 4K").has("/movies-4k"));
    let chosen = format!(r#"<option value="{}" selected"#, radarr_4k(&test).await.id);
    form.has(&chosen);
    let all = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    let other = all.iter().find(|service| !service.is_4k).unwrap().id.to_string();
    let taken = admin.post(&edit, &[("service_id", &other)]).await.is(422);
    taken.has("There is another request for this film without 4K.");
    admin.post(&format!("/admin/requests/{id}/approval"), &[]).await.is(303);
    test.settled().await;
    assert!(test.world.radarr().added().is_empty());
    assert_eq!(test.world.radarr_4k().added()[0]["rootFolderPath"], "/movies-4k");
    test.close().await;
}

#[tokio::test]
async fn a_tick_changes_what_is_shown_and_nothing_else() {
    let test = house().await.with_4k().await;
    let turn = [("look", "picture"), ("is_4k", "yes"), ("shown_4k", "no"), ("in_dialog", "yes"), ("note", "Wall.")];
    let htmx = swapping(test.as_admin().await, "div#wish");
    let part = plain(htmx.post(KESTREL, &turn).await.is(200).has(r#"id="wish""#).has("#send-request"));
    let part = part.has("Request the film in 4K").has("#who-decides").has("Wall.").lacks("<html").lacks("In 4K");
    part.has("/movies-4k").lacks("/movies:");
    // Where it was to go without 4K is another Radarr's.
    let all = test.app().db.read(|conn| services::of_kind(conn, ServiceKind::Radarr)).await.unwrap();
    let other = all.iter().find(|service| !service.is_4k).unwrap().id.to_string();
    let turned = [&turn[..], &[("service_id", other.as_str()), ("root_folder", "/movies")]].concat();
    htmx.post(KESTREL, &turned).await.is(200).has("/movies-4k").lacks("not there any more");
    let sent = [("is_4k", "yes"), ("shown_4k", "yes"), ("service_id", other.as_str())];
    test.as_admin().await.post(KESTREL, &sent).await.is(422).has("It goes to Radarr 4K if you");
    close(test).await;
}

#[tokio::test]
async fn what_is_on_plex_only_without_4k_is_offered_in_4k() {
    let test = TestApp::new().await.with_4k().await;
    let (sam, teo) = (sam(&test).await, test.with_rights("teo", json!({}), &["Films"]).await);
    let place = |title: &str| format!("/titles/movie/{}", film(&test.world, title).tmdb_id);
    let (there, sharp) = (place("Tin Parade"), place("The Salt Line"));
    let offer = format!(r#"href="{there}/request?is_4k=yes""#);
    plain(sam.get(&there).await.is(200).has("Request in 4K").has(&offer).has("Ready to watch"));
    teo.get(&there).await.is(200).has("Ready to watch").lacks("4K");
    teo.get(&sharp).await.is(200).has("Ready to watch").lacks("4K");
    sam.get(&sharp).await.is(200).has("In 4K").lacks("Request in 4K");
    let (form, same) = (format!("{there}/request"), format!("{sharp}/request"));
    sam.get(&form).await.is(200).has("This film is on Plex already.").has("In 4K");
    sam.get(&format!("{form}?is_4k=yes")).await.is(200).lacks("is on Plex").has("Request the film in 4K");
    sam.get(&format!("{same}?is_4k=yes")).await.is(200).has("This film is on Plex in 4K already.");
    sam.post(&same, &[("is_4k", "yes")]).await.is(409).has("The Salt Line is on Plex in 4K already.");

    let path = sam.post(&form, &[("is_4k", "yes")]).await.is(303).location().to_owned();
    sam.get(&there).await.is(200).has("Track this request in 4K").has("Ready to watch").lacks("Request in 4K");
    sam.get("/search?q=tin+parade").await.is(200).has("On its way in 4K");
    let found = sam.get("/api/search?q=tin+parade").await.is(200).json();
    assert_eq!(found["on_plex"][0]["availability"], "available", "nothing is missing of it");
    let admin = test.as_admin().await;
    admin.approve(id(&path).0).await;
    test.settled().await;
    test.world.downloads().step();
    test.world.downloads().finish_all();
    test.look_around().await;
    sam.reaches(id(&path).0, "ready").await;
    sam.get(&there).await.is(200).has("In 4K").lacks("Request in 4K");
    let play = sam.get(&path).await.is(200);
    let keys = test.world.media_server().film_keys(film(&test.world, "Tin Parade").tmdb_id);
    let copy = keys.iter().find(|key| play.body.contains(&format!("metadata%2F{key}\""))).expect("it plays");
    assert_eq!(copy, keys.last().unwrap(), "the copy that was asked for");
    test.close().await;
}

#[tokio::test]
async fn a_series_is_asked_for_in_4k_season_by_season() {
    let world = WorldOptions { series_in_4k: true, ..WorldOptions::test() };
    let mark = |settings: String| settings.replace("[[sonarr]]", "[[sonarr]]\nis_4k = true");
    let test = TestApp::with_settings(world, mark).await.synced().await;
    let admin = test.as_admin().await;
    let lights = show(&test.world, "Harbour Lights");
    let title = format!("/titles/series/{}", lights.tvdb_id);
    let form = format!("{title}/request?is_4k=yes");
    plain(admin.get(&title).await.is(200).has("Request in 4K").lacks("Season 1 in 4K"));
    let season = |state: &str| format!(r#"name="seasons" value="1" aria-label="Season 1"{state}>"#);
    let usual = admin.get(&format!("{title}/request")).await.is(200).has(&season(" disabled"));
    let preset = usual.body.split(r#"name="preset" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sharp = plain(admin.get(&form).await.is(200).has("What would you like in 4K?").has(&season(" checked")));
    sharp.has("scope=first&amp;is_4k=yes").has("seasons in 4K");
    // Whoever changed nothing of the quick choice gets it anew; who did, keeps what they ticked.
    let turned = [("is_4k", "yes"), ("shown_4k", "no"), ("scope", "all"), ("preset", preset.as_str())];
    let ticks: Vec<(&str, &str)> =
        preset.split(',').filter(|one| !one.is_empty()).map(|one| ("seasons", one)).collect();
    let path = format!("{title}/request");
    admin.post(&path, &[&turned[..], &ticks].concat()).await.is(422).has(&season(" checked"));
    let mine = [&turned[..3], &[("preset", "0"), ("seasons", "2")]].concat();
    admin.post(&path, &mine).await.is(422).has(&season("")).has("Request 1 season in 4K");

    let sent = [("is_4k", "yes"), ("shown_4k", "yes"), ("scope", "all"), ("seasons", "1")];
    let parcel = admin.post(&path, &sent).await.is(303).location().to_owned();
    let asked = row(&test, &parcel).await;
    assert_eq!((asked.is_4k, asked.seasons, asked.choice), (true, Some(vec![1]), Choice::default()));
    admin.get(&parcel).await.is(200).has("Harbour Lights, season 1 in 4K");
    admin.approve(id(&parcel).0).await;
    test.settled().await;
    admin.get(&title).await.is(200).has("Season 1 on its way in 4K");
    test.world.downloads().step();
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id(&parcel).0, "ready").await;
    admin.get(&title).await.is(200).has("Season 1 in 4K").has("Request in 4K");
    admin.get(&form).await.is(200).has(&season(" disabled"));
    let again = admin.json(Method::POST, "/api/requests", a_series(lights.tvdb_id, json!([1]))).await.is(201).json();
    assert_eq!(again["is_4k"], false, "that is another request");
    test.close().await;
}
