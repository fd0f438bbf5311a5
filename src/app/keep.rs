//! Writes services and servers down, with their secrets sealed, for the page, the wizard and the settings file alike.
//! Never calls anybody; a saved Sonarr or Radarr gets its webhook by an effect.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::App;
use super::services::{hook_place, secret_place, server_place};
use crate::crypto::token_hash;
use crate::db::{Tx, activity, outbox, servers, services};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::{PersonId, ServerId, ServiceId};
use crate::domain::service::{MailOptions, Server, Service, ServiceKind, server_key, service_key};
use crate::error::{AppError, Outcome};

/// Who saves; nobody for the command line and the settings file.
pub type By = Option<(PersonId, String)>;

/// A service as somebody wants it.
#[derive(Debug, Clone)]
pub struct ServiceDraft {
    pub id: Option<ServiceId>,
    pub kind: ServiceKind,
    pub name: String,
    pub url: String,
    pub username: Option<String>,
    /// None keeps the one there is.
    pub secret: Option<SecretString>,
    pub is_4k: bool,
    pub is_default: bool,
    pub quality_profile_id: Option<i64>,
    pub quality_profile: Option<String>,
    pub root_folder: Option<String>,
    pub tags: Vec<i64>,
    pub mail: Option<MailOptions>,
    pub from_file: bool,
}

impl ServiceDraft {
    pub fn new(kind: ServiceKind, name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            id: None,
            kind,
            name: name.into(),
            url: url.into(),
            username: None,
            secret: None,
            is_4k: false,
            is_default: false,
            quality_profile_id: None,
            quality_profile: None,
            root_folder: None,
            tags: Vec::new(),
            mail: None,
            from_file: false,
        }
    }

    /// A service as it stands, to be changed.
    pub fn of(service: &Service) -> Self {
        Self {
            id: Some(service.id),
            kind: service.kind,
            name: service.name.clone(),
            url: service.url.clone(),
            username: service.username.clone(),
            secret: None,
            is_4k: service.is_4k,
            is_default: service.is_default,
            quality_profile_id: service.quality_profile_id,
            quality_profile: service.quality_profile.clone(),
            root_folder: service.root_folder.clone(),
            tags: service.tags.clone(),
            mail: service.mail.clone(),
            from_file: service.from_file,
        }
    }
}

/// A Plex Media Server as somebody wants it.
#[derive(Debug, Clone, Default)]
pub struct ServerDraft {
    pub id: Option<ServerId>,
    pub name: String,
    pub url: String,
    /// None keeps the one there is.
    pub token: Option<SecretString>,
    pub machine_id: Option<String>,
    pub version: Option<String>,
    pub owner_plex_id: Option<i64>,
    pub default_library: Option<String>,
    pub from_file: bool,
}

impl ServerDraft {
    /// A server as it stands, to be changed.
    pub fn of(server: &Server) -> Self {
        Self {
            id: Some(server.id),
            name: server.name.clone(),
            url: server.url.clone(),
            token: None,
            machine_id: server.machine_id.clone(),
            version: server.version.clone(),
            owner_plex_id: server.owner_plex_id,
            default_library: server.default_library.clone(),
            from_file: server.from_file,
        }
    }
}

/// Saves a service, and has Sonarr and Radarr told where to report.
pub fn service(app: &App, tx: &mut Tx<'_>, by: &By, draft: &ServiceDraft, now: DateTime<Utc>) -> Outcome<ServiceId> {
    let siblings = services::of_kind(tx, draft.kind)?;
    let before = siblings.iter().find(|service| Some(service.id) == draft.id);
    if draft.id.is_some() && before.is_none() {
        return Err(AppError::NotFound);
    }
    let namesake = |other: &&Service| Some(other.id) != draft.id && same_name(&other.name, &draft.name);
    if let Some(other) = siblings.iter().find(namesake) {
        return Err(AppError::field(
            "name",
            format!("There is a {} called {} already.", draft.kind.label(), other.name),
        ));
    }
    let sealed = seal_service(app, before, draft)?;
    let mut wanted = row(draft, before, sealed, now);
    wanted.is_default |=
        !siblings.iter().any(|other| Some(other.id) != draft.id && other.is_default && other.is_4k == draft.is_4k);
    let unchanged = before.is_some_and(|before| *before == Service { updated_at: before.updated_at, ..wanted.clone() });
    let id = match before {
        Some(before) if unchanged => before.id,
        _ => write(app, tx, by, before, &wanted, now)?,
    };
    if matches!(draft.kind, ServiceKind::Radarr | ServiceKind::Sonarr) {
        ask_for_hook(tx, id, &draft.url, now)?;
    }
    Ok(id)
}

fn row(draft: &ServiceDraft, before: Option<&Service>, sealed: Option<String>, now: DateTime<Utc>) -> Service {
    let same_profile =
        before.filter(|before| draft.quality_profile.is_some() && before.quality_profile == draft.quality_profile);
    Service {
        id: before.map_or(ServiceId(0), |before| before.id),
        kind: draft.kind,
        name: draft.name.clone(),
        url: draft.url.clone(),
        username: draft.username.clone(),
        sealed,
        is_4k: draft.is_4k,
        is_default: draft.is_default,
        quality_profile_id: draft
            .quality_profile_id
            .or_else(|| same_profile.and_then(|before| before.quality_profile_id)),
        quality_profile: draft.quality_profile.clone(),
        root_folder: draft.root_folder.clone(),
        tags: draft.tags.clone(),
        mail: draft.mail.clone(),
        hook_id: before.and_then(|before| before.hook_id),
        hook_sealed: before.and_then(|before| before.hook_sealed.clone()),
        from_file: draft.from_file,
        updated_at: now,
    }
}

/// The sealed secret, kept as it is when nothing about it changed: sealing anew would look like a change.
fn seal_service(app: &App, before: Option<&Service>, draft: &ServiceDraft) -> Outcome<Option<String>> {
    let known = before.map(|before| app.secret_of(before)).transpose()?;
    let wanted = draft.secret.as_ref().or(known.as_ref());
    let kept = before.filter(|before| before.name == draft.name && same_secret(wanted, known.as_ref()));
    match (kept, wanted) {
        (Some(before), _) => Ok(before.sealed.clone()),
        (None, Some(secret)) if !secret.expose_secret().is_empty() => {
            app.seal(secret, &secret_place(draft.kind, &draft.name)).map(Some)
        }
        _ => Ok(None),
    }
}

fn same_secret(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    one.map(ExposeSecret::expose_secret) == other.map(ExposeSecret::expose_secret)
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn write(
    app: &App,
    tx: &mut Tx<'_>,
    by: &By,
    before: Option<&Service>,
    wanted: &Service,
    now: DateTime<Utc>,
) -> Outcome<ServiceId> {
    let id = services::save(tx, wanted, now)?;
    services::set_secret(tx, id, wanted.sealed.as_deref())?;
    if let Some((before, sealed)) = before.and_then(|before| Some((before, before.hook_sealed.as_ref()?)))
        && before.name != wanted.name
    {
        let secret = app.open(sealed, &hook_place(before.kind, &before.name))?;
        let sealed = app.seal(&secret, &hook_place(wanted.kind, &wanted.name))?;
        services::set_hook(tx, id, &sealed, &token_hash(secret.expose_secret()))?;
    }
    record(tx, by, ActivityKind::ServiceSaved, &wanted.name, Some(wanted.kind.label()), now)?;
    Ok(id)
}

/// At every save: the address at which the service reaches us may have changed, too. Registering twice changes nothing.
pub fn ask_for_hook(tx: &mut Tx<'_>, id: ServiceId, url: &str, now: DateTime<Utc>) -> Outcome<()> {
    let key = format!("hook {id} {} {}", &token_hash(url)[..12], now.timestamp_micros());
    outbox::push(tx, &Effect::RegisterHook { service: id }, &key, now).map(drop)
}

pub fn remove_service(tx: &mut Tx<'_>, by: &By, service: &Service, now: DateTime<Utc>) -> Outcome<()> {
    services::remove(tx, service.id)?;
    services::forget_health(tx, &service_key(service.id))?;
    record(tx, by, ActivityKind::ServiceRemoved, &service.name, Some(service.kind.label()), now)
}

/// Saves a server at a place in the order; the first is the main one. None leaves it where it is, or puts it last.
pub fn server(
    app: &App,
    tx: &mut Tx<'_>,
    by: &By,
    draft: &ServerDraft,
    position: Option<i32>,
    now: DateTime<Utc>,
) -> Outcome<ServerId> {
    let all = servers::all(tx)?;
    let at = all.iter().position(|server| Some(server.id) == draft.id);
    let before = at.map(|at| &all[at]);
    if draft.id.is_some() && before.is_none() {
        return Err(AppError::NotFound);
    }
    if all.iter().any(|other| Some(other.id) != draft.id && same_name(&other.name, &draft.name)) {
        return Err(AppError::field("name", format!("There is a server called {} already.", draft.name)));
    }
    let wanted = Server {
        id: draft.id.unwrap_or(ServerId(0)),
        name: draft.name.clone(),
        url: draft.url.clone(),
        sealed: seal_server(app, before, draft)?,
        machine_id: draft.machine_id.clone(),
        version: draft.version.clone(),
        owner_plex_id: draft.owner_plex_id,
        default_library: draft.default_library.clone(),
        from_file: draft.from_file,
    };
    let place = position.or_else(|| i32::try_from(at.unwrap_or(all.len())).ok()).unwrap_or(i32::MAX);
    let id = servers::save(tx, &wanted, place, now)?;
    servers::set_token(tx, id, &wanted.sealed)?;
    if before != Some(&wanted) {
        record(tx, by, ActivityKind::ServiceSaved, &wanted.name, Some("Plex"), now)?;
    }
    Ok(id)
}

fn seal_server(app: &App, before: Option<&Server>, draft: &ServerDraft) -> Outcome<String> {
    let known = before.filter(|before| !before.sealed.is_empty()).map(|before| app.token_of(before)).transpose()?;
    let wanted = draft.token.as_ref().or(known.as_ref());
    match (before, wanted) {
        (Some(before), _) if before.name == draft.name && same_secret(wanted, known.as_ref()) => {
            Ok(before.sealed.clone())
        }
        (_, Some(token)) if !token.expose_secret().is_empty() => app.seal(token, &server_place(&draft.name)),
        _ => Ok(String::new()),
    }
}

pub fn remove_server(tx: &mut Tx<'_>, by: &By, server: &Server, now: DateTime<Utc>) -> Outcome<()> {
    servers::remove(tx, server.id)?;
    services::forget_health(tx, &server_key(server.id))?;
    record(tx, by, ActivityKind::ServiceRemoved, &server.name, Some("Plex"), now)
}

/// Writes a line of the record, by a person or by Usherr itself.
pub fn record(
    tx: &mut Tx<'_>,
    by: &By,
    kind: ActivityKind,
    subject: &str,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let mut entry = NewEntry::new(kind, subject);
    entry.actor.clone_from(by);
    entry.detail = detail.map(str::to_owned);
    activity::record(tx, &entry, now)
}
