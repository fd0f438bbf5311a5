//! The same table of searches on whichever engine is under test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::db::home_tests::{self, house, item, now};
use crate::db::testing::TestDatabase;
use crate::db::{Db, libraries, people, shelves, titles};
use crate::domain::catalog::{ExternalIds, MediaKind, PlexItem};
use crate::domain::ids::{LibraryId, PersonId, ServerId};
use crate::domain::people::Requests;

fn film(n: i64, title: &str, year: i32) -> PlexItem {
    let ids = ExternalIds { tmdb: Some(n), tvdb: None, imdb: Some(format!("tt{n:07}")) };
    PlexItem { year: Some(year), ..item(&n.to_string(), MediaKind::Movie, ids, title) }
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

/// Two libraries with films, all but the last visible in library 1.
async fn filled() -> (TestDatabase, Db) {
    let (database, db) = house().await;
    db.write(|tx| {
        let shelf = libraries::of_server(tx, ServerId(1))?;
        let films: Vec<PlexItem> = (1..).zip(TITLES).map(|(n, (title, year))| film(n, title, *year)).collect();
        shelves::keep_items(tx, &shelf[0], &films, now())?;
        shelves::keep_items(tx, &shelf[2], &[film(900, "Hidden Harbour", 2020)], now())?;
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
    Sight::of(vec![LibraryId(1)])
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
    assert_eq!(find(&db, "harbour", Sight::EVERYTHING).await, ["Harbour Lights (2023)", "Hidden Harbour (2020)"]);
    assert!(find(&db, "dune", Sight::of(Vec::new())).await.is_empty());
}

#[tokio::test]
async fn what_somebody_asked_for_is_on_its_way_for_whoever_may_know_of_it() {
    let (_database, db) = filled().await;
    db.write(|tx| {
        let ana = people::NewPerson::local("Ana", "ana", crate::domain::people::Role::Requester);
        let ana = people::add(tx, &ana, now())?;
        let ids = ExternalIds { tmdb: Some(900), ..ExternalIds::default() };
        let hidden = titles::find(tx, MediaKind::Movie, &ids)?.unwrap().id;
        let awaited = titles::upsert_from_plex(tx, &film(901, "Hidden Valley", 2026), None, now())?;
        for title in [hidden, awaited] {
            home_tests::ask(tx, title, MediaKind::Movie, ana, Stage::Asked, now())?;
        }
        let mut hits = |requests: Requests, ceiling: Option<u8>| {
            let sight = Sight { requests, ceiling, ..first_library() };
            search(tx, &Query::parse("hidden"), &sight, 10)
        };
        assert_eq!(hits(Requests::None, None)?, [awaited], "the other lies where they see nothing");
        assert_eq!(hits(Requests::Own(PersonId(ana.0 + 1)), None)?, [awaited]);
        assert_eq!(hits(Requests::Own(ana), None)?, [awaited, hidden]);
        assert_eq!(hits(Requests::All, None)?, [awaited, hidden]);
        assert_eq!(hits(Requests::None, Some(18))?, [], "nobody has rated it");
        assert_eq!(hits(Requests::Own(ana), Some(0))?, [awaited, hidden], "who asked for it knows of it");
        Ok(())
    })
    .await
    .unwrap();
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
