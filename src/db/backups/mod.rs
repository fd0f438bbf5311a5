//! Backups: everything the database holds, in one file that either engine can read back.
//!
//! A file is a gzipped list of lines. The first is the `Header`: who made it, when, from which steps of the schema, how
//! many rows of which table, and the master key if a passphrase locks it. Then comes, for every table, a line with its
//! name and a line with a JSON array for every row, parents before children; the last line is a checksum over all before.
//!
//! Table by table rather than a copy of the database's own files: it moves between engines, it is read and written row by
//! row, and one made by an older Usherr goes into the schema of its day and is brought up to date by the usual steps. The
//! tables and their columns are asked from the database itself, so that nobody can forget a new one, and the database
//! itself writes and reads the JSON. The schema of the database belongs to Usherr alone.

pub mod export;
pub mod folder;
pub mod reader;
pub mod restore;
mod tables;

#[cfg(test)]
mod tests;

pub use tables::steps;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::crypto::LockedKey;
use crate::domain::backup::BackupKind;
use crate::error::Outcome;

/// The form of the file. A program reads its own and older ones.
pub const FORMAT: u32 = 1;

/// The first line of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    #[serde(rename = "usherr_backup")]
    pub format: u32,
    /// Version of the Usherr that made it.
    pub version: String,
    pub made_at: DateTime<Utc>,
    pub kind: BackupKind,
    pub engine: Engine,
    /// The steps of the schema that had been taken.
    pub steps: Vec<String>,
    pub key: Key,
    /// Parents before children.
    pub tables: Vec<TableHead>,
}

impl Header {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    pub fn rows_of(&self, table: &str) -> u64 {
        self.tables.iter().find(|one| one.name == table).map_or(0, |one| one.rows)
    }
}

/// Of the master key that seals the secrets within.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Key {
    /// Tells whether another key is the same, and nothing else of it. None where the house had lost its key.
    pub mark: Option<String>,
    /// The key itself, for those who know the passphrase.
    pub locked: Option<LockedKey>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableHead {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
    /// The highest id ever given, where the table gives ids.
    pub last_id: Option<i64>,
}

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Tables done.
    pub done: usize,
    pub of: usize,
    pub table: &'a str,
}

/// Is told about every table and, in a long one, every now and then. An error stops the work.
pub type Told<'a> = dyn FnMut(Step<'_>) -> Outcome<()> + 'a;

/// Rows between two words about a long table.
const OFTEN: u64 = 20_000;
