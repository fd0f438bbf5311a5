//! One's own page, and the link that stops a notice.

mod email;
mod registration;

use chrono::TimeDelta;
use usherr::db::{notice_choices, people};
use usherr::demo::WorldOptions;
use usherr::domain::notice::{NoticeKind, UNSUBSCRIBE};
use usherr::domain::people::{Role, Theme};

use super::support::TestApp;
use super::support::house::PASSWORD;

async fn house() -> TestApp {
    TestApp::unsynced(WorldOptions::test()).await
}

async fn close(test: TestApp) {
    test.house.close().await;
    test.world.stop().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let test = house().await;
    let ana = test.add_person("ana", Role::Requester).await;
    let ben = test.add_person("ben", Role::Requester).await;
    let here = test.nobody().with_header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
    here.post("/login", &[("username", "ana"), ("password", PASSWORD)]).await.is(303);
    let (there, other) = (test.signed_in(ana).await, test.signed_in(ben).await);
    let page = here.get("/me").await.is(200).has("Firefox on Linux").has("This device");
    let ids: Vec<String> = page
        .body
        .split("/me/sessions/")
        .skip(1)
        .filter_map(|part| Some(part.split_once("/end\"")?.0.to_owned()))
        .filter(|id| !id.contains('"'))
        .collect();
    assert_eq!(ids.len(), 2);
    for id in &ids {
        other.post(&format!("/me/sessions/{id}/end"), &[]).await.is(404);
    }
    there.get("/me").await.is(200);
    // Newest first; the other one is ended from here.
    let now = test.app().now();
    let all = test.app().db.read(move |conn| usherr::db::sessions::of_person(conn, ana, now)).await.unwrap();
    let elsewhere = all.iter().find(|session| session.user_agent.is_none()).unwrap();
    here.post(&format!("/me/sessions/{}/end", elsewhere.id), &[]).await.is(303);
    there.get("/me").await.is(303);
    here.get("/me").await.is(200).has("That device is signed out");
    let again = test.signed_in(ana).await;
    assert_eq!(here.post("/me/sessions/end-all", &[]).await.is(303).location(), "/login");
    here.get("/me").await.is(303);
    again.get("/me").await.is(303);
    other.get("/me").await.is(200);
    close(test).await;
}

#[tokio::test]
async fn the_look_and_the_mails_are_ones_own_choice() {
    let test = house().await;
    let id = test.add_person("ana", Role::Moderator).await;
    let browser = test.signed_in(id).await;
    browser.get("/me").await.is(200).has("Somebody asks for a title").lacks("data-theme");
    browser.post("/me/theme", &[("theme", "light")]).await.is(303);
    browser.get("/me").await.is(200).has("data-theme=\"light\"");
    browser.post("/me/theme", &[("theme", "pink")]).await.is(422);
    browser.post("/me/notices", &[("notice", "request_ready"), ("notice", "nonsense")]).await.is(303);
    let choices = test.app().db.read(move |conn| notice_choices::of_person(conn, id)).await.unwrap();
    let on: Vec<NoticeKind> = choices.into_iter().filter(|(_, on)| *on).map(|(kind, _)| kind).collect();
    assert_eq!(on, [NoticeKind::RequestReady]);
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get("/me").await.is(200).lacks("Write me when");
    auditor.post("/me/theme", &[("theme", "dark")]).await.is(303);
    let person = test.app().db.read(move |conn| people::get(conn, id)).await.unwrap().unwrap();
    assert_eq!(person.theme, Theme::Light);
    close(test).await;
}

#[tokio::test]
async fn a_password_changes_only_with_the_old_one() {
    let test = house().await;
    let id = test.add_person("anakovac", Role::Requester).await;
    let (here, there) = (test.signed_in(id).await, test.signed_in(id).await);
    let change =
        async |current: &str, new: &str| here.post("/me/password", &[("current", current), ("password", new)]).await;
    change("wrong", "a new password").await.is(422).has("not your password now").lacks("a new password");
    change(PASSWORD, "short").await.is(422).has("at least 8");
    change(PASSWORD, "AnaKovac").await.is(422).has("another password than the sign-in name");
    change(PASSWORD, "a new password").await.is(303);
    here.get("/me").await.is(200);
    there.get("/me").await.is(303);
    let old = [("username", "anakovac"), ("password", PASSWORD)];
    test.nobody().post("/login", &old).await.is(422);
    let new = [("username", "anakovac"), ("password", "a new password")];
    test.nobody().post("/login", &new).await.is(303);
    close(test).await;
}

#[tokio::test]
async fn who_finds_an_open_browser_does_not_guess_the_password() {
    let test = house().await;
    let id = test.add_person("anakovac", Role::Requester).await;
    let here = test.signed_in(id).await;
    for tried in 0..30 {
        let reply = here.post("/me/password", &[("current", "a guess"), ("password", "a new password")]).await;
        if reply.status == 429 {
            assert!(tried >= 5 && reply.headers.contains_key("retry-after"), "refused after {tried}");
            reply.has("Too many tries").has("Change password");
            return close(test).await;
        }
        reply.is(422);
    }
    panic!("thirty guesses were let through");
}

#[tokio::test]
async fn the_link_in_a_mail_stops_that_notice_and_no_other() {
    let test = house().await;
    let id = test.add_person("ana", Role::Requester).await;
    let until = test.app().now() + TimeDelta::days(400);
    let token = test.app().keys.sign_link(UNSUBSCRIBE, &NoticeKind::RequestReady.link_about(id), until);
    let path = format!("/unsubscribe/{token}");
    let wants = |kind: NoticeKind| test.app().db.read(move |conn| notice_choices::wants(conn, id, kind));
    test.nobody().get(&path).await.is(200).has("Stop these mails");
    assert!(wants(NoticeKind::RequestReady).await.unwrap());
    // As a mail program does it: no cookie, no origin.
    let program = test.nobody().with_header("sec-fetch-site", "cross-site");
    program.post(&path, &[("List-Unsubscribe", "One-Click")]).await.is(200).has("have stopped");
    program.post(&path, &[("List-Unsubscribe", "One-Click")]).await.is(200);
    assert!(!wants(NoticeKind::RequestReady).await.unwrap());
    assert!(wants(NoticeKind::RequestApproved).await.unwrap());
    for bad in ["x", "x.y", &token[..token.len() - 2]] {
        test.nobody().get(&format!("/unsubscribe/{bad}")).await.is(404);
        test.nobody().post(&format!("/unsubscribe/{bad}"), &[]).await.is(404);
    }
    let stale = test.app().keys.sign_link(UNSUBSCRIBE, "1:request_ready", test.app().now() - TimeDelta::days(1));
    test.nobody().post(&format!("/unsubscribe/{stale}"), &[]).await.is(404);
    close(test).await;
}
