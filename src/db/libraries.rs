//! Plex libraries and how far their copy has come. It keeps where a pass stands, page by page, so that a sync that was
//! cut off goes on where it was; what is gone from a list is believed only the second time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{copies, episodes, libraries};
use super::time::{db, utc_opt};
use super::{Conn, Tx};
use crate::domain::catalog::{MediaKind, PlexLibrary};
use crate::domain::ids::{LibraryId, ServerId};
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

/// The sections of a server that were ever met, by the server's own key.
pub fn keys(conn: &mut Conn, server: ServerId) -> Outcome<HashSet<String>> {
    let of_server = libraries::table.filter(libraries::server_id.eq(server.0));
    let keys: Vec<String> = of_server.select(libraries::section_key).load(conn)?;
    Ok(keys.into_iter().collect())
}

/// The name of every library, also of those that are gone.
pub fn titles(conn: &mut Conn) -> Outcome<HashMap<LibraryId, String>> {
    let rows: Vec<(i64, String)> = libraries::table.select((libraries::id, libraries::title)).load(conn)?;
    Ok(rows.into_iter().map(|(id, title)| (LibraryId(id), title)).collect())
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
        .filter(libraries::section_key.not_among(keys));
    let ids: Vec<i64> = crate::each_backend!(&mut **tx, conn => missing.select(libraries::id).load(conn))?;
    crate::each_backend!(&mut **tx, conn => diesel::update(libraries::table.filter(libraries::id.among(&ids)))
        .set(libraries::missed_reads.eq(libraries::missed_reads + 1))
        .execute(conn))?;
    let gone = libraries::table.filter(libraries::id.among(&ids)).filter(libraries::missed_reads.ge(MISSES));
    let gone = diesel::update(gone).set(libraries::gone_at.eq(Some(db(now))));
    crate::each_backend!(&mut **tx, conn => gone.execute(conn))?;
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
