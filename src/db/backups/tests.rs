//! Backups against real databases: every kind of value comes back as it was, on each engine and from one to the other.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::export::{self, About, snapshot};
use super::folder::{self, Folder};
use super::reader::Reader;
use super::restore::{Alone, check, replace};
use super::tables::{self, quoted};
use super::{Header, Key};
use crate::db::conn::{Conn, Manager};
use crate::db::testing::bare;
use crate::db::{Engine, Tx, migrate, transaction};
use crate::domain::backup::{BackupKind, BackupName};
use crate::error::Outcome;

fn now() -> DateTime<Utc> {
    "2026-11-21T03:30:00Z".parse().unwrap()
}

fn about() -> About {
    About { kind: BackupKind::ByHand, made_at: now(), key: Key { mark: Some("mark".to_owned()), locked: None } }
}

fn manager(url: &str) -> Manager {
    Manager::parse(url).unwrap()
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("source.db").display())
}

fn back_up(conn: &mut Conn, path: &Path) -> Header {
    folder::add_at(path, |out| snapshot(conn, |conn| export::write(conn, about(), out, &mut |_| Ok(())))).unwrap().0
}

fn restore(url: &str, path: &Path) -> Outcome<Header> {
    check(path, &mut |_| Ok(()))?;
    replace(&mut Alone::with(&manager(url))?, path, now(), &mut |_| Ok(()))
}

/// Every row, by table, in the words of the file; without the tables that a restore empties or adds to.
fn rows(path: &Path) -> Vec<(String, String)> {
    let reader = Reader::open(path).unwrap();
    let heads = reader.header.tables.clone();
    let mut rows = Vec::new();
    let mut keep = |n: usize, line: &str| {
        // The engines leave different space between two values.
        let line = serde_json::from_str::<serde_json::Value>(line).unwrap().to_string();
        rows.push((heads[n].name.clone(), line));
        Ok(())
    };
    reader.rows(&mut |_| Ok(()), &mut keep).unwrap();
    rows.retain(|(table, _)| !["sessions", "plex_sign_ins", "activity", "settings"].contains(&table.as_str()));
    rows.sort();
    rows
}

const TEXTS: [&str; 2] = ["'; -- \"\\ \u{202e}مرحبا 🎬\r\n\t\u{7f} %_*?$1 e\u{301} \u{10ffff} [1,2] {\"a\":null}", ""];

/// Two rows in every table of an SQLite database: one full of the one extreme, one of the other.
fn seed(conn: &mut Conn) {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Bool)]
        refers: bool,
        #[diesel(sql_type = Bool)]
        may_be_null: bool,
    }
    let columns = "SELECT c.name, lower(c.type) AS kind, c.\"notnull\" = 0 AS may_be_null,
        EXISTS (SELECT 1 FROM pragma_foreign_key_list($1) f WHERE f.\"from\" = c.name) AS refers FROM pragma_table_info($1) c";
    for table in tables::all(conn).unwrap() {
        let columns: Vec<Column> = sql_query(columns).bind::<Text, _>(&table.name).load(conn).unwrap();
        for row in 0..2 {
            let value = |column: &Column| match column.kind.as_str() {
                _ if row == 1 && column.may_be_null => "NULL".to_owned(),
                "integer" | "bigint" if column.refers || column.name == "id" => (row + 1).to_string(),
                "bigint" => [i64::MAX, i64::MIN][row].to_string(),
                "integer" => [i32::MAX, i32::MIN][row].to_string(),
                "boolean" => ["TRUE", "FALSE"][row].to_owned(),
                "timestamp" => ["'9999-12-31 23:59:59.999999'", "'0001-01-01 00:00:00'"][row].to_owned(),
                "date" => ["'9999-12-31'", "'0001-01-01'"][row].to_owned(),
                "text" => format!("'{}'", TEXTS[row].replace('\'', "''")),
                other => panic!("no value is known for {other}"),
            };
            let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
            let values: Vec<String> = columns.iter().map(value).collect();
            let sql =
                format!("INSERT INTO {} ({}) VALUES ({})", quoted(&table.name), names.join(", "), values.join(", "));
            conn.batch_execute(&sql).unwrap();
        }
    }
}

fn house(url: &str) -> Conn {
    let mut conn = manager(url).first().unwrap();
    migrate::up(&mut conn).unwrap();
    conn
}

/// An SQLite house with something in every table, and a backup of it.
fn seeded(folder: &Path) -> (PathBuf, Header) {
    let mut conn = house(&sqlite(folder));
    seed(&mut conn);
    let path = folder.join("one.usherr");
    let header = back_up(&mut conn, &path);
    (path, header)
}

#[test]
fn every_value_moves_to_the_other_engine_and_back() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let (path, header) = seeded(folder.path());
    assert!(header.tables.len() > 20);
    assert!(header.tables.iter().all(|table| table.rows == 2), "{header:?}");
    restore(&database.url, &path).unwrap();
    let mut there = manager(&database.url).first().unwrap();
    assert!(migrate::is_current(&mut there).unwrap());
    let second = folder.path().join("two.usherr");
    back_up(&mut there, &second);
    assert!(rows(&second) == rows(&path));
    drop(there);
    let back = format!("sqlite://{}", folder.path().join("back.db").display());
    restore(&back, &second).unwrap();
    let third = folder.path().join("three.usherr");
    back_up(&mut manager(&back).first().unwrap(), &third);
    assert!(rows(&third) == rows(&path));
}

#[derive(Debug, Clone, PartialEq, QueryableByName)]
struct Odd {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Nullable<Text>)]
    words: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    yes: Option<bool>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    at: Option<NaiveDateTime>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const ODD: &str = "(number BIGINT NOT NULL, words TEXT, yes BOOLEAN, at TIMESTAMP)";

/// Keeps `odd`, carries it over into another table, and returns the line that it was on the way, and what came of it.
fn carried(conn: &mut Conn, odd: &Odd) -> (String, Odd) {
    conn.batch_execute("DELETE FROM one; DELETE FROM other").unwrap();
    sql_query("INSERT INTO one VALUES ($1, $2, $3, $4)")
        .bind::<BigInt, _>(odd.number)
        .bind::<Nullable<Text>, _>(&odd.words)
        .bind::<Nullable<Bool>, _>(odd.yes)
        .bind::<Nullable<Timestamp>, _>(odd.at)
        .execute(conn)
        .unwrap();
    let (one, other) = {
        let all = tables::all(conn).unwrap();
        (all[0].clone(), all[1].clone())
    };
    let line = sql_query(one.select(conn)).get_result::<Line>(conn).unwrap().line;
    let columns: Vec<String> = ["number", "words", "yes", "at"].map(str::to_owned).to_vec();
    let insert = other.insert(conn, &columns).unwrap();
    sql_query(insert).bind::<Text, _>(format!("[{line}]")).execute(conn).unwrap();
    let again = sql_query(other.select(conn)).get_result::<Line>(conn).unwrap().line;
    assert_eq!(again, line);
    (line, sql_query("SELECT number, words, yes, at FROM other").get_result(conn).unwrap())
}

#[test]
fn whatever_a_row_holds_survives_and_looks_the_same_from_both_engines() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let mut conns = [manager(&database.url).first().unwrap(), manager(&sqlite(folder.path())).first().unwrap()];
    for conn in &mut conns {
        conn.batch_execute(&format!("CREATE TABLE one {ODD}; CREATE TABLE other {ODD}")).unwrap();
    }
    let micros = -62_135_596_800_000_000_i64..253_402_300_800_000_000;
    let at = prop_oneof![micros.clone(), micros.prop_map(|at| at - at % 1000)];
    let words = proptest::option::of("[^\0]{0,40}");
    let odd =
        (any::<i64>(), words, any::<Option<bool>>(), proptest::option::of(at)).prop_map(|(number, words, yes, at)| {
            let at = at.map(|at| DateTime::from_timestamp_micros(at).unwrap().naive_utc());
            Odd { number, words, yes, at }
        });
    let mut runner = TestRunner::new(Config { failure_persistence: None, cases: 200, ..Config::default() });
    let conns = std::cell::RefCell::new(conns);
    let holds = |odd: Odd| {
        let lines = conns.borrow_mut().each_mut().map(|conn| {
            let (line, came) = carried(conn, &odd);
            assert_eq!(came, odd);
            serde_json::from_str::<serde_json::Value>(&line).unwrap()
        });
        prop_assert_eq!(&lines[0], &lines[1]);
        Ok(())
    };
    runner.run(&odd, holds).unwrap();
}

#[test]
fn a_backup_is_of_one_moment_while_others_write() {
    let database = bare();
    let folder = tempfile::tempdir().unwrap();
    let (mut reader, mut writer) = (house(&database.url), manager(&database.url).first().unwrap());
    let add = |conn: &mut Conn, n: i64| {
        let time = "'2026-11-21 00:00:00'";
        let sql = format!(
            "INSERT INTO settings (key, value, updated_at) VALUES ('n{n}', '', {time});
             INSERT INTO people (id, name, role, created_at, updated_at) VALUES ({n}, 'n', 'viewer', {time}, {time})"
        );
        transaction(conn, |tx: &mut Tx<'_>| Ok(tx.batch_execute(&sql)?)).unwrap();
    };
    (1..=5).for_each(|n| add(&mut writer, n));
    let mut n = 100;
    let path = folder.path().join("moment.usherr");
    let (header, _) = folder::add_at(&path, |out| {
        snapshot(&mut reader, |conn| {
            // While each table is read somebody writes, and does not wait.
            let mut told = |_: super::Step<'_>| {
                n += 1;
                add(&mut writer, n);
                Ok(())
            };
            export::write(conn, about(), out, &mut told)
        })
    })
    .unwrap();
    assert!(n > 120);
    assert_eq!((header.rows_of("settings"), header.rows_of("people")), (5, 5));
    assert_eq!(check(&path, &mut |_| Ok(())).unwrap().rows(), header.rows());
}

#[test]
fn an_older_backup_goes_into_the_schema_of_its_day_and_is_brought_up_to_date() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let known = migrate::known().unwrap();
    let old = &known[..7];
    let mut conn = manager(&sqlite(folder.path())).first().unwrap();
    transaction(&mut conn, |tx| migrate::take(tx, old)).unwrap();
    // Before `people.invited` was.
    let person = "INSERT INTO people (id, name, role, created_at, updated_at)
        VALUES (7, 'Mara', 'admin', '2026-01-01 00:00:00', '2026-01-01 00:00:00')";
    conn.batch_execute(person).unwrap();
    let path = folder.path().join("old.usherr");
    let header = back_up(&mut conn, &path);
    assert_eq!(header.steps, old);
    restore(&database.url, &path).unwrap();
    let mut there = manager(&database.url).first().unwrap();
    assert!(migrate::is_current(&mut there).unwrap());
    let found = back_up(&mut there, &folder.path().join("new.usherr"));
    assert_eq!((found.rows_of("people"), found.steps), (1, known));
    let invited = sql_query("SELECT id AS number, name AS words, invited AS yes, NULL AS at FROM people");
    let invited: Odd = invited.get_result(&mut there).unwrap();
    assert_eq!((invited.number, invited.words.as_deref(), invited.yes), (7, Some("Mara"), Some(false)));
}

#[test]
fn what_is_not_whole_or_not_ours_is_refused_and_changes_nothing() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let (path, _) = seeded(folder.path());
    let bytes = std::fs::read(&path).unwrap();
    let mut there = house(&database.url);
    let before = folder.path().join("before.usherr");
    back_up(&mut there, &before);
    drop(there);
    let wrong = folder.path().join("wrong.usherr");
    let try_with = |bytes: &[u8], words: &str| {
        std::fs::write(&wrong, bytes).unwrap();
        let said = restore(&database.url, &wrong).unwrap_err().to_string();
        assert!(said.contains(words) && said.contains("Nothing was changed"), "{said}");
    };
    for n in [0, 1, 5, 10].into_iter().chain((20..bytes.len()).step_by(97)) {
        try_with(&bytes[..n], "backup");
        let mut flipped = bytes.clone();
        flipped[n] ^= 0x10;
        // The name, the time and the system in gzip's own first line mean nothing to anybody.
        if n >= 10 {
            try_with(&flipped, "");
        }
    }
    try_with(b"a diary, not a backup", "no backup of Usherr");
    let after = folder.path().join("after.usherr");
    back_up(&mut manager(&database.url).first().unwrap(), &after);
    assert!(rows(&after) == rows(&before));
}

/// A backup with another header.
fn with_header(path: &Path, change: impl FnOnce(&mut Header)) {
    use std::io::{Read, Write};
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let mut header: Header = serde_json::from_str(first).unwrap();
    change(&mut header);
    let (rest, _) = rest.trim_end().rsplit_once('\n').unwrap();
    let all = format!("{}\n{rest}\n", serde_json::to_string(&header).unwrap());
    let mut sum = crate::crypto::Sum::default();
    sum.add(all.as_bytes());
    let mut out = flate2::write::GzEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
    writeln!(out, "{all}{{\"sha256\":\"{}\"}}", sum.finish()).unwrap();
    out.finish().unwrap();
}

#[test]
fn a_newer_backup_is_refused_by_its_version() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let (path, _) = seeded(folder.path());
    with_header(&path, |header| {
        header.version = "9.1.0".to_owned();
        header.steps.push("29991231000001".to_owned());
    });
    let said = restore(&database.url, &path).unwrap_err().to_string();
    assert!(said.contains("newer Usherr (9.1.0)"), "{said}");
    with_header(&path, |header| header.format = 99);
    let said = restore(&database.url, &path).unwrap_err().to_string();
    assert!(said.contains("newer Usherr (9.1.0)"), "{said}");
}

#[test]
fn a_restore_that_fails_half_way_leaves_the_old_house_whole() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let (path, header) = seeded(folder.path());
    drop(house(&database.url));
    restore(&database.url, &path).unwrap();
    // Nothing that a check could see: the rows contradict each other.
    let n = header.tables.iter().position(|table| table.name == "people").unwrap();
    with_header(&path, |header| header.tables[n].columns.swap(0, 1));
    let said = restore(&database.url, &path).unwrap_err();
    let mut there = manager(&database.url).first().unwrap();
    let after = back_up(&mut there, &folder.path().join("after.usherr"));
    assert_eq!(after.rows_of("people"), 2, "{said}");
    assert!(migrate::is_current(&mut there).unwrap());
}

#[test]
fn a_house_that_is_in_use_is_not_replaced() {
    let database = bare();
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = seeded(folder.path());
    let mut conn = house(&database.url);
    if let Engine::Postgres = manager(&database.url).engine() {
        conn.batch_execute("SELECT pg_advisory_lock_shared(5700)").unwrap();
    }
    let said = restore(&database.url, &path).unwrap_err().to_string();
    assert!(said.contains("Usherr is running on this database"), "{said}");
    drop(conn);
    restore(&database.url, &path).unwrap();
}

#[test]
fn ids_that_were_given_are_not_given_again() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let (path, _) = seeded(folder.path());
    let mut conn = house(&database.url);
    let push = "INSERT INTO outbox (kind, payload, dedupe_key, state, due_at, created_at)
        VALUES ('x', '{}', 'k', 'done', '2026-01-01', '2026-01-01')";
    for _ in 0..9 {
        conn.batch_execute(&format!("DELETE FROM outbox; {push}")).unwrap();
    }
    drop(conn);
    restore(&database.url, &path).unwrap();
    let mut conn = manager(&database.url).first().unwrap();
    conn.batch_execute(push).unwrap();
    let newest = sql_query("SELECT max(id) AS number, NULL AS words, NULL AS yes, NULL AS at FROM outbox");
    assert_eq!(newest.get_result::<Odd>(&mut conn).unwrap().number, 10);
}

/// A program that copies databases keeps notes in them, and on PostgreSQL several may live side by side.
#[test]
fn a_table_of_somebody_else_is_in_nobodys_way() {
    let (folder, database) = (tempfile::tempdir().unwrap(), bare());
    let mut conn = house(&database.url);
    conn.batch_execute("CREATE TABLE _guest_book (id BIGINT, at TIME, \"odd \"\" name\" TEXT); INSERT INTO _guest_book VALUES (1, '10:00', 'x')")
        .unwrap();
    let path = folder.path().join("shared.usherr");
    assert_eq!(back_up(&mut conn, &path).rows_of("_guest_book"), 1);
    drop(conn);
    restore(&database.url, &path).unwrap();
    let mut conn = manager(&database.url).first().unwrap();
    let left = back_up(&mut conn, &folder.path().join("after.usherr")).rows_of("_guest_book");
    assert_eq!(left, u64::from(manager(&database.url).engine() == Engine::Postgres));
}

#[test]
fn a_folder_keeps_whole_files_and_the_newest_of_them() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::below(place.path());
    assert!(folder.list().unwrap().is_empty());
    let name = |kind, n: i64| BackupName::new(kind, now() + chrono::TimeDelta::days(n));
    for n in 0..4 {
        for kind in [BackupKind::Scheduled, BackupKind::ByHand] {
            folder.add(&name(kind, n), |out| out.write_all(b"x").map_err(|error| export::unwritten(&error))).unwrap();
        }
    }
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(folder.keep(BackupKind::Scheduled, 2).unwrap(), 2);
    let left: Vec<BackupName> = folder.list().unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(left.iter().filter(|name| name.kind == BackupKind::Scheduled).count(), 2);
    assert_eq!(left.len(), 6);
    assert!(left.contains(&name(BackupKind::Scheduled, 3)) && !left.contains(&name(BackupKind::Scheduled, 1)));
    let failed = folder.add(&name(BackupKind::ByHand, 9), |out| -> Outcome<()> {
        out.write_all(b"half").unwrap();
        Err(crate::error::AppError::internal("no more"))
    });
    assert!(failed.is_err());
    assert!(folder.find(&name(BackupKind::ByHand, 9)).is_none());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 7);
    assert!(folder.remove(&name(BackupKind::ByHand, 0)).unwrap());
    assert!(!folder.remove(&name(BackupKind::ByHand, 0)).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(folder.path_of(&left[0])).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        // A link in the folder leads nowhere.
        let odd = name(BackupKind::ByHand, 20);
        std::os::unix::fs::symlink("/etc/hostname", folder.path_of(&odd)).unwrap();
        assert!(folder.find(&odd).is_none());
    }
}
