//! Applies a settings file in one transaction: all of it or nothing. Rows match by name; what the file names is marked as
//! such and shown read-only; what it leaves out is kept.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::file::{Arr, Plex, SettingsFile, Smtp, Torrents};
use crate::app::App;
use crate::app::keep::{self, ServerDraft, ServiceDraft};
use crate::db::settings::StoredSetting;
use crate::db::{Tx, servers, services, settings};
use crate::domain::activity::ActivityKind;
use crate::domain::service::{MailOptions, ServiceKind};
use crate::domain::settings::{SettingKey, Settings};
use crate::error::{AppError, Outcome};

/// The row that keeps the table `docker` until there is a page for it.
pub const DOCKER: &str = "docker";

/// Returns what was applied, in one line.
pub async fn apply(app: &App, file: SettingsFile) -> Outcome<String> {
    let (within, now) = (app.clone(), app.now());
    let done = app.db.write(move |tx| all(&within, tx, &file, now)).await?;
    app.wake_worker();
    Ok(done)
}

fn all(app: &App, tx: &mut Tx<'_>, file: &SettingsFile, now: DateTime<Utc>) -> Outcome<String> {
    own_settings(tx, file, now)?;
    plex(app, tx, &file.plex, now)?;
    arrs(app, tx, ServiceKind::Radarr, &file.radarr, now)?;
    arrs(app, tx, ServiceKind::Sonarr, &file.sonarr, now)?;
    single(app, tx, ServiceKind::Qbittorrent, file.qbittorrent.as_ref().map(torrents), now)?;
    single(app, tx, ServiceKind::Smtp, file.smtp.as_ref().map(mail), now)?;
    let services = file.radarr.len() + file.sonarr.len() + file.qbittorrent.iter().len() + file.smtp.iter().len();
    Ok(format!(
        "Applied {} settings, {} Plex servers and {services} services; everything else was kept.",
        file.settings().len(),
        file.plex.len()
    ))
}

fn own_settings(tx: &mut Tx<'_>, file: &SettingsFile, now: DateTime<Utc>) -> Outcome<()> {
    let stored = settings::all(tx)?;
    let mut checked = Settings::new(chrono_tz::UTC);
    let mut wanted: Vec<(&'static str, String)> = Vec::new();
    for (key, value) in file.settings() {
        checked.set(key, value).map_err(AppError::refused)?;
        wanted.push((key.as_str(), checked.get(key)));
    }
    if let Some(docker) = &file.docker {
        wanted.push((DOCKER, serde_json::to_string(docker).map_err(AppError::internal)?));
    }
    let named = |key: &str| wanted.iter().any(|(wanted, _)| *wanted == key);
    for row in stored.iter().filter(|row| row.from_file && !named(&row.key)) {
        settings::put(tx, &StoredSetting { from_file: false, ..row.clone() }, now)?;
    }
    for (key, value) in wanted {
        let before = stored.iter().find(|row| row.key == key);
        if before.is_some_and(|row| row.from_file && row.value == value) {
            continue;
        }
        let row = StoredSetting { key: key.to_owned(), value: value.clone(), sealed: false, from_file: true };
        settings::put(tx, &row, now)?;
        if before.is_none_or(|row| row.value != value) && key.parse::<SettingKey>().is_ok() {
            let by = None;
            keep::record(tx, &by, ActivityKind::SettingChanged, key, Some(&value), now)?;
        }
    }
    Ok(())
}

/// The servers of the file come first, in its order.
fn plex(app: &App, tx: &mut Tx<'_>, rows: &[Plex], now: DateTime<Utc>) -> Outcome<()> {
    let known = servers::all(tx)?;
    let named = |name: &str| rows.iter().position(|row| same(&row.name, name));
    for (n, row) in (0..).zip(rows) {
        let before = known.iter().find(|server| same(&server.name, &row.name));
        let mut draft = before.map(ServerDraft::of).unwrap_or_default();
        // Another address may be another machine: who it is will be asked anew.
        if before.is_some_and(|before| before.url != row.url) {
            (draft.machine_id, draft.version, draft.owner_plex_id) = (None, None, None);
        }
        draft.name = row.name.trim().to_owned();
        draft.url = row.url.trim().to_owned();
        draft.token = Some(row.token.clone());
        draft.default_library = row.default_library.clone().or(draft.default_library);
        draft.from_file = true;
        keep::server(app, tx, &None, &draft, Some(n), now)?;
    }
    let others = known.iter().filter(|server| named(&server.name).is_none());
    for (n, server) in (i32::try_from(rows.len()).unwrap_or(0)..).zip(others) {
        keep::server(app, tx, &None, &ServerDraft { from_file: false, ..ServerDraft::of(server) }, Some(n), now)?;
    }
    Ok(())
}

fn arrs(app: &App, tx: &mut Tx<'_>, kind: ServiceKind, rows: &[Arr], now: DateTime<Utc>) -> Outcome<()> {
    for service in services::of_kind(tx, kind)? {
        if service.from_file && !rows.iter().any(|row| same(&row.name, &service.name)) {
            keep::service(app, tx, &None, &ServiceDraft { from_file: false, ..ServiceDraft::of(&service) }, now)?;
        }
    }
    for row in rows {
        let known = services::of_kind(tx, kind)?;
        let before = known.iter().find(|service| same(&service.name, &row.name));
        let mut draft = before.map_or_else(|| ServiceDraft::new(kind, "", ""), ServiceDraft::of);
        draft.name = row.name.trim().to_owned();
        draft.url = row.url.trim().to_owned();
        draft.secret = Some(row.api_key.clone());
        draft.is_4k = row.is_4k;
        draft.is_default = row.default;
        if let Some(profile) = &row.quality_profile {
            draft.quality_profile = Some(profile.clone());
            // The id is looked up when the service answers; it stays while the name does.
            draft.quality_profile_id = None;
        }
        draft.root_folder = row.root_folder.clone().or(draft.root_folder);
        draft.from_file = true;
        keep::service(app, tx, &None, &draft, now)?;
    }
    Ok(())
}

/// qBittorrent and mail: there is one of each.
fn single(
    app: &App,
    tx: &mut Tx<'_>,
    kind: ServiceKind,
    wanted: Option<ServiceDraft>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let before = services::of_kind(tx, kind)?.into_iter().next();
    match (wanted, before) {
        (Some(wanted), before) => {
            let name = before.as_ref().map_or(wanted.name.clone(), |before| before.name.clone());
            let draft = ServiceDraft { id: before.map(|before| before.id), name, is_default: true, ..wanted };
            keep::service(app, tx, &None, &draft, now).map(drop)
        }
        (None, Some(before)) if before.from_file => {
            let draft = ServiceDraft { from_file: false, ..ServiceDraft::of(&before) };
            keep::service(app, tx, &None, &draft, now).map(drop)
        }
        _ => Ok(()),
    }
}

fn torrents(row: &Torrents) -> ServiceDraft {
    ServiceDraft {
        username: filled(row.username.as_deref()),
        secret: Some(secret(row.password.as_ref())),
        from_file: true,
        ..ServiceDraft::new(ServiceKind::Qbittorrent, ServiceKind::Qbittorrent.label(), row.url.trim())
    }
}

fn mail(row: &Smtp) -> ServiceDraft {
    let options = MailOptions { port: row.port, security: row.security, from: row.from.trim().to_owned() };
    ServiceDraft {
        username: filled(row.username.as_deref()),
        secret: Some(secret(row.password.as_ref())),
        mail: Some(options),
        from_file: true,
        ..ServiceDraft::new(ServiceKind::Smtp, ServiceKind::Smtp.label(), row.host.trim())
    }
}

fn filled(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn secret(password: Option<&SecretString>) -> SecretString {
    password.cloned().unwrap_or_default()
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
