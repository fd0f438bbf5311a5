//! What an engine wants done now and then. On PostgreSQL that is the server's own business.

use diesel::connection::SimpleConnection;

use super::Conn;
use crate::error::Outcome;

/// Folds SQLite's write-ahead log into the file and refreshes what the planner knows.
pub fn tidy(conn: &mut Conn) -> Outcome<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => Ok(()),
        Conn::Sqlite(sqlite) => Ok(sqlite.batch_execute("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);")?),
    }
}
