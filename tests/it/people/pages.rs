//! The list of people, and the page of one.

use chrono::TimeDelta;
use usherr::db::people;
use usherr::domain::people::Role;

use super::{close, house, named};

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
    helper.get(&format!("/admin/people/{}", yuki.id)).await.is(200).has("Change role").lacks("Signed in</h2>");
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get(&format!("/admin/people/{}", yuki.id)).await.is(200).lacks("Change role").has("Signed in</h2>");
    close(test).await;
}
