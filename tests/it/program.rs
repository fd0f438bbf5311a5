//! The program from outside: how it starts, how it refuses to, and how it ends. One line, exit 1, nothing half-written.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use reqwest::Method;
use usherr::clock::Clock;
use usherr::db::conn::Manager;
use usherr::db::{Engine, migrate, outbox};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::effect::{Effect, Ending};
use usherr::domain::ids::TitleId;
use usherr::domain::people::Role;
use usherr::serve as house;
use usherr::web::cookies::SESSION;

use super::support::child::{self, Ended, Running, usherr};
use super::support::database::bare;
use super::support::patience::soon;
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

/// One line of its own on standard error, and no backtrace.
#[track_caller]
fn one_line(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let lines: Vec<&str> = ended.err.lines().collect();
    assert_eq!(lines.len(), 1, "{ended:?}");
    lines[0].strip_prefix("usherr: ").unwrap_or_else(|| panic!("{ended:?}"))
}

fn serve(folder: &Path) -> Command {
    let mut command = usherr();
    command.arg("serve").env("USHERR_DATA_DIR", folder).env("USHERR_LISTEN", "127.0.0.1:0").env("USHERR_LOG", "warn");
    command
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn an_empty_folder_opens_the_wizard_and_sigterm_ends_it() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let mut command = usherr();
    command.env("USHERR_DATA_DIR", folder.path().join("new/data")).env("DATABASE_URL", &database.url);
    command.env("USHERR_LISTEN", "127.0.0.1:0");
    let running = Running::start(command).await.unwrap();
    let browser = Browser::new(&running.url);
    let mut reply = browser.get("/").await.is(303);
    while reply.location() != "/setup" {
        assert!(reply.status.is_redirection(), "{reply:?}");
        reply = browser.follow(&reply).await;
    }
    browser.get("/healthz").await.is(200);
    browser.get("/readyz").await.is(200);
    let (ended, said) = running.end().await;
    assert_eq!(ended.code(), Some(0), "{said:?}");
    assert!(files(&folder.path().join("new/data")).contains(&"secret.key".to_owned()));
}

/// Pages that are looked at must not keep the house open.
#[tokio::test]
async fn open_streams_end_with_sigterm() {
    let test = TestApp::new().await;
    let id = test.as_role(Role::Requester).await.ask(a_film(&films_to_ask_for(&test.world)[0])).await;
    test.settled().await;
    let session = test.as_admin().await.cookie(SESSION).unwrap();
    test.world.radarr().faults().set(Fault::Hang);
    let estate = test.shut().await;
    let running = Running::start(child::of(&estate.config)).await.unwrap();
    let admin = Browser::new(&running.url).with_cookie(SESSION, &session);
    let mut streams = Vec::new();
    for path in [
        format!("/requests/{id}/events"),
        "/admin/live".to_owned(),
        "/admin/jobs/live".to_owned(),
        "/search/events?q=a".to_owned(),
    ] {
        let mut stream = admin.begin(Method::GET, &path, None).await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream", "{path}");
        stream.chunk().await.unwrap().expect("something at once");
        streams.push(stream);
    }
    let (ended, said) = soon("the end of the program", running.end()).await;
    assert_eq!(ended.code(), Some(0), "{said:?}");
    for stream in streams {
        stream.text().await.unwrap();
    }
    estate.world.stop().await;
}

#[tokio::test]
async fn a_second_instance_says_that_the_port_is_taken() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = serve(folder.path());
    command.env("USHERR_LISTEN", &address).env("DATABASE_URL", &database.url);
    let ended = child::run(command).await;
    let said = one_line(&ended);
    assert!(said.contains(&address) && said.contains("running already"), "{said}");
}

/// Neither one that was started by mistake nor, on PostgreSQL, one that serves the same house beside it.
#[tokio::test]
async fn another_instance_leaves_alone_what_is_under_way() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let now = test.app().now();
    let claim = test.app().db.write(move |tx| {
        outbox::push(tx, &Effect::TitleArrived { title: TitleId(4711) }, "under way", now + TimeDelta::days(1))?;
        outbox::claim(tx, now + TimeDelta::days(1))
    });
    let claim = claim.await.unwrap().expect("nobody else is due by then");
    let mut mistaken = child::of(&test.config);
    mistaken.env("USHERR_LISTEN", test.house.addr.to_string());
    assert!(one_line(&child::run(mistaken).await).contains("running already"));
    if test.app().db.engine == Engine::Postgres {
        let beside = house::open(test.config.clone(), Clock::system()).await.unwrap();
        beside.close().await;
    }
    let settled = test.app().db.write(move |tx| outbox::settle(tx, &claim, Ending::Done, now));
    settled.await.expect("the claim was left alone");
    test.close().await;
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_to_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    for place in [file.join("data"), Path::new("/proc/usherr").to_owned()] {
        let ended = child::run(serve(&place)).await;
        let said = one_line(&ended);
        assert!(said.contains("can't be written to") && said.contains("Nothing was changed"), "{said}");
        assert!(said.contains(&*place.to_string_lossy()), "{said}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a folder");
}

/// A limit on the size of files is met the way a full disk is: a write fails.
#[tokio::test]
async fn a_full_disk_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" serve";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_usherr")]);
    for (name, value) in serve(folder.path()).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let ended = child::run(command).await;
    let said = one_line(&ended);
    assert!(said.contains("disk"), "{said}");
    assert_eq!(files(folder.path()), Vec::<String>::new(), "nothing half-written stays");
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let mut conn = Manager::parse(&database.url).unwrap().first().unwrap();
    migrate::up(&mut conn).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')").unwrap();
    drop(conn);
    let mut command = serve(folder.path());
    command.env("DATABASE_URL", &database.url);
    let ended = child::run(command).await;
    let said = one_line(&ended);
    assert!(said.contains("newer than this program") && said.contains("nothing was changed"), "{said}");
}

#[tokio::test]
async fn a_database_that_nobody_knows_or_reaches_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (url, words) in [
        ("mysql://root@localhost/usherr", "sqlite://PATH or postgres://"),
        ("usherr.db", "sqlite://PATH or postgres://"),
        ("sqlite:///proc/no/such/folder/usherr.db", "can't be opened"),
        ("postgres://usherr:hush-hush@127.0.0.1:9/usherr", "PostgreSQL can't be reached"),
        ("postgres://usherr:hush-hush@[::1/usherr", "DATABASE_URL is not understood"),
        ("postgres://usherr:%hush-hush@127.0.0.1:9/usherr", "DATABASE_URL is not understood"),
    ] {
        let mut command = serve(folder.path());
        command.env("DATABASE_URL", url);
        let ended = child::run(command).await;
        let said = one_line(&ended);
        assert!(said.contains(words), "{url}: {said}");
        assert!(!said.contains("hush-hush"), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usherr.db");
    let bytes = "a diary, not a database. ".repeat(400);
    std::fs::write(&file, &bytes).unwrap();
    let ended = child::run(serve(folder.path())).await;
    one_line(&ended);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), bytes);
}

#[tokio::test]
async fn nonsense_in_the_environment_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("USHERR_LISTEN", "everywhere"),
        ("USHERR_BASE_URL", "usherr.example.org"),
        ("USHERR_BASE_PATH", "/a b"),
        ("USHERR_SECRET_KEY", "short"),
        ("USHERR_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("USHERR_LOG", "=,=loud"),
    ] {
        let mut command = serve(folder.path());
        command.env(name, value);
        let ended = child::run(command).await;
        let said = one_line(&ended);
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_damaged_key_is_not_replaced() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    std::fs::write(folder.path().join("secret.key"), "half a ke").unwrap();
    let mut command = serve(folder.path());
    command.env("DATABASE_URL", &database.url);
    let ended = child::run(command).await;
    assert!(one_line(&ended).contains("secret.key"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(folder.path().join("secret.key")).unwrap(), "half a ke");
}

/// A container and a command beside it, on the first day.
#[tokio::test]
async fn several_may_begin_at_once() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let data = folder.path().join("data");
    let commands = (0..5).map(|_| {
        let mut command = usherr();
        command.args(["jobs", "list"]).env("USHERR_DATA_DIR", &data).env("DATABASE_URL", &database.url);
        child::run(command)
    });
    for ended in futures_util::future::join_all(commands).await {
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    for name in files(&data) {
        assert_eq!(std::fs::metadata(data.join(&name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    let other = files(&data).into_iter().filter(|name| !name.starts_with("usherr.db") && name != "secret.key");
    assert_eq!(other.collect::<Vec<_>>(), Vec::<String>::new());
}

#[tokio::test]
async fn wrong_usage_exits_with_two() {
    for args in [&["dance"][..], &["jobs", "run", "dishwashing"], &["serve", "--listen", "x"]] {
        let mut command = usherr();
        command.args(args);
        let ended = child::run(command).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
    }
}

/// The clock of one process, years behind: a library in front of the system's own.
const OLD_CLOCK: &str = r"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, __func__);
    int done = real(id, at);
    if (id == CLOCK_REALTIME) at->tv_sec = 1000000000;
    return done;
}
";

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
async fn a_clock_before_the_build_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (source, library) = (folder.path().join("clock.c"), folder.path().join("clock.so"));
    std::fs::write(&source, OLD_CLOCK).unwrap();
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    assert!(made.unwrap().success());
    let data = folder.path().join("data");
    let mut command = serve(&data);
    command.env("LD_PRELOAD", &library);
    let ended = child::run(command).await;
    let said = one_line(&ended);
    assert!(said.contains("2001-09-09") && said.contains("Set the clock"), "{said}");
    assert!(files(&data).is_empty(), "nothing was written");
}

#[tokio::test]
async fn the_commands_work_beside_a_closed_house() {
    let estate = TestApp::unsynced(usherr::demo::WorldOptions::test()).await.shut().await;
    let run = |args: &'static [&'static str]| {
        let mut command = child::of(&estate.config);
        command.args(args);
        child::run(command)
    };
    let listed = run(&["jobs", "list"]).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.out.contains("library_sync"), "{listed:?}");
    let ran = run(&["jobs", "run", "service-health"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let settings = run(&["settings", "list"]).await;
    assert_eq!(settings.code, Some(0), "{settings:?}");
    let token = estate.world.owner().unwrap().token;
    assert!(!settings.out.contains(&token) && !settings.out.contains(&estate.world.radarr().api_key()), "{settings:?}");
    let unhealthy = run(&["healthcheck"]).await;
    assert_eq!(unhealthy.code, Some(1), "{unhealthy:?}");
    let key = run(&["api-key", "create", "--name", "test", "--scope", "read"]).await;
    assert_eq!(key.code, Some(0), "{key:?}");
}
