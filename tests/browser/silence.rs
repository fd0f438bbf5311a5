//! When nobody answers, or a proxy does in place of the house: nothing typed is lost, and one is told.

use crate::job::find;
use crate::line::Line;
use crate::stage::{Look, Stage};
use crate::support::TestApp;

const SAID: &str = "Usherr didn't answer. Nothing is lost";

#[tokio::test(flavor = "multi_thread")]
async fn a_proxys_own_page_takes_nothing_away() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let line = Line::to(test.house.addr).await;
    let window = stage.window(&line.url(), Look::PHONE).await;
    window.come_in(&test.as_plex("priya").await).await;
    find(&window, "Kestrel").await;
    line.is_down(true);
    window.press("Request").await;
    window.see(SAID).await;
    window.at("/titles/").await;
    line.is_down(false);
    window.press("Request").await;
    window.part("dialog[open] #send-request button").await;
    window.fill("Note to", "For Friday evening").await;
    line.is_down(true);
    window.run("document.querySelectorAll('.toast').forEach(toast => toast.remove())").await;
    window.press("Request the film").await;
    window.see(SAID).await;
    assert_eq!(window.value("Note to").await, "For Friday evening");
    line.is_down(false);
    window.press("Request the film").await;
    window.at("/requests/").await;
    window.see("For Friday evening").await;
    window.clean(&["502"]).await;
    window.close().await;
    test.close().await;
}
