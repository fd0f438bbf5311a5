//! The private links to ask by, and how often anybody may ask.

use usherr::domain::settings::SettingKey;

use super::*;

const LINKS: &str = "/admin/access-requests/links";

/// Makes a link, and tells its end and its id.
async fn made(test: &TestApp, more: &[(&str, &str)]) -> (String, i64) {
    let fields = [&[("label", "Choir of the north side")], more].concat();
    test.as_admin().await.post(LINKS, &fields).await.is(303);
    let all = test.app().db.read(usherr::db::ask_links::all).await.unwrap();
    (format!("/ask/{}", all[0].code), all[0].id.0)
}

#[tokio::test]
async fn whoever_has_a_link_may_ask_and_it_suggests_groups() {
    let test = house().await;
    test.setting(SettingKey::Asking, "by_link").await;
    let (nobody, admin) = (test.nobody(), test.as_admin().await);
    let wrong = [("label", ""), ("until", "2020-01-01"), ("groups", "999999")];
    admin.post(LINKS, &wrong).await.is(422).has("Say whom it is for.").has("This is over already.").has("is gone");
    let group = groups(&test).await[0].to_string();
    let (way_in, id) = made(&test, &[("groups", &group)]).await;
    admin.get(LINKS).await.is(200).has("Choir of the north side").has(&way_in).has("Suggests");
    nobody.get(&way_in.to_uppercase().replace("/ASK/", "/ask/")).await.is(200).has("May I come in?").lacks("Choir");
    nobody
        .post(&way_in, &typed("nadia", "Nadia Berg"))
        .await
        .is(422)
        .has("Write your whole mail address")
        .has("allotment");
    assert_eq!(nobody.post(&way_in, &typed(NADIA, "Nadia Berg")).await.is(303).location(), "/ask/sent");
    test.settled().await;
    nobody.post(&way(&last(&test, NADIA), "/ask/confirm/"), &[]).await.is(200);
    test.settled().await;
    let one = list(&test).await.remove(0);
    let page = admin.get(&format!("/admin/access-requests/{}", one.id)).await.is(200).has("Choir of the north side");
    let ticked = format!("name=\"groups\" value=\"{group}\" checked");
    page.has(&ticked);
    // Paused and at work again, by the buttons as they stand in the page.
    let pause = format!("{LINKS}/{id}/pause");
    admin.post(&pause, &[("paused", "yes")]).await.is(303);
    nobody.get(&way_in).await.is(200).has("Requests to come in are closed for now");
    nobody.post(&way_in, &typed("ada@example.org", "Ada")).await.is(200).has("Requests to come in are closed for now");
    admin.post(&pause, &[("paused", "")]).await.is(303);
    nobody.get(&way_in).await.is(200).has("May I come in?");
    test.setting(SettingKey::Asking, "nobody").await;
    nobody.get(&way_in).await.is(200).has("Requests to come in are closed for now");
    test.setting(SettingKey::Asking, "by_link").await;
    admin.get(&format!("{LINKS}/{id}/removal")).await.is(200).has("Delete the link");
    admin.post(&format!("{LINKS}/{id}/removal"), &[]).await.is(303);
    nobody.get(&way_in).await.is(404).has("There is no such link");
    assert_eq!(list(&test).await.len(), 1, "whoever asked by it still waits");
    test.close().await;
}

#[tokio::test]
async fn a_link_is_over_after_its_last_day() {
    let test = house().await;
    let today = test.app().now().date_naive().to_string();
    let (way_in, _) = made(&test, &[("until", &today)]).await;
    test.nobody().get(&way_in).await.is(200).has("May I come in?");
    test.as_admin().await.get(LINKS).await.is(200).has(">today</time>");
    test.later(24 * 60);
    test.nobody().get(&way_in).await.is(200).has("Requests to come in are closed for now");
    test.as_admin().await.get(LINKS).await.is(200).has("Over");
    test.close().await;
}

#[tokio::test]
async fn guessing_links_and_tokens_ends_soon() {
    let test = house().await;
    let (way_in, _) = made(&test, &[]).await;
    let nobody = test.nobody();
    for n in 0..5 {
        nobody.get(&format!("/ask/guess-{n}")).await.is(404);
        nobody.get(&format!("/ask/approve/guess-{n}")).await.is(404).has("This link has run out");
    }
    nobody.get(&way_in).await.is(429);
    nobody.post("/ask/confirm/x.y", &[]).await.is(429);
    test.close().await;
}

#[tokio::test]
async fn nobody_asks_often_and_no_mailbox_is_filled() {
    let test = house().await;
    let nobody = test.nobody();
    for _ in 0..5 {
        assert_eq!(ask(&nobody, NADIA).await.is(303).location(), "/ask/sent");
    }
    ask(&nobody, "ada@example.org").await.is(429).has("Too many have asked just now").has("ada@example.org");
    // What is wrong costs nothing, and is said all the same.
    ask(&nobody, "ada").await.is(422);
    test.settled().await;
    assert_eq!((mails(&test, NADIA).len(), mails(&test, "ada@example.org").len()), (3, 0));
    test.close().await;
}
