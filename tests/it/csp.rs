//! Every page that can be reached, as everybody who can reach it: nothing on it needs `unsafe-` anything, no link of ours
//! leads nowhere, and nothing on it is ours to hide.

use std::collections::BTreeSet;

use usherr::domain::people::Role;

use super::support::html::{Tag, links, tags};
use super::support::requests::{a_film, a_series};
use super::support::world::{films_to_ask_for, show};
use super::support::{Browser, Reply, TestApp};

/// A house in which there is something to see on every page.
pub async fn lived_in() -> TestApp {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let admin = test.as_admin().await;
    let asker = test.signed_in(test.add_person("asker", Role::Requester).await).await;
    asker.ask(a_film(&films[0])).await;
    let sent = asker.ask(a_film(&films[1])).await;
    admin.approve(sent).await;
    let declined = asker.ask(a_film(&films[2])).await;
    admin.decide(declined, "decline", serde_json::json!({ "reason": "No room." })).await.is(200);
    let harbourmaster = show(&test.world, "Harbourmaster").tvdb_id;
    asker.ask(a_series(harbourmaster, "all")).await;
    let stuck = asker.ask(a_film(&films[3])).await;
    test.settled().await;
    let roots = std::mem::take(&mut test.world.radarr().base().common().options.roots);
    admin.approve(stuck).await;
    test.settled().await;
    test.world.radarr().base().common().options.roots = roots;
    test.world.downloads().step();
    let group = serde_json::json!({ "name": "Helpers", "rules": ["role:moderator"] });
    let group = admin.json(reqwest::Method::POST, "/api/groups", group).await.is(201).json();
    let asker = test.app().db.read(|conn| usherr::db::people::by_username(conn, "asker")).await.unwrap().unwrap();
    let member = format!("/admin/groups/{}/members", group["id"]);
    admin.post(&member, &[("add", &asker.id.to_string())]).await.is(303);
    test.look_around().await;
    test
}

/// Pages that never end, files, and the way out.
fn is_no_page(path: &str) -> bool {
    let place = path.split('?').next().unwrap_or_default();
    ["/live", "/events", ".csv"].iter().any(|end| place.ends_with(end))
        || place.starts_with("/assets/")
        || place.starts_with("/images/")
        || place == "/logout"
}

/// One page of each kind: numbers and long ids are taken for any others.
fn shape(path: &str) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| if part.parse::<i64>().is_ok() { "#".to_owned() } else { part.to_owned() };
    let names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    format!("{}?{}", place.split('/').map(part).collect::<Vec<_>>().join("/"), names.join("&"))
}

/// Follows every link from these pages on, some of each kind.
pub async fn walk(browser: &Browser, from: &[&str]) -> Vec<(String, Reply)> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut counts: std::collections::BTreeMap<String, usize> = Default::default();
    let mut to_do: Vec<String> = from.iter().rev().map(|path| (*path).to_owned()).collect();
    let mut pages = Vec::new();
    while let Some(path) = to_do.pop() {
        let count = counts.entry(shape(&path)).or_default();
        if is_no_page(&path) || *count >= 3 || !seen.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let reply = browser.get(&path).await;
        if reply.status.is_redirection() {
            to_do.push(reply.location().to_owned());
            continue;
        }
        to_do.extend(links(&reply.body));
        pages.push((path, reply));
    }
    pages
}

/// What a strict policy would block.
fn wrong(tag: &Tag) -> Option<String> {
    let inline = tag.name == "script" && (tag.get("src").is_empty() || !tag.text.trim().is_empty());
    let styled = tag.name == "style" || tag.attributes.contains_key("style");
    let attribute = tag.attributes.iter().find(|(name, value)| {
        name.starts_with("on")
            || name.starts_with("hx-on")
            || value.trim_start().starts_with("javascript:")
            || (name.starts_with("hx-") && (value.starts_with("js:") || value.starts_with("javascript:")))
            || (name.as_str() == "hx-trigger" && value.contains('['))
    });
    let foreign = ["src", "action", "hx-get", "hx-post"]
        .iter()
        .any(|name| tag.get(name).starts_with("http:") || tag.get(name).starts_with("https:"));
    (inline || styled || attribute.is_some() || foreign).then(|| format!("<{} {:?}>", tag.name, tag.attributes))
}

#[tokio::test]
async fn every_page_keeps_the_policy_and_every_link_leads_somewhere() {
    let test = lived_in().await;
    let from = [
        "/",
        "/search?q=harbour",
        "/search/now?q=harbour",
        "/requests",
        "/me",
        "/admin",
        "/admin/requests",
        "/admin/services",
        "/admin/backups",
        "/admin/jobs",
        "/admin/activity",
        "/admin/settings/general",
        "/admin/people",
        "/admin/groups",
        "/api/docs",
        "/login",
        "/no/such/page",
    ];
    let secrets = [
        test.world.owner().unwrap().token,
        test.world.radarr().api_key(),
        test.world.sonarr().api_key(),
        test.world.qbittorrent().password(),
    ];
    let mut pages_seen = 0;
    for role in [Some(Role::Admin), Some(Role::Auditor), Some(Role::Requester), Some(Role::Viewer), None] {
        let browser = match role {
            Some(Role::Requester) => test.as_user("asker").await,
            Some(role) => test.as_role(role).await,
            None => test.nobody(),
        };
        for (path, reply) in walk(&browser, &from).await {
            pages_seen += 1;
            let status = reply.status.as_u16();
            let entrance = from.contains(&path.as_str());
            assert!(
                status == 200 || (entrance && [401, 403, 404].contains(&status)),
                "{role:?} {path}: {status}\n{}",
                reply.body
            );
            let policy = reply.headers.get("content-security-policy").map_or("", |value| value.to_str().unwrap());
            assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe-"), "{path}: '{policy}'");
            for secret in &secrets {
                assert!(!reply.body.contains(secret.as_str()), "{role:?} {path} shows a secret");
            }
            if path != "/api/docs" {
                let wrongs: Vec<String> = tags(&reply.body).iter().filter_map(wrong).collect();
                assert_eq!(wrongs, Vec::<String>::new(), "{path}");
            }
        }
    }
    assert!(pages_seen > 80, "only {pages_seen} pages");
    test.close().await;
}
