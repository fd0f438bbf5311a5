//! Embedded migrations for both engines. A database that is newer than the program is left alone.

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion, Result as MigrationResult};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use crate::each_backend;
use crate::error::{AppError, Outcome};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the database up to date, all of it or nothing, or says why it must not be touched. Of several processes that
/// start at once one does it, and the others wait.
pub fn up(conn: &mut Conn) -> Outcome<()> {
    let patience = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => "SET lock_timeout = '10min'; SET statement_timeout = 0",
        Conn::Sqlite(_) => "PRAGMA busy_timeout = 600000",
    };
    conn.batch_execute(patience)?;
    super::transaction(conn, |tx| steps(tx))
}

fn steps(conn: &mut Conn) -> Outcome<()> {
    let foreign = unknown_versions(conn).map_err(AppError::internal)?;
    if let Some(version) = foreign.first() {
        return Err(AppError::Internal(format!(
            "the database is newer than this program (it knows step {version}). Start the newer Usherr, or restore an older backup; nothing was changed"
        )));
    }
    let done = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.run_pending_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|_| ()),
    };
    done.map_err(|error| AppError::Internal(format!("the database could not be brought up to date: {error}")))
}

/// True when every step this program knows has been taken.
pub fn is_current(conn: &mut Conn) -> Outcome<bool> {
    let pending = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.has_pending_migration(POSTGRES),
        Conn::Sqlite(sqlite) => sqlite.has_pending_migration(SQLITE),
    };
    pending.map(|pending| !pending).map_err(AppError::internal)
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
    let last = known_versions().ok()?.into_iter().max()?;
    NaiveDate::parse_from_str(last.get(..8)?, "%Y%m%d").ok()
}

fn known_versions() -> MigrationResult<Vec<String>> {
    let steps = MigrationSource::<Sqlite>::migrations(&SQLITE)?;
    Ok(steps.iter().map(|step| Migration::<Sqlite>::name(step.as_ref()).version().to_string()).collect())
}

fn unknown_versions(conn: &mut Conn) -> MigrationResult<Vec<MigrationVersion<'static>>> {
    let known = known_versions()?;
    let applied = each_backend!(conn, c => c.applied_migrations())?;
    Ok(applied.into_iter().filter(|version| !known.contains(&version.to_string())).collect())
}
