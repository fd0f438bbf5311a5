//! Times as the database keeps them: UTC, without a zone, whole microseconds.

use chrono::{DateTime, NaiveDateTime, Utc};

pub fn db(time: DateTime<Utc>) -> NaiveDateTime {
    time.naive_utc()
}

pub fn utc(time: NaiveDateTime) -> DateTime<Utc> {
    time.and_utc()
}

pub fn utc_opt(time: Option<NaiveDateTime>) -> Option<DateTime<Utc>> {
    time.map(utc)
}
