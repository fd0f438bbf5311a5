//! What a first visit and a fragment cost, as they go over the wire.

use serde_json::Value;

use crate::pages::ask;
use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::window::Window;

/// Bytes of the page and all it loads, without pictures of titles; the files that block rendering.
const COST: &str = "const parts = [...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource')].filter(one => !new URL(one.name).pathname.startsWith('/images/'));
    return [parts.reduce((sum, one) => sum + one.encodedBodySize, 0),
      parts.filter(one => one.renderBlockingStatus === 'blocking').length,
      parts.map(one => `${one.name} ${one.encodedBodySize} ${one.contentEncoding ?? ''} ${one.renderBlockingStatus}`)]";

/// Bytes of what one address answers to htmx.
const FRAGMENT: &str = "const done = arguments[1];
    fetch(arguments[0], {headers: {'HX-Request': 'true'}}).then(answer => answer.text()).then(() =>
      done(performance.getEntriesByName(new URL(arguments[0], location).href).at(-1).encodedBodySize))";

async fn is_light(window: &Window, path: &str) {
    window.driver.cdp().send_raw("Network.clearBrowserCache", Value::Object(Default::default())).await.unwrap();
    window.open(path).await;
    let cost = window.run(COST).await;
    let (bytes, blocking) = (cost[0].as_u64().unwrap(), cost[1].as_u64().unwrap());
    assert!(bytes > 2_000 && bytes < 60_000, "{path} costs {bytes} bytes: {:#}", cost[2]);
    assert!(blocking <= 3, "{path} waits for {blocking} files: {:#}", cost[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_and_a_fragment_are_light() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let priya = test.as_plex("priya").await;
    let parcel = ask(&test, &priya, "Kestrel").await;
    let window = stage.window(&test.url(), Look::PHONE).await;
    is_light(&window, "/login").await;
    window.come_in(&priya).await;
    for path in ["/", "/search?q=harbour", &parcel] {
        is_light(&window, path).await;
    }
    for path in ["/search/now?q=har", &format!("{parcel}/now")] {
        let cost = window.driver.execute_async(FRAGMENT, vec![Value::from(path)]).await.unwrap().json().clone();
        let bytes = cost.as_u64().unwrap();
        assert!(bytes > 200 && bytes < 15_000, "{path} costs {bytes} bytes");
    }
    window.clean(&[]).await;
    window.close().await;
    test.close().await;
}
