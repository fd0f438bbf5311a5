//! The films with drawn posters and some more, written by hand: what the demo's visitor sees first.
//! Only data and its reading.

use chrono::{Datelike, NaiveDate};

use super::{Film, Shelf, words};

/// When a film came out, as seen from the world's first day, so that the titles age with the world.
#[derive(Clone, Copy)]
enum When {
    /// This many years back.
    Year(i32),
    /// Days from today to the cinemas and to the digital release.
    Days(i64, i64),
}

struct FilmCard {
    title: &'static str,
    alias: Option<&'static str>,
    when: When,
    genres: &'static [&'static str],
    age: &'static str,
    minutes: i64,
    director: &'static str,
    shelf: Shelf,
    on_plex: bool,
    in_4k: bool,
    overview: &'static str,
}

const PLAIN: FilmCard = FilmCard {
    title: "",
    alias: None,
    when: When::Year(2),
    genres: &["Drama"],
    age: "12",
    minutes: 104,
    director: "Ingrid Vass",
    shelf: Shelf::Films,
    on_plex: true,
    in_4k: false,
    overview: "",
};

const FILMS: [FilmCard; 16] = [
    FilmCard {
        title: "The Salt Line",
        alias: Some("Harbour of Salt"),
        minutes: 118,
        in_4k: true,
        genres: &["Drama", "Mystery"],
        overview: "Two sisters inherit a salt works on a tidal island, and the line in the sand their father never let anyone cross.",
        ..PLAIN
    },
    FilmCard {
        title: "Kestrel",
        alias: Some("The Harbour Kestrel"),
        when: When::Days(-21, 53),
        genres: &["Thriller"],
        age: "16",
        minutes: 111,
        director: "Tor Eklund",
        on_plex: false,
        overview: "A falconer is hired to clear the gulls from a container port and finds out what the gulls were circling.",
        ..PLAIN
    },
    FilmCard {
        title: "Saffron Road",
        when: When::Year(1),
        genres: &["Comedy", "Adventure"],
        age: "6",
        minutes: 97,
        director: "Simi Adebayo",
        in_4k: true,
        overview: "A retired cook drives a broken ice-cream van across three borders to return a stolen recipe.",
        ..PLAIN
    },
    FilmCard {
        title: "Saffron Road 2",
        when: When::Days(75, 170),
        genres: &["Comedy", "Adventure"],
        age: "6",
        minutes: 101,
        director: "Simi Adebayo",
        on_plex: false,
        overview: "The van is back, the recipe is gone again, and this time there is a goat.",
        ..PLAIN
    },
    FilmCard {
        title: "Nine Winters",
        when: When::Year(4),
        genres: &["Drama"],
        minutes: 132,
        overview: "Nine New Year's Eves in one stairwell, seen by the girl who carries the post.",
        ..PLAIN
    },
    FilmCard {
        title: "The Long Corridor",
        when: When::Year(3),
        genres: &["Horror", "Thriller"],
        age: "16",
        minutes: 109,
        director: "Maja Holm",
        overview: "A night porter counts the doors of an empty hotel. Each night there is one more.",
        ..PLAIN
    },
    FilmCard {
        title: "The Cartographer’s Daughter",
        genres: &["Drama", "History"],
        minutes: 126,
        in_4k: true,
        overview: "She redraws her father's coastline by hand and finds a bay that he left out on purpose.",
        ..PLAIN
    },
    FilmCard {
        title: "Tin Parade",
        when: When::Year(1),
        genres: &["Animation", "Family"],
        age: "0",
        minutes: 88,
        director: "Yuna Sato",
        overview: "The toys of a closed fairground march through the sleeping town, looking for the boy who wound them up.",
        ..PLAIN
    },
    FilmCard {
        title: "Velvet Static",
        when: When::Year(1),
        genres: &["Music"],
        age: "6",
        minutes: 94,
        on_plex: false,
        overview: "One band, one night, one blown fuse: the concert film that was nearly not recorded.",
        ..PLAIN
    },
    FilmCard {
        title: "Low Orbit Blues",
        when: When::Days(-96, 6),
        genres: &["Science Fiction", "Comedy"],
        minutes: 103,
        director: "Tor Eklund",
        on_plex: false,
        overview: "The last maintenance man of a space hotel gets his first guest in eleven years, and she has a complaint.",
        ..PLAIN
    },
    FilmCard {
        title: "Paper Ferries",
        when: When::Year(6),
        genres: &["Family"],
        age: "0",
        minutes: 83,
        overview: "Every spring the children of Sund send a hundred paper boats down the river. This year one comes back.",
        ..PLAIN
    },
    FilmCard {
        title: "The Understudy’s Hat",
        when: When::Year(9),
        genres: &["Comedy"],
        age: "6",
        minutes: 92,
        overview: "Forty years in the wings, and the lead has lost his voice.",
        ..PLAIN
    },
    FilmCard {
        title: "Gravel",
        when: When::Year(5),
        genres: &["Crime"],
        age: "16",
        minutes: 116,
        in_4k: true,
        overview: "A road crew finds a car under a road that was built last week.",
        ..PLAIN
    },
    FilmCard {
        title: "Blå timme",
        alias: Some("Blue Hour"),
        when: When::Year(7),
        genres: &["Romance", "Drama"],
        minutes: 99,
        overview: "Two strangers share a kitchen on opposite shifts and write each other notes on the fridge.",
        ..PLAIN
    },
    FilmCard {
        title: "A Field Guide to Thunder",
        when: When::Year(3),
        genres: &["Documentary"],
        age: "0",
        minutes: 84,
        shelf: Shelf::Documentaries,
        overview: "Six people on five continents who run towards storms, and what they hear there.",
        ..PLAIN
    },
    FilmCard {
        title: "Rope, Bell, Lantern",
        when: When::Year(2),
        genres: &["Adventure", "History"],
        minutes: 121,
        on_plex: false,
        overview: "1871. A pilot boat goes out for a ship that nobody else saw.",
        ..PLAIN
    },
];

pub(super) fn film(index: u32, today: NaiveDate) -> Option<Film> {
    let card = FILMS.get(usize::try_from(index).ok()?)?;
    let (in_cinemas, digital_release) = match card.when {
        When::Year(back) => {
            let opened = NaiveDate::from_ymd_opt(today.year() - back, 3, 12);
            (opened, super::later(opened, 110))
        }
        When::Days(cinemas, digital) => (super::days_from(today, cinemas), super::days_from(today, digital)),
    };
    Some(Film {
        tmdb_id: super::FILM_BASE + i64::from(index),
        imdb_id: format!("tt{:08}", 90_000_000 + index),
        title: card.title.to_owned(),
        original_title: None,
        aliases: card.alias.map(str::to_owned).into_iter().collect(),
        year: in_cinemas.map_or(today.year(), |date| date.year()),
        overview: card.overview.to_owned(),
        genres: card.genres.iter().map(|genre| (*genre).to_owned()).collect(),
        certification: card.age.to_owned(),
        runtime_minutes: card.minutes,
        studio: words::studio(&words::Dice::of(1, index)),
        director: card.director.to_owned(),
        in_cinemas,
        digital_release,
        physical_release: super::later(digital_release, 40),
        shelf: card.shelf,
        on_plex: card.on_plex,
        in_4k: card.in_4k,
    })
}
