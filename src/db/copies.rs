//! Copies: titles as a Plex library has them, with their episodes. Who may see which is decided in `sight`, which is part
//! of every query that shows titles.

mod sight;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub(super) use sight::{Seen, seen};
pub use sight::{known, sight, sight_of_person, sights};

use super::Conn;
use super::among::Among;
use super::schema::{copies, episodes};
use super::time::{Stamp, utc};
use crate::domain::ids::{CopyId, LibraryId, ServerId, TitleId};
use crate::domain::people::Sight;
use crate::domain::title::Episodes;
use crate::error::Outcome;

/// A title as one library has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    pub id: CopyId,
    pub server: ServerId,
    pub library: LibraryId,
    pub title: TitleId,
    pub rating_key: String,
    /// A path at the media server.
    pub thumb: Option<String>,
    pub is_4k: bool,
    /// Episodes there, as Plex counts them.
    pub leaf_count: Option<i64>,
    pub added_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = copies)]
struct Row {
    id: i64,
    server_id: i64,
    library_id: i64,
    title_id: i64,
    rating_key: String,
    thumb: Option<String>,
    is_4k: bool,
    leaf_count: Option<i64>,
    added_at: Stamp,
}

impl From<Row> for Copy {
    fn from(row: Row) -> Self {
        Self {
            id: CopyId(row.id),
            server: ServerId(row.server_id),
            library: LibraryId(row.library_id),
            title: TitleId(row.title_id),
            rating_key: row.rating_key,
            thumb: row.thumb,
            is_4k: row.is_4k,
            leaf_count: row.leaf_count,
            added_at: utc(row.added_at),
        }
    }
}

/// True when somebody with this sight can watch it on Plex.
pub fn visible(conn: &mut Conn, title: TitleId, sight: &Sight) -> Outcome<bool> {
    let seen = seen(conn, sight)?;
    let copies = copies::table
        .filter(copies::title_id.eq(title.0))
        .filter(copies::library_id.among(seen.libraries))
        .filter(copies::age.le(seen.age));
    Ok(crate::each_backend!(conn, conn => diesel::select(diesel::dsl::exists(copies)).get_result(conn))?)
}

/// The copies one may see of these titles, best first: not 4K before 4K, so that a link plays everywhere.
pub fn of_titles(conn: &mut Conn, titles: &[TitleId], sight: &Sight) -> Outcome<Vec<Copy>> {
    let seen = seen(conn, sight)?;
    let ids: Vec<i64> = titles.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => copies::table
        .filter(copies::title_id.among(ids))
        .filter(copies::library_id.among(seen.libraries))
        .filter(copies::age.le(seen.age))
        .order((copies::is_4k, copies::id))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Copy::from).collect())
}

/// The first of these copies that is in 4K, or has an episode that is.
pub fn in_4k<'a>(conn: &mut Conn, copies: &'a [Copy]) -> Outcome<Option<&'a Copy>> {
    if let Some(copy) = copies.iter().find(|copy| copy.is_4k) {
        return Ok(Some(copy));
    }
    let ids: Vec<i64> = copies.iter().map(|copy| copy.id.0).collect();
    let parted: Vec<i64> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::copy_id.among(ids))
        .filter(episodes::is_4k.eq(true))
        .select(episodes::copy_id)
        .distinct()
        .load(conn))?;
    Ok(copies.iter().find(|copy| parted.contains(&copy.id.0)))
}

/// Episodes of a series on Plex, in libraries one may see: numbers by season. `is_4k`: only those that are there in 4K.
pub fn episodes_present(conn: &mut Conn, title: TitleId, sight: &Sight, is_4k: bool) -> Outcome<Episodes> {
    let seen = seen(conn, sight)?;
    let copies = copies::table
        .filter(copies::title_id.eq(title.0))
        .filter(copies::library_id.among(seen.libraries))
        .filter(copies::age.le(seen.age))
        .select(copies::id);
    let rows: Vec<(i32, i32)> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::copy_id.eq_any(copies))
        .filter(episodes::is_4k.eq(true).or((!is_4k).into_sql::<Bool>()))
        .select((episodes::season, episodes::number))
        .distinct()
        .load(conn))?;
    let mut present = Episodes::new();
    for (season, number) in rows {
        present.entry(season).or_default().insert(number);
    }
    Ok(present)
}

/// Seasons of which at least one episode is on Plex, of several series at once.
pub fn seasons_present(conn: &mut Conn, titles: &[TitleId], sight: &Sight) -> Outcome<Vec<(TitleId, i32)>> {
    let seen = seen(conn, sight)?;
    let ids: Vec<i64> = titles.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, i32)> = crate::each_backend!(conn, conn => copies::table
        .inner_join(episodes::table)
        .filter(copies::title_id.among(ids))
        .filter(copies::library_id.among(seen.libraries))
        .filter(copies::age.le(seen.age))
        .select((copies::title_id, episodes::season))
        .distinct()
        .order((copies::title_id, episodes::season))
        .load(conn))?;
    Ok(rows.into_iter().map(|(title, season)| (TitleId(title), season)).collect())
}
