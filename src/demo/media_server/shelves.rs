//! What stands in the libraries: titles by catalogue index, so that a hundred thousand of them stay small.
//! Never knows JSON.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::Utc;

use super::item::{Item, Leaf, Place, SPAN, What, episode_key, place, season_key};
use super::unknown;
use crate::demo::catalogue::{Catalogue, Film, Shelf, Show};
use crate::demo::household::keys;
use crate::demo::import::Import;

/// A row of a listing: a title, or one of its seasons or episodes.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub added_at: i64,
    pub key: i64,
}

/// Section, Plex type number, order.
pub type Wanted = (i64, u8, Order);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    Title,
    Added,
}

#[derive(Debug)]
pub struct Shelves {
    catalogue: Catalogue,
    /// In order of their numbers.
    items: Vec<Item>,
    next: u32,
    /// Listings made since the last change.
    listings: HashMap<Wanted, Arc<Vec<Row>>>,
}

const HOME_VIDEOS: [&str; 3] = ["How this house works", "Mara’s popcorn lesson", "Summer at Sund"];

impl Shelves {
    pub fn stocked(catalogue: Catalogue, titles: usize) -> Shelves {
        let mut shelves = Shelves { catalogue, items: Vec::new(), next: 118, listings: HashMap::new() };
        let shows: Vec<u32> = catalogue.shows_on_plex().take(titles / 3).collect();
        let films: Vec<u32> = catalogue.films_on_plex().take(titles - titles / 3).collect();
        let mut wanted: Vec<What> = Vec::with_capacity(titles);
        // Two films, then a series; the hand-written ones are of low index and come last, as the newest.
        let (mut films, mut shows) = (films.into_iter().rev(), shows.into_iter().rev());
        while wanted.len() < titles {
            wanted.extend(films.next().map(What::Film));
            wanted.extend(films.next().map(What::Film));
            wanted.extend(shows.next().map(What::Show));
        }
        let six_years = 6 * 365 * 86_400;
        let step = six_years / i64::try_from(titles.max(1)).unwrap_or(1);
        let start = Utc::now().timestamp() - 7_200;
        if titles > 0 {
            for title in HOME_VIDEOS {
                shelves.put(keys::WELCOME, What::Personal(title), start - six_years, true);
            }
        }
        for (left, what) in (0..i64::try_from(titles).unwrap_or_default()).rev().zip(wanted) {
            shelves.stock(what, start - left * step.min(40_000));
        }
        shelves
    }

    fn stock(&mut self, what: What, added_at: i64) {
        let film = if let What::Film(index) = what { Some(self.catalogue.film(index)) } else { None };
        let section = match (&film, &what) {
            (Some(film), _) => section_of(film.shelf),
            (None, What::Show(index)) => section_of(self.catalogue.show(*index).shelf),
            _ => keys::WELCOME,
        };
        if film.is_some_and(|film| film.in_4k) {
            self.put(keys::FILMS_4K, what.clone(), added_at, true);
        }
        self.put(section, what, added_at, true);
    }

    fn put(&mut self, section: i64, what: What, added_at: i64, stocked: bool) -> &mut Item {
        let mut item = Item {
            number: self.next,
            section,
            what,
            added_at,
            updated_at: added_at,
            last_added: added_at,
            stocked,
            changed: BTreeMap::new(),
            in_4k: BTreeSet::new(),
        };
        // Series beyond the hand-written few ended years ago: nothing in them is newer than they are.
        if let What::Show(0..16) | What::OtherShow(_) = item.what {
            let show = item.show(&self.catalogue);
            let newest = show.and_then(|show| item.leaves(&show).iter().map(|leaf| leaf.added_at).max());
            item.last_added = newest.unwrap_or(added_at);
        }
        self.next += 1;
        self.listings.clear();
        let at = self.items.len();
        self.items.push(item);
        &mut self.items[at]
    }

    pub fn catalogue(&self) -> Catalogue {
        self.catalogue
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn item(&self, number: u32) -> Option<&Item> {
        let at = self.items.binary_search_by_key(&number, |item| item.number).ok()?;
        self.items.get(at)
    }

    fn item_mut(&mut self, number: u32) -> Option<&mut Item> {
        self.listings.clear();
        let at = self.items.binary_search_by_key(&number, |item| item.number).ok()?;
        self.items.get_mut(at)
    }

    pub fn count(&self, section: i64) -> usize {
        self.items.iter().filter(|item| item.section == section).count()
    }

    pub fn import(&mut self, import: &Import) -> String {
        match import {
            Import::Film { tmdb_id, quality_4k, .. } => {
                let film = self.catalogue.film_by_tmdb(*tmdb_id).unwrap_or_else(|| unknown::film(import, *tmdb_id));
                let section = if *quality_4k { keys::FILMS_4K } else { section_of(film.shelf) };
                self.add_film(film, section)
            }
            Import::Episodes { tvdb_id, season, numbers, quality_4k, .. } => {
                let places: Vec<(i32, i32)> = numbers.iter().map(|number| (*season, *number)).collect();
                self.import_episodes(import, *tvdb_id, &places, *quality_4k)
            }
        }
    }

    fn import_episodes(&mut self, import: &Import, tvdb_id: i64, places: &[(i32, i32)], is_4k: bool) -> String {
        let number = self.show_item(tvdb_id).map(|item| item.number);
        let number = number.unwrap_or_else(|| match self.catalogue.show_index(tvdb_id) {
            Some(index) => {
                let section = section_of(self.catalogue.show(index).shelf);
                self.put(section, What::Show(index), now(), false).number
            }
            None => {
                let show = unknown::show(import, tvdb_id);
                self.put(keys::SERIES, What::OtherShow(Box::new(show)), now(), false).number
            }
        });
        let catalogue = self.catalogue;
        if let Some(item) = self.item_mut(number) {
            item.updated_at = now();
            let leaves = item.show(&catalogue).map(|show| item.leaves(&show)).unwrap_or_default();
            let there = |place: &(i32, i32)| leaves.iter().any(|leaf| (leaf.season, leaf.number) == *place);
            // A second file beside the first is no new episode.
            let new: Vec<(i32, i32)> = places.iter().copied().filter(|place| !is_4k || !there(place)).collect();
            if !new.is_empty() {
                item.last_added = now();
            }
            item.changed.extend(new.into_iter().map(|place| (place, Some(now()))));
            if is_4k {
                item.in_4k.extend(places);
            }
        }
        (i64::from(number) * SPAN).to_string()
    }

    /// A film that the section has already is only touched, as after an upgrade.
    pub fn add_film(&mut self, film: Film, section: i64) -> String {
        let there = self.film_items(film.tmdb_id).find(|item| item.section == section).map(|item| item.number);
        if let Some(item) = there.and_then(|number| self.item_mut(number)) {
            item.updated_at = now();
            return item.key().to_string();
        }
        let known = self.catalogue.film_index(film.tmdb_id);
        let what = known.map_or_else(|| What::OtherFilm(Box::new(film)), What::Film);
        self.put(section, what, now(), true).key().to_string()
    }

    pub fn add_show(&mut self, show: Show, section: i64) -> String {
        self.put(section, What::OtherShow(Box::new(show)), now(), true).key().to_string()
    }

    pub fn remove(&mut self, key: i64) -> bool {
        let (number, place) = place(key);
        match place {
            Place::Episode(season, episode) => {
                self.item_mut(number).map(|item| item.changed.insert((season, episode), None)).is_some()
            }
            _ => {
                let before = self.items.len();
                self.items.retain(|item| item.number != number);
                self.listings.clear();
                self.items.len() < before
            }
        }
    }

    pub fn set_added_at(&mut self, key: i64, added_at: i64) -> bool {
        let item = self.item_mut(place(key).0);
        item.map(|item| (item.added_at, item.last_added) = (added_at, added_at)).is_some()
    }

    pub fn film_keys(&self, tmdb_id: i64) -> Vec<String> {
        self.film_items(tmdb_id).map(|item| item.key().to_string()).collect()
    }

    pub fn show_key(&self, tvdb_id: i64) -> Option<String> {
        self.show_item(tvdb_id).map(|item| item.key().to_string())
    }

    pub fn has_episode(&self, tvdb_id: i64, season: i32, number: i32) -> bool {
        let there = self.show_item(tvdb_id).and_then(|item| Some((item, item.show(&self.catalogue)?)));
        there.is_some_and(|(item, show)| {
            item.leaves(&show).iter().any(|leaf| (leaf.season, leaf.number) == (season, number))
        })
    }

    fn film_items(&self, tmdb_id: i64) -> impl Iterator<Item = &Item> {
        let index = self.catalogue.film_index(tmdb_id);
        self.items.iter().filter(move |item| match &item.what {
            What::Film(one) => Some(*one) == index,
            What::OtherFilm(film) => film.tmdb_id == tmdb_id,
            _ => false,
        })
    }

    fn show_item(&self, tvdb_id: i64) -> Option<&Item> {
        let index = self.catalogue.show_index(tvdb_id);
        self.items.iter().find(|item| match &item.what {
            What::Show(one) => Some(*one) == index,
            What::OtherShow(show) => show.tvdb_id == tvdb_id,
            _ => false,
        })
    }

    /// The rows of a listing, in ascending order; kept until something changes.
    pub fn listing(&mut self, wanted: Wanted) -> Arc<Vec<Row>> {
        if let Some(rows) = self.listings.get(&wanted) {
            return rows.clone();
        }
        let rows = Arc::new(self.make_listing(wanted));
        self.listings.insert(wanted, rows.clone());
        rows
    }

    fn make_listing(&self, (section, kind, order): Wanted) -> Vec<Row> {
        let items: Vec<&Item> = self.items.iter().filter(|item| item.section == section).collect();
        if order == Order::Title {
            let mut named: Vec<(String, Row)> = Vec::with_capacity(items.len());
            for item in items {
                let title = sort_title(&item.title(&self.catalogue));
                named.extend(self.rows_of(item, kind).into_iter().map(|row| (title.clone(), row)));
            }
            named.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.key.cmp(&other.1.key)));
            return named.into_iter().map(|(_, row)| row).collect();
        }
        let mut rows: Vec<Row> = items.into_iter().flat_map(|item| self.rows_of(item, kind)).collect();
        rows.sort_by_key(|row| (row.added_at, row.key));
        rows
    }

    fn rows_of(&self, item: &Item, kind: u8) -> Vec<Row> {
        let title = Row { added_at: item.added_at, key: item.key() };
        let leaves = || item.show(&self.catalogue).map(|show| item.leaves(&show)).unwrap_or_default();
        match (kind, item.is_show()) {
            (1, false) | (2, true) => vec![title],
            (3, true) => {
                let mut seasons: BTreeMap<i32, i64> = BTreeMap::new();
                for leaf in leaves() {
                    seasons.entry(leaf.season).or_insert(leaf.added_at);
                }
                let row = |(season, added_at)| Row { added_at, key: season_key(item.key(), season) };
                seasons.into_iter().map(row).collect()
            }
            (4, true) => {
                let row = |leaf: Leaf| Row {
                    added_at: leaf.added_at,
                    key: episode_key(item.key(), leaf.season, leaf.number),
                };
                leaves().into_iter().map(row).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Plex sorts without the article.
pub fn sort_title(title: &str) -> String {
    let lower = title.to_lowercase();
    ["the ", "a ", "an "].iter().find_map(|article| lower.strip_prefix(article)).unwrap_or(&lower).to_owned()
}

fn section_of(shelf: Shelf) -> i64 {
    match shelf {
        Shelf::Films => keys::FILMS,
        Shelf::Series => keys::SERIES,
        Shelf::Kids => keys::KIDS,
        Shelf::Documentaries => keys::DOCUMENTARIES,
    }
}

fn now() -> i64 {
    Utc::now().timestamp()
}
