//! Every page in both themes and at both widths.

use crate::audit::problems;
use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_back_office_are_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let window = stage.window(&test.url(), Look::DESK).await;
    let mut wrong = problems(&window, &["/login", "/no/such/page"]).await;
    window.sign_in("mara", PASSWORD).await;
    window.at("/admin").await;
    wrong.extend(problems(&window, &["/admin", "/admin/jobs", "/admin/jobs/library_sync", "/admin/activity"]).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    window.close().await;
    test.close().await;
}
