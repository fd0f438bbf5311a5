//! `column IN (…)` in one text for any number of values, so that the statement is kept: diesel writes out and prepares
//! `eq_any` of values anew each time. SQLite takes them as one JSON text, PostgreSQL as an array; hence this works inside
//! `each_backend!` only.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, SingleValue, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;

pub trait Among: Expression + Sized {
    /// The column is one of these; false for none.
    fn among<T: Serialize>(self, values: impl IntoIterator<Item = T>) -> OneOf<Self, T, false> {
        OneOf::new(self, values)
    }

    /// The column is none of these; true for none.
    fn not_among<T: Serialize>(self, values: impl IntoIterator<Item = T>) -> OneOf<Self, T, true> {
        OneOf::new(self, values)
    }
}

impl<C: Expression> Among for C where C::SqlType: SingleValue {}

#[derive(Debug, Clone)]
pub struct OneOf<C, T, const NOT: bool> {
    column: C,
    values: Vec<T>,
    json: String,
}

impl<C, T: Serialize, const NOT: bool> OneOf<C, T, NOT> {
    fn new(column: C, values: impl IntoIterator<Item = T>) -> Self {
        let values: Vec<T> = values.into_iter().collect();
        // Numbers and words always can be written; if not, the empty text is an error of the statement.
        let json = serde_json::to_string(&values).unwrap_or_default();
        Self { column, values, json }
    }
}

impl<C: Expression, T, const NOT: bool> Expression for OneOf<C, T, NOT> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, T, QS, const NOT: bool> AppearsOnTable<QS> for OneOf<C, T, NOT> {}

impl<C: SelectableExpression<QS>, T, QS, const NOT: bool> SelectableExpression<QS> for OneOf<C, T, NOT> {}

impl<C: ValidGrouping<G>, T, G, const NOT: bool> ValidGrouping<G> for OneOf<C, T, NOT> {
    type IsAggregate = C::IsAggregate;
}

impl<C: QueryId, T, const NOT: bool> QueryId for OneOf<C, T, NOT> {
    type QueryId = OneOf<C::QueryId, (), NOT>;

    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: QueryFragment<Sqlite>, T, const NOT: bool> QueryFragment<Sqlite> for OneOf<C, T, NOT> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(if NOT { " NOT IN (SELECT value FROM json_each(" } else { " IN (SELECT value FROM json_each(" });
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::pg::Pg;
    use diesel::serialize::ToSql;
    use diesel::sql_types::{Array, HasSqlType};

    use super::{AstPass, Expression, OneOf, QueryFragment, QueryResult};

    impl<C, T, const NOT: bool> QueryFragment<Pg> for OneOf<C, T, NOT>
    where
        C: Expression + QueryFragment<Pg>,
        C::SqlType: 'static,
        Pg: HasSqlType<Array<C::SqlType>>,
        Vec<T>: ToSql<Array<C::SqlType>, Pg>,
    {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(if NOT { " <> ALL(" } else { " = ANY(" });
            out.push_bind_param::<Array<C::SqlType>, _>(&self.values)?;
            out.push_sql(")");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::{DateTime, Utc};
    use diesel::prelude::*;

    use super::Among;
    use crate::db::schema::settings;
    use crate::db::settings::{StoredSetting, put};
    use crate::db::testing::fresh;
    use crate::db::{Conn, Db};
    use crate::error::Outcome;

    const KEYS: [&str; 5] = ["five", "four", "one", "three", "two"];

    fn found(conn: &mut Conn, wanted: &[&str], negated: bool) -> Outcome<Vec<String>> {
        let keys = settings::table.select(settings::key).order(settings::key);
        Ok(match negated {
            false => crate::each_backend!(conn, conn => keys.filter(settings::key.among(wanted)).load(conn))?,
            true => crate::each_backend!(conn, conn => keys.filter(settings::key.not_among(wanted)).load(conn))?,
        })
    }

    #[tokio::test]
    async fn a_list_of_any_length_means_just_what_is_in_it() {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        db.write(|tx| {
            KEYS.iter().try_for_each(|key| {
                let row =
                    StoredSetting { key: (*key).to_owned(), value: String::new(), sealed: false, from_file: false };
                put(tx, &row, DateTime::<Utc>::UNIX_EPOCH)
            })
        })
        .await
        .unwrap();
        for length in 0..=KEYS.len() {
            let (these, others) = KEYS.split_at(length);
            let (in_it, not) =
                db.read(move |conn| Ok((found(conn, these, false)?, found(conn, these, true)?))).await.unwrap();
            assert_eq!(
                (in_it, not),
                (
                    these.iter().map(|key| (*key).to_owned()).collect(),
                    others.iter().map(|key| (*key).to_owned()).collect()
                )
            );
        }
    }
}
