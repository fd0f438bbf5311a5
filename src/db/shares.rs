//! What Plex says is shared with whom: a copy, renewed by the people job and changed by nothing else.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{libraries, people, servers, share_libraries, shares};
use super::time::{db, utc_opt};
use super::{Conn, Tx};
use crate::domain::ids::{LibraryId, PersonId, ServerId};
use crate::domain::people::{PlexSection, PlexShare};
use crate::domain::sharing::ShareSettings;
use crate::each_backend;
use crate::error::{AppError, Outcome};

/// True when this account has accepted a share of any server of ours.
pub fn is_accepted(conn: &mut Conn, plex_id: i64) -> Outcome<bool> {
    let held: i64 = shares::table
        .inner_join(people::table)
        .filter(people::plex_id.eq(plex_id))
        .filter(people::gone_at.is_null())
        .filter(shares::accepted.eq(true))
        .count()
        .get_result(conn)?;
    Ok(held > 0)
}

/// True when somebody has accepted a share of this server.
pub fn any_accepted(conn: &mut Conn, server: ServerId) -> Outcome<bool> {
    let held = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::accepted.eq(true));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(conn)?)
}

pub fn accepted(conn: &mut Conn) -> Outcome<i64> {
    Ok(shares::table.filter(shares::accepted.eq(true)).count().get_result(conn)?)
}

/// Makes a row for every section that the library job has not met yet, notes plex.tv's own id, and gives back which key
/// is which library.
pub fn sections(tx: &mut Tx<'_>, server: ServerId, list: &[PlexSection]) -> Outcome<HashMap<String, LibraryId>> {
    for section in list {
        let row = (
            libraries::server_id.eq(server.0),
            libraries::section_key.eq(&section.key),
            libraries::title.eq(&section.title),
            libraries::kind.eq(&section.kind),
            libraries::agent.eq(""),
        );
        // The library job may be adding the same one right now.
        each_backend!(&mut **tx, c => diesel::insert_into(libraries::table).values(row).on_conflict_do_nothing().execute(c))?;
        let known =
            libraries::table.filter(libraries::server_id.eq(server.0)).filter(libraries::section_key.eq(&section.key));
        diesel::update(known).set(libraries::section_id.eq(Some(section.id))).execute(&mut **tx)?;
    }
    let rows: Vec<(String, i64)> = libraries::table
        .filter(libraries::server_id.eq(server.0))
        .select((libraries::section_key, libraries::id))
        .load(&mut **tx)?;
    Ok(rows.into_iter().map(|(key, id)| (key, LibraryId(id))).collect())
}

/// What became of the copy of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Added,
    /// Libraries, settings, or that it was accepted.
    Changed,
    Same,
}

/// Adds or renews somebody's share of a server.
pub fn keep(
    tx: &mut Tx<'_>,
    server: ServerId,
    person: PersonId,
    share: &PlexShare,
    known: &HashMap<String, LibraryId>,
    now: DateTime<Utc>,
) -> Outcome<Kept> {
    let settings = serde_json::to_string(&share.settings).map_err(AppError::internal)?;
    let values = (
        shares::plex_share_id.eq(Some(share.share_id)),
        shares::accepted.eq(share.accepted),
        shares::all_libraries.eq(share.all_libraries),
        shares::settings.eq(&settings),
        shares::invited_at.eq(share.invited_at.map(db)),
        shares::accepted_at.eq(share.accepted_at.map(db)),
        shares::missed_reads.eq(0),
        shares::missed_at.eq(None::<chrono::NaiveDateTime>),
        shares::updated_at.eq(db(now)),
    );
    let before: Option<Before> = shares::table
        .filter(shares::server_id.eq(server.0))
        .filter(shares::person_id.eq(person.0))
        .select(Before::as_select())
        .first(&mut **tx)
        .optional()?;
    let id = match &before {
        Some(before) => {
            diesel::update(shares::table.find(before.id)).set(values).execute(&mut **tx)?;
            before.id
        }
        None => diesel::insert_into(shares::table)
            .values((values, shares::server_id.eq(server.0), shares::person_id.eq(person.0)))
            .returning(shares::id)
            .get_result(&mut **tx)?,
    };
    let found: Vec<LibraryId> = share.section_keys.iter().filter_map(|key| known.get(key).copied()).collect();
    // A short list on a healthy server means "later", never "gone" (plex.md B0).
    let whole = share.all_libraries || (found.len() == share.section_keys.len() && !found.is_empty());
    let moved = keep_libraries(tx, id, &found, whole)?;
    Ok(match before {
        None => Kept::Added,
        Some(before) if moved || before.differs(share) => Kept::Changed,
        Some(_) => Kept::Same,
    })
}

/// A share as it was kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct Before {
    id: i64,
    accepted: bool,
    all_libraries: bool,
    settings: String,
}

impl Before {
    fn differs(&self, share: &PlexShare) -> bool {
        let settings = serde_json::from_str::<ShareSettings>(&self.settings).ok();
        (self.accepted, self.all_libraries) != (share.accepted, share.all_libraries)
            || settings.as_ref() != Some(&share.settings)
    }
}

/// Forgets somebody's share: it was taken away.
pub fn remove(tx: &mut Tx<'_>, server: ServerId, person: PersonId) -> Outcome<()> {
    let row = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.eq(person.0));
    diesel::delete(row).execute(&mut **tx)?;
    Ok(())
}

/// Settings are the same on all servers of an owner.
pub fn settings_everywhere(tx: &mut Tx<'_>, owner: i64, person: PersonId, settings: &ShareSettings) -> Outcome<()> {
    let text = serde_json::to_string(settings).map_err(AppError::internal)?;
    let theirs = servers::table.filter(servers::owner_plex_id.eq(Some(owner))).select(servers::id);
    let rows = shares::table
        .filter(shares::person_id.eq(person.0))
        .filter(shares::accepted.eq(true))
        .filter(shares::server_id.eq_any(theirs));
    diesel::update(rows).set(shares::settings.eq(text)).execute(&mut **tx)?;
    Ok(())
}

/// Where the list is not whole, libraries are only added.
fn keep_libraries(tx: &mut Tx<'_>, share: i64, wanted: &[LibraryId], whole: bool) -> Outcome<bool> {
    let held: Vec<i64> = share_libraries::table
        .filter(share_libraries::share_id.eq(share))
        .select(share_libraries::library_id)
        .load(&mut **tx)?;
    let mut changed = false;
    for library in wanted.iter().filter(|library| !held.contains(&library.0)) {
        let row = (share_libraries::share_id.eq(share), share_libraries::library_id.eq(library.0));
        diesel::insert_into(share_libraries::table).values(row).execute(&mut **tx)?;
        changed = true;
    }
    let lost: Vec<i64> = held.into_iter().filter(|id| whole && !wanted.contains(&LibraryId(*id))).collect();
    if !lost.is_empty() {
        let rows = share_libraries::table
            .filter(share_libraries::share_id.eq(share))
            .filter(share_libraries::library_id.among(lost));
        crate::each_backend!(&mut **tx, conn => diesel::delete(rows).execute(conn))?;
        changed = true;
    }
    Ok(changed)
}

/// After a complete reading: when shares that it lacked were missed first is noted; those that were missed long enough
/// before are forgotten. Back: how many.
pub fn miss_others(tx: &mut Tx<'_>, server: ServerId, seen: &[PersonId], now: DateTime<Utc>) -> Outcome<usize> {
    let seen: Vec<i64> = seen.iter().map(|id| id.0).collect();
    let others =
        || shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.not_among(seen.clone()));
    let gone = others().filter(shares::missed_at.le(Some(db(now - super::people::import::APART))));
    let ended = crate::each_backend!(&mut **tx, conn => diesel::delete(gone).execute(conn))?;
    let values = (shares::missed_reads.eq(1), shares::missed_at.eq(Some(db(now))));
    let missed = diesel::update(others().filter(shares::missed_at.is_null())).set(values);
    crate::each_backend!(&mut **tx, conn => missed.execute(conn))?;
    Ok(ended)
}

/// What somebody is given of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub server: ServerId,
    pub server_name: String,
    pub accepted: bool,
    pub all_libraries: bool,
    pub settings: ShareSettings,
    pub invited_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    /// By title; all that are there when all are shared.
    pub libraries: Vec<LibraryId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct Row {
    id: i64,
    server_id: i64,
    accepted: bool,
    all_libraries: bool,
    settings: String,
    invited_at: Option<chrono::NaiveDateTime>,
    accepted_at: Option<chrono::NaiveDateTime>,
}

pub fn of_person(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Share>> {
    let rows: Vec<(Row, String)> = shares::table
        .inner_join(servers::table)
        .filter(shares::person_id.eq(person.0))
        .order((servers::position, servers::id))
        .select((Row::as_select(), servers::name))
        .load(conn)?;
    rows.into_iter().map(|(row, server_name)| share(conn, row, server_name)).collect()
}

fn share(conn: &mut Conn, row: Row, server_name: String) -> Outcome<Share> {
    let libraries: Vec<i64> = share_libraries::table
        .filter(share_libraries::share_id.eq(row.id))
        .select(share_libraries::library_id)
        .load(conn)?;
    Ok(Share {
        server: ServerId(row.server_id),
        server_name,
        accepted: row.accepted,
        all_libraries: row.all_libraries,
        settings: serde_json::from_str(&row.settings).map_err(AppError::internal)?,
        invited_at: utc_opt(row.invited_at),
        accepted_at: utc_opt(row.accepted_at),
        libraries: libraries.into_iter().map(LibraryId).collect(),
    })
}
