//! A link in a mail is for one purpose, one request, and one who decides.

use chrono::TimeDelta;
use usherr::db::people;
use usherr::domain::access_request::{State, link};

use super::*;

#[tokio::test]
async fn a_link_opens_nothing_but_what_it_was_made_for() {
    let test = house().await;
    let id = asked(&test).await;
    let helga = test.app().db.read(|conn| people::by_username(conn, "helga")).await.unwrap().unwrap().id;
    let viewer = test.add_person("sam", Role::Requester).await;
    let (keys, now) = (&test.app().keys, test.app().now());
    let soon = now + TimeDelta::hours(1);
    let about = link::about(helga, usherr::domain::ids::AccessRequestId(id));
    let right = keys.sign_link(link::APPROVE, &about, soon);
    let by_viewer = keys.sign_link(link::APPROVE, &format!("{viewer}:{id}"), soon);
    let wrong = [
        keys.sign_link(link::APPROVE, &about, now - TimeDelta::seconds(1)),
        keys.sign_link(link::DECLINE, &about, soon),
        keys.sign_link(link::CONFIRM, &id.to_string(), soon),
        keys.sign_link("unsubscribe", &about, soon),
        keys.sign_link(link::APPROVE, "nobody:x", soon),
        keys.sign_link(link::APPROVE, &format!("{helga}:999999"), soon),
        by_viewer,
        format!("{right}x"),
    ];
    let group = groups(&test).await[0].to_string();
    for (n, token) in wrong.iter().enumerate() {
        let browser = test.nobody();
        let reply = browser.post(&format!("/ask/approve/{token}"), &[("groups", &group)]).await;
        reply.is(404).has("This link has run out");
        assert_eq!(list(&test).await[0].state, State::Open, "{n}");
    }
    test.nobody().get(&format!("/ask/decline/{right}")).await.is(404);
    // Another site can't press the button, and who may decide no more has no link.
    let elsewhere = test.nobody().without_origin();
    elsewhere.post(&format!("/ask/approve/{right}"), &[("groups", &group)]).await.is(403);
    test.app().db.write(move |tx| people::set_role(tx, helga, Role::Requester, now)).await.unwrap();
    test.nobody().get(&format!("/ask/approve/{right}")).await.is(404);
    test.app().db.write(move |tx| people::set_role(tx, helga, Role::Moderator, now)).await.unwrap();
    test.nobody().get(&format!("/ask/approve/{right}")).await.is(200).has("Let Nadia Berg in?");
    test.close().await;
}

#[tokio::test]
async fn a_link_works_for_two_days() {
    let test = house().await;
    asked(&test).await;
    let mail = last(&test, HELGA);
    let nobody = test.nobody();
    test.later(48 * 60 - 5);
    nobody.get(&way(&mail, "/ask/approve/")).await.is(200);
    test.later(10);
    for begins in ["/ask/approve/", "/ask/decline/"] {
        nobody.get(&way(&mail, begins)).await.is(404).has("This link has run out");
    }
    // At the desk it waits all the same.
    test.as_user("helga").await.get("/admin/access-requests").await.is(200).has("Nadia Berg");
    test.close().await;
}
