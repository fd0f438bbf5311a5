#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use poem::Endpoint;
use poem::http::StatusCode;
use poem::test::TestClient;

use crate::app::App;
use crate::app::testing::{PASSWORD, cookie, cookie_in, houses, person};
use crate::db::{activity, sessions};
use crate::domain::activity::{ActivityFilter, ActivityKind};
use crate::domain::people::Role;
use crate::router;

fn client(app: &App) -> TestClient<impl Endpoint + use<>> {
    TestClient::new(router::endpoint(app.clone()))
}

async fn entries(app: &App, kind: ActivityKind) -> Vec<crate::domain::activity::Entry> {
    let filter = ActivityFilter { kind: Some(kind), ..Default::default() };
    app.db.read(move |conn| activity::page(conn, &filter, 0, 50)).await.unwrap().0
}

#[tokio::test]
async fn a_right_password_opens_a_session_and_a_wrong_one_does_not() {
    let (_databases, houses) = houses().await;
    for app in houses {
        let client = client(&app);
        person(&app, "Ana Kovac", "ana", Role::Requester).await;
        let post = |name: &str, password: &str| {
            let form =
                [("username", name.to_owned()), ("password", password.to_owned()), ("next", "/search?q=x".to_owned())];
            client.post("/login").header("sec-fetch-site", "same-origin").form(&form).send()
        };
        let mut wrong = Vec::new();
        for (name, password) in [("ana", "wrong password"), ("nobody", "wrong password")] {
            let response = post(name, password).await;
            response.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!response.0.headers().contains_key("set-cookie"));
            let page = response.0.into_body().into_string().await.unwrap();
            assert!(page.contains(&format!("value=\"{name}\"")), "the name is kept");
            assert!(!page.contains("wrong password"), "the password is not");
            wrong.push(page.replace(&format!("value=\"{name}\""), ""));
        }
        assert_eq!(wrong[0], wrong[1], "an unknown name looks like a wrong password");

        let response = post("ANA@example.org", PASSWORD).await;
        response.assert_status(StatusCode::SEE_OTHER);
        response.assert_header("location", "/search?q=x");
        let set = response.0.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");

        let refused = entries(&app, ActivityKind::SignInRefused).await;
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().any(|entry| entry.subject == "Ana Kovac"));
        assert!(refused.iter().all(|entry| !format!("{entry:?}").contains("nobody\"")));
        assert_eq!(entries(&app, ActivityKind::SignedIn).await.len(), 1);
    }
}

#[tokio::test]
async fn signing_in_needs_its_own_page_both_fields_and_a_way_home() {
    let (_databases, houses) = houses().await;
    for app in houses {
        let client = client(&app);
        let form = [("username", "mara"), ("password", PASSWORD)];
        client.post("/login").form(&form).send().await.assert_status(StatusCode::FORBIDDEN);
        let elsewhere = client.post("/login").header("sec-fetch-site", "cross-site").form(&form).send().await;
        elsewhere.assert_status(StatusCode::FORBIDDEN);
        let empty =
            client.post("/login").header("sec-fetch-site", "same-origin").form(&[("username", "")]).send().await;
        empty.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let page = empty.0.into_body().into_string().await.unwrap();
        assert!(page.contains("Write your name") && page.contains("Write your password"));

        let cookie = cookie(&client, "mara").await;
        let again = client.get("/login").header("cookie", cookie.as_str()).send().await;
        again.assert_status(StatusCode::SEE_OTHER);
        again.assert_header("location", "/admin");
    }
}

#[tokio::test]
async fn every_sign_in_is_a_new_session_and_signing_out_ends_it() {
    let (_databases, houses) = houses().await;
    for app in houses {
        let client = client(&app);
        let first = cookie(&client, "mara").await;
        let form = [("username", "mara"), ("password", PASSWORD)];
        let again = client.post("/login").header("sec-fetch-site", "same-origin").header("cookie", first.as_str());
        let second = cookie_in(&again.form(&form).send().await);
        assert_ne!(first, second);
        let stays = client.get("/logout").header("cookie", first.as_str()).send().await;
        stays.assert_status(StatusCode::SEE_OTHER);
        client.get("/logout").header("cookie", second.as_str()).send().await.assert_status_is_ok();

        let no_origin = client.post("/logout").header("cookie", second.as_str()).send().await;
        no_origin.assert_status(StatusCode::FORBIDDEN);
        let out = client.post("/logout").header("cookie", second.as_str()).header("sec-fetch-site", "same-origin");
        out.send().await.assert_status(StatusCode::SEE_OTHER);
        let after = client.get("/logout").header("cookie", second.as_str()).send().await;
        after.assert_header("location", "/login?next=%2Flogout");
        let mara = app.db.read(|conn| crate::db::people::by_username(conn, "mara")).await.unwrap().unwrap();
        let now = app.now();
        assert!(app.db.read(move |conn| sessions::of_person(conn, mara.id, now)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let (_databases, houses) = houses().await;
    let client = client(&houses[0]);
    let mut last = StatusCode::OK;
    for _ in 0..120 {
        let form = [("username", "mara"), ("password", "wrong")];
        let response = client.post("/login").header("sec-fetch-site", "same-origin").form(&form).send().await;
        last = response.0.status();
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(response.0.headers().contains_key("retry-after"));
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn plex_that_is_down_leaves_the_local_way_open() {
    let (_databases, houses) = houses().await;
    for app in houses {
        let client = client(&app);
        let response =
            client.post("/login/plex").header("sec-fetch-site", "same-origin").form(&[("next", "/")]).send().await;
        response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        let page = response.0.into_body().into_string().await.unwrap();
        assert!(page.contains("Plex doesn’t answer") && page.contains("name=\"password\""));
        client.get("/login/plex/wait").send().await.assert_status(StatusCode::GONE);
        cookie(&client, "mara").await;
    }
}

#[tokio::test]
async fn until_the_house_is_set_up_every_way_in_leads_to_the_wizard() {
    let databases = crate::db::testing::Databases::make();
    for address in databases.urls() {
        let app = crate::app::testing::app(databases.folder(), address).await;
        let client = client(&app);
        client.get("/login").send().await.assert_header("location", "/setup");
        let form = [("username", "mara"), ("password", PASSWORD)];
        let response = client.post("/login").header("sec-fetch-site", "same-origin").form(&form).send().await;
        response.assert_header("location", "/setup");
    }
}
