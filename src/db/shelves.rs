//! What the libraries list, written down page by page: copies and episodes as they were seen, and the effect for whoever
//! waits for one that is new. Where a pass stands is kept by `libraries`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::libraries::{Changed, Library};
use super::schema::{copies, episodes, image_hosts, libraries, requests};
use super::time::db;
use super::{Conn, Tx, outbox, titles};
use crate::domain::catalog::{PlexEpisode, PlexItem};
use crate::domain::effect::Effect;
use crate::domain::ids::{LibraryId, TitleId};
use crate::domain::ratings;
use crate::domain::request::Stage;
use crate::error::Outcome;

/// More than anybody's ceiling.
const UNRATED: i32 = 99;

#[derive(Queryable, Selectable)]
#[diesel(table_name = copies)]
struct Known {
    id: i64,
    rating_key: String,
    library_id: i64,
    title_id: i64,
    thumb: Option<String>,
    is_4k: bool,
    leaf_count: Option<i64>,
    updated_at: Option<chrono::NaiveDateTime>,
    rating: Option<String>,
}

/// Writes down titles that the library lists, and that somebody waits for one that is new.
pub fn keep_items(tx: &mut Tx<'_>, library: &Library, items: &[PlexItem], now: DateTime<Utc>) -> Outcome<Changed> {
    let keys: Vec<&str> = items.iter().map(|item| item.rating_key.as_str()).collect();
    let known: Vec<Known> = crate::each_backend!(&mut **tx, conn => copies::table
        .filter(copies::server_id.eq(library.server.0))
        .filter(copies::rating_key.among(keys))
        .select(Known::as_select())
        .load(conn))?;
    let mut known: HashMap<String, Known> = known.into_iter().map(|row| (row.rating_key.clone(), row)).collect();
    let waited_for = waited_for(tx)?;
    let mut changed = Changed { seen: items.len(), ..Changed::default() };
    let mut unchanged = Vec::new();
    for item in items {
        let before = known.remove(&item.rating_key);
        match before {
            Some(row) if is_same(&row, library, item) => unchanged.push(row.id),
            before => {
                let sharper = item.is_4k && before.as_ref().is_some_and(|row| !row.is_4k);
                let (title, arrived) = keep_item(tx, library, item, before, now)?;
                changed.added += usize::from(arrived);
                if (arrived || sharper) && waited_for.contains(&title) {
                    tell_arrived(tx, title, &item.rating_key, now)?;
                }
            }
        }
    }
    crate::each_backend!(&mut **tx, conn => diesel::update(copies::table.filter(copies::id.among(unchanged)))
        .set((copies::pass.eq(library.pass), copies::missed_passes.eq(0)))
        .execute(conn))?;
    keep_newest(tx, library, items.iter().map(|item| item.added_at).max(), now)?;
    learn_hosts(tx, items.iter().filter_map(|item| item.thumb.as_deref()), now)?;
    Ok(changed)
}

fn is_same(row: &Known, library: &Library, item: &PlexItem) -> bool {
    row.library_id == library.id.0
        && row.updated_at.is_some()
        && row.updated_at == item.updated_at.map(db)
        && row.thumb == item.thumb
        && row.is_4k == item.is_4k
        && row.leaf_count == item.leaf_count
        && row.rating == item.content_rating
}

/// True beside the title when the library did not have that title before.
fn keep_item(
    tx: &mut Tx<'_>,
    library: &Library,
    item: &PlexItem,
    before: Option<Known>,
    now: DateTime<Utc>,
) -> Outcome<(TitleId, bool)> {
    let had = before.as_ref().map(|row| TitleId(row.title_id));
    let title = titles::upsert_from_plex(tx, item, had, now)?;
    let values = (
        copies::server_id.eq(library.server.0),
        copies::library_id.eq(library.id.0),
        copies::title_id.eq(title.0),
        copies::rating_key.eq(&item.rating_key),
        copies::guid.eq(&item.guid),
        copies::thumb.eq(&item.thumb),
        copies::is_4k.eq(item.is_4k),
        copies::leaf_count.eq(item.leaf_count),
        copies::added_at.eq(db(item.added_at)),
        copies::updated_at.eq(item.updated_at.map(db)),
        copies::pass.eq(library.pass),
        copies::missed_passes.eq(0),
        copies::rating.eq(&item.content_rating),
        copies::age.eq(age_of(item)),
    );
    match before {
        Some(row) => diesel::update(copies::table.find(row.id)).set(values).execute(&mut **tx)?,
        None => diesel::insert_into(copies::table).values(values).execute(&mut **tx)?,
    };
    Ok((title, had != Some(title)))
}

/// By its rating; what nobody has rated is for nobody under a ceiling.
fn age_of(item: &PlexItem) -> i32 {
    item.content_rating.as_deref().and_then(ratings::age).map_or(UNRATED, i32::from)
}

/// Writes down episodes that the library lists. Those of a series it does not have (yet) are left out.
pub fn keep_episodes(tx: &mut Tx<'_>, library: &Library, list: &[PlexEpisode], now: DateTime<Utc>) -> Outcome<Changed> {
    let shows: HashSet<&str> = list.iter().map(|episode| episode.show_rating_key.as_str()).collect();
    let shows: Vec<(String, i64, i64)> = crate::each_backend!(&mut **tx, conn => copies::table
        .filter(copies::server_id.eq(library.server.0))
        .filter(copies::rating_key.among(shows))
        .select((copies::rating_key, copies::id, copies::title_id))
        .load(conn))?;
    let copy_ids: Vec<i64> = shows.iter().map(|(_, copy, _)| *copy).collect();
    let shows: HashMap<String, (i64, i64)> = shows.into_iter().map(|(key, copy, title)| (key, (copy, title))).collect();
    let known: Vec<((i64, i32, i32), bool)> = crate::each_backend!(&mut **tx, conn => episodes::table
        .filter(episodes::copy_id.among(copy_ids))
        .select(((episodes::copy_id, episodes::season, episodes::number), episodes::is_4k))
        .load(conn))?;
    let mut known: HashMap<(i64, i32, i32), bool> = known.into_iter().collect();
    let mut changed = Changed { seen: list.len(), ..Changed::default() };
    let mut arrived: HashMap<i64, &str> = HashMap::new();
    for episode in list {
        let Some((copy, title)) = shows.get(&episode.show_rating_key).copied() else { continue };
        let place = (copy, episode.season, episode.number);
        let values = (
            episodes::rating_key.eq(&episode.rating_key),
            episodes::added_at.eq(db(episode.added_at)),
            episodes::pass.eq(library.pass),
            episodes::missed_passes.eq(0),
            episodes::is_4k.eq(episode.is_4k),
        );
        let before = known.insert(place, episode.is_4k);
        if before.is_some() {
            diesel::update(episodes::table.find(place)).set(values).execute(&mut **tx)?;
        } else {
            let row = (episodes::copy_id.eq(copy), episodes::season.eq(place.1), episodes::number.eq(place.2));
            diesel::insert_into(episodes::table).values((row, values)).execute(&mut **tx)?;
            changed.added += 1;
        }
        if before.is_none_or(|was_4k| episode.is_4k && !was_4k) {
            arrived.insert(title, &episode.rating_key);
        }
    }
    let waited_for = waited_for(tx)?;
    for (title, key) in arrived.into_iter().filter(|(title, _)| waited_for.contains(&TitleId(*title))) {
        tell_arrived(tx, TitleId(title), key, now)?;
    }
    keep_newest(tx, library, list.iter().map(|episode| episode.added_at).max(), now)?;
    Ok(changed)
}

/// What this library has of titles that are under way in 4K.
pub fn awaited_in_4k(conn: &mut Conn, library: LibraryId) -> Outcome<Vec<String>> {
    let awaited = requests::table
        .filter(requests::is_4k.eq(true))
        .filter(requests::stage.among(Stage::words(Stage::is_under_way)))
        .select(requests::title_id);
    Ok(crate::each_backend!(conn, conn => copies::table
        .filter(copies::library_id.eq(library.0))
        .filter(copies::title_id.eq_any(awaited))
        .order(copies::id)
        .select(copies::rating_key)
        .load(conn))?)
}

/// Titles of requests that are under way.
fn waited_for(conn: &mut Conn) -> Outcome<HashSet<TitleId>> {
    let ids: Vec<i64> = crate::each_backend!(conn, conn => requests::table
        .filter(requests::stage.not_among(Stage::words(Stage::is_over)))
        .select(requests::title_id)
        .distinct()
        .load(conn))?;
    Ok(ids.into_iter().map(TitleId).collect())
}

/// Written with the row that is new, so it is told once for each time that something comes.
fn tell_arrived(tx: &mut Tx<'_>, title: TitleId, rating_key: &str, now: DateTime<Utc>) -> Outcome<()> {
    let key = format!("title {title} arrived with {rating_key} at {}", now.timestamp_micros());
    outbox::push(tx, &Effect::TitleArrived { title }, &key, now)?;
    Ok(())
}

/// The owner can set the day something was added, even to one that is still to come.
fn keep_newest(tx: &mut Tx<'_>, library: &Library, newest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Outcome<()> {
    let Some(newest) = newest.map(|newest| newest.min(now)) else { return Ok(()) };
    let older = libraries::newest_at.is_null().or(libraries::newest_at.lt(Some(db(newest))));
    diesel::update(libraries::table.find(library.id.0).filter(older))
        .set(libraries::newest_at.eq(Some(db(newest))))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes the hosts that pictures lie at; only from those are pictures fetched.
pub fn learn_hosts<'a>(tx: &mut Tx<'_>, addresses: impl Iterator<Item = &'a str>, now: DateTime<Utc>) -> Outcome<()> {
    let hosts: HashSet<String> = addresses.filter_map(crate::domain::title::picture_host).collect();
    for host in hosts {
        let row = (image_hosts::host.eq(&host), image_hosts::learned_at.eq(db(now)));
        crate::each_backend!(&mut **tx, conn => diesel::insert_into(image_hosts::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

pub fn image_hosts(conn: &mut Conn) -> Outcome<Vec<String>> {
    Ok(image_hosts::table.select(image_hosts::host).load(conn)?)
}
