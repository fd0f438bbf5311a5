//! The main job from end to end: search, ask, decide, send, track, tell. By plain forms and by the API, with webhooks
//! and without. Series have a file of their own.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use super::support::TestApp;
use super::support::requests::{a_film, wanted};
use super::support::world::{films_to_ask_for, subjects};

#[tokio::test]
async fn a_film_by_plain_forms() {
    let test = TestApp::new().await.with_hooks().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let asker = test.signed_in(test.add_person("priya-local", Role::Requester).await).await;
    let title = format!("/titles/movie/{}", film.tmdb_id);
    let query = url::form_urlencoded::byte_serialize(film.title.as_bytes()).collect::<String>();
    asker.get(&format!("/search?q={query}")).await.is(200).has(&title);
    asker.get(&title).await.is(200).has(&format!("{title}/request"));
    asker.get(&format!("{title}/request")).await.is(200).has("method=\"post\"").has("name=\"note\"");
    let sent = asker.post(&format!("{title}/request"), &[("note", "For Friday ☕")]).await.is(303);
    let parcel = sent.location().to_owned();
    asker.follow(&sent).await.is(200).has(&maud::html! { (film.title) }.into_string());
    test.settled().await;
    assert!(test.world.radarr().added().is_empty(), "nothing goes out before somebody has said yes");

    let id = parcel.rsplit('/').next().unwrap().to_owned();
    admin.get("/admin/requests").await.is(200).has(&format!("/admin/requests/{id}/approval")).has("For Friday ☕");
    admin.post(&format!("/admin/requests/{id}/approval"), &[]).await.is(303);
    test.settled().await;
    let added = test.world.radarr().added();
    assert_eq!(added.len(), 1);
    assert_eq!(added[0]["tmdbId"], film.tmdb_id);
    assert_eq!(added[0]["qualityProfileId"], 4, "HD-1080p, as the settings file says");
    assert_eq!(added[0]["rootFolderPath"], "/movies");
    assert_eq!(added[0]["monitored"], true);
    assert_eq!(added[0]["addOptions"]["searchForMovie"], true);

    test.world.downloads().finish_all();
    test.told().await;
    let number: i64 = id.parse().unwrap();
    asker.reaches(number, "ready").await;
    asker.get(&parcel).await.is(200).has("Ready");
    test.settled().await;
    assert_eq!(test.world.radarr().added().len(), 1);
    let named = format!("{} ({})", film.title, film.year);
    assert_eq!(
        subjects(&test.world, "priya-local@example.org"),
        [format!("{named} was approved"), format!("{named} is ready")]
    );
    test.close().await;
}

#[tokio::test]
async fn a_film_goes_through_its_stages_by_webhook_alone() {
    let test = TestApp::new().await.with_hooks().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let id = test.approved(a_film(&film)).await;
    let sent = admin.reaches(id, "searching").await;
    assert_eq!(sent["progress"], Value::Null);
    assert!(test.world.downloads().step(), "it is searched for");
    test.told().await;
    let grabbed = admin.request(id).await;
    assert!(["grabbed", "downloading"].contains(&grabbed["stage"].as_str().unwrap()), "{grabbed}");
    test.world.downloads().finish_all();
    test.told().await;
    let ready = admin.reaches(id, "ready").await;
    assert_eq!(ready["progress"], 1.0);
    let stages: Vec<&str> =
        ready["timeline"].as_array().unwrap().iter().map(|one| one["stage"].as_str().unwrap()).collect();
    assert_eq!(&stages[..3], ["asked", "approved", "sent"], "{stages:?}");
    assert_eq!(stages.last(), Some(&"ready"));
    test.close().await;
}

#[tokio::test]
async fn without_webhooks_polling_finds_out() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let id = test.approved(a_film(&film)).await;
    assert!(test.world.radarr().notifications().is_empty());
    test.world.downloads().step();
    test.world.downloads().set_progress(&film.title, 0.5);
    test.look_around().await;
    let moving = admin.request(id).await;
    assert_eq!(moving["stage"], "downloading", "{moving}");
    let progress = moving["progress"].as_f64().unwrap();
    assert!((0.45..=0.55).contains(&progress), "{moving}");
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.settled().await;
    assert_eq!(test.world.radarr().added().len(), 1);
    test.close().await;
}

#[tokio::test]
async fn exactly_what_was_decided_arrives() {
    let test = TestApp::new().await;
    test.world.radarr().base().common().tags.extend(["kids".to_owned(), "guests".to_owned()]);
    test.run_job(usherr::domain::jobs::JobName::ServiceHealth).await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let id = test.as_role(Role::Requester).await.ask(a_film(&film)).await;
    for wrong in [
        json!({ "quality_profile_id": 77 }),
        json!({ "root_folder": "/nowhere" }),
        json!({ "tags": [9] }),
        json!({ "service_id": 4711 }),
    ] {
        let refused = admin.decide(id, "approve", wrong.clone()).await.is(422);
        let field = wrong.as_object().unwrap().keys().next().unwrap().clone();
        assert!(refused.json()["errors"][&field].is_string(), "{wrong}: {}", refused.body);
    }
    assert_eq!(admin.request(id).await["stage"], "asked");
    let choice = json!({ "quality_profile_id": 6, "root_folder": "/movies", "tags": [2] });
    admin.decide(id, "approve", choice).await.is(200);
    test.settled().await;
    let added = test.world.radarr().added();
    assert_eq!(added.len(), 1);
    assert_eq!((&added[0]["qualityProfileId"], &added[0]["tags"]), (&json!(6), &json!([2])));
    assert_eq!(added[0]["rootFolderPath"], "/movies");
    test.close().await;
}

#[tokio::test]
async fn ready_is_said_only_when_plex_has_it() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    test.world.radarr().add_existing(film.tmdb_id, true, true).unwrap();
    let id = test.approved(a_film(&film)).await;
    test.look_around().await;
    let waiting = admin.request(id).await;
    assert_eq!(waiting["stage"], "importing", "{waiting}");
    assert!(test.world.mail().mails().iter().all(|mail| !mail.subject().ends_with("is ready")));
    test.world.media_server().add_film(film, 1);
    test.look_around().await;
    admin.reaches(id, "ready").await;
    assert!(test.world.radarr().added().is_empty(), "it was there: adopted");
    test.close().await;
}

#[tokio::test]
async fn what_radarr_has_already_is_adopted() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    test.world.radarr().add_existing(film.tmdb_id, false, false).unwrap();
    let id = test.approved(a_film(&film)).await;
    assert!(test.world.radarr().title(film.tmdb_id).unwrap().is_monitored);
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    assert!(test.world.radarr().added().is_empty());
    assert_eq!(test.world.radarr().journal().count(Method::POST, "/api/v3/movie"), 0);
    test.close().await;
}

#[tokio::test]
async fn a_refusal_makes_it_stuck_and_a_retry_sends_it() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let roots = test.world.radarr().base().common().options.roots.clone();
    test.world.radarr().base().common().options.roots.clear();
    let asker = test.as_role(Role::Requester).await;
    let id = asker.ask(a_film(&film)).await;
    admin.approve(id).await;
    test.settled().await;
    let stuck = admin.request(id).await;
    assert_eq!(stuck["stage"], "stuck", "{stuck}");
    assert!(stuck["cause"].is_string() && stuck["cause_detail"].is_string(), "{stuck}");
    let theirs = asker.request(id).await;
    assert!(theirs["cause"].is_string() && theirs["cause_detail"].is_null(), "{theirs}");
    admin.get(&format!("/requests/{id}")).await.is(200).has("Try again");
    test.world.radarr().base().common().options.roots = roots;
    admin.post(&format!("/admin/requests/{id}/retry"), &[]).await.is(303);
    test.settled().await;
    admin.reaches(id, "searching").await;
    assert_eq!(test.world.radarr().added().len(), 1);
    admin.decide(id, "retry", json!({})).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn mails_come_once_in_order_and_stop_when_told_to() {
    let test = TestApp::new().await;
    test.setting(SettingKey::BaseUrl, &test.url()).await;
    let films = films_to_ask_for(&test.world);
    let asker = test.signed_in(test.add_person("lena", Role::Requester).await).await;
    let follower = test.signed_in(test.add_person("marek", Role::Requester).await).await;
    let helper = test.signed_in(test.add_person("helga", Role::Moderator).await).await;
    let id = asker.ask(a_film(&films[0])).await;
    test.settled().await;
    let named = format!("{} ({})", films[0].title, films[0].year);
    assert_eq!(subjects(&test.world, "helga@example.org"), [format!("lena asks for {named}")]);
    follower.json(Method::PUT, &format!("/api/requests/{id}/follow"), Value::Null).await.is(404);
    follower.json(Method::POST, "/api/requests", a_film(&films[0])).await.is(200);
    helper.approve(id).await;
    test.settled().await;
    test.world.downloads().finish_all();
    test.look_around().await;
    test.look_around().await;
    asker.reaches(id, "ready").await;
    test.settled().await;
    let told = [format!("{named} was approved"), format!("{named} is ready")];
    assert_eq!(subjects(&test.world, "lena@example.org"), told);
    assert_eq!(subjects(&test.world, "marek@example.org"), told);
    assert_eq!(subjects(&test.world, "helga@example.org").len(), 1, "who decided is not told of the decision");

    let ready = test.world.mail().to("lena@example.org").pop().unwrap();
    let stop = ready.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    let (text, html) = (ready.text.clone().unwrap(), ready.html.clone().unwrap());
    assert!(text.contains(&stop) && html.contains(&stop), "the way to stop stands in both parts");
    assert!(text.contains(&format!("{}/requests/{id}", test.url())), "{text}");
    let path = stop.strip_prefix(&test.url()).unwrap().to_owned();
    // Looking changes nothing; mail programs press the button without a cookie and without a page.
    test.nobody().get(&path).await.is(200).has("method=\"post\"");
    assert!(test.nobody().get(&format!("{path}x")).await.status.is_client_error());
    let pressed = test.nobody().with_header("sec-fetch-site", "cross-site");
    let reply = pressed.post(&path, &[("List-Unsubscribe", "One-Click")]).await;
    assert!(reply.status.is_success() || reply.status.is_redirection(), "{}: {}", reply.status, reply.body);
    let again = asker.ask(a_film(&films[1])).await;
    helper.approve(again).await;
    test.settled().await;
    test.world.downloads().finish_all();
    test.look_around().await;
    asker.reaches(again, "ready").await;
    test.settled().await;
    let after = subjects(&test.world, "lena@example.org");
    assert_eq!(after.len(), 3, "approved is still told, ready is not: {after:?}");
    test.close().await;
}
