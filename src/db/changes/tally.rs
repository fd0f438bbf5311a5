//! How changes are faring, counted.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::waiting;
use crate::db::Conn;
use crate::db::schema::{access_changes, people};
use crate::db::time::db;
use crate::domain::access::batch::State;
use crate::error::Outcome;

/// How those are faring that wait, and what became of those that have ended since a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub waiting: i64,
    pub done: i64,
    pub failed: i64,
    pub stopped: i64,
    /// Whose turn it is.
    pub current: Option<String>,
    /// Why the first of those that failed did.
    pub error: Option<String>,
}

pub fn since(conn: &mut Conn, moment: DateTime<Utc>) -> Outcome<Tally> {
    let ended = || access_changes::table.filter(access_changes::finished_at.ge(Some(db(moment))));
    let rows: Vec<(String, i64)> = ended()
        .group_by(access_changes::state)
        .select((access_changes::state, diesel::dsl::count_star()))
        .load(conn)?;
    let of =
        |state: State| -> i64 { rows.iter().filter(|(word, _)| word == state.as_str()).map(|(_, count)| count).sum() };
    let error: Option<Option<String>> = ended()
        .filter(access_changes::error.is_not_null())
        .order(access_changes::id)
        .select(access_changes::error)
        .first(conn)
        .optional()?;
    let current = access_changes::table
        .inner_join(people::table)
        .filter(waiting())
        .order(access_changes::id)
        .select(people::name)
        .first(conn)
        .optional()?;
    Ok(Tally {
        waiting: access_changes::table.filter(waiting()).count().get_result(conn)?,
        done: of(State::Done),
        failed: of(State::Failed) + of(State::Partly),
        stopped: of(State::Stopped),
        current,
        error: error.flatten(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::db::testing::fresh;
    use crate::db::{Conn, Db};

    const SEED: &str = "
        INSERT INTO people (id, name, role, created_at, updated_at) VALUES
            (1, 'Mara', 'viewer', '2026-01-01 00:00:00', '2026-01-01 00:00:00'), (2, 'Priya', 'viewer', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
        INSERT INTO servers (id, name, url, token, position, created_at, updated_at) VALUES
            (1, 'Attic', 'http://a', '', 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
        INSERT INTO access_batches (id, cause, made_at) VALUES (1, 'plan', '2026-01-01 00:00:00');
        INSERT INTO access_changes (id, batch_id, person_id, server_id, state, before, after, error, finished_at) VALUES
            (1, 1, 1, 1, 'failed', 'null', 'null', 'long ago', '2026-01-02 00:00:00'),
            (2, 1, 1, 1, 'done', 'null', 'null', NULL, '2026-01-03 00:00:00'),
            (3, 1, 1, 1, 'partly', 'null', 'null', 'a part', '2026-01-03 00:00:01'),
            (4, 1, 1, 1, 'stopped', 'null', 'null', NULL, '2026-01-03 00:00:02'),
            (5, 1, 1, 1, 'superseded', 'null', 'null', NULL, '2026-01-03 00:00:03'),
            (6, 1, 2, 1, 'waiting', 'null', 'null', NULL, NULL);
    ";

    #[tokio::test]
    async fn what_ended_before_counts_no_more() {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        let counted = db.write(|tx| {
            let conn: &mut Conn = tx;
            conn.batch_execute(SEED)?;
            since(conn, "2026-01-03T00:00:00Z".parse().unwrap())
        });
        let (current, error) = (Some("Priya".to_owned()), Some("a part".to_owned()));
        let expected = Tally { waiting: 1, done: 1, failed: 1, stopped: 1, current, error };
        assert_eq!(counted.await.unwrap(), expected);
    }
}
