//! A column that holds one word of a few: read without a copy of it.

use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::sql_types::{SingleValue, Text};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::conn::{MultiBackend, MultiRawValue};

/// None: a word that nobody knows any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub Option<T>);

impl<T: FromStr> Word<T> {
    fn of(text: &str) -> Self {
        Self(text.parse().ok())
    }

    pub fn or(self, otherwise: T) -> T {
        self.0.unwrap_or(otherwise)
    }
}

impl<T: FromStr> FromSql<Text, Sqlite> for Word<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::of(value.read_text()))
    }
}

#[cfg(feature = "postgres")]
impl<T: FromStr> FromSql<Text, diesel::pg::Pg> for Word<T> {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::of(std::str::from_utf8(value.as_bytes())?))
    }
}

impl<T: FromStr> FromSql<Text, MultiBackend> for Word<T> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Text>()
    }
}

impl<T, ST: SingleValue, DB: Backend> Queryable<ST, DB> for Word<T>
where
    Self: FromSql<ST, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
