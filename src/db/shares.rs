//! What Plex says is shared with whom: a copy, renewed by the people job and changed by nothing else.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{libraries, people, servers, share_libraries, shares};
use super::time::{db, utc_opt};
use super::{Conn, Tx, outbox};
use crate::domain::effect::Effect;
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

/// True when somebody else than this person has accepted a share of this server.
pub fn others_accepted(conn: &mut Conn, server: ServerId, person: PersonId) -> Outcome<bool> {
    let others = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.ne(person.0));
    let held = others.filter(shares::accepted.eq(true));
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
    let before = before(tx, server, person)?;
    keep_from(tx, before.as_ref(), (server, person), share, known, now)
}

fn before(conn: &mut Conn, server: ServerId, person: PersonId) -> Outcome<Option<Before>> {
    let theirs = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.eq(person.0));
    let row: Option<BeforeRow> = theirs.select(BeforeRow::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let libraries = share_libraries::table.filter(share_libraries::share_id.eq(row.id));
    let libraries = libraries.select(share_libraries::library_id).load(conn)?;
    Ok(Some(Before { row, libraries }))
}

fn keep_from(
    tx: &mut Tx<'_>,
    before: Option<&Before>,
    (server, person): (ServerId, PersonId),
    share: &PlexShare,
    known: &HashMap<String, LibraryId>,
    now: DateTime<Utc>,
) -> Outcome<Kept> {
    let found: Vec<i64> = share.section_keys.iter().filter_map(|key| known.get(key)).map(|id| id.0).collect();
    // A short list on a healthy server means "later", never "gone" (plex.md B0).
    let whole = share.all_libraries || (found.len() == share.section_keys.len() && !found.is_empty());
    let id = match before {
        Some(before) if before.is_kept_as(share) => before.row.id,
        _ => write_row(tx, before, (server, person), share, now)?,
    };
    let held = before.map(|before| before.libraries.as_slice()).unwrap_or_default();
    let moved = keep_libraries(tx, id, held, &found, whole)?;
    Ok(match before {
        None => Kept::Added,
        Some(before) if moved || before.differs(share) => Kept::Changed,
        Some(_) => Kept::Same,
    })
}

fn write_row(
    tx: &mut Tx<'_>,
    before: Option<&Before>,
    (server, person): (ServerId, PersonId),
    share: &PlexShare,
    now: DateTime<Utc>,
) -> Outcome<i64> {
    let settings = serde_json::to_string(&share.settings).map_err(AppError::internal)?;
    let values = (
        shares::plex_share_id.eq(Some(share.share_id)),
        shares::accepted.eq(share.accepted),
        shares::all_libraries.eq(share.all_libraries),
        shares::settings.eq(&settings),
        shares::invited_at.eq(share.invited_at.map(db)),
        shares::accepted_at.eq(share.accepted_at.map(db)),
        shares::missed_reads.eq(0),
        shares::missed_at.eq(None::<NaiveDateTime>),
        shares::updated_at.eq(db(now)),
    );
    Ok(match before {
        Some(before) => {
            diesel::update(shares::table.find(before.row.id)).set(values).execute(&mut **tx)?;
            before.row.id
        }
        None => diesel::insert_into(shares::table)
            .values((values, shares::server_id.eq(server.0), shares::person_id.eq(person.0)))
            .returning(shares::id)
            .get_result(&mut **tx)?,
    })
}

/// A share as it was kept.
struct Before {
    row: BeforeRow,
    libraries: Vec<i64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct BeforeRow {
    id: i64,
    person_id: i64,
    plex_share_id: Option<i64>,
    accepted: bool,
    all_libraries: bool,
    settings: String,
    invited_at: Option<NaiveDateTime>,
    accepted_at: Option<NaiveDateTime>,
    missed_reads: i32,
    missed_at: Option<NaiveDateTime>,
}

/// The shares of a server as they are kept, read at once: for many.
pub struct OfServer {
    server: ServerId,
    before: HashMap<PersonId, Before>,
    met: HashSet<PersonId>,
}

impl OfServer {
    /// The same as `keep` for one of many.
    pub fn keep(
        &mut self,
        tx: &mut Tx<'_>,
        person: PersonId,
        share: &PlexShare,
        known: &HashMap<String, LibraryId>,
        now: DateTime<Utc>,
    ) -> Outcome<Kept> {
        // Of somebody who is listed twice there is something else by now.
        if !self.met.insert(person) {
            return keep(tx, self.server, person, share, known, now);
        }
        let before = self.before.remove(&person);
        keep_from(tx, before.as_ref(), (self.server, person), share, known, now)
    }
}

pub fn of_server(conn: &mut Conn, server: ServerId) -> Outcome<OfServer> {
    let rows: Vec<BeforeRow> =
        shares::table.filter(shares::server_id.eq(server.0)).select(BeforeRow::as_select()).load(conn)?;
    let opened: Vec<(i64, i64)> = share_libraries::table
        .inner_join(shares::table)
        .filter(shares::server_id.eq(server.0))
        .select((share_libraries::share_id, share_libraries::library_id))
        .load(conn)?;
    let mut libraries: HashMap<i64, Vec<i64>> = HashMap::new();
    opened.into_iter().for_each(|(share, library)| libraries.entry(share).or_default().push(library));
    let before = |row: BeforeRow| {
        let libraries = libraries.remove(&row.id).unwrap_or_default();
        (PersonId(row.person_id), Before { row, libraries })
    };
    Ok(OfServer { server, before: rows.into_iter().map(before).collect(), met: HashSet::new() })
}

impl Before {
    fn differs(&self, share: &PlexShare) -> bool {
        let settings = serde_json::from_str::<ShareSettings>(&self.row.settings).ok();
        (self.row.accepted, self.row.all_libraries) != (share.accepted, share.all_libraries)
            || settings.as_ref() != Some(&share.settings)
    }

    /// The row says all of it already.
    fn is_kept_as(&self, share: &PlexShare) -> bool {
        let BeforeRow { plex_share_id, invited_at, accepted_at, missed_reads, missed_at, .. } = &self.row;
        let dates = (share.invited_at.map(db), share.accepted_at.map(db));
        (*plex_share_id, *missed_reads, *missed_at) == (Some(share.share_id), 0, None)
            && (*invited_at, *accepted_at) == dates
            && !self.differs(share)
    }
}

/// Forgets somebody's share: it was taken away.
pub fn remove(tx: &mut Tx<'_>, server: ServerId, person: PersonId) -> Outcome<()> {
    let row = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.eq(person.0));
    diesel::delete(row).execute(&mut **tx)?;
    Ok(())
}

/// Writes down that what they watch on a server is to be ended, now that it is no longer shared with them.
pub fn end_streams(tx: &mut Tx<'_>, server: ServerId, person: PersonId, round: u32, due: DateTime<Utc>) -> Outcome<()> {
    let key = format!("end streams {person} {server} {round} {}", due.timestamp_micros());
    outbox::push(tx, &Effect::EndStreams { person, server, round }, &key, due).map(drop)
}

/// Whoever was invited has said yes.
pub fn accept(tx: &mut Tx<'_>, server: ServerId, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let row = shares::table.filter(shares::server_id.eq(server.0)).filter(shares::person_id.eq(person.0));
    let values = (shares::accepted.eq(true), shares::accepted_at.eq(Some(db(now))));
    diesel::update(row.filter(shares::accepted.eq(false))).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Settings are the same on all servers of an owner.
pub fn settings_everywhere(tx: &mut Tx<'_>, owner: i64, person: PersonId, settings: &ShareSettings) -> Outcome<()> {
    let text = serde_json::to_string(settings).map_err(AppError::internal)?;
    let theirs = servers::table.filter(servers::owner_plex_id.eq(Some(owner))).select(servers::id);
    let rows = shares::table.filter(shares::person_id.eq(person.0)).filter(shares::server_id.eq_any(theirs));
    diesel::update(rows).set(shares::settings.eq(text)).execute(&mut **tx)?;
    Ok(())
}

/// Where the list is not whole, libraries are only added.
fn keep_libraries(tx: &mut Tx<'_>, share: i64, held: &[i64], wanted: &[i64], whole: bool) -> Outcome<bool> {
    let mut new: Vec<i64> = wanted.iter().copied().filter(|library| !held.contains(library)).collect();
    new.sort_unstable();
    new.dedup();
    let lost: Vec<i64> = held.iter().copied().filter(|id| whole && !wanted.contains(id)).collect();
    let changed = !new.is_empty() || !lost.is_empty();
    if !new.is_empty() {
        let row = |library| (share_libraries::share_id.eq(share), share_libraries::library_id.eq(library));
        let rows: Vec<_> = new.into_iter().map(row).collect();
        each_backend!(&mut **tx, conn => diesel::insert_into(share_libraries::table).values(rows).execute(conn))?;
    }
    if !lost.is_empty() {
        let rows = share_libraries::table
            .filter(share_libraries::share_id.eq(share))
            .filter(share_libraries::library_id.among(lost));
        each_backend!(&mut **tx, conn => diesel::delete(rows).execute(conn))?;
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
    let ended = each_backend!(&mut **tx, conn => diesel::delete(gone).execute(conn))?;
    let values = (shares::missed_reads.eq(1), shares::missed_at.eq(Some(db(now))));
    let missed = diesel::update(others().filter(shares::missed_at.is_null())).set(values);
    each_backend!(&mut **tx, conn => missed.execute(conn))?;
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
    invited_at: Option<NaiveDateTime>,
    accepted_at: Option<NaiveDateTime>,
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

/// The servers to which Plex has invited somebody who has not said yes, by name.
pub fn invited_to(conn: &mut Conn, person: PersonId) -> Outcome<Vec<String>> {
    let open = shares::person_id.eq(person.0).and(shares::accepted.eq(false));
    let names = shares::table.inner_join(servers::table).filter(open).order((servers::position, servers::id));
    Ok(names.select(servers::name).load(conn)?)
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
