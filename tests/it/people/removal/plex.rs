//! From friends and from the Home: the shares go first, then Plex is asked, once, whatever happens in between.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{outbox, removals};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::activity::ActivityKind;
use usherr::domain::effect::Effect;
use usherr::domain::jobs::RunState;
use usherr::domain::people::Person;
use usherr::domain::removal::{State, Way};

use super::{all_of, followed, is_friend, looked, removals_sent, remove, share, state, undo};
use crate::people::{entries, house, named, sync};
use crate::support::TestApp;
use crate::support::patience::until;

async fn teo(test: &TestApp) -> (Person, i64) {
    let teo = named(test, "Teo Almeida").await;
    let account = teo.plex_id.unwrap();
    (teo, account)
}

#[tokio::test]
async fn friends_no_more_and_invited_again_with_the_same() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    let had = share(&test, account).unwrap().0;
    let page = format!("/admin/people/{}", teo.id);
    admin.get(&format!("{page}/removal")).await.is(200).has("The friendship on Plex ends, too.");
    assert_eq!(remove(&admin, teo.id, "friends").await["state"], "waiting");
    assert_eq!(remove(&admin, teo.id, "friends").await["state"], "waiting", "the same one");
    followed(&test).await;
    assert_eq!(removals_sent(&test), ["shared_servers", "sharings"], "what it gave is kept first");
    assert!(!is_friend(&test, account) && share(&test, account).is_none());
    assert_eq!(all_of(&test, teo.id).await, [(Way::Friends, State::Done)]);
    admin.get(&page).await.is(200).has("Removed from Plex friends").has("by <bdi>mara</bdi>");
    assert_eq!(entries(&test, ActivityKind::PersonRemoved).await, 1);
    // Plex's lists lack them for a reason.
    for _ in 0..3 {
        sync(&test).await;
        test.later(11);
    }
    assert_eq!(named(&test, "Teo Almeida").await.gone_at, None);
    assert_eq!(undo(&admin, teo.id).await["state"], "taken_back");
    test.settled().await;
    assert_eq!(share(&test, account), Some((had, false)), "invited, and asked for a yes");
    assert_eq!(admin.get("/api/plan").await.json()["changes"], json!([]));
    test.close().await;
}

#[tokio::test]
async fn who_has_no_share_is_a_friend_no_more_all_the_same() {
    let test = house().await;
    let (admin, casper) = (test.as_admin().await, named(&test, "Casper Holm").await);
    let ask = admin.get(&format!("/admin/people/{}/removal", casper.id)).await.is(200);
    ask.has("Casper has no library on Plex to lose.").has("No library on Plex.");
    remove(&admin, casper.id, "friends").await;
    followed(&test).await;
    assert_eq!((removals_sent(&test), state(&admin, casper.id).await), (vec!["sharings".to_owned()], json!("done")));
    // Somebody has ended it on Plex before: that is as good.
    let (teo, account) = teo(&test).await;
    test.world.house().write(|house| {
        house.friends.retain(|friend| *friend != account);
        house.shares.retain(|share| share.account_id != Some(account));
    });
    remove(&admin, teo.id, "friends").await;
    followed(&test).await;
    assert_eq!(state(&admin, teo.id).await, "done");
    test.close().await;
}

#[tokio::test]
async fn plex_may_be_away_for_a_while_or_say_no() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    let (page, faults) = (format!("/admin/people/{}", teo.id), test.world.plex_tv().faults());
    let route = "/api/v2/sharings";
    faults.set_for(route, None, Fault::Status(503), None);
    remove(&admin, teo.id, "friends").await;
    looked(&test).await;
    until("it was tried", || async {
        test.hurry().await;
        (test.world.plex_tv().journal().count(Method::DELETE, route) > 0).then_some(())
    })
    .await;
    until("it says why", || async {
        admin.get(&page).await.is(200).body.contains("Plex has not done all of it yet: ").then_some(())
    })
    .await;
    assert_eq!((share(&test, account), is_friend(&test, account)), (None, true));
    faults.clear();
    // It was taken, and nobody heard of it.
    faults.set_for(route, None, Fault::AppliedThenTimeout, Some(1));
    test.settled_in_a_hurry().await;
    assert_eq!((state(&admin, teo.id).await, is_friend(&test, account)), (json!("done"), false));

    let casper = named(&test, "Casper Holm").await;
    faults.set_for(route, None, Fault::Status(400), None);
    remove(&admin, casper.id, "friends").await;
    followed(&test).await;
    let page = format!("/admin/people/{}", casper.id);
    admin.get(&page).await.is(200).has("Not removed from Plex friends").has("Plex did not do it: ").has("Try again");
    let told = admin.get(&format!("/api/people/{}/removal", casper.id)).await.json();
    assert!(told["state"] == "failed" && told["problem"].is_string(), "{told}");
    assert_eq!(entries(&test, ActivityKind::RemovalFailed).await, 1);
    faults.clear();
    admin.post(&format!("{page}/removal/retry"), &[]).await.is(303);
    test.settled().await;
    assert_eq!((state(&admin, casper.id).await, is_friend(&test, casper.plex_id.unwrap())), (json!("done"), false));
    admin.post(&format!("{page}/removal/retry"), &[]).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn what_is_taken_back_in_time_is_not_sent() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/v2/sharings", None, Fault::Status(503), None);
    remove(&admin, teo.id, "friends").await;
    looked(&test).await;
    until("it was tried", || async {
        test.hurry().await;
        (test.world.plex_tv().journal().count(Method::DELETE, "/api/v2/sharings") > 0).then_some(())
    })
    .await;
    undo(&admin, teo.id).await;
    faults.clear();
    test.settled_in_a_hurry().await;
    assert!(is_friend(&test, account) && share(&test, account).is_some());
    assert_eq!(all_of(&test, teo.id).await, [(Way::Friends, State::TakenBack)]);
    assert_eq!(entries(&test, ActivityKind::PersonRemoved).await, 0);
    test.close().await;
}

#[tokio::test]
async fn an_effect_that_runs_again_does_nothing_more() {
    let test = house().await;
    let (admin, (teo, _)) = (test.as_admin().await, teo(&test).await);
    remove(&admin, teo.id, "friends").await;
    followed(&test).await;
    let sent = removals_sent(&test).len();
    let (id, now) = (teo.id, test.app().now());
    test.app()
        .db
        .write(move |tx| {
            let last = removals::of_person(tx, id)?.remove(0);
            outbox::push(tx, &Effect::RemoveFromPlex { removal: last.id }, "once more", now)?;
            removals::go_on(tx, now)
        })
        .await
        .unwrap();
    test.app().wake_worker();
    test.settled().await;
    assert_eq!(removals_sent(&test).len(), sent);
    assert_eq!(entries(&test, ActivityKind::PersonRemoved).await, 1);
    test.close().await;
}

/// A share that can't be taken goes with the friendship, and comes back all the same.
#[tokio::test]
async fn what_could_not_be_taken_before_goes_with_the_rest() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    let had = share(&test, account).unwrap().0;
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/servers", Some(Method::DELETE), Fault::Status(400), None);
    let watches = json!({ "User": { "id": account.to_string() }, "Session": { "id": "teo-1" } });
    test.world.media_server().set_sessions(vec![watches]);
    remove(&admin, teo.id, "friends").await;
    followed(&test).await;
    assert_eq!((state(&admin, teo.id).await, share(&test, account)), (json!("done"), None));
    test.settled_in_a_hurry().await;
    assert!(test.world.media_server().sessions().is_empty(), "what they watched has ended");
    faults.clear();
    undo(&admin, teo.id).await;
    test.settled_in_a_hurry().await;
    assert_eq!(share(&test, account), Some((had, false)));
    test.close().await;
}

#[tokio::test]
async fn a_server_that_keeps_its_share_says_so_and_the_plan_takes_it() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    let faults = test.world.plex_tv().faults();
    faults.set_for("/api/servers", Some(Method::DELETE), Fault::Status(400), None);
    remove(&admin, teo.id, "server").await;
    followed(&test).await;
    let page = format!("/admin/people/{}", teo.id);
    admin.get(&page).await.is(200).has("Plex did not do it: ").has("To the access plan").lacks("Try again");
    faults.clear();
    let apply = json!({ "person_ids": [teo.id.0] });
    admin.json(Method::POST, "/api/plan/apply", apply).await.is(202);
    test.settled().await;
    assert_eq!((share(&test, account), state(&admin, teo.id).await), (None, json!("done")));
    test.close().await;
}

#[tokio::test]
async fn out_of_the_home_and_back_as_a_friend() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.world.house().write(|house| {
        let yuki = house.accounts.iter_mut().find(|one| one.title == "Yuki Park").unwrap();
        yuki.home = true;
        house.friends.retain(|friend| *friend != yuki.id);
    });
    sync(&test).await;
    let (admin, yuki) = (test.as_admin().await, named(&test, "Yuki Park").await);
    let account = yuki.plex_id.unwrap();
    let had = share(&test, account).unwrap().0;
    assert!(yuki.home);
    let page = format!("/admin/people/{}", yuki.id);
    let ask = admin.get(&format!("{page}/removal")).await.is(200);
    ask.has("They leave your Plex Home.").lacks("From Plex friends").lacks("no way back");
    admin.post(&format!("{page}/removal"), &[("from", "friends")]).await.is(422);
    admin.post(&format!("{page}/removal"), &[("from", "home")]).await.is(303);
    followed(&test).await;
    assert_eq!(removals_sent(&test), ["shared_servers", "home/users"]);
    assert!(test.world.house().read(|house| !house.account(account).unwrap().home));
    assert!(!named(&test, "Yuki Park").await.home);
    undo(&admin, yuki.id).await;
    test.settled().await;
    assert_eq!(share(&test, account), Some((had, false)));
    test.close().await;
}

#[tokio::test]
async fn a_managed_user_is_gone_for_good_and_only_when_somebody_is_sure() {
    let test = house().await;
    let (admin, ida) = (test.as_admin().await, named(&test, "Ida").await);
    let page = format!("/admin/people/{}", ida.id);
    admin.get(&format!("{page}/removal")).await.is(200).has("Plex deletes this managed user").has("name=\"sure\"");
    let reply = admin.post(&format!("{page}/removal"), &[("from", "home")]).await.is(422);
    reply.has("Tick that you know").has("value=\"home\" checked");
    let path = format!("/api/people/{}/removal", ida.id);
    let refused = admin.json(Method::POST, &path, json!({ "from": "home" })).await.is(422).json();
    assert!(refused["errors"]["sure"].is_string(), "{refused}");
    assert!(all_of(&test, ida.id).await.is_empty());
    admin.post(&format!("{page}/removal"), &[("from", "home"), ("sure", "yes")]).await.is(303);
    followed(&test).await;
    let account = ida.plex_id.unwrap();
    assert!(test.world.house().read(|house| house.account(account).is_none() && house.share_of(account).is_none()));
    let gone = named(&test, "Ida").await;
    assert!(gone.gone_at.is_some() && !gone.home);
    admin.get(&page).await.is(200).has("Plex does not know any more").lacks("Let them back");
    admin.json(Method::POST, &format!("{path}/undo"), Value::Null).await.is(409);
    for _ in 0..2 {
        sync(&test).await;
    }
    assert_eq!(state(&admin, ida.id).await, "done");
    test.close().await;
}

/// Nobody else has a share: an empty list says no more than that theirs is gone.
#[tokio::test]
async fn the_last_guest_of_a_server_is_removed_like_any_other() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let account = test.world.account("teo").unwrap().id;
    test.world.house().write(|house| house.shares.retain(|share| share.account_id == Some(account)));
    assert_eq!(sync(&test).await.state, RunState::Succeeded);
    let (admin, (teo, _)) = (test.as_admin().await, teo(&test).await);
    let had = share(&test, account).unwrap().0;
    remove(&admin, teo.id, "friends").await;
    followed(&test).await;
    assert_eq!((state(&admin, teo.id).await, share(&test, account)), (json!("done"), None));
    let run = sync(&test).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    undo(&admin, teo.id).await;
    test.settled().await;
    assert_eq!(share(&test, account), Some((had, false)));
    test.close().await;
}

/// Plex lists whoever was asked into the Home like those who are in.
#[tokio::test]
async fn an_open_invitation_to_the_home_is_waited_for() {
    let test = house().await;
    let (admin, (teo, account)) = (test.as_admin().await, teo(&test).await);
    test.world.house().write(|house| house.home_invites.push(account));
    remove(&admin, teo.id, "friends").await;
    looked(&test).await;
    until("it waits", || async {
        let page = admin.get(&format!("/admin/people/{}", teo.id)).await.is(200);
        page.body.contains("still asked into the Plex Home").then_some(())
    })
    .await;
    assert!(is_friend(&test, account));
    test.world.house().write(|house| house.home_invites.clear());
    test.settled_in_a_hurry().await;
    assert_eq!((state(&admin, teo.id).await, is_friend(&test, account)), (json!("done"), false));
    test.close().await;
}
