//! Embedded migrations for both engines. A database that is newer than the program is left alone.

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, Result as MigrationResult};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::backups::steps;
use crate::error::{AppError, Outcome};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the database up to date, all of it or nothing, or says why it must not be touched. Of several processes that
/// start at once one does it, and the others wait.
pub fn up(conn: &mut Conn) -> Outcome<()> {
    up_after(conn, |_, _| Ok(()))
}

/// The same, once `before` is done: it is called with the newest step to be taken when there is something to lose. Where it
/// fails no step is taken.
pub fn up_after(conn: &mut Conn, before: impl FnOnce(&mut Conn, &str) -> Outcome<()>) -> Outcome<()> {
    let patience = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => "SET lock_timeout = '10min'; SET statement_timeout = 0",
        Conn::Sqlite(_) => "PRAGMA busy_timeout = 600000",
    };
    conn.batch_execute(patience)?;
    super::transaction(conn, |tx| {
        refuse_newer(tx)?;
        let applied = steps(tx)?;
        if !applied.is_empty()
            && let Some(newest) = known()?.into_iter().rfind(|step| !applied.contains(step))
        {
            before(tx, &newest)?;
        }
        finish(tx)
    })
}

fn refuse_newer(conn: &mut Conn) -> Outcome<()> {
    match unknown_versions(conn)?.first() {
        None => Ok(()),
        Some(version) => Err(AppError::Internal(format!(
            "the database is newer than this program (it knows step {version}). Start the newer Usherr, or restore an older backup; nothing was changed"
        ))),
    }
}

/// True when it knows steps that this program does not.
pub fn is_newer(conn: &mut Conn) -> Outcome<bool> {
    unknown_versions(conn).map(|unknown| !unknown.is_empty())
}

/// Takes every step that is left, within a transaction of the caller's.
pub fn finish(conn: &mut Conn) -> Outcome<()> {
    let done = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.run_pending_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|_| ()),
    };
    done.map_err(|error| AppError::Internal(format!("the database could not be brought up to date: {error}")))
}

/// Takes these steps and no others, in an empty database, within a transaction of the caller's.
pub fn take(conn: &mut Conn, steps: &[String]) -> Outcome<()> {
    macro_rules! take {
        ($conn:expr, $source:expr, $backend:ty) => {
            for step in MigrationHarness::<$backend>::pending_migrations($conn, $source)? {
                if steps.contains(&step.name().version().to_string()) {
                    $conn.run_migration(&step)?;
                }
            }
        };
    }
    let mut all = || -> MigrationResult<()> {
        match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(pg) => take!(pg, POSTGRES, diesel::pg::Pg),
            Conn::Sqlite(sqlite) => take!(sqlite, SQLITE, Sqlite),
        }
        Ok(())
    };
    all().map_err(|error| AppError::Internal(format!("the tables of the backup could not be made: {error}")))
}

/// True when every step this program knows has been taken. Writes nothing.
pub fn is_current(conn: &mut Conn) -> Outcome<bool> {
    let taken = steps(conn)?;
    Ok(known()?.iter().all(|step| taken.contains(step)))
}

/// True in a database that nobody has used. Writes nothing.
pub fn is_empty(conn: &mut Conn) -> Outcome<bool> {
    steps(conn).map(|steps| steps.is_empty())
}

/// Takes every step back, newest first. For tests and for `down` by hand.
pub fn down(conn: &mut Conn) -> Outcome<()> {
    let done = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.revert_all_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(SQLITE).map(|_| ()),
    };
    done.map_err(AppError::internal)
}

/// The day the newest step was written.
pub fn newest() -> Option<NaiveDate> {
    let last = known().ok()?.into_iter().max()?;
    NaiveDate::parse_from_str(last.get(..8)?, "%Y%m%d").ok()
}

/// Every step this program knows, oldest first.
pub fn known() -> Outcome<Vec<String>> {
    let steps = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(AppError::internal)?;
    let mut names: Vec<String> = steps.iter().map(|step| step.name().version().to_string()).collect();
    names.sort();
    Ok(names)
}

fn unknown_versions(conn: &mut Conn) -> Outcome<Vec<String>> {
    let known = known()?;
    Ok(steps(conn)?.into_iter().filter(|version| !known.contains(version)).collect())
}
