//! People: the import from Plex, and the pages about them.

use usherr::db::{activity, people, shares};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::demo::plex_tv::SectionList;
use usherr::domain::activity::{ActivityFilter, ActivityKind};
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::{JobName, Run, RunState};
use usherr::domain::people::reading::{OwnersList, Reading};
use usherr::domain::people::{Person, PlexAccount, PlexInvite, Role};
use usherr::features::people::actions::take_over;

use super::support::TestApp;

async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let run = sync(&test).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    test
}

async fn sync(test: &TestApp) -> Run {
    test.run_job(JobName::PeopleSync).await
}

async fn close(test: TestApp) {
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
    test.world.stop().await;
}

async fn everybody(test: &TestApp) -> Vec<Person> {
    let listed = test.app().db.read(|conn| people::lists::matching(conn, "")).await.unwrap();
    listed.into_iter().map(|listed| listed.person).collect()
}

async fn named(test: &TestApp, name: &str) -> Person {
    let people = everybody(test).await;
    let names: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
    people.into_iter().find(|person| person.name == name).unwrap_or_else(|| panic!("no {name} among {names:?}"))
}

async fn shares_of(test: &TestApp, id: PersonId) -> Vec<shares::Share> {
    test.app().db.read(move |conn| shares::of_person(conn, id)).await.unwrap()
}

async fn entries(test: &TestApp, kind: ActivityKind) -> usize {
    let filter = ActivityFilter { kind: Some(kind), ..Default::default() };
    test.app().db.read(move |conn| activity::page(conn, &filter, 0, 100)).await.unwrap().0.len()
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
    assert!(share.accepted && share.all_libraries && share.allow_sync && share.accepted_at.is_some());
    let yuki = named(&test, "Yuki Park").await;
    assert_eq!(shares_of(&test, yuki.id).await[0].libraries.len(), 3);
    let ida = named(&test, "Ida").await;
    assert!(ida.home && ida.restricted && ida.email.is_none());
    assert_eq!(shares_of(&test, ida.id).await[0].filters, ["contentRating=0%2C6"]);
    assert!(shares_of(&test, named(&test, "Casper Holm").await.id).await.is_empty());
    let jun = named(&test, "jun@example.org").await;
    assert!(jun.plex_id.is_none() && !shares_of(&test, jun.id).await[0].accepted);

    let again = sync(&test).await;
    assert_eq!((again.result["added"].as_i64(), again.result["changed"].as_i64()), (Some(0), Some(0)));
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
async fn somebody_is_gone_only_after_two_whole_readings_and_may_come_back() {
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
    assert_eq!(sync(&test).await.result["gone"], 1);
    assert!(named(&test, "Teo Almeida").await.gone_at.is_some());
    assert!(shares_of(&test, teo.id).await.is_empty());
    browser.get("/logout").await.is(303);
    assert_eq!(sync(&test).await.result["gone"], 0);
    assert_eq!(entries(&test, ActivityKind::PersonGone).await, 1);

    test.world.house().write(|house| {
        house.friends.push(id);
        house.shares.push(share);
    });
    sync(&test).await;
    let back = named(&test, "Teo Almeida").await;
    assert!(back.id == teo.id && back.gone_at.is_none());
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
    assert!(!is_here(ask(Some(Vec::new())).await));
    close(test).await;
}

#[tokio::test]
async fn the_list_finds_filters_and_counts() {
    let test = house().await;
    let admin = test.as_admin().await;
    let page = admin.get("/admin/people").await.is(200).has("Fourteen people know the way in. One was invited");
    page.has("Birgit Sandström").has("3 of 6").has("Import from Plex").has("14 of 14");
    let found = admin.get("/admin/people?find=SANDSTROM").await.is(200).has("Birgit Sandström").lacks("Ana Kovac");
    found.has("1 person found").has("value=\"SANDSTROM\"");
    let invited = admin.get("/admin/people?show=invited").await.is(200).has("jun@example.org").lacks("Ana Kovac");
    invited.has("0 of 6");
    admin.get("/admin/people?show=home").await.is(200).has("Ida").lacks("Ana Kovac");
    admin.get("/admin/people?find=zzz").await.is(200).has("Nobody fits");
    admin.get("/admin/people?sort=last_here").await.is(200).has("show=home&amp;sort=last_here");
    admin.get("/admin/people?page=99").await.is(200).has("This page is empty");
    admin.get("/admin/people?page=-1&show=%00&find=%22%3E%3Cscript").await.is(200).lacks("<script>");
    for n in 0..25 {
        test.add_person(&format!("zed-{n:02}"), Role::Viewer).await;
    }
    let second =
        admin.get("/admin/people?find=zed&show=viewer&page=2").await.is(200).has("21 to 25 of 25").has("zed-24");
    admin.get("/admin/people?sort=newest").await.is(200).has("zed-24").lacks("Ana Kovac");
    second.lacks("zed-19").has("find=zed&amp;show=viewer\"");
    close(test).await;
}

#[tokio::test]
async fn a_person_shows_what_they_see_and_why() {
    let test = house().await;
    let (yuki, ida) = (named(&test, "Yuki Park").await, named(&test, "Ida").await);
    let admin = test.as_admin().await;
    let page = admin.get(&format!("/admin/people/{}", yuki.id)).await.is(200);
    page.has("What Yuki sees, and why")
        .has("Shared on Plex")
        .has("Not shared on Plex")
        .has("Read from Plex")
        .has("Change role");
    admin.get(&format!("/admin/people/{}", ida.id)).await.is(200).has("contentRating 0, 6").has("managed user");
    let local = test.add_person("lo", Role::Viewer).await;
    admin.get(&format!("/admin/people/{local}")).await.is(200).has("Default library, everyone has it");
    for nowhere in ["999999", "x", "-1", "99999999999999999999"] {
        admin.get(&format!("/admin/people/{nowhere}")).await.is(404);
    }
    let helper = test.as_role(Role::Moderator).await;
    helper.get(&format!("/admin/people/{}", yuki.id)).await.is(200).has("Change role").lacks("Signed in</h2>");
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get(&format!("/admin/people/{}", yuki.id)).await.is(200).lacks("Change role").has("Signed in</h2>");
    close(test).await;
}

#[tokio::test]
async fn roles_are_given_within_bounds() {
    let test = house().await;
    let (ana, mara) = (named(&test, "Ana Kovac").await, named(&test, "mara").await);
    let other = test.add_person("other", Role::Admin).await;
    let (admin, helper) = (test.signed_in(other).await, test.as_role(Role::Moderator).await);
    let at = |id: PersonId| format!("/admin/people/{id}/role");
    helper.post(&at(ana.id), &[("role", "viewer")]).await.is(303);
    helper.post(&at(ana.id), &[("role", "moderator")]).await.is(422).has("Only an admin can give this role");
    helper.post(&at(other), &[("role", "viewer")]).await.is(422);
    admin.post(&at(ana.id), &[("role", "king")]).await.is(422);
    admin.post(&at(mara.id), &[("role", "viewer")]).await.is(422).has("stays an admin");
    admin.post(&at(ana.id), &[("role", "moderator")]).await.is(303);
    assert_eq!(named(&test, "Ana Kovac").await.role, Role::Moderator);
    assert_eq!(entries(&test, ActivityKind::RoleChanged).await, 2);
    sync(&test).await;
    assert_eq!(named(&test, "Ana Kovac").await.role, Role::Moderator);
    close(test).await;
}

#[tokio::test]
async fn somebody_is_added_with_a_local_sign_in() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    admin.get("/admin/people/new").await.is(200).has("Checker");
    helper.get("/admin/people/new").await.is(200).lacks("Checker");
    let form = |role: &'static str| {
        [("name", " مرحبا 🎬 "), ("username", "New.One"), ("email", ""), ("password", "long enough"), ("role", role)]
    };
    helper.post("/admin/people/new", &form("admin")).await.is(422).has("Choose one of these roles").has("مرحبا 🎬");
    let reply = admin.post("/admin/people/new", &form("viewer")).await.is(303);
    admin.follow(&reply).await.is(200).has("مرحبا 🎬");
    admin.post("/admin/people/new", &form("viewer")).await.is(422).has("has this name already");
    let long = "x".repeat(400);
    let bad =
        [("name", long.as_str()), ("username", "a b"), ("email", "nope"), ("password", "short"), ("role", "viewer")];
    let page = admin.post("/admin/people/new", &bad).await.is(422).has("value=\"a b\"").has("Shorten the name");
    page.has("use only the letters").has("Write a whole mail address").has("at least 8").lacks("value=\"short\"");
    let own = [("username", "new.one"), ("password", "long enough")];
    assert_eq!(test.nobody().post("/login", &own).await.is(303).location(), "/");
    close(test).await;
}

#[tokio::test]
async fn the_pages_of_people_are_for_the_back_office() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let id = test.add_person("somebody", Role::Viewer).await;
    let page = format!("/admin/people/{id}");
    for role in Role::ALL {
        let browser = test.as_role(*role).await;
        let reads = if role.sees_back_office() { 200 } else { 403 };
        for path in ["/admin/people", page.as_str(), "/api/people", &format!("/api/people/{id}")] {
            browser.get(path).await.is(reads);
        }
        browser.get("/api/people/me").await.is(200).has(&format!("\"role\":\"{role}\""));
        browser.get("/me").await.is(200);
        let writes = if role.may_decide() { 303 } else { 403 };
        browser.post("/admin/people/import", &[]).await.is(writes);
        browser.post(&format!("{page}/role"), &[("role", "viewer")]).await.is(writes);
        browser.get("/admin/people/new").await.is(if role.may_decide() { 200 } else { 403 });
    }
    for path in ["/admin/people", "/me", "/admin/people/new"] {
        test.nobody().get(path).await.is(303);
    }
    test.nobody().get("/api/people").await.is(401);
    let admin = test.as_admin().await;
    let listed = admin.get("/api/people?q=SOME&per_page=1").await.is(200).json();
    assert_eq!((listed["total"].as_i64(), listed["items"][0]["name"].as_str()), (Some(1), Some("somebody")));
    admin.get("/api/people?page=0").await.is(400);
    admin.get("/api/people/x").await.is(400);
    admin.get("/api/people/424242").await.is(404);
    close(test).await;
}
