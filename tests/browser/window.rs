//! One browser window: where it is, what it shows, what it complains about.

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, WebDriver};

use crate::stage::Stage;
use crate::support::patience::look_for;

pub struct Window {
    pub driver: WebDriver,
    base: String,
    _profile: TempDir,
    _stage: Arc<Stage>,
}

impl Window {
    pub fn new(driver: WebDriver, base: String, profile: TempDir, stage: Arc<Stage>) -> Self {
        Self { driver, base, _profile: profile, _stage: stage }
    }

    /// Visits an address of the house.
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    /// Path and query of where the window is; the whole address when that is another host.
    pub async fn place(&self) -> String {
        let url = self.driver.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.base).map(str::to_owned).unwrap_or(url)
    }

    /// Waits until the window is at an address that begins like this.
    pub async fn at(&self, path: &str) {
        self.wait(&format!("the window is at {path}"), || async { self.place().await.starts_with(path).then_some(()) })
            .await;
    }

    /// The words a person sees, as they see them.
    pub async fn words(&self) -> String {
        match self.driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub async fn shows(&self, words: &str) -> bool {
        plain(&self.words().await).contains(&plain(words))
    }

    /// Waits until these words are seen.
    pub async fn see(&self, words: &str) {
        self.wait(&format!("'{words}' is seen"), || async { self.shows(words).await.then_some(()) }).await;
    }

    /// Waits until these words are seen no more.
    pub async fn miss(&self, words: &str) {
        self.wait(&format!("'{words}' is gone"), || async { (!self.shows(words).await).then_some(()) }).await;
    }

    /// Loads the page again and again, as somebody without scripts does, until these words are seen.
    pub async fn refresh_until(&self, words: &str) {
        self.wait(&format!("'{words}' is seen after a look again"), || async {
            if self.shows(words).await {
                return Some(());
            }
            self.driver.refresh().await.unwrap();
            None
        })
        .await;
    }

    /// Waits for something in the page; in vain, it says what the page was and keeps a picture of it.
    pub async fn wait<T, F: Future<Output = Option<T>>>(&self, what: &str, ask: impl FnMut() -> F) -> T {
        if let Some(found) = look_for(ask).await {
            return found;
        }
        let picture = std::env::temp_dir().join(format!("usherr-browser-{}.png", std::process::id()));
        self.picture(&picture).await;
        let (place, words) = (self.place().await, self.words().await);
        panic!("waited in vain until {what}\nat {place} ({})\n{words}", picture.display());
    }

    pub async fn picture(&self, file: &std::path::Path) {
        drop(self.driver.screenshot(file).await);
    }

    /// The size of what is seen, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        // As on a phone, where they lie above the page.
        self.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
    }

    /// What the device prefers: a dark or a light theme, and no motion, so that nothing is measured half faded.
    pub async fn prefer(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        self.driver.cdp().send_raw(command, params).await.unwrap()
    }

    /// Runs a script in the page, as a test may; returns what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Waits until a script of the test's own returns this.
    pub async fn returns(&self, script: &str, wanted: impl Into<Value>) {
        let wanted = wanted.into();
        let what = format!("{script} is {wanted}");
        self.wait(&what, || async { (self.run(script).await == wanted).then_some(()) }).await;
    }

    /// What the browser complained about our pages since the last look: errors of scripts, refused by the policy, failed
    /// loads. What Plex's page does wrong is not ours; nor is a picture that its host had not drawn in time, whose
    /// stand-in is what the page is made for.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.unwrap();
        let bad = |level: &str, message: &str| level == "SEVERE" || message.contains("Content Security Policy");
        let pictures = format!("{}/images/", self.base);
        let ours = |message: &str| {
            !message.starts_with("http") || message.starts_with(&self.base) && !message.starts_with(&pictures)
        };
        let all = log.into_iter().filter(|one| bad(&one.level, &one.message)).map(|one| one.message);
        all.filter(|one| ours(one)).collect()
    }

    /// Nothing to complain about; `known` are parts of complaints that belong to the test, such as a 422 it brought about.
    #[track_caller]
    pub fn clean(&self, known: &[&str]) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let new = |one: &String| !known.iter().any(|known| one.contains(known));
            let complaints: Vec<String> = self.complaints().await.into_iter().filter(new).collect();
            assert!(complaints.is_empty(), "at {at}: the browser complains at {}: {complaints:#?}", self.place().await);
        }
    }

    pub async fn close(self) {
        self.driver.quit().await.unwrap();
    }
}

/// Without what only typography knows.
pub fn plain(words: &str) -> String {
    let words = words.replace('’', "'").replace('\u{a0}', " ").to_lowercase();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
