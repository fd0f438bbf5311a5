//! The database itself: steps up and down over seeded rows, both engines alike, and what must not be touched.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use reqwest::Method;
use usherr::db::conn::{Conn, Manager};
use usherr::db::{migrate, shares};
use usherr::demo::WorldOptions;
use usherr::domain::ids::PersonId;
use usherr::domain::sharing::ShareSettings;
use usherr::error::AppError;

use crate::support::TestApp;
use crate::support::database::bare;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const SEED: &str = "
    INSERT INTO people (id, name, role, created_at, updated_at) VALUES (1, 'Mara', 'admin', '2026-01-01', '2026-01-01');
    INSERT INTO servers (id, name, url, token, created_at, updated_at)
        VALUES (1, 'The Back Row', 'http://plex', '', '2026-01-01', '2026-01-01');
    INSERT INTO libraries (id, server_id, section_key, title, kind, agent) VALUES (1, 1, '1', 'Films', 'movie', '');
    INSERT INTO titles (id, kind, tmdb_id, title, sort_title, search_text, created_at, updated_at)
        VALUES (1, 'movie', 603, 'Kestrel', 'kestrel', 'kestrel', '2026-01-01', '2026-01-01');
    INSERT INTO copies (id, server_id, library_id, title_id, rating_key, added_at, pass)
        VALUES (1, 1, 1, 1, '42', '2026-01-01', 1);
    INSERT INTO requests (id, title_id, kind, asker_id, stage, lit_stage, stage_at, created_at, updated_at)
        VALUES (1, 1, 'movie', 1, 'asked', 'asked', '2026-01-01', '2026-01-01', '2026-01-01');
    INSERT INTO outbox (id, kind, payload, dedupe_key, state, due_at, created_at)
        VALUES (1, 'send_request', '{}', 'k', 'waiting', '2026-01-01', '2026-01-01');
";

fn open(url: &str) -> Conn {
    Manager::parse(url).unwrap().first().unwrap()
}

#[test]
fn every_step_goes_up_down_and_up_again_over_rows() {
    let database = bare();
    let mut conn = open(&database.url);
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(SEED).unwrap();
    migrate::down(&mut conn).unwrap();
    assert!(!migrate::is_current(&mut conn).unwrap());
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(SEED).unwrap();
    assert!(migrate::is_current(&mut conn).unwrap());
    let count: Count = diesel::sql_query("SELECT count(*) AS n FROM requests").get_result(&mut conn).unwrap();
    assert_eq!(count.n, 1);
}

/// What this step of the engine under test says.
fn sql_of(conn: &Conn, step: &str, direction: &str) -> String {
    let engine = if matches!(conn, Conn::Pg(_)) { "postgres" } else { "sqlite" };
    std::fs::read_to_string(format!("migrations/{engine}/{step}/{direction}.sql")).unwrap()
}

#[derive(QueryableByName)]
struct OldShare {
    #[diesel(sql_type = Bool)]
    allow_sync: bool,
    #[diesel(sql_type = Bool)]
    allow_camera_upload: bool,
    #[diesel(sql_type = Bool)]
    allow_tuners: bool,
    #[diesel(sql_type = Nullable<Text>)]
    filter_all: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    filter_movies: Option<String>,
}

#[test]
fn settings_of_shares_are_carried_over_both_ways() {
    let database = bare();
    let mut conn = open(&database.url);
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(SEED).unwrap();
    let insert = r#"
        INSERT INTO people (id, name, role, created_at, updated_at) VALUES (2, 'Ana', 'viewer', '2026-01-01', '2026-01-01');
        INSERT INTO shares (id, server_id, person_id, accepted, all_libraries, updated_at, settings)
            VALUES (1, 1, 1, TRUE, TRUE, '2026-01-01', '{"allow_sync":true,"allow_tuners":2,"filter_movies":"label=\"x\"''é"}');
        INSERT INTO shares (id, server_id, person_id, accepted, all_libraries, updated_at)
            VALUES (2, 1, 2, TRUE, TRUE, '2026-01-01');"#;
    conn.batch_execute(insert).unwrap();
    let step = "2026-11-21-000011_share_settings";
    let down = sql_of(&conn, step, "down");
    conn.batch_execute(&down).unwrap();
    let old: Vec<OldShare> = diesel::sql_query("SELECT * FROM shares ORDER BY id").load(&mut conn).unwrap();
    assert!(old[0].allow_sync && !old[0].allow_camera_upload && old[0].allow_tuners);
    assert_eq!((old[0].filter_all.as_deref(), old[0].filter_movies.as_deref()), (None, Some("label=\"x\"'é")));
    assert!(!old[1].allow_sync && !old[1].allow_tuners && old[1].filter_movies.is_none());
    let up = sql_of(&conn, step, "up");
    conn.batch_execute(&up).unwrap();
    let settings = |person: i64, conn: &mut Conn| shares::of_person(conn, PersonId(person)).unwrap().remove(0).settings;
    let filter_movies = "label=\"x\"'é".to_owned();
    let kept = ShareSettings { allow_sync: true, allow_tuners: 1, filter_movies, ..ShareSettings::default() };
    assert_eq!(settings(1, &mut conn), kept);
    assert_eq!(settings(2, &mut conn), ShareSettings::default());
}

#[test]
fn the_tables_are_those_of_the_schema() {
    let database = bare();
    let mut conn = open(&database.url);
    migrate::up(&mut conn).unwrap();
    assert_eq!(columns(&mut conn), in_schema_file());
}

#[test]
fn a_newer_database_is_left_alone() {
    let database = bare();
    let mut conn = open(&database.url);
    migrate::up(&mut conn).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')").unwrap();
    let refusal = migrate::up(&mut conn).unwrap_err().to_string();
    assert!(refusal.contains("newer than this program"), "{refusal}");
    assert!(refusal.contains("nothing was changed"), "{refusal}");
}

/// Another program may hold the database for long: a backup, a console somebody forgot.
#[tokio::test]
async fn a_database_that_is_held_by_somebody_else_is_said_to_be_silent() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let mut other = open(&test.config.database_url);
    let hold = match &other {
        Conn::Pg(_) => "BEGIN; SELECT pg_advisory_xact_lock(5699)",
        Conn::Sqlite(_) => "BEGIN IMMEDIATE",
    };
    other.batch_execute(hold).unwrap();
    let (page, problem) = tokio::join!(
        admin.post("/me/theme", &[("theme", "dark")]),
        admin.json(Method::POST, "/api/jobs/cleanup/run", serde_json::Value::Null),
    );
    for reply in [&page, &problem] {
        assert_eq!(reply.status, 503, "{}", reply.body);
        assert!(reply.body.contains("The database does not answer, so nothing was changed."), "{}", reply.body);
        assert!(!reply.body.contains("lock"), "the cause is for the log: {}", reply.body);
    }
    page.has("The lights are out").has("To the lobby");
    other.batch_execute("ROLLBACK").unwrap();
    admin.post("/me/theme", &[("theme", "dark")]).await.is(303);
    test.house.close().await;
}

/// A disk that is full keeps nobody from reading.
#[tokio::test]
async fn who_cannot_be_written_down_as_seen_may_still_look() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let mut other = open(&test.config.database_url);
    other.batch_execute("UPDATE sessions SET last_seen_at = '2026-01-01 00:00:00'").unwrap();
    let refuse = match &other {
        Conn::Pg(_) => "ALTER TABLE sessions ADD CONSTRAINT full_disk CHECK (last_seen_at < '2026-01-02')",
        Conn::Sqlite(_) => {
            "CREATE TRIGGER full_disk BEFORE UPDATE ON sessions
             BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        }
    };
    other.batch_execute(refuse).unwrap();
    admin.get("/me").await.is(200);
    let seen: Count = diesel::sql_query("SELECT COUNT(*) AS n FROM sessions WHERE last_seen_at > '2026-01-02'")
        .get_result(&mut other)
        .unwrap();
    assert_eq!(seen.n, 0, "it was tried in vain");
    test.house.close().await;
}

/// A disk that is full and a file of somebody else, as the engine itself tells of them.
#[test]
fn why_nothing_can_be_kept_is_said_plainly() {
    let database = bare();
    let write = "CREATE TABLE a (n int)";
    let full = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'; END $$";
    let cases = [
        (["PRAGMA max_page_count = 1", write], ["SELECT 1", full], "The disk is full, so nothing was changed."),
        (
            ["PRAGMA query_only = on", write],
            ["SET default_transaction_read_only = on", write],
            "The database takes no writes, so nothing was changed.",
        ),
    ];
    for (sqlite, postgres, words) in cases {
        let mut conn = open(&database.url);
        let [first, second] = if matches!(conn, Conn::Pg(_)) { postgres } else { sqlite };
        conn.batch_execute(first).unwrap();
        let said = AppError::from(conn.batch_execute(second).unwrap_err()).to_string();
        assert!(said.starts_with(words), "{said}");
    }
}

#[test]
fn unknown_engines_are_refused() {
    for url in ["mysql://localhost/x", "usherr.db", "", "redis://x"] {
        let refusal = Manager::parse(url).err().unwrap().to_string();
        assert!(refusal.contains("sqlite://PATH or postgres://"), "{refusal}");
    }
}

fn columns(conn: &mut Conn) -> BTreeMap<String, Vec<String>> {
    let sql = match conn {
        Conn::Pg(_) => {
            "SELECT table_name::text AS table_name, column_name::text AS column_name FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        }
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.name, c.cid"
        }
    };
    let rows: Vec<Column> = diesel::sql_query(sql).load(conn).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        if !row.table_name.starts_with("__")
            && !row.table_name.starts_with("sqlite_")
            && !row.table_name.starts_with("title_search")
        {
            tables.entry(row.table_name).or_default().push(row.column_name);
        }
    }
    tables
}

fn in_schema_file() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string("src/db/schema.rs").unwrap();
    let mut tables = BTreeMap::new();
    for block in text.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let name = lines.next().unwrap().split_whitespace().next().unwrap().to_owned();
        let columns =
            lines.take_while(|line| line.contains("->")).map(|line| line.split(" ->").next().unwrap().to_owned());
        tables.insert(name, columns.collect());
    }
    tables
}
