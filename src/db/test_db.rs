//! What database tests in this crate share: a fresh database of the engine under test, and a day to begin with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeZone, Utc};

use super::Db;
use super::testing::{TestDatabase, fresh};

pub struct TestDb {
    pub db: Db,
    _database: TestDatabase,
}

/// A fresh database; a list, so that a test says `for test in engines()` whichever engine it is.
pub fn engines() -> Vec<TestDb> {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    vec![TestDb { db: Db::open(&database.url).unwrap(), _database: database }]
}

/// Noon of that day of November 2026.
pub fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, 12, 0, 0).unwrap()
}
