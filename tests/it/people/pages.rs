//! The list of people, and the page of one.

use chrono::TimeDelta;
use serde_json::json;
use usherr::db::{people, sessions};
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::PersonId;
use usherr::domain::people::Role;

use super::{close, entries, house, named};

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

/// In which order these names stand on a page.
fn order<'a>(page: &str, names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_by_key(|name| page.find(&format!(">{name}<")).unwrap_or_else(|| panic!("{name} is missing in {page}")));
    names
}

#[tokio::test]
async fn whoever_was_here_last_may_come_first() {
    let test = house().await;
    let (ida, yuki, now) = (named(&test, "Ida").await.id, named(&test, "Yuki Park").await.id, test.app().now());
    let write = test.app().db.write(move |tx| {
        people::touch(tx, ida, now - TimeDelta::days(2))?;
        people::touch(tx, yuki, now - TimeDelta::hours(3))
    });
    write.await.unwrap();
    let admin = test.as_admin().await;
    let names = ["Ana Kovac", "Ida", "Yuki Park"];
    let page = admin.get("/admin/people").await.is(200).has("3 hours ago").has("not yet");
    assert_eq!(order(&page.body, &names), names);
    let page = admin.get("/admin/people?sort=last_here").await.is(200);
    assert_eq!(order(&page.body, &names), ["Yuki Park", "Ida", "Ana Kovac"], "who never was comes last");
    close(test).await;
}

#[tokio::test]
async fn a_role_is_said_once() {
    let test = house().await;
    let (ana, now) = (named(&test, "Ana Kovac").await.id, test.app().now());
    test.app().db.write(move |tx| people::set_role(tx, ana, Role::Moderator, now)).await.unwrap();
    let admin = test.as_admin().await;
    let list = admin.get("/admin/people?find=kovac").await.is(200);
    assert_eq!(list.body.matches(">Helper<").count(), 1, "{}", list.body);
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
    helper.get(&format!("/admin/people/{}", yuki.id)).await.is(200).has("Change role");
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get(&format!("/admin/people/{}", yuki.id)).await.is(200).lacks("Change role");
    close(test).await;
}

#[tokio::test]
async fn what_happened_about_somebody_is_told_page_by_page() {
    let test = house().await;
    let ana = named(&test, "Ana Kovac").await.id;
    let (admin, auditor) = (test.as_admin().await, test.as_role(Role::Auditor).await);
    let at = format!("/admin/people/{ana}/activity");
    for n in 0..22 {
        let keep: &[(&str, &str)] = if n % 2 == 0 { &[("notes", ""), ("keep", "yes")] } else { &[("notes", "")] };
        admin.post(&format!("/admin/people/{ana}/notes"), keep).await.is(303);
    }
    let page = auditor.get(&at).await.is(200).has("What happened</h2>").has("1 to 20 of 23");
    page.has("never removed for being quiet").has("page=2").lacks("came in from Plex");
    auditor.get(&format!("{at}?page=2")).await.is(200).has("21 to 23 of 23").has("came in from Plex");
    auditor.get(&format!("{at}?page=9")).await.is(200).has("This page is empty");
    admin.get(&format!("/admin/people/{ana}")).await.is(200).has(&format!("href=\"{at}\""));
    // What they did about others names those.
    let mara = named(&test, "mara").await.id;
    for page in [format!("/admin/people/{mara}/activity"), format!("/admin/people/{mara}")] {
        auditor.get(&page).await.is(200).has("changed the keep list:").has("Ana Kovac");
    }
    admin.get("/admin/people/999999/activity").await.is(404);
    close(test).await;
}

#[tokio::test]
async fn somebody_is_signed_out_by_who_may() {
    let test = house().await;
    let (vera, other) = (test.add_person("vera", Role::Viewer).await, test.add_person("olga", Role::Admin).await);
    let (helper, auditor) = (test.as_role(Role::Moderator).await, test.as_role(Role::Auditor).await);
    let (phone, tv, boss) = (test.signed_in(vera).await, test.signed_in(vera).await, test.signed_in(other).await);
    let at = |id: PersonId| format!("/admin/people/{id}/sessions");
    let of = async |id: PersonId| {
        let now = test.app().now();
        let all = test.app().db.read(move |conn| sessions::of_person(conn, id, now)).await.unwrap();
        all.into_iter().map(|session| session.id).collect::<Vec<_>>()
    };
    auditor
        .get(&at(vera))
        .await
        .is(200)
        .has("Where vera is signed in")
        .has("A browser")
        .lacks("/end\"")
        .lacks("end-all");
    auditor.get(&at(other)).await.is(200);
    helper.get(&at(other)).await.is(403);
    helper.get(&format!("/admin/people/{other}")).await.is(200).lacks("/sessions\"");
    helper.get(&format!("/api/people/{other}/sessions")).await.is(403);
    let listed = helper.get(&format!("/api/people/{vera}/sessions")).await.is(200).json();
    assert_eq!((listed["total"].as_i64(), listed["items"][0]["kind"].as_str()), (Some(2), Some("web")));
    let first = of(vera).await.remove(0);
    // One of theirs ends; nobody's does at somebody else's address.
    helper.post(&format!("{}/{first}/end", at(named(&test, "Ana Kovac").await.id)), &[]).await.is(404);
    let theirs = of(other).await.remove(0);
    helper.post(&format!("{}/{theirs}/end", at(other)), &[]).await.is(403);
    helper.post(&format!("{}/end-all", at(other)), &[]).await.is(403);
    boss.get("/me").await.is(200);
    let reply = helper.post(&format!("{}/{first}/end", at(vera)), &[]).await.is(303);
    helper.follow(&reply).await.is(200).has("vera is signed out there.");
    assert_eq!(of(vera).await.len(), 1);
    let last = of(vera).await.remove(0);
    helper.json(reqwest::Method::DELETE, &format!("/api/people/{vera}/sessions/{last}"), json!(null)).await.is(204);
    helper.json(reqwest::Method::DELETE, &format!("/api/people/{vera}/sessions/{last}"), json!(null)).await.is(404);
    phone.get("/me").await.is(303);
    tv.get("/me").await.is(303);
    helper.get(&at(vera)).await.is(200).has("vera is signed in nowhere");
    // Oneself stays signed in here.
    let elsewhere = test.signed_in(other).await;
    let reply = boss.post(&format!("{}/end-all", at(other)), &[]).await.is(303);
    boss.follow(&reply).await.is(200).has("You are signed out everywhere else.").has("This device");
    elsewhere.get("/me").await.is(303);
    assert_eq!(entries(&test, ActivityKind::SessionsEnded).await, 3);
    close(test).await;
}
