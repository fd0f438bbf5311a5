//! The program itself, as a process of its own: started, watched, killed and started again.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::ExposeSecret;
use usherr::config::Config;

use super::patience::{at_last, until};

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with nothing of the test's own environment that would matter to it.
pub fn usherr() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usherr"));
    for (name, _) in std::env::vars() {
        if name.starts_with("USHERR_") || name == "DATABASE_URL" || name == "TZ" {
            command.env_remove(name);
        }
    }
    command.env("USHERR_MEMORY_TUNED", "1").stdin(Stdio::null());
    command
}

/// The program with the configuration of a test's house.
pub fn of(config: &Config) -> Command {
    let mut command = usherr();
    let key = config.secret_key.as_ref().map(|key| key.expose_secret().to_owned()).unwrap_or_default();
    command
        .env("USHERR_LISTEN", config.listen.to_string())
        .env("USHERR_DATA_DIR", &config.data_dir)
        .env("DATABASE_URL", &config.database_url)
        .env("USHERR_SECRET_KEY", key)
        .env("USHERR_LOG", &config.log)
        .env("USHERR_PLEX_TV_URL", &config.plex.plex_tv)
        .env("USHERR_PLEX_CLIENTS_URL", &config.plex.clients)
        .env("USHERR_PLEX_DISCOVER_URL", &config.plex.discover)
        .env("USHERR_PLEX_COMMUNITY_URL", &config.plex.community)
        .env("USHERR_PLEX_AUTH_URL", &config.plex.auth);
    command
}

/// Killed when dropped.
struct Mortal(Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl std::ops::Deref for Mortal {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl std::ops::DerefMut for Mortal {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

/// Runs a command to its end.
pub async fn run(mut command: Command) -> Ended {
    let mut child = Mortal(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let (out, err) = (reader(child.stdout.take().unwrap()), reader(child.stderr.take().unwrap()));
    let status = ended(&mut child).await;
    Ended { code: status.code(), out: out.recv().unwrap(), err: err.recv().unwrap() }
}

fn reader(mut from: impl Read + Send + 'static) -> Receiver<String> {
    let (to, kept) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = from.read_to_string(&mut text);
        let _ = to.send(text);
    });
    kept
}

async fn ended(child: &mut Child) -> ExitStatus {
    until("the program ends", || {
        let status = child.try_wait().unwrap();
        async move { status }
    })
    .await
}

/// An open house in a process of its own. Killed when dropped.
pub struct Running {
    child: Mortal,
    pub url: String,
    said: Arc<Mutex<Vec<String>>>,
    reading: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Starts it and waits until it says where it is open. None when it died before.
    pub async fn start(mut command: Command) -> Option<Running> {
        let mut child = Mortal(command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, errors) = (said.clone(), child.stderr.take().unwrap());
        let reading = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        let (opened, wait) = tokio::sync::oneshot::channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut opened = Some(opened);
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("Usherr is open at ")
                    && let Some(opened) = opened.take()
                {
                    let _ = opened.send(url.trim_end_matches('/').to_owned());
                }
            }
        });
        let url = at_last("an open house", wait).await;
        match url {
            Ok(url) => Some(Running { child, url, said, reading: Some(reading) }),
            Err(_) => {
                ended(&mut child).await;
                None
            }
        }
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits until it is dead.
    pub async fn death(&mut self) {
        until("it is dead", || {
            let dead = !self.is_alive();
            async move { dead.then_some(()) }
        })
        .await;
    }

    /// What it has written to standard error so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// The fail-point it died at.
    pub async fn last_words(&mut self) -> String {
        ended(&mut self.child).await;
        let point = || self.said().iter().find_map(|line| line.strip_prefix("fail point: ").map(str::to_owned));
        until("the last words are read", || async { point() }).await
    }

    /// Asks it to end, as a container runtime does, and waits for that. Also what it said until then.
    pub async fn end(mut self) -> (ExitStatus, Vec<String>) {
        let pid = self.child.id().to_string();
        // The one that the shell has: a program of this name is not on every machine.
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().unwrap();
        assert!(told.success());
        let status = ended(&mut self.child).await;
        if let Some(reading) = self.reading.take() {
            let _ = tokio::task::spawn_blocking(move || reading.join()).await;
        }
        (status, self.said())
    }
}

/// An address of this machine that nobody uses now. It lies below those that the system gives away by itself, as it must
/// still be free when the program there has died, and each is given once.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 9_000).unwrap();
    let next = || SocketAddr::from(([127, 0, 0, 1], 10_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000));
    std::iter::repeat_with(next).find(|address| TcpListener::bind(address).is_ok()).unwrap()
}
