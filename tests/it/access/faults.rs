//! plex.tv in a bad mood: nobody loses anything, nothing is written twice, and what went wrong is said.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::fault::Fault;
use usherr::demo::plex_tv::SectionList;
use usherr::domain::jobs::{JobName, RunState};

use super::{apply, close, ended, group, house, libraries_of, on_plex, open_changes, person, plan, take_back, writes};
use crate::support::patience::until;
use crate::support::{Browser, TestApp};

const SHARES: &str = "/api/servers/";

fn post() -> Option<poem::http::Method> {
    Some(poem::http::Method::POST)
}

fn put() -> Option<poem::http::Method> {
    Some(poem::http::Method::PUT)
}

/// Two people lose something and gain something.
async fn cinema(test: &TestApp) {
    group(test, "Cinema", &["Films", "4K Films"], &["Priya", "Marek"], |_| {}).await;
}

async fn begin(admin: &Browser) -> (i64, i64) {
    let started = admin.json(Method::POST, "/api/plan/apply", json!({ "person_ids": null })).await.is(202).json();
    (started["run_id"].as_i64().unwrap(), started["batch_id"].as_i64().unwrap())
}

/// The page of the batch says why it waits.
async fn waits(admin: &Browser, batch: i64, words: &str) {
    until(words, || async {
        let page = admin.get(&format!("/admin/plan/changes/{batch}")).await.is(200);
        page.body.contains(words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_short_list_of_sections_is_waited_out_and_nobody_loses_anything() {
    let test = house().await;
    let admin = test.as_admin().await;
    cinema(&test).await;
    let before = on_plex(&test);
    for list in [SectionList::Without(vec![usherr::demo::household::keys::FILMS_4K]), SectionList::Empty] {
        test.world.plex_tv().set_modes(|modes| modes.section_list = list.clone());
        if open_changes(&test).await == 0 {
            begin(&admin).await;
        }
        test.hurry().await;
        until("it was tried", || async { (test.world.plex_tv().journal().requests().len() > 3).then_some(()) }).await;
        assert_eq!(on_plex(&test), before);
    }
    let batch = test.app().db.read(usherr::db::changes::under_way).await.unwrap().unwrap().0;
    waits(&admin, batch, "does not list").await;
    assert_eq!(writes(&test).len(), 0, "nothing was sent");
    test.world.plex_tv().set_modes(|modes| modes.section_list = SectionList::Full);
    test.settled_in_a_hurry().await;
    assert_eq!(libraries_of(&test, "Marek Nowak"), ["Films", "4K Films", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn an_empty_list_of_shares_or_half_a_page_takes_nothing_from_anybody() {
    let test = house().await;
    let admin = test.as_admin().await;
    cinema(&test).await;
    let before = on_plex(&test);
    for fault in [Fault::Garbage, Fault::Status(502), Fault::Status(410), Fault::DropConnection] {
        test.world.plex_tv().faults().set_for("/api/servers", None, fault.clone(), None);
        test.world.plex_tv().faults().set_for("/api/v2", None, fault.clone(), None);
        let run = test.run_job(JobName::PeopleSync).await;
        assert_eq!(run.state, RunState::Failed, "{fault:?}");
        admin.get("/admin/plan").await.is(200).has("The last look at Plex failed").has("Nobody loses anything");
        assert_eq!(plan(&admin).await["changes"].as_array().unwrap().len(), 2, "{fault:?}");
        test.world.plex_tv().faults().clear();
        assert_eq!(on_plex(&test), before);
    }
    close(test).await;
}

#[tokio::test]
async fn told_to_slow_down_it_waits_and_then_goes_on() {
    let test = house().await;
    let admin = test.as_admin().await;
    cinema(&test).await;
    for wait in [None, Some(600)] {
        test.world.plex_tv().faults().set_for(SHARES, put(), Fault::RateLimited(wait), Some(1));
    }
    let (run, batch) = begin(&admin).await;
    waits(&admin, batch, "slow down").await;
    assert_eq!(writes(&test).len(), 1, "one write was refused, the other person waits behind it");
    let page = admin.get("/admin/plan").await.is(200).has("Applying the plan: 0 of 2 changes").has("slow down");
    page.has("Try now").has(&format!("/admin/plan/changes/{batch}")).lacks("Everybody on Plex has");
    admin.get("/admin/plan/changes").await.is(200).has("The plan is being applied").has("0 of 2 made, under way");
    test.settled_in_a_hurry().await;
    assert_eq!(ended(&test, run).await.state, RunState::Succeeded);
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "4K Films", "Welcome"]);
    admin.get("/admin/plan/changes").await.is(200).has("The plan was applied").has("2 changes made");
    test.world.plex_tv().faults().set_for(SHARES, put(), Fault::RateLimited(Some(600)), Some(1));
    let undo = admin.post(&format!("/admin/plan/changes/{batch}/undo"), &[]).await.is(303);
    admin.follow(&undo).await.is(200).has("Taking changes back").lacks("Applying the plan");
    test.settled_in_a_hurry().await;
    admin.get("/admin/plan/changes").await.is(200).has("Changes were taken back").has("taken back since");
    close(test).await;
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_made_twice() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Priya", "Casper"], |_| {}).await;
    test.world.plex_tv().faults().set_for(SHARES, put(), Fault::AppliedThenTimeout, Some(1));
    test.world.plex_tv().faults().set_for(SHARES, post(), Fault::AppliedThenStatus(504), Some(1));
    let (run, _) = begin(&admin).await;
    test.settled_in_a_hurry().await;
    assert_eq!(ended(&test, run).await.state, RunState::Succeeded);
    assert_eq!(writes(&test).len(), 2, "{:?}", writes(&test));
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Films", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn what_is_made_is_done_whatever_plex_answered() {
    let test = house().await;
    let admin = test.as_admin().await;
    cinema(&test).await;
    test.world.plex_tv().faults().set_for("/api/", Some(Method::POST), Fault::AppliedThenStatus(400), Some(1));
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    let states: Vec<&Value> = batch["changes"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert!(states.iter().all(|state| **state == "done"), "{batch}");
    assert_eq!(plan(&admin).await["drift"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn who_was_invited_meanwhile_gets_their_share_updated() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Casper"], |_| {}).await;
    // Accepted, with other libraries, since the last look.
    test.world.house().write(|house| {
        let casper = house.account_named("casper.holm").unwrap().clone();
        let sections = house.section_ids(&[usherr::demo::household::keys::KIDS]);
        let share = house.invite(Some(casper.id), casper.email, sections, false);
        house.share_mut(share.id).unwrap().accepted_at = Some(1_790_000_000);
    });
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    // No plan has said that he loses it; the next one does.
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Films", "Kids", "Welcome"]);
    assert_eq!(plan(&admin).await["changes"][0]["lose"], json!(["Kids"]));
    // Taken back, he has what he had.
    take_back(&test, &admin, &batch["id"]).await;
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Kids"]);
    close(test).await;
}

#[tokio::test]
async fn what_was_changed_or_ended_on_plex_meanwhile_is_left_alone_and_said() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Priya", "Marek", "Teo"], |_| {}).await;
    test.world.house().write(|house| {
        let (priya, marek) = (house.account_named("priya").unwrap().id, house.account_named("mareknowak").unwrap().id);
        let all = house.section_ids(&[1, 2, 3, 4, 5, 6]);
        house.shares.iter_mut().find(|share| share.account_id == Some(priya)).unwrap().sections = all;
        house.shares.retain(|share| share.account_id != Some(marek));
    });
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Failed);
    let state = |name: &str| {
        let changes = batch["changes"].as_array().unwrap();
        let one = changes.iter().find(|one| one["person"]["name"] == name).unwrap();
        (one["state"].as_str().unwrap().to_owned(), one["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(state("Teo Almeida").0, "done", "the others are not held up");
    assert!(state("Priya Raman").1.contains("changed what Priya Raman has"), "{:?}", state("Priya Raman"));
    assert!(state("Marek Nowak").1.contains("no share of"), "{:?}", state("Marek Nowak"));
    assert_eq!(libraries_of(&test, "Priya Raman").len(), 6);
    let page = admin.get(&format!("/admin/plan/changes/{}", batch["id"])).await.is(200);
    page.has("2 changes were not made").has("Try them again");
    // Looked at again, the plan starts from what there is now, and what failed can be made.
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    let priya = person(&test, "Priya").await;
    let (_, run) = apply(&test, &admin, json!([priya.0])).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn retired_routes_are_gone_round() {
    for gone in ["v1", "v2", "settings"] {
        let test = house().await;
        let admin = test.as_admin().await;
        let flags = |group: &mut usherr::domain::group::Group| group.flags.sync = true;
        group(&test, "Cinema", &["Films"], &["Marek", "Casper"], flags).await;
        group(&test, "Same", &["Films", "Series", "Welcome"], &["Teo"], flags).await;
        test.world.plex_tv().set_modes(|modes| match gone {
            "v1" => modes.v1_sharing_gone = true,
            "v2" => modes.v2_sharing_gone = true,
            _ => modes.settings_gone = true,
        });
        let (_, run) = apply(&test, &admin, Value::Null).await;
        assert_eq!(run.state, RunState::Succeeded, "{gone}: {:?}", run.error);
        let seen = on_plex(&test);
        assert_eq!(seen["Marek Nowak"].0, ["Films", "Welcome"], "{gone}");
        assert!(seen["Marek Nowak"].1.allow_sync && seen["Teo Almeida"].1.allow_sync, "{gone}");
        assert_eq!(seen["Casper Holm"].0, ["Films", "Welcome"], "{gone}");
        close(test).await;
    }
}

#[tokio::test]
async fn what_is_left_of_an_invite_that_was_taken_back_makes_room() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Casper"], |_| {}).await;
    test.world.house().write(|house| {
        let casper = house.account_named("casper.holm").unwrap().clone();
        let sections = house.section_ids(&[usherr::demo::household::keys::KIDS]);
        let share = house.invite(Some(casper.id), casper.email, sections, false);
        house.share_mut(share.id).unwrap().withdrawn = true;
    });
    let (_, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    assert_eq!(libraries_of(&test, "Casper Holm"), ["Films", "Welcome"]);
    assert_eq!(plan(&admin).await["changes"], json!([]));
    close(test).await;
}

#[tokio::test]
async fn one_share_that_plex_has_trouble_with_does_not_hold_up_the_others() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Cinema", &["Films"], &["Dario", "Priya", "Teo"], |_| {}).await;
    let path = test.world.house().read(|house| {
        let dario = house.account_named("dario_conti").unwrap().id;
        let share = house.share_of(dario).unwrap().id;
        format!("/api/servers/{}/shared_servers/{share}", house.machine_id)
    });
    test.world.plex_tv().faults().set_for(&path, put(), Fault::Status(500), None);
    let (run, batch) = begin(&admin).await;
    let told = until("the others had their turn", || async {
        test.hurry().await;
        let told = admin.get(&format!("/api/plan/batches/{batch}")).await.is(200).json();
        let done = told["changes"].as_array().unwrap().iter().filter(|one| one["state"] == "done").count();
        (done == 2).then_some(told)
    })
    .await;
    // Why he waits is said also while nobody is trying.
    assert!(told["waits_because"].is_string() && told["next_try_at"].is_string(), "{told}");
    test.settled_in_a_hurry().await;
    let run = ended(&test, run).await;
    assert!(run.error.unwrap().contains("1 of 3 changes could not be made"));
    assert_eq!(libraries_of(&test, "Teo Almeida"), ["Films", "Welcome"]);
    assert_eq!(libraries_of(&test, "Dario Conti").len(), 5, "he has what he had");
    test.world.plex_tv().faults().clear();
    admin.post(&format!("/admin/plan/changes/{batch}/retry"), &[]).await.is(303);
    test.settled().await;
    assert_eq!(libraries_of(&test, "Dario Conti"), ["Films", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn a_library_that_nobody_has_met_yet_is_taken_from_nobody() {
    let test = house().await;
    let admin = test.as_admin().await;
    cinema(&test).await;
    test.world.house().write(|house| {
        let (priya, mut section) = (house.account_named("priya").unwrap().id, house.sections[0].clone());
        (section.id, section.key, section.title) = (130_000_001, 9, "Concerts".to_owned());
        house.sections.push(section);
        house.shares.iter_mut().find(|share| share.account_id == Some(priya)).unwrap().sections.push(130_000_001);
    });
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(batch.to_string().contains("has not met yet"), "{batch}");
    assert!(libraries_of(&test, "Priya Raman").contains(&"Concerts".to_owned()));
    assert_eq!(libraries_of(&test, "Marek Nowak"), ["Films", "4K Films", "Welcome"]);
    // Met, it stands in the plan as a loss.
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
    assert!(plan(&admin).await["changes"][0]["lose"].to_string().contains("Concerts"));
    close(test).await;
}
