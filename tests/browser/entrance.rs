//! Coming in and going out, with a password and with Plex, with and without scripts.

use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;
use crate::window::Window;

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
        if look.scripts {
            window.say_who("Priya").await;
        } else {
            window.wait_beside("Priya").await;
        }
        window.at("/requests").await;
        window.clean(&[]).await;
        window.close().await;
    }
    test.close().await;
}

impl Window {
    /// Says yes in one tab while the other waits for it, looking again by itself.
    pub async fn wait_beside(&self, name: &str) {
        let plex = self.driver.window().await.unwrap();
        let waiting = self.driver.new_tab().await.unwrap();
        self.driver.switch_to_window(waiting.clone()).await.unwrap();
        self.open("/login/plex/wait").await;
        self.see("Waiting for Plex").await;
        self.driver.switch_to_window(plex).await.unwrap();
        self.say_who(name).await;
        self.see("You are signed in").await;
        self.driver.close_window().await.unwrap();
        self.driver.switch_to_window(waiting).await.unwrap();
    }
}
