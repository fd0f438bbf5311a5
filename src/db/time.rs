//! Times as the database keeps them: UTC, without a zone, whole microseconds.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Timestamp;
use diesel::sqlite::{Sqlite, SqliteValue};

use super::conn::{MultiBackend, MultiRawValue};

pub fn db(time: DateTime<Utc>) -> NaiveDateTime {
    time.naive_utc()
}

pub fn utc(time: impl Into<NaiveDateTime>) -> DateTime<Utc> {
    time.into().and_utc()
}

pub fn utc_opt(time: Option<impl Into<NaiveDateTime>>) -> Option<DateTime<Utc>> {
    time.map(utc)
}

/// A time in a row of a list. On SQLite it is a text, always of one shape; read as any shape it costs ten times as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromSqlRow)]
pub struct Stamp(NaiveDateTime);

impl From<Stamp> for NaiveDateTime {
    fn from(stamp: Stamp) -> Self {
        stamp.0
    }
}

impl FromSql<Timestamp, Sqlite> for Stamp {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match written(value.read_text()) {
            Some(time) => Ok(Self(time)),
            None => FromSql::<Timestamp, Sqlite>::from_sql(value).map(Self),
        }
    }
}

#[cfg(feature = "postgres")]
impl FromSql<Timestamp, diesel::pg::Pg> for Stamp {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamp, diesel::pg::Pg>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, MultiBackend> for Stamp {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Timestamp>()
    }
}

/// As diesel writes it: "2026-11-21 09:36:07", and behind a dot what there is of a second.
fn written(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let number = |range: Range<usize>| bytes.get(range)?.iter().try_fold(0, digit);
    let marks = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| bytes.get(*at) != Some(mark)) {
        return None;
    }
    let nanos = match bytes.get(19..)? {
        [] => 0,
        [b'.', rest @ ..] if (1..=9).contains(&rest.len()) => {
            rest.iter().chain(std::iter::repeat(&b'0')).take(9).try_fold(0, digit)?
        }
        _ => return None,
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)?;
    day.and_hms_nano_opt(number(11..13)?, number(14..16)?, number(17..19)?, nanos)
}

fn digit(number: u32, sign: &u8) -> Option<u32> {
    sign.is_ascii_digit().then(|| number * 10 + u32::from(sign - b'0'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_left_to_others() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for time in [
            day.and_hms_opt(0, 0, 0).unwrap(),
            day.and_hms_milli_opt(23, 59, 59, 5).unwrap(),
            day.and_hms_micro_opt(9, 36, 7, 120_034).unwrap(),
            day.and_hms_nano_opt(9, 36, 7, 999_999_999).unwrap(),
        ] {
            assert_eq!(written(&time.format("%F %T%.f").to_string()), Some(time));
        }
        for other in [
            "",
            "2026-11-21",
            "2026-11-21 09:36",
            "2026-11-21T09:36:07",
            "2026-11-21 09:36:07Z",
            "2026-11-21 09:36:07.",
            "2026-11-21 09:36:07.1234567890",
            "2026-13-21 09:36:07",
            "2026-11-21 09:36:0x",
        ] {
            assert_eq!(written(other), None, "{other}");
        }
    }

    #[test]
    fn another_shape_is_read_all_the_same() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let read = |conn: &mut SqliteConnection, text: &str| {
            let time = diesel::dsl::sql::<Timestamp>("").bind::<Text, _>(text.to_owned());
            diesel::select(time).get_result::<Stamp>(conn)
        };
        let at = read(&mut conn, "2026-11-21T09:36:07Z").unwrap();
        assert_eq!(utc(at).to_rfc3339(), "2026-11-21T09:36:07+00:00");
        assert!(read(&mut conn, "yesterday").is_err());
    }
}
