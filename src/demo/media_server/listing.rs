//! Lists of items: which rows, in what order, which page of them (plex.md C1, C4, C5).
//! Never shows rows of sections that the token does not reach.

use poem::Response;
use poem::http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::item::{Item, Leaf, Place, What, episode_key, place, season_key};
use super::rows::{self, Style};
use super::shelves::{Order, Row, Shelves};
use super::{Room, container, page, put_rows, sees};
use crate::demo::ask::Ask;
use crate::demo::household::{Reach, Section};

pub struct Listing<'a> {
    pub room: &'a Room,
    pub ask: &'a Ask,
    pub reach: &'a Reach,
}

/// The part of a list that was asked for.
struct Window {
    start: usize,
    size: usize,
}

impl Listing<'_> {
    /// `/library/sections/{key}/all`
    pub fn section(&self, key: &str) -> Response {
        let Some(section) = self.seen_section(key) else {
            return page(StatusCode::NOT_FOUND);
        };
        let rows = self.rows_in(&section);
        let head = json!({
            "allowSync": true, "identifier": "com.plexapp.plugins.library", "librarySectionID": section.key,
            "librarySectionTitle": section.title, "librarySectionUUID": section.uuid, "viewGroup": section.kind,
        });
        self.paged(head, &rows)
    }

    /// `/library/all`, over all sections that the token reaches.
    pub fn everywhere(&self) -> Response {
        let sections = self.room.house.read(|house| house.sections.clone());
        let seen = sections.iter().filter(|one| sees(self.reach, one.key));
        let rows: Vec<Row> = seen.flat_map(|one| self.rows_in(one)).collect();
        self.paged(json!({"allowSync": true, "identifier": "com.plexapp.plugins.library"}), &rows)
    }

    /// Films, seasons and single episodes mixed, newest first.
    pub fn recently_added(&self, key: Option<&str>) -> Response {
        let section = key.map(|key| self.seen_section(key));
        if matches!(section, Some(None)) {
            return page(StatusCode::NOT_FOUND);
        }
        let only = section.flatten().map(|one| one.key);
        let mut rows: Vec<(i64, u32)> = self
            .room
            .shelves()
            .items()
            .iter()
            .filter(|item| only.is_none_or(|key| key == item.section) && sees(self.reach, item.section))
            .map(|item| (item.last_added, item.number))
            .collect();
        rows.sort_unstable_by(|one, other| other.cmp(one));
        let rows: Vec<Row> =
            rows.into_iter().map(|(added_at, number)| Row { added_at, key: i64::from(number) }).collect();
        self.answer(json!({"allowSync": true, "mixedParents": true}), &rows, |shelves, row| {
            newest_of(shelves.item(u32::try_from(row.key).ok()?)?, shelves, self.style(false))
        })
    }

    /// `/library/metadata/{key},{key}`
    pub fn metadata(&self, keys: &str) -> Response {
        let found: Vec<Value> = {
            let shelves = self.room.shelves();
            let style = Style { guids: true, single: true };
            let keys = keys.split(',').filter_map(|key| key.parse::<i64>().ok());
            keys.filter(|key| self.reaches(&shelves, *key)).filter_map(|key| row(&shelves, key, style)).collect()
        };
        if found.is_empty() && !self.room.modes().missing_is_empty {
            return page(StatusCode::NOT_FOUND);
        }
        let mut body = json!({"size": found.len(), "allowSync": true, "identifier": "com.plexapp.plugins.library"});
        put_rows(&mut body, "Metadata", found);
        container(self.ask, body)
    }

    /// Seasons of a series, episodes of a season.
    pub fn children(&self, key: &str) -> Response {
        self.below(key, |item, leaves, place| {
            let mut seasons: Vec<i32> = leaves.iter().map(|leaf| leaf.season).collect();
            seasons.dedup();
            match place {
                Place::Title => seasons.into_iter().map(|one| season_key(item.key(), one)).collect(),
                Place::Season(season) => episodes(item, leaves.iter().filter(|leaf| leaf.season == season)),
                Place::Episode(..) => Vec::new(),
            }
        })
    }

    /// All episodes below a series or season.
    pub fn leaves(&self, key: &str) -> Response {
        self.below(key, |item, leaves, place| match place {
            Place::Season(season) => episodes(item, leaves.iter().filter(|leaf| leaf.season == season)),
            _ => episodes(item, leaves.iter()),
        })
    }

    fn below(&self, key: &str, wanted: impl Fn(&Item, &[Leaf], Place) -> Vec<i64>) -> Response {
        let found = {
            let shelves = self.room.shelves();
            let key = key
                .parse()
                .ok()
                .filter(|key| self.reaches(&shelves, *key) && row(&shelves, *key, self.style(false)).is_some());
            key.and_then(|key| {
                let (number, place) = place(key);
                let item = shelves.item(number)?;
                let show = item.show(&shelves.catalogue());
                let leaves = show.as_ref().map(|show| item.leaves(show)).unwrap_or_default();
                let keys = wanted(item, &leaves, place);
                Some((keys, show.map(|show| show.title)))
            })
        };
        let Some((keys, title)) = found else {
            return page(StatusCode::NOT_FOUND);
        };
        let rows: Vec<Row> = keys.into_iter().map(|key| Row { added_at: 0, key }).collect();
        let head = json!({"allowSync": true, "key": key, "parentTitle": title, "title1": "Series"});
        self.answer(head, &rows, |shelves, one| row(shelves, one.key, self.style(false)))
    }

    /// The title behind a key, when the token may see it.
    pub fn title_of(&self, key: &str) -> Option<String> {
        let shelves = self.room.shelves();
        let key = key.parse().ok().filter(|key| self.reaches(&shelves, *key))?;
        Some(shelves.item(place(key).0)?.title(&shelves.catalogue()))
    }

    fn reaches(&self, shelves: &Shelves, key: i64) -> bool {
        shelves.item(place(key).0).is_some_and(|item| sees(self.reach, item.section))
    }

    fn seen_section(&self, key: &str) -> Option<Section> {
        let section =
            self.room.house.read(|house| house.sections.iter().find(|one| one.key.to_string() == key).cloned());
        section.filter(|one| sees(self.reach, one.key))
    }

    /// The rows of a section by type, order and filters of the query.
    fn rows_in(&self, section: &Section) -> Vec<Row> {
        let own: u8 = if section.kind == "show" { 2 } else { 1 };
        let kind = self.ask.query("type").and_then(|kind| kind.parse().ok()).unwrap_or(own);
        let sort = self.ask.query("sort").unwrap_or("titleSort");
        let order =
            if sort.starts_with("addedAt") || sort.starts_with("updatedAt") { Order::Added } else { Order::Title };
        let since = self.since();
        let all = self.room.shelves().listing((section.key, kind, order));
        let guid = self.ask.query("guid");
        let wanted = |row: &&Row| row.added_at >= since && guid.is_none_or(|guid| self.has_guid(row, guid));
        let mut rows: Vec<Row> = all.iter().filter(wanted).copied().collect();
        if sort.ends_with(":desc") {
            rows.reverse();
        }
        rows
    }

    fn has_guid(&self, row: &Row, guid: &str) -> bool {
        self.room.shelves().item(place(row.key).0).is_some_and(|item| rows::plex_guid(item) == guid)
    }

    /// The "added since" filter, `addedAt>=` or `addedAt>>=`.
    fn since(&self) -> i64 {
        let spelled = |name: &str| self.ask.query(name).and_then(|value| value.parse().ok());
        let since = spelled("addedAt>").or_else(|| spelled("addedAt>>"));
        since.filter(|_| !self.room.modes().ignores_since).unwrap_or(i64::MIN)
    }

    fn style(&self, single: bool) -> Style {
        Style { guids: single || self.ask.query("includeGuids") == Some("1"), single }
    }

    fn paged(&self, head: Value, rows: &[Row]) -> Response {
        self.answer(head, rows, |shelves, one| row(shelves, one.key, self.style(false)))
    }

    /// Start and size count only together, as headers or in the query.
    fn window(&self, total: usize) -> Option<Window> {
        let modes = self.room.modes();
        let number = |name: &str| self.ask.plex(name).and_then(|value| value.parse::<usize>().ok());
        let asked = number("X-Plex-Container-Start").zip(number("X-Plex-Container-Size"));
        let (start, size) = asked.filter(|_| !modes.ignores_paging)?;
        Some(Window { start: start.min(total), size: size.min(modes.page_limit.unwrap_or(usize::MAX)) })
    }

    fn answer(&self, mut head: Value, rows: &[Row], write: impl Fn(&Shelves, &Row) -> Option<Value>) -> Response {
        let window = self.window(rows.len());
        let (start, size) = window.as_ref().map_or((0, rows.len()), |window| (window.start, window.size));
        let written: Vec<Value> = {
            let shelves = self.room.shelves();
            rows.iter().skip(start).take(size).filter_map(|row| write(&shelves, row)).collect()
        };
        let hides_total = self.room.modes().hides_total;
        if let Value::Object(fields) = &mut head {
            fields.insert("size".into(), json!(written.len()));
            if window.is_some() {
                fields.insert("offset".into(), json!(start));
            }
            if window.is_some() && !hides_total {
                fields.insert("totalSize".into(), json!(rows.len()));
            }
        }
        put_rows(&mut head, "Metadata", written);
        let mut response = container(self.ask, head);
        if window.is_some() && !hides_total {
            let headers = response.headers_mut();
            headers.insert("X-Plex-Container-Start", HeaderValue::from(start));
            headers.insert("X-Plex-Container-Total-Size", HeaderValue::from(rows.len()));
        }
        response
    }
}

fn episodes<'a>(item: &Item, leaves: impl Iterator<Item = &'a Leaf>) -> Vec<i64> {
    leaves.map(|leaf| episode_key(item.key(), leaf.season, leaf.number)).collect()
}

/// The item, season or episode of a key.
fn row(shelves: &Shelves, key: i64, style: Style) -> Option<Value> {
    let (number, place) = place(key);
    let item = shelves.item(number)?;
    let catalogue = shelves.catalogue();
    if let What::Personal(title) = &item.what {
        return (place == Place::Title).then(|| rows::personal(item, title));
    }
    if let Some(film) = item.film(&catalogue) {
        return (place == Place::Title).then(|| rows::film(item, &film, style));
    }
    let show = item.show(&catalogue)?;
    let leaves = item.leaves(&show);
    match place {
        Place::Title => Some(rows::show(item, &show, &leaves, style)),
        Place::Season(season) => {
            let there = leaves.iter().any(|leaf| leaf.season == season);
            there.then(|| rows::season(item, &show, season, &leaves))
        }
        Place::Episode(season, number) => {
            let leaf = leaves.iter().find(|leaf| (leaf.season, leaf.number) == (season, number))?;
            Some(rows::episode(item, &show, leaf, style))
        }
    }
}

/// A film as itself; a series as its newest season, or as its newest episode when that came alone.
fn newest_of(item: &Item, shelves: &Shelves, style: Style) -> Option<Value> {
    let Some(show) = item.show(&shelves.catalogue()) else {
        return row(shelves, item.key(), style);
    };
    let leaves = item.leaves(&show);
    let newest = leaves.iter().max_by_key(|leaf| (leaf.added_at, leaf.season, leaf.number))?;
    let close = |leaf: &&Leaf| leaf.season == newest.season && newest.added_at - leaf.added_at < 86_400;
    if leaves.iter().filter(close).count() > 1 {
        return Some(rows::season(item, &show, newest.season, &leaves));
    }
    Some(rows::episode(item, &show, newest, style))
}
