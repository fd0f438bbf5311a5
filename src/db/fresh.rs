//! What is new on Plex, for the shelf of the lobby: films and series that came, and series that something was added to.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::copies::Seen;
use super::schema::{copies as copy_rows, episodes};
use super::time::{Stamp, db, utc};
use super::{Conn, copies};
use crate::domain::ids::TitleId;
use crate::domain::people::Sight;
use crate::domain::title::{Fresh, NewSeason, has_grown};
use crate::error::Outcome;

/// Of all libraries, the last that came; a whole series at once is a few hundred.
const EPISODES: i64 = 300;

struct Came {
    title: i64,
    copy: i64,
    at: Stamp,
    /// None when the copy itself is what came.
    season: Option<i32>,
}

/// Titles of which something came last, as far as one may see them.
pub fn newest(conn: &mut Conn, sight: &Sight, limit: usize) -> Outcome<Vec<Fresh>> {
    let seen = copies::seen(conn, sight)?;
    let mut came = whole(conn, &seen, limit)?;
    let mut titles = HashSet::new();
    let since =
        came.iter().filter(|one| titles.insert(one.title)).nth(limit.saturating_sub(1)).map(|last| utc(last.at));
    came.extend(grown(conn, &seen, since.unwrap_or(DateTime::UNIX_EPOCH))?);
    came.sort_by_key(|one| Reverse((one.at, one.copy)));
    titles.clear();
    came.retain(|one| titles.insert(one.title));
    came.truncate(limit);
    let counts = episodes_of(conn, &came)?;
    let season = |one: &Came| {
        let number = one.season.filter(|number| *number > 0)?;
        Some(NewSeason { number, episodes: counts.get(&(one.copy, number)).copied()? })
    };
    Ok(came.iter().map(|one| Fresh { title: TitleId(one.title), season: season(one) }).collect())
}

/// Films and series that came as a whole. A film may lie in several libraries.
fn whole(conn: &mut Conn, seen: &Seen, limit: usize) -> Outcome<Vec<Came>> {
    let most = i64::try_from(limit * 4).unwrap_or(100);
    let rows: Vec<(i64, i64, Stamp)> = crate::each_backend!(conn, conn => copy_rows::table
        .filter(copy_rows::library_id.among(seen.libraries.clone()))
        .filter(copy_rows::age.le(seen.age))
        .order((copy_rows::added_at.desc(), copy_rows::id.desc()))
        .limit(most)
        .select((copy_rows::title_id, copy_rows::id, copy_rows::added_at))
        .load(conn))?;
    Ok(rows.into_iter().map(|(title, copy, at)| Came { title, copy, at, season: None }).collect())
}

/// Series that were there before, and have episodes since. What came before `oldest` has no place on the shelf.
fn grown(conn: &mut Conn, seen: &Seen, oldest: DateTime<Utc>) -> Outcome<Vec<Came>> {
    let rows: Vec<(i64, i32, Stamp)> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::added_at.ge(db(oldest)))
        .order(episodes::added_at.desc())
        .limit(EPISODES)
        .select((episodes::copy_id, episodes::season, episodes::added_at))
        .load(conn))?;
    let mut last: HashMap<i64, (i32, Stamp)> = HashMap::new();
    for (copy, season, at) in rows {
        last.entry(copy).or_insert((season, at));
    }
    let rows: Vec<(i64, i64, Stamp)> = crate::each_backend!(conn, conn => copy_rows::table
        .filter(copy_rows::id.among(last.keys().copied().collect::<Vec<_>>()))
        .filter(copy_rows::library_id.among(seen.libraries.clone()))
        .filter(copy_rows::age.le(seen.age))
        .select((copy_rows::title_id, copy_rows::id, copy_rows::added_at))
        .load(conn))?;
    let since = |(title, copy, added): (i64, i64, Stamp)| {
        let (season, at) = *last.get(&copy)?;
        has_grown(utc(added), utc(at)).then_some(Came { title, copy, at, season: Some(season) })
    };
    Ok(rows.into_iter().filter_map(since).collect())
}

/// How many episodes there are of the seasons of these copies.
fn episodes_of(conn: &mut Conn, came: &[Came]) -> Outcome<HashMap<(i64, i32), i64>> {
    let ids: Vec<i64> = came.iter().filter(|one| one.season.is_some()).map(|one| one.copy).collect();
    let rows: Vec<(i64, i32, i64)> = crate::each_backend!(conn, conn => episodes::table
        .filter(episodes::copy_id.among(ids))
        .group_by((episodes::copy_id, episodes::season))
        .select((episodes::copy_id, episodes::season, diesel::dsl::count_star()))
        .load(conn))?;
    Ok(rows.into_iter().map(|(copy, season, count)| ((copy, season), count)).collect())
}
