//! Asking for a film in 4K, with a tick that keeps the focus, and without scripts.

use serde_json::json;
use thirtyfour::Key;

use crate::audit::{problems, problems_here};
use crate::job::open_form;
use crate::pages::{film, none};
use crate::stage::{Look, Stage};
use crate::support::TestApp;

const TICK: &str = "input[name=is_4k]";
const OFFERS_4K: &str = "one => one.textContent.trim() === 'Request in 4K'";
const NOTE: &str = "textarea[name=note]";

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_asked_for_in_4k_with_and_without_scripts() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await.with_4k().await;
    let rights = json!({ "four_k": true });
    let sam = test.with_rights("sam", rights, &["Films", "4K Films"]).await;
    let (title, other) = (film(&test, "Tin Parade"), film(&test, "Nine Winters"));
    let window = stage.window(&test.url(), Look::PHONE).await;
    window.come_in(&sam).await;
    let mut wrong = problems(&window, &[&title, &format!("{title}/request?is_4k=yes")]).await;
    window.resize(360, 800).await;
    window.open(&title).await;
    open_form(&window, "Request in 4K").await;
    window.see("Request the film in 4K").await;
    wrong.extend(problems_here(&window, "the dialog for 4K").await);
    none(&wrong);
    window.resize(360, 800).await;
    window.run(&format!("document.querySelector('dialog[open] {TICK}').focus()")).await;
    for words in ["This film is on Plex already.", "Request the film in 4K"] {
        window.driver.action_chain().send_keys(Key::Space).perform().await.unwrap();
        window.see(words).await;
        window.returns("return document.activeElement.name", "is_4k").await;
    }
    window.miss("This film is on Plex already.").await;
    window.press_part("dialog[open] #send-request button").await;
    window.at("/requests/").await;
    window.see("Tin Parade in 4K").await;
    window.open(&title).await;
    window.see("Track this request in 4K").await;
    window
        .returns(&format!("return String([...document.querySelectorAll('a, button')].some({OFFERS_4K}))"), "false")
        .await;
    none(&problems_here(&window, "a film on its way in 4K").await);
    window.clean(&[]).await;
    window.close().await;

    let window = stage.window(&test.url(), Look::PHONE.without_scripts()).await;
    window.come_in(&sam).await;
    window.open(&format!("{other}/request")).await;
    window.press_part(TICK).await;
    window.put(NOTE, "For the big wall.").await;
    window.press("Request the film").await;
    window.see("This is what can be asked for in 4K").await;
    assert_eq!(window.part(NOTE).await.value().await.unwrap().as_deref(), Some("For the big wall."));
    window.press("Request the film in 4K").await;
    window.at("/requests/").await;
    window.see("Nine Winters in 4K").await;
    window.clean(&["422"]).await;
    window.close().await;
    test.close().await;
}
