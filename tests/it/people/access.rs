//! What one person is given, withheld, and put into, by the page.

use usherr::db::{grants, groups, jobs, libraries};
use usherr::domain::access::wall::TypedWhen;
use usherr::domain::activity::ActivityKind;
use usherr::domain::group::{Group, Rule};
use usherr::domain::ids::{GroupId, LibraryId, PersonId};
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;

use super::{close, entries, house, named};
use crate::support::TestApp;

pub async fn library(test: &TestApp, title: &str) -> LibraryId {
    let titles = test.app().db.read(libraries::titles).await.unwrap();
    let found = titles.iter().find(|(_, known)| known.trim() == title);
    *found.unwrap_or_else(|| panic!("no {title} among {titles:?}")).0
}

pub async fn group(test: &TestApp, name: &str, rules: Vec<Rule>, libraries: Vec<LibraryId>) -> GroupId {
    let (group, now) = (Group { rules, libraries, ..Group::new(name) }, test.app().now());
    test.app().db.write(move |tx| groups::save(tx, &group, now)).await.unwrap()
}

pub async fn grants_of(test: &TestApp, person: PersonId) -> Vec<grants::Granted> {
    test.app().db.read(move |conn| grants::of_person(conn, person)).await.unwrap()
}

pub async fn withheld(test: &TestApp, person: PersonId) -> Vec<LibraryId> {
    test.app().db.read(move |conn| grants::excluded(conn, person)).await.unwrap()
}

pub async fn groups_of(test: &TestApp, person: PersonId) -> Vec<GroupId> {
    let found = test.app().db.read(move |conn| groups::of_person(conn, person)).await.unwrap();
    let mut ids: Vec<GroupId> = found.into_iter().map(|one| one.group).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_library_is_given_for_a_time_and_taken_back() {
    let test = house().await;
    let (yuki, rare) = (named(&test, "Yuki Park").await, library(&test, "4K Films").await);
    let helper = test.as_role(Role::Moderator).await;
    let page = format!("/admin/people/{}", yuki.id);
    helper.get(&page).await.is(200).has("In no group").has("Shared on Plex").lacks("Not as it should be");
    let form = format!("{page}/grants");
    helper.get(&format!("{form}?library={rare}")).await.is(200).has(&format!("value=\"{rare}\" selected"));
    let id = rare.to_string();
    let typed = [
        ("library", id.as_str()),
        ("until", "2099-12-01T00:00"),
        ("from-4", "18:00"),
        ("to-4", "00:00"),
        ("note", "for <Friday>"),
    ];
    let reply = helper.post(&form, &typed).await.is(303);
    let shown = helper.follow(&reply).await.is(200).has("is given 4K Films").has("Nothing was sent to Plex yet");
    shown.has("Fri 18:00 to 24:00, until the end of 30 Nov 2099").has("for &lt;Friday&gt;").has("Grant by");
    let given = grants_of(&test, yuki.id).await;
    assert_eq!(given.iter().filter(|one| one.library == rare).count(), 1);
    assert!(given.len() > 1, "what Plex gave them stays theirs: {given:?}");
    let next = test.app().db.read(jobs::all).await.unwrap();
    let next = next.into_iter().find(|job| job.name == JobName::AccessSchedule).unwrap();
    assert!(next.next_run_at.is_some());
    let grant = given.iter().find(|one| one.library == rare).unwrap().id;
    helper.post(&format!("{form}/{grant}/removal"), &[]).await.is(303);
    helper.post(&format!("{form}/{grant}/removal"), &[]).await.is(404);
    assert!(grants_of(&test, yuki.id).await.iter().all(|one| one.library != rare));
    assert_eq!(entries(&test, ActivityKind::GrantGiven).await, 2, "what was found, and what was given");
    assert_eq!(entries(&test, ActivityKind::GrantEnded).await, 1);
    close(test).await;
}

#[tokio::test]
async fn a_grant_for_good_shows_that_plex_lacks_it_and_leads_to_the_plan() {
    let test = house().await;
    let (yuki, rare) = (named(&test, "Yuki Park").await, library(&test, "4K Films").await);
    let admin = test.as_admin().await;
    let page = format!("/admin/people/{}", yuki.id);
    admin.post(&format!("{page}/grants"), &[("library", &rare.to_string())]).await.is(303);
    let shown = admin.get(&page).await.is(200).has("Not as it should be on Plex yet").has("/admin/plan");
    shown.has("missing").has("tag gain").lacks("tag loss").has("Own grant");
    close(test).await;
}

#[tokio::test]
async fn several_grants_of_one_library_are_told_apart() {
    let test = house().await;
    let (yuki, rare) = (named(&test, "Yuki Park").await, library(&test, "4K Films").await.to_string());
    let admin = test.as_admin().await;
    let page = format!("/admin/people/{}", yuki.id);
    let grants = format!("{page}/grants");
    let ahead = ("from", "2099-01-02T00:00");
    admin.post(&grants, &[("library", &rare), ahead, ("note", "at last")]).await.is(303);
    let alone = admin.get(&page).await.is(200).has("Own grant, which begins on 2 Jan 2099").has("Take the grant back");
    alone.lacks("at this hour");
    admin.post(&grants, &[("library", &rare)]).await.is(303);
    admin.post(&grants, &[("library", &rare), ("until", "2099-12-01T00:00")]).await.is(303);
    let shown = admin.get(&page).await.is(200);
    let row = shown.body.split("4K Films</th>").nth(1).and_then(|rest| rest.split("</tr>").next()).unwrap();
    for words in ["from 2 Jan 2099 “at last”<", "for good<", "until the end of 30 Nov 2099<"] {
        assert!(row.contains(&format!("Take back the grant by mara: {words}")), "{words}: {row}");
    }
    assert_eq!((row.matches("<span>Own grant").count(), row.contains("Take the grant back")), (1, false), "{row}");
    close(test).await;
}

#[tokio::test]
async fn a_library_is_withheld_and_given_again_but_never_the_default_one() {
    let test = house().await;
    let (ana, films) = (named(&test, "Ana Kovac").await, library(&test, "Films").await);
    let helper = test.as_role(Role::Moderator).await;
    let page = format!("/admin/people/{}", ana.id);
    let (at, again) = (format!("{page}/exclusions"), format!("{page}/exclusions/removal"));
    let id = films.to_string();
    let reply = helper.post(&at, &[("library", &id)]).await.is(303);
    let shown = helper.follow(&reply).await.is(200).has("Films is withheld from Ana Kovac").has("Withheld by hand");
    shown.has("tag loss").has("Give again").lacks("tag gain");
    helper.post(&at, &[("library", &id)]).await.is(303);
    assert_eq!(withheld(&test, ana.id).await, [films]);
    assert_eq!(entries(&test, ActivityKind::LibraryWithheld).await, 1, "said once");
    helper.post(&again, &[("library", &id)]).await.is(303);
    helper.post(&again, &[("library", &id)]).await.is(303);
    assert!(withheld(&test, ana.id).await.is_empty());
    assert_eq!(entries(&test, ActivityKind::LibraryGivenAgain).await, 1);
    let server = test.app().db.read(usherr::db::servers::all).await.unwrap().remove(0);
    let default = library(&test, &server.default_library.unwrap()).await.to_string();
    helper.post(&at, &[("library", &default)]).await.is(422).has("is the default library");
    helper.post(&format!("{page}/grants"), &[("library", &default)]).await.is(422).has("is the default library");
    for odd in ["", "x", "-1", "999999", "99999999999999999999"] {
        helper.post(&at, &[("library", odd)]).await.is(422).has("is gone");
        helper.post(&again, &[("library", odd)]).await.is(303);
    }
    assert!(withheld(&test, ana.id).await.is_empty());
    close(test).await;
}

#[tokio::test]
async fn a_grant_that_makes_no_sense_is_refused_beside_its_field() {
    let test = house().await;
    let (yuki, films) = (named(&test, "Yuki Park").await, library(&test, "Films").await.to_string());
    let admin = test.as_admin().await;
    let form = format!("/admin/people/{}/grants", yuki.id);
    let long = "x".repeat(201);
    let table: [(&[(&str, &str)], &str); 8] = [
        (&[("library", "")], "Choose a library"),
        (&[("library", "999999")], "is gone"),
        (&[("library", &films), ("until", "tomorrow")], "Write a day and an hour"),
        (&[("library", &films), ("until", "2020-01-01T00:00")], "This moment is past"),
        (&[("library", &films), ("from", "2099-01-02T00:00"), ("until", "2099-01-01T00:00")], "must come after"),
        (&[("library", &films), ("from-2", "16:00")], "Wednesday needs a start and an end"),
        (&[("library", &films), ("from-2", "25:00"), ("to-2", "26:00")], "Wednesday needs a start and an end"),
        (&[("library", &films), ("note", &long)], "Shorten the note"),
    ];
    for (fields, words) in table {
        admin.post(&form, fields).await.is(422).has(words);
    }
    assert!(grants_of(&test, yuki.id).await.is_empty());
    assert_eq!(TypedWhen::default().read(chrono_tz::UTC).unwrap().until, None);
    close(test).await;
}

#[tokio::test]
async fn groups_are_ticked_and_those_by_rule_are_not() {
    let test = house().await;
    let (ida, films) = (named(&test, "Ida").await, library(&test, "Films").await);
    let kids = group(&test, "Kids & co", vec![Rule::Home], vec![films]).await;
    let (friends, late) =
        (group(&test, "Friends", vec![], vec![films]).await, group(&test, "Late", vec![], vec![]).await);
    let helper = test.as_role(Role::Moderator).await;
    let page = format!("/admin/people/{}", ida.id);
    let form = helper.get(&format!("{page}/groups")).await.is(200).has("By a rule of the group").has("Kids &amp; co");
    form.lacks(&format!("name=\"group\" value=\"{kids}\"")).has(&format!("name=\"group\" value=\"{friends}\""));
    let (one, other) = (friends.to_string(), late.to_string());
    let to = format!("{page}/groups");
    helper.post(&to, &[("group", &one), ("group", &other)]).await.is(303);
    assert_eq!(groups_of(&test, ida.id).await, [friends, late]);
    helper.get(&page).await.is(200).has("Group Friends, since").has("Kids &amp; co").has("Late");
    helper.post(&to, &[("group", &one), ("group", &kids.to_string())]).await.is(303);
    assert_eq!(groups_of(&test, ida.id).await, [friends], "who is in by rule is not put in by hand");
    for odd in ["", "x", "-1", "999999"] {
        helper.post(&to, &[("group", odd)]).await.is(422).has("is gone");
    }
    helper.post(&to, &[]).await.is(303);
    assert!(groups_of(&test, ida.id).await.is_empty());
    assert_eq!(entries(&test, ActivityKind::GroupsChanged).await, 3);
    close(test).await;
}

#[tokio::test]
async fn admins_are_for_admins_and_the_owner_sees_all() {
    let test = house().await;
    let (owner, films) = (named(&test, "mara").await, library(&test, "Films").await.to_string());
    let other = test.add_person("second", Role::Admin).await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    for id in [owner.id, other] {
        let page = format!("/admin/people/{id}");
        for part in ["grants", "grants/1/removal", "exclusions", "exclusions/removal", "groups", "notes"] {
            helper.post(&format!("{page}/{part}"), &[("library", &films), ("notes", "x")]).await.is(403);
        }
        for part in ["grants", "groups"] {
            helper.get(&format!("{page}/{part}")).await.is(403);
        }
        helper.get(&page).await.is(200).lacks("Give a library").lacks("exclusions").lacks("name=\"notes\"");
    }
    let page = format!("/admin/people/{}", owner.id);
    admin.get(&page).await.is(200).has("Owns the server").lacks("exclusions");
    admin.post(&format!("{page}/grants"), &[("library", &films)]).await.is(422).has("owns the server");
    admin.post(&format!("{page}/exclusions"), &[("library", &films)]).await.is(422).has("owns the server");
    admin.get(&format!("/admin/people/{other}")).await.is(200).has("Their role sees everything");
    admin.post(&format!("/admin/people/{other}/grants"), &[("library", &films)]).await.is(303);
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get(&page).await.is(200).lacks("Give a library").lacks("name=\"notes\"").has("Notes");
    for nowhere in ["999999", "x", "-1", "99999999999999999999"] {
        for part in ["grants", "groups", "requests"] {
            admin.get(&format!("/admin/people/{nowhere}/{part}")).await.is(404);
        }
        for part in ["grants", "groups", "notes", "exclusions", "exclusions/removal", "grants/1/removal"] {
            let typed = [("library", films.as_str()), ("notes", "x")];
            admin.post(&format!("/admin/people/{nowhere}/{part}"), &typed).await.is(404);
        }
    }
    close(test).await;
}

#[tokio::test]
async fn notes_are_kept_as_they_are_and_so_is_the_keep_list() {
    let test = house().await;
    let yuki = named(&test, "Yuki Park").await;
    let (helper, auditor) = (test.as_role(Role::Moderator).await, test.as_role(Role::Auditor).await);
    let page = format!("/admin/people/{}", yuki.id);
    let to = format!("{page}/notes");
    let words = "Moved to <Osaka>.\nמרחבא 🎬 ";
    helper.post(&to, &[("notes", words), ("keep", "yes")]).await.is(303);
    helper.get(&page).await.is(200).has("Moved to &lt;Osaka&gt;.").has("Keep list");
    auditor.get(&page).await.is(200).has("מרחבא 🎬").has("Never removed for being quiet");
    auditor.post(&to, &[("notes", "x")]).await.is(403);
    helper.post(&to, &[("notes", words), ("keep", "yes")]).await.is(303);
    assert_eq!(
        (entries(&test, ActivityKind::NotesChanged).await, entries(&test, ActivityKind::KeepChanged).await),
        (1, 1)
    );
    let long = "ü".repeat(2_001);
    let refused = helper.post(&to, &[("notes", &long)]).await.is(422).has(&long);
    assert_eq!(refused.body.matches("Shorten the notes").count(), 2, "above all, and beside the field");
    refused.has("name=\"notes\" maxlength=\"2000\" autofocus");
    helper.post(&to, &[("notes", &"ü".repeat(2_000))]).await.is(303);
    helper.get(&page).await.is(200).lacks("Keep list<");
    assert_eq!(entries(&test, ActivityKind::KeepChanged).await, 2);
    close(test).await;
}

#[tokio::test]
async fn what_somebody_asked_for_is_listed() {
    let test = TestApp::new().await;
    let film = crate::support::world::films_to_ask_for(&test.world).swap_remove(0);
    let asker = test.add_person("asker", Role::Requester).await;
    let browser = test.signed_in(asker).await;
    let id = browser.ask(crate::support::requests::a_film(&film)).await;
    let helper = test.as_role(Role::Moderator).await;
    let page = format!("/admin/people/{asker}/requests");
    let list = helper.get(&page).await.is(200).has(&format!("/requests/{id}")).has("1 request").has("Asked");
    list.has(&format!("/admin/people/{asker}/activity"));
    helper.get(&format!("{page}?page=99")).await.is(200).has("1 request");
    let other = test.add_person("other", Role::Requester).await;
    helper.get(&format!("/admin/people/{other}/requests")).await.is(200).has("has asked for nothing");
    helper.get(&format!("/admin/people/{asker}")).await.is(200).has("as many as they like");
    test.settled().await;
    test.close().await;
}
