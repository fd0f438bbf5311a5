//! One title on a shelf, its rating keys, and the episodes that are there.
//! Rating keys are made of the title's number, its season and its episode. Never knows JSON.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate, NaiveTime};

use crate::demo::catalogue::{Catalogue, Film, Show};

/// A title's rating key is its number times this; seasons and episodes are counted from there.
pub(super) const SPAN: i64 = 10_000;

#[derive(Debug, Clone)]
pub enum What {
    Film(u32),
    Show(u32),
    /// Titles the catalogue does not know.
    OtherFilm(Box<Film>),
    OtherShow(Box<Show>),
    /// A home video: no agent, no external ids.
    Personal(&'static str),
}

#[derive(Debug, Clone)]
pub struct Item {
    pub number: u32,
    pub section: i64,
    pub what: What,
    /// Epoch seconds.
    pub added_at: i64,
    pub updated_at: i64,
    /// When the title or its latest episode was added.
    pub last_added: i64,
    /// The episodes that say `on_plex` are there.
    pub(super) stocked: bool,
    /// Episodes added later (since when), and those taken away (none).
    pub(super) changed: BTreeMap<(i32, i32), Option<i64>>,
    /// Episodes that have a file in 4K.
    pub(super) in_4k: BTreeSet<(i32, i32)>,
}

/// One episode on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub season: i32,
    pub number: i32,
    pub title: String,
    pub tvdb_id: i64,
    pub air_date: Option<NaiveDate>,
    pub added_at: i64,
}

impl Item {
    pub fn key(&self) -> i64 {
        i64::from(self.number) * SPAN
    }

    pub fn film(&self, catalogue: &Catalogue) -> Option<Film> {
        match &self.what {
            What::Film(index) => Some(catalogue.film(*index)),
            What::OtherFilm(film) => Some((**film).clone()),
            _ => None,
        }
    }

    pub fn show(&self, catalogue: &Catalogue) -> Option<Show> {
        match &self.what {
            What::Show(index) => Some(catalogue.show(*index)),
            What::OtherShow(show) => Some((**show).clone()),
            _ => None,
        }
    }

    pub fn is_show(&self) -> bool {
        matches!(self.what, What::Show(_) | What::OtherShow(_))
    }

    pub fn title(&self, catalogue: &Catalogue) -> String {
        match &self.what {
            What::Personal(title) => (*title).to_owned(),
            _ => self
                .film(catalogue)
                .map(|film| film.title)
                .or_else(|| self.show(catalogue).map(|show| show.title))
                .unwrap_or_default(),
        }
    }

    /// The episodes on the shelf, in order.
    pub fn leaves(&self, show: &Show) -> Vec<Leaf> {
        let there = |(season, number): (i32, i32), on_plex: bool, air_date: Option<NaiveDate>| match self
            .changed
            .get(&(season, number))
        {
            Some(since) => *since,
            None => (self.stocked && on_plex).then(|| self.added_at.max(evening_after(air_date))),
        };
        let known = show.episodes().filter_map(|(season, one)| {
            let added_at = there((season, one.number), one.on_plex, one.air_date)?;
            let title = one.title.clone();
            Some(Leaf { season, number: one.number, title, tvdb_id: one.tvdb_id, air_date: one.air_date, added_at })
        });
        let mut leaves: Vec<Leaf> = known.collect();
        // Episodes that were imported though the catalogue has never heard of them.
        for (place, since) in &self.changed {
            let listed = show.episodes().any(|(season, one)| (season, one.number) == *place);
            if let (false, Some(added_at)) = (listed, *since) {
                let (season, number) = *place;
                let title = format!("Episode {number}");
                leaves.push(Leaf { season, number, title, tvdb_id: 0, air_date: None, added_at });
            }
        }
        leaves.sort_by_key(|leaf| (leaf.season, leaf.number));
        leaves
    }
}

/// Sonarr fetches an episode the evening after it was shown.
fn evening_after(air_date: Option<NaiveDate>) -> i64 {
    air_date.map_or(0, |date| (date.and_time(NaiveTime::MIN) + Duration::hours(21)).and_utc().timestamp())
}

pub fn season_key(item: i64, season: i32) -> i64 {
    item + (i64::from(season) + 1) * 100
}

pub fn episode_key(item: i64, season: i32, number: i32) -> i64 {
    season_key(item, season) + i64::from(number)
}

/// What a rating key points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Title,
    Season(i32),
    Episode(i32, i32),
}

pub fn place(key: i64) -> (u32, Place) {
    let number = u32::try_from(key / SPAN).unwrap_or_default();
    let rest = i32::try_from(key % SPAN).unwrap_or_default();
    match (rest / 100, rest % 100) {
        (0, _) => (number, Place::Title),
        (season, 0) => (number, Place::Season(season - 1)),
        (season, episode) => (number, Place::Episode(season - 1, episode)),
    }
}
