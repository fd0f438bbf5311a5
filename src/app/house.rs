//! What every page shows of the house itself: its settings, its name, its services, and what is
//! down.

use std::sync::Arc;

use super::App;
use super::recent::Recent;
use crate::db::frame::{self, Facts};
use crate::db::services;
use crate::domain::service::{Service, ServiceKind};
use crate::domain::settings::{Asking, Settings};
use crate::error::Outcome;

#[derive(Debug)]
pub struct House {
    pub settings: Settings,
    pub facts: Facts,
    pub services: Vec<Service>,
}

pub(super) type LastRead = Recent<(), Arc<House>>;

impl House {
    /// Strangers can be written to, with links that lead here.
    pub fn can_write(&self) -> bool {
        self.settings.base_url.is_some() && self.services.iter().any(|service| service.kind == ServiceKind::Smtp)
    }

    /// Anybody may ask to be let in.
    pub fn takes_strangers(&self) -> bool {
        self.settings.asking == Asking::Anybody && self.can_write()
    }
}

impl App {
    /// Mails can go out, and their links lead somewhere.
    pub async fn sends_links(&self) -> Outcome<bool> {
        Ok(self.house().await?.can_write())
    }

    pub async fn house(&self) -> Outcome<Arc<House>> {
        let app = self.clone();
        let read = self.db.read(move |conn| {
            Ok(House { settings: app.settings_in(conn)?, facts: frame::facts(conn)?, services: services::all(conn)? })
        });
        self.house.or_read(&self.db, (), async { read.await.map(Arc::new) }).await
    }
}
