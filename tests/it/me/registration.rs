//! A name and a password beside the sign-in with Plex: for whom the house lets, on their page or by the mail about a
//! forgotten password.

use usherr::db::people;
use usherr::domain::activity::ActivityKind;
use usherr::domain::settings::SettingKey;

use crate::auth::entries;
use crate::support::{Browser, Reply, TestApp};

const PUBLIC: &str = "https://usherr.example.org";
const PASSWORD: &str = "popcorn, salted";

async fn house(registration: &str) -> TestApp {
    let test = TestApp::new().await;
    test.at_address(PUBLIC).await;
    test.setting(SettingKey::Registration, registration).await;
    test
}

async fn register(browser: &Browser, username: &str, password: &str) -> Reply {
    browser.post("/me/sign-in", &[("username", username), ("password", password)]).await
}

async fn sign_in(test: &TestApp, username: &str) -> u16 {
    let reply = test.nobody().post("/login", &[("username", username), ("password", PASSWORD)]).await;
    reply.status.as_u16()
}

#[tokio::test]
async fn nobody_gives_themselves_a_password_unless_the_house_lets_them() {
    let test = house("nobody").await;
    let priya = test.as_plex("priya").await;
    priya.get("/me").await.is(200).lacks("Sign in without Plex");
    register(&priya, "priya", PASSWORD).await.is(422).has("Only an admin gives you a password");
    assert_eq!(sign_in(&test, "priya").await, 422);
    let admin = test.as_admin().await;
    admin.get("/admin/settings/general").await.is(200).has("Who may sign in without Plex, too");
    test.close().await;
}

#[tokio::test]
async fn whoever_is_on_the_server_may_choose_a_name_and_a_password() {
    let test = house("on_the_server").await;
    let (priya, elsewhere) = (test.as_plex("priya").await, test.as_plex("priya").await);
    priya.get("/me").await.is(200).has("Sign in without Plex, too").has("At least 8 characters").has("2 to 50");
    let wrong = register(&priya, "p r", "short").await.is(422).has("only the letters").has("at least 8");
    wrong.has("value=\"p r\"").lacks("value=\"short\"");
    register(&priya, "MARA", PASSWORD).await.is(422).has("Somebody has this name");
    register(&priya, "mara@example.org", PASSWORD).await.is(422).has("your own mail address");
    register(&priya, "Priya", PASSWORD).await.is(303);
    priya.get("/me").await.is(200).lacks("Sign in without Plex, too").has("Change password");
    elsewhere.get("/me").await.is(303);
    assert_eq!(sign_in(&test, "priya").await, 303);
    // One time only: the password is changed with the old one from now on.
    register(&priya, "priya-2", "another one, please").await.is(422);
    assert_eq!(sign_in(&test, "priya").await, 303);
    let person = test.app().db.read(|conn| people::by_username(conn, "priya")).await.unwrap().unwrap();
    assert_eq!(entries(&test, ActivityKind::PasswordSet).await[0].person, Some(person.id));
    test.settled().await;
    let told = test.world.mail().to(person.email.as_deref().unwrap());
    assert_eq!(told.iter().filter(|mail| mail.subject().contains("has changed")).count(), 1);
    test.close().await;
}

#[tokio::test]
async fn the_mail_about_a_forgotten_password_gives_a_first_one_where_it_may() {
    let test = house("nobody").await;
    let id = test.world.account("priya").unwrap().id;
    let person = test.app().db.read(move |conn| people::by_plex_id(conn, id)).await.unwrap().unwrap();
    let mail = person.email.unwrap();
    let ask = async |minutes: i64| {
        test.later(minutes);
        test.nobody().post("/login/reset", &[("username", &mail)]).await.is(200);
        test.settled().await;
        let text = test.world.mail().to(&mail).pop().unwrap().text.unwrap();
        let (_, rest) = text.split_once(PUBLIC).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(ask(0).await, "/login");
    test.setting(SettingKey::Registration, "on_the_server").await;
    let way = ask(6).await;
    test.nobody().get(&way).await.is(200).has("Name to sign in with").has("go on signing in with Plex");
    let choose = async |name: &str, password: &str| {
        test.nobody().post(&way, &[("username", name), ("password", password)]).await
    };
    choose("mara", PASSWORD).await.is(422).has("Somebody has this name").has("value=\"mara\"");
    choose("", PASSWORD).await.is(422).has("Choose a sign-in name");
    choose("priya", PASSWORD).await.is(303);
    choose("priya", "another one, please").await.is(404);
    assert_eq!(sign_in(&test, "priya").await, 303);
    test.close().await;
}

#[tokio::test]
async fn a_link_of_before_is_worth_nothing_once_nobody_may_any_more() {
    let test = house("on_the_server").await;
    let id = test.world.account("priya").unwrap().id;
    let person = test.app().db.read(move |conn| people::by_plex_id(conn, id)).await.unwrap().unwrap();
    let mail = person.email.unwrap();
    test.nobody().post("/login/reset", &[("username", &mail)]).await.is(200);
    test.settled().await;
    let text = test.world.mail().to(&mail).pop().unwrap().text.unwrap();
    let way = text.split_once(PUBLIC).unwrap().1.split_whitespace().next().unwrap().to_owned();
    test.setting(SettingKey::Registration, "nobody").await;
    test.nobody().get(&way).await.is(404);
    test.nobody().post(&way, &[("username", "priya"), ("password", PASSWORD)]).await.is(404);
    assert_eq!(sign_in(&test, "priya").await, 422);
    test.close().await;
}
