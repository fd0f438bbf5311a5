//! A plan of more people than stand on a page: turned, applied in part and as a whole, followed and taken back.

use serde_json::Value;
use usherr::demo::household::keys;

use super::{close, group, house, libraries_of, plan};
use crate::support::TestApp;
use crate::support::browser::Browser;

/// So many more have a share, and were read.
async fn crowd(test: &TestApp, count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|number| format!("guest{number:03}")).collect();
    test.world.house().write(|house| {
        for name in &names {
            let account = house.add_account(name, &format!("{name}@example.org"));
            let sections = house.section_ids(&[keys::FILMS, keys::WELCOME]);
            let share = house.invite(Some(account.id), account.email, sections, false);
            house.friends.push(account.id);
            house.share_mut(share.id).unwrap().accepted_at = Some(share.invited_at);
        }
    });
    let run = test.run_job(usherr::domain::jobs::JobName::PeopleSync).await;
    assert_eq!(run.error, None);
    names
}

fn values<'a>(body: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!("name=\"{name}\" value=\"");
    body.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Sends the form of a page with all ticked but the last, or with all.
async fn apply(admin: &Browser, body: &str, all: bool, others: bool) -> String {
    let shown = values(body, "shown");
    let ticked = &shown[..shown.len() - usize::from(!all)];
    let mut fields: Vec<(&str, &str)> = shown.iter().map(|id| ("shown", *id)).collect();
    fields.extend(ticked.iter().map(|id| ("apply", *id)));
    fields.push(("mark", values(body, "mark")[0]));
    if others {
        fields.push(("others", "yes"));
    }
    let reply = admin.post("/admin/plan", &fields).await.is(303);
    reply.headers["location"].to_str().unwrap().to_owned()
}

fn count(plan: &Value, part: &str) -> usize {
    plan[part].as_array().unwrap().len()
}

#[tokio::test]
async fn a_plan_of_several_pages_is_turned_and_applied() {
    let test = house().await;
    let admin = test.as_admin().await;
    let names = crowd(&test, 110).await;
    let people: Vec<&str> = names.iter().map(String::as_str).collect();
    group(&test, "Docs", &["Films", "Documentaries"], &people, |_| {}).await;

    let first = admin.get("/admin/plan").await.is(200);
    first.has("guest000").has("guest049").lacks("guest050").has("1 to 50 of 110").has("60 people on other pages");
    let third = admin.get("/admin/plan?page=3").await.is(200);
    let third = third.has("guest109").lacks("guest099").has("101 to 110 of 110");
    admin.get("/admin/plan?page=99").await.is(200).has("guest109");
    admin.get("/admin/plan?by=library").await.is(200).has("Documentaries").has("guest000").has("98 more");

    apply(&admin, &third.body, true, false).await;
    test.settled().await;
    assert_eq!(count(&plan(&admin).await, "changes"), 100, "the others stay in the plan");
    assert_eq!(libraries_of(&test, "guest109"), ["Films", "Documentaries", "Welcome"]);

    let second = admin.get("/admin/plan?page=2").await.is(200);
    let batch = apply(&admin, &second.body, false, true).await;
    test.settled().await;
    let left = plan(&admin).await;
    assert_eq!((count(&left, "changes"), count(&left, "spared")), (0, 1), "only who was unticked is left out");
    assert_eq!(libraries_of(&test, "guest000").len(), 3, "of another page");
    assert_eq!(libraries_of(&test, "guest099").len(), 2);

    let made = admin.get(&batch).await.is(200);
    made.has("All 99 changes made").has("guest000").lacks("guest050").has("1 to 50 of 99");
    admin.get(&format!("{batch}?page=2")).await.is(200).has("guest098").lacks("guest000");
    admin.get(&format!("{batch}/undo")).await.is(200).has("Take it back for 99 people").has("And 49 more changes");
    close(test).await;
}
