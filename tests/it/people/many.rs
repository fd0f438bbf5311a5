//! Changing many people at once, from the list.

use reqwest::Method;
use serde_json::json;
use usherr::db::people::notes;
use usherr::domain::activity::ActivityKind;
use usherr::domain::group::Rule;
use usherr::domain::ids::PersonId;
use usherr::domain::people::Role;

use super::access::{grants_of, group, groups_of, library, withheld};
use super::{close, entries, house, named};
use crate::support::TestApp;

async fn keeps(test: &TestApp, id: PersonId) -> bool {
    test.app().db.read(move |conn| notes::of_person(conn, id)).await.unwrap().keep
}

#[tokio::test]
async fn the_list_shows_groups_and_is_narrowed_by_one() {
    let test = house().await;
    let (kids, friends) =
        (group(&test, "Kids", vec![Rule::Home], vec![]).await, group(&test, "Friends & co", vec![], vec![]).await);
    let ana = named(&test, "Ana Kovac").await;
    let helper = test.as_role(Role::Moderator).await;
    helper.post(&format!("/admin/people/{}/groups", ana.id), &[("group", &friends.to_string())]).await.is(303);
    let list = helper.get("/admin/people").await.is(200).has("Friends &amp; co</span>").has("name=\"id\"");
    list.has("ticked").has("All groups");
    let narrow =
        helper.get(&format!("/admin/people?group={friends}")).await.is(200).has("Ana Kovac").lacks("Yuki Park");
    narrow.has(&format!("show=requester&amp;group={friends}")).has("1 of 1");
    helper.get(&format!("/admin/people?group={kids}")).await.is(200).has(">Ida<").lacks("Ana Kovac");
    for odd in ["x", "999999", "%22%3E"] {
        helper.get(&format!("/admin/people?group={odd}")).await.is(200).has("Ana Kovac");
    }
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get("/admin/people").await.is(200).has("Friends &amp; co").lacks("name=\"id\"").lacks("people/edit");
    close(test).await;
}

#[tokio::test]
async fn many_are_changed_at_once_and_admins_are_left_out() {
    let test = house().await;
    let (ana, yuki, owner) =
        (named(&test, "Ana Kovac").await, named(&test, "Yuki Park").await, named(&test, "mara").await);
    let boss = test.add_person("boss", Role::Admin).await;
    let (films, rare, kids) =
        (library(&test, "Films").await, library(&test, "4K Films").await, library(&test, "Kids").await);
    let (night, day) = (group(&test, "Night", vec![], vec![films]).await, group(&test, "Day", vec![], vec![]).await);
    let helper = test.as_role(Role::Moderator).await;
    helper.post(&format!("/admin/people/{}/groups", ana.id), &[("group", &day.to_string())]).await.is(303);
    let ids = [ana.id, yuki.id, owner.id, boss].map(|id| id.to_string());
    let query = ids.iter().map(|id| format!("id={id}")).collect::<Vec<_>>().join("&");
    let form = helper.get(&format!("/admin/people/edit?{query}")).await.is(200).has("Change 2 people");
    form.has("boss and mara left out").has("Take out of").lacks("value=\"Welcome\"");
    let (night_id, day_id, rare_id, kids_id) = (night.to_string(), day.to_string(), rare.to_string(), kids.to_string());
    let sent = [("id", ids[0].as_str()), ("out", &ids[2]), ("out", &ids[3])];
    let again = helper.post("/admin/people/edit", &sent).await.is(422).has("Choose what to change");
    again.has("Change 1 person").has("boss and mara left out");
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    fields.extend([
        ("joins", night_id.as_str()),
        ("leaves", &day_id),
        ("gives", &rare_id),
        ("until", "2099-01-01T00:00"),
        ("withholds", &kids_id),
        ("keep", "on"),
    ]);
    let reply = helper.post("/admin/people/edit", &fields).await.is(303);
    assert_eq!(reply.location(), "/admin/plan");
    for person in [ana.id, yuki.id] {
        assert_eq!(groups_of(&test, person).await, [night]);
        assert!(grants_of(&test, person).await.iter().any(|one| one.library == rare && one.when.until.is_some()));
        assert_eq!(withheld(&test, person).await, [kids]);
        assert!(keeps(&test, person).await);
    }
    assert!(groups_of(&test, boss).await.is_empty() && !keeps(&test, owner.id).await);
    assert_eq!(entries(&test, ActivityKind::LibraryWithheld).await, 2);
    // The same once more changes nothing.
    let before = grants_of(&test, yuki.id).await;
    helper.post("/admin/people/edit", &fields).await.is(303);
    assert_eq!(grants_of(&test, yuki.id).await, before);
    let keep = [("id", ids[0].as_str()), ("keep", "off")];
    let reply = helper.post("/admin/people/edit", &keep).await.is(303);
    assert_eq!(reply.location(), "/admin/people");
    helper.follow(&reply).await.is(200).has("Changed for 1 person.").lacks("sent to Plex");
    assert!(!keeps(&test, ana.id).await);
    let only = [("id", ids[3].as_str()), ("keep", "on")];
    let reply = helper.post("/admin/people/edit", &only).await.is(303);
    helper.follow(&reply).await.is(200).has("1 admin was left out");
    test.as_admin().await.post("/admin/people/edit", &only).await.is(303);
    assert!(keeps(&test, boss).await, "admins change admins");
    close(test).await;
}

#[tokio::test]
async fn everybody_found_is_more_than_a_page() {
    let test = house().await;
    let mut last = PersonId(0);
    for n in 0..25 {
        last = test.add_person(&format!("zed-{n:02}"), Role::Viewer).await;
    }
    let admin = test.as_admin().await;
    admin.get("/admin/people?find=zed").await.is(200).has("Change all 25 found");
    let form = admin.get("/admin/people/edit?id=1&find=zed&show=viewer&group=&all=yes").await.is(200);
    form.has("Change 25 people").has("and 1 more").has(&format!("name=\"id\" value=\"{last}\""));
    close(test).await;
}

#[tokio::test]
async fn what_makes_no_sense_for_many_is_refused_and_changes_nothing() {
    let test = house().await;
    let ana = named(&test, "Ana Kovac").await;
    let (films, welcome) = (library(&test, "Films").await.to_string(), library(&test, "Welcome").await.to_string());
    let night = group(&test, "Night", vec![], vec![]).await.to_string();
    let admin = test.as_admin().await;
    let id = ana.id.to_string();
    let table: [(&[(&str, &str)], &str); 11] = [
        (&[], "Choose what to change"),
        (&[("joins", "999999")], "is gone"),
        (&[("leaves", "x")], "is gone"),
        (&[("joins", &night), ("leaves", &night)], "at once"),
        (&[("gives", "x")], "is gone"),
        (&[("gives", &welcome)], "is the default library"),
        (&[("withholds", &welcome)], "is the default library"),
        (&[("gives", &films), ("withholds", &films)], "both given and withheld"),
        (&[("gives", &films), ("until", "2020-01-01T00:00")], "This moment is past"),
        (&[("joins", &night), ("until", "2099-01-01T00:00")], "Tick what to give"),
        (&[("keep", "maybe")], "Choose one of these"),
    ];
    for (typed, words) in table {
        let mut fields = vec![("id", id.as_str())];
        fields.extend(typed);
        admin.post("/admin/people/edit", &fields).await.is(422).has(words).has("Ana Kovac");
    }
    assert!(grants_of(&test, ana.id).await.is_empty() && withheld(&test, ana.id).await.is_empty());
    for nobody in ["", "?id=", "?id=x&id=-1", "?id=999999", "?all=yes&find=nobody-like-that"] {
        admin.get(&format!("/admin/people/edit{nobody}")).await.is(303);
    }
    admin.post("/admin/people/edit", &[("id", "999999"), ("keep", "on")]).await.is(303);
    admin.post("/admin/people/edit", &[("keep", "on")]).await.is(303);
    for role in [Role::Auditor, Role::Requester] {
        let browser = test.as_role(role).await;
        browser.get(&format!("/admin/people/edit?id={id}")).await.is(403);
        browser.post("/admin/people/edit", &[("id", &id), ("keep", "on")]).await.is(403);
    }
    close(test).await;
}

#[tokio::test]
async fn many_stay_until_a_day_and_admins_stay_anyway() {
    let test = house().await;
    let (ana, yuki) = (named(&test, "Ana Kovac").await.id, named(&test, "Yuki Park").await.id);
    let boss = test.add_person("boss", Role::Admin).await;
    let admin = test.as_admin().await;
    let ids = [ana, yuki, boss].map(|id| id.to_string());
    let with = |more: &[(&'static str, &'static str)]| {
        let ids = ids.iter().map(|id| ("id", id.as_str()));
        ids.chain(more.iter().copied()).map(|(name, value)| (name, value.to_owned())).collect::<Vec<_>>()
    };
    let send = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        admin.post("/admin/people/edit", &fields).await
    };
    let last_day = async |person: PersonId| {
        admin.get(&format!("/api/people/{person}/membership")).await.is(200).json()["last_day"].clone()
    };
    for (stay, day, words) in [
        ("until", "tomorrow", "Write a day"),
        ("until", "2020-02-02", "This day is over."),
        ("1y", "", "Write open, days"),
    ] {
        send(with(&[("stay", stay), ("last_day", day)])).await.is(422).has(words).has("Change 3 people");
    }
    let reply = send(with(&[("stay", "until"), ("last_day", "2099-03-03")])).await.is(303);
    assert_eq!(reply.location(), "/admin/people");
    admin.follow(&reply).await.is(200).has("Changed for 2 people. 1 admin was left out.");
    assert_eq!((last_day(ana).await, last_day(yuki).await), (json!("2099-03-03"), json!("2099-03-03")));
    assert_eq!(last_day(boss).await, serde_json::Value::Null);
    let week = json!({ "person_ids": [ana.0], "stay": "7d" });
    admin.json(Method::POST, "/api/people/edit", week).await.is(200);
    assert_eq!(last_day(ana).await, json!("2099-03-10"));
    // More is nothing to whoever stays without end.
    send(vec![("id", ids[0].clone()), ("stay", "open".to_owned())]).await.is(303);
    let more = vec![("id", ids[0].clone()), ("id", ids[1].clone()), ("stay", "7d".to_owned())];
    let words = "Changed for 1 person. 1 person has no end and stays as long as before.";
    admin.follow(&send(more).await.is(303)).await.is(200).has(words);
    assert_eq!((last_day(ana).await, last_day(yuki).await), (serde_json::Value::Null, json!("2099-03-10")));
    admin.post(&format!("/admin/people/{ana}/membership"), &[("stay", "2099-03-10")]).await.is(303);
    // One who is paused stops all of it, by name.
    admin.post(&format!("/admin/people/{yuki}/membership"), &[("do", "pause")]).await.is(303);
    send(with(&[("stay", "open")])).await.is(422).has("The membership of Yuki Park is paused.");
    assert_eq!(last_day(ana).await, json!("2099-03-10"));
    let refused = admin.json(Method::POST, "/api/people/edit", json!({ "person_ids": [ana.0], "stay": "soon" })).await;
    assert!(refused.is(422).json()["errors"]["stay"].is_string());
    close(test).await;
}
