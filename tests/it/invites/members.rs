//! Members who may invite: by right of their groups, within their allowance, and only while they may.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::activity;
use usherr::demo::WorldOptions;
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::ids::PersonId;
use usherr::domain::people::Role;

use super::{by_plex, close, house, libraries, sees};
use crate::support::html::{forms, links};
use crate::support::patience::until;
use crate::support::{Browser, Reply, TestApp};

const MINE: &str = "/api/people/me/invites";

async fn group(test: &TestApp, body: Value) -> i64 {
    let made = test.as_admin().await.json(Method::POST, "/api/groups", body).await.is(201).json();
    made["id"].as_i64().unwrap()
}

async fn join(test: &TestApp, group: i64, person: PersonId) {
    let at = format!("/api/groups/{group}/members/{}", person.0);
    test.as_admin().await.json(Method::PUT, &at, Value::Null).await.is(204);
}

async fn leave(test: &TestApp, group: i64, person: PersonId) {
    let at = format!("/api/groups/{group}/members/{}", person.0);
    test.as_admin().await.json(Method::DELETE, &at, Value::Null).await.is(204);
}

/// A group for guests with these libraries, one whose people may invite two of them, and Ana in it.
struct Club {
    guests: i64,
    trusted: i64,
    ana: PersonId,
    browser: Browser,
}

async fn club(test: &TestApp, titles: &[&str]) -> Club {
    let films = libraries(test, titles).await;
    let guests = group(test, json!({ "name": "Guests", "libraries": films, "for_guests": true })).await;
    let trusted = group(test, json!({ "name": "Trusted", "quotas": { "guests": 2 } })).await;
    let ana = test.add_person("ana", Role::Requester).await;
    join(test, trusted, ana).await;
    Club { guests, trusted, ana, browser: test.signed_in(ana).await }
}

async fn bare() -> TestApp {
    TestApp::unsynced(WorldOptions::test()).await
}

async fn shut(test: TestApp) {
    test.house.close().await;
    test.world.stop().await;
}

/// A link for so many, as the page makes it.
async fn make(browser: &Browser, uses: &str) -> Reply {
    browser.post("/invites", &[("uses", uses), ("days", "7"), ("note", "")]).await
}

async fn mine(browser: &Browser) -> Value {
    browser.get(MINE).await.is(200).json()
}

async fn left(browser: &Browser) -> i64 {
    mine(browser).await["allowance"]["left"].as_i64().unwrap()
}

/// The path of the newest link.
async fn newest(browser: &Browser) -> String {
    let all = mine(browser).await;
    let link = all["items"][0]["link"].as_str().unwrap().to_owned();
    format!("/invite/{}", link.rsplit_once("/invite/").unwrap().1)
}

async fn come_in(test: &TestApp, name: &str, door: &str) -> Reply {
    let guest = test.nobody();
    by_plex(test, &guest, name, &[("as_guest", "yes"), ("next", door)]).await;
    guest.post(&format!("{door}/accept"), &[]).await.is(303);
    until("the door has done with them", || async {
        let page = guest.get(door).await.is(200);
        (!page.body.contains("hx-trigger")).then_some(page)
    })
    .await
}

#[tokio::test]
async fn a_member_lets_a_guest_in_who_lets_in_nobody() {
    let test = house().await;
    let Club { guests, trusted, browser, .. } = club(&test, &["Films"]).await;
    let me = browser.get("/me").await.is(200).has("You may let 2 guests in by a link.");
    assert!(links(&me.body).contains(&"/invites".to_owned()));
    browser
        .get("/invites")
        .await
        .is(200)
        .has("2 of 2 guests left.")
        .has("They will see Films.")
        .has("invited anybody yet");
    let note = ("note", "Bring popcorn!");
    let made = browser.post("/invites", &[("uses", "1"), ("days", "7"), note]).await.is(303);
    assert_eq!(made.location(), "/invites");
    let door = newest(&browser).await;
    let page = browser.get("/invites").await.is(200).has("“Bring popcorn!”").has("0 of 1 used").has("class=\"qr\"");
    page.has(&format!("{}{door}\"", test.url())).has("1 of 2 guests left.").has("keep 1 place open").has("Take back");

    test.nobody().get(&door).await.is(200).has("ana").has("invites you to").has("Bring popcorn!").has("Valid");
    come_in(&test, "casper.holm", &door).await.has("The door is open");
    assert_eq!(sees(&test, "casper.holm"), Some((vec!["Films".to_owned(), "Welcome".to_owned()], true)));
    let page = browser.get("/invites").await.is(200).has("1 of 1 used").has("Casper").has("Used up");
    page.has("1 of 2 guests left.").has("One more from").lacks("Take back");

    let admin = test.as_admin().await;
    let members = admin.get(&format!("/api/groups/{guests}/members")).await.is(200).json();
    let casper = members["items"][0]["id"].as_i64().unwrap();
    admin.get(&format!("/admin/people/{casper}")).await.is(200).has("Invited by").has("ana");
    // Whatever other groups would let them: a guest brings no guests.
    join(&test, trusted, PersonId(casper)).await;
    let casper = test.as_plex("casper.holm").await;
    casper.get("/invites").await.is(404);
    make(&casper, "1").await.is(404);
    casper.get("/me").await.is(200).lacks("Invite somebody");
    let told = ActivityFilter { kind: Some(ActivityKind::InviteSaved), ..Default::default() };
    let (told, _) = test.app().db.read(move |conn| activity::page(conn, &told, 0, 9)).await.unwrap();
    let told: Vec<String> = told.iter().map(|entry| entry.sentence(None).to_string()).collect();
    assert!(told.len() == 1 && told[0].starts_with("ana saved the invite"), "{told:?}");
    close(test).await;
}

#[tokio::test]
async fn who_may_not_invite_finds_nothing() {
    let test = bare().await;
    let ana = test.add_person("ana", Role::Viewer).await;
    let browser = test.signed_in(ana).await;
    let nothing = || async {
        browser.get("/invites").await.is(404);
        make(&browser, "1").await.is(404);
        browser.json(Method::POST, MINE, json!({ "uses": 1 })).await.is(404);
        browser.get("/me").await.is(200).lacks("Invite somebody");
        let all = mine(&browser).await;
        assert_eq!((&all["allowance"]["limit"], &all["items"]), (&json!(0), &json!([])));
    };
    nothing().await;
    // The right alone is none while no group is for guests; its form says so.
    let trusted = group(&test, json!({ "name": "Trusted", "quotas": { "guests": 3 } })).await;
    join(&test, trusted, ana).await;
    nothing().await;
    let admin = test.as_admin().await;
    let form = format!("/admin/groups/{trusted}");
    admin.get(&form).await.is(200).has("No other group is for guests yet").has("name=\"guests\"");
    let guests = group(&test, json!({ "name": "Guests", "for_guests": true })).await;
    browser.get("/invites").await.is(200).has("3 of 3 guests left.");
    admin.get(&form).await.is(200).has("Guests are put into Guests.");
    admin.get("/admin/groups").await.is(200).has("may invite 3 guests").has("Guests of members");
    admin.get(&format!("/admin/people/{}", ana.0)).await.is(200).has("3 of 3 left");
    // Those with a back office have its invites.
    for role in [Role::Moderator, Role::Auditor, Role::Admin] {
        let who = test.as_role(role).await;
        assert_eq!(who.get("/invites").await.is(303).location(), "/admin/invites", "{role}");
        make(&who, "1").await.is(if role == Role::Auditor { 403 } else { 404 });
    }
    join(&test, guests, ana).await;
    nothing().await;
    shut(test).await;
}

#[tokio::test]
async fn what_nobody_used_comes_back() {
    let test = bare().await;
    let Club { ana, browser, .. } = club(&test, &[]).await;
    make(&browser, "2").await.is(303);
    browser.get("/me").await.is(200).has("None of your guests is left for now.");
    browser
        .get("/invites")
        .await
        .is(200)
        .has("None of your guests is left.")
        .has("keep 2 places open")
        .lacks("name=\"uses\"");
    let (door, end) = (newest(&browser).await, format!("/invites/{}/end", mine(&browser).await["items"][0]["id"]));
    let asked = browser.get(&end).await.is(200).has("Take this link back?").has("the places that nobody has used");
    assert!(forms(&asked.body).iter().any(|form| form.action == end));
    assert_eq!(left(&browser).await, 0, "asking takes nothing");
    // Twice is once.
    for _ in 0..2 {
        browser.post(&end, &[]).await.is(303);
    }
    assert_eq!(left(&browser).await, 2);
    test.nobody().get(&door).await.is(200).has("Its time is over");
    browser.get("/invites").await.is(200).has("Over").lacks("Take back");
    // So does what is over by itself.
    browser.post("/invites", &[("uses", "2"), ("days", "1")]).await.is(303);
    assert_eq!(left(&browser).await, 0);
    test.later(24 * 60 + 1);
    assert_eq!(left(&test.signed_in(ana).await).await, 2);
    shut(test).await;
}

#[tokio::test]
async fn guests_count_for_the_days_of_the_house_whatever_becomes_of_the_link() {
    let test = house().await;
    let Club { ana, browser, .. } = club(&test, &["Films"]).await;
    make(&browser, "2").await.is(303);
    let (door, id) = (newest(&browser).await, mine(&browser).await["items"][0]["id"].clone());
    come_in(&test, "casper.holm", &door).await.has("The door is open");
    assert_eq!(left(&browser).await, 0, "one has come, one place is open");
    let admin = test.as_admin().await;
    let invite = admin.get(&format!("/api/invites/{id}")).await.is(200).json();
    assert_eq!((&invite["by_member"], &invite["made_by"]), (&json!(true), &json!(ana.0)));
    admin.get("/admin/invites").await.is(200).has("By a member: ana.");
    // A helper changes it like any other; it stays hers.
    let more = json!({ "code": invite["code"], "groups": invite["groups"], "uses": 3, "note": "More!" });
    let changed = admin.json(Method::PUT, &format!("/api/invites/{id}"), more).await.is(200).json();
    assert_eq!((&changed["by_member"], &changed["uses"]), (&json!(true), &json!(3)));
    browser.get("/invites").await.is(200).has("“More!”").has("1 of 3 used");
    admin.post(&format!("/admin/invites/{id}/pause"), &[("paused", "yes")]).await.is(303);
    browser.get("/invites").await.is(200).has("Paused").has("Take back");
    admin.json(Method::DELETE, &format!("/api/invites/{id}"), Value::Null).await.is(204);
    let all = mine(&browser).await;
    assert_eq!((&all["allowance"]["left"], &all["total"]), (&json!(1), &json!(0)), "who came still counts");
    test.later(30 * 24 * 60 + 1);
    assert_eq!(left(&test.signed_in(ana).await).await, 2);
    close(test).await;
}

#[tokio::test]
async fn nobody_gets_more_by_asking_twice_at_once() {
    let test = bare().await;
    let Club { browser, .. } = club(&test, &[]).await;
    let replies = join_all((0..6).map(|_| make(&browser, "1"))).await;
    let made = replies.iter().filter(|reply| reply.status == 303).count();
    let refused: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 422).collect();
    assert_eq!((made, refused.len()), (2, 4));
    assert!(refused.iter().all(|reply| reply.body.contains("None of your guests is left for now.")));
    assert_eq!(mine(&browser).await["total"], json!(2));
    shut(test).await;
}

#[tokio::test]
async fn a_link_works_only_while_its_maker_may_invite() {
    let test = house().await;
    let Club { trusted, ana, browser, .. } = club(&test, &["Films"]).await;
    make(&browser, "1").await.is(303);
    let door = newest(&browser).await;
    let guest = test.nobody();
    by_plex(&test, &guest, "casper.holm", &[("as_guest", "yes"), ("next", &door)]).await;
    guest.get(&door).await.is(200).has("/accept");
    let admin = test.as_admin().await;
    let id = mine(&browser).await["items"][0]["id"].clone();
    let closed = || async {
        let words = "can’t invite anybody any more";
        test.nobody().get(&door).await.is(200).has(words).lacks("name=\"as_guest\"").lacks("Valid");
        guest.get(&door).await.is(200).has(words).lacks("/accept");
        // Pressed on a page that was open since.
        guest.post(&format!("{door}/accept"), &[]).await.is(303);
        assert_eq!(admin.get(&format!("/api/invites/{id}")).await.is(200).json()["used"], json!(0));
        admin.get("/admin/invites").await.is(200).has("Lets nobody in").has("who may not invite any more");
        let mail = json!({ "email": "casper@example.org" });
        let refused = admin.json(Method::POST, &format!("/api/invites/{id}/mails"), mail).await.is(409);
        refused.has("may not invite any more");
    };
    let open = || async {
        guest.get(&door).await.is(200).has("/accept").has("Valid");
        admin.get("/admin/invites").await.is(200).lacks("Lets nobody in");
    };
    leave(&test, trusted, ana).await;
    closed().await;
    browser.get("/invites").await.is(200).has("You may not invite guests any more.").lacks("name=\"uses\"");
    assert_eq!(mine(&browser).await["items"][0]["works"], json!(false));
    browser.get("/me").await.is(200).lacks("Invite somebody");
    make(&browser, "1").await.is(404);
    join(&test, trusted, ana).await;
    open().await;
    // Out, and back.
    admin.json(Method::POST, &format!("/api/people/{}/membership/pause", ana.0), Value::Null).await.is(200);
    closed().await;
    admin.json(Method::POST, &format!("/api/people/{}/membership/resume", ana.0), Value::Null).await.is(200);
    open().await;
    // Who helps needs no right of a group, but has no such links either.
    admin.post(&format!("/admin/people/{}/role", ana.0), &[("role", "moderator")]).await.is(303);
    closed().await;
    admin.post(&format!("/admin/people/{}/role", ana.0), &[("role", "viewer")]).await.is(303);
    open().await;
    let page = come_in(&test, "casper.holm", &door).await;
    page.has("The door is open");
    // Whoever came in stays in, and sees so.
    leave(&test, trusted, ana).await;
    guest.get(&door).await.is(200).has("The door is open");
    close(test).await;
}

#[tokio::test]
async fn nobody_who_is_known_gets_more_by_it() {
    let test = house().await;
    let Club { browser, .. } = club(&test, &["Films"]).await;
    make(&browser, "2").await.is(303);
    let door = newest(&browser).await;
    let before = sees(&test, "teo");
    let refused = come_in(&test, "teo", &door).await;
    refused.has("You are known here already").has("who has not been here before").lacks("/accept\"");
    assert_eq!(sees(&test, "teo"), before);
    // Nor does anybody whose time is over.
    come_in(&test, "casper.holm", &door).await.has("The door is open");
    let admin = test.as_admin().await;
    let id = mine(&browser).await["items"][0]["id"].clone();
    let uses = admin.get(&format!("/api/invites/{id}/uses")).await.is(200).json();
    assert_eq!(uses["total"], json!(1), "whoever is refused takes no place");
    let casper = uses["items"][0]["person_id"].clone();
    admin.json(Method::POST, &format!("/api/people/{casper}/membership/pause"), Value::Null).await.is(200);
    test.settled_in_a_hurry().await;
    make(&browser, "1").await.is(422);
    browser.post(&format!("/invites/{id}/end"), &[]).await.is(303);
    make(&browser, "1").await.is(303);
    come_in(&test, "casper.holm", &newest(&browser).await).await.has("You are known here already");
    let membership = admin.get(&format!("/api/people/{casper}/membership")).await.is(200).json();
    assert_eq!(membership["state"], json!("paused"));
    close(test).await;
}

#[tokio::test]
async fn links_of_others_are_not_there() {
    let test = bare().await;
    let Club { trusted, browser, .. } = club(&test, &[]).await;
    make(&browser, "1").await.is(303);
    let id = mine(&browser).await["items"][0]["id"].clone();
    let ben = test.add_person("ben", Role::Requester).await;
    join(&test, trusted, ben).await;
    let (ben, admin) = (test.signed_in(ben).await, test.as_admin().await);
    ben.get("/invites").await.is(200).has("2 of 2 guests left.").lacks("/invite/");
    let of_house = json!({ "groups": [trusted], "uses": 1 });
    let of_house = admin.json(Method::POST, "/api/invites", of_house).await.is(201).json()["id"].clone();
    for (who, id) in [(&ben, &id), (&admin, &id), (&browser, &of_house), (&ben, &json!(999_999)), (&ben, &json!("x"))] {
        let id = id.to_string().replace('"', "");
        who.get(&format!("/invites/{id}/end")).await.is(404);
        who.post(&format!("/invites/{id}/end"), &[]).await.is(404);
        if id != "x" {
            who.json(Method::POST, &format!("{MINE}/{id}/end"), Value::Null).await.is(404);
        }
    }
    assert_eq!((left(&browser).await, left(&ben).await), (1, 2));
    let states = admin.get("/api/invites").await.is(200).json();
    assert_eq!((&states["items"][0]["state"], &states["items"][1]["state"]), (&json!("open"), &json!("open")));
    shut(test).await;
}

#[tokio::test]
async fn what_is_wrong_stands_beside_what_was_typed() {
    let test = bare().await;
    let Club { browser, trusted, .. } = club(&test, &[]).await;
    let long = "x".repeat(501);
    let refused = browser.post("/invites", &[("uses", "3"), ("days", "14"), ("note", &long)]).await.is(422);
    refused.has("A number from 1 to 2: no more are left.").has("At most 500 characters.").has(&long).has("value=\"3\"");
    let refused = browser.post("/invites", &[("uses", "2"), ("days", "40"), ("note", "Come in!")]).await.is(422);
    refused.has("A number of days from 1 to 30.").has("Come in!").has("value=\"2\"");
    // What was typed before the last place went is still there.
    make(&browser, "2").await.is(303);
    let late = browser.post("/invites", &[("uses", "1"), ("days", "7"), ("note", "Come in!")]).await.is(422);
    late.has("None of your guests is left for now.").has("Come in!");
    let refused = browser.json(Method::POST, MINE, json!({ "uses": 0, "days": 31 })).await.is(422).json();
    assert!(refused["errors"]["uses"].is_string() && refused["errors"]["days"].is_string(), "{refused}");
    // A group for guests lets nobody invite.
    let admin = test.as_admin().await;
    let both = [("name", "Trusted"), ("guests", "2"), ("for_guests", "yes")];
    let refused = admin.post(&format!("/admin/groups/{trusted}"), &both).await.is(422);
    refused.has("Guests could invite guests.").has("name=\"for_guests\" value=\"yes\" checked").has("value=\"2\"");
    let both = json!({ "name": "Both", "quotas": { "guests": 1 }, "for_guests": true });
    let refused = admin.json(Method::POST, "/api/groups", both).await.is(422).json();
    assert!(refused["errors"]["quotas.guests"].is_string(), "{refused}");
    shut(test).await;
}

#[tokio::test]
async fn programs_do_the_same_page_by_page() {
    let test = bare().await;
    let Club { browser, .. } = club(&test, &[]).await;
    let made = json!({ "uses": 1, "days": 30, "note": "Come\nin!" });
    let made = browser.json(Method::POST, MINE, made).await.is(201).json();
    assert_eq!((&made["state"], &made["works"], &made["used"]), (&json!("open"), &json!(true), &json!(0)));
    assert_eq!((&made["note"], &made["guests"]), (&json!("Come\nin!"), &json!([])));
    let end = format!("{MINE}/{}/end", made["id"]);
    for _ in 0..2 {
        let ended = browser.json(Method::POST, &end, Value::Null).await.is(200).json();
        assert_eq!((&ended["state"], &ended["works"]), (&json!("expired"), &json!(false)));
    }
    for _ in 0..20 {
        let made = browser.json(Method::POST, MINE, json!({ "uses": 2 })).await.is(201).json();
        browser.json(Method::POST, &format!("{MINE}/{}/end", made["id"]), Value::Null).await.is(200);
    }
    let all = browser.get(&format!("{MINE}?page=2&per_page=20")).await.is(200).json();
    assert_eq!((&all["total"], all["items"].as_array().unwrap().len()), (&json!(21), 1));
    assert_eq!(all["items"][0]["id"], made["id"]);
    assert_eq!(all["allowance"], json!({ "limit": 2, "left": 2, "days": 30, "resets_at": null }));
    browser.get("/invites").await.is(200).has("/invites?page=2").lacks("Come\nin!");
    browser.get("/invites?page=2").await.is(200).has("Come\nin!");
    // Past the end is the last page.
    browser.get("/invites?page=99").await.is(200).has("Come\nin!");
    shut(test).await;
}
