//! Coming in and going out, with a password and with Plex, with and without scripts.

use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_and_sign_out_closes_without_scripts() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let window = stage.window(&test.url(), Look::PHONE.without_scripts()).await;
    window.sign_in("mara", "wrong").await;
    window.see("don't belong together").await;
    window.fill("Password", PASSWORD).await;
    window.press("Sign in").await;
    window.at("/admin").await;
    window.open("/logout").await;
    window.press("Sign out").await;
    window.at("/login").await;
    window.see("You are signed out").await;
    window.clean(&["422", "404"]).await;
    window.close().await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plex_lets_its_people_in_without_scripts() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let window = stage.window(&test.url(), Look::PHONE.without_scripts()).await;
    window.open("/login").await;
    window.press("Sign in with Plex").await;
    eprintln!("{} {}", window.place().await, window.words().await);
    eprintln!("{:?}", window.complaints().await);
    window.picture(std::path::Path::new("/tmp/j/plex.png")).await;
}
