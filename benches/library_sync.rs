//! A first sync of 100,000 titles, and how much memory it took at its peak (the bar is 80 MB). The simulated media server
//! runs in this process; the sync runs in a child, so that only its own memory is counted.
//! `cargo bench --bench library_sync [titles]`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::Instant;

use secrecy::SecretString;
use usherr::app::App;
use usherr::app::run::RunHandle;
use usherr::clock::Clock;
use usherr::config::{Config, Overrides};
use usherr::db::jobs;
use usherr::demo::{World, WorldOptions};
use usherr::domain::jobs::{JobName, RunCause};
use usherr::features::{libraries, settings};

const CHILD: &str = "the child that syncs";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == CHILD) {
        Some(at) => runtime.block_on(sync(Path::new(&arguments[at + 1]))),
        None => {
            let titles = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
            runtime.block_on(measure(titles));
        }
    }
}

async fn measure(titles: usize) {
    let world = World::start(WorldOptions { titles, household: false, ..WorldOptions::test() }).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("usherr.toml"), world.settings_file()).unwrap();
    let child = tokio::process::Command::new(std::env::current_exe().unwrap()).arg(CHILD).arg(folder.path()).status();
    assert!(child.await.unwrap().success(), "the sync failed");
}

async fn sync(folder: &Path) {
    let mut config = Config::load(Overrides { data_dir: Some(folder.join("data")), ..Overrides::default() }).unwrap();
    config.database_url = format!("sqlite://{}", folder.join("data").join("usherr.db").display());
    config.secret_key = Some(SecretString::from("a master key for measuring, long enough"));
    let app = App::build(config, Clock::system()).await.unwrap();
    settings::file::apply_at(&app, &folder.join("usherr.toml")).await.unwrap();
    println!("before: {} MB", peak());
    let now = app.now();
    let claim = app
        .db
        .write(move |tx| {
            jobs::ask(tx, JobName::LibrarySync, RunCause::Asked, None, now)?;
            jobs::take(tx, None, now)
        })
        .await
        .unwrap()
        .unwrap();
    let began = Instant::now();
    let result = libraries::sync::run(RunHandle::new(app.clone(), claim)).await.unwrap();
    println!("{result} in {:.1} s, peak {} MB resident", began.elapsed().as_secs_f64(), peak());
}

/// The most memory that was resident so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() / 1024
}
