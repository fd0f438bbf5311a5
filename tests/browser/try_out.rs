use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::line::Line;

#[tokio::test(flavor = "multi_thread")]
async fn dialog_direct() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    for direct in [true, false] {
        let line = Line::to(test.house.addr).await;
        let url = if direct { test.url() } else { line.url() };
        let window = stage.window(&url, Look::DESK).await;
        window.come_in(&test.as_plex("priya").await).await;
        crate::job::find(&window, if direct { "Kestrel" } else { "Velvet Static" }).await;
        window.press("Request").await;
        window.press("Request the film").await;
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        eprintln!("direct {direct}: {} {:?} {:?}", window.place().await, line.asked(), window.complaints().await);
        let found = window.driver.execute_async("const done = arguments[0]; const f = document.querySelector('#dialog form'); if (!f) return done('no form'); fetch(f.action, {method: 'POST', body: new URLSearchParams(new FormData(f)), headers: {'HX-Request': 'true', 'HX-Target': 'dialog#dialog'}}).then(a => a.text().then(t => done([a.status, [...a.headers], t.slice(0, 200)])))", Vec::new()).await;
        eprintln!("{:?}", found.map(|f| f.json().clone()));
    }
}
