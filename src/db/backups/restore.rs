//! Puts a backup in the place of everything the database holds, in one transaction: whoever pulls the plug meanwhile finds
//! the old house. The schema of the backup's day is made first, and brought up to date once the rows are in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::reader::{Reader, newer};
use super::tables::{self, Table, quoted};
use super::{Header, Told};
use crate::db::conn::Manager;
use crate::db::schema::{access_changes, outbox, plex_sign_ins, removals, runs, sessions};
use crate::db::settings::{self, StoredSetting};
use crate::db::time::db;
use crate::db::{Conn, Engine, Tx, activity, migrate, presence, transaction};
use crate::domain::access::batch::State;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::jobs::RunState;
use crate::domain::removal::State as Removed;
use crate::error::{AppError, Outcome};

/// The row that tells whose key seals what was restored, until the key is in its place.
pub const RESTORED_KEY: &str = "restored_key";

/// A database that nobody else uses, for as long as this lives.
pub struct Alone(Conn);

impl Alone {
    /// Refuses while a server is at work on it.
    pub fn with(manager: &Manager) -> Outcome<Self> {
        let mut conn = manager.first()?;
        let alone = match &mut conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(pg) => {
                pg.batch_execute("SET statement_timeout = 0; SET lock_timeout = '10s'")?;
                presence::lock_out(&mut conn)?
            }
            // Whoever has it open shares it in this mode; to leave it wants everybody else gone, and keeps them out.
            Conn::Sqlite(sqlite) => sqlite
                .batch_execute(
                    "PRAGMA busy_timeout = 300; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; \
                     PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL",
                )
                .map(|()| true)
                .or_else(|error| if error.to_string().contains("locked") { Ok(false) } else { Err(error) })?,
        };
        match alone {
            true => Ok(Self(conn)),
            false => Err(AppError::Conflict(
                "Usherr is running on this database, or another command uses it. Stop it, then restore again; nothing was changed"
                    .to_owned(),
            )),
        }
    }

    pub fn conn(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// Reads all of a backup, to be sure of it. Changes nothing.
pub fn check(file: &Path, told: &mut Told<'_>) -> Outcome<Header> {
    let reader = Reader::open(file)?;
    let header = reader.header.clone();
    let known = migrate::known()?;
    if header.steps.iter().any(|step| !known.contains(step)) {
        return Err(newer(&header.version));
    }
    reader.rows(told, &mut |_, _| Ok(()))?;
    Ok(header)
}

/// Replaces everything with what is in `file`, which has been checked.
pub fn replace(alone: &mut Alone, file: &Path, now: DateTime<Utc>, told: &mut Told<'_>) -> Outcome<Header> {
    transaction(alone.conn(), |tx| {
        let given = last_ids(tx)?;
        clear(tx)?;
        // On PostgreSQL the tables of somebody else may lie in the same schema.
        let foreign: BTreeSet<String> = tables::all(tx)?.into_iter().map(|table| table.name).collect();
        let reader = Reader::open(file)?;
        let header = reader.header.clone();
        migrate::take(tx, &header.steps)?;
        let ours: Vec<_> = tables::all(tx)?.into_iter().filter(|table| !foreign.contains(&table.name)).collect();
        fill(tx, reader, &ours, told)?;
        for table in &ours {
            let last = header.tables.iter().find(|head| head.name == table.name).and_then(|head| head.last_id);
            if let Some(last) = last.max(given.get(&table.name).copied()) {
                tables::go_on_from(tx, table, last)?;
            }
        }
        references_hold(tx)?;
        migrate::finish(tx)?;
        settle(tx, &header, now)?;
        Ok(header)
    })
}

/// Ids that were given here are not given again: links and mails name them.
fn last_ids(conn: &mut Conn) -> Outcome<BTreeMap<String, i64>> {
    let mut given = BTreeMap::new();
    for table in tables::all(conn)? {
        if let Some(last) = tables::last_id(conn, &table)? {
            given.insert(table.name, last);
        }
    }
    Ok(given)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// A file is all ours; of a schema on PostgreSQL only what our own steps have made.
fn clear(conn: &mut Conn) -> Outcome<()> {
    if engine(conn) == Engine::Postgres {
        return match migrate::is_newer(conn)? {
            false => migrate::down(conn),
            true => Err(AppError::Conflict(
                "the database here is newer than this program, which doesn't know how to empty it. Make an empty one, set DATABASE_URL to it, then restore again; nothing was changed"
                    .to_owned(),
            )),
        };
    }
    const VIRTUAL_FIRST: &str =
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'table')
        AND name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY type DESC, name";
    for table in sql_query(VIRTUAL_FIRST).load::<Named>(conn)? {
        conn.batch_execute(&format!("DROP TABLE {}", quoted(&table.name)))?;
    }
    Ok(())
}

fn engine(conn: &Conn) -> Engine {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => Engine::Postgres,
        Conn::Sqlite(_) => Engine::Sqlite,
    }
}

/// Rows that go in with one statement: so many, or so long.
const PORTION: usize = 500;
const PORTION_BYTES: usize = 512 * 1024;

fn fill(tx: &mut Tx<'_>, reader: Reader, ours: &[Table], told: &mut Told<'_>) -> Outcome<()> {
    // What a step of the schema has put in by itself is in the backup, too.
    for table in ours.iter().rev() {
        tx.batch_execute(&format!("DELETE FROM {}", quoted(&table.name)))?;
    }
    let header = reader.header.clone();
    let mut inserts = Vec::with_capacity(header.tables.len());
    for head in &header.tables {
        let insert = match ours.iter().find(|table| table.name == head.name) {
            Some(table) => Some(table.insert(tx, &head.columns).ok_or_else(unknown)?),
            // Somebody else kept it in the same place: a program that copies databases, another one on PostgreSQL.
            None => {
                tracing::warn!(table = %head.name, "a table in the backup is none of Usherr's, and was left out");
                None
            }
        };
        inserts.push(insert);
    }
    let (mut portion, mut at) = (Portion::default(), 0);
    reader.rows(told, &mut |table, line| {
        if table != at || portion.is_full() {
            portion.put(tx, inserts.get(at).and_then(Option::as_deref))?;
            at = table;
        }
        portion.add(line);
        Ok(())
    })?;
    portion.put(tx, inserts.get(at).and_then(Option::as_deref))
}

fn unknown() -> AppError {
    AppError::refused("the backup names columns that its own version never had. Nothing was changed")
}

/// Rows on their way in, as the inside of a JSON array.
#[derive(Default)]
struct Portion {
    rows: usize,
    text: String,
}

impl Portion {
    fn is_full(&self) -> bool {
        self.rows >= PORTION || self.text.len() >= PORTION_BYTES
    }

    fn add(&mut self, line: &str) {
        self.text.push(if self.rows == 0 { '[' } else { ',' });
        self.text.push_str(line);
        self.rows += 1;
    }

    fn put(&mut self, tx: &mut Tx<'_>, insert: Option<&str>) -> Outcome<()> {
        if let Some(insert) = insert.filter(|_| self.rows > 0) {
            self.text.push(']');
            sql_query(insert).bind::<Text, _>(&self.text).execute(&mut **tx)?;
        }
        self.rows = 0;
        self.text.clear();
        Ok(())
    }
}

/// PostgreSQL has looked at every row as it came.
fn references_hold(conn: &mut Conn) -> Outcome<()> {
    if engine(conn) == Engine::Postgres {
        return Ok(());
    }
    let broken = "SELECT DISTINCT \"table\" AS name FROM pragma_foreign_key_check";
    match sql_query(broken).load::<Named>(conn)?.first() {
        None => Ok(()),
        Some(table) => Err(AppError::refused(format!(
            "the backup contradicts itself: rows of {} refer to some that are not there. Nothing was changed",
            table.name
        ))),
    }
}

const SET_ASIDE: &str = "Set aside: Usherr was restored from a backup.";

/// Nobody is signed in and nothing is under way in a house that was restored. What waited to be done outside may have been
/// done since the backup was made, so it is set aside: the jobs compare with Plex, Sonarr and Radarr, and show what is
/// missing to those who decide.
fn settle(tx: &mut Tx<'_>, header: &Header, now: DateTime<Utc>) -> Outcome<()> {
    diesel::delete(sessions::table).execute(&mut **tx)?;
    diesel::delete(plex_sign_ins::table).execute(&mut **tx)?;
    let words = "Usherr was restored from a backup that was made while this ran.";
    let ended =
        (runs::state.eq(RunState::Failed.as_str()), runs::error.eq(Some(words)), runs::finished_at.eq(Some(db(now))));
    diesel::update(runs::table.filter(runs::state.eq(RunState::Running.as_str()))).set(ended).execute(&mut **tx)?;
    let moot = (
        outbox::state.eq("moot"),
        outbox::lease_token.eq(None::<String>),
        outbox::lease_until.eq(None::<chrono::NaiveDateTime>),
        outbox::last_error.eq(Some(SET_ASIDE)),
        outbox::settled_at.eq(Some(db(now))),
    );
    let aside = diesel::update(outbox::table.filter(outbox::state.eq("waiting"))).set(moot).execute(&mut **tx)?;
    // What was not sent stands in the plan again, which is drawn from what Plex gives.
    let stopped = (access_changes::state.eq(State::Stopped.as_str()), access_changes::finished_at.eq(Some(db(now))));
    let waiting = access_changes::table.filter(access_changes::state.eq(State::Waiting.as_str()));
    diesel::update(waiting).set(stopped).execute(&mut **tx)?;
    let set_aside = (
        removals::state.eq(Removed::Failed.as_str()),
        removals::problem.eq(Some(SET_ASIDE)),
        removals::ended_at.eq(Some(db(now))),
    );
    let waiting = removals::table.filter(removals::state.eq(Removed::Waiting.as_str()));
    diesel::update(waiting).set(set_aside).execute(&mut **tx)?;
    if let Some(mark) = &header.key.mark {
        let row = StoredSetting { key: RESTORED_KEY.to_owned(), value: mark.clone(), sealed: false, from_file: false };
        settings::put(tx, &row, now)?;
    }
    let detail = format!("Usherr {} on {}; {aside} deliveries were set aside", header.version, header.engine.label());
    let subject = header.made_at.format("the backup of %Y-%m-%d %H:%M UTC").to_string();
    activity::record(tx, &NewEntry::new(ActivityKind::Restored, subject).detail(detail), now)
}
