//! A database of its own for every test: a SQLite file, or, with `USHERR_TEST_DATABASE_URL`, a PostgreSQL database that
//! is copied from a template and dropped afterwards. Also used by `tests/it`, so it names nothing of this crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::sync::OnceLock;

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

/// Gone when dropped.
pub struct TestDatabase {
    pub url: String,
    _folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

/// An empty database of the engine under test; `migrate` brings the template up to date, once.
pub fn fresh(migrate: fn(&str)) -> TestDatabase {
    let folder = tempfile::tempdir().unwrap();
    let Some(admin) = std::env::var("USHERR_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty()) else {
        let url = format!("sqlite://{}", folder.path().join("usherr.db").display());
        return TestDatabase { url, _folder: folder, postgres: None };
    };
    let template = template(&admin, migrate);
    let name = format!("usherr_t_{}", uuid::Uuid::new_v4().simple());
    locked(&admin, |conn| run(conn, &format!("CREATE DATABASE {name} TEMPLATE {template}")));
    TestDatabase { url: in_database(&admin, &name), _folder: folder, postgres: Some((admin, name)) }
}

/// An empty database without a single table.
pub fn bare() -> TestDatabase {
    let folder = tempfile::tempdir().unwrap();
    let Some(admin) = std::env::var("USHERR_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty()) else {
        let url = format!("sqlite://{}", folder.path().join("usherr.db").display());
        return TestDatabase { url, _folder: folder, postgres: None };
    };
    let name = format!("usherr_t_{}", uuid::Uuid::new_v4().simple());
    locked(&admin, |conn| run(conn, &format!("CREATE DATABASE {name}")));
    TestDatabase { url: in_database(&admin, &name), _folder: folder, postgres: Some((admin, name)) }
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

/// Made once per process, so that it always has today's tables.
fn template(admin: &str, migrate: fn(&str)) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("usherr_template_{}", std::process::id());
        locked(admin, |conn| {
            run(conn, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            run(conn, &format!("CREATE DATABASE {name}"));
        });
        migrate(&in_database(admin, &name));
        name
    })
}

/// Copying a template wants nobody else at it.
fn locked(admin: &str, work: impl FnOnce(&mut PgConnection)) {
    let mut conn = PgConnection::establish(admin).expect("USHERR_TEST_DATABASE_URL can't be reached");
    run(&mut conn, "SELECT pg_advisory_lock(5699)");
    work(&mut conn);
    run(&mut conn, "SELECT pg_advisory_unlock(5699)");
}

fn run(conn: &mut PgConnection, sql: &str) {
    sql_query(sql).execute(conn).unwrap();
}

fn in_database(admin: &str, name: &str) -> String {
    let (server, _) = admin.rsplit_once('/').expect("an address with a database");
    format!("{server}/{name}")
}
