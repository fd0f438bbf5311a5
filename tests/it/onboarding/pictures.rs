//! Pictures of the house: taken by their bytes, kept, shown, deleted.

use serde_json::json;
use usherr::domain::people::Role;
use usherr::domain::welcome::picture::MOST_BYTES;

use super::{bare, close, page, upload};

/// The smallest of its kind whose bytes are letters, too.
const GIF: &str = "GIF89a\u{1}\0\u{1}\0\0\0\0;";

#[tokio::test]
async fn a_picture_is_kept_shown_on_a_page_and_deleted() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let reply = upload(&admin, "The [big] remote.gif", GIF).await.is(303);
    let list = admin.follow(&reply).await.is(200).has("is here. Copy its line into a page.");
    list.has("![The big remote](/images/welcome/1)").has("src=\"/images/welcome/1\"");
    let ana = test.as_role(Role::Viewer).await;
    let picture = ana.get("/images/welcome/1").await.is(200);
    assert_eq!(picture.body, GIF);
    assert_eq!(picture.headers["content-type"], "image/gif");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert_eq!(picture.headers["cache-control"], "private, max-age=31536000, immutable");
    assert!(picture.headers["content-security-policy"].to_str().unwrap().contains("img-src 'self'"));
    ana.get("/images/welcome/2").await.is(404);
    test.nobody().get("/images/welcome/1").await.is(303);
    let id = page(&admin, "Remote", json!({ "body": "![The remote](/images/welcome/1)" })).await;
    ana.get(&format!("/welcome/{id}")).await.is(200).has("<img src=\"/images/welcome/1\" alt=\"The remote\"");
    let removal = "/admin/onboarding/pictures/1/removal";
    admin.get(removal).await.is(200).has("It is shown on Remote");
    admin.post(removal, &[]).await.is(303);
    ana.get("/images/welcome/1").await.is(404);
    // Its number is not given again: a browser may have kept it.
    upload(&admin, "other.gif", GIF).await.is(303);
    ana.get("/images/welcome/1").await.is(404);
    ana.get("/images/welcome/2").await.is(200);
    close(test).await;
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused_beside_the_field() {
    let test = bare().await;
    let admin = test.as_admin().await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    upload(&admin, "cat.gif", svg).await.is(422).has("This is no picture that every browser shows.");
    upload(&admin, "cat.gif", "").await.is(422).has("Choose a picture first.");
    let large = format!("{GIF}{}", "x".repeat(MOST_BYTES));
    upload(&admin, "cat.gif", &large).await.is(422).has("This picture is larger than 1 MB.");
    admin.post("/admin/onboarding/pictures", &[("file", "x")]).await.is(400);
    admin.get("/images/welcome/1").await.is(404);
    // All together have a bound, too.
    let large = format!("{GIF}{}", "x".repeat(MOST_BYTES - GIF.len()));
    for _ in 0..12 {
        upload(&admin, "cat.gif", &large).await.is(303);
    }
    upload(&admin, "cat.gif", GIF).await.is(422).has("more than 12 MB");
    close(test).await;
}
