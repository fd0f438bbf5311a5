//! Forms that were read before something changed: asked for by somebody else meanwhile, decided, sent twice; and forms that
//! name what is not there.

use super::*;

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
