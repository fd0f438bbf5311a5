//! Makes the two pictures of the README: `docs/pictures` calls it.

use std::path::Path;

use usherr::demo::WorldOptions;

use crate::pages::ask;
use crate::stage::{Look, Stage};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes docs/portal.png and docs/admin.png"]
async fn pictures() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::in_world(WorldOptions { titles: 300, ..WorldOptions::test() }).await;
    let (priya, sam, mara) =
        (test.as_plex("priya").await, test.as_plex("sam@example.org").await, test.as_plex("mara@example.org").await);
    test.world.downloads().no_release("Low Orbit Blues");
    for (who, title, decide) in
        [(&priya, "Velvet Static", true), (&sam, "Low Orbit Blues", true), (&sam, "Kestrel", false)]
    {
        let parcel = ask(&test, who, title).await;
        if decide {
            mara.post(&format!("/admin{parcel}/approval"), &[]).await.is(303);
        }
    }
    test.settled().await;
    test.world.downloads().step();
    test.world.downloads().set_progress("Velvet Static", 0.64);
    test.run_job(usherr::domain::jobs::JobName::DownloadsSync).await;
    for (who, dark, path, name) in [(&priya, true, "/", "portal"), (&mara, false, "/admin", "admin")] {
        let window = stage.window(&test.url(), Look { dark, height: 800, ..Look::DESK }).await;
        window.come_in(who).await;
        window.open(path).await;
        window
            .wait("all pictures are there", || async {
                // One that came too late is there when the page is looked at again.
                let script =
                    "const all = [...document.images].filter(one => one.getBoundingClientRect().top < innerHeight);
                    if (!all.every(one => one.complete)) return false;
                    return all.every(one => one.naturalWidth > 1) || location.reload() || false";
                (window.run(script).await == true).then_some(())
            })
            .await;
        window.picture(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.png"))).await;
        window.close().await;
    }
    test.close().await;
}
