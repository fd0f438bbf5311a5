//! The mails of one request, taken by a real mail server: over STARTTLS and over TLS, signed in, with a certificate that
//! the system trusts. The program runs as a process of its own, since what it trusts is set around it.

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use usherr::crypto::SessionClaims;
use usherr::db::sessions;
use usherr::domain::ids::PersonId;
use usherr::domain::people::{Role, Session, SessionKind};
use usherr::domain::settings::SettingKey;

use super::support::child::{self, Running};
use super::support::patience::until;
use super::support::receiver::{Kept, NAME, PASSWORD, Receiver, fixture};
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;
use super::support::{Browser, Reply, TestApp};

/// A bearer token that outlives this process.
async fn token(test: &TestApp, person: PersonId) -> String {
    let (now, id) = (test.app().now(), uuid::Uuid::new_v4().to_string());
    let expires_at = now + chrono::TimeDelta::hours(1);
    let claims = SessionClaims { sub: person.0, sid: id.clone(), iat: now.timestamp(), exp: expires_at.timestamp() };
    let session = Session {
        id,
        person,
        kind: SessionKind::Api,
        user_agent: None,
        address: None,
        created_at: now,
        last_seen_at: now,
        expires_at,
    };
    test.app().db.write(move |tx| sessions::open(tx, &session)).await.unwrap();
    test.app().keys.session_token(&claims).unwrap().expose_secret().to_owned()
}

fn smtp(security: &str, port: u16) -> String {
    format!(
        "[smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nusername = \"{NAME}\"\n\
         password = \"{PASSWORD}\"\nfrom = \"Usherr <usherr@example.org>\"\n"
    )
}

async fn post(caller: &Browser, path: &str, body: Value) -> Reply {
    caller.json(Method::POST, path, body).await
}

async fn a_request_from_asking_to_ready(how: &str, security: &str) {
    let auth = format!("{NAME}:{PASSWORD}");
    let Some(receiver) = Receiver::start(how, ("leaf.pem", "leaf.key"), &["--auth", &auth]) else { return };
    let (addr, port) = (child::free_port(), receiver.port);
    let settings = |file: String| format!("{}{}", file.split("[smtp]").next().unwrap(), smtp(security, port));
    let test = TestApp::at_with(addr, settings).await.with_hooks().await;
    test.setting(SettingKey::BaseUrl, &format!("http://{addr}")).await;
    let asker = test.add_person("ada", Role::Requester).await;
    let helper = test.add_person("helga", Role::Moderator).await;
    let (asker, helper) = (token(&test, asker).await, token(&test, helper).await);
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let estate = test.shut().await;

    let mut command = child::of(&estate.config);
    command.env("USHERR_LISTEN", addr.to_string()).env("SSL_CERT_FILE", fixture("ca.pem"));
    let running = Running::start(command).await.expect("it opens");
    let caller = |token: &str| Browser::new(&running.url).with_header("authorization", format!("Bearer {token}"));
    let (asker, helper) = (caller(&asker), caller(&helper));
    let id = asker.ask(a_film(&film)).await;
    // The admin of every house is asked, too.
    let asked = until("those who decide are asked", || async { some(receiver.kept(), 2) }).await;
    assert!(asked.iter().all(|letter| letter.header("Subject").unwrap().contains("asks for")));
    post(&helper, &format!("/api/requests/{id}/approve"), json!({})).await.is(200);
    asker.reaches(id, "searching").await;
    estate.world.downloads().finish_all();
    asker.reaches(id, "ready").await;
    let all = until("everybody is told", || async { some(receiver.kept(), 4) }).await;

    let to_ada: Vec<&Kept> = all.iter().filter(|letter| letter.told["to"] == json!(["ada@example.org"])).collect();
    let subjects: Vec<String> = to_ada.iter().map(|letter| letter.header("Subject").unwrap()).collect();
    assert!(subjects[0].ends_with("was approved") && subjects[1].ends_with("is ready"), "{subjects:?}");
    let mut ids: Vec<String> = all.iter().map(|letter| letter.header("Message-ID").unwrap()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all.len(), "one Message-ID for each notice and reader");
    for letter in &all {
        assert_eq!((&letter.told["tls"], &letter.told["authenticated"]), (&json!(true), &json!(true)));
        assert_eq!(letter.told["to"].as_array().unwrap().len(), 1, "one letter for each reader");
        assert!(letter.header("Content-Type").unwrap().starts_with("multipart/alternative"));
        assert!(letter.raw.contains("text/plain") && letter.raw.contains("text/html"));
        assert!(letter.header("List-Unsubscribe").unwrap().starts_with(&format!("<http://{addr}/unsubscribe/")));
        assert_eq!(letter.header("List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
        assert!(letter.header("Date").is_some() && letter.header("MIME-Version").is_some());
    }
    let (status, said) = running.end().await;
    assert!(status.success() && !said.concat().contains(PASSWORD), "{said:?}");
    estate.world.stop().await;
}

fn some(letters: Vec<Kept>, count: usize) -> Option<Vec<Kept>> {
    (letters.len() >= count).then_some(letters)
}

#[tokio::test]
async fn mails_go_out_over_starttls() {
    a_request_from_asking_to_ready("--starttls", "starttls").await;
}

#[tokio::test]
async fn mails_go_out_over_tls() {
    a_request_from_asking_to_ready("--tls", "tls").await;
}
