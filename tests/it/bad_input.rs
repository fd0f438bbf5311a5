//! Whatever people and programs type: kept as text or refused beside the field, never a 500, and an address that leads
//! nowhere leads home.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use usherr::domain::people::Role;

use super::csp::{lived_in, walk};
use super::support::html::{Form, forms};
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;
use super::support::{Browser, Reply, TestApp};

fn nasty() -> Vec<String> {
    vec![
        String::new(),
        "   \t ".to_owned(),
        "x".repeat(20_000),
        "a\0b\u{1}\u{7f}\u{85}c".to_owned(),
        "\u{202e}\u{2067}אבג العربية\u{2069}".to_owned(),
        "👩‍👩‍👧‍👦🏳️‍🌈 \u{fffd}\u{feff}".to_owned(),
        "'; DROP TABLE people; --".to_owned(),
        "\"><script>alert(1)</script>".to_owned(),
        "99999999999999999999999999".to_owned(),
        "-1".to_owned(),
        "%00%ff%".to_owned(),
        "../../../../etc/passwd".to_owned(),
        "a\r\nSet-Cookie: x=y\r\n\r\n".to_owned(),
        "% _ * ( ) AND NEAR/2 \"".to_owned(),
    ]
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Never our own fault, and nothing of what was typed is taken for markup.
#[track_caller]
fn fine(reply: &Reply, what: &str) {
    assert!(reply.status.as_u16() != 500, "{what}: {}", reply.body);
    assert!(!reply.body.contains("<script>alert(1)"), "{what} is taken for markup");
    assert!(
        !reply.headers.contains_key("set-cookie")
            || reply.headers.get("set-cookie").is_some_and(|cookie| !cookie.to_str().unwrap().starts_with("x=y")),
        "{what} sets a cookie"
    );
}

/// What would end the session, or take away what the next form needs.
fn is_final(form: &Form) -> bool {
    let end = |end: &str| form.action.ends_with(end);
    end("/removal") || end("/end") || end("/end-all") || end("/logout") || end("/login/plex")
}

#[tokio::test]
async fn every_field_of_every_form_takes_anything() {
    let test = lived_in().await;
    let admin = test.as_admin().await;
    let from = [
        "/",
        "/search?q=harbour",
        "/requests",
        "/me",
        "/admin/requests",
        "/admin/services",
        "/admin/backups",
        "/admin/jobs",
        "/admin/settings/general",
        "/admin/people",
        "/admin/people/new",
        "/admin/groups",
    ];
    let pages = walk(&admin, &from).await;
    let mut seen = BTreeSet::new();
    let mut all: Vec<Form> = pages.iter().flat_map(|(_, reply)| forms(&reply.body)).collect();
    all.retain(|form| {
        !is_final(form)
            && seen.insert((
                without_numbers(&form.action),
                form.fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
            ))
    });
    assert!(all.len() > 12, "{} forms: {all:?}", all.len());
    let mut sent = 0;
    for form in &all {
        for (at, (name, _)) in form.fields.iter().enumerate() {
            for value in nasty() {
                let mut fields: Vec<(&str, &str)> =
                    form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                fields[at].1 = &value;
                let reply = admin.post(&form.action, &fields).await;
                let shown: String = value.chars().take(20).collect();
                fine(&reply, &format!("POST {} with {name}={shown:?}", form.action));
                assert!(reply.status.as_u16() < 500 || [502, 503].contains(&reply.status.as_u16()), "{}", form.action);
                sent += 1;
            }
        }
    }
    assert!(sent > 500, "only {sent}");
    // The house still stands.
    test.as_admin().await.get("/admin").await.is(200);
    test.house.close().await;
    test.world.stop().await;
}

fn without_numbers(action: &str) -> String {
    action.split('/').map(|part| if part.parse::<i64>().is_ok() { "#" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_address_takes_any_id_and_any_query() {
    let test = lived_in().await;
    let admin = test.as_admin().await;
    let names = [
        "q", "page", "per_page", "stage", "kind", "sort", "mine", "next", "scope", "person", "who", "from", "to",
        "since", "until", "about",
    ];
    for (path, method) in usherr::router::routes().known() {
        if *method != Method::GET || path.ends_with("/live") || path.ends_with("/events") || *path == "/logout" {
            continue;
        }
        for value in nasty() {
            let typed = escaped(&value).replace('+', "%20");
            if path.contains(':') && !value.trim().is_empty() && value.len() < 8_000 {
                let address: Vec<&str> =
                    path.split('/').map(|part| if part.starts_with(':') { typed.as_str() } else { part }).collect();
                let reply = admin.get(&address.join("/")).await;
                fine(&reply, &format!("GET {path} with {value:?}"));
                assert!(
                    reply.status.is_client_error() || reply.status.is_redirection(),
                    "GET {path} with {value:?}: {}",
                    reply.status
                );
            }
            if !path.contains(':') && value.len() < 8_000 {
                let query: Vec<String> = names.iter().map(|name| format!("{name}={typed}")).collect();
                let reply = admin.get(&format!("{path}?{}", query.join("&"))).await;
                fine(&reply, &format!("GET {path} with {value:?} in its query"));
                assert!(reply.status.as_u16() < 500, "GET {path}: {}", reply.status);
            }
        }
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn what_was_pressed_too_late_leads_back_to_its_page() {
    let test = TestApp::new().await;
    let id = test.add_person("late", Role::Requester).await;
    let (page, undo) = (format!("/admin/people/{id}"), format!("/admin/people/{id}/removal/undo"));
    let ours = format!("{}{page}?show=all", test.url());
    let from = async |referer: &str| test.as_admin().await.with_header("referer", referer.to_owned());
    let reply = from(&ours).await.post(&undo, &[]).await.is(409).has("is not removed from anything");
    reply
        .has("Back to the page")
        .has(&format!("href=\"{page}?show=all\""))
        .has("To the dashboard")
        .lacks("To the lobby");
    // What is gone from the back office was found on a page, too.
    let gone = from(&ours).await.get("/admin/people/999999").await.is(404);
    gone.has("Back to the page").has("To the dashboard").has("href=\"/admin\"");
    let twofold = format!("{}//evil.example/admin", test.url());
    for elsewhere in ["https://evil.example/admin/people", "nonsense", "/admin", "//evil.example/admin", &twofold] {
        let reply = from(elsewhere).await.post(&undo, &[]).await.is(409);
        reply.lacks("Back to the page").lacks("evil.example").has("To the dashboard");
    }
    // A page that leads to itself is no way on, and the lobby is for those who have no desk.
    let missing = format!("{}/admin/people/999999", test.url());
    from(&missing).await.get("/admin/people/999999").await.is(404).lacks("Back to the page");
    let asker = test.as_role(Role::Requester).await.with_header("referer", ours);
    asker.get("/admin/no").await.is(404).has("To the lobby").lacks("Back to the page").lacks("To the dashboard");
    test.close().await;
}

#[tokio::test]
async fn what_is_not_there_leads_home() {
    let test = TestApp::new().await;
    let asker = test.as_role(Role::Requester).await;
    for path in [
        "/nothing",
        "/requests/424242",
        "/requests/x",
        "/titles/movie/0",
        "/titles/book/1",
        "/titles/movie/plex-999999",
        "/admin/no",
        "/requests/1/2/3",
    ] {
        let reply = asker.get(path).await.is(404);
        reply.has("This seat is empty").has("To the lobby").has("href=\"/\"");
    }
    let twice = asker.get("/search?q=a&q=b").await.is(400);
    twice.has("can't be understood").has("To the lobby").lacks("duplicate");
    asker.get("/api/nothing").await.is(404).has("\"status\":404");
    asker.get("/assets/nothing-0123456789abcdef.css").await.is(404);
    test.nobody().get("/hooks/radarr/nonsense").await.is(404);
    test.nobody()
        .send(Method::POST, "/hooks/radarr/nonsense", Some(("application/json", "{}".to_owned())))
        .await
        .is(404);
    test.close().await;
}

#[tokio::test]
async fn words_are_kept_as_they_are_or_refused_beside_their_field() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    for (film, note) in
        films.iter().zip(["\u{202e}אבג", "👩‍👩‍👧‍👦", "'; DROP TABLE requests; --", "<b>bold</b>", "a\nb", &"ü".repeat(1000)])
    {
        let mut body = a_film(film);
        body["note"] = json!(note);
        let id = asker.ask(body).await;
        assert_eq!(asker.request(id).await["note"], json!(note));
        let page = admin.get(&format!("/requests/{id}")).await.is(200);
        page.lacks("<b>bold</b>");
    }
    let mut body = a_film(&films[7]);
    body["note"] = json!("ü".repeat(1001));
    let refused = asker.json(Method::POST, "/api/requests", body).await.is(422);
    assert!(refused.json()["errors"]["note"].is_string(), "{}", refused.body);
    let form = format!("/titles/movie/{}/request", films[7].tmdb_id);
    let long = "y".repeat(1001);
    asker.post(&form, &[("note", &long)]).await.is(422).has(&long);
    let typed = [("name", long.as_str()), ("username", &long), ("email", &long), ("role", "viewer")];
    let page = admin.post("/admin/people/new", &typed).await.is(422);
    assert_eq!(page.body.matches(&long).count(), 3, "all of it is kept");
    let mut body = a_film(&films[7]);
    body["note"] = json!("zero\0 byte");
    let id = asker.ask(body).await;
    assert_eq!(asker.request(id).await["note"], "zero byte", "a character that no page can show is left out");
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn bodies_of_the_wrong_kind_or_size_are_refused() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let long = "x".repeat(3 * 1024 * 1024);
    for path in ["/login", "/me/theme", "/admin/settings/general", "/admin/requests/approval"] {
        let reply =
            admin.send(Method::POST, path, Some(("application/x-www-form-urlencoded", format!("a={long}")))).await;
        assert_eq!(reply.status.as_u16(), 400, "{path}");
        for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain"] {
            let reply = admin.send(Method::POST, path, Some((kind, "a=b".to_owned()))).await;
            assert_eq!(reply.status.as_u16(), 400, "{path} as {kind}: {}", reply.body);
        }
    }
    let body = json!({ "kind": "movie", "tmdb_id": 1, "note": long });
    let reply = admin.json(Method::POST, "/api/requests", body).await;
    assert!(reply.status.is_client_error(), "{}", reply.status);
    test.close().await;
}

#[tokio::test]
async fn hostile_headers_change_nothing() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let person = test.add_person("eve", Role::Requester).await;
    let headers: [(&'static str, &str); 9] = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-for", "127.0.0.1, ::1, garbage, 999.1.1.1"),
        ("x-forwarded-proto", "javascript"),
        ("x-forwarded-prefix", "//evil.example"),
        ("forwarded", "host=evil.example;for=\"[::1]\""),
        ("x-original-url", "/admin"),
        ("x-rewrite-url", "/admin"),
        ("x-http-method-override", "DELETE"),
        ("accept-language", "\u{fffd};q=x"),
    ];
    for (name, value) in headers {
        let browser = test.signed_in(person).await.with_header(name, value);
        let page = browser.get("/").await.is(200);
        assert!(!page.body.contains("evil.example"), "{name} reaches the page");
        browser.get("/admin").await.is(403);
        let stranger = test.nobody().with_header(name, value);
        assert_eq!(stranger.get("/admin").await.is(303).location(), "/login?next=%2Fadmin", "{name}");
    }
    let other = Browser::new(&test.url()).with_header("host", "evil.example");
    let reply = other.get("/").await;
    assert!(!reply.location().contains("evil.example") && !reply.body.contains("evil.example"));
    let forged = test.signed_in(person).await.without_origin().with_header("origin", "http://evil.example");
    test.at_address("https://usherr.example.org").await;
    let reply = forged.post("/me/theme", &[("theme", "dark")]).await;
    assert_eq!(reply.status.as_u16(), 403, "{reply:?}");
    for token in ["", "x", "Bearer", "eyJhbGciOiJub25lIn0.eyJzdWIiOjF9.", &"A".repeat(6_000)] {
        let forged = test.nobody().with_header("authorization", format!("Bearer {token}"));
        forged.get("/api/requests").await.is(401);
        let forged = test.nobody().with_cookie(usherr::web::cookies::SESSION, token);
        assert!(forged.get("/").await.is(303).location().starts_with("/login"), "{token}");
    }
    test.close().await;
}
