//! Route by role (bar 9): every address the router knows and every operation of the API's document has a row here that
//! says whom it is for; everybody else is refused. A route without a row fails, and so does a row without a route.

mod table;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use usherr::crypto::token_hash;
use usherr::db::sessions;
use usherr::domain::people::{KeyScope, Role};

pub use self::table::known;
use self::table::{For, ROUTES};
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

/// An address of this shape at which there is nothing.
fn address(path: &str) -> String {
    let part = |part: &str| {
        match part {
            ":id" | ":person_id" | ":server_id" | ":use_id" => "999999",
            ":kind" => "movie",
            ":name" | ":key" | ":session" | ":session_id" => "nothing",
            ":token" | ":secret" => "nonsense",
            other => other,
        }
        .to_owned()
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn is_write(method: &str) -> bool {
    method != "GET"
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let rows: BTreeSet<(String, String)> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rows.len(), ROUTES.len(), "a row is there twice");
    let known = known();
    let without_row: Vec<_> = known.difference(&rows).collect();
    let without_route: Vec<_> = rows.difference(&known).collect();
    assert!(without_row.is_empty(), "no row for {without_row:?}");
    assert!(without_route.is_empty(), "no route for {without_route:?}");
}

/// After a press that came to nothing its address stands in the browser: opened again it leads to a page.
#[tokio::test]
async fn every_address_that_is_only_pressed_leads_to_its_page() {
    let known = known();
    let routes = usherr::router::routes();
    let test = TestApp::new().await;
    let (nobody, admin) = (test.nobody(), test.as_admin().await);
    for (path, page) in routes.leads() {
        assert!(known.contains(&("GET".to_owned(), (*page).to_owned())), "{path} leads to {page}, which is no page");
        for browser in [&nobody, &admin] {
            let reply = browser.get(&address(path)).await.is(303);
            assert_eq!(reply.location(), address(page), "{path}");
        }
    }
    let pages = known.iter().filter(|(_, path)| !path.starts_with("/api/") && !path.starts_with("/hooks/"));
    for (method, path) in pages.filter(|(method, _)| method == "POST") {
        let is_read = known.contains(&("GET".to_owned(), path.clone()));
        let leads = routes.leads().iter().any(|(pressed, _)| pressed == path);
        assert!(is_read != leads, "{method} {path} has no page at its address");
    }
    test.close().await;
}

/// What became of a call, as far as rights go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Admitted,
    Refused,
    /// "Sign in first."
    Unknown,
}

async fn knock(browser: &Browser, method: &str, path: &str) -> (Verdict, u16) {
    let method: Method = method.parse().unwrap();
    let body = match (path.starts_with("/api/"), method == Method::GET) {
        (_, true) => None,
        (true, _) => Some(("application/json", "{}".to_owned())),
        (false, _) => Some(("application/x-www-form-urlencoded", String::new())),
    };
    let (status, location) = browser.knock(method, &address(path), body).await;
    let verdict = match status {
        401 => Verdict::Unknown,
        303 if location.starts_with("/login?next=") => Verdict::Unknown,
        403 => Verdict::Refused,
        _ => Verdict::Admitted,
    };
    (verdict, status)
}

#[tokio::test]
async fn each_role_gets_in_where_it_may_and_nowhere_else() {
    let test = TestApp::new().await;
    let roles = [
        None,
        Some(Role::Viewer),
        Some(Role::Requester),
        Some(Role::Moderator),
        Some(Role::Auditor),
        Some(Role::Admin),
    ];
    let mut wrong = Vec::new();
    for role in roles {
        let person = match role {
            Some(role) => Some(test.add_person(&format!("one-{role}"), role).await),
            None => None,
        };
        for (method, path, whom) in ROUTES {
            // Some writes end every session of the one who makes them.
            let browser = match person {
                Some(person) => test.signed_in(person).await,
                None => test.nobody(),
            };
            let (verdict, status) = knock(&browser, method, path).await;
            let fine = match (whom, whom.admits(role)) {
                (For::All, _) if *path == "/api/auth/token" => status < 500,
                (For::All, _) => verdict != Verdict::Refused && status < 500,
                (For::Closed, _) => matches!(status, 303 | 401 | 403 | 404),
                (_, true) => verdict == Verdict::Admitted && status < 500,
                (_, false) if role.is_none() => verdict == Verdict::Unknown,
                (_, false) => verdict == Verdict::Refused,
            };
            if !fine {
                wrong.push(format!("{role:?} {method} {path} ({whom:?}): {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    test.settled_in_a_hurry().await;
    test.close().await;
}

#[tokio::test]
async fn an_api_key_reaches_as_far_as_its_scope_and_its_person() {
    let test = TestApp::new().await;
    let mut wrong = Vec::new();
    for role in [Role::Requester, Role::Moderator, Role::Admin] {
        let person = test.add_person(&format!("keys-of-{role}"), role).await;
        for scope in [KeyScope::Read, KeyScope::Write, KeyScope::Admin] {
            let (secret, now) = (format!("key-{role}-{scope}"), test.app().now());
            let hash = token_hash(&secret);
            test.app()
                .db
                .write(move |tx| sessions::add_key(tx, person, "test", scope, &hash, "key", now).map(drop))
                .await
                .unwrap();
            let program = test.nobody().with_header("x-api-key", secret).with_header("sec-fetch-site", "cross-site");
            for (method, path, whom) in ROUTES.iter().filter(|(_, path, _)| *path != "/api/auth/token") {
                let within = !matches!(
                    (scope, is_write(method), whom),
                    (KeyScope::Read, true, _) | (KeyScope::Write, true, For::Admins)
                );
                let (verdict, status) = knock(&program, method, path).await;
                let fine = match whom {
                    For::All | For::Closed => status < 500,
                    _ if whom.admits(Some(role)) && within => verdict == Verdict::Admitted && status < 500,
                    _ => verdict == Verdict::Refused,
                };
                if !fine {
                    wrong.push(format!("{role} with a {scope} key: {method} {path} ({whom:?}): {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stranger = test.nobody().with_header("x-api-key", "key-admin-root");
    assert_eq!(knock(&stranger, "GET", "/api/jobs").await.0, Verdict::Unknown);
    test.settled_in_a_hurry().await;
    test.close().await;
}

#[tokio::test]
async fn a_write_must_come_from_our_own_pages() {
    let test = TestApp::new().await;
    let admin = test.add_person("boss", Role::Admin).await;
    let mut wrong = Vec::new();
    for (method, path, whom) in ROUTES.iter().filter(|(method, _, _)| is_write(method)) {
        if path.starts_with("/hooks/") || path.starts_with("/unsubscribe/") || *path == "/api/auth/token" {
            continue;
        }
        for (header, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("x-nothing", "at all"),
        ] {
            let browser = test.signed_in(admin).await.without_origin().with_header(header, value);
            let (verdict, status) = knock(&browser, method, path).await;
            let fine = verdict == Verdict::Refused || (*whom == For::Closed && status == 404);
            if !fine {
                wrong.push(format!("{method} {path} with {header}: {value}: {status}"));
            }
        }
        let own = test.signed_in(admin).await.without_origin().with_header("origin", test.url());
        let (verdict, status) = knock(&own, method, path).await;
        if verdict != Verdict::Admitted && *whom != For::Closed {
            wrong.push(format!("{method} {path} from our own origin: {status}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    test.settled_in_a_hurry().await;
    test.close().await;
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let owner = test.add_person("owner", Role::Requester).await;
    let (mine, theirs) = (test.signed_in(owner).await, test.as_role(Role::Requester).await);
    let id = mine.ask(a_film(&film)).await;
    for (method, path) in [
        (Method::GET, format!("/requests/{id}")),
        (Method::GET, format!("/requests/{id}/now")),
        (Method::GET, format!("/requests/{id}/events")),
        (Method::GET, format!("/requests/{id}/withdrawal")),
        (Method::POST, format!("/requests/{id}/withdrawal")),
        (Method::POST, format!("/requests/{id}/unfollow")),
        (Method::GET, format!("/api/requests/{id}")),
        (Method::POST, format!("/api/requests/{id}/withdraw")),
        (Method::DELETE, format!("/api/requests/{id}/follow")),
    ] {
        let reply = theirs.send(method.clone(), &path, None).await;
        assert_eq!(reply.status.as_u16(), 404, "{method} {path}: {}", reply.body);
        assert!(!reply.body.contains(&film.title), "{path} tells the title");
    }
    let now = test.app().now();
    let session = test.app().db.read(move |conn| sessions::of_person(conn, owner, now)).await.unwrap().remove(0);
    theirs.post(&format!("/me/sessions/{}/end", session.id), &[]).await.is(404);
    mine.get("/me").await.is(200);
    assert_eq!(mine.request(id).await["stage"], json!("asked"));
    test.settled().await;
    test.close().await;
}
