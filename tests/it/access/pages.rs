//! The page of the plan as people use it: untick, leave out, confirm, look again.

use serde_json::json;
use usherr::domain::people::Role;

use super::{close, group, house, libraries_of, person, plan};

fn mark(body: &str) -> String {
    let at = body.find("name=\"mark\" value=\"").expect("the plan has its mark") + 19;
    body[at..].split('"').next().unwrap().to_owned()
}

/// What the form sends for a plan of one page, when only these are ticked.
fn ticked<'a>(body: &'a str, people: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let shown = body.split("name=\"shown\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let shown = shown.map(|id| ("shown", id));
    shown.chain(people.iter().map(|id| ("apply", *id))).collect()
}

#[tokio::test]
async fn who_is_unticked_is_left_out_until_something_else_is_planned() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Docs", &["Films", "Series", "Kids", "Documentaries", "4K Films"], &["Priya", "Marek"], |_| {}).await;
    let page =
        admin.get("/admin/plan").await.is(200).has("Two people would change").has("Priya Raman").has("Marek Nowak");
    let (priya, mark) = (person(&test, "Priya").await.to_string(), mark(&page.body));
    let fields = [ticked(&page.body, &[&priya]), vec![("mark", mark.as_str())]].concat();
    let reply = admin.post("/admin/plan", &fields).await.is(303);
    admin.follow(&reply).await.is(200);
    test.settled().await;
    assert_eq!(libraries_of(&test, "Priya Raman").len(), 6);
    assert_eq!(libraries_of(&test, "Marek Nowak").len(), 5);
    let shown = plan(&admin).await;
    assert_eq!((shown["changes"].clone(), shown["spared"].as_array().unwrap().len()), (json!([]), 1));
    admin.get("/admin/plan").await.is(200).has("Left out before").has("Nothing to send");
    group(&test, "Less", &["Films"], &["Teo"], |_| {}).await;
    assert_eq!(plan(&admin).await["changes"].as_array().unwrap().len(), 1, "Marek stays left out");
    close(test).await;
}

#[tokio::test]
async fn a_plan_that_has_changed_is_looked_at_again() {
    let test = house().await;
    let admin = test.as_admin().await;
    group(&test, "Docs", &["Films", "4K Films"], &["Priya"], |_| {}).await;
    let old = mark(&admin.get("/admin/plan").await.is(200).body);
    group(&test, "More", &["Kids"], &["Priya"], |_| {}).await;
    let priya = person(&test, "Priya").await.to_string();
    let reply = admin.post("/admin/plan", &[("apply", &priya), ("mark", &old)]).await.is(422);
    reply.has("The plan has changed since you looked at it");
    admin.post("/admin/plan/removal", &[("mark", &old)]).await.is(422);
    admin.post("/admin/plan", &[("mark", &old)]).await.is(422).has("Nobody is ticked");
    assert_eq!(super::writes(&test).len(), 0);
    let now = mark(&admin.get("/admin/plan").await.is(200).body);
    admin.post("/admin/plan/removal", &[("mark", &now)]).await.is(303);
    assert_eq!(plan(&admin).await["changes"], json!([]));
    assert_eq!(super::writes(&test).len(), 0);
    close(test).await;
}

#[tokio::test]
async fn a_large_change_wants_its_number_typed() {
    let test = house().await;
    let admin = test.as_admin().await;
    let names = ["Priya", "Marek", "Sam", "Teo", "Yuki"];
    group(&test, "Little", &["Films"], &names, |_| {}).await;
    let page = admin.get("/admin/plan").await.is(200).has("5 people would lose something");
    let mut fields = vec![("mark".to_owned(), mark(&page.body))];
    for name in names {
        fields.push(("apply".to_owned(), person(&test, name).await.to_string()));
    }
    let send = async |typed: &str| {
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.push(("confirm", typed));
        admin.post("/admin/plan", &all).await
    };
    send("").await.is(422).has("Type 5 to go on");
    send("4").await.is(422);
    assert_eq!(super::writes(&test).len(), 0);
    let all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let without_yuki: Vec<(&str, &str)> = all[..5].to_vec();
    let shown = all[1..].iter().map(|(_, id)| ("shown", *id));
    let refused = admin.post("/admin/plan", &without_yuki.into_iter().chain(shown).collect::<Vec<_>>()).await.is(422);
    let refused = refused.has("Type 4 to go on").lacks("Type 5").has("How many people would lose something");
    assert_eq!(refused.body.matches("name=\"apply\"").count(), 5);
    assert_eq!(refused.body.matches(" checked").count(), 4, "who was unticked stays so: {}", refused.body);
    send("5").await.is(303);
    test.settled().await;
    assert_eq!(libraries_of(&test, "Sam Okafor"), ["Films", "Welcome"]);
    close(test).await;
}

#[tokio::test]
async fn a_large_change_of_those_left_out_wants_its_number_typed_there() {
    let test = house().await;
    let admin = test.as_admin().await;
    let names = ["Priya", "Marek", "Sam", "Teo", "Yuki"];
    group(&test, "Little", &["Films"], &names, |_| {}).await;
    let seen = mark(&admin.get("/admin/plan").await.is(200).body);
    admin.post("/admin/plan/removal", &[("mark", &seen)]).await.is(303);
    let page = admin.get("/admin/plan").await.is(200).has("Left out before").lacks("name=\"confirm\"");
    let mut ids = Vec::new();
    for name in names {
        ids.push(person(&test, name).await.to_string());
    }
    let seen = mark(&page.body);
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("apply", id.as_str())).collect();
    fields.push(("mark", &seen));
    let refused = admin.post("/admin/plan", &fields).await.is(422).has("Type 5 to go on");
    assert_eq!((refused.body.matches("name=\"confirm\"").count(), refused.body.matches(" checked").count()), (1, 5));
    fields.push(("confirm", "5"));
    admin.post("/admin/plan", &fields).await.is(303);
    test.settled().await;
    close(test).await;
}

#[tokio::test]
async fn checkers_look_and_change_nothing() {
    let test = house().await;
    group(&test, "Docs", &["Films"], &["Priya"], |group| group.flags.camera_upload = true).await;
    let checker = test.as_role(Role::Auditor).await;
    let page = checker.get("/admin/plan").await.is(200).has("Priya Raman").lacks("Apply to those ticked");
    page.lacks("untick");
    group(&test, "Little", &["Films"], &["Marek", "Sam", "Teo", "Yuki"], |_| {}).await;
    checker.get("/admin/plan").await.is(200).has("lose something").lacks("to go on");
    checker.get("/admin/plan?by=library").await.is(200).has("Films").has("Camera upload");
    checker.get("/admin/plan/changes").await.is(200).has("Nothing was changed yet");
    checker.post("/admin/plan", &[]).await.is(403);
    checker.json(reqwest::Method::POST, "/api/plan/apply", json!({})).await.is(403);
    close(test).await;
}

#[tokio::test]
async fn what_deleting_a_group_would_cause_is_shown_first() {
    let test = house().await;
    let admin = test.as_admin().await;
    let id = group(&test, "Cinema", &["4K Films"], &["Priya"], |_| {}).await;
    group(&test, "Friends", &["Films"], &["Priya"], |_| {}).await;
    let page = format!("/admin/groups/{id}/removal");
    super::apply(&test, &admin, json!(null)).await;
    let shown = admin.get(&page).await.is(200);
    shown.has("What the plan would be then").has("Priya Raman").has("4K Films").lacks("Nobody would lose");
    // Whoever is in no other group keeps what Plex gives.
    group(&test, "Alone", &["Films"], &["Marek"], |_| {}).await;
    let alone = test.app().db.read(usherr::db::groups::all).await.unwrap().pop().unwrap().id;
    admin.get(&format!("/admin/groups/{alone}/removal")).await.is(200).has("Nobody would lose");
    close(test).await;
}

#[tokio::test]
async fn what_a_helper_may_not_touch_they_do_not_leave_out_either() {
    let test = house().await;
    let helper = test.as_role(Role::Moderator).await;
    group(
        &test,
        "Docs",
        &["Films", "Series", "Kids", "Documentaries", "4K Films"],
        &["Priya", "Marek", "Dario"],
        |_| {},
    )
    .await;
    let (dario, now) = (person(&test, "Dario").await, test.app().now());
    test.app().db.write(move |tx| usherr::db::people::set_role(tx, dario, Role::Admin, now)).await.unwrap();
    let page = helper.get("/admin/plan").await.is(200).has("Only an admin changes what an admin sees");
    let (priya, seen) = (person(&test, "Priya").await.to_string(), mark(&page.body));
    let fields = [ticked(&page.body, &[&priya]), vec![("mark", seen.as_str())]].concat();
    helper.post("/admin/plan", &fields).await.is(303);
    test.settled().await;
    let names = |list: &serde_json::Value| -> Vec<String> {
        let names = list.as_array().unwrap().iter().map(|one| one["person"]["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    let shown = plan(&helper).await;
    assert_eq!(
        (names(&shown["changes"]), names(&shown["spared"])),
        (vec!["Dario Conti".to_owned()], vec!["Marek Nowak".to_owned()])
    );
    let seen = mark(&helper.get("/admin/plan").await.is(200).body);
    helper.post("/admin/plan/removal", &[("mark", &seen)]).await.is(303);
    assert_eq!(names(&plan(&helper).await["changes"]), ["Dario Conti"]);
    close(test).await;
}
