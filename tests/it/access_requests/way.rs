//! From asking to the invite, and to a no.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;
use usherr::db::invite_uses;
use usherr::domain::access_request::State;
use usherr::domain::ids::InviteId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::settings::SettingKey;

use super::*;

#[tokio::test]
async fn who_asks_confirms_is_let_in_and_gets_an_invite() {
    let test = house().await;
    let (nobody, admin) = (test.nobody(), test.as_admin().await);
    nobody.get("/ask").await.is(200).has("May I come in?").has("Ask to come in");
    assert_eq!(ask(&nobody, " Nadia@Example.org ").await.is(303).location(), "/ask/sent");
    nobody.get("/ask/sent").await.is(200).has("Look into your mail");
    test.settled().await;
    // Nobody who decides hears of it before the address is confirmed; looking confirms nothing.
    assert_eq!((mails(&test, NADIA).len(), mails(&test, HELGA).len()), (1, 0));
    let confirm = way(&last(&test, NADIA), "/ask/confirm/");
    nobody.get(&confirm).await.is(200).has("Is this your address?").has("Nadia Berg");
    assert_eq!(list(&test).await[0].state, State::Unconfirmed);
    for _ in 0..2 {
        nobody.post(&confirm, &[]).await.is(200).has("Thank you");
    }
    nobody.get(&confirm).await.is(200).has("Thank you").lacks("Yes, it is mine");
    test.settled().await;
    let told = mails(&test, HELGA);
    assert_eq!(told.iter().map(|mail| mail.subject()).collect::<Vec<_>>(), ["Nadia Berg asks to be let in"]);
    assert!(told[0].text.as_deref().unwrap().contains("“We met at the allotment.”"));
    admin.get("/admin").await.is(200).has("1 person asks to be let in");
    admin.get("/admin/access-requests").await.is(200).has("Nadia Berg").has("nadia@example.org");
    // Looking at the yes decides nothing; a yes without groups is none.
    let (yes, no) = (way(&told[0], "/ask/approve/"), way(&told[0], "/ask/decline/"));
    nobody.get(&yes).await.is(200).has("Let Nadia Berg in?").has("Friends").has("Choir").has("1 year");
    nobody.get(&no).await.is(200).has("Decline Nadia Berg?");
    nobody.post(&yes, &[("stay", "12m")]).await.is(422).has("Choose at least one of the groups.");
    assert_eq!((list(&test).await[0].state, invites(&test).await.len()), (State::Open, 0));
    let group = groups(&test).await[1];
    let choice = [("groups", &*group.to_string()), ("stay", "12m")];
    nobody.post(&yes, &choice).await.is(200).has("Nadia Berg is invited");
    test.settled().await;
    let made = invites(&test).await;
    let invite = &made[0];
    assert_eq!((&invite["label"], &invite["uses"], &invite["stay"]), (&json!("Nadia Berg"), &json!(1), &json!("12m")));
    assert_eq!(invite["groups"], json!([group]));
    let ends: DateTime<Utc> = invite["expires_at"].as_str().unwrap().parse().unwrap();
    assert!((ends - test.app().now() - TimeDelta::days(14)).abs() < TimeDelta::minutes(5), "{ends}");
    way(&last(&test, NADIA), &format!("/invite/{}", invite["code"].as_str().unwrap()));
    // Both links have done their work, whoever presses them.
    for late in [&yes, &no] {
        nobody.get(late).await.is(200).has("This is decided already").has("helga has let Nadia Berg in.");
        nobody.post(late, &choice).await.is(200).has("This is decided already");
    }
    assert_eq!((invites(&test).await.len(), mails(&test, NADIA).len()), (1, 2));
    let id = InviteId(invite["id"].as_i64().unwrap());
    test.app().db.write(move |tx| invite_uses::take(tx, id)).await.unwrap();
    let page = format!("/admin/access-requests/{}", list(&test).await[0].id);
    admin.get(&page).await.is(200).has("Came in").has("helga approved").has("Followed the invite");
    admin.get("/admin/access-requests").await.is(200).has("None of these.");
    admin.get("/admin/access-requests?show=approved").await.is(200).has("Came in");
    admin.get("/admin/activity").await.is(200).has("asks to be let in").has("and makes an invite");
    test.close().await;
}

#[tokio::test]
async fn who_is_declined_reads_why_and_may_ask_again() {
    let test = house().await;
    let (nobody, admin) = (test.nobody(), test.as_admin().await);
    asked(&test).await;
    let no = way(&last(&test, HELGA), "/ask/decline/");
    let long = "x".repeat(501);
    nobody.post(&no, &[("why", "other"), ("reason", &long)]).await.is(422).has("At most 500 characters.");
    let why = [("why", "full"), ("reason", "Try in spring.")];
    nobody.post(&no, &why).await.is(200).has("Nadia Berg is declined");
    test.settled().await;
    let mail = last(&test, NADIA);
    assert!(mail.subject().contains("was declined"), "{}", mail.subject());
    assert!(mail.text.unwrap().contains("“The house is full. Try in spring.”"));
    nobody.post(&no, &why).await.is(200).has("helga has declined Nadia Berg.");
    let again = asked(&test).await;
    let page = format!("/admin/access-requests/{again}");
    admin.get(&page).await.is(200).has("The same address at other times").has("Declined").has("Let Nadia in");
    admin.post(&format!("{page}/decline"), &[("why", "other"), ("reason", "")]).await.is(303);
    test.settled().await;
    assert!(!last(&test, NADIA).text.unwrap().contains('“'), "nothing was said, so nothing is quoted");
    admin.get(&page).await.is(200).lacks("Let Nadia in");
    // Too late: it says so, and nothing more goes out.
    let before = mails(&test, NADIA).len();
    let group = groups(&test).await[0].to_string();
    admin.post(&format!("{page}/approval"), &[("groups", &group)]).await.is(303);
    test.settled().await;
    assert_eq!((mails(&test, NADIA).len(), invites(&test).await.len()), (before, 0));
    test.close().await;
}

#[tokio::test]
async fn whoever_asks_sees_the_same_and_only_their_mailbox_knows_more() {
    let test = house().await;
    asked(&test).await;
    let mut seen = Vec::new();
    for email in [HELGA, NADIA, "new@example.org"] {
        let browser = test.nobody();
        let reply = ask(&browser, email).await;
        let sent = browser.follow(&reply).await;
        seen.push((reply.status, reply.location().to_owned(), reply.body, sent.status, sent.body));
        test.settled().await;
    }
    assert_eq!(seen[0].0, 303);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert!(last(&test, HELGA).subject().contains("You are in already"));
    assert!(last(&test, NADIA).subject().contains("has your request already"));
    assert!(last(&test, "new@example.org").subject().contains("Is this your address?"));
    // What was asked in vain is forgotten; one open request for each address.
    let emails: Vec<(String, State)> = list(&test).await.into_iter().map(|one| (one.email, one.state)).collect();
    assert_eq!(emails, [("new@example.org".to_owned(), State::Unconfirmed), (NADIA.to_owned(), State::Open)]);
    test.close().await;
}

#[tokio::test]
async fn two_mails_to_confirm_make_one_request() {
    let test = house().await;
    let nobody = test.nobody();
    for _ in 0..2 {
        ask(&nobody, NADIA).await.is(303);
    }
    test.settled().await;
    let [first, second] = mails(&test, NADIA).try_into().unwrap();
    nobody.post(&way(&first, "/ask/confirm/"), &[]).await.is(200).has("Thank you");
    nobody.post(&way(&second, "/ask/confirm/"), &[]).await.is(404).has("This link has run out");
    assert_eq!(list(&test).await.iter().map(|one| one.state).collect::<Vec<_>>(), [State::Open]);
    test.settled().await;
    assert_eq!(mails(&test, HELGA).len(), 1);
    test.close().await;
}

#[tokio::test]
async fn two_who_decide_at_once_decide_once() {
    let test = house().await;
    let id = asked(&test).await;
    let (mara, helga) = (test.as_admin().await, test.as_user("helga").await);
    let (path, body) = (format!("/api/access-requests/{id}/approve"), json!({ "group_ids": groups(&test).await }));
    let (one, two) = tokio::join!(mara.json(Method::POST, &path, body.clone()), helga.json(Method::POST, &path, body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    test.settled().await;
    assert_eq!((invites(&test).await.len(), mails(&test, NADIA).len()), (1, 2));
    test.close().await;
}

#[tokio::test]
async fn programs_ask_read_and_decide() {
    let test = house().await;
    let admin = test.as_admin().await;
    let post = |path: &'static str, body| admin.json(Method::POST, path, body);
    post("/api/access-requests", json!({ "name": "", "email": "x" })).await.is(422);
    let body = json!({ "name": "Nadia Berg", "email": NADIA });
    let made = post("/api/access-requests", body).await.is(201).json();
    assert_eq!((&made["state"], &made["invite_id"]), (&json!("unconfirmed"), &json!(null)));
    test.settled().await;
    let at = format!("/api/access-requests/{}", made["id"]);
    let no = json!({ "reason": "The house is full." });
    admin.json(Method::POST, &format!("{at}/decline"), no.clone()).await.is(409);
    test.nobody().post(&way(&last(&test, NADIA), "/ask/confirm/"), &[]).await.is(200);
    let yes = |groups, stay: &str| json!({ "group_ids": groups, "stay": stay });
    let refused = admin.json(Method::POST, &format!("{at}/approve"), yes(vec![999_999], "2020-01-01")).await.is(422);
    refused.has("group_ids").has("stay");
    admin.json(Method::POST, &format!("{at}/decline"), no).await.is(200);
    let one = admin.get(&at).await.is(200).json();
    assert_eq!((&one["state"], &one["reason"]), (&json!("declined"), &json!("The house is full.")));
    let count = |state: &'static str| {
        let admin = &admin;
        async move { admin.get(&format!("/api/access-requests?state={state}")).await.is(200).json()["total"].clone() }
    };
    assert_eq!((count("declined").await, count("open").await), (json!(1), json!(0)));
    admin.get("/api/access-requests?state=odd").await.is(400);
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn what_nobody_confirms_is_forgotten_after_a_week() {
    let test = house().await;
    asked(&test).await;
    ask(&test.nobody(), "new@example.org").await.is(303);
    test.settled().await;
    let clean = || async {
        let run = test.run_job(JobName::Cleanup).await;
        assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
        run.result["access_requests"].clone()
    };
    test.later(7 * 24 * 60 - 5);
    assert_eq!(clean().await, 0);
    test.later(10);
    assert_eq!((clean().await, list(&test).await.len()), (json!(1), 1));
    test.close().await;
}

#[tokio::test]
async fn nobody_is_asked_in_where_it_is_closed_or_no_mail_can_go_out() {
    let test = house().await;
    let (nobody, admin) = (test.nobody(), test.as_admin().await);
    let closed = || async {
        nobody.get("/ask").await.is(200).has("Requests to come in are closed for now").lacks("<form");
        ask(&nobody, NADIA).await.is(200).has("Requests to come in are closed for now");
        assert_eq!(list(&test).await, []);
    };
    for word in ["nobody", "by_link"] {
        test.setting(SettingKey::Asking, word).await;
        closed().await;
    }
    test.setting(SettingKey::Asking, "anybody").await;
    admin.get("/admin/access-requests").await.is(200).has("Anybody can ask at");
    test.setting(SettingKey::BaseUrl, "").await;
    closed().await;
    admin.get("/admin/access-requests").await.is(200).has("that takes a mail server and the public address");
    let body = json!({ "name": "Nadia", "email": NADIA });
    admin.json(Method::POST, "/api/access-requests", body).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn where_no_mail_can_go_out_a_yes_leads_to_the_link_and_a_no_is_told_to_nobody() {
    let test = house().await;
    let admin = test.as_admin().await;
    let page = format!("/admin/access-requests/{}", asked(&test).await);
    admin.get(&page).await.is(200).has("An invite for one person goes to").has("Decline and tell Nadia");
    test.setting(SettingKey::BaseUrl, "").await;
    let form = admin.get(&page).await.is(200).has("No mail can go out. You can copy the link of the invite afterwards");
    form.has("Nadia</bdi> hears nothing of it").has(">Decline Nadia<").lacks("goes to").lacks("and tell");
    let sent = mails(&test, NADIA).len();
    let group = groups(&test).await[0].to_string();
    let yes = admin.post(&format!("{page}/approval"), &[("groups", &group), ("stay", "open")]).await.is(303);
    assert_eq!(yes.location(), format!("/admin/invites/{}", invites(&test).await[0]["id"]));
    let invite = admin.follow(&yes).await.is(200);
    invite.has("No mail can go out: copy this link and send it to Nadia Berg.").has("Sent to nobody yet.");
    let shown = admin.get(&page).await.is(200).has("The invite was not sent").has("Copy its link");
    shown.lacks("Has the invite");
    test.settled().await;
    assert_eq!(mails(&test, NADIA).len(), sent);
    test.at_address(HERE).await;
    test.settled().await;
    assert_eq!(mails(&test, NADIA).len(), sent, "what could not be sent is not sent behind their back");
    test.close().await;
}

#[tokio::test]
async fn a_no_that_nobody_can_be_told_of_says_so() {
    let test = house().await;
    let admin = test.as_admin().await;
    let page = format!("/admin/access-requests/{}", asked(&test).await);
    test.setting(SettingKey::BaseUrl, "").await;
    let no = admin.post(&format!("{page}/decline"), &[("why", "full"), ("reason", "")]).await.is(303);
    admin.follow(&no).await.is(200).has("No mail can go out, so Nadia Berg hears nothing of it.").lacks("told by mail");
    test.settled().await;
    test.close().await;
}
