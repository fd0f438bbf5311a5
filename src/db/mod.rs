//! Storage: the only code that names diesel. One query code for SQLite and PostgreSQL; the address decides.
//!
//! A read takes `&mut Conn`, a write takes `&mut Tx`. Writes happen only inside `Db::write`, whose closure is synchronous:
//! a call to a service inside a transaction does not compile. "Missing" is `Option`; a failing database is never "missing".

pub mod access;
pub mod access_requests;
pub mod activity;
pub mod among;
pub mod ask_links;
pub mod backups;
pub mod changes;
pub mod conn;
pub mod copies;
pub mod dashboard;
pub mod downloads;
mod fault;
pub mod follows;
pub mod frame;
pub mod fresh;
pub mod grants;
pub mod group_people;
pub mod groups;
pub mod guests;
pub mod home;
#[cfg(test)]
pub mod home_tests;
pub mod invite_mails;
pub mod invite_uses;
pub mod invites;
pub mod jobs;
pub mod libraries;
pub mod mail_changes;
pub mod maintenance;
pub mod member_invites;
pub mod memberships;
pub mod migrate;
pub mod notice_choices;
pub mod outbox;
pub mod people;
pub mod person_flags;
pub mod presence;
pub mod removals;
pub mod request_pages;
pub mod requests;
pub mod rights;
pub mod schema;
pub mod search;
pub mod sent;
pub mod servers;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod shelves;
#[cfg(test)]
pub mod testing;
pub mod time;
pub mod titles;
pub mod welcome;
pub mod welcome_pictures;
pub mod welcome_reads;
pub mod word;

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::{Pool, PooledConnection};

pub use conn::{Conn, Engine};
pub use fault::is_taken;

use crate::config::fail_point;
use crate::error::{AppError, Outcome};
use conn::Manager;
use fault::busy;

#[derive(Clone)]
pub struct Db {
    read: Pool<Manager>,
    write: Pool<Manager>,
    writes: Arc<AtomicU64>,
    pub engine: Engine,
}

/// A write transaction. Everything done in it happens, or nothing.
pub struct Tx<'a>(&'a mut Conn);

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}

impl Db {
    /// Opens the database at `url` (`sqlite://…` or `postgres://…`) and brings it up to date.
    pub fn open(url: &str) -> Outcome<Self> {
        Self::open_after(url, |_, _| Ok(()))
    }

    /// The same, once `before` is done: it is called when there is something to lose, see `migrate::up_after`.
    pub fn open_after(url: &str, before: impl FnOnce(&mut Conn, &str) -> Outcome<()>) -> Outcome<Self> {
        let manager = Manager::parse(url)?;
        let (engine, made) = (manager.engine(), manager.make());
        if let Err(error) = manager.first().and_then(|mut first| migrate::up_after(&mut first, before)) {
            if made {
                manager.take_back();
            }
            return Err(error);
        }
        let (read, write) = manager.pools()?;
        Ok(Self { read, write, writes: Arc::default(), engine })
    }

    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        typed(self.look(Box::new(move |conn| query(conn).map(erased))).await?)
    }

    async fn look(&self, query: Query) -> Outcome<Erased> {
        let pool = self.read.clone();
        blocking(move || glance(&mut *take(&pool)?, query)).await
    }

    /// What the engine wants done now and then.
    pub async fn tidy(&self) -> Outcome<()> {
        let pool = self.write.clone();
        blocking(move || maintenance::tidy(&mut *pool.get().map_err(busy)?)).await
    }

    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        typed(self.change(Box::new(move |tx| change(tx).map(erased))).await?)
    }

    async fn change(&self, change: Change) -> Outcome<Erased> {
        let (pool, writes) = (self.write.clone(), self.writes.clone());
        blocking(move || {
            let done = transaction(&mut *pool.get().map_err(busy)?, change);
            writes.fetch_add(1, Ordering::Release);
            done
        })
        .await
    }

    /// How often this process has written: as long as it stays, what was read is what it has written last.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Acquire)
    }
}

/// What a query or a change comes to, of whatever type: the way to the database and back is built once for all of them.
type Erased = Box<dyn Any + Send>;
type Query = Box<dyn FnOnce(&mut Conn) -> Outcome<Erased> + Send>;
type Change = Box<dyn FnOnce(&mut Tx<'_>) -> Outcome<Erased> + Send>;

fn erased<T: Send + 'static>(value: T) -> Erased {
    Box::new(value)
}

fn typed<T: 'static>(erased: Erased) -> Outcome<T> {
    erased
        .downcast()
        .map(|value| *value)
        .map_err(|_| AppError::internal("an answer of another type than was asked for"))
}

/// Whoever reads from a database that is away is told at once, the one who finds it out excepted: the pool goes on trying.
/// A write waits, for it may keep what has been done outside.
fn take(pool: &Pool<Manager>) -> Outcome<PooledConnection<Manager>> {
    const AWAY: Duration = Duration::from_millis(500);
    match pool.state().connections {
        0 => pool.get_timeout(AWAY),
        _ => pool.get(),
    }
    .map_err(busy)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Outcome<T> + Send + 'static) -> Outcome<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?
}

/// Everything that is read at once is of one moment, whoever writes meanwhile.
fn glance<T>(conn: &mut Conn, query: impl FnOnce(&mut Conn) -> Outcome<T>) -> Outcome<T> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction(sqlite)?,
    }
    let seen = query(conn);
    // Nothing was written. Where this fails the connection is broken, and the pool drops it.
    let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
    seen
}

/// One writer at a time on both engines, in all processes: what a write has read (a quota, a name that is still free) stays
/// so until it is done.
fn transaction<T>(conn: &mut Conn, change: impl FnOnce(&mut Tx<'_>) -> Outcome<T>) -> Outcome<T> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction(pg)?,
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?,
    }
    match take_turn(conn).and_then(|()| change(&mut Tx(conn))) {
        Ok(value) => {
            fail_point::pass("before a commit");
            <Conn as Connection>::TransactionManager::commit_transaction(conn)?;
            fail_point::pass("after a commit");
            Ok(value)
        }
        Err(error) => {
            // Where it fails too, the connection is broken and the pool drops it; what broke it is what has to be told.
            let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// SQLite has given the turn with `BEGIN IMMEDIATE`; PostgreSQL gives it here, and takes it back with the transaction.
fn take_turn(conn: &mut Conn) -> Outcome<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute("SELECT pg_advisory_xact_lock(5699)").map_err(busy),
        Conn::Sqlite(_) => Ok(()),
    }
}

/// Says what MultiConnection can't (upserts, several rows at once), and what every page asks for: the same expression for
/// each engine. MultiConnection writes the text of a statement out several times whenever it runs, prepared or not.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, $c:ident => $e:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::db::Conn::Pg($c) => $e,
            $crate::db::Conn::Sqlite($c) => $e,
        }
    };
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::fault::SILENT;
    use super::*;
    use crate::db::people::NewPerson;
    use crate::domain::people::Role;

    #[test]
    fn nobody_waits_long_for_a_database_that_is_away() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("gone/usherr.db");
        let manager = Manager::parse(&format!("sqlite://{}", nowhere.display())).unwrap();
        std::fs::remove_dir_all(folder.path()).unwrap();
        let pool =
            Pool::builder().min_idle(Some(1)).connection_timeout(Duration::from_secs(600)).build_unchecked(manager);
        let error = take(&pool).err().unwrap();
        assert!(matches!(error, AppError::Unavailable { said: SILENT, .. }), "{error}");
    }

    /// SQLite rolls back by itself when the disk is full, as it does here.
    #[tokio::test]
    async fn what_ended_a_write_is_told_and_the_next_one_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}", folder.path().join("usherr.db").display())).unwrap();
        let ended: Outcome<()> = db
            .write(|tx| {
                tx.batch_execute("ROLLBACK")?;
                Err(AppError::Conflict("why".to_owned()))
            })
            .await;
        assert!(matches!(&ended, Err(AppError::Conflict(why)) if why == "why"), "{ended:?}");
        db.write(|tx| people::an_admin_exists(tx)).await.unwrap();
    }

    #[tokio::test]
    async fn what_a_page_reads_is_of_one_moment() {
        let database = testing::fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        let (other, now) = (db.clone(), chrono::DateTime::UNIX_EPOCH);
        let admins = |conn: &mut Conn| people::an_admin_exists(conn);
        let seen = db.read(move |conn| {
            let before = admins(conn)?;
            let add = other.write(move |tx| people::add(tx, &NewPerson::local("Mara", "mara", Role::Admin), now));
            tokio::runtime::Handle::current().block_on(add)?;
            Ok((before, admins(conn)?))
        });
        assert_eq!(seen.await.unwrap(), (false, false));
        assert!(db.read(admins).await.unwrap());
    }

    #[tokio::test]
    async fn that_all_steps_are_taken_is_read_and_nothing_written_for_it() {
        let database = testing::fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        assert!(db.read(migrate::is_current).await.unwrap());
    }
}
