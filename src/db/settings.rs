//! Settings: one row a key. Secrets among them are sealed; the caller opens them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::settings;
use super::time::db;
use super::{Conn, Tx};
use crate::error::Outcome;

#[derive(Debug, Clone, Queryable)]
pub struct StoredSetting {
    pub key: String,
    pub value: String,
    pub sealed: bool,
    pub from_file: bool,
}

pub fn all(conn: &mut Conn) -> Outcome<Vec<StoredSetting>> {
    let columns = (settings::key, settings::value, settings::sealed, settings::from_file);
    Ok(settings::table.select(columns).order(settings::key).load(conn)?)
}

pub fn get(conn: &mut Conn, key: &str) -> Outcome<Option<String>> {
    Ok(settings::table.find(key).select(settings::value).first(conn).optional()?)
}

pub fn put(tx: &mut Tx<'_>, setting: &StoredSetting, now: DateTime<Utc>) -> Outcome<()> {
    let values = (
        settings::value.eq(&setting.value),
        settings::sealed.eq(setting.sealed),
        settings::from_file.eq(setting.from_file),
        settings::updated_at.eq(db(now)),
    );
    let changed = diesel::update(settings::table.find(&setting.key)).set(values).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(settings::table).values((settings::key.eq(&setting.key), values)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Forgets rows whose key starts with `prefix` and that nobody has written since `limit`.
pub fn prune(tx: &mut Tx<'_>, prefix: &str, limit: DateTime<Utc>) -> Outcome<usize> {
    let old =
        settings::table.filter(settings::key.like(format!("{prefix}%"))).filter(settings::updated_at.lt(db(limit)));
    Ok(diesel::delete(old).execute(&mut **tx)?)
}

/// Forgets every row whose key starts with `prefix`.
pub fn remove_all(tx: &mut Tx<'_>, prefix: &str) -> Outcome<()> {
    diesel::delete(settings::table.filter(settings::key.like(format!("{prefix}%")))).execute(&mut **tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, key: &str) -> Outcome<()> {
    diesel::delete(settings::table.find(key)).execute(&mut **tx)?;
    Ok(())
}
