//! The door, as a guest with a browser finds it.

use crate::audit::{problems, problems_here};
use crate::pages::none;
use crate::stage::{Look, Stage};
use crate::support::{Browser, TestApp};
use crate::window::Window;

/// An invite to Films, with words for the guest.
async fn invite(mara: &Browser, code: &str, note: &str) -> String {
    let typed =
        [("code", code), ("by", "libraries"), ("libraries", "1"), ("uses", "9"), ("expires", "7d"), ("note", note)];
    mara.post("/admin/invites/new", &typed).await.is(303).location().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_comes_in_with_and_without_scripts() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let mara = test.as_admin().await;
    invite(&mara, "back-row", "Popcorn is yours to bring.").await;
    test.world.house().write(|house| house.add_account("Juniper", "juniper@example.org"));
    for (look, guest) in [(Look::PHONE.without_scripts(), "Casper"), (Look::PHONE, "Juniper")] {
        let window = stage.window(&test.url(), look).await;
        window.open("/invite/back-row").await;
        window.see("Popcorn is yours to bring.").await;
        window.press("Sign in with Plex").await;
        if look.scripts {
            window.say_who(guest).await;
        } else {
            window.wait_beside(guest).await;
        }
        window.at("/invite/back-row").await;
        fit(&window, look).await;
        window.press("Come in").await;
        window.see("The door is open").await;
        fit(&window, look).await;
        window.press("Go in").await;
        window.at("/welcome/1").await;
        window.see("What Plex is").await;
        window.clean(&[]).await;
        window.press("Skip for now").await;
        window.at("/").await;
        window.see(guest).await;
        window.clean(&[]).await;
        window.close().await;
    }
    test.close().await;
}

/// What looks for problems is a script itself.
async fn fit(window: &Window, look: Look) {
    if look.scripts {
        none(&problems_here(window, "/invite/back-row").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let mara = test.as_admin().await;
    let window = stage.window(&test.url(), Look::DESK).await;
    window.come_in(&mara).await;
    let mut wrong = problems(&window, &["/admin/invites"]).await;
    let path = invite(&mara, "back-row", &"Popcornisyourstobring".repeat(8)).await;
    invite(&mara, "resting", "").await;
    mara.post("/admin/invites/2/pause", &[("paused", "yes")]).await.is(303);
    let paths = [
        "/admin/invites",
        "/admin/invites?show=paused",
        "/admin/invites/new",
        "/admin/invites/clear",
        &path,
        &format!("{path}/removal"),
        "/invite/back-row",
        "/invite/resting",
    ];
    wrong.extend(problems(&window, &paths).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}
