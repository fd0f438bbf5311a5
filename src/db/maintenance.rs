//! What an engine wants done now and then. On PostgreSQL that is the server's own business.

use diesel::connection::SimpleConnection;

use super::Conn;
use crate::error::Outcome;

/// Folds SQLite's write-ahead log into the file and refreshes what the planner knows.
pub fn tidy(conn: &mut Conn) -> Outcome<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => Ok(()),
        Conn::Sqlite(sqlite) => {
            sqlite.batch_execute("PRAGMA optimize; PRAGMA busy_timeout = 0")?;
            // Who reads for long, as a backup does, is not waited for, or all writes would wait, too. The next time folds it.
            let folded = sqlite.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)");
            sqlite.batch_execute("PRAGMA busy_timeout = 5000")?;
            Ok(folded?)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::{Duration, Instant};

    use super::*;
    use crate::db::backups::export::snapshot;
    use crate::db::conn::Manager;
    use crate::db::migrate;

    #[test]
    fn nobody_waits_for_a_reader_that_takes_long() {
        let folder = tempfile::tempdir().unwrap();
        let manager = Manager::parse(&format!("sqlite://{}", folder.path().join("usherr.db").display())).unwrap();
        let (mut reader, mut writer) = (manager.first().unwrap(), manager.first().unwrap());
        migrate::up(&mut writer).unwrap();
        let write = "INSERT INTO image_hosts (host, learned_at) VALUES ('a', '2026-01-01')";
        let took = snapshot(&mut reader, |reader| {
            reader.batch_execute("SELECT * FROM image_hosts")?;
            writer.batch_execute(write)?;
            let begun = Instant::now();
            tidy(&mut writer)?;
            Ok(begun.elapsed())
        });
        // So long is the patience of a connection.
        assert!(took.unwrap() < Duration::from_secs(5));
        tidy(&mut writer).unwrap();
    }
}
