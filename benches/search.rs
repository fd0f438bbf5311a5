//! Search over 100,000 titles as somebody who sees half of the libraries. Prints how long the slowest of a hundred takes
//! (the bar is 10 ms), then lets criterion measure each kind of query. `cargo bench --bench search`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use criterion::Criterion;
use usherr::db::{Db, libraries, search, servers, shelves};
use usherr::domain::catalog::{ExternalIds, MediaKind, PlexItem, PlexLibrary};
use usherr::domain::ids::{LibraryId, ServerId};
use usherr::domain::people::Sight;
use usherr::domain::search::Query;
use usherr::domain::service::Server;

const TITLES: i64 = 100_000;

const QUERIES: [(&str, &[&str]); 5] = [
    ("one-letter prefix", &["a", "s", "t"]),
    ("common word", &["the", "night", "dark", "love"]),
    ("two words", &["dark river", "the night", "love of", "last stor"]),
    ("typo", &["nihgt", "drak river", "stomr", "harbuor", "moutain"]),
    ("no hit", &["xyzzyq", "qqqq wwww", "zzxx"]),
];

/// Common words come often, as they do in titles; the rest is drawn from syllables.
const COMMON: [&str; 24] = [
    "The", "of", "Night", "Dark", "Love", "River", "Last", "Story", "Man", "House", "Storm", "Harbour", "Mountain",
    "City", "Winter", "Road", "Girl", "War", "Star", "Blue", "Home", "Day", "Secret", "King",
];
const SYLLABLES: [&str; 40] = [
    "ka", "ri", "mo", "ta", "len", "dor", "vi", "sha", "ne", "bar", "gul", "to", "fi", "ran", "qui", "zo", "mel", "or",
    "an", "eth", "us", "ia", "ber", "wick", "ford", "stan", "el", "mar", "ys", "og", "han", "lo", "pe", "cru", "dre",
    "ix", "um", "ya", "bo", "se",
];

/// A small generator of its own, so that every run has the same titles.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % sides
    }

    fn word(&mut self) -> String {
        if self.roll(100) < 45 {
            // The first of them by far the most often.
            let at = self.roll(COMMON.len()) * self.roll(COMMON.len()) / COMMON.len();
            return COMMON[at].to_owned();
        }
        (0..2 + self.roll(3)).map(|_| SYLLABLES[self.roll(SYLLABLES.len())]).collect()
    }

    fn title(&mut self) -> String {
        let words: Vec<String> = (0..1 + self.roll(4)).map(|_| self.word()).collect();
        words.join(" ")
    }
}

fn item(n: i64, dice: &mut Dice, start: DateTime<Utc>) -> PlexItem {
    PlexItem {
        rating_key: n.to_string(),
        guid: None,
        kind: MediaKind::Movie,
        ids: ExternalIds { tmdb: Some(n), tvdb: None, imdb: Some(format!("tt{n:08}")) },
        title: dice.title(),
        original_title: None,
        sort_title: None,
        year: Some(1950 + i32::try_from(dice.roll(77)).unwrap()),
        summary: Some("Something happens to somebody, and nobody is the same afterwards.".to_owned()),
        content_rating: None,
        genres: Vec::new(),
        duration_ms: Some(5_400_000),
        thumb: Some(format!("/library/metadata/{n}/thumb/1")),
        added_at: start + TimeDelta::minutes(n),
        updated_at: Some(start),
        is_4k: false,
        leaf_count: None,
    }
}

fn fill(runtime: &tokio::runtime::Runtime, db: &Db) -> Sight {
    let start = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    let shelf = runtime
        .block_on(db.write(move |tx| {
            let server = Server {
                id: ServerId(0),
                name: "Bench".to_owned(),
                url: "http://plex".to_owned(),
                sealed: String::new(),
                machine_id: None,
                version: None,
                owner_plex_id: None,
                default_library: None,
                from_file: false,
            };
            let id = servers::save(tx, &server, 0, start)?;
            let sections: Vec<PlexLibrary> = (1..=8)
                .map(|key| PlexLibrary {
                    key: key.to_string(),
                    title: format!("Library {key}"),
                    kind: "movie".to_owned(),
                    agent: String::new(),
                })
                .collect();
            libraries::import(tx, id, &sections, start)?;
            libraries::of_server(tx, id)
        }))
        .unwrap();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for from in (0..TITLES).step_by(1_000) {
        let library = shelf[usize::try_from(from / 1_000).unwrap() % shelf.len()].clone();
        let items: Vec<PlexItem> = (from + 1..=from + 1_000).map(|n| item(n, &mut dice, start)).collect();
        runtime.block_on(db.write(move |tx| shelves::keep_items(tx, &library, &items, start))).unwrap();
    }
    Sight::of((1..=4).map(LibraryId).collect())
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let db = Db::open(&format!("sqlite://{}/bench.db", folder.path().display())).unwrap();
    let began = Instant::now();
    let sight = fill(&runtime, &db);
    println!("{TITLES} titles written in {:.1} s", began.elapsed().as_secs_f64());
    let find = |text: &str| {
        let (query, sight) = (Query::parse(text), sight.clone());
        runtime.block_on(db.read(move |conn| search::search(conn, &query, &sight, 60))).unwrap().len()
    };
    for (kind, queries) in QUERIES {
        let mut times: Vec<Duration> = Vec::new();
        let mut hits = 0;
        for n in 0..600 {
            let began = Instant::now();
            hits = hits.max(find(queries[n % queries.len()]));
            times.push(began.elapsed());
        }
        // Warm: the first hundred do not count.
        let mut times = times.split_off(100);
        times.sort();
        let at = |share: f64| times[(times.len() as f64 * share) as usize].as_secs_f64() * 1_000.0;
        println!("{kind:18} p50 {:6.2} ms   p99 {:6.2} ms   up to {hits} hits", at(0.5), at(0.99));
    }
    let mut criterion = Criterion::default().configure_from_args().sample_size(50);
    for (kind, queries) in QUERIES {
        let mut n = 0;
        criterion.bench_function(&format!("search, {kind}"), |bench| {
            bench.iter(|| {
                n += 1;
                black_box(find(queries[n % queries.len()]))
            });
        });
    }
    criterion.final_summary();
}
