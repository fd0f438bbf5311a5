//! What tables there are, as the database itself tells: their columns, which refers to which, and the statements that
//! carry rows over as JSON.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;
use crate::error::Outcome;

/// Where diesel notes which steps were taken.
const STEPS: &str = "__diesel_schema_migrations";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// As the engine calls it.
    kind: String,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// What SQLite makes by itself (the search index, its own books) is left out: triggers and ids make it again.
const SQLITE_COLUMNS: &str = "SELECT t.name AS table_name, c.name AS column_name, lower(c.type) AS kind
    FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY t.name, c.cid";
#[cfg(feature = "postgres")]
const POSTGRES_COLUMNS: &str = "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name,
        c.data_type::text AS kind
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY table_name, c.ordinal_position";

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
}

const SQLITE_REFERENCES: &str = "SELECT t.name AS child, f.\"table\" AS parent
    FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f WHERE t.schema = 'main' AND t.type = 'table'";
#[cfg(feature = "postgres")]
const POSTGRES_REFERENCES: &str = "SELECT c.relname::text AS child, p.relname::text AS parent
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid
    WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace";

/// Every table of ours, parents before children.
pub fn all(conn: &mut Conn) -> Outcome<Vec<Table>> {
    let (columns, references) = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => (POSTGRES_COLUMNS, POSTGRES_REFERENCES),
        Conn::Sqlite(_) => (SQLITE_COLUMNS, SQLITE_REFERENCES),
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in sql_query(columns).load::<ColumnRow>(conn)? {
        tables.entry(row.table_name).or_default().push(Column { name: row.column_name, kind: row.kind });
    }
    tables.remove(STEPS);
    let mut parents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in sql_query(references).load::<Reference>(conn)? {
        if row.child != row.parent {
            parents.entry(row.child).or_default().insert(row.parent);
        }
    }
    Ok(in_order(tables, &parents))
}

/// Should two ever refer to each other they come by name; to read them back then fails, and a test with it.
fn in_order(mut left: BTreeMap<String, Vec<Column>>, parents: &BTreeMap<String, BTreeSet<String>>) -> Vec<Table> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |name: &&String| {
            parents.get(*name).is_none_or(|parents| !parents.iter().any(|parent| left.contains_key(parent)))
        };
        let Some(name) = left.keys().find(is_free).or_else(|| left.keys().next()).cloned() else { break };
        if let Some(columns) = left.remove(&name) {
            ordered.push(Table { name, columns });
        }
    }
    ordered
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The steps that were taken, oldest first. None at all in a database that nobody has used. Writes nothing.
pub fn steps(conn: &mut Conn) -> Outcome<Vec<String>> {
    let there = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => {
            "SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
        }
        Conn::Sqlite(_) => "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = $1",
    };
    let there: Count = sql_query(there).bind::<Text, _>(STEPS).get_result(conn)?;
    if there.n == 0 {
        return Ok(Vec::new());
    }
    let taken = format!("SELECT version AS word FROM {STEPS} ORDER BY version");
    Ok(sql_query(taken).load::<Word>(conn)?.into_iter().map(|row| row.word).collect())
}

pub fn count(conn: &mut Conn, table: &Table) -> Outcome<u64> {
    let count: Count = sql_query(format!("SELECT count(*) AS n FROM {}", quoted(&table.name))).get_result(conn)?;
    Ok(count.n.unsigned_abs())
}

/// The highest id the table ever gave, so that none is given twice. None where it gives none.
pub fn last_id(conn: &mut Conn, table: &Table) -> Outcome<Option<i64>> {
    if !table.columns.iter().any(|column| column.name == "id" && column.is_number()) {
        return Ok(None);
    }
    let found: Vec<Count> = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => {
            let Some(sequence) = sequence(conn, table)? else { return Ok(None) };
            let last = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM {sequence}");
            sql_query(last).load(conn)?
        }
        Conn::Sqlite(_) => {
            sql_query("SELECT seq AS n FROM sqlite_sequence WHERE name = $1").bind::<Text, _>(&table.name).load(conn)?
        }
    };
    Ok(Some(found.first().map_or(0, |row| row.n)))
}

/// The next id is higher than this one, and than every one that is there.
pub fn go_on_from(conn: &mut Conn, table: &Table, last: i64) -> Outcome<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => {
            let Some(sequence) = sequence(conn, table)? else { return Ok(()) };
            let set = format!(
                "SELECT setval($1::regclass, greatest($2, (SELECT max(id) FROM {}))) AS n WHERE greatest($2, (SELECT max(id) FROM {0})) > 0",
                quoted(&table.name)
            );
            sql_query(set).bind::<Text, _>(sequence).bind::<BigInt, _>(last).load::<Count>(conn)?;
        }
        Conn::Sqlite(_) => {
            let raise = "UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = $2";
            let raised = sql_query(raise).bind::<BigInt, _>(last).bind::<Text, _>(&table.name).execute(conn)?;
            if raised == 0 && last > 0 {
                let begin = "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)";
                sql_query(begin).bind::<Text, _>(&table.name).bind::<BigInt, _>(last).execute(conn)?;
            }
        }
    }
    Ok(())
}

#[cfg(feature = "postgres")]
fn sequence(conn: &mut Conn, table: &Table) -> Outcome<Option<String>> {
    let named = "SELECT pg_get_serial_sequence($1, 'id') AS word WHERE pg_get_serial_sequence($1, 'id') IS NOT NULL";
    let found = sql_query(named).bind::<Text, _>(quoted(&table.name)).load::<Word>(conn)?;
    Ok(found.into_iter().next().map(|row| row.word))
}

impl Column {
    fn is_number(&self) -> bool {
        self.kind == "bigint" || self.kind == "integer"
    }

    /// To SQLite true and false are numbers; in the file they are what they are.
    fn written_by_sqlite(&self) -> String {
        let name = quoted(&self.name);
        match self.kind.as_str() {
            "boolean" => format!("iif({name} IS NULL, NULL, json(iif({name}, 'true', 'false')))"),
            _ => name,
        }
    }

    /// On both engines a time is written as diesel writes it on SQLite, where times are texts and compared as such.
    #[cfg(feature = "postgres")]
    fn written_by_postgres(&self) -> String {
        let name = quoted(&self.name);
        if !self.kind.starts_with("timestamp") {
            return name;
        }
        format!(
            "to_char({name}, 'YYYY-MM-DD HH24:MI:SS') || CASE WHEN to_char({name}, 'US') = '000000' THEN '' \
             WHEN to_char({name}, 'US') LIKE '%000' THEN to_char({name}, '.MS') ELSE to_char({name}, '.US') END"
        )
    }
}

impl Table {
    /// Every row as a JSON array in one text, `line`.
    pub fn select(&self, conn: &Conn) -> String {
        let from = quoted(&self.name);
        match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => {
                let values: Vec<String> = self.columns.iter().map(Column::written_by_postgres).collect();
                format!("SELECT json_build_array({})::text AS line FROM {from}", values.join(", "))
            }
            Conn::Sqlite(_) => {
                let values: Vec<String> = self.columns.iter().map(Column::written_by_sqlite).collect();
                format!("SELECT json_array({}) AS line FROM {from}", values.join(", "))
            }
        }
    }

    /// Takes a JSON array of such rows, whose values are those of `columns` in this order. None when one is not there.
    pub fn insert(&self, conn: &Conn, columns: &[String]) -> Option<String> {
        let known: Option<Vec<&Column>> =
            columns.iter().map(|name| self.columns.iter().find(|column| column.name == *name)).collect();
        let known = known?;
        let names: Vec<String> = known.iter().map(|column| quoted(&column.name)).collect();
        let (into, names) = (quoted(&self.name), names.join(", "));
        Some(match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => {
                let values = known.iter().enumerate().map(|(n, column)| format!("(v->>{n})::{}", column.kind));
                let values = values.collect::<Vec<_>>().join(", ");
                format!("INSERT INTO {into} ({names}) SELECT {values} FROM json_array_elements($1::json) AS v")
            }
            Conn::Sqlite(_) => {
                let values = (0..known.len()).map(|n| format!("json_extract(value, '$[{n}]')"));
                let values = values.collect::<Vec<_>>().join(", ");
                format!("INSERT INTO {into} ({names}) SELECT {values} FROM json_each($1)")
            }
        })
    }
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
