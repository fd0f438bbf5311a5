//! The back office: the list, the editor with its preview, order, deleting.

use serde_json::json;
use usherr::domain::people::Role;

use super::{all, bare, close, house, page, titles};

#[tokio::test]
async fn a_page_is_written_previewed_saved_and_shown() {
    let test = bare().await;
    let helper = test.as_role(Role::Moderator).await;
    helper.get("/admin").await.is(200).has("href=\"/admin/onboarding\"");
    helper.get("/admin/onboarding/new").await.is(200).has("What a newcomer sees").has("Nothing yet.");
    let typed = [
        ("title", " House  rules "),
        ("body", "# Be kind\n\n- <b>no</b> spoilers\n- see [the shelf](/search)"),
        ("gate_label", "Read them all"),
        ("gate_url", "https://example.org/rules"),
        ("readers", "everybody"),
        ("enabled", "yes"),
    ];
    // Without scripts the preview comes with the form around it; nothing is saved.
    let previewed = helper.post("/admin/onboarding/preview", &typed).await.is(200);
    let previewed =
        previewed.has("<h2>Be kind</h2>").has("&lt;b&gt;no&lt;/b&gt;").has("<a href=\"/search\">the shelf</a>");
    previewed.has("value=\"https://example.org/rules\"").has("Save");
    assert!(titles(&helper).await.is_empty());
    let part = test.as_role(Role::Moderator).await.with_header("hx-request", "true");
    let part = part.post("/admin/onboarding/preview", &typed).await.is(200);
    part.has("<h2>Be kind</h2>").lacks("<form").lacks("<html");
    let saved = helper.post("/admin/onboarding/new", &typed).await.is(303);
    assert_eq!(saved.location(), "/admin/onboarding");
    helper.follow(&saved).await.is(200).has("House rules is saved.").has("Read them all").has("1 of 1");
    let id = all(&helper).await[0]["id"].clone();
    helper.get(&format!("/admin/onboarding/{id}")).await.is(200).has("# Be kind").has("<h2>Be kind</h2>");
    let ana = test.as_role(Role::Viewer).await;
    ana.get(&format!("/welcome/{id}")).await.is(200).has("House rules").has("<h2>Be kind</h2>").lacks("<b>no</b>");
    helper.get("/admin/activity").await.is(200).has("saved the welcome page");
    close(test).await;
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let typed = [
        ("title", ""),
        ("body", "![A cat](https://cats.example/1.png)"),
        ("gate_url", "javascript:alert(1)"),
        ("readers", "invites"),
    ];
    let refused = admin.post("/admin/onboarding/new", &typed).await.is(422);
    let refused = refused.has("Give the page a title.").has("Pictures come from this house only");
    let refused =
        refused.has("Say what the button is called").has("Write a whole address").has("at least one of the invites");
    refused.has("https://cats.example/1.png").lacks("<img src=\"https://cats.example").lacks("href=\"javascript:");
    assert!(titles(&admin).await.is_empty());
    admin.get("/admin/onboarding/999999").await.is(404);
    admin.get("/admin/onboarding/x").await.is(404);
    close(test).await;
}

#[tokio::test]
async fn pages_are_put_in_order_and_deleted() {
    let test = bare().await;
    let admin = test.as_admin().await;
    for title in ["One", "Two", "Three"] {
        page(&admin, title, json!({})).await;
    }
    let id = all(&admin).await[1]["id"].as_i64().unwrap();
    let shift = async |to: &'static str| admin.post(&format!("/admin/onboarding/{id}/move"), &[("to", to)]).await;
    shift("up").await.is(303);
    assert_eq!(titles(&admin).await, ["Two", "One", "Three"]);
    let reply = shift("up").await.is(303);
    admin.follow(&reply).await.is(200).has("Two is the first one already.");
    shift("down").await.is(303);
    shift("down").await.is(303);
    assert_eq!(titles(&admin).await, ["One", "Three", "Two"]);
    shift("sideways").await.is(400);
    let removal = format!("/admin/onboarding/{id}/removal");
    admin.get(&removal).await.is(200).has("Delete the page “Two”?").has("switch it off");
    admin.post(&removal, &[]).await.is(303);
    assert_eq!(titles(&admin).await, ["One", "Three"]);
    let reply = admin.post(&removal, &[]).await.is(303);
    admin.follow(&reply).await.is(200).has("This page is deleted already.");
    close(test).await;
}

#[tokio::test]
async fn the_pages_of_the_beginning_come_back_when_asked_for_and_not_before() {
    let test = house().await;
    let admin = test.as_admin().await;
    let begun = titles(&admin).await;
    assert_eq!(begun.len(), 4);
    // Where there are pages nothing is put back.
    let reply = admin.post("/admin/onboarding/defaults", &[]).await.is(303);
    admin.follow(&reply).await.is(200).has("There are pages already.").lacks("Put the default pages back");
    for page in all(&admin).await {
        admin.post(&format!("/admin/onboarding/{}/removal", page["id"]), &[]).await.is(303);
    }
    usherr::features::onboarding::actions::begin(test.app()).await.unwrap();
    assert!(titles(&admin).await.is_empty(), "what was deleted stays so");
    assert_eq!(admin.get("/welcome").await.is(303).location(), "/");
    let auditor = test.as_role(Role::Auditor).await;
    auditor.get("/admin/onboarding").await.is(200).has("No welcome pages").lacks("Put the default pages back");
    admin.get("/admin/onboarding").await.is(200).has("Put the default pages back");
    admin.post("/admin/onboarding/defaults", &[]).await.is(303);
    assert_eq!(titles(&admin).await, begun);
    close(test).await;
}
