//! Who may give which role, and who is added by hand.

use usherr::demo::WorldOptions;
use usherr::domain::activity::ActivityKind;
use usherr::domain::ids::PersonId;
use usherr::domain::people::Role;

use super::{close, entries, house, named, sync};
use crate::support::TestApp;

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
