//! Coming in and going out, with a password and with Plex, with and without scripts.

use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_and_sign_out_closes() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    for look in [Look::PHONE.without_scripts(), Look::DESK] {
        let window = stage.window(&test.url(), look).await;
        window.sign_in("mara", "wrong").await;
        window.see("don't belong together").await;
        assert_eq!(window.value("Name or e-mail").await, "mara");
        window.fill("Password", PASSWORD).await;
        window.press("Sign in").await;
        window.at("/admin").await;
        window.open("/logout").await;
        window.press("Sign out").await;
        window.at("/login").await;
        window.see("You are signed out").await;
        window.clean(&["422"]).await;
        window.close().await;
    }
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plex_lets_its_people_in() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    for look in [Look::PHONE.without_scripts(), Look::DESK] {
        let window = stage.window(&test.url(), look).await;
        window.open("/requests").await;
        window.at("/login").await;
        window.press("Sign in with Plex").await;
        window.say_who("Priya").await;
        window.at("/requests").await;
        window.clean(&[]).await;
        window.close().await;
    }
    test.close().await;
}
