//! A house for tests that are about one feature: empty, with plex.tv where nobody answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use poem::Endpoint;
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};
use secrecy::SecretString;

use super::App;
use super::services::server_place;
use crate::clock::Clock;
use crate::config::{Config, PlexAddresses};
use crate::crypto;
use crate::db::people::{self, NewPerson};
use crate::db::servers;
use crate::db::testing::Databases;
use crate::domain::ids::{PersonId, ServerId};
use crate::domain::people::Role;
use crate::domain::service::Server;

pub fn config(data_dir: &Path, database_url: &str) -> Config {
    let nowhere = "http://127.0.0.1:9".to_owned();
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: data_dir.to_owned(),
        database_url: database_url.to_owned(),
        base_url: None,
        base_path: String::new(),
        secret_key: Some(SecretString::from("0123456789abcdef0123456789abcdef".to_owned())),
        settings_file: None,
        log: "info".to_owned(),
        trusted_proxies: Vec::new(),
        plex: PlexAddresses {
            plex_tv: nowhere.clone(),
            clients: nowhere.clone(),
            discover: nowhere.clone(),
            community: nowhere.clone(),
            auth: nowhere,
        },
        time_zone: "UTC".to_owned(),
        kill_at: None,
    }
}

pub async fn app(data_dir: &Path, database_url: &str) -> App {
    App::build(config(data_dir, database_url), Clock::system()).await.unwrap()
}

/// One house for each engine there is, set up: a server, and an admin `mara` with the password `front row seat`.
pub async fn houses() -> (Databases, Vec<App>) {
    let databases = Databases::make();
    let mut houses = Vec::new();
    for address in databases.urls() {
        let app = app(databases.folder(), address).await;
        add_server(&app).await;
        person(&app, "Mara Lindqvist", "mara", Role::Admin).await;
        houses.push(app);
    }
    (databases, houses)
}

/// The password of everybody in these houses.
pub const PASSWORD: &str = "front row seat";

/// Somebody with a local sign-in.
pub async fn person(app: &App, name: &str, username: &str, role: Role) -> PersonId {
    let hash = crypto::hash_password(SecretString::from(PASSWORD.to_owned())).await.unwrap();
    let person = NewPerson {
        name: name.to_owned(),
        email: Some(format!("{username}@example.org")),
        username: Some(username.to_owned()),
        password_hash: Some(hash),
        role,
        plex_id: None,
        plex_username: None,
        thumb: None,
        is_owner: false,
        home: false,
        restricted: false,
    };
    let now = app.now();
    app.db.write(move |tx| people::add(tx, &person, now)).await.unwrap()
}

async fn add_server(app: &App) {
    let server = Server {
        id: ServerId(0),
        name: "The Back Row".to_owned(),
        url: "http://127.0.0.1:9".to_owned(),
        sealed: app.seal(&SecretString::from("owner-token".to_owned()), &server_place("The Back Row")).unwrap(),
        machine_id: Some("a1b2c3".to_owned()),
        version: None,
        owner_plex_id: Some(1000),
        default_library: None,
        from_file: false,
    };
    let now = app.now();
    app.db.write(move |tx| servers::save(tx, &server, 0, now)).await.unwrap();
}

/// The cookie header of somebody who signed in by the form.
pub async fn cookie(client: &TestClient<impl Endpoint>, username: &str) -> String {
    let form = [("username", username), ("password", PASSWORD)];
    let response = client.post("/login").header("sec-fetch-site", "same-origin").form(&form).send().await;
    response.assert_status(StatusCode::SEE_OTHER);
    cookie_in(&response)
}

/// What the browser would keep of an answer.
pub fn cookie_in(response: &TestResponse) -> String {
    let cookies = response.0.headers().get_all("set-cookie").iter();
    let pairs: Vec<&str> = cookies.map(|value| value.to_str().unwrap().split(';').next().unwrap()).collect();
    pairs.join("; ")
}
