//! Clients of the outside services, made from the settings of this moment, so that a changed address works at once.

use std::time::Duration;

use secrecy::SecretString;

use super::App;
use crate::domain::service::{Server, Service, ServiceKind};
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::{PlexTv, PlexUrls};

/// How long a page may wait for a service; what is not there by then is said.
pub const PAGE_PATIENCE: Duration = Duration::from_millis(700);

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

    /// The key or password of a service, opened.
    pub fn secret_of(&self, service: &Service) -> Outcome<SecretString> {
        match &service.sealed {
            Some(sealed) => self.open(sealed, &secret_place(service.kind, &service.name)),
            None => Ok(SecretString::default()),
        }
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
