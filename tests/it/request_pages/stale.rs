//! Forms that were read before something changed: asked for by somebody else meanwhile, decided, sent twice; and forms that
//! name what is not there.

use super::*;

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
