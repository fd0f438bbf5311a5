//! Who is on Plex, and what is shared with them.

use usherr::db::{people, shares};
use usherr::demo::fault::Fault;
use usherr::demo::plex_tv::SectionList;
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::RunState;
use usherr::domain::people::reading::{OwnersList, Reading, ServerShares};
use usherr::domain::people::{Person, PlexAccount, PlexInvite, PlexShare, Role};
use usherr::features::people::actions::take_over;

use super::{close, entries, everybody, house, named, sync};
use crate::support::TestApp;

async fn shares_of(test: &TestApp, id: PersonId) -> Vec<shares::Share> {
    test.app().db.read(move |conn| shares::of_person(conn, id)).await.unwrap()
}

#[tokio::test]
async fn everybody_on_plex_is_known_with_what_is_shared_with_them() {
    let test = house().await;
    let people = everybody(&test).await;
    // Owner, ten guests, Ida of the Home, a friend without a share, an open invitation; and the local admin, who is the
    // owner by her address.
    assert_eq!(people.len(), 14, "{:?}", people.iter().map(|one| &one.name).collect::<Vec<_>>());
    let owner = named(&test, "mara").await;
    assert!(owner.is_owner && owner.role == Role::Admin && owner.plex_id.is_some());
    let ana = named(&test, "Ana Kovac").await;
    assert_eq!(ana.role, Role::Requester);
    let share = shares_of(&test, ana.id).await.remove(0);
    assert!(share.accepted && share.all_libraries && share.settings.allow_sync && share.accepted_at.is_some());
    let yuki = named(&test, "Yuki Park").await;
    assert_eq!(shares_of(&test, yuki.id).await[0].libraries.len(), 3);
    let ida = named(&test, "Ida").await;
    assert!(ida.home && ida.restricted && ida.email.is_none());
    assert_eq!(shares_of(&test, ida.id).await[0].settings.filter_all, "contentRating=0%2C6");
    assert!(shares_of(&test, named(&test, "Casper Holm").await.id).await.is_empty());
    let jun = named(&test, "jun@example.org").await;
    assert!(jun.plex_id.is_none() && !shares_of(&test, jun.id).await[0].accepted);

    let again = sync(&test).await;
    assert_eq!((again.result["added"].as_i64(), again.result["changed"].as_i64()), (Some(0), Some(0)));
    assert_eq!((again.result["changed_shares"].as_i64(), again.summary().as_str()), (Some(0), "Nothing new"));
    assert_eq!(again.result["people"], 14);
    assert_eq!(again.result["shares"], 12);
    assert_eq!(everybody(&test).await, people);
    close(test).await;
}

#[tokio::test]
async fn an_invitation_that_is_taken_up_stays_the_same_person_and_keeps_the_role() {
    let test = house().await;
    let jun = named(&test, "jun@example.org").await;
    let now = test.app().now();
    test.app().db.write(move |tx| people::set_role(tx, jun.id, Role::Viewer, now)).await.unwrap();
    test.world.house().write(|house| {
        let mut account = house.accounts[1].clone();
        (account.id, account.title, account.friendly_name) = (77, "Jun Sato".into(), String::new());
        (account.username, account.email) = (Some("jun".into()), Some("Jun@example.org".into()));
        house.accounts.push(account);
        house.friends.push(77);
        let share = house.shares.iter_mut().find(|share| share.email.as_deref() == Some("jun@example.org")).unwrap();
        share.account_id = Some(77);
        share.accepted_at = Some(now.timestamp());
    });
    assert_eq!(sync(&test).await.state, RunState::Succeeded);
    let after = named(&test, "Jun Sato").await;
    assert_eq!((after.id, after.plex_id, after.role), (jun.id, Some(77), Role::Viewer));
    assert!(shares_of(&test, jun.id).await[0].accepted);
    close(test).await;
}

#[tokio::test]
async fn somebody_is_gone_only_after_two_whole_readings_far_apart_and_may_come_back() {
    let test = house().await;
    let teo = named(&test, "Teo Almeida").await;
    let browser = test.signed_in(teo.id).await;
    let id = teo.plex_id.unwrap();
    let share = test.world.house().write(|house| {
        house.friends.retain(|friend| *friend != id);
        let at = house.shares.iter().position(|share| share.account_id == Some(id)).unwrap();
        house.shares.remove(at)
    });
    assert_eq!(sync(&test).await.result["gone"], 0);
    assert!(named(&test, "Teo Almeida").await.gone_at.is_none());
    assert_eq!(shares_of(&test, teo.id).await.len(), 1);
    browser.get("/logout").await.is(200);
    // Looking again at once is no second reading.
    for _ in 0..2 {
        test.later(4);
        let run = sync(&test).await;
        assert_eq!((&run.result["gone"], &run.result["ended_shares"]), (&0.into(), &0.into()));
    }
    assert_eq!(shares_of(&test, teo.id).await.len(), 1);
    test.later(2);
    let run = sync(&test).await;
    assert_eq!((&run.result["gone"], &run.result["ended_shares"]), (&1.into(), &1.into()));
    assert_eq!(run.summary(), "14 people, 1 gone; 11 shares, 1 ended".replace("14", &run.result["people"].to_string()));
    assert!(named(&test, "Teo Almeida").await.gone_at.is_some());
    assert!(shares_of(&test, teo.id).await.is_empty());
    browser.get("/logout").await.is(303);
    assert_eq!(sync(&test).await.result["gone"], 0);
    assert_eq!(entries(&test, ActivityKind::PersonGone).await, 1);

    test.world.house().write(|house| {
        house.friends.push(id);
        house.shares.push(share);
    });
    let run = sync(&test).await;
    assert_eq!((&run.result["back"], &run.result["new_shares"]), (&1.into(), &1.into()));
    let back = named(&test, "Teo Almeida").await;
    assert!(back.id == teo.id && back.gone_at.is_none());
    close(test).await;
}

#[tokio::test]
async fn somebody_who_shows_up_between_two_misses_stays() {
    let test = house().await;
    let teo = named(&test, "Teo Almeida").await;
    let id = teo.plex_id.unwrap();
    let hide = |house: &mut usherr::demo::household::Household| {
        house.friends.retain(|friend| *friend != id);
        let at = house.shares.iter().position(|share| share.account_id == Some(id)).unwrap();
        house.shares.remove(at)
    };
    let share = test.world.house().write(hide);
    sync(&test).await;
    test.later(5);
    test.world.house().write(|house| {
        house.friends.push(id);
        house.shares.push(share);
    });
    sync(&test).await;
    test.later(6);
    test.world.house().write(hide);
    let run = sync(&test).await;
    assert_eq!((&run.result["gone"], &run.result["ended_shares"]), (&0.into(), &0.into()), "it begins anew");
    assert!(named(&test, "Teo Almeida").await.gone_at.is_none());
    close(test).await;
}

#[tokio::test]
async fn an_import_says_what_has_changed_and_the_list_shows_it() {
    let test = house().await;
    let dario = named(&test, "Dario Conti").await;
    let admin = test.as_admin().await;
    test.world.house().write(|house| {
        let share = house.shares.iter_mut().find(|share| share.account_id == dario.plex_id).unwrap();
        share.sections.truncate(2);
    });
    let run = sync(&test).await;
    assert_eq!(run.summary(), "14 people, as before; 12 shares, 1 changed");
    let list = admin.get("/admin/people").await.is(200).has("Read from Plex").has("12 shares, 1 changed");
    list.has(&format!("/admin/runs/{}", run.id));
    sync(&test).await;
    admin.get("/admin/people").await.is(200).has(": nothing new.");
    test.world.plex_tv().faults().set_for("", None, Fault::Status(503), None);
    sync(&test).await;
    admin.get("/admin/people").await.is(200).has("Plex could not be read whole").has("See why");
    test.world.plex_tv().faults().clear();
    close(test).await;
}

#[tokio::test]
async fn an_outage_of_plex_is_an_outage_and_nobody_leaves() {
    let test = house().await;
    let before = everybody(&test).await;
    let faults = test.world.plex_tv().faults();
    for (path, fault) in [
        ("", Fault::Status(503)),
        ("/api/users", Fault::Status(410)),
        ("/api/users", Fault::Garbage),
        ("/api/servers", Fault::Status(500)),
        ("/api/v2/shared_servers", Fault::RateLimited(Some(1))),
        ("/api/v2/user", Fault::Unauthorized),
    ] {
        faults.set_for(path, None, fault.clone(), None);
        for _ in 0..2 {
            let run = sync(&test).await;
            assert_eq!(run.state, RunState::Failed, "{path} {fault:?}");
            assert!(run.error.is_some_and(|words| words.len() > 20));
        }
        faults.clear();
        assert_eq!(everybody(&test).await, before, "{path} {fault:?}");
    }
    // Lists that are suddenly empty.
    let (friends, kept) =
        test.world.house().write(|house| (std::mem::take(&mut house.friends), std::mem::take(&mut house.shares)));
    let home = test.world.house().write(|house| {
        let (home, rest) = house.accounts.drain(..).partition(|one| one.home && one.restricted);
        house.accounts = rest;
        let home: Vec<_> = home;
        home
    });
    for _ in 0..3 {
        let run = sync(&test).await;
        assert_eq!(run.state, RunState::Failed);
        assert!(run.error.unwrap().contains("empty list"));
    }
    test.world.house().write(|house| {
        house.friends = friends;
        house.shares = kept;
        house.accounts.extend(home);
    });
    assert_eq!(sync(&test).await.result["gone"], 0);
    assert_eq!(everybody(&test).await, before);
    close(test).await;
}

#[tokio::test]
async fn short_lists_of_sections_take_nothing_away() {
    let test = house().await;
    let dario = named(&test, "Dario Conti").await;
    let before = shares_of(&test, dario.id).await;
    for list in [SectionList::Empty, SectionList::Without(vec![1, 2, 3])] {
        test.world.plex_tv().set_modes(|modes| modes.section_list = list);
        sync(&test).await;
        assert_eq!(shares_of(&test, dario.id).await, before);
    }
    test.world.plex_tv().set_modes(|modes| {
        modes.section_list = SectionList::Full;
        modes.sent_invites_gone = true;
        modes.share_tokens_hidden = true;
    });
    assert_eq!(sync(&test).await.state, RunState::Succeeded);
    test.world.house().write(|house| {
        let share = house.shares.iter_mut().find(|share| share.account_id == dario.plex_id).unwrap();
        share.sections.truncate(2);
    });
    sync(&test).await;
    assert_eq!(shares_of(&test, dario.id).await[0].libraries.len(), 2);
    close(test).await;
}

#[tokio::test]
async fn who_has_nothing_but_an_invitation_stays_while_invitations_cant_be_read() {
    let test = house().await;
    let ask = async |invites: Option<Vec<PlexInvite>>| {
        let owner = PlexAccount {
            id: 7_000_001,
            uuid: None,
            username: Some("olga".to_owned()),
            email: None,
            display_name: "olga".to_owned(),
            thumb: None,
        };
        let list = OwnersList { owner, friends: Vec::new(), home: Vec::new(), invites };
        let reading = Reading { lists: vec![list], servers: Vec::new() };
        take_over(test.app(), reading, true).await.unwrap();
        everybody(&test).await.into_iter().find(|person| person.plex_id == Some(7_000_002))
    };
    let invite = PlexInvite {
        id: "7000002".to_owned(),
        username: Some("ines".to_owned()),
        email: None,
        created_at: None,
        server: false,
        friend: false,
        home: true,
        server_names: Vec::new(),
    };
    let is_here = |person: Option<Person>| person.is_some_and(|person| person.gone_at.is_none());
    assert!(is_here(ask(Some(vec![invite])).await));
    for _ in 0..3 {
        assert!(is_here(ask(None).await), "nobody could tell");
    }
    assert!(is_here(ask(Some(Vec::new())).await), "one reading proves nothing");
    test.later(9);
    assert!(is_here(ask(Some(Vec::new())).await), "nor does a second one right after it");
    test.later(2);
    assert!(!is_here(ask(Some(Vec::new())).await));
    close(test).await;
}

#[tokio::test]
async fn who_is_named_twice_in_one_reading_is_one_person_with_one_share() {
    let test = house().await;
    let server = test.app().db.read(usherr::db::servers::all).await.unwrap().remove(0);
    let owner = PlexAccount {
        id: 7_000_001,
        uuid: None,
        username: Some("olga".to_owned()),
        email: None,
        display_name: "olga".to_owned(),
        thumb: None,
    };
    // By address alone in the list of invitations, with an account in the list of shares; and there twice.
    let invite = PlexInvite {
        id: "kim@example.org".to_owned(),
        username: None,
        email: None,
        created_at: None,
        server: true,
        friend: false,
        home: false,
        server_names: Vec::new(),
    };
    let share = |share_id: i64, keys: &[&str]| PlexShare {
        share_id,
        account_id: Some(7_000_003),
        username: Some("kim".to_owned()),
        email: Some("Kim@example.org".to_owned()),
        left_over: false,
        accepted: true,
        accepted_at: None,
        invited_at: None,
        all_libraries: false,
        section_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        settings: Default::default(),
    };
    let reading = Reading {
        lists: vec![OwnersList { owner, friends: Vec::new(), home: Vec::new(), invites: Some(vec![invite]) }],
        servers: vec![ServerShares {
            server: server.id,
            read_at: test.app().now(),
            machine_id: server.machine_id.unwrap(),
            owner: 7_000_001,
            sections: Vec::new(),
            shares: vec![share(1, &["1"]), share(2, &["1", "2"])],
        }],
    };
    // The invitation is gone from the list by the second time.
    let mut later = reading.clone();
    later.lists[0].invites = Some(Vec::new());
    for (reading, added) in [(reading, true), (later, false)] {
        let taken = take_over(test.app(), reading, false).await.unwrap();
        assert_eq!((taken.added > 0, taken.new_shares > 0), (added, added));
        let kim: Vec<Person> = everybody(&test).await;
        let kim: Vec<&Person> = kim.iter().filter(|one| one.email.as_deref() == Some("kim@example.org")).collect();
        assert_eq!(kim.iter().map(|one| one.plex_id).collect::<Vec<_>>(), [Some(7_000_003)]);
        let theirs = shares_of(&test, kim[0].id).await;
        assert_eq!(theirs.iter().map(|share| share.libraries.len()).collect::<Vec<_>>(), [2]);
    }
    close(test).await;
}
