//! Every title the simulated world knows: some are on Plex, the rest only Radarr and Sonarr can find.
//! Titles are invented, and made from their index, so that a library of a hundred thousand costs nothing to hold.
//! Dates follow the day the world began, so that "in cinemas now" stays true. Never tells what is on a shelf now.

mod hand_films;
mod hand_shows;
mod words;

use chrono::{Datelike, Days, NaiveDate};

/// Films and series of the small world; a Plex library that wants more gets titles of higher index.
const FILMS: u32 = 240;
const SHOWS: u32 = 110;

const FILM_BASE: i64 = 900_000;
const SHOW_BASE: i64 = 410_000;

/// Where the household keeps a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Films,
    Series,
    Kids,
    Documentaries,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Film {
    pub tmdb_id: i64,
    pub imdb_id: String,
    pub title: String,
    pub original_title: Option<String>,
    /// Other names it is found by.
    pub aliases: Vec<String>,
    pub year: i32,
    pub overview: String,
    pub genres: Vec<String>,
    /// German age marks as TMDB gives them: 0, 6, 12, 16, 18.
    pub certification: String,
    pub runtime_minutes: i64,
    pub studio: String,
    pub director: String,
    pub in_cinemas: Option<NaiveDate>,
    pub digital_release: Option<NaiveDate>,
    pub physical_release: Option<NaiveDate>,
    pub shelf: Shelf,
    /// The household has it when the world begins.
    pub on_plex: bool,
    /// The household has it in 4K, too.
    pub in_4k: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    pub tvdb_id: i64,
    pub tmdb_id: i64,
    pub imdb_id: String,
    pub title: String,
    pub aliases: Vec<String>,
    pub year: i32,
    pub overview: String,
    pub genres: Vec<String>,
    pub certification: String,
    pub runtime_minutes: i64,
    pub network: String,
    /// No more seasons will come.
    pub ended: bool,
    /// In order; season 0, where there is one, holds the specials.
    pub seasons: Vec<Season>,
    pub shelf: Shelf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    pub number: i32,
    pub episodes: Vec<Episode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    pub number: i32,
    pub tvdb_id: i64,
    pub title: String,
    /// None: announced without a date.
    pub air_date: Option<NaiveDate>,
    /// The household has it when the world begins.
    pub on_plex: bool,
}

impl Show {
    pub fn first_aired(&self) -> Option<NaiveDate> {
        self.episodes().find_map(|(_, episode)| episode.air_date)
    }

    /// All episodes with their season's number.
    pub fn episodes(&self) -> impl Iterator<Item = (i32, &Episode)> {
        self.seasons.iter().flat_map(|season| season.episodes.iter().map(|episode| (season.number, episode)))
    }

    pub fn on_plex(&self) -> bool {
        self.episodes().any(|(_, episode)| episode.on_plex)
    }
}

/// The titles as of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Catalogue {
    today: NaiveDate,
}

impl Catalogue {
    pub fn as_of(today: NaiveDate) -> Catalogue {
        Catalogue { today }
    }

    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The film of this index; there is one for every index.
    pub fn film(&self, index: u32) -> Film {
        hand_films::film(index, self.today).unwrap_or_else(|| self.made_film(index))
    }

    /// The series of this index; there is one for every index.
    pub fn show(&self, index: u32) -> Show {
        hand_shows::show(index, self.today).unwrap_or_else(|| self.made_show(index))
    }

    /// The films of the small world, those on Plex and those to be requested.
    pub fn films(&self) -> Vec<Film> {
        (0..FILMS).map(|index| self.film(index)).collect()
    }

    /// The series of the small world.
    pub fn shows(&self) -> Vec<Show> {
        (0..SHOWS).map(|index| self.show(index)).collect()
    }

    /// The index behind a film's id; none for ids of another world.
    pub fn film_index(&self, tmdb_id: i64) -> Option<u32> {
        film_index(tmdb_id)
    }

    pub fn show_index(&self, tvdb_id: i64) -> Option<u32> {
        show_index(tvdb_id)
    }

    pub fn film_by_tmdb(&self, tmdb_id: i64) -> Option<Film> {
        film_index(tmdb_id).map(|index| self.film(index))
    }

    pub fn show_by_tvdb(&self, tvdb_id: i64) -> Option<Show> {
        show_index(tvdb_id).map(|index| self.show(index))
    }

    /// Films of the small world whose title or alias holds all words of `term`, by Radarr's idea of a match.
    pub fn find_films(&self, term: &str) -> Vec<Film> {
        self.films().into_iter().filter(|film| matches(term, &film.title, &film.aliases)).collect()
    }

    /// Series of the small world whose title or alias holds all words of `term`.
    pub fn find_shows(&self, term: &str) -> Vec<Show> {
        self.shows().into_iter().filter(|show| matches(term, &show.title, &show.aliases)).collect()
    }

    /// Indexes of films that are on Plex when the world begins, endless: first those of the small world.
    pub fn films_on_plex(&self) -> impl Iterator<Item = u32> + use<> {
        let catalogue = *self;
        (0..).filter(move |index| catalogue.film_is_on_plex(*index))
    }

    /// Indexes of series that are on Plex when the world begins, endless.
    pub fn shows_on_plex(&self) -> impl Iterator<Item = u32> + use<> {
        let catalogue = *self;
        (0..).filter(move |index| *index >= SHOWS || catalogue.show(*index).on_plex())
    }

    fn film_is_on_plex(&self, index: u32) -> bool {
        hand_films::film(index, self.today).map_or_else(|| made_is_on_plex(index, FILMS), |film| film.on_plex)
    }

    fn made_film(&self, index: u32) -> Film {
        let dice = words::Dice::of(0xF11A, index);
        let year = self.today.year() - 1 - i32::try_from(dice.pick(1, 46)).unwrap_or_default();
        let released = NaiveDate::from_yo_opt(year, dice.pick(2, 360) + 1);
        let shelf = if index % 9 == 4 { Shelf::Documentaries } else { Shelf::Films };
        let genres = match shelf {
            Shelf::Documentaries => vec!["Documentary".to_owned()],
            _ => words::genres(&dice),
        };
        Film {
            tmdb_id: FILM_BASE + i64::from(index),
            imdb_id: format!("tt{:08}", 90_000_000 + index),
            title: words::film_title(index),
            original_title: None,
            aliases: Vec::new(),
            year,
            overview: words::film_overview(&dice),
            genres,
            certification: words::certification(&dice),
            runtime_minutes: 78 + i64::from(dice.pick(4, 74)),
            studio: words::studio(&dice),
            director: words::person(&dice, 5),
            in_cinemas: released,
            digital_release: later(released, 96),
            physical_release: later(released, 131),
            shelf,
            on_plex: made_is_on_plex(index, FILMS),
            in_4k: made_is_on_plex(index, FILMS) && shelf == Shelf::Films && index % 11 == 3,
        }
    }

    fn made_show(&self, index: u32) -> Show {
        let dice = words::Dice::of(0x5E17, index);
        let kids = index % 8 == 5;
        let count = 1 + dice.pick(1, 4);
        let year = self.today.year() - 2 - i32::try_from(count + dice.pick(2, 14)).unwrap_or_default();
        let seasons = (1..=count).map(|number| made_season(index, number, year, &dice)).collect();
        Show {
            tvdb_id: SHOW_BASE + i64::from(index),
            tmdb_id: 210_000 + i64::from(index),
            imdb_id: format!("tt{:08}", 70_000_000 + index),
            title: words::show_title(index),
            aliases: Vec::new(),
            year,
            overview: words::show_overview(&dice),
            genres: if kids { vec!["Children".into(), "Animation".into()] } else { words::genres(&dice) },
            certification: if kids { "0".into() } else { words::certification(&dice) },
            runtime_minutes: if kids { 11 } else { 24 + i64::from(dice.pick(3, 4)) * 9 },
            network: words::network(&dice),
            ended: dice.pick(6, 3) > 0,
            seasons,
            shelf: if kids { Shelf::Kids } else { Shelf::Series },
        }
    }
}

fn made_season(index: u32, number: u32, first_year: i32, dice: &words::Dice) -> Season {
    let started =
        NaiveDate::from_yo_opt(first_year + i32::try_from(number).unwrap_or_default() - 1, 1 + dice.pick(7, 300));
    let on_plex = made_is_on_plex(index, SHOWS);
    let episodes = (1..=6 + dice.pick(8, 5)).map(|episode| Episode {
        number: i32::try_from(episode).unwrap_or_default(),
        tvdb_id: episode_id(index, number, episode),
        title: words::episode_title(index, number, episode),
        air_date: later(started, u64::from(episode - 1) * 7),
        on_plex,
    });
    Season { number: i32::try_from(number).unwrap_or_default(), episodes: episodes.collect() }
}

fn episode_id(index: u32, season: u32, episode: u32) -> i64 {
    10_000_000 + i64::from(index) * 2_000 + i64::from(season) * 60 + i64::from(episode)
}

/// Three of five in the small world; beyond it only a Plex library asks for titles.
fn made_is_on_plex(index: u32, world: u32) -> bool {
    index >= world || index % 5 < 3
}

fn film_index(tmdb_id: i64) -> Option<u32> {
    u32::try_from(tmdb_id.checked_sub(FILM_BASE)?).ok().filter(|index| *index < 1_000_000)
}

fn show_index(tvdb_id: i64) -> Option<u32> {
    u32::try_from(tvdb_id.checked_sub(SHOW_BASE)?).ok().filter(|index| *index < 1_000_000)
}

fn later(date: Option<NaiveDate>, days: u64) -> Option<NaiveDate> {
    date?.checked_add_days(Days::new(days))
}

/// The day this many days from `today`, back when negative.
fn days_from(today: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) }
}

fn matches(term: &str, title: &str, aliases: &[String]) -> bool {
    let wanted = plain(term);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let fits = |name: &str| {
        let name = plain(name);
        words.iter().all(|word| name.split_whitespace().any(|part| part.starts_with(word)))
    };
    !words.is_empty() && (fits(title) || aliases.iter().any(|alias| fits(alias)))
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace(['’', '\''], "").replace(|c: char| !c.is_alphanumeric(), " ")
}

#[cfg(test)]
mod tests;
