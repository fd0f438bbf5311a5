//! Backups as people, programs and the command line make, read and put them back.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::json;
use usherr::app::App;
use usherr::clock::Clock;
use usherr::config::Config;
use usherr::crypto::SessionClaims;
use usherr::db::backups::folder::Folder;
use usherr::db::conn::Manager;
use usherr::db::{Tx, migrate, outbox, people, sessions};
use usherr::demo::WorldOptions;
use usherr::domain::activity::ActivityKind;
use usherr::domain::backup::BackupKind;
use usherr::domain::effect::Effect;
use usherr::domain::ids::TitleId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;
use usherr::domain::settings::SettingKey;

use super::support::TestApp;
use super::support::child::{self, Ended, Running};
use super::support::database::bare;
use super::support::house::Estate;
use super::support::patience::until;
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;

const PASSPHRASE: &str = "a long day at the pictures";

async fn run(config: &Config, args: &[&str]) -> Ended {
    let mut command = child::of(config);
    command.args(args);
    child::run(command).await
}

/// A house whose doors are closed, with a database that nobody has open: the ticker of this process keeps its own until
/// the process ends.
async fn left(test: TestApp) -> Estate {
    let mut estate = test.shut().await;
    if estate.config.database_url.starts_with("sqlite://") {
        let copy = estate.folder.path().join("left.db");
        let mut conn = Manager::parse(&estate.config.database_url).unwrap().first().unwrap();
        conn.batch_execute(&format!("VACUUM INTO '{}'", copy.display())).unwrap();
        estate.config.database_url = format!("sqlite://{}", copy.display());
    }
    estate
}

/// The same with something on standard input.
async fn tell(config: &Config, folder: &Path, said: &str, args: &[&str]) -> Ended {
    let typed = folder.join("typed");
    std::fs::File::create(&typed).unwrap().write_all(said.as_bytes()).unwrap();
    let mut command = child::of(config);
    command.args(args).stdin(Stdio::from(std::fs::File::open(&typed).unwrap()));
    child::run(command).await
}

#[track_caller]
fn done(ended: Ended) -> Ended {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended
}

#[track_caller]
fn refused(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
    assert!(ended.err.contains(words), "{ended:?}");
}

fn of_kind(config: &Config, kind: BackupKind) -> Vec<PathBuf> {
    let folder = Folder::below(&config.data_dir);
    let all = folder.list().unwrap();
    all.into_iter().filter(|one| one.name.kind == kind).map(|one| folder.path_of(&one.name)).collect()
}

/// A house elsewhere that holds nothing yet, in a database of the engine under test.
fn elsewhere(like: &Config, folder: &Path, url: &str) -> Config {
    let mut config = like.clone();
    config.data_dir = folder.join("elsewhere");
    url.clone_into(&mut config.database_url);
    config.secret_key = None;
    config
}

async fn build(config: &Config) -> App {
    App::build(config.clone(), Clock::system()).await.unwrap()
}

#[tokio::test]
async fn an_admin_makes_one_looks_at_it_downloads_it_and_removes_it() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    admin.get("/admin/backups").await.is(200).has("There is no backup yet").has("Back up now");
    let begun = admin.post("/admin/backups", &[]).await.is(303);
    assert!(begun.location().starts_with("/admin/runs/"), "{}", begun.location());
    let run = test.run_job(JobName::Backup).await;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.error);
    admin.get(begun.location()).await.is(200).has("Back up");
    let made = of_kind(&test.config, BackupKind::ByHand);
    let name = made[0].file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(std::fs::metadata(&made[0]).unwrap().permissions().mode() & 0o777, 0o600);
    admin.get("/admin/backups").await.is(200).has(&name).has("By hand").has("person").lacks("There is no backup yet");
    let page = admin.get(&format!("/admin/backups/{name}")).await.is(200);
    page.has("usherr restore ").has("not in it: keep secret.key beside it").has("Put it back");

    let file = admin.begin(Method::GET, &format!("/admin/backups/{name}/file"), None).await.unwrap();
    assert_eq!(file.headers()["cache-control"], "no-store");
    assert_eq!(file.headers()["content-disposition"], format!("attachment; filename=\"{name}\"").as_str());
    assert!(!file.headers().contains_key("content-encoding"));
    assert_eq!(file.bytes().await.unwrap(), std::fs::read(&made[0]).unwrap());

    let asked = format!("/admin/backups/{name}/removal");
    admin.get(&asked).await.is(200).has("Remove this backup?").has("goes for good");
    assert!(made[0].exists());
    admin.post(&asked, &[]).await.is(303);
    assert!(!made[0].exists());
    admin.get(&asked).await.is(404);
    admin.get("/admin/activity").await.is(200).has("removed the backup").has("downloaded the backup");
    test.close().await;
}

#[tokio::test]
async fn auditors_read_and_nobody_below_does() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.run_job(JobName::Backup).await;
    let made = of_kind(&test.config, BackupKind::ByHand);
    let at = format!("/admin/backups/{}", made[0].file_name().unwrap().to_str().unwrap());
    for (role, read, write) in [
        (Role::Viewer, 403, 403),
        (Role::Requester, 403, 403),
        (Role::Moderator, 403, 403),
        (Role::Auditor, 200, 403),
        (Role::Admin, 200, 303),
    ] {
        let somebody = test.as_role(role).await;
        somebody.get("/admin/backups").await.is(read);
        somebody.get("/api/backups").await.is(read);
        somebody.get(&at).await.is(read);
        somebody.get(&format!("{at}/file")).await.is(if write == 303 { 200 } else { 403 });
        somebody.post("/admin/backups", &[]).await.is(write);
        somebody.post("/admin/jobs/backup/run", &[]).await.is(write);
        somebody.json(Method::POST, "/api/backups", json!({})).await.is(if write == 303 { 202 } else { 403 });
        somebody.post(&format!("{at}/removal"), &[]).await.is(write);
    }
    test.as_role(Role::Auditor).await.get("/admin/backups").await.is(200).lacks("Back up now").lacks("Download</a>");
    test.as_role(Role::Moderator).await.get("/admin/jobs/backup").await.is(200).lacks("Run now");
    test.nobody().get("/admin/backups").await.is(303);
    let admin = test.add_person("boss", Role::Admin).await;
    test.signed_in(admin).await.without_origin().post("/admin/backups", &[]).await.is(403);
    test.run_job(JobName::Backup).await;
    test.close().await;
}

#[tokio::test]
async fn no_address_leads_out_of_the_folder() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    std::fs::create_dir_all(test.config.data_dir.join("backups")).unwrap();
    std::fs::write(test.config.data_dir.join("secret.key"), "not for you").unwrap();
    std::fs::write(test.config.data_dir.join("backups/notes.txt"), "nor this").unwrap();
    for name in [
        "..%2Fsecret.key",
        "%2e%2e%2fsecret.key",
        "..%5Csecret.key",
        "notes.txt",
        "by-hand-20261121-033000-000.usherr%00",
        "..%2Fby-hand-20261121-033000-000.usherr",
        "by-hand-20261121-033000-000.usherr",
        ".",
        "%20",
    ] {
        for end in ["", "/file", "/removal"] {
            admin.get(&format!("/admin/backups/{name}{end}")).await.is(404).lacks("not for you");
        }
        admin.post(&format!("/admin/backups/{name}/removal"), &[]).await.is(404);
    }
    assert!(test.config.data_dir.join("secret.key").exists());
    assert!(test.config.data_dir.join("backups/notes.txt").exists());
    test.close().await;
}

#[tokio::test]
async fn a_program_asks_for_one_and_reads_the_list() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let begun = admin.json(Method::POST, "/api/backups", json!({})).await.is(202).json();
    let id = begun["run_id"].as_i64().unwrap();
    let run = until("the backup is made", || async {
        let run = admin.get(&format!("/api/runs/{id}")).await.is(200).json();
        (run["state"] != "running").then_some(run)
    })
    .await;
    assert_eq!((&run["state"], &run["job"]), (&json!("succeeded"), &json!("backup")), "{run}");
    assert_eq!(run["done"].as_i64().map(|done| done + 1), run["total"].as_i64(), "table by table: {run}");
    let list = admin.get("/api/backups?per_page=1").await.is(200).json();
    assert_eq!((&list["total"], &list["items"][0]["kind"]), (&json!(1), &json!("by_hand")), "{list}");
    assert_eq!(list["items"][0]["name"], run["result"]["file"]);
    assert_eq!(list["items"][0]["people"], json!(1));
    test.close().await;
}

#[tokio::test]
async fn old_ones_go_and_a_damaged_one_is_told() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.setting(SettingKey::BackupKeep, "2").await;
    for _ in 0..3 {
        assert_eq!(test.run_job(JobName::Backup).await.state, RunState::Succeeded);
    }
    let left = of_kind(&test.config, BackupKind::ByHand);
    assert_eq!(left.len(), 2);
    std::fs::write(&left[1], "half").unwrap();
    let admin = test.as_admin().await;
    admin.get("/admin/backups").await.is(200).has("Damaged").has("The last 2 stay");
    let name = left[1].file_name().unwrap().to_str().unwrap();
    admin
        .get(&format!("/admin/backups/{name}"))
        .await
        .is(200)
        .has("damaged and can’t be put back")
        .lacks("usherr restore");
    test.close().await;
}

/// As when the disk is full, or belongs to somebody else.
#[tokio::test]
async fn a_folder_that_takes_nothing_fails_the_job_in_words() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    std::fs::write(test.config.data_dir.join("backups"), "in the way").unwrap();
    let run = test.run_job(JobName::Backup).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.as_deref().is_some_and(|words| words.contains("No backup was made")), "{:?}", run.error);
    assert_eq!(std::fs::read_to_string(test.config.data_dir.join("backups")).unwrap(), "in the way");
    let ended = run_cli_on_full_disk(&test.config).await;
    refused(&ended, "disk is full");
    let left: Vec<_> = std::fs::read_dir(test.config.data_dir.join("full")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    test.house.close().await;
    test.world.stop().await;
}

async fn run_cli_on_full_disk(config: &Config) -> Ended {
    let folder = config.data_dir.join("full");
    std::fs::create_dir_all(&folder).unwrap();
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" backup \"$1\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_usherr")]).arg(folder.join("x.usherr"));
    for (name, value) in child::of(config).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    child::run(command).await
}

#[tokio::test]
async fn a_house_goes_into_a_file_and_comes_back_elsewhere_with_its_secrets() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let id = test.as_role(Role::Requester).await.ask(a_film(&film)).await;
    test.settled().await;
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let file = folder.path().join("all.usherr");
    let path = file.to_str().unwrap();
    // Beside the open house.
    let ended = done(tell(&test.config, folder.path(), PASSPHRASE, &["backup", path, "--passphrase-stdin"]).await);
    assert!(!ended.out.contains("keep it beside"), "{ended:?}");
    refused(&run(&test.config, &["backup", path]).await, "It was left alone");
    refused(&run(&test.config, &["restore", path]).await, "Usherr is running on this database");
    let (key, token) = (test.world.radarr().api_key(), test.world.owner().unwrap().token);
    let bytes = std::fs::read(&file).unwrap();
    let mut plain = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut plain).unwrap();
    assert!(!plain.contains(&key) && !plain.contains(&token) && !plain.contains("a master key for tests"));

    let there = elsewhere(&test.config, folder.path(), &database.url);
    refused(&run(&there, &["restore", path]).await, "--passphrase-stdin");
    let wrong = tell(&there, folder.path(), "another passphrase", &["restore", path, "--passphrase-stdin"]).await;
    refused(&wrong, "does not open the key");
    assert!(!there.data_dir.join("secret.key").exists() && !there.data_dir.join("usherr.db").exists());
    let came = done(tell(&there, folder.path(), PASSPHRASE, &["restore", path, "--passphrase-stdin"]).await);
    assert!(came.out.contains("Everybody signs in anew") && came.out.contains("1 requests"), "{came:?}");
    assert!(!came.out.contains("What was here before"), "{came:?}");
    let settings = done(run(&there, &["settings", "list", "--reveal"]).await);
    assert!(settings.out.contains(&key) && settings.out.contains(&token), "the secrets can be read there");

    let running = Running::start(child::of(&there)).await.unwrap();
    let browser = super::support::Browser::new(&running.url);
    browser.get("/admin").await.is(303);
    let entered = browser.post("/login", &[("username", "mara"), ("password", super::support::house::PASSWORD)]).await;
    entered.is(303);
    browser.get(&format!("/requests/{id}")).await.is(200).has(&film.title);
    browser.get(&format!("/search?q={}", film.title)).await.is(200).has(&film.title);
    browser.get("/admin/activity?kind=restored").await.is(200).has("Usherr was restored from");
    running.end().await;
    test.close().await;
}

#[tokio::test]
async fn without_its_key_nothing_is_restored_and_with_it_all_is() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.usherr");
    let path = file.to_str().unwrap();
    let ended = done(run(&test.config, &["backup", path]).await);
    assert!(ended.out.contains("USHERR_SECRET_KEY of this house"), "{ended:?}");
    let estate = left(test).await;
    let mut other = estate.config.clone();
    other.secret_key = Some("another key, which is long enough, too".to_owned().into());
    refused(&run(&other, &["restore", path]).await, "holds no key");
    assert_eq!(of_kind(&estate.config, BackupKind::BeforeRestore).len(), 0);
    done(run(&estate.config, &["restore", path]).await);
    assert_eq!(of_kind(&estate.config, BackupKind::BeforeRestore).len(), 1);
    // With a passphrase, but the environment insists on another key.
    let locked = folder.path().join("locked.usherr");
    let locked = locked.to_str().unwrap();
    done(tell(&estate.config, folder.path(), PASSPHRASE, &["backup", locked, "--passphrase-stdin"]).await);
    let insists = tell(&other, folder.path(), PASSPHRASE, &["restore", locked, "--passphrase-stdin"]).await;
    refused(&insists, "USHERR_SECRET_KEY is another key");
    let short = tell(&estate.config, folder.path(), "short", &["backup", "--passphrase-stdin"]).await;
    refused(&short, "8 letters or more");
    estate.world.stop().await;
}

/// A key file of the house that was there gives way to the one in the backup, and stays beside it.
#[tokio::test]
async fn the_key_comes_with_the_house_and_the_old_one_is_kept() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let file = folder.path().join("all.usherr");
    let path = file.to_str().unwrap();
    done(tell(&test.config, folder.path(), PASSPHRASE, &["backup", path, "--passphrase-stdin"]).await);
    let there = elsewhere(&test.config, folder.path(), &database.url);
    // The wizard was opened there once.
    drop(build(&there).await);
    let old = std::fs::read_to_string(there.data_dir.join("secret.key")).unwrap();
    done(tell(&there, folder.path(), PASSPHRASE, &["restore", path, "--passphrase-stdin"]).await);
    assert_eq!(
        std::fs::read_to_string(there.data_dir.join("secret.key")).unwrap(),
        "a master key for tests, long enough"
    );
    let names = std::fs::read_dir(&there.data_dir).unwrap().map(|entry| entry.unwrap().path());
    let beside: Vec<PathBuf> = names.filter(|path| path.to_string_lossy().contains("secret.key.")).collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
    assert_eq!(std::fs::read_to_string(&beside[0]).unwrap(), old);
    // Cut off before the key was in its place: the next start puts it there.
    std::fs::rename(there.data_dir.join("secret.key"), there.data_dir.join("secret.key.coming")).unwrap();
    std::fs::write(there.data_dir.join("secret.key"), &old).unwrap();
    let app = build(&there).await;
    assert_eq!(
        std::fs::read_to_string(there.data_dir.join("secret.key")).unwrap(),
        "a master key for tests, long enough"
    );
    let claims = SessionClaims { sub: 1, sid: "x".to_owned(), iat: 0, exp: 1 };
    let (one, other) = (app.keys.session_token(&claims).unwrap(), test.app().keys.session_token(&claims).unwrap());
    use secrecy::ExposeSecret;
    assert_eq!(one.expose_secret(), other.expose_secret());
    // Cut off before the database was replaced: the old key stays.
    std::fs::write(there.data_dir.join("secret.key.coming"), &old).unwrap();
    drop(build(&there).await);
    assert_eq!(
        std::fs::read_to_string(there.data_dir.join("secret.key")).unwrap(),
        "a master key for tests, long enough"
    );
    assert!(!there.data_dir.join("secret.key.coming").exists());
    test.close().await;
}

#[tokio::test]
async fn nobody_is_signed_in_and_nothing_is_done_twice_after_a_restore() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let now = test.app().now();
    let effect = Effect::TitleArrived { title: TitleId(4711) };
    let wait = move |tx: &mut Tx<'_>| outbox::push(tx, &effect, "waits", now + chrono::TimeDelta::days(1));
    test.app().db.write(wait).await.unwrap();
    let mara = test.app().db.read(|conn| people::by_username(conn, "mara")).await.unwrap().unwrap().id;
    test.as_admin().await;
    done(run(&test.config, &["backup"]).await);
    let file = of_kind(&test.config, BackupKind::ByHand).remove(0);
    // Something that comes later than the backup.
    test.add_person("later", Role::Viewer).await;
    let estate = left(test).await;
    let config = estate.config.clone();
    let restored = done(run(&config, &["restore", file.to_str().unwrap()]).await);
    assert!(restored.out.contains("What was here before is kept in"), "{restored:?}");
    let app = build(&config).await;
    let (waiting, dead) = app.db.read(outbox::counts).await.unwrap();
    assert_eq!((waiting, dead), (0, 0));
    assert!(app.db.read(move |conn| sessions::of_person(conn, mara, now)).await.unwrap().is_empty());
    assert!(app.db.read(|conn| people::by_username(conn, "later")).await.unwrap().is_none());
    drop(app);
    // What was there before can be had back, too.
    let before = of_kind(&config, BackupKind::BeforeRestore).remove(0);
    done(run(&config, &["restore", before.to_str().unwrap()]).await);
    let app = build(&config).await;
    assert!(app.db.read(|conn| people::by_username(conn, "later")).await.unwrap().is_some());
    drop(app);
    estate.world.stop().await;
}

/// Killed at every point that there is, the house is the old one or the new one, and its secrets can be read.
#[tokio::test]
async fn a_restore_that_is_killed_leaves_one_house_whole() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let file = folder.path().join("all.usherr");
    let path = file.to_str().unwrap();
    done(tell(&test.config, folder.path(), PASSPHRASE, &["backup", path, "--passphrase-stdin"]).await);
    let key = test.world.radarr().api_key();
    let there = elsewhere(&test.config, folder.path(), &database.url);
    drop(build(&there).await);
    let (mut olds, mut news) = (0, 0);
    for n in 1.. {
        let typed = folder.path().join("typed");
        std::fs::write(&typed, PASSPHRASE).unwrap();
        let mut command = child::of(&there);
        command.args(["restore", path, "--passphrase-stdin"]).env("USHERR_TEST_KILL_AT", n.to_string());
        command.stdin(Stdio::from(std::fs::File::open(&typed).unwrap()));
        let ended = child::run(command).await;
        let settings = done(run(&there, &["settings", "list", "--reveal"]).await);
        match settings.out.contains(&key) {
            true => news += 1,
            false => {
                assert!(!settings.out.contains("radarr."), "{settings:?}");
                olds += 1;
            }
        }
        if ended.code == Some(0) {
            break;
        }
        assert_eq!(ended.code, None, "{ended:?}");
        assert!(n < 20);
    }
    assert!(olds > 0 && news > 1, "{olds} times the old house, {news} times the new one");
    test.close().await;
}

#[tokio::test]
async fn a_torn_or_foreign_file_changes_nothing() {
    let estate = left(TestApp::unsynced(WorldOptions::test()).await).await;
    let config = &estate.config;
    done(run(config, &["backup"]).await);
    let file = of_kind(config, BackupKind::ByHand).remove(0);
    let bytes = std::fs::read(&file).unwrap();
    let bad = estate.folder.path().join("bad.usherr");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for (content, words) in [
        (&bytes[..bytes.len() - 20], "damaged or was cut off"),
        (&flipped[..], "damaged"),
        (&b"a diary"[..], "no backup of Usherr"),
        (&[][..], "no backup of Usherr"),
    ] {
        std::fs::write(&bad, content).unwrap();
        refused(&run(config, &["restore", bad.to_str().unwrap()]).await, words);
    }
    refused(&run(config, &["restore", "/no/such/file"]).await, "can't be read");
    assert!(of_kind(config, BackupKind::BeforeRestore).is_empty());
    let app = build(config).await;
    assert!(app.db.read(|conn| people::by_username(conn, "mara")).await.unwrap().is_some());
    drop(app);
    estate.world.stop().await;
}

#[tokio::test]
async fn an_empty_house_has_nothing_to_back_up() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let mut command = child::usherr();
    command.arg("backup").env("USHERR_DATA_DIR", folder.path()).env("DATABASE_URL", &database.url);
    refused(&child::run(command).await, "nothing to back up");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// A house whose last step has not been taken.
/// How the newest step is taken back, in words of the engine.
fn way_back(newest: &str) -> String {
    let engine = if std::env::var("USHERR_TEST_DATABASE_URL").is_ok() { "postgres" } else { "sqlite" };
    let steps = std::fs::read_dir(format!("migrations/{engine}")).unwrap().map(|step| step.unwrap().path());
    let digits = |path: &std::path::Path| -> String {
        path.file_name().unwrap().to_string_lossy().chars().filter(char::is_ascii_digit).collect()
    };
    let step = steps.into_iter().find(|path| digits(path).starts_with(newest)).unwrap();
    std::fs::read_to_string(step.join("down.sql")).unwrap()
}

async fn outdated() -> Estate {
    let estate = left(TestApp::unsynced(WorldOptions::test()).await).await;
    let mut conn = Manager::parse(&estate.config.database_url).unwrap().first().unwrap();
    let newest = migrate::known().unwrap().pop().unwrap();
    let undo = format!("{} DELETE FROM __diesel_schema_migrations WHERE version = '{newest}'", way_back(&newest));
    conn.batch_execute(&undo).unwrap();
    estate
}

#[tokio::test]
async fn an_update_keeps_how_it_was_or_does_not_happen() {
    let estate = outdated().await;
    let config = &estate.config;
    let folder = config.data_dir.join("backups");
    std::fs::write(&folder, "in the way").unwrap();
    let refusal = run(config, &["jobs", "list"]).await;
    refused(&refusal, "was not brought up to date");
    let mut conn = Manager::parse(&config.database_url).unwrap().first().unwrap();
    assert!(!migrate::is_current(&mut conn).unwrap());
    drop(conn);
    std::fs::remove_file(&folder).unwrap();
    done(run(config, &["jobs", "list"]).await);
    let kept = of_kind(config, BackupKind::BeforeUpdate);
    assert_eq!(kept.len(), 1);
    let newest = migrate::known().unwrap().pop().unwrap();
    assert!(kept[0].to_string_lossy().contains(&format!("before-update-{newest}-")), "{kept:?}");
    // Once is enough; and it can be put back, and is brought up to date.
    done(run(config, &["jobs", "list"]).await);
    assert_eq!(of_kind(config, BackupKind::BeforeUpdate).len(), 1);
    done(run(config, &["restore", kept[0].to_str().unwrap()]).await);
    let mut conn = Manager::parse(&config.database_url).unwrap().first().unwrap();
    assert!(migrate::is_current(&mut conn).unwrap());
    drop(conn);
    let app = build(config).await;
    let restored = usherr::domain::activity::ActivityFilter {
        kind: Some(ActivityKind::Restored),
        ..usherr::domain::activity::ActivityFilter::default()
    };
    let (entries, _) = app.db.read(move |conn| usherr::db::activity::page(conn, &restored, 0, 10)).await.unwrap();
    assert_eq!(entries.len(), 1);
    drop(app);
    estate.world.stop().await;
}
