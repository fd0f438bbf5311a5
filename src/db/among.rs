//! `column IN (…)` whose statement is kept: diesel prepares `eq_any` of values anew each time, as their number is part of
//! the text. Here the list is filled up to the next power of two with its last value, so few texts cover every number.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, SingleValue};

pub trait Among: Expression + Sized {
    /// The column is one of these; false for none.
    fn among<T>(self, values: impl IntoIterator<Item = T>) -> OneOf<Self, T> {
        OneOf { column: self, values: values.into_iter().collect(), negated: false }
    }

    /// The column is none of these; true for none.
    fn not_among<T>(self, values: impl IntoIterator<Item = T>) -> OneOf<Self, T> {
        OneOf { column: self, values: values.into_iter().collect(), negated: true }
    }
}

impl<C: Expression> Among for C where C::SqlType: SingleValue {}

#[derive(Debug, Clone)]
pub struct OneOf<C, T> {
    column: C,
    values: Vec<T>,
    negated: bool,
}

impl<C: Expression, T> Expression for OneOf<C, T> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, T, QS> AppearsOnTable<QS> for OneOf<C, T> {}

impl<C: SelectableExpression<QS>, T, QS> SelectableExpression<QS> for OneOf<C, T> {}

impl<C: ValidGrouping<G>, T, G> ValidGrouping<G> for OneOf<C, T> {
    type IsAggregate = C::IsAggregate;
}

/// Its text tells one from another.
impl<C, T> QueryId for OneOf<C, T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, T, DB> QueryFragment<DB> for OneOf<C, T>
where
    DB: Backend + HasSqlType<C::SqlType>,
    C: Expression + QueryFragment<DB>,
    T: ToSql<C::SqlType, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(last) = self.values.last() else {
            out.push_sql(if self.negated { "1=1" } else { "1=0" });
            return Ok(());
        };
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(if self.negated { " NOT IN (" } else { " IN (" });
        let filling = self.values.len().next_power_of_two() - self.values.len();
        for (at, value) in self.values.iter().chain(std::iter::repeat_n(last, filling)).enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            out.push_bind_param::<C::SqlType, _>(value)?;
        }
        out.push_sql(")");
        Ok(())
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
            false => keys.filter(settings::key.among(wanted)).load(conn)?,
            true => keys.filter(settings::key.not_among(wanted)).load(conn)?,
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
