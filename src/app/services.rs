//! Clients of the outside services, made from the settings of this moment, so that a changed address works at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::App;
use crate::domain::ids::ServiceId;
use crate::domain::service::{MailOptions, MailSecurity, Server, Service, ServiceKind};
use crate::error::{AppError, Outcome};
use crate::vendor::mail::{MailSettings, Mailer};
use crate::vendor::plex_server::PlexServer;
use crate::vendor::plex_tv::{PlexTv, PlexUrls};
use crate::vendor::qbittorrent::{Login, Qbittorrent};
use crate::vendor::radarr::Radarr;
use crate::vendor::sonarr::Sonarr;

/// Sessions at qBittorrent, each good until its settings change.
pub type Qbittorrents = Mutex<HashMap<ServiceId, (DateTime<Utc>, Qbittorrent)>>;

/// How long a page may wait for a service; what is not there by then is said. A page is there within 700 ms, and a part of
/// that it needs itself.
pub const PAGE_PATIENCE: Duration = Duration::from_millis(600);

/// What this brings about while a page waits. Later than that it goes on without the page.
pub async fn within_a_page<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Outcome<Option<T>> {
    match tokio::time::timeout(PAGE_PATIENCE, tokio::spawn(work)).await {
        Ok(done) => done.map(Some).map_err(AppError::internal),
        Err(_) => Ok(None),
    }
}

/// How long the wizard's tests may take.
pub const TEST_PATIENCE: Duration = Duration::from_secs(10);

/// Where a secret is kept: sealed for this place, it can't be opened for another.
pub fn secret_place(kind: ServiceKind, name: &str) -> String {
    format!("service {kind} {name}")
}

pub fn hook_place(kind: ServiceKind, name: &str) -> String {
    format!("hook {kind} {name}")
}

pub fn server_place(name: &str) -> String {
    format!("server {name}")
}

pub fn person_place(plex_id: i64) -> String {
    format!("plex account {plex_id}")
}

impl App {
    pub fn plex_tv(&self) -> Outcome<PlexTv> {
        let plex = &self.config.plex;
        let urls = PlexUrls { plex_tv: plex.plex_tv.clone(), clients: plex.clients.clone(), auth: plex.auth.clone() };
        Ok(PlexTv::new(urls, self.client_id.clone(), env!("CARGO_PKG_VERSION"))?)
    }

    /// plex.tv for whoever changes what is shared: by the routes of the settings.
    pub async fn plex_sharing(&self) -> Outcome<PlexTv> {
        let settings = self.settings().await?;
        Ok(self.plex_tv()?.sharing(settings.plex_sharing_routes, self.share_writes.clone()))
    }

    pub fn plex_server(&self, server: &Server) -> Outcome<PlexServer> {
        Ok(PlexServer::new(&server.url, self.token_of(server)?, &self.client_id)?)
    }

    pub fn radarr(&self, service: &Service) -> Outcome<Radarr> {
        Ok(Radarr::new(&service.url, &self.secret_of(service)?)?)
    }

    pub fn sonarr(&self, service: &Service) -> Outcome<Sonarr> {
        Ok(Sonarr::new(&service.url, &self.secret_of(service)?)?)
    }

    /// qBittorrent, with the session it has, so that a refused password is not tried again and again.
    pub fn qbittorrent(&self, service: &Service) -> Outcome<Qbittorrent> {
        let mut known = self.qbittorrents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, client)) = known.get(&service.id)
            && *since == service.updated_at
        {
            return Ok(client.clone());
        }
        let client = Qbittorrent::new(&service.url, login(service.username.as_deref(), self.secret_of(service)?))?;
        known.insert(service.id, (service.updated_at, client.clone()));
        Ok(client)
    }

    /// Signs in anew at the next call, also where that was refused before: a person has looked after it.
    pub fn forget_sessions(&self) {
        self.qbittorrents.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn mailer(&self, service: &Service) -> Outcome<Mailer> {
        let options = service.mail.clone().ok_or_else(|| AppError::internal("a mail service without its options"))?;
        Ok(Mailer::new(&mail_settings(&service.url, &options, service.username.as_deref(), self.secret_of(service)?))?)
    }

    /// The key or password of a service, opened.
    pub fn secret_of(&self, service: &Service) -> Outcome<SecretString> {
        match &service.sealed {
            Some(sealed) => self.open(sealed, &secret_place(service.kind, &service.name)),
            None => Ok(SecretString::default()),
        }
    }

    /// Where Sonarr and Radarr reach us: the internal address, else the public one.
    pub async fn hook_base(&self) -> Outcome<Option<String>> {
        let settings = self.settings().await?;
        Ok(settings.internal_url.or(settings.base_url).map(|url| self.with_our_path(&url)))
    }

    /// One of our addresses, with the path we live under at its end. Whoever entered it may have named that path, or not.
    pub fn with_our_path(&self, address: &str) -> String {
        let (address, path) = (address.trim_end_matches('/'), self.config.base_path.as_str());
        if address.ends_with(path) { address.to_owned() } else { format!("{address}{path}") }
    }

    /// The whole address at which a service reports; its random part is as secret as a key.
    pub fn hook_url(&self, base: &str, service: &Service) -> Outcome<Option<SecretString>> {
        let Some(sealed) = &service.hook_sealed else { return Ok(None) };
        let secret = self.open(sealed, &hook_place(service.kind, &service.name))?;
        Ok(Some(SecretString::from(format!("{base}/hooks/{}/{}", service.kind, secret.expose_secret()))))
    }

    /// The owner's token of a server, opened.
    pub fn token_of(&self, server: &Server) -> Outcome<SecretString> {
        match server.sealed.as_str() {
            "" => {
                Err(AppError::refused(format!("{} has no token yet. Sign in with Plex in the settings.", server.name)))
            }
            sealed => self.open(sealed, &server_place(&server.name)),
        }
    }
}

/// A key starts with `qbt_`; without a name and a password qBittorrent is open to us.
pub fn login(username: Option<&str>, secret: SecretString) -> Login {
    match username {
        Some(username) if !username.is_empty() => Login::Password { username: username.to_owned(), password: secret },
        _ if secret.expose_secret().is_empty() => Login::None,
        _ => Login::ApiKey(secret),
    }
}

pub fn mail_settings(
    host: &str,
    options: &MailOptions,
    username: Option<&str>,
    password: SecretString,
) -> MailSettings {
    let security: MailSecurity = options.security;
    MailSettings {
        host: host.to_owned(),
        port: options.port,
        security,
        username: username.filter(|name| !name.is_empty()).map(str::to_owned),
        password: Some(password).filter(|password| !password.expose_secret().is_empty()),
        from: options.from.clone(),
    }
}
