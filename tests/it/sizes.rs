//! What a request will take: worked out from what the services have, the same by form and by API, or said to be unknown.

use serde_json::json;
use usherr::db::{requests, services};
use usherr::demo::WorldOptions;
use usherr::demo::catalogue::Show;
use usherr::domain::ids::RequestId;
use usherr::domain::people::Role;
use usherr::domain::service::ServiceKind;

use super::support::TestApp;
use super::support::requests::{a_film, a_series};
use super::support::world::films_to_ask_for;

async fn bytes(test: &TestApp, id: i64) -> Option<i64> {
    test.app().db.read(move |conn| requests::get(conn, RequestId(id))).await.unwrap().unwrap().estimated_bytes
}

/// A series that neither Sonarr nor Plex has: Sonarr's lookup does not say how many episodes its seasons have.
fn new_series(test: &TestApp) -> Show {
    let is_new = |show: &Show| {
        test.world.sonarr().title(show.tvdb_id).is_none() && test.world.media_server().show_key(show.tvdb_id).is_none()
    };
    let shows = test.world.catalogue().shows();
    shows.into_iter().find(|show| is_new(show) && show.seasons.iter().any(|season| season.number == 2)).unwrap()
}

fn number(location: &str) -> i64 {
    location.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn form_and_api_say_the_same() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let asker = test.as_role(Role::Requester).await;
    let by_api = asker.ask(a_film(&films[0])).await;
    let form = format!("/titles/movie/{}/request", films[1].tmdb_id);
    asker.get(&form).await.is(200).has(" GB");
    let by_form = number(asker.post(&form, &[]).await.is(303).location());
    let size = bytes(&test, by_api).await;
    assert!(size.is_some_and(|bytes| bytes > 100_000_000), "{size:?}");
    assert_eq!(bytes(&test, by_form).await, size, "a film is a film");

    let series = new_series(&test);
    let api = test.as_role(Role::Requester).await;
    let of_series = api.ask(a_series(series.tvdb_id, json!([2]))).await;
    let by_api = bytes(&test, of_series).await;
    assert!(by_api.is_some_and(|bytes| bytes > 100_000_000), "{by_api:?}");
    api.decide(of_series, "withdraw", json!({})).await.is(200);
    let form = format!("/titles/series/{}/request", series.tvdb_id);
    let sent = api.post(&form, &[("scope", "all"), ("seasons", "2")]).await.is(303);
    assert_eq!(bytes(&test, number(sent.location())).await, by_api);
    test.as_admin().await.get("/admin/requests").await.is(200).lacks("size unknown");
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_change_is_worked_out_anew_or_unknown() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let id = asker.ask(a_film(&film)).await;
    let usual = bytes(&test, id).await;
    let (other, sizes) = test
        .app()
        .db
        .write(move |tx| {
            let radarr = services::of_kind(tx, ServiceKind::Radarr)?.remove(0);
            let mut sizes = services::sizes(tx, radarr.id)?;
            assert_eq!(usual, sizes.estimate(radarr.quality_profile_id, 1));
            let offers = services::offers(tx, radarr.id)?.unwrap();
            let other = offers.profiles.into_iter().find(|one| Some(one.id) != radarr.quality_profile_id).unwrap();
            sizes.by_profile.insert(other.id, 77_000_000_000);
            services::put_sizes(tx, radarr.id, &sizes, radarr.updated_at)?;
            Ok((other, sizes))
        })
        .await
        .unwrap();
    admin.decide(id, "approve", json!({ "quality_profile_id": other.id })).await.is(200);
    assert_eq!(bytes(&test, id).await, Some(77_000_000_000), "{sizes:?}");

    let series = new_series(&test);
    let id = asker.ask(a_series(series.tvdb_id, json!([1, 2]))).await;
    assert!(bytes(&test, id).await.is_some());
    let edit = format!("/admin/requests/{id}/edit");
    admin.post(&edit, &[("seasons", "2"), ("seasons_shown", "yes")]).await.is(303);
    assert_eq!(admin.request(id).await["seasons"], json!([2]));
    assert_eq!(bytes(&test, id).await, None, "of another part nobody has said how many episodes it has");
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn unknown_is_said() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let asker = test.as_role(Role::Requester).await;
    let id = asker.ask(a_film(&film)).await;
    assert_eq!(bytes(&test, id).await, None);
    test.as_admin().await.get("/admin/requests").await.is(200).has("size unknown");
    asker
        .get(&format!("/titles/movie/{}/request", films_to_ask_for(&test.world)[1].tmdb_id))
        .await
        .is(200)
        .has("Size unknown");
    test.settled().await;
    test.close().await;
}
