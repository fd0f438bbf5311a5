//! Starts chromedriver and Chromium windows, and ends them with the test, however that ends.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::json;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::window::Window;

/// A running chromedriver.
pub struct Stage {
    url: String,
    child: Child,
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How somebody looks at the house.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub scripts: bool,
    pub dark: bool,
}

impl Look {
    pub const PHONE: Look = Look { width: 360, height: 800, scripts: true, dark: false };
    pub const DESK: Look = Look { width: 1280, height: 900, scripts: true, dark: false };

    pub fn without_scripts(self) -> Look {
        Look { scripts: false, ..self }
    }
}

impl Stage {
    /// `None` where there is no Chromium.
    #[allow(clippy::explicit_write)]
    pub fn set() -> Option<Arc<Stage>> {
        // What the house warns of stands beside what the browser saw.
        let log = tracing_subscriber::fmt().with_env_filter("usherr=warn").with_test_writer();
        drop(log.try_init());
        let programs = ["chromedriver", "chromium"];
        if let Some(missing) = programs.into_iter().find(|name| program(name).is_none()) {
            let required = std::env::var("USHERR_TEST_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(!required, "{missing} is not installed, and USHERR_TEST_REQUIRE_PEERS=1 wants it");
            // Not `eprintln`: the notice of a test that passes would be swallowed.
            writeln!(std::io::stderr(), "left out: {missing} is not installed").unwrap();
            return None;
        }
        let (child, port) = (0..5).find_map(|_| driver()).expect("chromedriver names its port");
        Some(Arc::new(Stage { url: format!("http://127.0.0.1:{port}"), child }))
    }

    /// A browser of its own: nothing shared with any other, not even cookies.
    pub async fn window(self: &Arc<Self>, base: &str, look: Look) -> Window {
        let profile = tempfile::tempdir().unwrap();
        let mut caps = DesiredCapabilities::chrome();
        let folder = format!("--user-data-dir={}", profile.path().display());
        for arg in ARGUMENTS.iter().copied().chain([folder.as_str()]) {
            caps.add_arg(arg).unwrap();
        }
        caps.set_binary(program("chromium").unwrap().to_str().unwrap()).unwrap();
        caps.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
        if !look.scripts {
            let prefs = json!({ "profile.managed_default_content_settings.javascript": 2 });
            caps.add_experimental_option("prefs", prefs).unwrap();
        }
        let driver = WebDriver::new(&self.url, caps).await.expect("Chromium opens");
        let window = Window::new(driver, base.to_owned(), profile, self.clone());
        window.resize(look.width, look.height).await;
        window.prefer(look.dark).await;
        window
    }
}

/// Takes any port, and gives up when that is free for IPv6 but not for IPv4.
fn driver() -> Option<(Child, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let Some(port) = said.find_map(|line| port_in(&line.unwrap())) else {
        child.wait().unwrap();
        return None;
    };
    // It must never wait for somebody to read what it says.
    std::thread::spawn(move || said.for_each(drop));
    Some((child, port))
}

const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

fn port_in(line: &str) -> Option<u16> {
    line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
