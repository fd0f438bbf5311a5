//! Radarr, Sonarr, qBittorrent and mail as they are set up, what they offer to pick from, and how everything outside fares.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::schema::{service_health, service_offers, services};
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::crypto::token_hash;
use crate::domain::ids::ServiceId;
use crate::domain::room::ServiceFolders;
use crate::domain::servarr::QualityProfile;
use crate::domain::service::{Health, Offers, Service, ServiceKind};
use crate::domain::size::Sizes;
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = services)]
struct Row {
    id: i64,
    kind: String,
    name: String,
    url: String,
    username: Option<String>,
    secret: Option<String>,
    is_4k: bool,
    is_default: bool,
    quality_profile_id: Option<i64>,
    quality_profile: Option<String>,
    root_folder: Option<String>,
    tags: String,
    options: String,
    hook_secret: Option<String>,
    hook_id: Option<i64>,
    from_file: bool,
    updated_at: chrono::NaiveDateTime,
}

impl Row {
    fn service(self) -> Option<Service> {
        Some(Service {
            id: ServiceId(self.id),
            kind: self.kind.parse().ok()?,
            name: self.name,
            url: self.url,
            username: self.username,
            sealed: self.secret,
            is_4k: self.is_4k,
            is_default: self.is_default,
            quality_profile_id: self.quality_profile_id,
            quality_profile: self.quality_profile,
            root_folder: self.root_folder,
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            mail: serde_json::from_str(&self.options).ok(),
            hook_id: self.hook_id,
            hook_sealed: self.hook_secret,
            from_file: self.from_file,
            updated_at: utc(self.updated_at),
        })
    }
}

/// All of them: by kind, the default one first.
pub fn all(conn: &mut Conn) -> Outcome<Vec<Service>> {
    let rows: Vec<Row> = crate::each_backend!(conn, conn => services::table
        .order((services::kind, services::is_default.desc(), services::id))
        .select(Row::as_select())
        .load(conn))?;
    let mut all: Vec<Service> = rows.into_iter().filter_map(Row::service).collect();
    all.sort_by_key(|service| ServiceKind::ALL.iter().position(|kind| *kind == service.kind));
    Ok(all)
}

pub fn of_kind(conn: &mut Conn, kind: ServiceKind) -> Outcome<Vec<Service>> {
    Ok(all(conn)?.into_iter().filter(|service| service.kind == kind).collect())
}

pub fn get(conn: &mut Conn, id: ServiceId) -> Outcome<Option<Service>> {
    let row: Option<Row> = services::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    Ok(row.and_then(Row::service))
}

/// Saves a service. Id 0 makes a new one; `set_secret` writes its key or password.
pub fn save(tx: &mut Tx<'_>, service: &Service, now: DateTime<Utc>) -> Outcome<ServiceId> {
    let options = service.mail.as_ref().map_or_else(|| Ok("{}".to_owned()), serde_json::to_string);
    let values = (
        services::kind.eq(service.kind.as_str()),
        services::name.eq(&service.name),
        services::url.eq(&service.url),
        services::username.eq(&service.username),
        services::is_4k.eq(service.is_4k),
        services::is_default.eq(service.is_default),
        services::quality_profile_id.eq(service.quality_profile_id),
        services::quality_profile.eq(&service.quality_profile),
        services::root_folder.eq(&service.root_folder),
        services::tags.eq(serde_json::to_string(&service.tags).map_err(AppError::internal)?),
        services::options.eq(options.map_err(AppError::internal)?),
        services::from_file.eq(service.from_file),
        services::updated_at.eq(db(now)),
    );
    let id = if service.id.0 == 0 {
        diesel::insert_into(services::table)
            .values((values, services::created_at.eq(db(now))))
            .returning(services::id)
            .get_result(&mut **tx)?
    } else {
        diesel::update(services::table.find(service.id.0)).set(values).execute(&mut **tx)?;
        service.id.0
    };
    if service.is_default {
        only_default(tx, service, id)?;
    }
    Ok(ServiceId(id))
}

/// One default per kind and picture quality.
fn only_default(tx: &mut Tx<'_>, service: &Service, id: i64) -> Outcome<()> {
    diesel::update(services::table)
        .filter(services::kind.eq(service.kind.as_str()))
        .filter(services::is_4k.eq(service.is_4k))
        .filter(services::id.ne(id))
        .set(services::is_default.eq(false))
        .execute(&mut **tx)?;
    Ok(())
}

pub fn set_secret(tx: &mut Tx<'_>, id: ServiceId, sealed: Option<&str>) -> Outcome<()> {
    diesel::update(services::table.find(id.0)).set(services::secret.eq(sealed)).execute(&mut **tx)?;
    Ok(())
}

/// Remembers the random part of the address at which a service reports: sealed for us, hashed for look-up.
pub fn set_hook(tx: &mut Tx<'_>, id: ServiceId, sealed: &str, hash: &str) -> Outcome<()> {
    let values = (services::hook_secret.eq(Some(sealed)), services::hook_hash.eq(Some(hash)));
    diesel::update(services::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn set_hook_id(tx: &mut Tx<'_>, id: ServiceId, hook: Option<i64>) -> Outcome<()> {
    diesel::update(services::table.find(id.0)).set(services::hook_id.eq(hook)).execute(&mut **tx)?;
    Ok(())
}

/// The id behind the name of a profile, once the service told it. Not a change of the settings.
pub fn set_profile(tx: &mut Tx<'_>, id: ServiceId, profile: &QualityProfile) -> Outcome<()> {
    let values = (services::quality_profile_id.eq(Some(profile.id)), services::quality_profile.eq(Some(&profile.name)));
    diesel::update(services::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Which service reports at an address with this random part.
pub fn by_hook_secret(conn: &mut Conn, secret: &str) -> Outcome<Option<Service>> {
    let row: Option<Row> = services::table
        .filter(services::hook_hash.eq(token_hash(secret)))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.and_then(Row::service))
}

pub fn remove(tx: &mut Tx<'_>, id: ServiceId) -> Outcome<()> {
    diesel::delete(services::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

pub fn offers(conn: &mut Conn, id: ServiceId) -> Outcome<Option<Offers>> {
    let columns =
        (service_offers::profiles, service_offers::root_folders, service_offers::tags, service_offers::read_at);
    let row: Option<(String, String, String, chrono::NaiveDateTime)> =
        service_offers::table.find(id.0).select(columns).first(conn).optional()?;
    Ok(row.map(|(profiles, folders, tags, read_at)| Offers {
        profiles: serde_json::from_str(&profiles).unwrap_or_default(),
        root_folders: serde_json::from_str(&folders).unwrap_or_default(),
        tags: serde_json::from_str(&tags).unwrap_or_default(),
        read_at: utc(read_at),
    }))
}

pub fn put_offers(tx: &mut Tx<'_>, id: ServiceId, offers: &Offers) -> Outcome<()> {
    let values = (
        service_offers::profiles.eq(serde_json::to_string(&offers.profiles).map_err(AppError::internal)?),
        service_offers::root_folders.eq(serde_json::to_string(&offers.root_folders).map_err(AppError::internal)?),
        service_offers::tags.eq(serde_json::to_string(&offers.tags).map_err(AppError::internal)?),
        service_offers::read_at.eq(db(offers.read_at)),
    );
    let changed = diesel::update(service_offers::table.find(id.0)).set(values.clone()).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(service_offers::table)
            .values((service_offers::service_id.eq(id.0), values))
            .execute(&mut **tx)?;
    }
    Ok(())
}

type FoldersRow = (i64, String, bool, bool, Option<String>, Option<String>);

/// The root folders of every Sonarr and Radarr, as far as they were ever read.
pub fn folders(conn: &mut Conn) -> Outcome<Vec<ServiceFolders>> {
    let rows: Vec<FoldersRow> = crate::each_backend!(conn, conn => services::table
        .left_join(service_offers::table)
        .filter(services::kind.among([ServiceKind::Radarr.as_str(), ServiceKind::Sonarr.as_str()]))
        .order((services::kind, services::is_4k, services::is_default.desc(), services::id))
        .select((
            services::id,
            services::kind,
            services::is_4k,
            services::is_default,
            services::root_folder,
            service_offers::root_folders.nullable(),
        ))
        .load(conn))?;
    let target = |(id, kind, is_4k, is_default, default_folder, folders): FoldersRow| {
        let folders = folders.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let kind = kind.parse().ok()?;
        Some(ServiceFolders { service: ServiceId(id), kind, is_4k, is_default, default_folder, folders })
    };
    Ok(rows.into_iter().filter_map(target).collect())
}

/// How big titles usually are there, as far as it was ever read.
pub fn sizes(conn: &mut Conn, id: ServiceId) -> Outcome<Sizes> {
    let row: Option<(String, Option<chrono::NaiveDateTime>)> = service_offers::table
        .find(id.0)
        .select((service_offers::sizes, service_offers::sizes_at))
        .first(conn)
        .optional()?;
    let (text, read_at) = row.unwrap_or_default();
    Ok(Sizes { read_at: read_at.map(utc), ..serde_json::from_str(&text).unwrap_or_default() })
}

/// Kept beside what there is to pick from; before that was read, nowhere.
pub fn put_sizes(tx: &mut Tx<'_>, id: ServiceId, sizes: &Sizes, now: DateTime<Utc>) -> Outcome<()> {
    let text = serde_json::to_string(sizes).map_err(AppError::internal)?;
    let values = (service_offers::sizes.eq(text), service_offers::sizes_at.eq(Some(db(now))));
    diesel::update(service_offers::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = service_health)]
struct HealthRow {
    key: String,
    name: String,
    up: bool,
    message: Option<String>,
    version: Option<String>,
    latency_ms: Option<i64>,
    since: chrono::NaiveDateTime,
    checked_at: chrono::NaiveDateTime,
}

pub fn health(conn: &mut Conn) -> Outcome<Vec<Health>> {
    let rows: Vec<HealthRow> =
        service_health::table.order(service_health::key).select(HealthRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(HealthRow::health).collect())
}

impl HealthRow {
    fn health(self) -> Health {
        Health {
            key: self.key,
            name: self.name,
            up: self.up,
            message: self.message,
            version: self.version,
            latency_ms: self.latency_ms,
            since: utc(self.since),
            checked_at: utc(self.checked_at),
        }
    }
}

/// Notes how a service fares. Returns what was known before.
pub fn put_health(tx: &mut Tx<'_>, health: &Health) -> Outcome<Option<Health>> {
    let before: Option<HealthRow> =
        service_health::table.find(&health.key).select(HealthRow::as_select()).first(&mut **tx).optional()?;
    let before = before.map(HealthRow::health);
    let since = before.as_ref().filter(|known| known.up == health.up).map_or(health.since, |known| known.since);
    let values = (
        service_health::name.eq(&health.name),
        service_health::up.eq(health.up),
        service_health::message.eq(&health.message),
        service_health::version.eq(&health.version),
        service_health::latency_ms.eq(health.latency_ms),
        service_health::since.eq(db(since)),
        service_health::checked_at.eq(db(health.checked_at)),
    );
    if before.is_some() {
        diesel::update(service_health::table.find(&health.key)).set(values).execute(&mut **tx)?;
    } else {
        diesel::insert_into(service_health::table)
            .values((service_health::key.eq(&health.key), values))
            .execute(&mut **tx)?;
    }
    Ok(before)
}

pub fn forget_health(tx: &mut Tx<'_>, key: &str) -> Outcome<()> {
    diesel::delete(service_health::table.find(key)).execute(&mut **tx)?;
    Ok(())
}
