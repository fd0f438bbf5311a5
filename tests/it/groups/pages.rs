//! The pages: cards, the form, copies, order, deleting.

use chrono::TimeDelta;
use usherr::domain::activity::ActivityKind;
use usherr::domain::group::Rule;
use usherr::domain::people::Role;

use super::{all, library, make, named, one, told};
use crate::support::TestApp;

#[tokio::test]
async fn a_group_is_made_by_form_and_shown_as_a_card() {
    let test = TestApp::new().await;
    let helper = test.as_role(Role::Moderator).await;
    helper.get("/admin").await.is(200).has("href=\"/admin/groups\"");
    helper.get("/admin/groups").await.is(200).has("No groups yet").has("New group").has("/admin/groups/new");
    let page = helper.get("/admin/groups/new").await.is(200);
    page.has("Films in 30 days").has("is the default library").has("Everybody in the Plex Home").has(" films<");
    let films = library(&test, "Films").await.to_string();
    let typed = [
        ("name", " Night  owls "),
        ("note", "For the late ones."),
        ("libraries", &films),
        ("movies", "yes"),
        ("movie_quota", "5"),
        ("sync", "yes"),
        ("ceiling", "12"),
        ("until", "2037-01-06T18:30"),
        ("day", "4"),
        ("opens", "22:00"),
        ("closes", "02:00"),
        ("day", "4"),
        ("opens", "10:00"),
        ("closes", "11:00"),
        ("day", "5"),
        ("opens", ""),
        ("closes", ""),
    ];
    // Nobody is in it: there is nothing to see in the plan.
    let reply = helper.post("/admin/groups/new", &typed).await.is(303);
    assert_eq!(reply.location(), "/admin/groups");
    let list = helper.follow(&reply).await.is(200).has("Night owls is there. Open it to put people into it.");
    let list = list.has("Night owls").has("For the late ones.").has("Until 6 Jan 2037, 18:30.").has("Up to 12");
    list.has("Fri 10:00 to 11:00, Fri 22:00 to 02:00")
        .has("5 films in 30 days, no series, downloads")
        .has("Nobody yet");
    let group = all(&test).await.remove(0);
    assert_eq!(group.when.weekly.len(), 2);
    let form = helper.get(&format!("/admin/groups/{}", group.id)).await.is(200).has("Nobody yet.").has("Add people");
    let form = form.has("value=\"2037-01-06T18:30\"").has("<details class=\"fold\" open>").has("value=\"22:00\"");
    form.has("Save and see the plan").has("/admin/plan").has("UTC");
    assert_eq!(told(&test, ActivityKind::GroupSaved).await.len(), 1);
    test.close().await;
}

#[tokio::test]
async fn what_somebody_saved_meanwhile_is_not_written_over_unseen() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let at = format!("/admin/groups/{}", named(&admin, "Family").await);
    let seen = |page: &crate::support::Reply| {
        let from = page.body.split(r#"name="seen" value=""#).nth(1).unwrap();
        from.split('"').next().unwrap().to_owned()
    };
    let (mine, theirs) = (admin.get(&at).await.is(200), admin.get(&at).await.is(200));
    admin.post(&at, &[("name", "Family"), ("note", "Theirs."), ("seen", &seen(&theirs))]).await.is(303);
    let typed = |mark: String| [("name", "Family".to_owned()), ("note", "Mine.".to_owned()), ("seen", mark)];
    let post = async |mark: String| {
        let typed = typed(mark);
        admin.post(&at, &typed.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    let refused = post(seen(&mine)).await.is(422).has("Somebody else has saved this group").has("Mine.");
    admin.get(&at).await.is(200).has("Theirs.").lacks("Mine.");
    // Who has read that and saves once more means it.
    post(seen(&refused)).await.is(303);
    admin.get(&at).await.is(200).has("Mine.").lacks("Theirs.");
    test.close().await;
}

#[tokio::test]
async fn what_touches_access_leads_to_the_plan() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = named(&admin, "Family").await;
    let at = format!("/admin/groups/{id}");
    let films = library(&test, "Films").await.to_string();
    let post = async |more: &[(&str, &str)]| {
        let typed = [&[("name", "Family"), ("movies", "yes"), ("series", "yes")], more].concat();
        admin.post(&at, &typed).await.is(303).location().to_owned()
    };
    assert_eq!(post(&[]).await, "/admin/groups");
    assert_eq!(told(&test, ActivityKind::GroupSaved).await.len(), 1, "nothing was changed");
    assert_eq!(post(&[("libraries", &films)]).await, "/admin/groups", "nobody is in it");
    assert_eq!(post(&[("libraries", &films), ("rules", "home")]).await, "/admin/plan");
    assert_eq!(one(&test, id).await.rules, [Rule::Home]);
    assert_eq!(post(&[("libraries", &films), ("rules", "home"), ("movie_quota", "3")]).await, "/admin/groups");
    assert_eq!(post(&[("rules", "home"), ("movie_quota", "3")]).await, "/admin/plan");
    assert_eq!(post(&[("rules", "home"), ("movie_quota", "3"), ("ceiling", "6")]).await, "/admin/plan");
    let told = told(&test, ActivityKind::GroupSaved).await;
    let said: Vec<&str> = told.iter().rev().map(String::as_str).collect();
    assert_eq!(
        said,
        [
            "mara saved the group Family: new",
            "mara saved the group Family: libraries",
            "mara saved the group Family: who is in it",
            "mara saved the group Family: allowances",
            "mara saved the group Family: libraries",
            "mara saved the group Family: age rating",
        ]
    );
    test.close().await;
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = named(&admin, "Friends").await;
    named(&admin, "Kids").await;
    let bad = [
        ("name", "friends"),
        ("note", &"n".repeat(201)),
        ("libraries", "999999"),
        ("movie_quota", "-1"),
        ("season_quota", "99999999999999999999"),
        ("ceiling", "13"),
        ("from", "2037-02-30T10:00"),
        ("until", "soon"),
        ("day", "2"),
        ("opens", "16:00"),
        ("closes", ""),
        ("rules", "role:admin"),
        ("tuners", "yes"),
    ];
    let page = admin.post("/admin/groups/new", &bad).await.is(422);
    let page = page.has("A number from 0 to 1000. Leave it empty for no limit.").has("At most 200 characters.");
    let page = page.has("One of these libraries is gone.").has("Write a day and an hour").has("value=\"soon\"");
    let page = page.has("Wednesday needs a start and an end").has("Choose among these rules.").has("value=\"-1\"");
    let page = page.has("value=\"16:00\"").has("name=\"tuners\" value=\"yes\" checked").has("99999999999999999999");
    assert_eq!(page.body.matches(" autofocus").count(), 1, "{}", page.body);
    page.has("<select class=\"select\" id=\"ceiling\" name=\"ceiling\" autofocus");
    assert_eq!(all(&test).await.len(), 2, "nothing was saved");
    for taken in ["KIDS", " kids "] {
        let page = admin.post(&format!("/admin/groups/{id}"), &[("name", taken)]).await.is(422);
        let page = page.has("There is a group of this name already. Choose another.").has("name-error");
        assert!(page.body.contains("<h1><bdi>Friends</bdi>") && page.body.contains("autofocus"), "{}", page.body);
    }
    admin.post("/admin/groups/new", &[]).await.is(422).has("Give it a name.");
    admin.post("/admin/groups/new", &[("name", &"x".repeat(20_000))]).await.is(422).has("At most 60 characters.");
    admin.post("/admin/groups/new", &[("name", "مرحبا 🎬 <b>\0")]).await.is(303);
    admin.get("/admin/groups").await.is(200).has("مرحبا 🎬 &lt;b&gt;").lacks("<b>\0");
    let many: Vec<(&str, &str)> = std::iter::repeat_n(("libraries", "7"), 10_000).chain([("name", "Many")]).collect();
    admin.post("/admin/groups/new", &many).await.is(422);
    test.close().await;
}

#[tokio::test]
async fn a_group_that_somebody_deleted_meanwhile_says_so() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let id = named(&admin, "Friends").await;
    let at = format!("/admin/groups/{id}");
    let page =
        admin.get(&format!("{at}/removal")).await.is(200).has("Nobody is in it yet.").has("carries no libraries");
    page.has("Delete this group");
    let reply = admin.post(&format!("{at}/removal"), &[]).await.is(303);
    admin.follow(&reply).await.is(200).has("Friends is deleted").has("No groups yet");
    assert_eq!(told(&test, ActivityKind::GroupRemoved).await, ["mara deleted the group Friends: "]);
    let page = admin.post(&at, &[("name", "Good friends")]).await.is(404);
    page.has("This group is gone").has("Good friends").has("Nothing was saved");
    for path in [&at, &format!("{at}/members"), &format!("{at}/removal")] {
        admin.get(path).await.is(404);
    }
    let again = admin.post(&format!("{at}/removal"), &[]).await.is(303);
    admin.follow(&again).await.is(200).has("This group is deleted already.");
    admin.post(&format!("{at}/move"), &[("to", "up")]).await.is(404);
    admin.post(&format!("{at}/members"), &[("add", "1")]).await.is(409).has("is gone meanwhile");
    test.close().await;
}

#[tokio::test]
async fn a_copy_has_all_but_the_people() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let films = library(&test, "Films").await;
    let friends = serde_json::json!({
        "name": "Friends", "libraries": [films.0], "quotas": { "movies": 5 }, "rules": ["friends"],
        "for_newcomers": true, "weekly": [{ "day": "sun", "from": "10:00", "to": "12:00" }]
    });
    let id = make(&admin, friends).await;
    admin.get(&format!("/admin/groups/{id}")).await.is(200).has(&format!("/admin/groups/new?like={id}"));
    let page = admin.get(&format!("/admin/groups/new?like={id}")).await.is(200).has("value=\"Copy of Friends\"");
    let page = page.has("value=\"5\"").has("value=\"10:00\"").lacks("value=\"friends\" checked");
    page.has(&format!("value=\"{films}\" checked")).lacks("name=\"for_newcomers\" value=\"yes\" checked");
    named(&admin, "copy of FRIENDS").await;
    admin.get(&format!("/admin/groups/new?like={id}")).await.is(200).has("value=\"Copy of Friends 2\"");
    for nothing in ["999999", "x", "", "99999999999999999999"] {
        admin.get(&format!("/admin/groups/new?like={nothing}")).await.is(200).has("name=\"name\" value=\"\"");
    }
    let long = named(&admin, &"ö".repeat(60)).await;
    let page = admin.get(&format!("/admin/groups/new?like={long}")).await.is(200);
    page.has(&format!("value=\"Copy of {}\"", "ö".repeat(52)));
    test.close().await;
}

#[tokio::test]
async fn groups_stand_in_the_order_somebody_gave_them() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let mut ids = Vec::new();
    for name in ["Family", "Friends", "Kids"] {
        ids.push(named(&admin, name).await);
    }
    let order = async || all(&test).await.into_iter().map(|group| group.name).collect::<Vec<_>>();
    let shift = async |at: usize, to: &str| {
        let reply = admin.post(&format!("/admin/groups/{}/move", ids[at]), &[("to", to)]).await.is(303);
        admin.follow(&reply).await.is(200)
    };
    let page = async |at: usize| admin.get(&format!("/admin/groups/{}", ids[at])).await.is(200);
    page(0).await.has("Move down").lacks("Move up");
    page(1).await.has("Move up").has("Move down");
    page(2).await.has("Move up").lacks("Move down");
    shift(2, "up").await.has("Kids moved up.");
    assert_eq!(order().await, ["Family", "Kids", "Friends"]);
    shift(0, "down").await.has("Family moved down.");
    assert_eq!(order().await, ["Kids", "Family", "Friends"]);
    shift(2, "up").await.has("Kids is the first one already.");
    shift(1, "down").await.has("Friends is the last one already.");
    assert_eq!(order().await, ["Kids", "Family", "Friends"]);
    admin.post(&format!("/admin/groups/{}/move", ids[0]), &[("to", "sideways")]).await.is(400);
    let moves = told(&test, ActivityKind::GroupMoved).await;
    assert_eq!(moves, ["mara moved the group Family: ", "mara moved the group Kids: "]);
    admin.get("/admin/activity?kind=group_moved").await.is(200).has("place 3").has("place 2");
    test.close().await;
}

#[tokio::test]
async fn an_auditor_reads_and_changes_nothing() {
    let test = TestApp::new().await;
    let (admin, auditor) = (test.as_admin().await, test.as_role(Role::Auditor).await);
    auditor.get("/admin/groups").await.is(200).has("No groups yet").lacks("New group");
    let id = named(&admin, "Friends").await;
    let at = format!("/admin/groups/{id}");
    auditor.get("/admin/groups").await.is(200).has("Friends").lacks("New group");
    let page = auditor.get(&at).await.is(200).has("<fieldset class=\"form\" disabled>").lacks("Save and see the plan");
    page.lacks("Duplicate").lacks("Add people").lacks("/removal");
    auditor.get(&format!("{at}/members")).await.is(200).lacks("name=\"add\"").lacks("class=\"bulk\"");
    for path in ["/admin/groups/new", &at, &format!("{at}/removal"), &format!("{at}/members")] {
        auditor.post(path, &[("name", "Mine")]).await.is(403);
    }
    auditor.get(&format!("{at}/removal")).await.is(403);
    let asker = test.as_role(Role::Requester).await;
    for path in ["/admin/groups", &at, &format!("{at}/members"), "/api/groups"] {
        asker.get(path).await.is(403);
    }
    assert_eq!(one(&test, id).await.name, "Friends");
    test.close().await;
}

#[tokio::test]
async fn a_group_that_is_over_or_has_not_begun_says_so() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let now = test.app().now();
    let at = |days: i64| (now + TimeDelta::days(days)).to_rfc3339();
    make(&admin, serde_json::json!({ "name": "Summer", "until": at(-1) })).await;
    admin.get("/admin/groups").await.is(200).has("Over").lacks("Has not begun");
    make(&admin, serde_json::json!({ "name": "Winter", "from": at(1) })).await;
    admin.get("/admin/groups").await.is(200).has("Has not begun");
    test.close().await;
}
