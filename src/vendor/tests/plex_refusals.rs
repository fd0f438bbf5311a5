//! What Plex says when it doesn't write a share, in the words that were seen, and what Usherr makes of it.

use std::sync::Arc;
use std::time::Duration;

use poem::Response;

use super::plex_tv::{MACHINE, token, world};
use super::{html, say};
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::sharing::{Invitee, Routes, Sections, ShareSettings};
use crate::vendor::plex_tv_writes::ShareWrites;

fn v1(code: u16, said: &str) -> Response {
    say(code, "application/xml", format!(r#"<Response code="{code}" status="{said}"/>"#))
}

fn v2(code: u16, said: &str) -> Response {
    let body = format!(r#"{{"errors":[{{"code":1000,"message":"{said}","status":{code}}}]}}"#);
    say(code, "application/json", body)
}

/// The fault of an invite that is answered like this.
async fn invite(answer: impl Fn() -> Response + Send + Sync + 'static) -> Fault {
    let (upstream, plex_tv) = world(move |_| answer()).await;
    let who = Invitee::Named("friend-two@example.com".into());
    let (libraries, settings) = (Sections::new(vec![110_000_001]).unwrap(), ShareSettings::default());
    let fault = plex_tv.invite(&token(), MACHINE, &who, &libraries, &settings).await.unwrap_err();
    assert_eq!(upstream.seen().len(), 1, "{fault}");
    fault
}

#[tokio::test]
async fn already_is_told_by_its_words_whatever_the_case() {
    for said in [
        "You're already sharing this server with friend-one. Please edit your existing share.",
        "USER IS ALREADY A FRIEND",
        "An invitation is Already Pending",
    ] {
        assert_eq!(invite(move || v1(400, said)).await.class, FaultClass::Already, "{said}");
        assert_eq!(invite(move || v2(422, said)).await.class, FaultClass::Already, "{said}");
    }
    assert!(invite(|| v1(400, "already pending")).await.message.contains("waits for their yes"));
    assert_eq!(invite(|| v1(400, "That is quite enough already")).await.class, FaultClass::Permanent);
}

#[tokio::test]
async fn what_a_person_can_mend_is_said_in_a_sentence() {
    for (code, said, class, words) in [
        (400, "Unable to find user", FaultClass::Missing, "check the mail address or the Plex user name"),
        (404, "Unable to find user", FaultClass::Missing, "check the mail address or the Plex user name"),
        (404, "Not found", FaultClass::Missing, "Look at people and shares"),
        (400, "Invalid library section", FaultClass::Missing, "Look at people and shares"),
        (400, "Invite a user requires a Plex Pass", FaultClass::Permanent, "have the person confirm"),
        (422, "Restriction profile is set", FaultClass::LimitsKept, "under Plex Home"),
        (400, "You can't invite yourself", FaultClass::Permanent, "needs no share"),
        (400, "Something new", FaultClass::Permanent, "Something new"),
        (401, "Invalid authentication token.", FaultClass::Auth, "refuses the key or token"),
        (422, "Invalid token", FaultClass::Auth, "refuses the request"),
    ] {
        for answer in [v1, v2] {
            let fault = invite(move || answer(code, said)).await;
            assert!(fault.class == class && fault.message.contains(words), "{code} {said}: {fault:?}");
        }
    }
}

#[tokio::test]
async fn plex_says_how_long_to_wait_or_does_not() {
    let fault = invite(|| v2(429, "API rate limit exceeded")).await;
    assert_eq!((fault.class, fault.retry_after), (FaultClass::Transient, None));
    let slow = || Response::builder().status(poem::http::StatusCode::TOO_MANY_REQUESTS).header("retry-after", "30");
    let fault = invite(move || slow().finish()).await;
    assert_eq!((fault.class, fault.retry_after), (FaultClass::Transient, Some(Duration::from_secs(30))));
    assert_eq!(invite(|| html(503, "")).await.class, FaultClass::Transient);
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_yes() {
    assert_eq!(invite(|| html(200, "<html>Sign in</html>")).await.class, FaultClass::Transient);
}

#[tokio::test]
async fn a_managed_user_is_named_where_plex_gives_no_reason() {
    let (_upstream, plex_tv) = world(|_| v2(422, "Unprocessable")).await;
    let fault = plex_tv.change_settings(&token(), &Invitee::Account(5), &ShareSettings::default()).await.unwrap_err();
    assert!(fault.class == FaultClass::LimitsKept && fault.message.contains("restriction profile"), "{fault}");
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_not_asked_about() {
    let (upstream, plex_tv) = world(|_| html(200, "")).await;
    for routes in [Routes::Auto, Routes::V1, Routes::V2] {
        let client = plex_tv.clone().sharing(routes, Arc::new(ShareWrites::new(Duration::ZERO)));
        assert!(client.remove_share(&token(), "../../home/users", 1).await.is_err());
    }
    assert!(upstream.seen().is_empty());
}
