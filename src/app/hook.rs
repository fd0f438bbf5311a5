//! The random part of the address at which a Sonarr or Radarr reports to us: made once, kept sealed, found by its hash.

use secrecy::{ExposeSecret, SecretString};

use super::App;
use super::services::hook_place;
use crate::crypto::{random_token, token_hash};
use crate::domain::service::Service;
use crate::error::Outcome;

/// A new secret, and what is kept of it.
pub struct HookSecret {
    pub secret: SecretString,
    pub sealed: String,
    pub hash: String,
}

impl App {
    pub fn new_hook_secret(&self, service: &Service) -> Outcome<HookSecret> {
        let secret = SecretString::from(random_token());
        let sealed = self.seal(&secret, &hook_place(service.kind, &service.name))?;
        let hash = token_hash(secret.expose_secret());
        Ok(HookSecret { secret, sealed, hash })
    }

    /// The secret that a service was given, if it was given one.
    pub fn hook_secret(&self, service: &Service) -> Outcome<Option<SecretString>> {
        let sealed = service.hook_sealed.as_deref();
        sealed.map(|sealed| self.open(sealed, &hook_place(service.kind, &service.name))).transpose()
    }
}

/// By which a service is found when it reports.
pub fn hash(secret: &str) -> String {
    token_hash(secret)
}
