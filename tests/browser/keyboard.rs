//! Without a mouse, with an impatient one, and with two tabs at once.

use thirtyfour::Key;

use crate::job::find;
use crate::line::Line;
use crate::pages::ask;
use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::window::Window;

/// Numbers all that should be reachable, one for a group of radio buttons, and says how many there are.
const NUMBER: &str = "const groups = new Set();
    const seen = part => part.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
    const parts = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(part => {
      if (part.disabled || part.type === 'hidden' || part.tabIndex < 0 || !seen(part)) return false;
      if (part.type !== 'radio') return true;
      const group = document.querySelectorAll(`input[type=radio][name='${part.name}']`);
      return [...group].some(one => one.checked) ? part.checked : !groups.has(part.name) && groups.add(part.name);
    });
    parts.forEach((part, n) => part.dataset.n = n);
    document.activeElement.blur();
    return parts.length";

/// The number of what has the focus, and whether one sees that it has.
const FOCUSED: &str = "const at = document.activeElement, look = getComputedStyle(at);
    const around = at.closest('label, .search, form') || at;
    const shown = [at, around].some(part => { const look = getComputedStyle(part);
      return look.outlineStyle !== 'none' || look.boxShadow !== 'none'; });
    return [at.dataset.n ?? '', shown, at.outerHTML.slice(0, 160)]";

/// Goes through the page with Tab: what is not reached, and what does not show that it is.
async fn unreachable(window: &Window) -> Vec<String> {
    let count = window.run(NUMBER).await.as_u64().unwrap();
    let mut left: std::collections::BTreeSet<String> = (0..count).map(|n| n.to_string()).collect();
    let mut wrong = Vec::new();
    // Skip links and the browser's own stops need a few more than there are parts.
    for _ in 0..count + 5 {
        window.driver.action_chain().send_keys(Key::Tab).perform().await.unwrap();
        let found = window.run(FOCUSED).await;
        if left.remove(found[0].as_str().unwrap_or_default()) && found[1] != true {
            wrong.push(format!("no visible focus: {}", found[2]));
        }
    }
    for n in left {
        let html =
            window.run(&format!("return document.querySelector('[data-n=\"{n}\"]')?.outerHTML.slice(0, 160)")).await;
        wrong.push(format!("not reached: {html}"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_reached_with_the_keyboard() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let window = stage.window(&test.url(), Look::DESK).await;
    window.open("/login").await;
    window.press("Use a name and password instead").await;
    let mut wrong = unreachable(&window).await;
    window.come_in(&test.as_plex("priya").await).await;
    find(&window, "Kestrel").await;
    window.run("history.back()").await;
    window.at("/search").await;
    window.see("Can be requested").await;
    wrong.extend(unreachable(&window).await);
    find(&window, "Harbour Lights").await;
    wrong.extend(unreachable(&window).await);
    let form = format!("{}/request", window.place().await);
    window.open(&form).await;
    wrong.extend(unreachable(&window).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    keys(&window).await;
    window.clean(&[]).await;
    window.close().await;
    test.close().await;
}

/// `/` searches, `?` lists the keys, Esc closes.
async fn keys(window: &Window) {
    window.open("/requests").await;
    let press = async |key: &str| window.driver.action_chain().send_keys(key).perform().await.unwrap();
    press("/").await;
    window.returns("return document.activeElement.name", "q").await;
    assert_eq!(window.run("return document.activeElement.value").await, "", "the key itself is not typed");
    window.run("document.activeElement.blur()").await;
    press("?").await;
    window.see("The next thing to press").await;
    window.driver.action_chain().send_keys(Key::Escape).perform().await.unwrap();
    window.miss("The next thing to press").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_stays_where_one_is() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    ask(&test, &test.as_plex("priya").await, "Kestrel").await;
    let window = stage.window(&test.url(), Look::PHONE).await;
    window.come_in(&test.as_admin().await).await;
    let press = async |key: Key| window.driver.action_chain().send_keys(key).perform().await.unwrap();
    let focused = async |name: &str| {
        window.returns("return document.activeElement.innerText || document.activeElement.name", name).await;
    };

    find(&window, "Velvet Static").await;
    window.run("document.querySelector('a[data-dialog]').focus()").await;
    press(Key::Enter).await;
    window.part("dialog[open] #send-request").await;
    window.returns("return document.querySelector('dialog').contains(document.activeElement)", true).await;
    press(Key::Escape).await;
    window.returns("return !document.querySelector('dialog[open]')", true).await;
    focused("Request").await;

    window.open("/admin/requests").await;
    window.run("document.querySelector('a[href*=decline]').focus()").await;
    press(Key::Enter).await;
    window.part("input[name=why]").await;
    focused("why").await;
    window.press("Keep it open").await;
    window.miss("Decline, and say why").await;
    window.run("document.querySelector('.menu summary').focus()").await;
    press(Key::Enter).await;
    window.see("Change it").await;
    press(Key::Escape).await;
    window.miss("Change it").await;
    window.returns("return document.activeElement.ariaLabel", "More about Kestrel").await;
    window.clean(&[]).await;
    window.close().await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_sends_once_and_the_way_back_keeps_what_was() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let line = Line::to(test.house.addr).await;
    let window = stage.window(&line.url(), Look::DESK).await;
    window.come_in(&test.as_plex("priya").await).await;
    find(&window, "Kestrel").await;
    let title = window.place().await;
    window.run("history.back()").await;
    window.at("/search?q=Kestre").await;
    window.see("Can be requested").await;
    window.driver.refresh().await.unwrap();
    window.see("Can be requested").await;
    assert_eq!(window.value("Search films and series").await, "Kestre");
    window.open(&format!("{title}/request")).await;
    window.part("#send-request").await;
    line.asked();
    let button = window.part("#send-request button").await;
    window.driver.action_chain().double_click_element(&button).perform().await.unwrap();
    window.at("/requests/").await;
    window.see("Waiting for a decision").await;
    let sent: Vec<String> = line.asked().into_iter().filter(|one| one.starts_with("POST")).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    window.driver.refresh().await.unwrap();
    window.see("Waiting for a decision").await;
    window.clean(&[]).await;
    window.close().await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_decide_at_once_are_told_so() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    ask(&test, &test.as_plex("priya").await, "Kestrel").await;
    let mara = test.as_admin().await;
    let windows = [Look::DESK, Look::DESK, Look::PHONE.without_scripts()];
    let mut open = Vec::new();
    for look in windows {
        let window = stage.window(&test.url(), look).await;
        window.come_in(&mara).await;
        window.open("/admin/requests").await;
        window.see("Kestrel").await;
        // As where nothing live gets through: what one sees may be old.
        window.run("const live = document.getElementById('desk-list'); live.replaceWith(...live.childNodes)").await;
        open.push(window);
    }
    for (n, window) in open.iter().enumerate() {
        window.press_in("Kestrel", "Approve").await;
        window.see(if n == 0 { "Nothing waits for a decision" } else { "already" }).await;
        window.clean(&["409"]).await;
    }
    for window in open {
        window.close().await;
    }
    test.settled().await;
    assert_eq!(test.world.radarr().added().len(), 1, "sent once");
    test.close().await;
}
