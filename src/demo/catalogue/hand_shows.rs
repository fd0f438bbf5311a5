//! The series with drawn posters and some more, written by hand.
//! Only data and its reading.

use chrono::{Datelike, NaiveDate};

use super::{Episode, Season, Shelf, Show, words};

struct ShowCard {
    title: &'static str,
    alias: Option<&'static str>,
    /// Years back to the first season; a season comes each year.
    back: i32,
    genres: &'static [&'static str],
    age: &'static str,
    minutes: i64,
    network: &'static str,
    ended: bool,
    /// Episodes of each season, from season 1, and how many of them are on Plex.
    seasons: &'static [(u32, u32)],
    /// Days from today to the first episode of the last season, where it isn't long past.
    last_starts: Option<i64>,
    shelf: Shelf,
    overview: &'static str,
}

const SHOWS: [ShowCard; 7] = [
    ShowCard {
        title: "Harbour Lights",
        alias: None,
        back: 3,
        genres: &["Mystery", "Drama"],
        age: "12",
        minutes: 52,
        network: "Nordlys",
        ended: false,
        seasons: &[(8, 8), (10, 10), (8, 6), (8, 0)],
        last_starts: Some(-42),
        shelf: Shelf::Series,
        overview: "When the last keeper of Sund vanishes, his niece takes over a lighthouse that nobody has needed for thirty years, and a town that would rather not be seen.",
    },
    ShowCard {
        title: "Orrery",
        alias: None,
        back: 0,
        genres: &["Science Fiction"],
        age: "12",
        minutes: 58,
        network: "Kanal Sju",
        ended: false,
        seasons: &[(8, 5)],
        last_starts: Some(-33),
        shelf: Shelf::Series,
        overview: "An instrument maker builds a model of the heavens with one planet too many, and then it rises.",
    },
    ShowCard {
        title: "Mossy & Finn",
        alias: Some("Mossy and Finn"),
        back: 2,
        genres: &["Children", "Animation"],
        age: "0",
        minutes: 11,
        network: "Lilla",
        ended: false,
        seasons: &[(12, 12), (12, 12)],
        last_starts: None,
        shelf: Shelf::Kids,
        overview: "A turtle with too many plans and a fox with too few share a pond, a raft and one good umbrella.",
    },
    ShowCard {
        title: "Small Hours",
        alias: None,
        back: 5,
        genres: &["Drama", "Comedy"],
        age: "16",
        minutes: 44,
        network: "Nordlys",
        ended: false,
        seasons: &[(10, 10), (8, 8), (8, 0)],
        last_starts: Some(2),
        shelf: Shelf::Series,
        overview: "One night bus, one driver, and everybody who has missed the last train.",
    },
    ShowCard {
        title: "Understory",
        alias: None,
        back: 0,
        genres: &["Documentary", "Nature"],
        age: "0",
        minutes: 49,
        network: "Fjällsyn",
        ended: true,
        seasons: &[(6, 3)],
        last_starts: Some(-17),
        shelf: Shelf::Series,
        overview: "Six walks through one forest, from the roots to the crown, in one year.",
    },
    ShowCard {
        title: "Harbourmaster",
        alias: None,
        back: 6,
        genres: &["Crime", "Drama"],
        age: "16",
        minutes: 46,
        network: "Kanal Sju",
        ended: true,
        seasons: &[(8, 0), (8, 0), (6, 0)],
        last_starts: None,
        shelf: Shelf::Series,
        overview: "He signs every ship in and out. One of them was never signed in.",
    },
    ShowCard {
        title: "The Harbour Surveyors",
        alias: None,
        back: 7,
        genres: &["Drama"],
        age: "18",
        minutes: 55,
        network: "Fjällsyn",
        ended: true,
        seasons: &[(6, 0)],
        last_starts: None,
        shelf: Shelf::Series,
        overview: "A survey crew measures a harbour for a bridge and finds that the water is not as deep as the maps say. It is deeper.",
    },
];

pub(super) fn show(index: u32, today: NaiveDate) -> Option<Show> {
    let card = SHOWS.get(usize::try_from(index).ok()?)?;
    let seasons: Vec<Season> =
        (1..).zip(card.seasons).map(|(number, counts)| season(card, index, number, *counts, today)).collect();
    let first = seasons.first().and_then(|season| season.episodes.first()).and_then(|episode| episode.air_date);
    Some(Show {
        tvdb_id: super::SHOW_BASE + i64::from(index),
        tmdb_id: 210_000 + i64::from(index),
        imdb_id: format!("tt{:08}", 70_000_000 + index),
        title: card.title.to_owned(),
        aliases: card.alias.map(str::to_owned).into_iter().collect(),
        year: first.map_or(today.year(), |date| date.year()),
        overview: card.overview.to_owned(),
        genres: card.genres.iter().map(|genre| (*genre).to_owned()).collect(),
        certification: card.age.to_owned(),
        runtime_minutes: card.minutes,
        network: card.network.to_owned(),
        ended: card.ended,
        seasons,
        shelf: card.shelf,
    })
}

fn season(card: &ShowCard, index: u32, number: u32, (count, there): (u32, u32), today: NaiveDate) -> Season {
    let years = i32::try_from(number).unwrap_or_default() - 1 - card.back;
    let starts = match card.last_starts {
        Some(days) if usize::try_from(number) == Ok(card.seasons.len()) => super::days_from(today, days),
        _ => NaiveDate::from_ymd_opt(today.year() + years, 1, 9),
    };
    let episodes = (1..=count).map(|episode| Episode {
        number: i32::try_from(episode).unwrap_or_default(),
        tvdb_id: super::episode_id(index, number, episode),
        title: words::episode_title(index, number, episode),
        air_date: super::later(starts, u64::from(episode - 1) * 7),
        on_plex: episode <= there,
    });
    Season { number: i32::try_from(number).unwrap_or_default(), episodes: episodes.collect() }
}
