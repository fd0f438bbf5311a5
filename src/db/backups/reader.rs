//! Reads a backup, line by line, and believes nothing: not that it is one, nor that it is whole, nor that it is ours.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::{FORMAT, Header, OFTEN, Step, Told};
use crate::crypto::Sum;
use crate::error::{AppError, Outcome};

/// No row of ours is nearly as long; whoever sends more wants to fill the memory.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

pub struct Reader {
    lines: Lines,
    pub header: Header,
}

struct Lines {
    from: BufReader<GzDecoder<BufReader<File>>>,
    sum: Sum,
    line: Vec<u8>,
}

#[derive(Deserialize)]
struct First {
    usherr_backup: u32,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Last {
    sha256: String,
}

impl Reader {
    /// Reads the header. What follows it is not looked at yet.
    pub fn open(path: &Path) -> Outcome<Self> {
        let file = File::open(path)
            .map_err(|error| AppError::refused(format!("the backup {} can't be read: {error}", path.display())))?;
        let from = BufReader::new(GzDecoder::new(BufReader::new(file)));
        let mut lines = Lines { from, sum: Sum::default(), line: Vec::new() };
        let header = header(lines.next().map_err(|_| foreign())?)?;
        Ok(Self { lines, header })
    }

    /// Gives every row to `row`, with the number of its table, and makes sure that all of it is as it was written.
    pub fn rows(mut self, told: &mut Told<'_>, row: &mut dyn FnMut(usize, &str) -> Outcome<()>) -> Outcome<()> {
        let of = self.header.tables.len();
        for (done, head) in self.header.tables.iter().enumerate() {
            if self.lines.next()? != serde_json::to_string(&head.name).map_err(AppError::internal)? {
                return Err(damaged());
            }
            for read in 0..head.rows {
                if read % OFTEN == 0 {
                    told(Step { done, of, table: &head.name })?;
                }
                let line = self.lines.next()?;
                if !is_row(line, head.columns.len()) {
                    return Err(damaged());
                }
                row(done, line)?;
            }
        }
        self.lines.end()
    }
}

fn header(line: &str) -> Outcome<Header> {
    let first: First = serde_json::from_str(line).map_err(|_| foreign())?;
    if first.usherr_backup > FORMAT {
        return Err(newer(first.version.as_deref().unwrap_or("?")));
    }
    serde_json::from_str(line).map_err(|_| foreign())
}

impl Lines {
    fn next(&mut self) -> Outcome<&str> {
        self.read()?;
        self.sum.add(&self.line);
        self.text()
    }

    fn read(&mut self) -> Outcome<()> {
        self.line.clear();
        let mut portion = (&mut self.from).take(LONGEST_LINE);
        portion.read_until(b'\n', &mut self.line).map(drop).map_err(|_| damaged())
    }

    fn text(&self) -> Outcome<&str> {
        let line = self.line.strip_suffix(b"\n").ok_or_else(damaged)?;
        std::str::from_utf8(line).map_err(|_| damaged())
    }

    fn end(mut self) -> Outcome<()> {
        self.read()?;
        let last: Last = serde_json::from_str(self.text()?).map_err(|_| damaged())?;
        // To the very end, so that gzip's own checksum is looked at, too.
        let is_over = self.from.read(&mut [0; 1]).map_err(|_| damaged())? == 0;
        if last.sha256 == self.sum.finish() && is_over { Ok(()) } else { Err(damaged()) }
    }
}

fn is_row(line: &str, columns: usize) -> bool {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    serde_json::from_str::<Vec<Value>>(line).is_ok_and(|values| values.len() == columns && values.iter().all(is_plain))
}

fn foreign() -> AppError {
    AppError::refused("this file is no backup of Usherr, or its beginning is damaged. Nothing was changed")
}

fn damaged() -> AppError {
    AppError::refused("the backup is damaged or was cut off. Nothing was changed; take another one")
}

pub fn newer(version: &str) -> AppError {
    AppError::refused(format!(
        "the backup was made by a newer Usherr ({version}). Nothing was changed; restore it with that version"
    ))
}
