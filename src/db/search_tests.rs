//! The same table of searches on whichever engine is under test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;

use super::*;
use crate::db::testing::{TestDatabase, fresh};
use crate::db::{Db, home_tests, libraries, people, servers, shelves, titles};
use crate::domain::catalog::{ExternalIds, MediaKind, PlexItem, PlexLibrary};
use crate::domain::ids::{LibraryId, ServerId};
use crate::domain::service::Server;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap()
}

fn item(n: i64, title: &str, year: i32) -> PlexItem {
    PlexItem {
        rating_key: n.to_string(),
        guid: None,
        kind: MediaKind::Movie,
        ids: ExternalIds { tmdb: Some(n), tvdb: None, imdb: Some(format!("tt{n:07}")) },
        title: title.to_owned(),
        original_title: None,
        sort_title: None,
        year: Some(year),
        summary: None,
        content_rating: None,
        genres: Vec::new(),
        duration_ms: None,
        thumb: None,
        added_at: now(),
        updated_at: None,
        is_4k: false,
        leaf_count: None,
    }
}

const TITLES: &[(&str, i32)] = &[
    ("Dune", 2021),
    ("Dune", 1984),
    ("Dune: Part Two", 2024),
    ("Jodorowsky's Dune", 2013),
    ("The Matrix", 1999),
    ("Harbour Lights", 2023),
    ("Amélie", 2001),
    ("Die Straße", 2015),
    ("Spider-Man", 2002),
    ("2001: A Space Odyssey", 1968),
    ("千と千尋の神隠し", 2001),
    ("Fast & Furious", 2009),
    ("???", 2020),
    ("1e10 & 24h", 2020),
];

/// Two libraries with the same films in each, all but the last visible in library 1.
async fn filled() -> (TestDatabase, Db) {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    let db = Db::open(&database.url).unwrap();
    db.write(|tx| {
        let server = Server {
            id: ServerId(0),
            name: "Home".to_owned(),
            url: "http://plex".to_owned(),
            sealed: String::new(),
            machine_id: None,
            version: None,
            owner_plex_id: None,
            default_library: None,
            from_file: false,
        };
        let server = servers::save(tx, &server, 0, now())?;
        let section = |key: &str| PlexLibrary {
            key: key.to_owned(),
            title: key.to_owned(),
            kind: "movie".to_owned(),
            agent: String::new(),
        };
        libraries::import(tx, server, &[section("1"), section("2")], now())?;
        let shelf = libraries::of_server(tx, server)?;
        let items: Vec<PlexItem> = (1..).zip(TITLES).map(|(n, (title, year))| item(n, title, *year)).collect();
        shelves::keep_items(tx, &shelf[0], &items, now())?;
        shelves::keep_items(tx, &shelf[1], &[item(900, "Hidden Harbour", 2020)], now())?;
        Ok(())
    })
    .await
    .unwrap();
    (database, db)
}

async fn find(db: &Db, text: &str, sight: Sight) -> Vec<String> {
    let query = Query::parse(text);
    db.read(move |conn| {
        let hits = search(conn, &query, &sight, 50)?;
        let mut names = Vec::new();
        for hit in hits {
            let title = titles::get(conn, hit)?.unwrap();
            names.push(format!("{} ({})", title.title, title.year.unwrap()));
        }
        Ok(names)
    })
    .await
    .unwrap()
}

fn first_library() -> Sight {
    Sight::Libraries(vec![LibraryId(1)])
}

#[tokio::test]
async fn the_table_of_searches() {
    let (_database, db) = filled().await;
    let dunes = ["Dune (2021)", "Dune (1984)", "Dune: Part Two (2024)", "Jodorowsky's Dune (2013)"];
    let slipped = ["Dune (2021)", "Dune (1984)", "Jodorowsky's Dune (2013)", "Dune: Part Two (2024)"];
    let table: &[(&str, &[&str])] = &[
        ("dune", &dunes),
        ("DUNE", &dunes),
        ("dun", &["Dune: Part Two (2024)", "Dune (2021)", "Dune (1984)", "Jodorowsky's Dune (2013)"]),
        ("dnue", &slipped),
        ("dume", &slipped),
        ("dunee", &slipped),
        ("dne", &slipped),
        ("dune 1984", &["Dune (1984)"]),
        ("dune year:2021", &["Dune (2021)"]),
        ("tmdb:2", &["Dune (1984)"]),
        ("imdb:tt0000002", &["Dune (1984)"]),
        ("tmdb:77", &[]),
        ("year:1968", &["2001: A Space Odyssey (1968)"]),
        (
            "d",
            &["Dune: Part Two (2024)", "Dune (2021)", "Die Straße (2015)", "Dune (1984)", "Jodorowsky's Dune (2013)"],
        ),
        ("matrix", &["The Matrix (1999)"]),
        ("the matrx", &["The Matrix (1999)"]),
        ("amelie", &["Amélie (2001)"]),
        ("amélie", &["Amélie (2001)"]),
        ("strasse", &["Die Straße (2015)"]),
        ("harbor lights", &["Harbour Lights (2023)"]),
        ("lights harbour", &["Harbour Lights (2023)"]),
        ("harbuor li", &["Harbour Lights (2023)"]),
        ("spiderman", &["Spider-Man (2002)"]),
        ("spider man", &["Spider-Man (2002)"]),
        ("spidermn", &["Spider-Man (2002)"]),
        ("space odyssey", &["2001: A Space Odyssey (1968)"]),
        ("千と", &["千と千尋の神隠し (2001)"]),
        ("fast and", &["Fast & Furious (2009)"]),
        ("fast & furious", &["Fast & Furious (2009)"]),
        ("1e10", &["1e10 & 24h (2020)"]),
        ("24h", &["1e10 & 24h (2020)"]),
        ("hidden", &[]),
        ("xyzzy", &[]),
        ("", &[]),
        ("\"dune\" OR *", &[]),
        ("NEAR(dune", &[]),
        ("%", &[]),
        ("dune\0", &dunes),
        ("'; DROP TABLE titles; --", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(find(&db, text, first_library()).await, *expected, "{text:?}");
    }
    assert_eq!(find(&db, "harbour", Sight::Everything).await, ["Harbour Lights (2023)", "Hidden Harbour (2020)"]);
    assert!(find(&db, "dune", Sight::Libraries(Vec::new())).await.is_empty());
}

#[tokio::test]
async fn what_somebody_asked_for_is_on_its_way_for_everybody() {
    let (_database, db) = filled().await;
    let (hits, hidden) = db
        .write(|tx| {
            let person = people::NewPerson::local("Ana", "ana", crate::domain::people::Role::Requester);
            let ana = people::add(tx, &person, now())?;
            let ids = ExternalIds { tmdb: Some(900), ..ExternalIds::default() };
            let hidden = titles::find(tx, MediaKind::Movie, &ids)?.unwrap();
            home_tests::ask(tx, hidden.id, MediaKind::Movie, ana, Stage::Asked, now())?;
            let hits = search(tx, &Query::parse("hidden"), &first_library(), 10)?;
            assert!(!copies::visible(tx, hidden.id, &first_library())?);
            Ok((hits, hidden.id))
        })
        .await
        .unwrap();
    assert_eq!(hits, [hidden]);
}

#[test]
fn nothing_typed_is_ever_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_database, db) = runtime.block_on(filled());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 64, ..ProptestConfig::default() });
    let text = prop_oneof![any::<String>(), "[\"'*()%_:a-d \\\\-]{0,30}", "\\PC{100,400}"];
    runner
        .run(&text, |text| {
            runtime.block_on(find(&db, &text, first_library()));
            Ok(())
        })
        .unwrap();
}
