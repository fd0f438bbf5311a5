//! Whoever is not let in reads why, and what to do; their place is given back.

use reqwest::Method;
use serde_json::json;
use usherr::demo::plex_tv::Refusal;

use super::super::support::patience::until;
use super::{close, come_in, house, invite, sees, show, used};

#[tokio::test]
async fn what_plex_refuses_is_said_and_gives_the_place_back() {
    let test = house().await;
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    let said = [
        (Refusal::Unconfirmed, "Plex does not let us invite you"),
        (Refusal::Yourself, "This server is yours"),
        (Refusal::UnknownPerson, "Plex does not find your account"),
    ];
    for (refusal, headline) in said {
        test.world.plex_tv().set_modes(|modes| modes.invites_refused = Some(refusal));
        come_in(&guest).await.has(headline).has("2 of 2 places left");
        assert_eq!(sees(&test, "casper.holm"), None);
    }
    // Nor is anything of it left in the plan.
    let plan = test.as_admin().await.get("/api/plan").await.is(200).json();
    assert_eq!(plan["changes"], json!([]));
    test.world.plex_tv().set_modes(|modes| modes.invites_refused = None);
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    close(test).await;
}

#[tokio::test]
async fn an_account_without_a_confirmed_address_is_sent_to_its_mail_and_asks_nobody_to_share() {
    let test = house().await;
    invite(&test, json!({})).await;
    let confirm = |is: bool| {
        test.world.house().write(|house| {
            let casper = house.accounts.iter_mut().find(|one| one.username.as_deref() == Some("casper.holm"));
            casper.unwrap().confirmed = is;
        });
    };
    confirm(false);
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("Plex wants to be sure of your mail address").has("Try again").has("2 of 2 places left");
    let asked = test.world.plex_tv().journal().requests();
    assert!(!asked.iter().any(|one| one.method == Method::POST && one.path.contains("shared_servers")));
    confirm(true);
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    close(test).await;
}

#[tokio::test]
async fn whose_sign_in_plex_has_forgotten_signs_in_again_and_goes_on() {
    let test = house().await;
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    test.world.house().write(|house| {
        let casper = house.accounts.iter_mut().find(|one| one.username.as_deref() == Some("casper.holm"));
        casper.unwrap().token = "renewed-at-plex-itself".to_owned();
    });
    come_in(&guest).await.has("Plex has forgotten your sign-in").has("name=\"as_guest\"").has("2 of 2 places left");
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    close(test).await;
}

#[tokio::test]
async fn the_owner_is_told_that_it_is_theirs_and_nothing_is_used() {
    let test = house().await;
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "mara.lindqvist").await;
    guest.get("/invite/back-row").await.is(200).has("This server is yours").lacks("/invite/back-row/accept");
    come_in(&guest).await.has("2 of 2 places left");
    close(test).await;
}

#[tokio::test]
async fn a_link_that_lets_nobody_in_says_why() {
    let test = house().await;
    let made = invite(&test, json!({})).await;
    let (admin, guest) = (test.as_admin().await, test.nobody());
    for nothing in ["back-rov", "%00", "a%20b", "%C3%A9", "back-row%00", &"x".repeat(900)] {
        guest.get(&format!("/invite/{nothing}")).await.is(404).has("There is no such invite");
        guest.post(&format!("/invite/{nothing}/accept"), &[]).await.is(303);
    }
    let pause = format!("/api/invites/{}/pause", made["id"]);
    admin.json(Method::PUT, &pause, json!({ "paused": true })).await.is(200);
    guest.get("/invite/back-row").await.is(200).has("rests at the moment").lacks("name=\"as_guest\"");
    show(&test, &guest, "casper.holm").await;
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    guest.get("/invite/back-row").await.is(200).has("rests at the moment");
    assert_eq!((sees(&test, "casper.holm"), used(&test).await), (None, 0));
    close(test).await;
}

#[tokio::test]
async fn with_plex_away_the_place_is_kept_and_it_goes_on_when_plex_is_back() {
    let test = house().await;
    invite(&test, json!({})).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    test.world.plex_tv().down().await;
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    until("the guest reads that Plex is slow", || async {
        let page = guest.get("/invite/back-row").await.is(200);
        page.body.contains("Plex is slow today").then_some(())
    })
    .await;
    test.world.plex_tv().up().await.unwrap();
    test.settled_in_a_hurry().await;
    guest.get("/invite/back-row").await.is(200).has("The door is open").has("1 of 2 places left");
    close(test).await;
}
