//! Plex libraries and how far their copy has come. It keeps where a pass stands, page by page, so that a sync that was
//! cut off goes on where it was; what is gone from a list is believed only the second time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::{copies, episodes, image_hosts, libraries, requests};
use super::time::{db, utc_opt};
use super::{Conn, Tx, outbox, titles};
use crate::domain::catalog::{MediaKind, PlexEpisode, PlexItem, PlexLibrary};
use crate::domain::effect::Effect;
use crate::domain::ids::{LibraryId, ServerId, TitleId};
use crate::domain::request::Stage;
use crate::error::Outcome;

/// So many complete lists must lack something before it counts as gone.
const MISSES: i32 = 2;

/// A library section of a server, and where its sync stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    pub id: LibraryId,
    pub server: ServerId,
    pub key: String,
    pub title: String,
    /// Plex's own word: movie, show, artist, photo.
    pub kind: String,
    /// Number of the pass that is open, or was the last one.
    pub pass: i64,
    /// Rows received in this part of the open pass.
    pub cursor: i64,
    pub part: Part,
    /// What the server said it has, in the part of the pass that is open. None between passes.
    pub pass_total: Option<i64>,
    /// Titles the server said it has when we last knew all of them.
    pub last_total: Option<i64>,
    /// The same for episodes.
    pub episode_total: Option<i64>,
    pub newest_at: Option<DateTime<Utc>>,
    pub full_sync_at: Option<DateTime<Utc>>,
    pub synced_at: Option<DateTime<Utc>>,
    pub gone_at: Option<DateTime<Utc>>,
}

impl Library {
    /// Only films and series are copied.
    pub fn media(&self) -> Option<MediaKind> {
        match self.kind.as_str() {
            "movie" => Some(MediaKind::Movie),
            "show" => Some(MediaKind::Series),
            _ => None,
        }
    }
}

crate::text_enum! {
    /// The two halves of a pass over a library of series; one of films has only the first.
    pub enum Part {
        Titles = "titles",
        Episodes = "episodes",
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = libraries)]
struct Row {
    id: i64,
    server_id: i64,
    section_key: String,
    title: String,
    kind: String,
    pass: i64,
    cursor: i64,
    cursor_kind: String,
    pass_total: Option<i64>,
    last_total: Option<i64>,
    episode_total: Option<i64>,
    newest_at: Option<chrono::NaiveDateTime>,
    full_sync_at: Option<chrono::NaiveDateTime>,
    synced_at: Option<chrono::NaiveDateTime>,
    gone_at: Option<chrono::NaiveDateTime>,
}

impl From<Row> for Library {
    fn from(row: Row) -> Self {
        Self {
            id: LibraryId(row.id),
            server: ServerId(row.server_id),
            key: row.section_key,
            title: row.title,
            kind: row.kind,
            pass: row.pass,
            cursor: row.cursor,
            part: row.cursor_kind.parse().unwrap_or(Part::Titles),
            pass_total: row.pass_total,
            last_total: row.last_total,
            episode_total: row.episode_total,
            newest_at: utc_opt(row.newest_at),
            full_sync_at: utc_opt(row.full_sync_at),
            synced_at: utc_opt(row.synced_at),
            gone_at: utc_opt(row.gone_at),
        }
    }
}

/// What a step of the sync changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    pub seen: usize,
    pub added: usize,
    pub removed: usize,
}

impl std::ops::AddAssign for Changed {
    fn add_assign(&mut self, more: Self) {
        self.seen += more.seen;
        self.added += more.added;
        self.removed += more.removed;
    }
}

pub fn get(conn: &mut Conn, id: LibraryId) -> Outcome<Option<Library>> {
    let row: Option<Row> = libraries::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Library::from))
}

/// The libraries of a server that are still there, of every kind.
pub fn of_server(conn: &mut Conn, server: ServerId) -> Outcome<Vec<Library>> {
    let rows: Vec<Row> = libraries::table
        .filter(libraries::server_id.eq(server.0))
        .filter(libraries::gone_at.is_null())
        .order(libraries::id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Library::from).collect())
}

/// Takes over the complete list of sections that a server gave. One that is missing is gone the second time.
pub fn import(tx: &mut Tx<'_>, server: ServerId, list: &[PlexLibrary], now: DateTime<Utc>) -> Outcome<()> {
    let keys: Vec<&str> = list.iter().map(|library| library.key.as_str()).collect();
    for library in list {
        let values = (
            libraries::title.eq(&library.title),
            libraries::kind.eq(&library.kind),
            libraries::agent.eq(&library.agent),
            libraries::missed_reads.eq(0),
            libraries::gone_at.eq(None::<chrono::NaiveDateTime>),
        );
        let known =
            libraries::table.filter(libraries::server_id.eq(server.0)).filter(libraries::section_key.eq(&library.key));
        if diesel::update(known).set(values).execute(&mut **tx)? == 0 {
            diesel::insert_into(libraries::table)
                .values((values, libraries::server_id.eq(server.0), libraries::section_key.eq(&library.key)))
                .execute(&mut **tx)?;
        }
    }
    let missing = libraries::table
        .filter(libraries::server_id.eq(server.0))
        .filter(libraries::gone_at.is_null())
        .filter(libraries::section_key.ne_all(keys));
    let ids: Vec<i64> = missing.select(libraries::id).load(&mut **tx)?;
    diesel::update(libraries::table.filter(libraries::id.eq_any(&ids)))
        .set(libraries::missed_reads.eq(libraries::missed_reads + 1))
        .execute(&mut **tx)?;
    let gone = libraries::table.filter(libraries::id.eq_any(&ids)).filter(libraries::missed_reads.ge(MISSES));
    diesel::update(gone).set(libraries::gone_at.eq(Some(db(now)))).execute(&mut **tx)?;
    Ok(())
}

/// Opens a new pass over everything the library has.
pub fn begin_pass(tx: &mut Tx<'_>, id: LibraryId) -> Outcome<()> {
    diesel::update(libraries::table.find(id.0))
        .set((
            libraries::pass.eq(libraries::pass + 1),
            libraries::cursor.eq(0),
            libraries::cursor_kind.eq(Part::Titles.as_str()),
            libraries::pass_total.eq(None::<i64>),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes how far the open pass has come: rows received, of how many.
pub fn keep_cursor(tx: &mut Tx<'_>, id: LibraryId, part: Part, cursor: i64, total: Option<i64>) -> Outcome<()> {
    let values =
        (libraries::cursor_kind.eq(part.as_str()), libraries::cursor.eq(cursor), libraries::pass_total.eq(total));
    diesel::update(libraries::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// After a complete list of titles: what it lacked is counted as missed, and what was missed twice is removed.
pub fn end_titles(tx: &mut Tx<'_>, library: &Library, total: i64) -> Outcome<usize> {
    let unseen = || copies::table.filter(copies::library_id.eq(library.id.0)).filter(copies::pass.lt(library.pass));
    diesel::update(unseen()).set(copies::missed_passes.eq(copies::missed_passes + 1)).execute(&mut **tx)?;
    let removed = diesel::delete(unseen().filter(copies::missed_passes.ge(MISSES))).execute(&mut **tx)?;
    diesel::update(libraries::table.find(library.id.0))
        .set(libraries::last_total.eq(Some(total)))
        .execute(&mut **tx)?;
    Ok(removed)
}

/// The same after a complete list of episodes.
pub fn end_episodes(tx: &mut Tx<'_>, library: &Library, total: i64) -> Outcome<()> {
    let of_library = copies::table.filter(copies::library_id.eq(library.id.0)).select(copies::id);
    let unseen =
        || episodes::table.filter(episodes::copy_id.eq_any(of_library)).filter(episodes::pass.lt(library.pass));
    diesel::update(unseen()).set(episodes::missed_passes.eq(episodes::missed_passes + 1)).execute(&mut **tx)?;
    diesel::delete(unseen().filter(episodes::missed_passes.ge(MISSES))).execute(&mut **tx)?;
    diesel::update(libraries::table.find(library.id.0))
        .set(libraries::episode_total.eq(Some(total)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Closes a complete pass.
pub fn end_pass(tx: &mut Tx<'_>, id: LibraryId, now: DateTime<Utc>) -> Outcome<()> {
    keep_cursor(tx, id, Part::Titles, 0, None)?;
    diesel::update(libraries::table.find(id.0))
        .set((libraries::full_sync_at.eq(Some(db(now))), libraries::synced_at.eq(Some(db(now)))))
        .execute(&mut **tx)?;
    Ok(())
}

/// After a look at what is new that left nothing out.
pub fn note_caught_up(tx: &mut Tx<'_>, id: LibraryId, total: i64, eps: Option<i64>, now: DateTime<Utc>) -> Outcome<()> {
    diesel::update(libraries::table.find(id.0))
        .set((
            libraries::last_total.eq(Some(total)),
            libraries::episode_total.eq(eps),
            libraries::synced_at.eq(Some(db(now))),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// True when the last complete pass did not see something that is still kept.
pub fn misses_something(conn: &mut Conn, id: LibraryId) -> Outcome<bool> {
    let missed = copies::table.filter(copies::library_id.eq(id.0)).filter(copies::missed_passes.gt(0));
    let of_library = copies::table.filter(copies::library_id.eq(id.0)).select(copies::id);
    let episodes = episodes::table.filter(episodes::copy_id.eq_any(of_library)).filter(episodes::missed_passes.gt(0));
    Ok(diesel::select(diesel::dsl::exists(missed)).get_result(conn)?
        || diesel::select(diesel::dsl::exists(episodes)).get_result(conn)?)
}

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
}

/// Writes down titles that the library lists, and that somebody waits for one that is new.
pub fn keep_items(tx: &mut Tx<'_>, library: &Library, items: &[PlexItem], now: DateTime<Utc>) -> Outcome<Changed> {
    let keys: Vec<&str> = items.iter().map(|item| item.rating_key.as_str()).collect();
    let known: Vec<Known> = copies::table
        .filter(copies::server_id.eq(library.server.0))
        .filter(copies::rating_key.eq_any(keys))
        .select(Known::as_select())
        .load(&mut **tx)?;
    let mut known: HashMap<String, Known> = known.into_iter().map(|row| (row.rating_key.clone(), row)).collect();
    let waited_for = waited_for(tx)?;
    let mut changed = Changed { seen: items.len(), ..Changed::default() };
    let mut unchanged = Vec::new();
    for item in items {
        let before = known.remove(&item.rating_key);
        match before {
            Some(row) if is_same(&row, library, item) => unchanged.push(row.id),
            before => {
                let (title, arrived) = keep_item(tx, library, item, before, now)?;
                changed.added += usize::from(arrived);
                if arrived && waited_for.contains(&title) {
                    tell_arrived(tx, title, &item.rating_key, now)?;
                }
            }
        }
    }
    diesel::update(copies::table.filter(copies::id.eq_any(unchanged)))
        .set((copies::pass.eq(library.pass), copies::missed_passes.eq(0)))
        .execute(&mut **tx)?;
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
    );
    match before {
        Some(row) => diesel::update(copies::table.find(row.id)).set(values).execute(&mut **tx)?,
        None => diesel::insert_into(copies::table).values(values).execute(&mut **tx)?,
    };
    Ok((title, had != Some(title)))
}

/// Writes down episodes that the library lists. Those of a series it does not have (yet) are left out.
pub fn keep_episodes(tx: &mut Tx<'_>, library: &Library, list: &[PlexEpisode], now: DateTime<Utc>) -> Outcome<Changed> {
    let shows: HashSet<&str> = list.iter().map(|episode| episode.show_rating_key.as_str()).collect();
    let shows: Vec<(String, i64, i64)> = copies::table
        .filter(copies::server_id.eq(library.server.0))
        .filter(copies::rating_key.eq_any(shows))
        .select((copies::rating_key, copies::id, copies::title_id))
        .load(&mut **tx)?;
    let copy_ids: Vec<i64> = shows.iter().map(|(_, copy, _)| *copy).collect();
    let shows: HashMap<String, (i64, i64)> = shows.into_iter().map(|(key, copy, title)| (key, (copy, title))).collect();
    let known: Vec<(i64, i32, i32)> = episodes::table
        .filter(episodes::copy_id.eq_any(copy_ids))
        .select((episodes::copy_id, episodes::season, episodes::number))
        .load(&mut **tx)?;
    let mut known: HashSet<(i64, i32, i32)> = known.into_iter().collect();
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
        );
        if known.insert(place) {
            let row = (episodes::copy_id.eq(copy), episodes::season.eq(place.1), episodes::number.eq(place.2));
            diesel::insert_into(episodes::table).values((row, values)).execute(&mut **tx)?;
            arrived.insert(title, &episode.rating_key);
            changed.added += 1;
        } else {
            diesel::update(episodes::table.find(place)).set(values).execute(&mut **tx)?;
        }
    }
    let waited_for = waited_for(tx)?;
    for (title, key) in arrived.into_iter().filter(|(title, _)| waited_for.contains(&TitleId(*title))) {
        tell_arrived(tx, TitleId(title), key, now)?;
    }
    keep_newest(tx, library, list.iter().map(|episode| episode.added_at).max(), now)?;
    Ok(changed)
}

/// Titles of requests that are under way.
fn waited_for(conn: &mut Conn) -> Outcome<HashSet<TitleId>> {
    let over = Stage::ALL.iter().filter(|stage| stage.is_over()).map(|stage| stage.as_str());
    let ids: Vec<i64> = requests::table
        .filter(requests::stage.ne_all(over.collect::<Vec<_>>()))
        .select(requests::title_id)
        .distinct()
        .load(conn)?;
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
