//! An invite goes to a mail address.

use reqwest::Method;
use serde_json::json;
use usherr::demo::mail::MailFault;

use super::{close, house, invite};
use crate::support::patience::until;

const ADDRESS: &str = "casper@example.org";

#[tokio::test]
async fn it_is_sent_once_and_says_where_to_press() {
    let test = house().await;
    test.at_address("https://usherr.example.org").await;
    invite(&test, json!({ "note": "Bring popcorn.", "stay": "12m" })).await;
    let admin = test.as_admin().await;
    let sent = admin.post("/admin/invites/1/mails", &[("email", " Casper@Example.org ")]).await.is(303);
    assert_eq!(sent.location(), "/admin/invites/1#mails");
    test.settled().await;
    let [mail] = test.world.mail().to(ADDRESS).try_into().unwrap();
    let text = mail.text.unwrap();
    for words in ["for 1 year", "“Bring popcorn.”", "https://usherr.example.org/invite/back-row"] {
        assert!(text.contains(words), "{text}");
    }
    let page = admin.get("/admin/invites/1").await.is(200).has(ADDRESS).has("Sent");
    let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words}"));
    // On a narrow screen the link and the way to the mails come before the form, on a wide one the link stands beside it.
    let order = ["narrow-only", "data-copy", "href=\"#mails\"", "name=\"code\"", "wide-only", "id=\"mails\""].map(at);
    assert!(order.is_sorted(), "{order:?}");
    let list = admin.get("/api/invites/1/mails").await.is(200).json();
    assert_eq!((&list["total"], &list["items"][0]["state"]), (&json!(1), &json!("sent")));
    // Whoever loses it gets it again.
    let body = json!({ "email": ADDRESS });
    assert_eq!(admin.json(Method::POST, "/api/invites/1/mails", body).await.is(202).json()["state"], json!("waiting"));
    test.settled().await;
    assert_eq!(test.world.mail().to(ADDRESS).len(), 2);
    close(test).await;
}

#[tokio::test]
async fn what_would_lead_nowhere_is_not_sent() {
    let test = house().await;
    invite(&test, json!({})).await;
    let admin = test.as_admin().await;
    let body = || json!({ "email": ADDRESS });
    let refused = admin.json(Method::POST, "/api/invites/1/mails", body()).await.is(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("public address"), "{refused}");
    admin.get("/admin/invites/1").await.is(200).has("public address").lacks("name=\"email\"");
    test.at_address("https://usherr.example.org").await;
    for bad in ["", "casper", "a@b", "two@example.org, three@example.org", "<x>@example.org"] {
        let page = admin.post("/admin/invites/1/mails", &[("email", bad)]).await.is(422);
        page.has("Write a whole mail address").lacks("leave it empty").lacks("on its way");
    }
    admin.json(Method::POST, "/api/invites/999/mails", body()).await.is(404);
    admin.json(Method::PUT, "/api/invites/1/pause", json!({ "paused": true })).await.is(200);
    admin.json(Method::POST, "/api/invites/1/mails", body()).await.is(409);
    assert_eq!(test.world.mail().to(ADDRESS).len(), 0);
    close(test).await;
}

#[tokio::test]
async fn what_no_mail_server_takes_is_said_beside_the_address() {
    let test = house().await;
    test.at_address("https://usherr.example.org").await;
    invite(&test, json!({})).await;
    let admin = test.as_admin().await;
    test.world.mail().set_fault(MailFault::UnknownRecipient, None);
    admin.post("/admin/invites/1/mails", &[("email", ADDRESS)]).await.is(303);
    let state = until("the mail is given up", || async {
        let list = admin.get("/api/invites/1/mails").await.is(200).json();
        let state = list["items"][0].clone();
        (state["state"] != json!("waiting")).then_some(state)
    })
    .await;
    assert_eq!(state["state"], json!("failed"));
    admin.get("/admin/invites/1").await.is(200).has("Not sent").has(state["error"].as_str().unwrap());
    close(test).await;
}
