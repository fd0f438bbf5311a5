//! Fresh databases for tests: a SQLite file, and a PostgreSQL database where `USHERR_TEST_DATABASE_URL` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeZone, Utc};
use diesel::connection::SimpleConnection;

use super::Db;
use super::conn::Manager;

pub struct TestDb {
    pub db: Db,
    _dir: tempfile::TempDir,
    drop: Option<(String, String)>,
}

/// One fresh database for each engine at hand.
pub fn engines() -> Vec<TestDb> {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/test.db", dir.path().display());
    let mut all = vec![TestDb { db: Db::open(&url).unwrap(), _dir: dir, drop: None }];
    if let Ok(base) = std::env::var("USHERR_TEST_DATABASE_URL") {
        let name = format!("usherr_t_{}", uuid::Uuid::new_v4().simple());
        let server = base.rsplit_once('/').unwrap().0.to_owned();
        Manager::parse(&base).unwrap().first().unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let db = Db::open(&format!("{server}/{name}")).unwrap();
        all.push(TestDb { db, _dir: tempfile::tempdir().unwrap(), drop: Some((base, name)) });
    }
    all
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((base, name)) = &self.drop
            && let Ok(mut conn) = Manager::parse(base).unwrap().first()
        {
            let _ = conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Noon of that day of November 2026.
pub fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, 12, 0, 0).unwrap()
}
