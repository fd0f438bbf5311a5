//! Every table of the schema takes and gives back the hardest values of each of its columns, on both engines alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::query_builder::BoxedSqlQuery;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Timestamp};
use usherr::db::conn::{Conn, Manager, MultiBackend};
use usherr::db::migrate;

use crate::support::database::bare;

/// A column as `schema.rs` has it.
struct Column {
    name: String,
    kind: String,
    may_be_null: bool,
    /// A row of another table, so only the number of one that is there will do.
    refers: bool,
}

fn tables() -> Vec<(String, Vec<Column>)> {
    let references = references();
    let text = std::fs::read_to_string("src/db/schema.rs").unwrap();
    let blocks = text.split("diesel::table! {").skip(1);
    let table = |block: &str| {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let table = lines.next().unwrap().split_whitespace().next().unwrap().to_owned();
        let columns = lines.take_while(|line| *line != "}").filter_map(|line| {
            let (name, kind) = line.trim_end_matches(',').split_once(" -> ")?;
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            Some(Column {
                name: name.to_owned(),
                kind: inner.unwrap_or(kind).to_owned(),
                may_be_null: inner.is_some(),
                refers: references.contains(&(table.clone(), name.to_owned())),
            })
        });
        let columns = columns.collect();
        (table, columns)
    };
    blocks.map(table).collect()
}

/// Columns that the migrations tie to another table.
fn references() -> BTreeSet<(String, String)> {
    let steps = std::fs::read_dir("migrations/sqlite").unwrap().map(|step| step.unwrap().path().join("up.sql"));
    let mut found = BTreeSet::new();
    for step in steps {
        let mut table = String::new();
        for line in std::fs::read_to_string(step).unwrap().lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("CREATE TABLE ") {
                table = name.trim_end_matches(" (").to_owned();
            } else if line.contains(" REFERENCES ") {
                // A line of the table's own, or "ALTER TABLE name ADD COLUMN column".
                let added = line.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN "));
                let (table, rest) = added.map_or((table.as_str(), line), |(table, rest)| (table, rest));
                found.insert((table.to_owned(), rest.split_whitespace().next().unwrap().to_owned()));
            }
        }
    }
    found
}

const TEXTS: [&str; 2] = ["'; -- \"\\ \u{202e}مرحبا 🎬\r\n\t\u{7f} %_*?$1 e\u{301} \u{10ffff}", ""];

/// The value of a column in the first row, and in the second.
fn number(column: &Column, row: usize, extremes: [i64; 2]) -> i64 {
    if column.refers || column.name == "id" { i64::try_from(row).unwrap() + 1 } else { extremes[row] }
}

fn time(row: usize) -> NaiveDateTime {
    ["9999-12-31T23:59:59.999999", "0001-01-01T00:00:00"][row].parse().unwrap()
}

fn day(row: usize) -> NaiveDate {
    ["9999-12-31", "0001-01-01"][row].parse().unwrap()
}

type Insert = BoxedSqlQuery<'static, MultiBackend, diesel::query_builder::SqlQuery>;

fn bind(query: Insert, column: &Column, row: usize) -> Insert {
    match column.kind.as_str() {
        "Text" => query.bind::<Text, _>(TEXTS[row]),
        "BigInt" => query.bind::<BigInt, _>(number(column, row, [i64::MAX, i64::MIN])),
        "Integer" => query.bind::<Integer, _>(if row == 0 { i32::MAX } else { i32::MIN }),
        "Bool" => query.bind::<Bool, _>(row == 0),
        "Timestamp" => query.bind::<Timestamp, _>(time(row)),
        "Date" => query.bind::<Date, _>(day(row)),
        other => panic!("no value is known for {other}"),
    }
}

/// The first row is full of the one extreme; the second of the other, with nothing wherever nothing will do.
fn insert(conn: &mut Conn, table: &str, columns: &[Column], row: usize) {
    let there: Vec<&Column> = columns.iter().filter(|column| row == 0 || !column.may_be_null).collect();
    let names: Vec<&str> = there.iter().map(|column| column.name.as_str()).collect();
    let places: Vec<String> = (1..=there.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
    let query = there.iter().fold(sql_query(sql).into_boxed(), |query, column| bind(query, column, row));
    query.execute(conn).unwrap_or_else(|error| panic!("{table}: {error}"));
}

macro_rules! kept {
    ($conn:expr, $table:expr, $column:expr, $kind:ty, $value:ty) => {{
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Nullable<$kind>)]
            value: Option<$value>,
        }
        let sql = format!("SELECT {} AS value FROM {}", $column.name, $table);
        let rows: Vec<Row> = sql_query(sql).load($conn).unwrap();
        rows.into_iter().map(|row| row.value).collect::<Vec<_>>()
    }};
}

fn same<T: Debug + Ord>(table: &str, column: &Column, mut kept: Vec<Option<T>>, values: [T; 2]) {
    let [first, second] = values;
    let mut given = vec![Some(first), if column.may_be_null { None } else { Some(second) }];
    kept.sort();
    given.sort();
    assert_eq!(kept, given, "{table}.{}", column.name);
}

#[test]
fn every_table_keeps_every_kind_of_value_as_it_was() {
    let database = bare();
    let mut conn = Manager::parse(&database.url).unwrap().first().unwrap();
    migrate::up(&mut conn).unwrap();
    let tables = tables();
    assert!(tables.len() > 20);
    for (table, columns) in &tables {
        for row in 0..2 {
            insert(&mut conn, table, columns, row);
        }
    }
    let mut checked: BTreeMap<&str, usize> = BTreeMap::new();
    for (table, columns) in &tables {
        for column in columns {
            *checked.entry(&column.kind).or_default() += 1;
            let conn = &mut conn;
            match column.kind.as_str() {
                "Text" => {
                    same(table, column, kept!(conn, table, column, Text, String), TEXTS.map(str::to_owned));
                }
                "BigInt" => {
                    let values = [0, 1].map(|row| number(column, row, [i64::MAX, i64::MIN]));
                    same(table, column, kept!(conn, table, column, BigInt, i64), values);
                }
                "Integer" => same(table, column, kept!(conn, table, column, Integer, i32), [i32::MAX, i32::MIN]),
                "Bool" => same(table, column, kept!(conn, table, column, Bool, bool), [true, false]),
                "Timestamp" => {
                    same(table, column, kept!(conn, table, column, Timestamp, NaiveDateTime), [0, 1].map(time));
                }
                "Date" => same(table, column, kept!(conn, table, column, Date, NaiveDate), [0, 1].map(day)),
                other => panic!("{other} is not looked at"),
            }
        }
    }
    assert_eq!(checked.len(), 6, "{checked:?}");
}
