//! The first run, as somebody does it who has a browser and a sheet of paper with addresses and keys.

use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;
use crate::window::Window;

/// How the wizard learns of the Plex server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    OwnersSignIn,
    AddressAndToken,
}

/// From an empty house to the back office.
pub async fn set_up(window: &Window, test: &TestApp, way: Way) {
    owner(window).await;
    plex_server(window, test, way).await;
    arrs(window, test).await;
    qbittorrent(window, test).await;
    mail(window, test).await;
    window.at("/setup/address").await;
    window.fill("Address for Sonarr and Radarr", &test.url()).await;
    window.fill("Time zone", "Europe/Berlin").await;
    window.press("Go on").await;
    window.at("/setup/ready").await;
    first_look(window).await;
    window.press("Open the house").await;
    window.at("/admin").await;
}

pub async fn owner(window: &Window) {
    window.open("/").await;
    window.at("/setup").await;
    window.fill("Your name", "Mara Lindqvist").await;
    window.fill("Sign-in name", "mara").await;
    window.fill("Mail address", "mara@example.org").await;
    window.fill("Password", PASSWORD).await;
    window.press("Go on").await;
    window.at("/setup/plex").await;
}

pub async fn plex_server(window: &Window, test: &TestApp, way: Way) {
    match way {
        Way::OwnersSignIn => by_sign_in(window).await,
        Way::AddressAndToken => by_token(window, test).await,
    }
    window.see("is connected at").await;
    window.choose("Default library", "Welcome").await;
    window.press("Go on").await;
    window.at("/setup/arr").await;
}

/// Plex opens in a second tab, and the first goes on by itself.
async fn by_sign_in(window: &Window) {
    window.press("Sign in with Plex").await;
    window.see("Say yes at Plex").await;
    let first = window.driver.window().await.unwrap();
    window.press("Open Plex").await;
    let second = window
        .wait("Plex opens in a tab of its own", || async {
            window.driver.windows().await.ok()?.into_iter().find(|one| *one != first)
        })
        .await;
    window.driver.switch_to_window(second).await.unwrap();
    window.say_who("Mara").await;
    window
        .wait("Plex leads back", || async {
            // Without scripts its page was never told where to.
            let is_back = window.place().await.starts_with("/setup/plex");
            (is_back || window.shows("You can close this window").await).then_some(())
        })
        .await;
    window.driver.close_window().await.unwrap();
    window.driver.switch_to_window(first).await.unwrap();
    window.see("We found one on your Plex account").await;
    window.press("Take The Back Row").await;
}

async fn by_token(window: &Window, test: &TestApp) {
    window.press("Or with an address and a token").await;
    window.put("form[action$='plex-new'] [name=url]", "http://127.0.0.1:9").await;
    window.put("form[action$='plex-new'] [name=secret]", "wrong").await;
    window.press_part("form[action$='plex-new'] button[formaction$=test]").await;
    window.see("127.0.0.1:9").await;
    window.part("form[action$='plex-new'] .error").await;
    assert_eq!(window.value("Address").await, "http://127.0.0.1:9", "what was typed stays");
    window.put("form[action$='plex-new'] [name=url]", &test.world.media_server().url()).await;
    window.put("form[action$='plex-new'] [name=secret]", &test.world.owner().unwrap().token).await;
    window.press_part("form[action$='plex-new'] button[formaction$=test]").await;
    window.part("form[action$='plex-new'] select[name=default_library]").await;
    window.press("Add Plex").await;
}

async fn arrs(window: &Window, test: &TestApp) {
    let (radarr, sonarr) = (test.world.radarr(), test.world.sonarr());
    let services =
        [("radarr", radarr.url(), radarr.api_key(), "/movies"), ("sonarr", sonarr.url(), sonarr.api_key(), "/tv")];
    for (kind, url, key, folder) in services {
        let form = format!("form[action$='{kind}-new']");
        window.put(&format!("{form} [name=url]"), &url).await;
        window.put(&format!("{form} [name=secret]"), &key).await;
        window.press_part(&format!("{form} button[formaction$=test]")).await;
        window.put(&format!("{form} [name=quality_profile_id]"), "HD-1080p").await;
        window.put(&format!("{form} [name=root_folder]"), folder).await;
        window.press_part(&format!("{form} button:not([formaction])")).await;
        window.see("is connected.").await;
    }
    window.press("Go on").await;
    window.at("/setup/downloads").await;
}

async fn qbittorrent(window: &Window, test: &TestApp) {
    let client = test.world.qbittorrent();
    let form = "form[action$='qbittorrent-new']";
    window.put(&format!("{form} [name=url]"), &client.url()).await;
    window.put(&format!("{form} [name=username]"), &client.username()).await;
    window.put(&format!("{form} [name=secret]"), "not the password").await;
    window.press_part(&format!("{form} button[formaction$=test]")).await;
    window.part(&format!("{form} .error")).await;
    window.put(&format!("{form} [name=secret]"), &client.password()).await;
    window.press_part(&format!("{form} button[formaction$=test]")).await;
    window.part(&format!("{form} .alert.good")).await;
    window.press_part(&format!("{form} button:not([formaction])")).await;
    window.see("is connected.").await;
    window.press("Go on").await;
    window.at("/setup/mail").await;
}

async fn mail(window: &Window, test: &TestApp) {
    let smtp = test.world.mail().smtp_addr();
    let form = "form[action$='smtp-new']";
    window.put(&format!("{form} [name=url]"), &smtp.ip().to_string()).await;
    window.put(&format!("{form} [name=port]"), &smtp.port().to_string()).await;
    window.put(&format!("{form} [name=security]"), "None").await;
    window.put(&format!("{form} [name=from]"), "Usherr <usherr@example.org>").await;
    window.press_part(&format!("{form} button[formaction$=test]")).await;
    window.part(&format!("{form} .alert.good")).await;
    assert_eq!(test.world.mail().to("mara@example.org").len(), 1, "the test is a real mail");
    window.press_part(&format!("{form} button:not([formaction])")).await;
    window.see("is connected.").await;
    window.press("Go on").await;
}

async fn first_look(window: &Window) {
    window.see("The first look around").await;
    if window.shows("Look around now").await {
        window.press("Look around now").await;
    }
    window.see("The house is ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_opens_the_house_by_address_and_token() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::empty().await;
    let window = stage.window(&test.url(), Look::DESK).await;
    set_up(&window, &test, Way::AddressAndToken).await;
    window.clean(&["422"]).await;
    window.close().await;
    test.close().await;
}
