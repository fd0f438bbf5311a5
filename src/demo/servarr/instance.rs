//! A running Radarr or Sonarr: its address, its switches, and what it holds against its clients. Never knows its titles.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use super::{Arr, Base, Flavour, Notification, Options, endpoint};
use crate::demo::downloads::{Downloads, Owner};
use crate::demo::host::Host;
use crate::demo::webhooks::Delivery;

/// Clones are handles of the same one.
pub struct Instance<A> {
    pub(in crate::demo) inner: Arc<A>,
    host: Host,
}

impl<A> Clone for Instance<A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), host: self.host.clone() }
    }
}

/// Faults, the journal, going down and coming back are its host's.
impl<A> Deref for Instance<A> {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl<A: Arr + Owner> Instance<A> {
    /// Starts an instance on the loopback, around what `make` makes of the shared part.
    pub(in crate::demo) async fn open(
        flavour: Flavour,
        options: Options,
        downloads: Downloads,
        make: impl FnOnce(Base) -> A,
    ) -> io::Result<Self> {
        let (name, port) = (options.instance_name.clone(), options.port);
        let inner =
            Arc::new_cyclic(|me: &Weak<A>| make(Base::new(flavour, options, downloads, me.clone() as Weak<dyn Owner>)));
        let host = Host::start(&name, port, endpoint(inner.clone())).await?;
        inner.base().is_at(host.url());
        host.journal().add_secret(&inner.base().common().options.api_key);
        Ok(Self { inner, host })
    }

    /// The address to type into a settings page, address base included.
    pub fn url(&self) -> String {
        format!("{}{}", self.host.url(), self.base().common().options.url_base)
    }

    pub fn api_key(&self) -> String {
        self.base().common().options.api_key.clone()
    }

    /// The shared part: settings, tags, history, health, complaints.
    pub fn base(&self) -> &Base {
        self.inner.base()
    }

    pub fn notifications(&self) -> Vec<Notification> {
        self.base().common().notifications.clone()
    }

    /// Webhooks sent so far.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.base().post.deliveries()
    }

    /// Waits until all webhooks of what happened so far were sent.
    pub async fn settled(&self) {
        self.base().post.settled().await;
    }

    /// What a client did that it should not do.
    pub fn complaints(&self) -> Vec<String> {
        self.base().common().complaints.clone()
    }

    pub fn set_profiles(&self, profiles: Vec<(i64, String)>) {
        self.base().common().options.profiles = profiles;
    }

    pub fn set_version(&self, version: &str) {
        self.base().set_version(version);
    }

    pub fn set_url_base(&self, url_base: &str) {
        self.base().common().options.url_base = url_base.to_owned();
    }

    /// Answers 503 "is starting up" (or stops to).
    pub fn set_starting(&self, is_starting: bool) {
        self.base().common().is_starting = is_starting;
    }

    /// The internet service behind lookups fails (or works again).
    pub fn set_skyhook_down(&self, is_down: bool) {
        self.base().common().skyhook_down = is_down;
    }
}
