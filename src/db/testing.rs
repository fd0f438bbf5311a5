//! A database of its own for every test: a SQLite file, or, with `USHERR_TEST_DATABASE_URL`, a PostgreSQL database that
//! is copied from a template and dropped afterwards. Also used by `tests/it`, so it names nothing of this crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Once;
use std::time::{Duration, SystemTime};

use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

/// What the names of databases that belong to one test begin with.
const OF_TESTS: &str = "usherr_t_";
/// And of those they are copied from.
const TEMPLATE: &str = "usherr_template_of_";

/// Gone when dropped.
pub struct TestDatabase {
    pub url: String,
    _folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

/// An empty database of the engine under test; on PostgreSQL `migrate` makes its tables, once for all tests.
pub fn fresh(migrate: fn(&str)) -> TestDatabase {
    let Some(admin) = postgres() else { return sqlite() };
    let mut conn = locked(&admin);
    let template = template(&admin, &mut conn, migrate);
    create(admin, &mut conn, &format!("TEMPLATE {template}"))
}

/// An empty database without a single table.
pub fn bare() -> TestDatabase {
    match postgres() {
        None => sqlite(),
        Some(admin) => {
            let mut conn = locked(&admin);
            create(admin, &mut conn, "")
        }
    }
}

fn postgres() -> Option<String> {
    std::env::var("USHERR_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("usherr.db").display());
    TestDatabase { url, _folder: folder, postgres: None }
}

fn create(admin: String, conn: &mut PgConnection, how: &str) -> TestDatabase {
    let name = format!("{OF_TESTS}{}", uuid::Uuid::now_v7().simple());
    run(conn, &format!("CREATE DATABASE {name} {how}"));
    let url = in_database(&admin, &name);
    TestDatabase { url, _folder: tempfile::tempdir().unwrap(), postgres: Some((admin, name)) }
}

/// The database under test beside a folder for the rest of a house.
pub struct Databases {
    folder: tempfile::TempDir,
    urls: Vec<String>,
    _made: TestDatabase,
}

impl Databases {
    pub fn make() -> Self {
        let made = bare();
        Self { folder: tempfile::tempdir().unwrap(), urls: vec![made.url.clone()], _made: made }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn urls(&self) -> &[String] {
        &self.urls
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.postgres
            && let Ok(mut conn) = PgConnection::establish(admin)
        {
            let _ = sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(&mut conn);
        }
    }
}

/// A database with today's tables and nothing in them, kept from run to run: its name tells which migrations made it.
fn template(admin: &str, conn: &mut PgConnection, migrate: fn(&str)) -> String {
    let name = format!("{TEMPLATE}{:016x}", fingerprint());
    static SWEEP: Once = Once::new();
    SWEEP.call_once(|| sweep(conn));
    let kept = names(conn, &format!("{TEMPLATE}%"));
    if !kept.contains(&name) {
        // Those of other migrations are made anew where somebody still wants them.
        for old in kept {
            run(conn, &format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)"));
        }
        run(conn, "DROP DATABASE IF EXISTS usherr_unfinished WITH (FORCE)");
        run(conn, "CREATE DATABASE usherr_unfinished");
        migrate(&in_database(admin, "usherr_unfinished"));
        run(conn, &format!("ALTER DATABASE usherr_unfinished RENAME TO {name}"));
    }
    name
}

/// Drops what nobody will: templates that were named otherwise, and what tests that were killed have left, whose names tell
/// when they were made.
fn sweep(conn: &mut PgConnection) {
    for old in names(conn, "usherr_template_%").iter().filter(|name| !name.starts_with(TEMPLATE)) {
        run(conn, &format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)"));
    }
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    let yesterday = yesterday.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    for name in names(conn, &format!("{OF_TESTS}%")) {
        let made = name.strip_prefix(OF_TESTS).and_then(|id| uuid::Uuid::parse_str(id).ok()?.get_timestamp());
        if made.is_some_and(|made| made.to_unix().0 < yesterday) {
            run(conn, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn names(conn: &mut PgConnection, like: &str) -> Vec<String> {
    let query = sql_query("SELECT datname::text AS name FROM pg_database WHERE datname LIKE $1").bind::<Text, _>(like);
    query.load::<Named>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn fingerprint() -> u64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    let mut steps: Vec<_> = std::fs::read_dir(folder).unwrap().map(|step| step.unwrap().path()).collect();
    steps.sort();
    let mut hasher = DefaultHasher::new();
    for step in steps.iter().filter(|step| step.is_dir()) {
        (step.file_name(), std::fs::read(step.join("up.sql")).unwrap()).hash(&mut hasher);
    }
    hasher.finish()
}

/// A connection that makes databases alone: copying a template wants nobody else at it. The lock ends with it.
fn locked(admin: &str) -> PgConnection {
    let mut conn = PgConnection::establish(admin).expect("USHERR_TEST_DATABASE_URL can't be reached");
    run(&mut conn, "SELECT pg_advisory_lock(5699)");
    conn
}

fn run(conn: &mut PgConnection, sql: &str) {
    sql_query(sql).execute(conn).unwrap();
}

fn in_database(admin: &str, name: &str) -> String {
    let (server, _) = admin.rsplit_once('/').expect("an address with a database");
    format!("{server}/{name}")
}
