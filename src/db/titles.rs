//! Titles: one row for each film or series, whoever told of it first: Plex, Sonarr, Radarr. Ids are merged, what Plex
//! says is not overwritten by a lookup. It knows nothing of who may see a title; `copies` does.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::conn::MultiBackend;
use super::schema::{copies, titles};
use super::time::db;
use super::word::Word;
use super::{Conn, Tx, search};
use crate::domain::catalog::{Candidate, ExternalIds, MediaKind, PlexItem};
use crate::domain::ids::TitleId;
use crate::domain::search::{normalise, search_text};
pub use crate::domain::title::Title;
use crate::domain::title::{self, Address, public_id};
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = titles)]
pub(super) struct Row {
    id: i64,
    kind: Word<MediaKind>,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    imdb_id: Option<String>,
    title: String,
    original_title: Option<String>,
    sort_title: String,
    year: Option<i32>,
    overview: Option<String>,
    certification: Option<String>,
    genres: String,
    runtime_minutes: Option<i64>,
    status: Option<String>,
    network: Option<String>,
    poster: Option<String>,
    release_date: Option<NaiveDate>,
}

impl From<Row> for Title {
    fn from(row: Row) -> Self {
        Self {
            id: TitleId(row.id),
            kind: row.kind.or(MediaKind::Movie),
            ids: ExternalIds { tmdb: row.tmdb_id, tvdb: row.tvdb_id, imdb: row.imdb_id },
            title: row.title,
            original_title: row.original_title,
            sort_title: row.sort_title,
            year: row.year,
            overview: row.overview,
            certification: row.certification,
            genres: serde_json::from_str(&row.genres).unwrap_or_default(),
            runtime_minutes: row.runtime_minutes,
            status: row.status,
            network: row.network,
            poster: row.poster,
            release_date: row.release_date,
        }
    }
}

/// Everything that is written of a title.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = titles, treat_none_as_null = true)]
struct Values<'a> {
    kind: &'a str,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    imdb_id: Option<&'a str>,
    title: &'a str,
    original_title: Option<&'a str>,
    sort_title: &'a str,
    year: Option<i32>,
    overview: Option<&'a str>,
    certification: Option<&'a str>,
    genres: String,
    runtime_minutes: Option<i64>,
    status: Option<&'a str>,
    network: Option<&'a str>,
    poster: Option<&'a str>,
    release_date: Option<NaiveDate>,
    search_text: String,
    updated_at: chrono::NaiveDateTime,
}

pub fn get(conn: &mut Conn, id: TitleId) -> Outcome<Option<Title>> {
    one(conn, titles::table.find(id.0).into_boxed())
}

/// In no order; ids without a row are left out.
pub fn many(conn: &mut Conn, ids: &[TitleId]) -> Outcome<Vec<Title>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => titles::table
        .filter(titles::id.among(ids))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Title::from).collect())
}

/// By the ids that name it: a film by TMDB, then IMDb; a series by TVDB, then IMDb, then TMDB. A row whose own name is
/// another one is never meant.
pub fn find(conn: &mut Conn, kind: MediaKind, ids: &ExternalIds) -> Outcome<Option<Title>> {
    let of_kind = || titles::table.filter(titles::kind.eq(kind.as_str())).order(titles::id).into_boxed();
    if let Some(id) = public_id(kind, ids) {
        let named = match kind {
            MediaKind::Movie => of_kind().filter(titles::tmdb_id.eq(id)),
            MediaKind::Series => of_kind().filter(titles::tvdb_id.eq(id)),
        };
        if let Some(title) = one(conn, named)? {
            return Ok(Some(title));
        }
    }
    if let Some(imdb) = &ids.imdb
        && let Some(title) = one(conn, unnamed(of_kind(), kind, ids).filter(titles::imdb_id.eq(imdb.clone())))?
    {
        return Ok(Some(title));
    }
    match (kind, ids.tmdb) {
        (MediaKind::Series, Some(tmdb)) => one(conn, unnamed(of_kind(), kind, ids).filter(titles::tmdb_id.eq(tmdb))),
        _ => Ok(None),
    }
}

/// The titles that any of these ids name, for a list of candidates at once.
pub fn find_many(conn: &mut Conn, wanted: &[(MediaKind, ExternalIds)]) -> Outcome<Vec<Option<Title>>> {
    let tmdb: Vec<i64> = wanted.iter().filter_map(|(_, ids)| ids.tmdb).collect();
    let tvdb: Vec<i64> = wanted.iter().filter_map(|(_, ids)| ids.tvdb).collect();
    let imdb: Vec<&str> = wanted.iter().filter_map(|(_, ids)| ids.imdb.as_deref()).collect();
    let named = titles::tmdb_id.eq_any(tmdb).or(titles::tvdb_id.eq_any(tvdb)).or(titles::imdb_id.eq_any(imdb));
    let rows: Vec<Row> = titles::table.filter(named.assume_not_null()).select(Row::as_select()).load(conn)?;
    let known: Vec<Title> = rows.into_iter().map(Title::from).collect();
    Ok(wanted.iter().map(|(kind, ids)| title::named(&known, *kind, ids).cloned()).collect())
}

/// When we know its proper name, a row that has another one is another title.
fn unnamed<'a>(
    query: titles::BoxedQuery<'a, MultiBackend>,
    kind: MediaKind,
    ids: &ExternalIds,
) -> titles::BoxedQuery<'a, MultiBackend> {
    match (public_id(kind, ids), kind) {
        (None, _) => query,
        (Some(_), MediaKind::Movie) => query.filter(titles::tmdb_id.is_null()),
        (Some(_), MediaKind::Series) => query.filter(titles::tvdb_id.is_null()),
    }
}

/// By the last part of its address: TMDB id of a film, TVDB id of a series, `plex-{row}` of one that has neither.
pub fn by_address(conn: &mut Conn, kind: MediaKind, address: &str) -> Outcome<Option<Title>> {
    match address.parse() {
        Ok(Address::Public(id)) => find(conn, kind, &title::ids_of(kind, id)),
        Ok(Address::Row(id)) => one(conn, titles::table.find(id.0).filter(titles::kind.eq(kind.as_str())).into_boxed()),
        Err(_) => Ok(None),
    }
}

fn one(conn: &mut Conn, query: titles::BoxedQuery<'_, MultiBackend>) -> Outcome<Option<Title>> {
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Title::from))
}

/// Writes down what Plex lists. `known` is the title that this very item belonged to before.
pub fn upsert_from_plex(
    tx: &mut Tx<'_>,
    item: &PlexItem,
    known: Option<TitleId>,
    now: DateTime<Utc>,
) -> Outcome<TitleId> {
    let before = match find(tx, item.kind, &item.ids)? {
        Some(title) => Some(title),
        None => same_item(tx, item, known)?,
    };
    let original = item.original_title.clone().filter(|original| *original != item.title);
    let title = Title {
        id: before.as_ref().map_or(TitleId(0), |title| title.id),
        kind: item.kind,
        ids: merged(before.as_ref().map(|title| &title.ids), &item.ids),
        title: item.title.clone(),
        original_title: original,
        sort_title: item.sort_title.clone().unwrap_or_else(|| normalise(&item.title)),
        year: item.year,
        overview: item.summary.clone(),
        certification: item.content_rating.clone(),
        genres: item.genres.clone(),
        runtime_minutes: item.duration_ms.map(|ms| (ms + 30_000) / 60_000),
        status: None,
        network: None,
        poster: None,
        release_date: None,
    };
    match before {
        None => insert(tx, &title, now),
        Some(before) => update(tx, &before, with_gaps_filled(title, &before), now),
    }
}

/// The title this item had before, unless that is clearly another one by now.
fn same_item(conn: &mut Conn, item: &PlexItem, known: Option<TitleId>) -> Outcome<Option<Title>> {
    let Some(title) = known.map(|id| get(conn, id)).transpose()?.flatten() else { return Ok(None) };
    let unnamed = title.ids == ExternalIds::default();
    let same = unnamed || (item.ids == ExternalIds::default() && title.title == item.title && title.year == item.year);
    Ok((title.kind == item.kind && same).then_some(title))
}

/// Writes down what a lookup of Sonarr or Radarr knows. Of a title that is on Plex only the gaps are filled.
pub fn upsert_from_candidate(tx: &mut Tx<'_>, candidate: &Candidate, now: DateTime<Utc>) -> Outcome<TitleId> {
    super::shelves::learn_hosts(tx, candidate.poster.as_deref().into_iter(), now)?;
    let before = find(tx, candidate.kind, &candidate.ids)?;
    let title = Title { id: TitleId(0), ..title::from_candidate(candidate) };
    let Some(before) = before else { return insert(tx, &title, now) };
    let copied: i64 = copies::table.filter(copies::title_id.eq(before.id.0)).count().get_result(&mut **tx)?;
    let ids = merged(Some(&before.ids), &title.ids);
    let after = if copied > 0 {
        let known = before.clone();
        Title {
            status: title.status.clone().or(known.status.clone()),
            network: title.network.clone().or(known.network.clone()),
            poster: title.poster.clone().or(known.poster.clone()),
            release_date: title.release_date.or(known.release_date),
            ..with_gaps_filled(known, &title)
        }
    } else {
        with_gaps_filled(title, &before)
    };
    update(tx, &before, Title { ids, ..after }, now)
}

/// What one source leaves out is taken from the other.
fn with_gaps_filled(title: Title, other: &Title) -> Title {
    let other = other.clone();
    Title {
        ids: merged(Some(&title.ids), &other.ids),
        original_title: title.original_title.or(other.original_title),
        year: title.year.or(other.year),
        overview: title.overview.or(other.overview),
        certification: title.certification.or(other.certification),
        genres: if title.genres.is_empty() { other.genres } else { title.genres },
        runtime_minutes: title.runtime_minutes.or(other.runtime_minutes),
        status: title.status.or(other.status),
        network: title.network.or(other.network),
        poster: title.poster.or(other.poster),
        release_date: title.release_date.or(other.release_date),
        ..title
    }
}

fn merged(known: Option<&ExternalIds>, new: &ExternalIds) -> ExternalIds {
    let known = known.cloned().unwrap_or_default();
    ExternalIds {
        tmdb: known.tmdb.or(new.tmdb),
        tvdb: known.tvdb.or(new.tvdb),
        imdb: known.imdb.or_else(|| new.imdb.clone()),
    }
}

fn insert(tx: &mut Tx<'_>, title: &Title, now: DateTime<Utc>) -> Outcome<TitleId> {
    let values = values(title, now)?;
    search::learn_words(tx, &values.search_text)?;
    let id: i64 = diesel::insert_into(titles::table)
        .values((values, titles::created_at.eq(db(now))))
        .returning(titles::id)
        .get_result(&mut **tx)?;
    Ok(TitleId(id))
}

fn update(tx: &mut Tx<'_>, before: &Title, after: Title, now: DateTime<Utc>) -> Outcome<TitleId> {
    let after = Title { id: before.id, ..after };
    if after == *before {
        return Ok(before.id);
    }
    let values = values(&after, now)?;
    search::learn_words(tx, &values.search_text)?;
    diesel::update(titles::table.find(before.id.0)).set(values).execute(&mut **tx)?;
    Ok(before.id)
}

fn values(title: &Title, now: DateTime<Utc>) -> Outcome<Values<'_>> {
    Ok(Values {
        kind: title.kind.as_str(),
        tmdb_id: title.ids.tmdb,
        tvdb_id: title.ids.tvdb,
        imdb_id: title.ids.imdb.as_deref(),
        title: &title.title,
        original_title: title.original_title.as_deref(),
        sort_title: &title.sort_title,
        year: title.year,
        overview: title.overview.as_deref(),
        certification: title.certification.as_deref(),
        genres: serde_json::to_string(&title.genres).map_err(AppError::internal)?,
        runtime_minutes: title.runtime_minutes,
        status: title.status.as_deref(),
        network: title.network.as_deref(),
        poster: title.poster.as_deref(),
        release_date: title.release_date,
        search_text: search_text(&title.title, title.original_title.as_deref()),
        updated_at: db(now),
    })
}

/// Forgets some titles that are neither on Plex nor asked for, and were last touched before `limit`; at most `most` of
/// them, so that nobody waits long for his turn to write. Returns how many.
pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>, most: i64) -> Outcome<usize> {
    use super::schema::requests;
    let copied = diesel::dsl::exists(copies::table.filter(copies::title_id.eq(titles::id)));
    let asked = diesel::dsl::exists(requests::table.filter(requests::title_id.eq(titles::id)));
    let idle = titles::table
        .filter(titles::updated_at.lt(db(limit)))
        .filter(diesel::dsl::not(copied))
        .filter(diesel::dsl::not(asked))
        .order(titles::id)
        .limit(most);
    let ids: Vec<i64> = idle.select(titles::id).load(&mut **tx)?;
    let idle = titles::table.filter(titles::id.among(ids));
    Ok(crate::each_backend!(&mut **tx, conn => diesel::delete(idle).execute(conn))?)
}

#[cfg(test)]
#[path = "titles_tests.rs"]
mod tests;
