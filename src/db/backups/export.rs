//! Writes a backup: what the database holds at one moment, while others go on writing. Row by row, so that a big library
//! takes no more memory than a small one.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::tables::{self, Table};
use super::{FORMAT, Header, Key, OFTEN, Step, TableHead, Told};
use crate::crypto::Sum;
use crate::db::{Conn, Engine};
use crate::domain::backup::BackupKind;
use crate::error::{AppError, Outcome};

/// What the header says beside what the database says.
#[derive(Debug, Clone)]
pub struct About {
    pub kind: BackupKind,
    pub made_at: DateTime<Utc>,
    pub key: Key,
}

/// Everything as of now. On SQLite as on PostgreSQL nobody who writes meanwhile waits for it, and nothing of theirs gets in.
pub fn snapshot<T>(conn: &mut Conn, read: impl FnOnce(&mut Conn) -> Outcome<T>) -> Outcome<T> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            pg.batch_execute("SET LOCAL statement_timeout = 0")?;
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction(sqlite)?,
    }
    let done = read(conn);
    // Nothing was written; where ending fails the connection goes with it.
    let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
    done
}

/// Within a transaction of the caller's.
pub fn write(conn: &mut Conn, about: About, out: impl Write, told: &mut Told<'_>) -> Outcome<Header> {
    let tables = tables::all(conn)?;
    let header = header(conn, about, &tables)?;
    let mut out = Summed { out: GzEncoder::new(out, Compression::fast()), sum: Sum::default() };
    out.line(&serde_json::to_string(&header).map_err(AppError::internal)?)?;
    for (done, (table, head)) in tables.iter().zip(&header.tables).enumerate() {
        let mut at = |_| told(Step { done, of: tables.len(), table: &table.name });
        at(0)?;
        out.line(&serde_json::to_string(&table.name).map_err(AppError::internal)?)?;
        let written = rows(conn, table, &mut out, &mut at)?;
        if written != head.rows {
            return Err(AppError::Internal(format!("{} changed while it was read", table.name)));
        }
    }
    out.finish()?;
    Ok(header)
}

fn header(conn: &mut Conn, about: About, tables: &[Table]) -> Outcome<Header> {
    let mut heads = Vec::with_capacity(tables.len());
    for table in tables {
        heads.push(TableHead {
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rows: tables::count(conn, table)?,
            last_id: tables::last_id(conn, table)?,
        });
    }
    Ok(Header {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: about.made_at,
        kind: about.kind,
        engine: match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => Engine::Postgres,
            Conn::Sqlite(_) => Engine::Sqlite,
        },
        steps: tables::steps(conn)?,
        key: about.key,
        tables: heads,
    })
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn rows<W: Write>(
    conn: &mut Conn,
    table: &Table,
    out: &mut Summed<W>,
    told: &mut dyn FnMut(u64) -> Outcome<()>,
) -> Outcome<u64> {
    let query = sql_query(table.select(conn));
    let mut written = 0;
    let mut each = |row: QueryResult<Line>| {
        out.line(&row?.line)?;
        written += 1;
        if written % OFTEN == 0 { told(written) } else { Ok(()) }
    };
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => query.load_iter::<Line, diesel::pg::PgRowByRowLoadingMode>(pg)?.try_for_each(&mut each)?,
        Conn::Sqlite(sqlite) => {
            query.load_iter::<Line, diesel::connection::DefaultLoadingMode>(sqlite)?.try_for_each(&mut each)?;
        }
    }
    Ok(written)
}

struct Summed<W: Write> {
    out: GzEncoder<W>,
    sum: Sum,
}

impl<W: Write> Summed<W> {
    fn line(&mut self, line: &str) -> Outcome<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.sum.add(bytes);
            self.out.write_all(bytes).map_err(|error| unwritten(&error))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Outcome<()> {
        let last = format!("{{\"sha256\":\"{}\"}}\n", self.sum.finish());
        let done = self.out.write_all(last.as_bytes()).and_then(|()| self.out.finish()).and_then(|mut out| out.flush());
        done.map_err(|error| unwritten(&error))
    }
}

/// Why a backup could not be written, and that nothing is left of it.
pub fn unwritten(error: &io::Error) -> AppError {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    AppError::Internal(match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => {
            "the disk is full, so no backup was made and nothing half-made is left. Make room, then try again"
                .to_owned()
        }
        _ => format!("the backup can't be written: {error}. Nothing half-made is left"),
    })
}
