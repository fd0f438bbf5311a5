//! The door, as a guest with a browser finds it.

use usherr::domain::people::Role;

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

#[tokio::test(flavor = "multi_thread")]
async fn links_of_members_are_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let (mara, ana) = (test.as_admin().await, test.add_person("ana", Role::Requester).await);
    mara.post("/admin/groups/new", &[("name", "Guests"), ("libraries", "1"), ("for_guests", "yes")]).await.is(303);
    mara.post("/admin/groups/new", &[("name", "Trusted"), ("guests", "9")]).await.is(303);
    mara.post("/admin/groups/2/members", &[("add", &ana.0.to_string())]).await.is(303);
    let ana = test.signed_in(ana).await;
    let window = stage.window(&test.url(), Look::DESK).await;
    window.come_in(&ana).await;
    let mut wrong = problems(&window, &["/me", "/invites"]).await;
    let note = "Popcornisyourstobring".repeat(8);
    for uses in ["8", "1"] {
        ana.post("/invites", &[("uses", uses), ("days", "7"), ("note", &note)]).await.is(303);
    }
    ana.post("/invites/2/end", &[]).await.is(303);
    wrong.extend(problems(&window, &["/invites", "/invites/1/end"]).await);
    // The right is gone, and the link with it.
    mara.post("/admin/groups/2", &[("name", "Trusted")]).await.is(303);
    wrong.extend(problems(&window, &["/invites"]).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}
