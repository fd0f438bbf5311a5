//! Requests that end before they are ready: declined, withdrawn, gone; and what becomes of what was begun.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::fault::Fault;
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;

use super::support::TestApp;
use super::support::requests::{a_film, a_series, series_to_ask_for, wanted};

#[tokio::test]
async fn declined_with_a_reason_by_form() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let asker = test.signed_in(test.add_person("dario", Role::Requester).await).await;
    let id = asker.ask(a_film(&film)).await;
    let act = format!("/admin/requests/{id}/decline");
    admin.get(&act).await.is(200).has("name=\"reason\"");
    let refused = admin.post(&act, &[("why", "other"), ("reason", "  ")]).await.is(422);
    refused.has("name=\"reason\"");
    admin.post(&act, &[("why", "other"), ("reason", "We have no room <b>at all</b>.")]).await.is(303);
    test.settled().await;
    let declined = asker.request(id).await;
    assert_eq!(
        (&declined["stage"], &declined["reason"]),
        (&json!("declined"), &json!("We have no room <b>at all</b>."))
    );
    asker.get(&format!("/requests/{id}")).await.is(200).has("&lt;b&gt;at all&lt;/b&gt;").lacks("<b>at all</b>");
    let mails = test.world.mail().to("dario@example.org");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.as_deref().unwrap().contains("We have no room <b>at all</b>."), "{:?}", mails[0].text);
    assert!(mails[0].html.as_deref().unwrap().contains("&lt;b&gt;at all"), "{:?}", mails[0].html);
    admin.decide(id, "approve", json!({})).await.is(409);
    admin.decide(id, "decline", json!({ "reason": "again" })).await.is(409);
    assert!(test.world.radarr().added().is_empty());
    test.close().await;
}

#[tokio::test]
async fn withdrawn_after_sending_stops_what_we_began() {
    let test = TestApp::new().await.with_hooks().await;
    let film = wanted(&test);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let id = asker.ask(a_film(&film)).await;
    admin.approve(id).await;
    test.settled().await;
    test.world.downloads().step();
    test.told().await;
    assert_eq!(test.world.downloads().jobs().len(), 1);
    asker.post(&format!("/requests/{id}/withdrawal"), &[]).await.is(303);
    test.settled().await;
    assert_eq!(asker.request(id).await["stage"], "withdrawn");
    assert!(!test.world.radarr().title(film.tmdb_id).unwrap().is_monitored, "the film stays, unwatched");
    assert!(test.world.downloads().jobs().is_empty(), "the download is cancelled");
    asker.decide(id, "withdraw", json!({})).await.is(409);
    // It can be asked for again.
    let again = asker.ask(a_film(&film)).await;
    assert_ne!(again, id);
    test.close().await;
}

#[tokio::test]
async fn withdrawn_while_somebody_follows_goes_on() {
    let test = TestApp::new().await;
    let film = wanted(&test);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let other = test.as_role(Role::Requester).await;
    let id = asker.ask(a_film(&film)).await;
    let joined = other.json(Method::POST, "/api/requests", a_film(&film)).await.is(200).json();
    assert_eq!((&joined["id"], &joined["joined"]), (&json!(id), &json!(true)));
    admin.approve(id).await;
    test.settled().await;
    test.world.downloads().step();
    asker.decide(id, "withdraw", json!({})).await.is(200);
    test.settled().await;
    assert!(test.world.radarr().title(film.tmdb_id).unwrap().is_monitored);
    assert_eq!(test.world.downloads().jobs().len(), 1);
    test.close().await;
}

#[tokio::test]
async fn what_we_did_not_add_is_left_alone() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    test.world.radarr().add_existing(film.tmdb_id, true, false).unwrap();
    let id = test.approved(a_film(&film)).await;
    admin.decide(id, "decline", json!({ "reason": "Changed my mind." })).await.is(200);
    test.settled().await;
    assert!(test.world.radarr().title(film.tmdb_id).unwrap().is_monitored);
    test.close().await;
}

#[tokio::test]
async fn what_was_added_before_the_answer_was_lost_is_ours() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let post = Some(Method::POST);
    test.world.radarr().faults().set_for("/api/v3/movie", post, Fault::AppliedThenTimeout, Some(1));
    let id = test.as_role(Role::Requester).await.ask(a_film(&film)).await;
    admin.approve(id).await;
    test.settled_in_a_hurry().await;
    admin.reaches(id, "searching").await;
    assert_eq!(test.world.radarr().added().len(), 1);
    admin.decide(id, "withdraw", Value::Null).await.is(200);
    test.settled().await;
    assert!(!test.world.radarr().title(film.tmdb_id).unwrap().is_monitored, "we added it, so we stop it");
    test.close().await;
}

#[tokio::test]
async fn one_of_two_seasons_is_withdrawn() {
    let test = TestApp::new().await.with_hooks().await;
    let show = series_to_ask_for(&test, 2).swap_remove(0);
    let (admin, one, two) =
        (test.as_admin().await, test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let first = one.ask(a_series(show.tvdb_id, json!([1]))).await;
    let second = two.ask(a_series(show.tvdb_id, json!([2]))).await;
    for id in [first, second] {
        admin.approve(id).await;
        admin.reaches(id, "searching").await;
    }
    test.world.downloads().step();
    test.told().await;
    for id in [first, second] {
        admin.reaches(id, "downloading").await;
    }
    one.decide(first, "withdraw", Value::Null).await.is(200);
    test.settled().await;
    assert!(test.world.sonarr().title(show.tvdb_id).unwrap().is_monitored, "the second season is still wanted");
    test.world.downloads().finish_all();
    test.told().await;
    admin.reaches(second, "ready").await;
    assert!(!test.world.media_server().has_episode(show.tvdb_id, 1, 1), "its download was cancelled");
    assert_eq!(one.request(first).await["stage"], "withdrawn");
    test.close().await;
}

#[tokio::test]
async fn a_title_is_gone_only_after_two_readings() {
    let test = TestApp::new().await;
    let (film, admin) = (wanted(&test), test.as_admin().await);
    let id = test.approved(a_film(&film)).await;
    test.world.radarr().remove(film.tmdb_id);
    test.world.radarr().faults().set(Fault::Status(503));
    test.run_job(JobName::RequestRepair).await;
    test.world.radarr().faults().clear();
    test.run_job(JobName::RequestRepair).await;
    assert_eq!(admin.request(id).await["stage"], "searching", "an outage is no reading");
    test.run_job(JobName::RequestRepair).await;
    admin.reaches(id, "gone").await;
    let anew = admin.ask(a_film(&film)).await;
    assert_ne!(anew, id, "what is gone can be asked for again");
    test.settled().await;
    test.close().await;
}
