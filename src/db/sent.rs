//! What Plex was last given by us, and what somebody was left out of: share by share.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::changes::AT_ONCE;
use super::schema::{sent_shares, servers, spared_changes};
use super::time::db;
use super::{Conn, Tx, groups::json};
use crate::domain::access::given::Given;
use crate::domain::access::plan::{ByShare, Change, Earlier};
use crate::domain::ids::{PersonId, ServerId};
use crate::domain::sharing::ShareSettings;
use crate::error::{AppError, Outcome};

/// What is known from earlier plans: of everybody, or of one.
pub fn earlier(conn: &mut Conn, only: Option<PersonId>) -> Outcome<Earlier> {
    let (mut sent, mut spared) = (sent_shares::table.into_boxed(), spared_changes::table.into_boxed());
    if let Some(person) = only {
        sent = sent.filter(sent_shares::person_id.eq(person.0));
        spared = spared.filter(spared_changes::person_id.eq(person.0));
    }
    let sent = sent.select((sent_shares::person_id, sent_shares::server_id, sent_shares::given)).load(conn)?;
    let spared =
        spared.select((spared_changes::person_id, spared_changes::server_id, spared_changes::given)).load(conn)?;
    Ok(Earlier { sent: by_share(sent)?, spared: by_share(spared)? })
}

fn by_share(rows: Vec<(i64, i64, String)>) -> Outcome<ByShare> {
    let read = |(person, server, given): (i64, i64, String)| Ok(((PersonId(person), ServerId(server)), read(&given)?));
    rows.into_iter().map(read).collect()
}

fn read(given: &str) -> Outcome<Given> {
    serde_json::from_str(given).map_err(AppError::internal)
}

/// Something was sent, to anybody.
pub fn any(conn: &mut Conn) -> Outcome<bool> {
    Ok(diesel::select(diesel::dsl::exists(sent_shares::table.select(sent_shares::person_id))).get_result(conn)?)
}

/// Notes what Plex was last given by us; nothing for a share that was taken away.
pub fn note(
    tx: &mut Tx<'_>,
    person: PersonId,
    server: ServerId,
    given: Option<&Given>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let row = sent_shares::table.find((person.0, server.0));
    let Some(given) = given else {
        diesel::delete(row).execute(&mut **tx)?;
        return Ok(());
    };
    let text = json(given)?;
    let values = (sent_shares::given.eq(&text), sent_shares::sent_at.eq(db(now)));
    if diesel::update(row).set(values).execute(&mut **tx)? == 0 {
        let key = (sent_shares::person_id.eq(person.0), sent_shares::server_id.eq(server.0));
        diesel::insert_into(sent_shares::table).values((key, values)).execute(&mut **tx)?;
    }
    Ok(())
}

/// After settings were sent: they count as sent for all servers of the owner.
pub fn everywhere(tx: &mut Tx<'_>, owner: i64, person: PersonId, settings: &ShareSettings) -> Outcome<()> {
    let rows: Vec<(i64, String)> = sent_shares::table
        .inner_join(servers::table.on(servers::id.eq(sent_shares::server_id)))
        .filter(sent_shares::person_id.eq(person.0))
        .filter(servers::owner_plex_id.eq(Some(owner)))
        .select((sent_shares::server_id, sent_shares::given))
        .load(&mut **tx)?;
    for (server, text) in rows {
        let given = json(&Given { settings: settings.clone(), ..read(&text)? })?;
        diesel::update(sent_shares::table.find((person.0, server)))
            .set(sent_shares::given.eq(given))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// What was last sent for one share.
pub fn of(conn: &mut Conn, person: PersonId, server: ServerId) -> Outcome<Option<Given>> {
    let text: Option<String> =
        sent_shares::table.find((person.0, server.0)).select(sent_shares::given).first(conn).optional()?;
    text.map(|text| read(&text)).transpose()
}

/// Keeps changes out of plans to come, until something else is planned for the share.
pub fn spare(tx: &mut Tx<'_>, changes: &[Change], now: DateTime<Utc>) -> Outcome<()> {
    forget_spared(tx, changes)?;
    for part in changes.chunks(AT_ONCE) {
        let given = part.iter().filter_map(|change| Some((change, change.after.as_ref()?)));
        let rows = given.map(|(change, after)| {
            Ok((
                spared_changes::person_id.eq(change.person.0),
                spared_changes::server_id.eq(change.server.0),
                spared_changes::given.eq(json(after)?),
                spared_changes::spared_at.eq(db(now)),
            ))
        });
        let rows = rows.collect::<Outcome<Vec<_>>>()?;
        crate::each_backend!(&mut **tx, conn => diesel::insert_into(spared_changes::table).values(rows).execute(conn))?;
    }
    Ok(())
}

pub(super) fn forget_spared(tx: &mut Tx<'_>, changes: &[Change]) -> Outcome<()> {
    let mut people: BTreeMap<ServerId, Vec<i64>> = BTreeMap::new();
    changes.iter().for_each(|change| people.entry(change.server).or_default().push(change.person.0));
    for (server, people) in people {
        let rows = spared_changes::table
            .filter(spared_changes::server_id.eq(server.0))
            .filter(spared_changes::person_id.among(people));
        crate::each_backend!(&mut **tx, conn => diesel::delete(rows).execute(conn))?;
    }
    Ok(())
}
