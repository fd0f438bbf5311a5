//! Somebody without an invite asks to be let in, confirms the address, and somebody decides.

mod links;
mod tokens;
mod way;

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::access_requests;
use usherr::demo::WorldOptions;
use usherr::demo::mail::Caught;
use usherr::domain::access_request::AccessRequest;
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use crate::support::{Browser, Reply, TestApp};

const HERE: &str = "https://usherr.example.org";
const NADIA: &str = "nadia@example.org";
const HELGA: &str = "helga@example.org";

/// A house where anybody may ask, with a moderator and two groups.
async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.at_address(HERE).await;
    test.setting(SettingKey::Asking, "anybody").await;
    test.add_person("helga", Role::Moderator).await;
    let admin = test.as_admin().await;
    for name in ["Friends", "Choir"] {
        admin.json(Method::POST, "/api/groups", json!({ "name": name })).await.is(201);
    }
    test
}

fn typed<'a>(email: &'a str, name: &'a str) -> [(&'a str, &'a str); 3] {
    [("name", name), ("email", email), ("message", "We met at the allotment.")]
}

async fn ask(browser: &Browser, email: &str) -> Reply {
    browser.post("/ask", &typed(email, "Nadia Berg")).await
}

/// Asks and confirms, up to where somebody decides.
async fn asked(test: &TestApp) -> i64 {
    let nobody = test.nobody();
    ask(&nobody, NADIA).await.is(303);
    test.settled().await;
    nobody.post(&way(&last(test, NADIA), "/ask/confirm/"), &[]).await.is(200).has("Thank you");
    test.settled().await;
    list(test).await[0].id.0
}

async fn list(test: &TestApp) -> Vec<AccessRequest> {
    test.app().db.read(|conn| access_requests::list(conn, None, 0, 50)).await.unwrap()
}

async fn invites(test: &TestApp) -> Vec<Value> {
    let invites = test.as_admin().await.get("/api/invites").await.is(200).json();
    invites["items"].as_array().unwrap().clone()
}

async fn groups(test: &TestApp) -> Vec<i64> {
    let groups = test.as_admin().await.get("/api/groups").await.is(200).json();
    let groups = groups.get("items").unwrap_or(&groups).as_array().unwrap().clone();
    groups.iter().map(|group| group["id"].as_i64().unwrap()).collect()
}

fn mails(test: &TestApp, to: &str) -> Vec<Caught> {
    test.world.mail().to(to)
}

fn last(test: &TestApp, to: &str) -> Caught {
    mails(test, to).pop().unwrap_or_else(|| panic!("no mail to {to}"))
}

/// Where the link of a mail leads that begins like this, below the public address.
fn way(mail: &Caught, begins: &str) -> String {
    let text = mail.text.as_deref().unwrap_or_default();
    let (_, rest) = text.split_once(&format!("{HERE}{begins}")).unwrap_or_else(|| panic!("no {begins} in {text}"));
    format!("{begins}{}", rest.split_whitespace().next().unwrap_or_default())
}
