//! Saving and removing services and servers, and keeping what was typed while it is tested.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::app::keep::{self, By, ServerDraft, ServiceDraft as Wanted};
use crate::app::{App, Change};
use crate::db::settings::{self, StoredSetting};
use crate::db::{Conn, Tx, servers, services};
use crate::domain::ids::{PersonId, ServerId};
use crate::domain::service::{
    Health, MailOptions, MailSecurity, Server, Service, ServiceKind, server_key, service_key,
};
use crate::domain::service_form::{FormKey, GoodTest, ServiceDraft, ServiceForm};
use crate::error::{AppError, FieldErrors, Outcome};

/// Whose drafts: a person's at the settings page, or the wizard's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    Page(PersonId),
    Wizard,
}

/// The row that keeps a draft; its secret is sealed for this place.
pub fn draft_place(desk: Desk, key: FormKey) -> String {
    match desk {
        Desk::Page(person) => format!("draft:{person}:{key}"),
        Desk::Wizard => format!("draft:setup:{key}"),
    }
}

pub async fn keep_draft(app: &App, desk: Desk, key: FormKey, draft: &ServiceDraft) -> Outcome<()> {
    let value = serde_json::to_string(draft).map_err(AppError::internal)?;
    let row = StoredSetting { key: draft_place(desk, key), value, sealed: false, from_file: false };
    let now = app.now();
    app.db.write(move |tx| settings::put(tx, &row, now)).await
}

pub async fn drop_draft(app: &App, desk: Desk, key: FormKey) -> Outcome<()> {
    app.db.write(move |tx| settings::remove(tx, &draft_place(desk, key))).await
}

pub async fn draft(app: &App, desk: Desk, key: FormKey) -> Outcome<Option<ServiceDraft>> {
    app.db.read(move |conn| read_draft(conn, desk, key)).await
}

/// A draft that this program can't read any more counts as none.
pub fn read_draft(conn: &mut Conn, desk: Desk, key: FormKey) -> Outcome<Option<ServiceDraft>> {
    let row = settings::get(conn, &draft_place(desk, key))?;
    Ok(row.and_then(|row| serde_json::from_str(&row).ok()))
}

/// What a form is about, as it stands. `NotFound` when it is gone.
#[derive(Debug, Clone)]
pub enum Standing {
    Nothing,
    Server(Server),
    Service(Service),
}

impl Standing {
    pub fn form(&self, key: FormKey) -> ServiceForm {
        match self {
            Self::Nothing => ServiceForm::new(key),
            Self::Server(server) => ServiceForm::of_server(server),
            Self::Service(service) => ServiceForm::of(service),
        }
    }

    pub fn from_file(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Server(server) => server.from_file,
            Self::Service(service) => service.from_file,
        }
    }

    /// The secret that is kept; empty when there is none.
    pub fn secret(&self, app: &App) -> Outcome<SecretString> {
        match self {
            Self::Server(server) if !server.sealed.is_empty() => app.token_of(server),
            Self::Service(service) => app.secret_of(service),
            _ => Ok(SecretString::default()),
        }
    }
}

pub async fn standing(app: &App, key: FormKey) -> Outcome<Standing> {
    let found = app.db.read(move |conn| {
        Ok(match key {
            FormKey::Server(Some(id)) => servers::get(conn, id)?.map(Standing::Server),
            FormKey::Service(kind, Some(id)) => {
                services::get(conn, id)?.filter(|service| service.kind == kind).map(Standing::Service)
            }
            _ => Some(Standing::Nothing),
        })
    });
    found.await?.ok_or(AppError::NotFound)
}

/// A form on its way into the database.
pub struct Saving {
    pub by: By,
    pub desk: Desk,
    pub key: FormKey,
    pub form: ServiceForm,
    /// Empty takes a secret away that was there.
    pub secret: SecretString,
    /// What the test found, when there was one.
    pub good: Option<GoodTest>,
}

/// Saves what a form says, with what its test found, and forgets the draft.
pub async fn save(app: &App, saving: Saving) -> Outcome<FormKey> {
    let standing = standing(app, saving.key).await?;
    if standing.from_file() {
        return Err(AppError::refused("The settings file sets this. Change it there."));
    }
    let (within, now) = (app.clone(), app.now());
    let saved = app
        .db
        .write(move |tx| {
            settings::remove(tx, &draft_place(saving.desk, saving.key))?;
            match saving.key {
                FormKey::Server(_) => server(&within, tx, &saving, &standing, now),
                FormKey::Service(kind, _) => service(&within, tx, &saving, kind, &standing, now),
            }
        })
        .await?;
    app.forget_sessions();
    app.wake_worker();
    app.changed(Change::Health);
    Ok(saved)
}

fn server(app: &App, tx: &mut Tx<'_>, saving: &Saving, standing: &Standing, now: DateTime<Utc>) -> Outcome<FormKey> {
    let mut wanted = match standing {
        Standing::Server(server) => ServerDraft::of(server),
        _ => ServerDraft::default(),
    };
    let form = &saving.form;
    wanted.name = server_name(saving);
    wanted.url.clone_from(&form.url);
    wanted.token = Some(saving.secret.clone());
    wanted.default_library = Some(form.default_library.clone()).filter(|title| !title.is_empty());
    if let Some(good) = &saving.good {
        wanted.machine_id = good.machine_id.clone().or(wanted.machine_id);
        wanted.version = good.version.clone().or(wanted.version);
        wanted.owner_plex_id = good.owner_plex_id.or(wanted.owner_plex_id);
    }
    let id = keep::server(app, tx, &saving.by, &wanted, None, now)?;
    if let Some(good) = &saving.good {
        note_up(tx, server_key(id), wanted.name, good, now)?;
    }
    Ok(FormKey::Server(Some(id)))
}

/// As it calls itself, when nobody gave it another name: it is the name of the house.
fn server_name(saving: &Saving) -> String {
    let typed = &saving.form.name;
    let own = saving.good.as_ref().and_then(|good| good.name.as_deref());
    match own.filter(|_| saving.key.is_new() && typed == saving.key.label()) {
        Some(own) if !own.trim().is_empty() => own.trim().chars().take(100).collect(),
        _ => typed.clone(),
    }
}

fn service(
    app: &App,
    tx: &mut Tx<'_>,
    saving: &Saving,
    kind: ServiceKind,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Outcome<FormKey> {
    let mut wanted = match standing {
        Standing::Service(service) => Wanted::of(service),
        _ => Wanted::new(kind, "", ""),
    };
    let form = &saving.form;
    wanted.name.clone_from(&form.name);
    wanted.url.clone_from(&form.url);
    wanted.username = Some(form.username.clone()).filter(|name| !name.is_empty());
    wanted.secret = Some(saving.secret.clone());
    wanted.mail = mail(kind, form)?;
    wanted.is_default = form.is_default || !saving.key.is_arr();
    if saving.key.is_arr() {
        pick(tx, saving, &mut wanted)?;
    }
    let id = keep::service(app, tx, &saving.by, &wanted, now)?;
    if let Some(good) = &saving.good {
        if let Some(offers) = &good.offers {
            services::put_offers(tx, id, offers)?;
        }
        note_up(tx, service_key(id), wanted.name, good, now)?;
    }
    Ok(FormKey::Service(kind, Some(id)))
}

/// What was picked of what a Sonarr or Radarr has.
fn pick(tx: &mut Tx<'_>, saving: &Saving, wanted: &mut Wanted) -> Outcome<()> {
    let form = &saving.form;
    wanted.is_4k = form.is_4k;
    wanted.tags.clone_from(&form.tags);
    wanted.root_folder = Some(form.root_folder.clone()).filter(|path| !path.is_empty());
    let offers = match saving.good.as_ref().and_then(|good| good.offers.clone()) {
        Some(offers) => Some(offers),
        None => wanted.id.map(|id| services::offers(tx, id)).transpose()?.flatten(),
    };
    let profiles = offers.map(|offers| offers.profiles).unwrap_or_default();
    if let Some(profile) = profiles.into_iter().find(|profile| Some(profile.id) == form.quality_profile_id) {
        wanted.quality_profile_id = Some(profile.id);
        wanted.quality_profile = Some(profile.name);
    }
    Ok(())
}

fn mail(kind: ServiceKind, form: &ServiceForm) -> Outcome<Option<MailOptions>> {
    match kind {
        ServiceKind::Smtp => mail_options(form).map(Some),
        _ => Ok(None),
    }
}

/// The options of a mail server, or what is wrong with them.
pub fn mail_options(form: &ServiceForm) -> Outcome<MailOptions> {
    let port = form.port.parse().ok().filter(|port| *port > 0);
    let port = port.ok_or_else(|| AppError::field("port", "Write the port: usually 587, 465 or 25."))?;
    let security: MailSecurity =
        form.security.parse().map_err(|_| AppError::field("security", "Choose how the connection is protected."))?;
    if !form.from.contains('@') {
        return Err(AppError::field("from", "Write the sender, such as Usherr <usherr@example.org>."));
    }
    Ok(MailOptions { port, security, from: form.from.clone() })
}

/// The test has just shown that it answers; the page need not wait for the next look.
fn note_up(tx: &mut Tx<'_>, key: String, name: String, good: &GoodTest, now: DateTime<Utc>) -> Outcome<()> {
    let health = Health {
        key,
        name,
        up: true,
        message: None,
        version: good.version.clone(),
        latency_ms: Some(good.latency_ms),
        since: now,
        checked_at: now,
    };
    services::put_health(tx, &health).map(drop)
}

/// What can be said of a form without asking anybody.
pub fn check(key: FormKey, form: &ServiceForm) -> Outcome<()> {
    let mut fields = FieldErrors::new();
    let length = form.name.chars().count();
    if length == 0 || length > 100 {
        fields.insert("name".to_owned(), "Give it a name of 1 to 100 letters.".to_owned());
    }
    if form.url.chars().count() > 500 {
        fields.insert("url".to_owned(), "That address is too long to be one.".to_owned());
    }
    if form.has_login_in_url() {
        let words = "Leave the user name and password out of the address; keys and passwords have fields of their own.";
        fields.insert("url".to_owned(), words.to_owned());
    }
    if form.username.chars().count() > 200 {
        fields.insert("username".to_owned(), "That user name is too long.".to_owned());
    }
    if let FormKey::Service(ServiceKind::Smtp, _) = key {
        if form.url.is_empty() || form.url.contains(['/', ' ', '@']) || names_a_port(&form.url) {
            let words = "Write the mail server's name alone, such as smtp.example.org.";
            fields.insert("url".to_owned(), words.to_owned());
        }
        if let Err(AppError::Refused { fields: more, .. }) = mail_options(form) {
            fields.extend(more);
        }
    }
    if fields.is_empty() {
        return Ok(());
    }
    Err(AppError::Refused { message: "Something is missing.".to_owned(), fields })
}

/// Behind a colon, unless that is part of an IPv6 address.
fn names_a_port(host: &str) -> bool {
    host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err()
}

/// Removes what a form is about.
pub async fn remove(app: &App, by: By, standing: Standing) -> Outcome<()> {
    if standing.from_file() {
        return Err(AppError::refused("The settings file sets this. Remove it there first."));
    }
    let now = app.now();
    app.db
        .write(move |tx| match standing {
            Standing::Server(server) => keep::remove_server(tx, &by, &server, now),
            Standing::Service(service) => keep::remove_service(tx, &by, &service, now),
            Standing::Nothing => Err(AppError::NotFound),
        })
        .await?;
    app.changed(Change::Health);
    Ok(())
}

/// Has Sonarr or Radarr told anew where to report.
pub async fn register_hook(app: &App, service: &Service) -> Outcome<()> {
    let (id, url, now) = (service.id, service.url.clone(), app.now());
    app.db.write(move |tx| keep::ask_for_hook(tx, id, &url, now)).await?;
    app.wake_worker();
    Ok(())
}

/// Chooses the library that every share of this server keeps.
pub async fn choose_library(app: &App, by: By, id: ServerId, title: Option<String>) -> Outcome<()> {
    let (within, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| {
            let server = servers::get(tx, id)?.ok_or(AppError::NotFound)?;
            let wanted = ServerDraft { default_library: title, ..ServerDraft::of(&server) };
            keep::server(&within, tx, &by, &wanted, None, now).map(drop)
        })
        .await
}

/// True when both are the same; for "was this very key tested?".
pub fn same_secret(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}
